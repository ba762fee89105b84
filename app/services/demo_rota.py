"""The rota of the training house: nights in pairs that change every four nights, days led by whoever is off nights."""

from dataclasses import dataclass
from datetime import date, time

from app.domain.time import DAY

_PAIRS = (("priya", "dawn"), ("tess", "kim"))
_DAY, _NIGHT = time(7), time(19)
_OFFICE = (time(9), time(17))
_BLOCK = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's shift: it begins on the local date `day` and ends on `ends_on`."""

    user: str
    day: date
    starts: time
    ends_on: date
    ends: time


class Rota:
    """Who works when. `last` is the date of the last night, which Priya and Dawn have."""

    leads = frozenset({"priya", "tess", "gwen"})

    def __init__(self, last: date) -> None:
        self._last = last

    def turns(self, day: date) -> list[Turn]:
        """The shifts that begin on this date."""
        lead = self.day_lead(day)
        crew = [lead, *self._day_crew(day)]
        turns = [Turn(user, day, _DAY, day, _NIGHT) for user in crew]
        if day.weekday() < 5:
            office = {"hannah", "gwen"} - {lead}
            turns += [Turn(user, day, _OFFICE[0], day, _OFFICE[1]) for user in sorted(office)]
        return turns + [Turn(user, day, _NIGHT, day + DAY, _DAY) for user in self.night(day)]

    def night(self, day: date) -> tuple[str, str]:
        """The pair of the night that begins on this date, its lead first."""
        return _PAIRS[((self._last - day).days // _BLOCK) % 2]

    def night_lead(self, day: date) -> str:
        """Who leads that night."""
        return self.night(day)[0]

    def day_lead(self, day: date) -> str:
        """The shift lead who is off nights; the deputy on the day on which the pairs change."""
        if self.night(day - DAY) != self.night(day):
            return "gwen"
        return next(pair[0] for pair in _PAIRS if pair != self.night(day))

    def _day_crew(self, day: date) -> list[str]:
        return {5: ["sal"], 6: ["ruta"]}.get(day.weekday(), ["sal", "ruta"])
