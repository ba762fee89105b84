"""Records and entries as they were known at an earlier instant. Every query that can look back reads through these."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Alias, ColumnElement, FromClause, Table, and_, func, select, true, union_all
from sqlalchemy.sql.selectable import NamedFromClause


def records(table: Table, known_at: datetime | None = None) -> FromClause:
    """The table's rows as they stood at `known_at`: for each the last version that was written by then. None: as they stand."""
    if known_at is None:
        return table
    versions = table.info["versions"]
    names = [column.name for column in table.c]
    rows = union_all(
        select(*(table.c[name] for name in names)).where(table.c.changed_at <= known_at),
        select(*(versions.c[name] for name in names)).where(versions.c.changed_at <= known_at),
    ).subquery()
    last = select(rows.c.id, func.max(rows.c.version).label("version")).group_by(rows.c.id).subquery()
    joined = rows.join(last, and_(rows.c.id == last.c.id, rows.c.version == last.c.version))
    return select(*(rows.c[name] for name in names)).select_from(joined).subquery(table.name)


def entries(table: NamedFromClause[Any], known_at: datetime | None = None) -> ColumnElement[Any]:
    """The condition that an entry was written by `known_at`."""
    return true() if known_at is None else table.c.typed_at <= known_at


def standing(table: NamedFromClause[Any], known_at: datetime | None = None) -> ColumnElement[Any]:
    """The condition that an entry stands: written by then, not struck, and no later entry stands in for it."""
    later = _later(table.element if isinstance(table, Alias) else table)
    written = true() if known_at is None else later.c.typed_at <= known_at
    amended = select(later.c.id).where(later.c.amends_id == table.c.id, written).exists()
    return and_(entries(table, known_at), ~table.c.struck, ~amended)


@cache
def _later(table: NamedFromClause[Any]) -> NamedFromClause[Any]:
    """The same table, as what came later; made once, for making it costs more than many a read."""
    return table.alias(f"{table.name}_later")
