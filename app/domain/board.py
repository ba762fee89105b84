"""The board: every woman placed here, where she is, and what is due for her. Presence and check state are two things."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.curfew import curfew
from app.domain.house import Settings
from app.domain.movements import Whereabouts
from app.domain.presence import Presence, sighting_of, standing_movements
from app.domain.regimes import Purpose, Rule
from app.domain.residents import NightAgreement, Resident, ResidentRef
from app.domain.rooms import RoomState
from app.domain.sightings import How, Sighting, standing
from app.domain.slots import History, Outcome, Resolved, due
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
    #: The settings in force at `at`.
    settings: Settings = Settings()

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
    sightings: tuple[Sighting, ...],
    last_seen: LastSeen | None,
    whereabouts: Whereabouts | None,
    case_open: bool,
    name_alert: str | None,
) -> BoardLine:
    """Her line at `now`, from what is known of her. One who is placed but has no movement yet is in."""
    slots = [
        r for r in due(history, Span(now - SLOTS_BACK, now + SLOTS_AHEAD), now) if r.outcome is Outcome.DUE
    ]
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
        late_since=tonight.start if late and tonight else None,
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
        woken_tonight=sum(s.how is How.ROUSED and since <= s.seen_to <= now for s in sightings),
        name_alert=name_alert,
    )


def _over(rule: Rule, now: datetime) -> bool:
    return rule.ends is not None and rule.ends <= now


def last_sighting(sightings: tuple[Sighting, ...], now: datetime) -> Sighting | None:
    """The last that counts by default, up to `now`."""
    counted = (s for s in sightings if s.how.counts_by_default and s.seen_to <= now)
    return max(counted, key=lambda s: (s.seen_to, s.seq), default=None)


def sightings_of(history: History) -> tuple[Sighting, ...]:
    """Checks and movements that say how she was seen, as they stand."""
    at_the_door = (sighting_of(movement) for movement in standing_movements(history.movements))
    return (*standing(history.sightings), *(sighting for sighting in at_the_door if sighting))
