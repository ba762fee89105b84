"""The board and what is due, for the window, the sheet and the headless commands alike: one computation (SLOTS.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.board import Board, BoardLine, LastSeen, open_outcome
from app.domain.curfew import curfew
from app.domain.movements import Whereabouts
from app.domain.names import name_alerts
from app.domain.presence import Presence, sighting_of, standing_movements
from app.domain.regimes import Purpose, Rule
from app.domain.residents import Resident, ResidentRef
from app.domain.rooms import RoomState
from app.domain.sightings import How, Sighting, standing
from app.domain.slots import History, Outcome, Resolved, due
from app.domain.time import Span
from app.services.desk import Desk
from app.store.queries.absences import read_open_cases
from app.store.queries.entries import Hands, hands
from app.store.queries.history import read_histories
from app.store.queries.house import read_settings
from app.store.queries.movements import read_whereabouts
from app.store.queries.residents import placed, placed_within, read_refs, read_residents
from app.store.queries.rooms import closed_rooms, read_rooms, rooms_of
from app.store.queries.staff import read_staff, staff_in
from app.store.work import read_head

#: How far back a slot can still be open, and how far ahead the next one is looked for.
_BACK, _AHEAD = timedelta(hours=26), timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class DueLine:
    """One slot of one woman, with what became of it."""

    who: ResidentRef
    resolved: Resolved
    rule: str


def read_board(desk: Desk, at: datetime | None = None, known_at: datetime | None = None) -> Board:
    """The house at `at` (default now), as it was known at `known_at` (default: all that is known)."""
    now = known_at or at or desk.clock.now()
    zone = desk.house.zone
    with desk.read() as connection:
        settings = read_settings(connection, known_at)
        here = placed(connection, now, known_at)
        people = read_residents(connection, desk.actor, now, known_at)
        histories = read_histories(connection, here, now - _BACK, zone, settings, known_at)
        cases = read_open_cases(connection, desk.actor, now) if here else {}
        whereabouts = read_whereabouts(connection, here, now, known_at)
        sightings = {id_: _all_sightings(history) for id_, history in histories.items()}
        last = [_last(seen, now) for seen in sightings.values()]
        seen_by = hands(connection, [sighting.entry_id for sighting in last if sighting])
        staff, rooms, closed = (
            read_staff(connection),
            read_rooms(connection),
            closed_rooms(connection, now, known_at),
        )
        taken = set(rooms_of(connection, now, known_at).values())
        duty = staff_in(connection, now, known_at)
        head = read_head(connection)
    alerts = name_alerts(
        (ref.id, ref.name, ref.room.label if ref.room else "no room")
        for ref in (people[id_].ref for id_ in here)
        if not ref.hidden
    )
    names = {id_: member.name for id_, member in staff.items()}
    lines = [
        _line(
            people[id_],
            histories[id_],
            now,
            sightings[id_],
            _last_seen(sightings[id_], now, seen_by, names),
            whereabouts.get(id_),
            id_ in cases,
            alerts.get(id_),
        )
        for id_ in here
    ]
    force = settings.at(now, known_at)
    return Board(
        at=now,
        lines=tuple(sorted(lines, key=lambda line: line.who.room.position if line.who.room else 0)),
        empty_rooms=tuple(
            RoomState(room, closed.get(id_)) for id_, room in rooms.items() if id_ not in taken
        ),
        staff_in=tuple(staff[id_] for id_, _ in duty),
        least_staff=force.least_staff,
        on_call=force.on_call,
        naloxone=force.naloxone,
        head_seq=head.seq,
        head=head.hash,
        last_saved=head.at,
        grace=force.grace,
    )


def read_dues(
    desk: Desk, start: datetime, end: datetime, known_at: datetime | None = None
) -> tuple[DueLine, ...]:
    """Every slot that touches [start, end) of everyone placed in it, with its outcome, in walking order and then by time."""
    now = known_at or desk.clock.now()
    with desk.read() as connection:
        settings = read_settings(connection, known_at)
        here = placed_within(connection, start, end, known_at)
        refs = read_refs(connection, desk.actor, now, known_at)
        histories = read_histories(connection, here, start, desk.house.zone, settings, known_at)
    found = [
        DueLine(refs[id_], resolved, _title(history, resolved))
        for id_, history in histories.items()
        for resolved in due(history, Span(start, end), now, known_at)
    ]
    return tuple(sorted(found, key=_order))


def _order(line: DueLine) -> tuple[int, str, datetime, datetime]:
    room = line.who.room
    return room.position if room else 0, str(line.who.id), line.resolved.slot.opens, line.resolved.slot.closes


def _title(history: History, resolved: Resolved) -> str:
    return next((rule.title for rule in history.rules if rule.id == resolved.slot.rule_id), "")


def _last_seen(
    sightings: tuple[Sighting, ...], now: datetime, by: Mapping[UUID, Hands], names: Mapping[UUID, str]
) -> LastSeen | None:
    last = _last(sightings, now)
    if last is None:
        return None
    hand = by[last.entry_id]
    seen_by = names.get(hand.seen_by) if hand.seen_by else None
    return LastSeen(last.entry_id, last.seen_to, last.how, seen_by, hand.typed_at, names.get(hand.typed_by))


def _last(sightings: tuple[Sighting, ...], now: datetime) -> Sighting | None:
    counted = (s for s in sightings if s.how.counts_by_default and s.seen_to <= now)
    return max(counted, key=lambda s: (s.seen_to, s.seq), default=None)


def _line(
    person: Resident,
    history: History,
    now: datetime,
    sightings: tuple[Sighting, ...],
    last_seen: LastSeen | None,
    whereabouts: Whereabouts | None,
    case_open: bool,
    name_alert: str | None,
) -> BoardLine:
    slots = [r for r in due(history, Span(now - _BACK, now + _AHEAD), now) if r.outcome is Outcome.DUE]
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


def _all_sightings(history: History) -> tuple[Sighting, ...]:
    """Checks and movements that say how she was seen, as they stand."""
    at_the_door = (sighting_of(movement) for movement in standing_movements(history.movements))
    return (*standing(history.sightings), *(sighting for sighting in at_the_door if sighting))
