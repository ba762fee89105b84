"""The board: every woman placed here, where she is, and what is due for her. Presence and check state are two things."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.presence import Presence
from app.domain.residents import NightAgreement, ResidentRef
from app.domain.rooms import RoomState
from app.domain.sightings import How
from app.domain.slots import Outcome, Resolved
from app.domain.staff import StaffView
from app.domain.time import Span


@dataclass(frozen=True, slots=True)
class LastSeen:
    """The last sighting that says she was seen, with the four facts kept apart."""

    entry: UUID
    seen_at: datetime
    how: How
    seen_by: str | None
    typed_at: datetime
    typed_by: str | None


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One woman on the board. `dues` are her open slots, the overdue first; `next_due` is the first that opens later.

    `curfew` is the one she is under, or her next. `late_since` is its start while she should be in and is not.
    """

    who: ResidentRef
    presence: Presence
    presence_since: datetime | None
    where: str | None
    expected_back: datetime | None
    last_seen: LastSeen | None
    dues: tuple[Resolved, ...]
    next_due: Resolved | None
    curfew: Span | None
    late_since: datetime | None
    case_open: bool
    watch_day: int | None
    alerts: str | None
    agreement: NightAgreement | None
    rules: tuple[str, ...]
    woken_tonight: int
    name_alert: str | None

    @property
    def id(self) -> UUID:
        """Her resident id."""
        return self.who.id

    @property
    def overdue(self) -> tuple[Resolved, ...]:
        """Open slots past their close and the tolerance."""
        return tuple(slot for slot in self.dues if slot.overdue)

    @property
    def unseen_since_return(self) -> bool:
        """In, and nobody has seen her since she came in (or ever): "in, not seen since"."""
        if self.presence is not Presence.IN or self.presence_since is None:
            return False
        return self.last_seen is None or self.last_seen.seen_at < self.presence_since


@dataclass(frozen=True, slots=True)
class Board:
    """The whole house at one instant, in walking order."""

    at: datetime
    lines: tuple[BoardLine, ...]
    empty_rooms: tuple[RoomState, ...]
    staff_in: tuple[StaffView, ...]
    least_staff: int
    on_call: str
    naloxone: str
    head_seq: int
    head: bytes
    last_saved: datetime | None
    #: How long after a curfew begins an absence asks for no steps.
    grace: timedelta = timedelta(minutes=30)

    def count(self, presence: Presence) -> int:
        """How many women are so."""
        return Counter(line.presence for line in self.lines)[presence]

    @property
    def overdue(self) -> tuple[BoardLine, ...]:
        """Women with a check past its close and tolerance."""
        return tuple(line for line in self.lines if line.overdue)

    def line(self, resident: UUID) -> BoardLine | None:
        """Her line, or None when she is not placed here."""
        return next((line for line in self.lines if line.id == resident), None)


def open_outcome(resolved: Resolved, now: datetime) -> bool:
    """Whether this slot asks for a sighting now: due, and already open."""
    return resolved.outcome is Outcome.DUE and resolved.slot.opens <= now
