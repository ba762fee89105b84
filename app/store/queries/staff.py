"""Staff, and who of them is in the building."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select

from app.domain.staff import Role, StaffView
from app.store.queries.known import entries, standing
from app.store.tables.staff import staff, staff_movement


def read_staff(connection: Connection) -> dict[UUID, StaffView]:
    """Every member of staff there ever was, by id: names on old entries need those who left."""
    rows = connection.execute(select(staff).order_by(staff.c.name))
    return {r.id: StaffView(r.id, r.user, r.name, Role(r.role), r.phone, r.active) for r in rows}


def staff_in(
    connection: Connection, at: datetime, known_at: datetime | None = None
) -> tuple[tuple[UUID, datetime], ...]:
    """Ids of those in the building at `at`, and since when, the longest there first."""
    m = staff_movement
    seen = (m.c.seen_at <= at, standing(m, known_at), entries(m, known_at))
    last = (
        select(m.c.staff_id, func.max(m.c.seen_at).label("seen_at"))
        .where(*seen)
        .group_by(m.c.staff_id)
        .subquery()
    )
    rows = connection.execute(
        select(m.c.staff_id, m.c.seen_at, m.c.kind)
        .join(last, (m.c.staff_id == last.c.staff_id) & (m.c.seen_at == last.c.seen_at))
        .where(*seen)
        .order_by(m.c.seen_at, m.c.seq)
    )
    latest = {row.staff_id: (row.kind, row.seen_at) for row in rows}
    return tuple((id_, since) for id_, (kind, since) in latest.items() if kind == "in")
