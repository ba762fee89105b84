"""What changed since someone was last here (DOMAIN.md 7, handover by exception): what matters first, the rest behind it.

A routine sighting is no change: it is on the board and in the round. Nothing here is stored; it is read from the one
spine of the record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.residents import ResidentRef

#: Someone who was away for less than this had a break, not a night off.
AWAY = timedelta(hours=6)
#: The longest shift: who came in so long ago and never said that she left is taken to have gone.
LONGEST_SHIFT = timedelta(hours=14)
#: What a newcomer, who never left because she was never here, is shown.
NEWCOMER = timedelta(hours=24)
#: The most changes that are read; after months away the oldest are not.
MOST = 1000


class Matter(StrEnum):
    """What a change is about."""

    STAY = "stay"
    MOVEMENT = "movement"
    CASE = "case"
    EMERGENCY = "emergency"
    CONCERN = "concern"
    CHECKS = "checks"
    PLAN = "plan"
    HANDOVER = "handover"
    NOTE = "note"
    ACTION = "action"
    HOUSE = "house"

    @property
    def label(self) -> str:
        """As the filter says it."""
        return _LABELS[self]


_LABELS = {
    Matter.STAY: "Arrivals, departures, rooms",
    Matter.MOVEMENT: "Out and in",
    Matter.CASE: "Absences",
    Matter.EMERGENCY: "Emergencies and roll calls",
    Matter.CONCERN: "Concerns",
    Matter.CHECKS: "How she is checked",
    Matter.PLAN: "Plans and agreements",
    Matter.HANDOVER: "Handover",
    Matter.NOTE: "Notes",
    Matter.ACTION: "Actions",
    Matter.HOUSE: "The house",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the record that changed something. `at` is when it was so, `typed_at` when it was written, `seq` its
    entry in the spine; `who` is None for what is about the house. `matters` puts it among the first. `section` is the page
    that has it, where that is not her own.

    `correction` marks an entry that corrects or strikes another; `undone` one that a later entry struck or corrected.
    """

    seq: int
    at: datetime
    typed_at: datetime
    by: str
    matter: Matter
    what: str
    words: str = ""
    who: ResidentRef | None = None
    matters: bool = False
    section: str = ""
    correction: bool = False
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Since:
    """Everything that changed since `left`, newest first; `left` is None for someone who was never here before, and then
    `start` is a day ago. `more` says that there was too much to read, and only the newest is here."""

    left: datetime | None
    start: datetime
    changes: tuple[Change, ...]
    more: bool = False

    @property
    def headlines(self) -> tuple[Change, ...]:
        """What matters, newest first; what was struck or corrected since is told by what did so."""
        return tuple(change for change in self.changes if change.matters and not change.undone)


@dataclass(frozen=True, slots=True)
class Edge:
    """Someone came (to the building or the computer) or left it."""

    at: datetime
    came: bool
    duty: bool


def last_left(edges: Iterable[Edge], now: datetime, away: timedelta = AWAY) -> datetime | None:
    """When she last left before a time away of at least `away`; None when there was none.

    Her times here are her shifts and her sittings at the computer; one that was never ended lasts a shift at most. Where she forgot to say that she left, it is the last that is known of her: rather too early than too late.
    """
    left = until = known = None
    for start, end, last in sorted(_blocks(sorted(edges, key=lambda edge: edge.at), now)):
        if until is not None and start - until >= away:
            left, known = known, last
        known = max(known or last, last)
        until = max(until or end, end)
    return known if until is not None and now - until >= away else left


def _blocks(edges: list[Edge], now: datetime) -> Iterable[tuple[datetime, datetime, datetime]]:
    """Times here as (from, until, the last instant that is known of)."""
    for duty in (True, False):
        came: datetime | None = None
        for edge in (each for each in edges if each.duty is duty):
            if edge.came:
                if came is not None:
                    yield came, max(min(came + LONGEST_SHIFT, edge.at), came), came
                came = edge.at
            else:
                yield (came or edge.at, edge.at, edge.at)
                came = None
        if came is not None:
            yield came, max(min(came + LONGEST_SHIFT, now), came), came
