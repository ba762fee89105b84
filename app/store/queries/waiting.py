"""Sightings that were typed for the reader and that she has not confirmed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from app.domain.residents import ResidentRef
from app.domain.staff import Actor
from app.domain.waiting import CONFIRMED_WITHIN, ToConfirm
from app.store.queries.known import standing
from app.store.queries.residents import read_refs
from app.store.queries.staff import read_staff
from app.store.tables.checks import check, confirmation
from app.store.tables.movements import movement


def read_to_confirm(connection: Connection, actor: Actor, now: datetime) -> tuple[ToConfirm, ...]:
    """Standing checks, and movements at which she was seen, of which a colleague typed that the reader saw them; the
    oldest first."""
    rows: list[Any] = []
    for table in (check, movement):
        t = table.c
        confirmed = select(confirmation.c.id).where(confirmation.c.confirms_id == t.id).exists()
        query = select(t.id, t.resident_id, t.seen_at, t.typed_by).where(
            t.seen_at > now - CONFIRMED_WITHIN,
            t.seen_by == actor.staff_id,
            t.typed_by != actor.staff_id,
            t.how.is_not(None),
            standing(table),
            ~confirmed,
        )
        rows += connection.execute(query).all()
    refs: dict[UUID, ResidentRef] = read_refs(connection, actor, now, only={row.resident_id for row in rows})
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    found = (
        ToConfirm(row.id, refs[row.resident_id], row.seen_at, names.get(row.typed_by, "")) for row in rows
    )
    return tuple(sorted(found, key=lambda it: (it.seen_at, str(it.entry))))
