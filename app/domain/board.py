"""The board: every woman placed here, where she is, and what is due for her. Presence and check state are two things."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

from app.domain.absence_steps import CaseLine
from app.domain.curfew import curfew
from app.domain.emergencies import EmergencyRef
from app.domain.house import Settings
from app.domain.movements import Whereabouts
from app.domain.presence import Presence
from app.domain.regimes import Purpose, Rule
from app.domain.residents import NightAgreement, Resident, ResidentRef
from app.domain.rooms import RoomState
from app.domain.sightings import How, Precision, Sighting
from app.domain.slots import History, Outcome, Resolved, outstanding
from app.domain.staff import StaffView
from app.domain.time import Span

#: How far back a slot can still be open, and how far ahead the next one is looked for.
SLOTS_BACK, SLOTS_AHEAD = timedelta(hours=26), timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class LastSeen:
    """The last sighting that says she was seen, with the four facts kept apart."""

    entry: UUID
    seen_at: datetime
    how: How
    seen_by: str | None
    typed_at: datetime
    typed_by: str | None
    precision: Precision = Precision.EXACT


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
    #: The emergency that is on, if one is; and what is read out and where everyone gathers.
    emergency: EmergencyRef | None = None
    #: Absence cases that need somebody: open, or closed with her practitioner still to be told. The next due first.
    cases: tuple[CaseLine, ...] = ()
    assembly: str = ""
    address: str = ""
    #: The settings in force at `at`.
    settings: Settings = field(default_factory=Settings)
    #: Since when each of `staff_in` is here, in the same order.
    staff_since: tuple[datetime, ...] = ()
    #: Since when it is these: the last time that anyone of the staff came or left.
    staff_as_since: datetime | None = None

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


def board_line(
    person: Resident,
    history: History,
    now: datetime,
    *,
    last_seen: LastSeen | None,
    whereabouts: Whereabouts | None,
    case_open: bool,
    name_alert: str | None,
) -> BoardLine:
    """Her line at `now`, from what is known of her. One who is placed but has no movement yet is in."""
    slots = outstanding(history, now, SLOTS_AHEAD)
    still = tuple(sorted((r for r in slots if open_outcome(r, now)), key=lambda r: r.slot.closes))
    later = min((r for r in slots if not open_outcome(r, now)), key=lambda r: r.slot.opens, default=None)
    where = whereabouts or Whereabouts(Presence.IN, None, None, None)
    tonight = curfew(history.rules, now, history.zone)
    late = tonight is not None and tonight.start <= now and where.presence in {Presence.OUT, Presence.ABSENT}
    since = tonight.start if tonight and tonight.contains(now) else now - timedelta(hours=12)
    return BoardLine(
        who=person.ref,
        presence=where.presence,
        presence_since=where.since,
        where=None if person.ref.hidden else where.place,
        expected_back=where.expected_back,
        last_seen=last_seen,
        dues=still,
        next_due=later,
        curfew=tonight,
        late_since=_late_since(history, tonight.start, now) if late and tonight else None,
        case_open=case_open,
        watch_day=person.watch_day(now),
        alerts=person.alerts,
        agreement=person.agreement,
        rules=tuple(
            rule.title
            for rule in history.rules
            if rule.purpose not in {Purpose.CURFEW, Purpose.MORNING}
            and rule.starts <= now
            and not _over(rule, now)
        ),
        woken_tonight=sum(s.how is How.ROUSED and since <= s.seen_to <= now for s in history.seen),
        name_alert=name_alert,
    )


def _late_since(history: History, begins: datetime, now: datetime) -> datetime | None:
    """From when she is late for a curfew: its beginning, or the end of what excused her from it; None while that lasts."""
    since = begins
    curfews = [rule.id for rule in history.rules if rule.purpose is Purpose.CURFEW]
    for excusal in sorted(history.standing_excusals, key=lambda it: it.start):
        if excusal.typed_at <= now and any(excusal.covers(rule, since) for rule in curfews):
            if excusal.end is None or excusal.end > now:
                return None
            since = excusal.end
    return since


def _over(rule: Rule, now: datetime) -> bool:
    return rule.ends is not None and rule.ends <= now


def last_sighting(sightings: Sequence[Sighting], now: datetime) -> Sighting | None:
    """The last that counts by default, up to `now`, of sightings in the order in which they were certain."""
    counted = (s for s in reversed(sightings) if s.how.counts_by_default and s.seen_to <= now)
    latest = next(counted, None)
    if latest is None:
        return None
    at_once = takewhile(lambda s: s.seen_to == latest.seen_to, counted)
    return max((latest, *at_once), key=lambda s: s.seq)
