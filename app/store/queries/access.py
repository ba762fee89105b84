"""Who may read whom. A restricted woman is hidden from staff who are not listed: never her checks, never her needs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, or_, select

from app.domain.staff import Actor
from app.store.tables.residents import resident, resident_access


def listings(
    connection: Connection, resident_id: UUID, staff_id: UUID, now: datetime
) -> list[tuple[UUID, int]]:
    """This member of staff's listings for a restricted record that are in force: id and version of each."""
    a = resident_access
    hers = (a.c.resident_id == resident_id, a.c.staff_id == staff_id)
    in_force = or_(a.c.ends.is_(None), a.c.ends > now)
    return [
        (row.id, row.version)
        for row in connection.execute(select(a.c.id, a.c.version).where(*hers, in_force))
    ]


def hidden(connection: Connection, actor: Actor, now: datetime) -> frozenset[UUID]:
    """Ids of the restricted residents whose name and content this actor may not read at `now`."""
    listed = (
        select(resident_access.c.id)
        .where(
            resident_access.c.resident_id == resident.c.id,
            resident_access.c.staff_id == actor.staff_id,
            or_(resident_access.c.ends.is_(None), resident_access.c.ends > now),
        )
        .exists()
    )
    rows = connection.execute(select(resident.c.id).where(resident.c.restricted, ~listed))
    return frozenset(row.id for row in rows)
