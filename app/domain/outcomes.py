"""The words for what is due and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.domain.regimes import Purpose, Tolerances
from app.domain.sightings import Sighting
from app.domain.time import MINUTE

RULE_ENDED = "rule ended"


class Outcome(StrEnum):
    """Each slot has exactly one (SLOTS.md)."""

    DUE = "due"
    ON_TIME = "on_time"
    LATE = "late"
    MISSED = "missed"
    EXCUSED = "excused"


class Kind(StrEnum):
    """Of which kind the rule is."""

    AT = "at"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Slot:
    """She has to be seen from `opens`, and by `closes`: the deadline. At `missed_after` it can no longer be
    met. An *every* slot has its `anchor`: the sighting, or the start of the obligation, from which it counts.
    """

    resident_id: UUID
    rule_id: UUID
    purpose: Purpose
    title: str
    kind: Kind
    opens: datetime
    closes: datetime
    missed_after: datetime
    anchor: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A slot and what became of it, as known at one instant.

    `seen` is the first entry that met it. `ended` is when the outcome was settled: nothing seen later changes
    it; None while it is due, and while an excusal already covers a deadline still to come. `late_minutes`
    counts whole minutes from the deadline, `gap` from the true sighting before it. `early`: met before it
    opened. `reason` says why it is excused; `learned` what would have excused a missed slot, and when that
    was typed.
    """

    slot: Slot
    outcome: Outcome
    ended: datetime | None = None
    seen: Sighting | None = None
    entered_later: bool = False
    late_minutes: int | None = None
    gap: timedelta | None = None
    early: bool = False
    overdue_by: timedelta | None = None
    reason: str | None = None
    learned: tuple[str, datetime] | None = None

    @property
    def overdue(self) -> bool:
        """Due, and the deadline and the tolerance have passed."""
        return self.overdue_by is not None


def met(slot: Slot, seen: Sighting, setting: Tolerances) -> Resolved:
    """On time before the deadline and the tolerance have passed, late from that instant on."""
    late = seen.seen_to >= slot.closes + setting.tolerance
    return Resolved(
        slot,
        Outcome.LATE if late else Outcome.ON_TIME,
        ended=seen.seen_to,
        seen=seen,
        entered_later=seen.entered_later(setting.entered_later),
        late_minutes=(seen.seen_to - slot.closes) // MINUTE if late else None,
        early=seen.seen_to < slot.opens,
    )


def excused(slot: Slot, reason: str, ended: datetime | None) -> Resolved:
    """It need not be met; `ended` None while its deadline is still to come."""
    return Resolved(slot, Outcome.EXCUSED, ended=ended, reason=reason)


def missed(slot: Slot, ended: datetime, learned: list[tuple[str, datetime]]) -> Resolved:
    """Missed as known then; what was learned first, of all that would have excused it, stays beside it."""
    first = min(learned, key=lambda it: (it[1], it[0]), default=None)
    return Resolved(slot, Outcome.MISSED, ended=ended, learned=first)


def still_due(slot: Slot, now: datetime, setting: Tolerances) -> Resolved:
    """Not met yet, and it still can be; overdue once the deadline and the tolerance have passed."""
    overdue = now >= slot.closes + setting.tolerance
    return Resolved(slot, Outcome.DUE, overdue_by=now - slot.closes if overdue else None)
