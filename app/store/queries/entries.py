"""Any entry by its id, and what became of it; who saw and who typed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from app.domain.sightings import Sighting
from app.store.queries.known import entries, standing
from app.store.tables.checks import check, confirmation
from app.store.tables.movements import movement

#: What differs when a correction says something else; only adding why a check was late is told with the check itself.
CORRECTED = (
    "resident_id",
    "seen_at",
    "seen_until",
    "seen_by",
    "how",
    "kind",
    "note",
    "text",
    "place",
    "purpose",
    "expected_back",
)
#: How far apart the two times of *between* may be; what looks back for an entry need look no further than this.
BETWEEN_AT_MOST = timedelta(hours=24)


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


def anything_since(connection: Connection, resident: UUID, seq: int) -> bool:
    """Whether a check or a movement of hers that stands was typed after this one."""
    for table in (check, movement):
        later = select(table.c.id).where(table.c.resident_id == resident, table.c.seq > seq, standing(table))
        if connection.execute(later.limit(1)).first() is not None:
            return True
    return False


def confirmation_of(connection: Connection, entry: UUID) -> UUID | None:
    """The confirmation of a sighting that was typed for a colleague, if she has given it."""
    return connection.execute(select(confirmation.c.id).where(confirmation.c.confirms_id == entry)).scalar()


@dataclass(frozen=True, slots=True)
class Hands:
    """Whose eyes and whose hands a sighting is, as it stands: ids of staff, and when its time was written."""

    seen_by: UUID | None
    typed_by: UUID
    typed_at: datetime


def hands(
    connection: Connection, sightings: Iterable[Sighting], known_at: datetime | None = None
) -> dict[UUID, Hands]:
    """Who saw, and who typed, each of these standing sightings, by its identity: its latest amendment says who saw her;
    whoever wrote the time as it stands is its hand."""
    wanted = {sighting.entry_id: sighting for sighting in sightings}
    found: dict[UUID, Hands] = {}
    for table in (check, movement):
        t = table.c
        columns = select(t.id, t.amends_id, t.seen_by, t.typed_by, t.typed_at).where(entries(table, known_at))
        rows = connection.execute(columns.where(t.id.in_(list(wanted)))).all()
        root = {row.id: row.id for row in rows}
        while rows:
            for row in sorted(rows, key=lambda row: row.typed_at):
                id_ = root[row.id]
                before, time_written = found.get(id_), row.typed_at == wanted[id_].typed_at
                hand = row if before is None or time_written else before
                found[id_] = Hands(row.seen_by, hand.typed_by, hand.typed_at)
            rows = connection.execute(columns.where(t.amends_id.in_([row.id for row in rows]))).all()
            root |= {row.id: root[row.amends_id] for row in rows}
    return found
