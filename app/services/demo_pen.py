"""The pen of a generated history: who writes what at which instant, in one transaction, through the services.

Acts go to the services' own handlers, so that the demo can't hold what the program would refuse. Sightings and the door,
thousands of each, take a shorter way to the same rows, and are checked here against where each woman is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.house import House
from app.domain.permissions import may
from app.domain.presence import Move, Presence
from app.domain.results import Available
from app.domain.sightings import How, Precision, Source
from app.domain.staff import Actor
from app.domain.walks import Step
from app.services.acts import BY_COMMAND, Context
from app.services.demo_people import Person
from app.store.tables.checks import check, confirmation
from app.store.tables.movements import movement
from app.store.tables.staff import staff_movement
from app.store.tables.walks import walk
from app.store.work import Work


@dataclass(eq=False)
class Woman:
    """A woman as the simulation has her. Nobody sees her after `quiet`, no outing of hers ends after `stays`, and `final`
    is when she is seen by her own rule for the last time: the evening at which the history ends is arranged by these.
    """

    person: Person
    room: UUID
    id: UUID
    quiet: datetime
    stays: datetime
    presence: Presence | None = None
    last: datetime | None = None
    intervals: list["Interval"] = field(default_factory=list)
    own_curfew: bool = False
    leaving: datetime | None = None
    trip: int = 0
    final: datetime | None = None


@dataclass(eq=False)
class Interval:
    """An *every* rule of hers while the simulation keeps it. `token` changes when the next check is planned anew."""

    rule: UUID
    minimum: int
    maximum: int
    at_night: bool
    close: bool
    token: int = 0


class Impossible(Exception):
    """The generator was about to write what can't be: a bug of ours."""


class Pen:
    """Writes into one open unit of work as anyone on the staff, at any instant that is not before the last."""

    def __init__(self, work: Work, house: House, actors: Mapping[str, Actor]) -> None:
        self.work = work
        self.house = house
        self.actors = actors
        self.now = work.now

    def do(self, user: str, command: Any) -> Any:
        """One act through its service, permission included; returns its view."""
        act = BY_COMMAND[type(command)]
        if not isinstance(may(self.actors[user], act.word), Available):
            raise Impossible(f"{user} may not {act.word}")
        self._as(user, act.word)
        return act.handler(Context(self.work, self.house), command)

    def sighting(
        self,
        user: str,
        woman: Woman,
        how: How,
        at: datetime | None = None,
        by: str | None = None,
        **more: Any,
    ) -> UUID:
        """A check, in the row that the service writes. She has to live here, and to be in."""
        if woman.presence is not Presence.IN and how in _FACE_TO_FACE and at is None:
            raise Impossible("seen while away")
        self._as(user, "check")
        columns = {"occasion": "round", "concern": False, **more}
        return self.work.enter(
            check, **self._seen(user, at, by, columns), resident_id=woman.id, how=how.value, **columns
        ).id

    def door(self, user: str, woman: Woman, move: Move, how: How | None = None, **more: Any) -> UUID:
        """A movement, likewise. It has to change where she is."""
        if woman.presence is None or move.presence is woman.presence:
            raise Impossible("no change at the door")
        woman.presence = move.presence
        self._as(user, move.value)
        return self.work.enter(
            movement, resident_id=woman.id, kind=move.value, how=how.value if how else None, **more
        ).id

    def confirmed(self, user: str, woman: Woman, entry: UUID) -> None:
        """She whose sighting was typed by another says that it was so."""
        self._as(user, "confirm")
        self.work.enter(confirmation, resident_id=woman.id, confirms_id=entry)

    def walk(self, user: str, kind: Step, **columns: Any) -> UUID:
        """A walk is begun or ended; its first entry names it."""
        self._as(user, f"{'start' if kind is Step.STARTED else 'end'}_walk")
        return self.work.enter(walk, kind=kind.value, **columns).id

    def duty(self, user: str, kind: str) -> None:
        """Someone of the staff is in the building (`in`), or has left it (`out`)."""
        self._as(user, "on_duty" if kind == "in" else "off_duty")
        self.work.enter(staff_movement, staff_id=self.actors[user].staff_id, kind=kind)

    def _as(self, user: str, word: str) -> None:
        if self.now < self.work.now:
            raise Impossible("time ran backwards")
        self.work.as_of(self.actors[user], self.now, word)

    def _seen(
        self, user: str, at: datetime | None, by: str | None, columns: dict[str, Any]
    ) -> dict[str, Any]:
        seen_at, until = at or self.now, columns.pop("seen_until", None)
        if (until or seen_at) > self.now:
            raise Impossible("seen in the future")
        precision = Precision.BETWEEN if until else columns.pop("precision", Precision.EXACT)
        return {
            "seen_at": seen_at,
            "seen_until": until,
            "precision": precision.value,
            "source": columns.pop("source", Source.LIVE).value,
            "seen_by": self.actors[by or user].staff_id,
        }


_FACE_TO_FACE = frozenset({How.SPOKE, How.AWAKE, How.ASLEEP_BREATHING, How.ROUSED})

#: What the simulation waits to do: an instant, and the doing.
Doing = Callable[[], object]
