"""Any entry by its id, and what became of it; who saw and who typed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from app.store.tables.checks import check, confirmation
from app.store.tables.movements import movement


@dataclass(frozen=True, slots=True)
class Found:
    """An entry's row in its table. `struck` and `amended` say what a later entry made of it."""

    table: Table
    row: dict[str, Any]
    struck: bool
    amended: bool


def find_entry(connection: Connection, entry: UUID, tables: Iterable[Table]) -> Found | None:
    """The entry, in whichever of these tables it is. Unfiltered: for the service that is about to act on it."""
    for table in tables:
        row = connection.execute(select(table).where(table.c.id == entry)).mappings().first()
        if row is not None:
            later = connection.execute(select(table.c.struck).where(table.c.amends_id == entry)).first()
            struck = later is not None and later.struck
            return Found(table, {str(k): v for k, v in row.items()}, struck, later is not None and not struck)
    return None


def confirmation_of(connection: Connection, entry: UUID) -> UUID | None:
    """The confirmation of a sighting that was typed for a colleague, if she has given it."""
    return connection.execute(select(confirmation.c.id).where(confirmation.c.confirms_id == entry)).scalar()


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose eyes and whose hands an entry is: ids of staff, and when it was typed."""

    seen_by: UUID | None
    typed_by: UUID
    typed_at: datetime


def hands(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Hands]:
    """Who saw and who typed these checks and movements."""
    wanted = list(ids)
    found: dict[UUID, Hands] = {}
    for table in (check, movement):
        columns = (table.c.id, table.c.seen_by, table.c.typed_by, table.c.typed_at)
        for row in connection.execute(select(*columns).where(table.c.id.in_(wanted))):
            found[row.id] = Hands(row.seen_by, row.typed_by, row.typed_at)
    return found
