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
    return {id_: reason for id_, (reason, _) in closures(connection, at, known_at).items()}


def closures(
    connection: Connection, at: datetime, known_at: datetime | None = None
) -> dict[UUID, tuple[str, datetime | None]]:
    """Room id to why it is out of service at `at`, and until when (None: until it is said)."""
    c = records(room_closure, known_at)
    rows = connection.execute(
        select(c.c.room_id, c.c.reason, c.c.ends).where(
            c.c.starts <= at, or_(c.c.ends.is_(None), c.c.ends > at)
        )
    )
    return {row.room_id: (row.reason, row.ends) for row in rows}


def rooms_wanted(
    connection: Connection, start: datetime, end: datetime | None = None, but: UUID | None = None
) -> frozenset[UUID]:
    """Ids of the rooms that somebody (but this woman) has at some instant of [start, end)."""
    a = allocation
    where = [or_(a.c.ends.is_(None), a.c.ends > start), or_(a.c.ends.is_(None), a.c.ends > a.c.starts)]
    if end is not None:
        where.append(a.c.starts < end)
    rows = connection.execute(select(a.c.room_id, a.c.resident_id).where(*where))
    return frozenset(row.room_id for row in rows if row.resident_id != but)


def closure_rows(connection: Connection, room_id: UUID, at: datetime) -> list[dict[str, Any]]:
    """The closures of a room that are in force at `at` or still to come, for the service that is about to end them."""
    c = room_closure
    rows = connection.execute(
        select(c).where(c.c.room_id == room_id, or_(c.c.ends.is_(None), c.c.ends > at))
    ).mappings()
    return [{str(name): value for name, value in row.items()} for row in rows]


def allocation_at_edge(
    connection: Connection, resident: UUID, edge: str, at: datetime
) -> dict[str, Any] | None:
    """Her allocation that starts (or ends) exactly at `at`; `edge` is "starts" or "ends"."""
    there = select(allocation).where(allocation.c.resident_id == resident, allocation.c[edge] == at)
    row = connection.execute(there).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}


def allocation_row(connection: Connection, resident: UUID, at: datetime) -> dict[str, Any] | None:
    """Her allocation's own row at `at`, for the service that is about to end it."""
    a = allocation
    there = select(a).where(
        a.c.resident_id == resident, a.c.starts <= at, or_(a.c.ends.is_(None), a.c.ends > at)
    )
    row = connection.execute(there).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}
