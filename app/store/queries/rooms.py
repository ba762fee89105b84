"""Rooms in walking order, and those out of service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, or_, select

from app.domain.residents import RoomRef
from app.store.queries.known import records
from app.store.tables.rooms import allocation, room, room_closure


def read_rooms(connection: Connection, known_at: datetime | None = None) -> dict[UUID, RoomRef]:
    """Every room by id, in walking order."""
    r = records(room, known_at)
    rows = connection.execute(select(r).order_by(r.c.position, r.c.id))
    return {r.id: RoomRef(r.id, r.number, r.name, r.floor, r.position) for r in rows}


def rooms_of(connection: Connection, at: datetime, known_at: datetime | None = None) -> dict[UUID, UUID]:
    """Resident id to room id at `at`."""
    a = records(allocation, known_at)
    rows = connection.execute(
        select(a.c.resident_id, a.c.room_id).where(a.c.starts <= at, or_(a.c.ends.is_(None), a.c.ends > at))
    )
    return {row.resident_id: row.room_id for row in rows}


def closed_rooms(connection: Connection, at: datetime, known_at: datetime | None = None) -> dict[UUID, str]:
    """Room id to why it is out of service at `at`."""
    c = records(room_closure, known_at)
    rows = connection.execute(
        select(c.c.room_id, c.c.reason, c.c.ends).where(
            c.c.starts <= at, or_(c.c.ends.is_(None), c.c.ends > at)
        )
    )
    return {row.room_id: row.reason for row in rows}


def allocation_row(connection: Connection, resident: UUID, at: datetime) -> dict[str, Any] | None:
    """Her allocation's own row at `at`, for the service that is about to end it."""
    a = allocation
    there = select(a).where(
        a.c.resident_id == resident, a.c.starts <= at, or_(a.c.ends.is_(None), a.c.ends > at)
    )
    row = connection.execute(there).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}
