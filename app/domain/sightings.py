"""Sightings: she was seen, how, when, and when somebody wrote it down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.domain.entries import stand
from app.domain.time import instants


class How(StrEnum):
    """How it was established that she was there and alive (DOMAIN.md 1.5 and 7)."""

    SPOKE = "spoke"
    AWAKE = "awake"
    ASLEEP_BREATHING = "asleep_breathing"
    ROUSED = "roused"
    DOOR_ONLY = "door_only"
    VOICE = "voice"
    PHONE = "phone"
    CAMERA = "camera"
    NOT_SEEN = "not_seen"

    @property
    def counts_by_default(self) -> bool:
        return self in DEFAULT_COUNTS


DEFAULT_COUNTS = frozenset({How.SPOKE, How.AWAKE, How.ASLEEP_BREATHING, How.ROUSED})
CLOSE_COUNTS = frozenset({How.SPOKE, How.AWAKE, How.ROUSED})


class Precision(StrEnum):
    """How well the time is known. Only `between` has two ends."""

    EXACT = "exact"
    ABOUT = "about"
    BETWEEN = "between"


class Source(StrEnum):
    """Where the time came from, so that a round typed back later is honest and not suspicious."""

    LIVE = "live"
    PAPER = "paper"
    RADIO = "radio"
    MEMORY = "memory"
    PHONE_LOG = "phone_log"
    CAMERA = "camera"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One entry that says she was seen (or looked for), at [seen_from, seen_to], which are equal unless the
    time is given as *between*. The later end decides whether a slot was met in time, the earlier end starts
    the next interval: the record never gains by vagueness (SLOTS.md)."""

    entry_id: UUID
    seq: int
    resident_id: UUID
    seen_from: datetime
    seen_to: datetime
    how: How
    typed_at: datetime
    precision: Precision = Precision.EXACT
    source: Source = Source.LIVE
    amends: UUID | None = None
    struck: bool = False

    def __post_init__(self) -> None:
        instants(self.seen_from, self.seen_to, self.typed_at)
        if self.seen_to < self.seen_from:
            raise ValueError("She was seen between two times; the second is before the first.")

    def entered_later(self, grace: timedelta) -> bool:
        """Whether it was typed more than `grace` after the earliest moment at which she may have been seen.

        It changes no outcome; it is shown and counted beside every outcome (SLOTS.md).
        """
        return self.typed_at - self.seen_from > grace


def standing(sightings: Iterable[Sighting], known_at: datetime | None = None) -> tuple[Sighting, ...]:
    """The sightings that hold, in order, as known at an instant (None: as known now), each under the identity
    of its first entry (see `entries.stand`)."""
    return tuple(sorted(stand(sightings, lambda it: (it.seen_from, it.seen_to), known_at), key=in_order))


def in_order(sighting: Sighting) -> tuple[datetime, timedelta, int]:
    """By when she had certainly been seen; of two, the one known better, then the one typed first."""
    return sighting.seen_to, sighting.seen_to - sighting.seen_from, sighting.seq
