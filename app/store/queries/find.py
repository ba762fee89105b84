"""What the reader may find by typing: women by the beginnings of their names, entries by their words, newest first.

An entry of a woman whom the reader may not read is passed over before anything is counted, so neither her words nor how
many there are shows. The index is walked from the newest entry downwards, in steps that grow, and no further than the
answer needs.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, or_, select

from app.domain.find import FoundEntry, FoundResident, Standing, begins, snippet
from app.domain.names import folded
from app.domain.staff import Actor
from app.store.queries.access import hidden
from app.store.queries.movements import read_whereabouts
from app.store.queries.residents import placed, read_refs
from app.store.queries.rooms import read_rooms, rooms_of
from app.store.queries.staff import read_staff
from app.store.queries.timeline import SAID
from app.store.search import matching
from app.store.tables.audit import audit
from app.store.tables.emergencies import emergency, emergency_step
from app.store.tables.handovers import handover_mark
from app.store.tables.house import event
from app.store.tables.residents import placement, resident
from app.store.tables.rolls import roll, roll_mark
from app.store.tables.walks import walk

#: How much further each step down the index goes than the one before.
_GROWS = 4
#: How many more than twice the entries asked for the first step takes: for those passed over, and for struck pairs.
_MARGIN = 8
_ASKED = {"ask": "Question on the handover", "answer": "Answer on the handover"}

#: Entries that are found though they are on no woman's timeline, and how each is said.
_OF_THE_HOUSE: dict[Table, Callable[[Row[Any]], str]] = {
    emergency_step: lambda row: f"Emergency: {row.kind.replace('_', ' ')}",
    walk: lambda row: row.title or f"Round {row.kind}",
    roll: lambda row: f"Roll call {row.kind}",
    roll_mark: lambda row: f"Roll call: {'found' if row.found else 'not found'}",
    handover_mark: lambda row: _ASKED[row.kind],
}
#: Tables by their name in the spine. What is in none of them (copies, confirmations, duty) is not found.
_SEARCHED: dict[str, Table] = {table.name: table for table in (*SAID, *_OF_THE_HOUSE)}


def find_residents(
    connection: Connection,
    actor: Actor,
    now: datetime,
    wanted: Sequence[str] = (),
    limit: int | None = None,
    left: int | None = None,
) -> tuple[FoundResident, ...]:
    """Women of whom every folded word of `wanted` begins a part of the name, the preferred name or the room; those who
    live here first, in walking order, then those expected, then who left last. At most `limit`, and `left` of those gone.
    """
    concealed = hidden(connection, actor, now)
    rooms, room_of = read_rooms(connection), rooms_of(connection, now)
    r = resident
    rows = connection.execute(select(r.c.id, r.c.name, r.c.preferred_name)).all()
    matched = []
    for id_, name, preferred in rows:
        room = rooms.get(room_of.get(id_, id_))
        if id_ in concealed:
            continue
        parts = (*_parts(name), *_parts(preferred or ""), *(_parts(room.label) if room else ()))
        if begins(wanted, parts):
            matched.append(id_)
    if not matched:
        return ()
    here = placed(connection, now)
    stays = _stays(connection, None if len(matched) > len(rows) // 2 else matched)
    found = [(id_, *_standing(id_ in here, stays.get(id_, (None, None)))) for id_ in matched]
    order = {id_: room.position for id_, room in _placed_in(rooms, room_of).items()}
    found.sort(key=lambda one: _rank(one, order))
    gone = [one for one in found if one[1] is Standing.LEFT]
    if left is not None and len(gone) > left:
        found = [one for one in found if one[1] is not Standing.LEFT] + gone[:left]
    found = found[:limit]
    ids = [id_ for id_, _, _ in found]
    refs = read_refs(connection, actor, now, only=ids)
    where = read_whereabouts(connection, [id_ for id_ in ids if id_ in here], now)
    made = []
    for id_, standing, when in found:
        at = where.get(id_)
        made.append(
            FoundResident(
                refs[id_],
                standing,
                at.presence if at else None,
                at.place if at else None,
                at.since if at else None,
                when,
            )
        )
    return tuple(made)


def _placed_in(rooms: dict[UUID, Any], room_of: dict[UUID, UUID]) -> dict[UUID, Any]:
    return {id_: rooms[room] for id_, room in room_of.items() if room in rooms}


def _rank(one: tuple[UUID, Standing, datetime | None], order: dict[UUID, int]) -> tuple[int, float, str]:
    id_, standing, when = one
    if standing is Standing.HERE:
        return 0, order.get(id_, 0), str(id_)
    if standing is Standing.EXPECTED:
        return 1, when.timestamp() if when else float("inf"), str(id_)
    return 2, -when.timestamp() if when else float("inf"), str(id_)


def _stays(
    connection: Connection, only: Collection[UUID] | None
) -> dict[UUID, tuple[datetime | None, datetime | None]]:
    """Each woman's last placement: when she is expected if she has not arrived, when she departed if she has."""
    p = placement
    chosen = select(p.c.resident_id, p.c.expected_arrival, p.c.arrived, p.c.departed).order_by(p.c.id)
    if only is not None:
        chosen = chosen.where(p.c.resident_id.in_(list(only)))
    return {
        row.resident_id: (None if row.arrived else row.expected_arrival, row.departed)
        for row in connection.execute(chosen)
    }


def _standing(here: bool, stay: tuple[datetime | None, datetime | None]) -> tuple[Standing, datetime | None]:
    expected, departed = stay
    if here:
        return Standing.HERE, None
    return (Standing.LEFT, departed) if departed else (Standing.EXPECTED, expected)


