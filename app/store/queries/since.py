"""What was written after an instant, as changes: entries by their sequence, records by their lines in the spine."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Table, or_, select

from app.domain.absences import Decision
from app.domain.regimes import Purpose
from app.domain.residents import ResidentRef
from app.domain.since import Change, Edge, Matter
from app.domain.staff import Actor
from app.domain.time import stamp, stamp_day
from app.domain.wording import PURPOSE
from app.store.queries.entries import CORRECTED
from app.store.queries.handovers import ANSWER, QUESTION, TAKEN
from app.store.queries.residents import read_refs
from app.store.queries.rooms import read_rooms
from app.store.queries.staff import read_staff
from app.store.queries.timeline import SAID
from app.store.queries.undo import UNDONE
from app.store.tables.absences import absence_case, absence_step
from app.store.tables.audit import audit
from app.store.tables.checks import check
from app.store.tables.emergencies import emergency
from app.store.tables.handovers import handover, handover_mark
from app.store.tables.house import event, setting
from app.store.tables.movements import movement
from app.store.tables.notes import action, note
from app.store.tables.plans import contingency_contact, contingency_plan
from app.store.tables.regimes import excusal, rule
from app.store.tables.residents import night_agreement, placement, resident
from app.store.tables.rolls import roll
from app.store.tables.rooms import allocation, room_closure
from app.store.tables.staff import staff, staff_movement

#: How far back her shifts are looked for. Who was away for longer is a newcomer again.
LOOK_BACK = timedelta(days=400)
#: The most of what somebody typed that a line shows.
_LONGEST = 400
#: What of a restricted woman is for everyone on shift, without its words (DESIGN.md).
_FOR_ALL = frozenset({"movement", "allocation", "rule", "check_entry", "emergency"})


def read_edges(connection: Connection, actor: Actor, now: datetime) -> tuple[Edge, ...]:
    """When this person came to the building or the computer, and left."""
    m, e = staff_movement, event
    later = m.alias()
    struck = select(later.c.id).where(later.c.amends_id == m.c.id).exists()
    duty = select(m.c.seen_at, m.c.kind).where(
        m.c.staff_id == actor.staff_id,
        m.c.seen_at > now - LOOK_BACK,
        m.c.seen_at <= now,
        ~m.c.struck,
        ~struck,
    )
    sat = select(e.c.seen_at, e.c.kind).where(
        e.c.seen_at > now - LOOK_BACK,
        e.c.seen_at <= now,
        e.c.typed_by == actor.staff_id,
        e.c.kind.in_(("sign_in", "sign_out")),
    )
    return (
        *(Edge(row.seen_at, row.kind == "in", True) for row in connection.execute(duty)),
        *(Edge(row.seen_at, row.kind == "sign_in", False) for row in connection.execute(sat)),
    )


def read_changes(
    connection: Connection, actor: Actor, now: datetime, start: datetime, limit: int, zone: ZoneInfo
) -> tuple[Change, ...]:
    """What was typed after `start`, newest first, at most `limit`, as the actor may read it."""
    a = audit
    before = select(a.c.seq).where(a.c.at <= start).order_by(a.c.seq.desc()).limit(1)
    after = connection.execute(before).scalar() or 0
    told = [
        *_entries(connection, actor, after, limit),
        *_records(connection, actor, after, limit, zone),
    ]
    told.sort(key=lambda each: -each.seq)
    return _changes(connection, actor, now, told[:limit])


class _Told(NamedTuple):
    """A change before it is known whom the reader may know."""

    table: str
    seq: int
    at: datetime
    typed_at: datetime
    by: UUID
    resident: UUID | None
    said: "_Said"
    correction: bool = False
    undone: bool = False
    was: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    matter: Matter
    what: str
    words: str | None = None
    matters: bool = False
    section: str = ""


def _changes(connection: Connection, actor: Actor, now: datetime, told: list[_Told]) -> tuple[Change, ...]:
    ids = {id_ for each in told for id_ in (each.resident, each.was) if id_ is not None}
    refs = read_refs(connection, actor, now, only=ids)
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    return tuple(
        _change(each, refs, names)
        for each in told
        if each.resident is None or not refs[each.resident].hidden or each.table in _FOR_ALL
    )


def _change(told: _Told, refs: Mapping[UUID, ResidentRef], names: Mapping[UUID, str]) -> Change:
    who = refs[told.resident] if told.resident is not None else None
    words = told.said.words or ""
    if told.was is not None and not refs[told.was].hidden:
        words = "; ".join(part for part in (f"it had been written for {refs[told.was].name}", words) if part)
    if who is not None and who.hidden:
        words = ""
    return Change(
        seq=told.seq,
        at=told.at,
        typed_at=told.typed_at,
        by=names.get(told.by, ""),
        matter=told.said.matter,
        what=told.said.what,
        words=_short(words),
        who=who,
        matters=told.said.matters,
        section=told.said.section,
        correction=told.correction,
        undone=told.undone,
    )


def _short(words: str) -> str:
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= _LONGEST else one_line[:_LONGEST].rstrip() + "…"


# Entries


def _entries(connection: Connection, actor: Actor, after: int, limit: int) -> Iterator[_Told]:
    sheets = _sheet_numbers(connection)
    wanted: dict[Table, tuple[Any, Callable[[Row[Any]], _Said]]] = {
        check: (or_(check.c.concern, check.c.amends_id.is_not(None)), _check),
        movement: (None, _movement),
        note: (None, _note),
        excusal: (None, lambda row: _Said(Matter.CHECKS, "Checks excused", row.reason)),
        absence_step: (None, lambda row: _Said(Matter.CASE, *SAID[absence_step](row))),
        handover: (
            None,
            lambda row: _Said(Matter.HANDOVER, f"Handover {row.number} offered", row.shift, True, "handover"),
        ),
        handover_mark: (
            handover_mark.c.kind.in_((QUESTION, ANSWER, TAKEN)),
            lambda row: _mark(row.kind, sheets.get(row.handover_id)),
        ),
        roll: (
            roll.c.roll_id.is_(None),
            lambda row: _Said(Matter.EMERGENCY, "Roll call", row.occasion, True, "fire"),
        ),
        event: (
            event.c.kind.in_(("clock", "restrict", *(("break_glass",) if actor.manages else ()))),
            lambda row: _Said(
                Matter.HOUSE, "The clock" if row.kind == "clock" else "Restricted record", row.text
            ),
        ),
    }
    for table, (where, say) in wanted.items():
        query = select(table).where(table.c.seq > after).order_by(table.c.seq.desc()).limit(limit)
        rows = connection.execute(query if where is None else query.where(where)).all()
        earlier = _by_id(connection, table, [row.amends_id for row in rows if row.amends_id])
        undone = _amended(connection, table, [row.id for row in rows])
        for row in rows:
            was = earlier.get(row.amends_id)
            if was is not None and not row.struck and not _differs(row, was):
                continue
            yield _entry(table, row, was, say, row.id in undone)


def _entry(
    table: Table, row: Row[Any], was: Row[Any] | None, say: Callable[[Row[Any]], _Said], undone: bool
) -> _Told:
    said, moved = say(row), None
    if was is not None:
        earlier = say(was)
        verb = "struck" if row.struck else "corrected"
        at_once = row.reason == UNDONE
        said = _Said(
            earlier.matter,
            f"{earlier.what}: {verb}",
            row.reason,
            earlier.matters and not at_once,
            earlier.section,
        )
        moved = was.resident_id if was.resident_id != row.resident_id else None
    at = row.seen_at if was is None else row.typed_at
    return _Told(
        table.name,
        row.seq,
        at,
        row.typed_at,
        row.typed_by,
        row.resident_id,
        said,
        was is not None,
        undone,
        moved,
    )


def _differs(row: Row[Any], was: Row[Any]) -> bool:
    now, before = row._mapping, was._mapping
    return any(now[name] != before[name] for name in CORRECTED if name in now)


def _by_id(connection: Connection, table: Table, ids: list[UUID]) -> dict[UUID, Row[Any]]:
    if not ids:
        return {}
    return {row.id: row for row in connection.execute(select(table).where(table.c.id.in_(ids)))}


def _amended(connection: Connection, table: Table, ids: list[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    rows = connection.execute(select(table.c.amends_id).where(table.c.amends_id.in_(ids)))
    return frozenset(row.amends_id for row in rows)


def _sheet_numbers(connection: Connection) -> dict[UUID, int]:
    newest = select(handover.c.id, handover.c.number).order_by(handover.c.number.desc()).limit(60)
    return {row.id: row.number for row in connection.execute(newest)}


def _check(row: Row[Any]) -> _Said:
    title, detail = SAID[check](row)
    if row.concern:
        return _Said(Matter.CONCERN, "Concern", row.note, True)
    return _Said(Matter.CHECKS, f"Check “{title.lower()}”", detail)


_STAY = ("arrive", "depart")
_QUIET = ("in", "out")


def _movement(row: Row[Any]) -> _Said:
    title, _ = SAID[movement](row)
    detail = " · ".join(part for part in (row.place, row.purpose, row.condition) if part)
    matter = Matter.STAY if row.kind in _STAY else Matter.CASE if row.kind == "absent" else Matter.MOVEMENT
    return _Said(matter, title, detail, row.kind not in _QUIET)


def _note(row: Row[Any]) -> _Said:
    return _Said(Matter.NOTE, "Note to hand over" if row.hand_over else "Note", row.text, row.hand_over)


def _mark(kind: str, number: int | None) -> _Said:
    sheet = f"Handover {number}" if number is not None else "A handover"
    if kind == TAKEN:
        return _Said(Matter.HANDOVER, f"{sheet} taken over", None, True, "handover")
    return _Said(Matter.HANDOVER, f"{sheet}: {kind}", None, False, "handover")


# Records


class _Versions(NamedTuple):
    """One line of a record in the spine: the row as it became, and as it was before (None: it was made)."""

    row: Mapping[str, Any]
    was: Mapping[str, Any] | None
    act: str

    def became(self, name: str) -> bool:
        """Whether a field was set with this version."""
        return self.row[name] is not None and (self.was is None or self.was[name] is None)


@dataclass(frozen=True, slots=True)
class _House:
    """What is needed to put a record in words."""

    actor: Actor
    zone: ZoneInfo
    rooms: Mapping[UUID, str]
    #: Her allocations that ended: (resident, end) to room.
    ended: Mapping[tuple[UUID, datetime], UUID]

    def room(self, id_: UUID | None) -> str:
        return self.rooms.get(id_, "no room") if id_ is not None else "no room"


def _records(connection: Connection, actor: Actor, after: int, limit: int, zone: ZoneInfo) -> Iterator[_Told]:
    a = audit
    names = {table.name: table for table in _SAY}
    lines = connection.execute(
        select(a.c.seq, a.c.at, a.c.who, a.c.action, a.c.table, a.c.row, a.c.resident_id, a.c.version)
        .where(a.c.seq > after, a.c.table.in_(list(names)))
        .order_by(a.c.seq.desc())
        .limit(limit)
    ).all()
    rows = _rows(connection, lines, names)
    house = _House(
        actor,
        zone,
        {id_: ref.label for id_, ref in read_rooms(connection).items()},
        _ended(connection, {line.resident_id for line in lines if line.table == allocation.name}),
    )
    for line in lines:
        versions = _Versions(
            rows[line.table][line.row, line.version],
            rows[line.table].get((line.row, line.version - 1)),
            line.action,
        )
        said = _SAY[names[line.table]](versions, house)
        if said is not None:
            yield _Told(line.table, line.seq, line.at, line.at, line.who, line.resident_id, said)


def _rows(
    connection: Connection, lines: Iterable[Any], names: Mapping[str, Table]
) -> dict[str, dict[tuple[UUID, int], Mapping[str, Any]]]:
    """Every version of the records that these lines are about: table to (id, version) to row."""
    ids: dict[str, set[UUID]] = defaultdict(set)
    for line in lines:
        ids[line.table].add(line.row)
    found: dict[str, dict[tuple[UUID, int], Mapping[str, Any]]] = {}
    for name, wanted in ids.items():
        table = names[name]
        found[name] = {}
        for source in (table.info["versions"], table):
            for row in connection.execute(select(source).where(source.c.id.in_(list(wanted)))).mappings():
                found[name][row["id"], row["version"]] = {str(key): value for key, value in row.items()}
    return found


def _ended(connection: Connection, residents: set[UUID]) -> dict[tuple[UUID, datetime], UUID]:
    if not residents:
        return {}
    b = allocation
    rows = connection.execute(
        select(b.c.resident_id, b.c.room_id, b.c.ends).where(
            b.c.resident_id.in_(residents), b.c.ends.is_not(None)
        )
    )
    return {(row.resident_id, row.ends): row.room_id for row in rows}


def _placement(v: _Versions, house: _House) -> _Said | None:
    if v.was is not None:
        return None
    when = v.row["expected_arrival"]
    return _Said(Matter.STAY, "Expected", stamp_day(when, house.zone) if when else None, True)


def _allocation(v: _Versions, house: _House) -> _Said | None:
    if v.was is not None or v.act != "move_room":
        return None
    before = house.ended.get((v.row["resident_id"], v.row["starts"]))
    what = f"Moved from {house.room(before)} to {house.room(v.row['room_id'])}"
    return _Said(Matter.STAY, what, v.row["reason"], True)


_DETAILS = {
    "alerts": "alerts",
    "allergies": "allergies",
    "evacuation": "needs in an evacuation",
    "watch_from": "first fortnight",
    "name": "name",
    "preferred_name": "preferred name",
    "pronouns": "pronouns",
    "born": "date of birth",
    "crn": "case number",
}
_SAFETY = frozenset({"alerts", "allergies", "evacuation", "watch_from"})


def _resident(v: _Versions, house: _House) -> _Said | None:
    if v.was is None or v.act != "change_resident":
        return None
    changed = [name for name in _DETAILS if v.row[name] != v.was[name]]
    if not changed:
        return None
    what = f"Changed: {', '.join(_DETAILS[name] for name in changed)}"
    words = v.row["alerts"] if "alerts" in changed else None
    return _Said(Matter.PLAN, what, words, not _SAFETY.isdisjoint(changed))


def _rule(v: _Versions, house: _House) -> _Said | None:
    purpose = PURPOSE[Purpose(v.row["purpose"])].capitalize()
    if v.was is None:
        verb = "changed" if v.row["replaces_id"] else "started"
        return _Said(Matter.CHECKS, f"{purpose} {verb}", v.row["title"], True)
    if v.became("ended_at") and v.row["end_reason"] != "replaced":
        return _Said(Matter.CHECKS, f"{purpose} ended", v.row["title"], True)
    return None


def _case(v: _Versions, house: _House) -> _Said | None:
    if v.was is None:
        return None
    if v.became("closed"):
        return _Said(Matter.CASE, "Absence case closed", v.row["outcome"], True)
    if v.row["decision"] != v.was["decision"]:
        decided = Decision(v.row["decision"] or "open").label
        by = f"decided by {v.row['decided_by']}" if v.row["decided_by"] else None
        return _Said(Matter.CASE, f"Absence: {decided}", by, True)
    if v.became("returned"):
        return _Said(
            Matter.CASE, f"Back at {stamp(v.row['returned'], house.zone)}, case still open", None, True
        )
    return None


def _emergency(v: _Versions, house: _House) -> _Said | None:
    if v.was is None:
        return _Said(Matter.EMERGENCY, "Emergency", v.row["kind"], True, "emergency")
    if v.row["mistake"] and not v.was["mistake"]:
        return _Said(Matter.EMERGENCY, "Emergency key pressed by mistake", None, False, "emergency")
    if v.became("ended"):
        return _Said(Matter.EMERGENCY, "Emergency over", v.row["summary"], True, "emergency")
    return None


def _written(
    what: str, fields: tuple[str, ...], *, matters: bool
) -> Callable[[_Versions, _House], _Said | None]:
    def say(v: _Versions, house: _House) -> _Said | None:
        if v.was is None:
            anything = any(v.row[name] for name in fields)
            return _Said(Matter.PLAN, f"{what} written", None, matters) if anything else None
        if "ended" in v.row and v.became("ended"):
            return _Said(Matter.PLAN, f"{what} taken out", None, matters)
        changed = any(v.row[name] != v.was[name] for name in fields)
        return _Said(Matter.PLAN, f"{what} changed", None, matters) if changed else None

    return say


def _action(v: _Versions, house: _House) -> _Said | None:
    mine = v.row["owner_id"] == house.actor.staff_id
    if v.was is None:
        return _Said(Matter.ACTION, "Action for you" if mine else "Action", v.row["text"], mine)
    if v.became("done"):
        return _Said(
            Matter.ACTION, "Action done", " · ".join(filter(None, (v.row["text"], v.row["outcome"])))
        )
    return None


def _closure(v: _Versions, house: _House) -> _Said | None:
    label = house.room(v.row["room_id"])
    if v.was is None:
        until = f", to {stamp_day(v.row['ends'], house.zone)}" if v.row["ends"] else ""
        return _Said(Matter.STAY, f"{label} out of service", f"{v.row['reason']}{until}")
    return _Said(Matter.STAY, f"{label} in service again") if v.row["ends"] != v.was["ends"] else None


def _setting(v: _Versions, house: _House) -> _Said | None:
    if v.was is not None:
        return None
    name = v.row["key"].replace("_", " ")
    said = f"{v.row['value'].strip(chr(34))}, from {stamp_day(v.row['starts'], house.zone)}"
    return _Said(Matter.HOUSE, f"House rule: {name}", said, True)


def _staff(v: _Versions, house: _House) -> _Said | None:
    if v.was is None:
        return _Said(Matter.HOUSE, "New on the staff", v.row["name"])
    return (
        _Said(Matter.HOUSE, "Left the staff", v.row["name"])
        if v.was["active"] and not v.row["active"]
        else None
    )


def _texts(table: Table) -> tuple[str, ...]:
    """The columns of a record that are not its making."""
    own = {
        "id",
        "house_id",
        "version",
        "changed_at",
        "changed_by",
        "resident_id",
        "salt",
        "digest",
        "position",
        "ended",
    }
    return tuple(column.name for column in table.c if column.name not in own)


#: How a version of each record is said; None passes it over.
_SAY: dict[Table, Callable[[_Versions, _House], _Said | None]] = {
    resident: _resident,
    placement: _placement,
    allocation: _allocation,
    rule: _rule,
    absence_case: _case,
    emergency: _emergency,
    contingency_plan: _written("Contingency plan", _texts(contingency_plan), matters=True),
    contingency_contact: _written("A contact", _texts(contingency_contact), matters=False),
    night_agreement: _written("Night agreement", _texts(night_agreement), matters=True),
    action: _action,
    room_closure: _closure,
    setting: _setting,
    staff: _staff,
}
