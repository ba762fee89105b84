"""What someone can do who has the key, or the server's own account, and works on the store past the program."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, text

from app.store.audit import GENESIS, chained
from app.store.engine import is_sqlite
from app.store.store import Store
from app.store.tables.audit import audit
from app.store.tables.base import VERSION


@contextmanager
def unguarded(store: Store, *tables: str) -> Iterator[Connection]:
    """A transaction in which no trigger of these tables fires (all of them when none is named). The triggers are put
    back as they were, so that what `verify` finds is the change alone."""
    with store.engine.connect().execution_options(writer=True) as connection, connection.begin():
        if not is_sqlite(connection):
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
            return
        found = connection.exec_driver_sql(
            "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        )
        dropped = [(name, sql) for name, sql, on in found if not tables or on in tables]
        for name, _ in dropped:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in dropped:
            connection.exec_driver_sql(sql)


def other(value: Any) -> Any:
    """A value of the same type that differs as little as can be."""
    match value:
        case bool():
            return not value
        case int():
            return value + 10_000  # past every other row, where the column is a key
        case str():
            return f"{value[:-1]}{chr(ord(value[-1]) ^ 1)}"
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case UUID():
            return UUID(int=value.int ^ 1 << 100)
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
    raise AssertionError(f"no other value of {value!r}")


def one(table: Table, row: Mapping[str, Any]) -> ColumnElement[bool]:
    """The condition that finds this very row."""
    keys = ("seq",) if "seq" in table.c else ("id", "version") if table.info["kind"] == VERSION else ("id",)
    return and_(*(table.c[key] == row[key] for key in keys))


def change(connection: Connection, table: Table, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Change one row where it stands."""
    assert connection.execute(table.update().where(one(table, row)).values(dict(values))).rowcount == 1


def rechain(connection: Connection) -> None:
    """Compute every hash of the spine again, as if the record had always been so."""
    previous = GENESIS
    for line in connection.execute(audit.select().order_by(audit.c.seq)).mappings().all():
        content = dict(line)
        previous = chained(previous, content)
        connection.execute(audit.update().where(audit.c.seq == line["seq"]).values(hash=previous))
