"""Presence: where she is, from the movements at the door and from nothing else.

Presence and check state are two things, always shown as two (DESIGN.md). An open absence case is an `absent`
movement, written when the case opens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.entries import stand, versions
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
    """One fact that she had gone: since when, typed when, and where to (None: she departed).

    `entry_id` is the movement's; an amended movement tells more than one.
    """

    entry_id: UUID
    at: datetime
    typed_at: datetime
    presence: Presence | None

    @property
    def reason(self) -> str:
        """The word for why she could not be seen."""
        return _word(self.presence)

    @property
    def learned_at(self) -> datetime:
        """The first instant at which the house knew that she was gone."""
        return max(self.at, self.typed_at)


@dataclass(frozen=True, slots=True)
class Away:
    """A stretch [start, end) in which she was not in, and every fact that ever told of it, earliest first."""

    start: datetime
    end: datetime | None
    leavings: tuple[Leaving, ...]

    def known_before(self, instant: datetime) -> tuple[Leaving, ...]:
        """What had been typed of it before an instant: of each movement the latest amendment by then."""
        latest: dict[UUID, Leaving] = {}
        for leaving in sorted(self.leavings, key=lambda it: it.typed_at):
            if leaving.typed_at < instant:
                latest[leaving.entry_id] = leaving
        return tuple(sorted(latest.values(), key=lambda it: (it.at, it.typed_at)))

    def learned_at(self) -> datetime:
        """When the house first knew of it."""
        return min(leaving.learned_at for leaving in self.leavings)


def standing_movements(
    movements: Iterable[Movement], known_at: datetime | None = None
) -> tuple[Movement, ...]:
    """The movements that hold, in the order they happened, each under the identity of its first entry (see
    `entries.stand`)."""
    return tuple(sorted(stand(movements, lambda it: it.at, known_at), key=lambda it: (it.at, it.seq)))


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


@dataclass(frozen=True, slots=True)
class Stretch:
    """She was `where` in [start, end); None: she had not arrived, or had departed."""

    start: datetime
    end: datetime | None
    where: Presence | None

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)

    @property
    def reason(self) -> str:
        """The word for why she could not be seen."""
        return _word(self.where)

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether some instant of [start, end), or `start` itself, lies in it."""
        return self.contains(start) or start <= self.start < end


def stretches(standing: Iterable[Movement]) -> tuple[Stretch, ...]:
    """Where she was from each change on. Of two movements at one instant the one typed last holds."""
    return _joined((movement.at, movement.kind.presence) for movement in standing)


def presences(
    movements: Iterable[Movement], known_at: datetime | None = None
) -> tuple[tuple[Span, Presence], ...]:
    """Where she was, range by range, from her arrival on; nothing before it, nothing after she departed."""
    return tuple(
        (Span(stretch.start, stretch.end), stretch.where)
        for stretch in stretches(standing_movements(movements, known_at))
        if stretch.where is not None
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
    for start, end in _gone(stretches(standing)):
        leavings = [
            Leaving(movement.entry_id, max(fact.at, start), fact.typed_at, fact.kind.presence)
            for movement in standing
            if start <= movement.at and (end is None or movement.at < end)
            for fact in told[movement.entry_id]
            if not fact.struck and fact.kind.presence is not Presence.IN and (end is None or fact.at < end)
        ]
        found.append(Away(start, end, tuple(sorted(leavings, key=lambda it: (it.at, it.typed_at)))))
    return tuple(found)


def believed(truth: tuple[Stretch, ...], gone: tuple[Away, ...], before: datetime) -> tuple[Stretch, ...]:
    """Where the house held her to be, of what it had been told of her leaving before an instant.

    Learning later that she had gone does not turn a missed slot into an excused one (SLOTS.md); learning
    later that she had come back, or arrived, holds from when she did.
    """
    came = [(stretch.start, stretch.where) for stretch in truth if stretch.where is Presence.IN]
    left = [(it.at, it.presence) for away in gone for it in away.known_before(before)]
    return _joined(sorted([*came, *left], key=lambda change: change[0]))


def held_in(truth: tuple[Stretch, ...], gone: tuple[Away, ...]) -> list[Span]:
    """When she was in as far as the house knew then: each time in, and on until her leaving was known."""
    learned = {away.start: away for away in gone}
    found: list[Span] = []
    for stretch in truth:
        if stretch.where is not Presence.IN:
            continue
        start, end = stretch.start, stretch.end
        if end is not None:
            away = learned[end]
            end = away.learned_at() if away.end is None else min(away.learned_at(), away.end)
        if found and found[-1].end == start:
            start = found.pop().start
        found.append(Span(start, end))
    return found


def _joined(changes: Iterable[tuple[datetime, Presence | None]]) -> tuple[Stretch, ...]:
    kept: list[tuple[datetime, Presence | None]] = []
    for at, where in changes:
        if kept and kept[-1][0] == at:
            kept.pop()
        if not kept or kept[-1][1] is not where:
            kept.append((at, where))
    ends = [*(at for at, _ in kept[1:]), None]
    return tuple(Stretch(at, end, where) for (at, where), end in zip(kept, ends, strict=False))


def _gone(truth: tuple[Stretch, ...]) -> list[tuple[datetime, datetime | None]]:
    """The ranges in which she was not in, adjoining ones made one."""
    found: list[tuple[datetime, datetime | None]] = []
    for stretch in truth:
        if stretch.where is Presence.IN:
            continue
        if found and found[-1][1] == stretch.start:
            found[-1] = (found[-1][0], stretch.end)
        else:
            found.append((stretch.start, stretch.end))
    return found


def _word(where: Presence | None) -> str:
    return where.value if where else "departed"
