"""The one entry that undo may strike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, func, or_, select

from app.domain.staff import Actor
from app.store.queries.handovers import TAKEN
from app.store.queries.known import standing
from app.store.queries.timeline import SAID
from app.store.tables.absences import absence_step
from app.store.tables.handovers import handover, handover_mark
from app.store.tables.house import event


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry of the actor's own."""

    entry: UUID
    seq: int
    said: str
    resident: UUID | None
    typed_at: datetime
    #: Whether all of it, its corrections and what they corrected, could be undone; else only this correction can.
    grew_here: bool


#: What is told, or happened to the record, is not undone with a key.
_NOT_UNDONE = (absence_step, event)
#: The reason that an undoing gives; it is not undone itself.
UNDONE = "undone at once"


def latest_own_entry(
    connection: Connection, actor: Actor, since_seq: int, since: datetime
) -> OwnEntry | None:
    """The actor's newest standing entry after `since_seq` and `since`, on no sheet that was taken over."""
    taken = select(handover_mark.c.handover_id).where(handover_mark.c.kind == TAKEN)
    sheet = select(func.max(handover.c.head_seq)).where(handover.c.id.in_(taken))
    floor = max(since_seq, connection.execute(sheet).scalar() or 0)
    newest: OwnEntry | None = None
    for table, say in SAID.items():
        if table in _NOT_UNDONE:
            continue
        mine = (
            table.c.typed_by == actor.staff_id,
            table.c.seq > floor,
            table.c.typed_at >= since,
            or_(table.c.reason.is_(None), table.c.reason != UNDONE),
            standing(table),
        )
        row = connection.execute(select(table).where(*mine).order_by(table.c.seq.desc()).limit(1)).first()
        if row is not None and (newest is None or row.seq > newest.seq):
            first = _first(connection, table, row)
            grew_here = first.typed_by == actor.staff_id and first.seq > floor and first.typed_at >= since
            newest = OwnEntry(row.id, row.seq, say(row)[0], row.resident_id, row.typed_at, grew_here)
    return newest


def _first(connection: Connection, table: Table, row: Row[Any]) -> Row[Any]:
    """The entry that was corrected first on the way to this one."""
    while row.amends_id is not None:
        earlier = connection.execute(select(table).where(table.c.id == row.amends_id)).first()
        if earlier is None:
            break
        row = earlier
    return row
