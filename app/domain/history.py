"""What is known of one woman: her rules, movements, sightings and excusals, as the rules of due read them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.entries import versions
from app.domain.presence import (
    Away,
    Movement,
    Presence,
    Stretch,
    aways,
    believed,
    held_in,
    sighting_of,
    standing_movements,
    stretches,
)
from app.domain.regimes import At, Dated, Every, Tolerances
from app.domain.sightings import How, Sighting, in_order, standing
from app.domain.time import Span, instants


@dataclass(frozen=True, slots=True)
class Excusal:
    """Why she need not be seen: one rule of hers, or all (None), where the deadline lies in [start, end).

    An entry like any other: an amendment stands in for it, a strike undoes it. `by` is who excused her.
    """

    entry_id: UUID
    seq: int
    resident_id: UUID
    rule_id: UUID | None
    start: datetime
    end: datetime | None
    reason: str
    by: UUID
    typed_at: datetime
    amends: UUID | None = None
    struck: bool = False

    def __post_init__(self) -> None:
        instants(self.start, self.end, self.typed_at)
        if self.end is not None and self.end <= self.start:
            raise ValueError("The excusal has to end after it starts.")

    def covers(self, rule_id: UUID, deadline: datetime) -> bool:
        return self.rule_id in (None, rule_id) and Span(self.start, self.end).contains(deadline)


@dataclass(frozen=True)
class History:
    """Everything about one woman from which slots follow. Entries are given as typed, amendments included.

    It may be cut short, see `slots.needed_since`; rules that another one replaces, and every movement since
    the last time she came in before the window, have to be there. What stands of it is worked out once, whenever it is
    judged: a history that is kept is judged at every later instant for little.
    """

    resident_id: UUID
    zone: ZoneInfo
    rules: tuple[At | Every, ...] = ()
    movements: tuple[Movement, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    excusals: tuple[Excusal, ...] = ()
    tolerances: Dated[Tolerances] | None = None

    def known(self, known_at: datetime) -> History:
        """What had been typed at or before an instant. It is the same whenever it is asked (SLOTS.md)."""
        return replace(
            self,
            rules=tuple(as_known(rule, known_at) for rule in self.rules if rule.set_at <= known_at),
            movements=tuple(it for it in self.movements if it.typed_at <= known_at),
            sightings=tuple(it for it in self.sightings if it.typed_at <= known_at),
            excusals=tuple(it for it in self.excusals if it.typed_at <= known_at),
            tolerances=self.tolerances and self.tolerances.known(known_at),
        )

    @cached_property
    def rules_by_id(self) -> dict[UUID, At | Every]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def standing_movements(self) -> tuple[Movement, ...]:
        return tuple(standing_movements(self.movements))

    @cached_property
    def truth(self) -> tuple[Stretch, ...]:
        """Where she was, from each change on, by everything known."""
        return stretches(self.standing_movements)

    @cached_property
    def aways(self) -> tuple[Away, ...]:
        return aways(self.movements)

    @cached_property
    def held_in(self) -> list[Span]:
        """When she was held to be in, as far as the house knew at the time."""
        return held_in(self.truth, self.aways)

    @cached_property
    def seen(self) -> tuple[Sighting, ...]:
        """Every standing sighting, movements at the door among them, in the order in which they were certain."""
        at_the_door = (sighting_of(movement) for movement in self.standing_movements)
        seen = [*standing(self.sightings), *(sighting for sighting in at_the_door if sighting)]
        return tuple(sorted(seen, key=in_order))

    @cached_property
    def standing_excusals(self) -> list[Excusal]:
        latest = (history[-1] for history in versions(self.excusals).values())
        return [excusal for excusal in latest if not excusal.struck]

    @cached_property
    def tardy(self) -> list[tuple[datetime, datetime]]:
        """When she left and when that was typed, where it was typed only afterwards."""
        return [(it.at, it.typed_at) for away in self.aways for it in away.leavings if it.typed_at > it.at]

    @cached_property
    def _by_counts(self) -> dict[frozenset[How], tuple[list[Sighting], list[datetime]]]:
        return {}

    def counting(self, counts: frozenset[How]) -> tuple[list[Sighting], list[datetime]]:
        """The sightings that count for a rule, and by when each was certain."""
        if counts not in self._by_counts:
            seen = [it for it in self.seen if it.how in counts]
            self._by_counts[counts] = seen, [it.seen_to for it in seen]
        return self._by_counts[counts]


def as_known(rule: At | Every, known_at: datetime) -> At | Every:
    """The rule with the end that was known: its early end only from when that was typed."""
    if rule.ended_typed_at is None or rule.ended_typed_at <= known_at:
        return rule
    return replace(rule, ends=rule.planned_end, ended_typed_at=None)


class Counting:
    """The sightings up to now that count for a rule, in the order in which they were certain (`seen_to`)."""

    def __init__(self, seen: list[Sighting], certain: list[datetime], now: datetime) -> None:
        self._seen, self._certain = seen, certain
        self._end = bisect_right(certain, now)

    def after(self, instant: datetime) -> Iterator[Sighting]:
        """Those certain after an instant, earliest first."""
        for index in range(bisect_right(self._certain, instant), self._end):
            yield self._seen[index]

    def since(self, instant: datetime) -> Iterator[Sighting]:
        """Those certain at or after an instant, earliest first."""
        for index in range(bisect_left(self._certain, instant), self._end):
            yield self._seen[index]

    def until(self, instant: datetime) -> Iterator[Sighting]:
        """Those certain at or before an instant, latest first."""
        for index in range(min(bisect_right(self._certain, instant), self._end) - 1, -1, -1):
            yield self._seen[index]


class Evidence:
    """A history as it is judged at `now`: what stands, in order, and no sighting that comes after now."""

    def __init__(self, history: History, now: datetime) -> None:
        instants(now)
        self.now = now
        self.zone = history.zone
        self.rules = history.rules_by_id
        self.truth = history.truth
        self.aways = history.aways
        self.held_in = history.held_in
        self._history = history
        self._counting: dict[frozenset[How], Counting] = {}

    def counting(self, counts: frozenset[How]) -> Counting:
        if counts not in self._counting:
            self._counting[counts] = Counting(*self._history.counting(counts), self.now)
        return self._counting[counts]

    def tolerances(self, instant: datetime) -> Tolerances:
        """The house's settings that held at an instant."""
        dated = self._history.tolerances
        return dated.at(instant) if dated else Tolerances()

    def whereabouts(self, known_before: datetime) -> tuple[Stretch, ...]:
        """Where she was held to be until an instant, of what was typed of her leaving before it."""
        if any(left < known_before <= learned for left, learned in self._history.tardy):
            return believed(self.truth, self.aways, known_before)
        return self.truth

    def presence(self, instant: datetime) -> Presence | None:
        """Where she was at an instant, by everything known."""
        index = bisect_right(self.truth, instant, key=lambda it: it.start) - 1
        return self.truth[index].where if index >= 0 else None

    def aways_in(self, start: datetime, end: datetime) -> tuple[Away, ...]:
        """The times away that touch [start, end)."""
        index = bisect_right(self.aways, start, key=lambda it: it.start)
        if index and ((back := self.aways[index - 1].end) is None or back > start):
            index -= 1
        return self.aways[index : bisect_left(self.aways, end, key=lambda it: it.start)]

    def excusals_for(self, rule_id: UUID, deadline: datetime) -> list[Excusal]:
        """What excuses a deadline, in the order it was typed."""
        covering = [it for it in self._history.standing_excusals if it.covers(rule_id, deadline)]
        return sorted(covering, key=lambda it: (it.typed_at, it.seq))
