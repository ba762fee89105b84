"""Triggers that make the three kinds of row what they are, installed after every migration and checked at every open.

They are made from the tables' own declarations, for both engines, so a new table is guarded by being declared.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, text

from app.store.engine import is_sqlite
from app.store.tables import metadata
from app.store.tables.base import ENTRY, RECORD, SPINE, VERSION

_FIXED = {ENTRY, VERSION, SPINE}
_NEVER = "the record is never changed or deleted"


def _keys(table: Table) -> str:
    """The condition under which a new row would take the place of one that is there (REPLACE slips past DELETE triggers)."""
    if table.info["kind"] == VERSION:
        return "id = NEW.id AND version = NEW.version"
    if table.info["kind"] == SPINE:
        return "seq = NEW.seq"
    if table.info["kind"] == ENTRY:
        return "id = NEW.id OR seq = NEW.seq"
    return "id = NEW.id"


def _sqlite(table: Table) -> Iterator[tuple[str, str]]:
    name, stop = table.name, f"SELECT RAISE(ABORT, '{_NEVER}')"
    yield (
        f"guard_{name}_insert",
        f"BEFORE INSERT ON {name} WHEN EXISTS (SELECT 1 FROM {name} WHERE {_keys(table)}) BEGIN {stop}; END",
    )
    yield f"guard_{name}_delete", f"BEFORE DELETE ON {name} BEGIN {stop}; END"
    when = "" if table.info["kind"] in _FIXED else "WHEN NEW.id != OLD.id OR NEW.version != OLD.version + 1 "
    yield f"guard_{name}_update", f"BEFORE UPDATE ON {name} {when}BEGIN {stop}; END"


def wanted() -> dict[str, str]:
    """Name to SQL of each trigger that an open SQLite store must have, as SQLite keeps it."""
    guarded = (t for t in metadata.sorted_tables if t.info["kind"] in _FIXED | {RECORD})
    return {name: f"CREATE TRIGGER {name} {body}" for table in guarded for name, body in _sqlite(table)}


def install(connection: Connection) -> None:
    """Install every guard, replacing those of an earlier schema."""
    if is_sqlite(connection):
        for name, sql in wanted().items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(sql)
        return
    connection.execute(text(_POSTGRES_FUNCTIONS))
    for table in metadata.sorted_tables:
        kind = table.info["kind"]
        if kind not in _FIXED | {RECORD}:
            continue
        changed = "guard_never()" if kind in _FIXED else "guard_version()"
        for event, function in (("UPDATE", changed), ("DELETE", "guard_never()")):
            name = f"guard_{table.name}_{event.lower()}"
            connection.execute(
                text(
                    f'CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON "{table.name}" '
                    f"FOR EACH ROW EXECUTE FUNCTION {function}"
                )
            )
        connection.execute(
            text(
                f'CREATE OR REPLACE TRIGGER guard_{table.name}_truncate BEFORE TRUNCATE ON "{table.name}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION guard_never()"
            )
        )


def missing(connection: Connection) -> tuple[str, ...]:
    """Guards that are absent or altered."""
    if is_sqlite(connection):
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = {row[0]: row[1] for row in rows}
        return tuple(name for name, sql in wanted().items() if there.get(name) != sql)
    rows = connection.execute(text("SELECT tgname FROM pg_trigger WHERE tgenabled = 'O' AND NOT tgisinternal"))
    there_names = {row[0] for row in rows}
    needed = (
        f"guard_{table.name}_{event}"
        for table in metadata.sorted_tables
        if table.info["kind"] in _FIXED | {RECORD}
        for event in ("update", "delete", "truncate")
    )
    return tuple(name for name in needed if name not in there_names)


_POSTGRES_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION guard_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_NEVER}'; END $$;
CREATE OR REPLACE FUNCTION guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.version <> OLD.version + 1 THEN RAISE EXCEPTION '{_NEVER}'; END IF;
  RETURN NEW;
END $$;
"""
