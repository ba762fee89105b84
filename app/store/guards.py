"""Triggers that make the three kinds of row what they are, installed after every migration and checked at every open.

They are made from the tables' own declarations, for both engines, so a new table is guarded by being declared. They
hold against any program that opens the store, whatever its settings: REPLACE slips past a DELETE trigger where
`recursive_triggers` is off, so a row that would take the place of another is refused before it is inserted.

A store is refused whose triggers are not these, to the letter: so whoever changes what this file or `search.py` makes
adds a migration with it, if only an empty one, and every house gets the new triggers when it is upgraded.
"""

# ruff: noqa: S608  (every name in the SQL is of a table that Daybook declares)

import re
from collections.abc import Iterator

from sqlalchemy import Connection, Index, PrimaryKeyConstraint, Table, UniqueConstraint, text

from app.store import search
from app.store.engine import is_sqlite
from app.store.tables import metadata
from app.store.tables.base import ENTRY, RECORD, SPINE, VERSION

_FIXED = {ENTRY, VERSION, SPINE}
_NEVER = "the record is never changed or deleted"


def install(connection: Connection) -> None:
    """Install every guard, replacing those of an earlier schema."""
    if is_sqlite(connection):
        for name, sql in wanted().items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(sql)
        return
    for name, body in _BODIES.items():
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        )
    for sql in wanted_on_postgres().values():
        connection.exec_driver_sql(sql.replace("CREATE", "CREATE OR REPLACE", 1))


def altered(connection: Connection) -> tuple[str, ...]:
    """Names of guards and parts of the search index that are absent or not as Daybook made them, and of triggers that
    Daybook never made: any of them lets the record be changed without trace."""
    if is_sqlite(connection):
        rows = connection.exec_driver_sql("SELECT name, sql, type FROM sqlite_master").all()
        made, indexed = wanted(), search.sqlite_objects()
    else:
        rows = connection.execute(text(_POSTGRES_TRIGGERS)).all()
        made, indexed = wanted_on_postgres(), search.postgres_triggers()
        for name, body in (_BODIES | search.postgres_bodies()).items():
            made[f"{name}()"] = body
    there = {row[0]: _SCHEMA.sub(" ON ", row[1] or "") for row in rows}
    gone = [name for name, sql in (made | indexed).items() if there.get(name) != sql]
    added = [row[0] for row in rows if row[2] == "trigger" and row[0] not in made and row[0] not in indexed]
    return (*gone, *added)


def wanted() -> dict[str, str]:
    """Name to SQL of each guard that an open SQLite store must have, as SQLite keeps it."""
    return {name: f"CREATE TRIGGER {name} {body}" for table in _guarded() for name, body in _on_sqlite(table)}


def wanted_on_postgres() -> dict[str, str]:
    """Name to SQL of each guard that a PostgreSQL store must have, as PostgreSQL prints it."""
    made = {}
    for table in _guarded():
        changed = "guard_never()" if table.info["kind"] in _FIXED else "guard_version()"
        for act, each, function in (
            ("UPDATE", "ROW", changed),
            ("DELETE", "ROW", "guard_never()"),
            ("TRUNCATE", "STATEMENT", "guard_never()"),
        ):
            name = f"guard_{table.name}_{act.lower()}"
            on = f"BEFORE {act} ON {table.name} FOR EACH {each}"
            made[name] = f"CREATE TRIGGER {name} {on} EXECUTE FUNCTION {function}"
    return made


def _guarded() -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if table.info["kind"] in _FIXED | {RECORD})


def _on_sqlite(table: Table) -> Iterator[tuple[str, str]]:
    name, stop = table.name, f"SELECT RAISE(ABORT, '{_NEVER}')"
    taken = " OR ".join(f"EXISTS (SELECT 1 FROM {name} WHERE {same})" for same in _places(table))
    yield f"guard_{name}_insert", f"BEFORE INSERT ON {name} WHEN {taken} BEGIN {stop}; END"
    yield f"guard_{name}_delete", f"BEFORE DELETE ON {name} BEGIN {stop}; END"
    when = "" if table.info["kind"] in _FIXED else f"WHEN {_wrong_change(table)} "
    yield f"guard_{name}_update", f"BEFORE UPDATE ON {name} {when}BEGIN {stop}; END"


def _wrong_change(table: Table) -> str:
    """The condition under which an UPDATE is not a new version of a record whose last version was kept."""
    kept = f"SELECT 1 FROM {table.name}_version WHERE id = OLD.id AND version = OLD.version"
    conditions = [
        "NEW.rowid IS NOT OLD.rowid",
        "NEW.id IS NOT OLD.id",
        "NEW.version IS NOT OLD.version + 1",
        f"NOT EXISTS ({kept})",
    ]
    taken = (
        f"EXISTS (SELECT 1 FROM {table.name} WHERE {same} AND rowid != OLD.rowid)" for same in _places(table)
    )
    return " OR ".join([*conditions, *taken])


def _places(table: Table) -> Iterator[str]:
    """Conditions, each of which finds the row whose place a new row would take: one for every unique key."""
    keys: set[tuple[str, ...]] = set()
    for rule in (*table.constraints, *table.indexes):
        unique = rule.unique if isinstance(rule, Index) else isinstance(rule, _UNIQUE)
        if unique:
            keys.add(tuple(column.name for column in rule.columns))  # type: ignore[attr-defined]
    keys.discard(())  # a table of versions has no primary key
    if ("seq",) not in keys:  # where it is the key it is SQLite's rowid
        keys.add(("rowid",))
    for key in sorted(keys):
        yield " AND ".join(f"{column} = NEW.{column}" for column in key)


_UNIQUE = (PrimaryKeyConstraint, UniqueConstraint)
_SCHEMA = re.compile(r" ON \w+\.")

_BODIES = {
    "guard_never": f" BEGIN RAISE EXCEPTION '{_NEVER}'; END ",
    "guard_version": f"""
DECLARE kept boolean;
BEGIN
  EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || quote_ident(TG_TABLE_NAME || '_version')
    || ' WHERE id = $1 AND version = $2)' INTO kept USING OLD.id, OLD.version;
  IF NEW.id <> OLD.id OR NEW.version <> OLD.version + 1 OR NOT kept THEN RAISE EXCEPTION '{_NEVER}'; END IF;
  RETURN NEW;
END """,
}

_POSTGRES_TRIGGERS = """
SELECT t.tgname, CASE t.tgenabled WHEN 'O' THEN pg_get_triggerdef(t.oid) ELSE 'off' END, 'trigger'
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
UNION ALL SELECT proname || '()', prosrc, 'function' FROM pg_proc
  WHERE pronamespace = current_schema()::regnamespace
"""
