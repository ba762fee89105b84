"""What was typed back from a paper round sheet, box by box: the check, or the movement, that each became."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from app.domain.round_sheet import Box, Typed
from app.domain.sightings import How, Precision
from app.store.queries.known import standing
from app.store.queries.staff import read_staff
from app.store.tables.checks import check
from app.store.tables.movements import movement
from app.store.tables.papers import paper_mark

#: The mark of a box that was typed back: its number is in `copy`, the entry that it became in `text`.
BOX = "box"


def read_typed(connection: Connection, paper: UUID) -> dict[Box, Typed]:
    """The boxes of a sheet that were typed back and stand: an entry that was struck since leaves its box to be typed."""
    m = paper_mark
    of_boxes = select(m).where(m.c.paper_id == paper, m.c.kind == BOX, standing(m)).order_by(m.c.seq)
    marks = {UUID(row.text): row for row in connection.execute(of_boxes)}
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    found: dict[Box, Typed] = {}
    for table in (check, movement):
        for root, row in _standing(connection, table, list(marks)).items():
            box = Box.of(marks[root].copy)
            found[box] = Typed(
                box=box,
                entry=row.id,
                resident=row.resident_id,
                how=How(row.how) if row.how else None,
                seen_from=row.seen_at,
                seen_to=row.seen_until or row.seen_at,
                precision=Precision(row.precision),
                seen_by=names.get(row.seen_by, ""),
                typed_by=names.get(row.typed_by, ""),
                typed_at=row.typed_at,
                noted=table is check and row.note is not None,
            )
    return found


def _standing(connection: Connection, table: Any, ids: list[UUID]) -> dict[UUID, Row[Any]]:
    """Each of these entries as it stands, by its own id; struck ones left out."""
    rows = connection.execute(select(table).where(table.c.id.in_(ids))).all()
    stands = {row.id: row for row in rows}
    roots = {row.id: row.id for row in rows}
    while roots:
        later = connection.execute(select(table).where(table.c.amends_id.in_(list(roots)))).all()
        following = {}
        for row in sorted(later, key=lambda row: row.seq):
            root = roots[row.amends_id]
            following[row.id] = root
            stands[root] = row
        roots = following
    return {root: row for root, row in stands.items() if not row.struck}


def last_moved(connection: Connection, resident: UUID, at: datetime) -> datetime | None:
    """When she last went or came, as of `at`."""
    m = movement
    last = select(m.c.seen_at).where(m.c.resident_id == resident, m.c.seen_at <= at, standing(m))
    return connection.execute(last.order_by(m.c.seen_at.desc(), m.c.seq.desc()).limit(1)).scalar()
