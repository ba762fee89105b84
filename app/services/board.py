"""The board and what is due, for the window, the sheet and the headless commands alike: one computation (SLOTS.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.absence_steps import CaseLine
from app.domain.board import SLOTS_BACK, Board, LastSeen, board_line, last_sighting
from app.domain.emergencies import Cause, EmergencyRef, why_late
from app.domain.house import SettingHistory
from app.domain.names import name_alerts
from app.domain.residents import Resident, ResidentRef, RoomRef
from app.domain.rooms import RoomState
from app.domain.sightings import Sighting
from app.domain.slots import History, Outcome, Resolved, due
from app.domain.staff import StaffView
from app.domain.time import Span
from app.services.absence_steps import case_lines
from app.services.desk import Desk
from app.store.memory import Recall
from app.store.queries.emergencies import read_causes, read_open_emergency
from app.store.queries.entries import Hands, hands
from app.store.queries.handovers import read_late_reasons
from app.store.queries.history import read_histories, recall_histories
from app.store.queries.house import next_change, read_settings
from app.store.queries.movements import read_whereabouts
from app.store.queries.residents import placed, placed_within, read_refs, read_residents
from app.store.queries.rooms import closures, read_rooms, rooms_of
from app.store.queries.staff import LONGEST_ON_DUTY, duty_changed, read_staff, staff_in
from app.store.work import Reading, read_head


@dataclass(frozen=True, slots=True)
class DueLine:
    """One slot of one woman, with what became of it; `why` it was late, where somebody wrote it with the check, or once
    for the emergency that was on when its deadline passed."""

    who: ResidentRef
    resolved: Resolved
    rule: str
    why: str | None = None


#: Of rows of these is made what the board reads that is nobody's in particular.
_HOUSE_TABLES = (
    "setting resident resident_access placement night_agreement allocation room room_closure staff staff_movement "
    "absence_case absence_step action contingency_plan contingency_contact emergency"
).split()


@dataclass(frozen=True, slots=True)
class _House:
    """The house at an instant, as one reader may know it, but for each woman's checks and movements."""

    settings: SettingHistory
    people: dict[UUID, Resident]
    cases: tuple[CaseLine, ...]
    staff: dict[UUID, StaffView]
    rooms: dict[UUID, RoomRef]
    closed: dict[UUID, tuple[str, datetime | None]]
    taken: frozenset[UUID]
    duty: tuple[tuple[UUID, datetime], ...]
    duty_since: datetime | None
    emergency: EmergencyRef | None
    alerts: dict[UUID, str]

    @property
    def concealed(self) -> tuple[UUID, ...]:
        return tuple(id_ for id_, person in self.people.items() if person.ref.hidden)


def read_board(desk: Desk, at: datetime | None = None, known_at: datetime | None = None) -> Board:
    """The house at `at` (default now), as it was known at `known_at` (default: all that is known)."""
    asked = desk.clock.now()
    now = min(known_at or at or asked, asked)
    zone = desk.house.zone
    with desk.read() as connection:
        live = now == asked and known_at is None
        recall = desk.recall(connection) if live else Recall(now, read_head(connection))
        house = recall.one(
            ("house", desk.actor.staff_id),
            _HOUSE_TABLES,
            lambda: _read_house(connection, desk, (now, known_at, asked)),
        )
        here = house.people.keys()
        histories = recall_histories(
            recall, connection, here, now - SLOTS_BACK, zone, house.settings, house.concealed, known_at
        )
        whereabouts = recall.each(
            "whereabouts", here, lambda ids: read_whereabouts(connection, ids, now, known_at)
        )

        def last_of(ids: list[UUID]) -> dict[UUID, tuple[Sighting, Hands]]:
            last = {id_: seen for id_ in ids if (seen := last_sighting(histories[id_].seen, now))}
            by = hands(connection, last.values(), known_at)
            return {id_: (seen, by[seen.entry_id]) for id_, seen in last.items()}

        last_seen = recall.each("last seen", here, last_of)
    names = {id_: member.name for id_, member in house.staff.items()}
    open_cases = {line.case.resident for line in house.cases if line.case.closed is None}
    lines = [
        board_line(
            person,
            histories[id_],
            now,
            last_seen=_last_seen(*last_seen[id_], names) if id_ in last_seen else None,
            whereabouts=whereabouts.get(id_),
            case_open=id_ in open_cases,
            name_alert=house.alerts.get(id_),
        )
        for id_, person in house.people.items()
    ]
    force = house.settings.at(now, known_at)
    return Board(
        at=now,
        lines=tuple(sorted(lines, key=lambda line: line.who.room.position if line.who.room else 0)),
        empty_rooms=tuple(
            RoomState(room, *house.closed.get(id_, (None, None)))
            for id_, room in house.rooms.items()
            if id_ not in house.taken
        ),
        staff_in=tuple(house.staff[id_] for id_, _ in house.duty),
        staff_since=tuple(since for _, since in house.duty),
        staff_as_since=house.duty_since,
        least_staff=force.least_staff,
        on_call=force.on_call,
        naloxone=force.naloxone,
        head_seq=recall.head.seq,
        head=recall.head.hash,
        last_saved=recall.head.at,
        grace=force.grace,
        emergency=house.emergency,
        cases=house.cases,
        assembly=force.assembly,
        address=force.address,
        settings=force,
    )