@lru_cache(maxsize=8192)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(folded(name).split())


def find_entries(
    connection: Connection, actor: Actor, now: datetime, text: str, limit: int
) -> tuple[tuple[FoundEntry, ...], bool]:
    """The newest entries that have every word of `text` (the last as a beginning) and that the actor may read, and
    whether there are more of these. An entry that was struck stands once, as struck; one that was corrected stays beside
    its correction."""
    concealed = hidden(connection, actor, now)
    found: dict[UUID, tuple[int, Table, Row[Any]]] = {}
    seen, step = 0, 2 * limit + _MARGIN
    while len(found) <= limit:
        hits = matching(connection, text, step)
        for seq, table, row in _rows(connection, hits[seen:], concealed):
            if row.id not in found or found[row.id][0] < seq:
                found[row.id] = seq, table, row
        if len(hits) < step:
            break
        seen, step = len(hits), step * _GROWS
    newest = sorted(found.values(), key=lambda one: one[0], reverse=True)
    return _entries(connection, actor, now, text, newest[:limit]), len(newest) > limit


def _rows(
    connection: Connection, seqs: Sequence[int], concealed: Collection[UUID]
) -> Iterable[tuple[int, Table, Row[Any]]]:
    """The entries with these numbers that may be read, as (number, table, row). A striking entry is its original's."""
    by_table: dict[Table, list[int]] = defaultdict(list)
    about = audit.c.resident_id
    spine = select(audit.c.seq, audit.c.table).where(or_(about.is_(None), about.not_in(list(concealed))))
    for start in range(0, len(seqs), _AT_ONCE):
        for seq, name in connection.execute(spine.where(audit.c.seq.in_(seqs[start : start + _AT_ONCE]))):
            if name in _SEARCHED:
                by_table[_SEARCHED[name]].append(seq)
    for table, mine in by_table.items():
        for start in range(0, len(mine), _AT_ONCE):
            chosen = select(table).where(table.c.seq.in_(mine[start : start + _AT_ONCE]))
            rows = connection.execute(chosen).all()
            struck = {row.amends_id: row for row in rows if row.struck}
            originals = (
                connection.execute(select(table).where(table.c.id.in_(list(struck)))).all() if struck else []
            )
            pairs = [(row.seq, row) for row in rows if not row.struck]
            pairs += [(struck[row.id].seq, row) for row in originals]
            for seq, row in pairs:
                if row.resident_id not in concealed and _shown(connection, table, row, concealed):
                    yield seq, table, row


#: Entries that one statement asks for: fewer than the parameters that either engine takes.
_AT_ONCE = 500


def _shown(connection: Connection, table: Table, row: Row[Any], concealed: Collection[UUID]) -> bool:
    """Not the events of the house itself (sign-ins, prints), nor who has read a sheet; and a step of an emergency is
    about the woman whom the emergency is about, who may be named only afterwards."""
    if table is event:
        return row.resident_id is not None
    if table is handover_mark:
        return row.kind in _ASKED
    if table is not emergency_step or not concealed:
        return True
    e = emergency
    return (
        connection.execute(select(e.c.resident_id).where(e.c.id == row.emergency_id)).scalar()
        not in concealed
    )


def _entries(
    connection: Connection,
    actor: Actor,
    now: datetime,
    text: str,
    chosen: Sequence[tuple[int, Table, Row[Any]]],
) -> tuple[FoundEntry, ...]:
    if not chosen:
        return ()
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    refs = read_refs(
        connection, actor, now, only={row.resident_id for _, _, row in chosen if row.resident_id}
    )
    later = _later(connection, chosen)
    made = []
    for _, table, row in chosen:
        said = _words(table, row)
        struck = (table, row.id, True)
        made.append(
            FoundEntry(
                entry=row.id,
                seq=row.seq,
                who=refs.get(row.resident_id),
                kind=table.name,
                title=SAID[table](row)[0] if table in SAID else _OF_THE_HOUSE[table](row),
                words=said,
                snippet=snippet(said, text),
                seen_at=row.seen_at,
                seen_until=row.seen_until,
                precision=row.precision,
                seen_by=names.get(row.seen_by),
                typed_at=row.typed_at,
                typed_by=names.get(row.typed_by, ""),
                struck=struck in later,
                corrected=(table, row.id, False) in later,
                why=later.get(struck, row.reason),
            )
        )
    return tuple(made)


def _later(
    connection: Connection, chosen: Sequence[tuple[int, Table, Row[Any]]]
) -> dict[tuple[Table, UUID, bool], str | None]:
    """Why each was struck or amended: by table, the entry's id, and whether it was struck."""
    ids: dict[Table, list[UUID]] = defaultdict(list)
    for _, table, row in chosen:
        ids[table].append(row.id)
    found: dict[tuple[Table, UUID, bool], str | None] = {}
    for table, mine in ids.items():
        t = table.c
        amending = select(t.amends_id, t.struck, t.reason).where(t.amends_id.in_(mine))
        for amended, struck, reason in connection.execute(amending):
            found[table, amended, struck] = reason
    return found


def _words(table: Table, row: Row[Any]) -> str:
    """Every word by which the entry can be found, but why it was corrected: that stands by itself."""
    values = (
        row._mapping[column]
        for column in table.c
        if column.info.get("search") and (column.name != "reason" or row.amends_id is None)
    )
    return " · ".join(value.strip() for value in values if value and value.strip())
