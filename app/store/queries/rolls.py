"""Roll calls: the one that is open, its marks, and who was not accounted for when one ended."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from app.domain.rolls import Mark, Occasion, RollCall, RollOther, Sighted
from app.domain.sightings import How
from app.store.queries.known import records, standing
from app.store.queries.staff import read_staff
from app.store.tables.checks import check
from app.store.tables.residents import resident
from app.store.tables.rolls import roll, roll_mark

STARTED, ENDED = "started", "ended"


def read_needs(
    connection: Connection, residents: Collection[UUID], known_at: datetime | None = None
) -> dict[UUID, tuple[str | None, str | None]]:
    """Evacuation needs and allergies, which are for everyone on shift, whoever she is."""
    r = records(resident, known_at)
    rows = connection.execute(
        select(r.c.id, r.c.evacuation, r.c.allergies).where(r.c.id.in_(list(residents)))
    )
    return {row.id: (row.evacuation, row.allergies) for row in rows}


def read_roll(
    connection: Connection, id_: UUID | None = None, known_at: datetime | None = None
) -> RollCall | None:
    """One roll call by id; by default the last that was begun, open or ended."""
    r = roll
    where = [r.c.kind == STARTED, standing(r, known_at)]
    if id_ is not None:
        where.append(r.c.id == id_)
    row = connection.execute(select(r).where(*where).order_by(r.c.seq.desc()).limit(1)).first()
    if row is None:
        return None
    ending = select(r.c.seen_at).where(r.c.roll_id == row.id, r.c.kind == ENDED, standing(r, known_at))
    names = {one: member.name for one, member in read_staff(connection, known_at).items()}
    return RollCall(
        id=row.id,
        occasion=Occasion(row.occasion),
        started=row.seen_at,
        started_by=names.get(row.typed_by, ""),
        place=row.place,
        note=row.note,
        ended=connection.execute(ending.limit(1)).scalar(),
    )


def read_called(
    connection: Connection, since: datetime, until: datetime, known_at: datetime | None = None
) -> dict[UUID, Sighted]:
    """Woman to the last look for her in [since, until]: whatever the occasion, she was seen or she was not."""
    c = check
    names = {one: member.name for one, member in read_staff(connection, known_at).items()}
    rows = connection.execute(
        select(c.c.resident_id, c.c.how, c.c.seen_at, c.c.seen_by)
        .where(c.c.seen_at >= since, c.c.seen_at <= until, standing(c, known_at))
        .order_by(c.c.seen_at, c.c.seq)
    )
    return {row.resident_id: Sighted(How(row.how), row.seen_at, names.get(row.seen_by)) for row in rows}


def read_others(
    connection: Connection, call: UUID, known_at: datetime | None = None
) -> tuple[dict[UUID, Mark], tuple[RollOther, ...]]:
    """Staff to their mark in this roll call, and the visitors who were marked, by name."""
    m = roll_mark
    rows = connection.execute(
        select(m.c.staff_id, m.c.name, m.c.found)
        .where(m.c.roll_id == call, m.c.resident_id.is_(None), standing(m, known_at))
        .order_by(m.c.seq)
    ).all()
    staff: dict[UUID, Mark] = {}
    visitors: dict[str, Mark] = {}
    for row in rows:
        mark = Mark.FOUND if row.found else Mark.NOT_FOUND
        if row.staff_id is not None:
            staff[row.staff_id] = mark
        elif row.name:
            visitors[row.name] = mark
    return staff, tuple(RollOther(name, None, None, mark) for name, mark in visitors.items())