def _read_house(
    connection: Reading, desk: Desk, when: tuple[datetime, datetime | None, datetime]
) -> tuple[_House, datetime | None]:
    """The house at an instant, as known at another, for who asks at a third; and until when it stays so by itself."""
    now, known_at, asked = when
    here = placed(connection, now, known_at)
    people = read_residents(connection, desk.actor, now, known_at, here, asked)
    refs = {id_: person.ref for id_, person in people.items()}
    settings = read_settings(connection, known_at)
    duty = staff_in(connection, now, known_at)
    found = _House(
        settings=settings,
        people=people,
        cases=case_lines(
            connection, desk.actor, desk.house, (now, known_at), settings.at(now, known_at), refs
        ),
        staff=read_staff(connection, known_at),
        rooms=read_rooms(connection, known_at),
        closed=closures(connection, now, known_at),
        taken=frozenset(rooms_of(connection, now, known_at).values()),
        duty=duty,
        duty_since=duty_changed(connection, now, known_at),
        emergency=read_open_emergency(connection, now, refs, known_at),
        alerts=name_alerts(
            (ref.id, ref.name, ref.room.label if ref.room else "no room")
            for ref in refs.values()
            if not ref.hidden
        ),
    )
    changes = [since + LONGEST_ON_DUTY for _, since in duty]
    if (change := next_change(connection, now)) is not None:
        changes.append(change)
    return found, min(changes, default=None)


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
        reasons = read_late_reasons(connection, desk.actor, asked, start, known_at)
        causes = read_causes(connection, desk.actor, asked, start, known_at)
    found = [
        DueLine(refs[id_], resolved, _title(history, resolved), _why(resolved, reasons, causes))
        for id_, history in histories.items()
        for resolved in due(history, Span(start, end), now, known_at)
    ]
    return tuple(sorted(found, key=_order))


def _order(line: DueLine) -> tuple[int, str, datetime, datetime]:
    room = line.who.room
    return room.position if room else 0, str(line.who.id), line.resolved.slot.opens, line.resolved.slot.closes


def _why(resolved: Resolved, reasons: Mapping[UUID, str], causes: tuple[Cause, ...]) -> str | None:
    if not resolved.overdue and resolved.outcome not in {Outcome.LATE, Outcome.MISSED}:
        return None
    own = reasons.get(resolved.seen.entry_id) if resolved.seen else None
    return why_late(own, resolved.slot.closes, causes)


def _title(history: History, resolved: Resolved) -> str:
    return next((rule.title for rule in history.rules if rule.id == resolved.slot.rule_id), "")


def _last_seen(last: Sighting, hand: Hands, names: Mapping[UUID, str]) -> LastSeen:
    seen_by = names.get(hand.seen_by) if hand.seen_by else None
    typed_by = names.get(hand.typed_by)
    return LastSeen(last.entry_id, last.seen_to, last.how, seen_by, hand.typed_at, typed_by, last.precision)
