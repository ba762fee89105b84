"""Staff, and who of them is in the building."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, func, select

from app.domain.staff import Role, StaffView
from app.store.queries.known import records, standing
from app.store.tables.staff import staff, staff_movement

#: Someone who came in this long ago, and never signed out, has gone home.
LONGEST_ON_DUTY = timedelta(days=3)


def read_staff(connection: Connection, known_at: datetime | None = None) -> dict[UUID, StaffView]:
    """Every member of staff there ever was, by id: names on old entries need those who left."""
    s = records(staff, known_at)
    rows = connection.execute(select(s).order_by(s.c.name, s.c.id))
    return {r.id: StaffView(r.id, r.user, r.name, Role(r.role), r.phone, r.active) for r in rows}


def staff_in(
    connection: Connection, at: datetime, known_at: datetime | None = None
) -> tuple[tuple[UUID, datetime], ...]:
    """Ids of those in the building at `at`, and since when, the longest there first."""
    m = staff_movement
    lately = (m.c.seen_at <= at, m.c.seen_at > at - LONGEST_ON_DUTY, standing(m, known_at))
    rows = connection.execute(
        select(m.c.staff_id, m.c.seen_at, m.c.kind).where(*lately).order_by(m.c.seen_at, m.c.seq)
    )
    latest = {row.staff_id: (row.kind, row.seen_at) for row in rows}
    there = [(since, id_) for id_, (kind, since) in latest.items() if kind == "in"]
    return tuple((id_, since) for since, id_ in sorted(there, key=lambda one: one[0]))


def duty_changed(connection: Connection, at: datetime, known_at: datetime | None = None) -> datetime | None:
    """When one of the staff last came or left, up to `at`: since then those in the building are the same."""
    m = staff_movement
    lately = (m.c.seen_at <= at, m.c.seen_at > at - LONGEST_ON_DUTY, standing(m, known_at))
    return connection.execute(select(func.max(m.c.seen_at)).where(*lately)).scalar()
