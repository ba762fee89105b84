"""The board and what is due, for the window, the sheet and the headless commands alike: one computation (SLOTS.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.board import SLOTS_BACK, Board, LastSeen, board_line, last_sighting, sightings_of
from app.domain.names import name_alerts
from app.domain.residents import ResidentRef
from app.domain.rooms import RoomState
from app.domain.sightings import Sighting
from app.domain.slots import History, Resolved, due
from app.domain.time import Span
from app.services.desk import Desk
from app.store.queries.absences import with_open_cases
from app.store.queries.entries import Hands, hands
from app.store.queries.history import read_histories
from app.store.queries.house import read_settings
from app.store.queries.movements import read_whereabouts
from app.store.queries.residents import placed, placed_within, read_refs, read_residents
from app.store.queries.rooms import closed_rooms, read_rooms, rooms_of
from app.store.queries.staff import read_staff, staff_in
from app.store.work import read_head


@dataclass(frozen=True, slots=True)
class DueLine:
    """One slot of one woman, with what became of it."""

    who: ResidentRef
    resolved: Resolved
    rule: str


def read_board(desk: Desk, at: datetime | None = None, known_at: datetime | None = None) -> Board:
    """The house at `at` (default now), as it was known at `known_at` (default: all that is known)."""
    asked = desk.clock.now()
    now = min(known_at or at or asked, asked)
    zone = desk.house.zone
    with desk.read() as connection:
        settings = read_settings(connection, known_at)
        here = placed(connection, now, known_at)
        people = read_residents(connection, desk.actor, now, known_at, here, asked)
        concealed = [id_ for id_, person in people.items() if person.ref.hidden]
        since = now - SLOTS_BACK
        histories = read_histories(connection, here, since, zone, settings, known_at, concealed)
        cases = with_open_cases(connection, now, concealed, known_at)
        whereabouts = read_whereabouts(connection, here, now, known_at)
        sightings = {id_: sightings_of(history) for id_, history in histories.items()}
        last = [last_sighting(seen, now) for seen in sightings.values()]
        seen_by = hands(connection, [sighting for sighting in last if sighting], known_at)
        staff, rooms, closed = (
            read_staff(connection, known_at),
            read_rooms(connection, known_at),
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
        board_line(
            people[id_],
            histories[id_],
            now,
            sightings=sightings[id_],
            last_seen=_last_seen(sightings[id_], now, seen_by, names),
            whereabouts=whereabouts.get(id_),
            case_open=id_ in cases,
            name_alert=alerts.get(id_),
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
        settings=force,
    )


def read_dues(
    desk: Desk, start: datetime, end: datetime, known_at: datetime | None = None
) -> tuple[DueLine, ...]:
    """Every slot that touches [start, end) of everyone placed in it, with its outcome, in walking order and then by time."""
    asked = desk.clock.now()
    now = min(known_at or asked, asked)
    with desk.read() as connection:
        settings = read_settings(connection, known_at)
        here = placed_within(connection, start, end, known_at)
        refs = read_refs(connection, desk.actor, now, known_at, here, asked)
        concealed = [id_ for id_, ref in refs.items() if ref.hidden]
        histories = read_histories(connection, here, start, desk.house.zone, settings, known_at, concealed)
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
    last = last_sighting(sightings, now)
    if last is None:
        return None
    hand = by[last.entry_id]
    seen_by = names.get(hand.seen_by) if hand.seen_by else None
    return LastSeen(last.entry_id, last.seen_to, last.how, seen_by, hand.typed_at, names.get(hand.typed_by))
