"""Presence: where she is, from the movements at the door and from nothing else.

Presence and check state are two things, always shown as two (DESIGN.md). An open absence case is an `absent`
movement, written when the case opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.entries import versions
from app.domain.sightings import How, Precision, Sighting, Source
from app.domain.time import Span, instants


class Presence(StrEnum):
    """Where a woman who lives here is."""

    IN = "in"
    OUT = "out"
    LEAVE = "leave"
    HOSPITAL = "hospital"
    ABSENT = "absent"
    CUSTODY = "custody"


class Move(StrEnum):
    """What a movement entry says happened."""

    ARRIVE = "arrive"
    IN = "in"
    OUT = "out"
    LEAVE = "leave"
    HOSPITAL = "hospital"
    ABSENT = "absent"
    CUSTODY = "custody"
    DEPART = "depart"

    @property
    def presence(self) -> Presence | None:
        """Her presence from then on; None once she has departed."""
        if self is Move.DEPART:
            return None
        return Presence.IN if self is Move.ARRIVE else Presence(self.value)


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry at the door. With a `how` she was also seen, and it is a sighting as well."""

    entry_id: UUID
    seq: int
    resident_id: UUID
    kind: Move
    at: datetime
    typed_at: datetime
    how: How | None = None
    source: Source = Source.LIVE
    amends: UUID | None = None
    struck: bool = False

    def __post_init__(self) -> None:
        instants(self.at, self.typed_at)


@dataclass(frozen=True, slots=True)
class Leaving:
    """One fact that she had gone: since when, typed when, and where to (None: she departed)."""

    at: datetime
    typed_at: datetime
    presence: Presence | None

    @property
    def reason(self) -> str:
        return self.presence.value if self.presence else "departed"


@dataclass(frozen=True, slots=True)
class Away:
    """A stretch [start, end) in which she was not in, and every fact that ever said so, earliest first.

    An amended movement leaves both its facts here: what was known then, and what was learned.
    """

    start: datetime
    end: datetime | None
    leavings: tuple[Leaving, ...]

    def known_before(self, instant: datetime) -> tuple[Leaving, ...]:
        """What had been typed before an instant."""
        return tuple(leaving for leaving in self.leavings if leaving.typed_at < instant)


def standing_movements(
    movements: Iterable[Movement], known_at: datetime | None = None
) -> tuple[Movement, ...]:
    """The movements that hold, in the order they happened, each under the identity of its first entry.

    As for sightings, `typed_at` is when the time of the movement was last written.
    """
    found = []
    for root, history in versions(movements, known_at).items():
        latest = history[-1]
        if latest.struck:
            continue
        typed_at = latest.typed_at
        for earlier in reversed(history):
            if earlier.at != latest.at:
                break
            typed_at = earlier.typed_at
        found.append(replace(latest, entry_id=root, seq=history[0].seq, typed_at=typed_at, amends=None))
    return tuple(sorted(found, key=lambda movement: (movement.at, movement.seq)))


def sighting_of(movement: Movement) -> Sighting | None:
    """The sighting that a movement is, where it says how she was seen."""
    if movement.how is None:
        return None
    return Sighting(
        entry_id=movement.entry_id,
        seq=movement.seq,
        resident_id=movement.resident_id,
        seen_from=movement.at,
        seen_to=movement.at,
        how=movement.how,
        typed_at=movement.typed_at,
        precision=Precision.EXACT,
        source=movement.source,
    )


def presences(
    movements: Iterable[Movement], known_at: datetime | None = None
) -> tuple[tuple[Span, Presence], ...]:
    """Where she was, range by range, from her arrival on; nothing before it and nothing after she departed."""
    return tuple(
        (Span(start, end), where)
        for start, end, where in _stretches(standing_movements(movements, known_at))
        if where is not None
    )


def presence_at(
    movements: Iterable[Movement], instant: datetime, known_at: datetime | None = None
) -> Presence | None:
    """Where she was at an instant, or None where she had not arrived or had departed."""
    where = None
    for movement in standing_movements(movements, known_at):
        if movement.at > instant:
            break
        where = movement.kind.presence
    return where


def aways(movements: Iterable[Movement], known_at: datetime | None = None) -> tuple[Away, ...]:
    """The stretches after her arrival in which she was not in, in order."""
    told = versions(movements, known_at)
    standing = standing_movements(movements, known_at)
    found = []
    for start, end in _gone(_stretches(standing)):
        here = {m.entry_id for m in standing if start <= m.at and (end is None or m.at < end)}
        leavings = (
            Leaving(max(told_once.at, start), told_once.typed_at, told_once.kind.presence)
            for root in here
            for told_once in told[root]
            if told_once.kind.presence is not Presence.IN and not told_once.struck
        )
        kept = (leaving for leaving in leavings if end is None or leaving.at < end)
        found.append(Away(start, end, tuple(sorted(kept, key=lambda it: (it.at, it.typed_at)))))
    return tuple(found)


def _stretches(
    standing: Iterable[Movement],
) -> list[tuple[datetime, datetime | None, Presence | None]]:
    """Where she was from each change on; two movements at one instant: the one typed last holds."""
    changes: list[tuple[datetime, Presence | None]] = []
    for movement in standing:
        where = movement.kind.presence
        if changes and changes[-1][0] == movement.at:
            changes.pop()
        if not changes or changes[-1][1] is not where:
            changes.append((movement.at, where))
    ends = [at for at, _ in changes[1:]] + [None]
    return [(at, end, where) for (at, where), end in zip(changes, ends, strict=True)]


def _gone(
    stretches: list[tuple[datetime, datetime | None, Presence | None]],
) -> list[tuple[datetime, datetime | None]]:
    """The ranges in which she was not in, adjoining ones made one."""
    found: list[tuple[datetime, datetime | None]] = []
    for start, end, where in stretches:
        if where is Presence.IN:
            continue
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
