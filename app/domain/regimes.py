"""A woman's regime: the dated rules that say when she must be seen.

A rule is never edited in place: it ends, and may be replaced by another (DESIGN.md, "Due is derived"). A
rule is *at* (windows of local time) or *every* (a shortest and a longest time after the last sighting that
counts).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.presence import Presence
from app.domain.sightings import CLOSE_COUNTS, DEFAULT_COUNTS, How
from app.domain.time import DAY, Span, instants, local_date, window_span

T = TypeVar("T")


class Purpose(StrEnum):
    """What a rule is for (DOMAIN.md 1.5 and 7)."""

    CURFEW = "curfew"
    MORNING = "morning"
    SIGN_IN = "sign_in"
    WELFARE = "welfare"
    CLOSE = "close"
    ROUND = "round"

    @property
    def counts(self) -> frozenset[How]:
        """What counts as seen unless the rule says otherwise: a close check is never met by a sleeper."""
        return CLOSE_COUNTS if self is Purpose.CLOSE else DEFAULT_COUNTS

    @property
    def asks(self) -> frozenset[Presence]:
        """The presence that an *at* rule asks for unless it says otherwise: a curfew or a sign-in is owed
        wherever she is; a morning sighting, a welfare check or a round only of those who are in."""
        return EVERYWHERE if self in (Purpose.CURFEW, Purpose.SIGN_IN) else frozenset({Presence.IN})


EVERYWHERE = frozenset({Presence.IN, Presence.OUT, Presence.ABSENT, Presence.HOSPITAL, Presence.LEAVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule has. It holds in [starts, ends).

    `set_at` is when it was typed. An end that was known when the rule was set has `ended_typed_at` None; a
    rule ended early keeps in `planned_end` the end that was known until then. `replaces` names the rule whose
    clock this one continues. `counts` left empty is what the purpose counts.
    """

    id: UUID
    resident_id: UUID
    purpose: Purpose
    title: str
    starts: datetime
    set_at: datetime
    counts: frozenset[How] = frozenset()
    ends: datetime | None = None
    ended_typed_at: datetime | None = None
    planned_end: datetime | None = None
    replaces: UUID | None = None
    days: frozenset[int] | None = None

    def __post_init__(self) -> None:
        instants(self.starts, self.set_at, self.ends, self.ended_typed_at, self.planned_end)
        if any(end is not None and end <= self.starts for end in (self.ends, self.planned_end)):
            raise ValueError("The rule has to end after it starts.")
        if not self.counts:
            object.__setattr__(self, "counts", self.purpose.counts)
        if self.days is not None and not self.days <= set(range(7)):
            raise ValueError("Days are Monday (0) to Sunday (6).")
        if self.days is not None and not self.days:
            raise ValueError("Choose at least one day, or every day.")

    def end_typed_at(self) -> datetime:
        """When its end was first in the record."""
        return self.ended_typed_at or self.set_at

    def holds_on(self, day: date) -> bool:
        """Whether a window or hours that open on this local date are the rule's."""
        return self.days is None or day.weekday() in self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class At(Rule):
    """She must be seen in a window [opens, closes) of local time, on its days; across midnight is allowed,
    and a window belongs to the local date on which it opens. For a curfew, `until` is the local time at which
    it ends; the window is only its first sighting. `asks` left empty is what the purpose asks for."""

    opens: time
    closes: time
    asks: frozenset[Presence] = frozenset()
    until: time | None = None

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if self.opens == self.closes:
            raise ValueError("The window has to close at another time than it opens.")
        if not self.asks:
            object.__setattr__(self, "asks", self.purpose.asks)

    def windows(self, span: Span, zone: ZoneInfo) -> Iterator[tuple[Span, datetime]]:
        """Each window that touches the range, with the opening of the next, whatever the rule's dates.

        The next opening does not depend on when the rule ends, so ending a rule moves nothing that came
        before. `span` needs an end.
        """
        assert span.end is not None
        day, last = local_date(span.start, zone) - DAY, local_date(span.end, zone)
        while day <= last:
            if self.holds_on(day):
                window = window_span(day, self.opens, self.closes, zone)
                if window.end is not None and window.end >= span.start and window.start < span.end:
                    yield window, self._next_opening(day, zone)
            day += DAY

    def _next_opening(self, day: date, zone: ZoneInfo) -> datetime:
        following = next(day + DAY * n for n in range(1, 8) if self.holds_on(day + DAY * n))
        return window_span(following, self.opens, self.closes, zone).start


@dataclass(frozen=True, slots=True, kw_only=True)
class Every(Rule):
    """While she is in, a counting sighting must follow the last one within `maximum` of elapsed time;
    `minimum` only asks that times be irregular. `hours` are local, and belong to the date they open on."""

    minimum: timedelta
    maximum: timedelta
    hours: tuple[time, time] | None = None

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if self.maximum <= timedelta(0):
            raise ValueError("The longest time between sightings has to be more than nothing.")
        if not timedelta(0) <= self.minimum <= self.maximum:
            raise ValueError("The shortest time between sightings has to be between nothing and the longest.")
        if self.hours is not None and self.hours[0] == self.hours[1]:
            raise ValueError(
                "The hours have to end at another time than they begin; leave them out for all day."
            )

    def stretches(self, span: Span, zone: ZoneInfo) -> list[Span]:
        """When the rule's hours and days hold and touch the range, whatever its dates: in order, adjoining
        ones made one. Without hours or days that is always: from the range's start, without an end."""
        assert span.end is not None
        if self.hours is None and (self.days is None or len(self.days) == 7):
            return [Span(span.start)]
        opens, closes = self.hours or (time(0), time(0))
        found: list[Span] = []
        day, last = local_date(span.start, zone) - DAY * 8, local_date(span.end, zone) + DAY * 8
        while day <= last:
            if self.holds_on(day):
                hours = window_span(day, opens, closes, zone)
                if found and (end := found[-1].end) is not None and end >= hours.start:
                    found[-1] = Span(found[-1].start, hours.end)
                else:
                    found.append(hours)
            day += DAY
        return [hours for hours in found if hours.overlaps(span)]


@dataclass(frozen=True, slots=True)
class Tolerances:
    """House settings by which lateness is judged (SLOTS.md, the numbers in italics)."""

    tolerance: timedelta = timedelta(minutes=5)
    missed_after: timedelta = timedelta(hours=3)
    entered_later: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class Dated(Generic[T]):
    """A house setting and its changes: (holds from, typed at, value), in any order."""

    values: tuple[tuple[datetime, datetime, T], ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("A setting has at least one value.")
        for holds_from, typed_at, _ in self.values:
            instants(holds_from, typed_at)

    def at(self, instant: datetime) -> T:
        """The value that held at an instant; before the first of all, the first."""
        held = bisect_right(self._ordered, instant, key=lambda value: value[0])
        return self._ordered[max(held - 1, 0)][2]

    @cached_property
    def _ordered(self) -> list[tuple[datetime, datetime, T]]:
        return sorted(self.values, key=lambda value: value[:2])

    def known(self, known_at: datetime) -> Dated[T]:
        """What had been typed by then; if nothing had, the first that was."""
        typed = sorted(self.values, key=lambda value: value[1])
        return Dated(tuple(value for value in typed if value[1] <= known_at) or (typed[0],))
