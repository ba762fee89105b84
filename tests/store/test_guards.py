"""What the database itself refuses, whoever asks: entries, versions and the spine never change, records by one version."""

from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import DBAPIError

from app.store.store import Store
from app.store.tables import metadata
from app.store.tables.base import DRAFT, RECORD
from app.store.verify import verify
from tests.support.stores import fill, rows_of

GUARDED = [table for table in metadata.sorted_tables if table.info["kind"] != DRAFT]
FIXED = [table for table in GUARDED if table.info["kind"] != RECORD]
RECORDS = [table for table in GUARDED if table.info["kind"] == RECORD]


def refused(connection: Connection, statement: Any) -> bool:
    """Whether the guard (and nothing else) stops this."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement) if isinstance(statement, str) else connection.execute(
                statement
            )
    except DBAPIError as error:
        if "never changed or deleted" not in str(error):
            raise
        return True
    return False


def bare(store: Store) -> None:
    """Take off the settings of Daybook's own connections: any other program opens the file without them."""
    if store.local:
        with store.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA recursive_triggers = OFF")


def names(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.c)


def test_nothing_that_was_written_changes_or_goes(store: Store) -> None:
    fill(store)
    bare(store)
    with store.engine.connect().execution_options(writer=True) as connection, connection.begin():
        for table in FIXED:
            for column in table.c:
                assert refused(connection, f'UPDATE "{table.name}" SET "{column.name}" = "{column.name}"')
        for table in GUARDED:
            assert refused(connection, f'DELETE FROM "{table.name}"')
            row = rows_of(connection, table)[0]
            first = "seq" if "seq" in row else "id"
            assert refused(connection, table.delete().where(table.c[first] == row[first]))
            if not store.local:
                assert refused(connection, f'TRUNCATE "{table.name}"')
                assert refused(connection, f'TRUNCATE "{table.name}" CASCADE')
    assert verify(store).ok


def test_no_upsert_takes_the_place_of_a_row(store: Store) -> None:
    fill(store)
    bare(store)
    with store.engine.connect().execution_options(writer=True) as connection, connection.begin():
        for table in GUARDED:
            name, columns = table.name, names(table)
            again = f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM "{name}" WHERE true'
            key = "seq" if "seq" in table.c else "id, version" if table in FIXED else "id"
            upsert = f"{again} ON CONFLICT ({key}) DO UPDATE SET house_id = excluded.house_id"
            assert refused(connection, upsert), name
            if store.local:
                assert refused(connection, again.replace("INSERT", "INSERT OR REPLACE", 1)), name
                assert refused(connection, again.replace("INSERT", "REPLACE", 1)), name
                assert refused(connection, f"{again} ON CONFLICT DO NOTHING"), name
    assert verify(store).ok


def test_replace_slips_in_by_no_unique_key_and_by_no_rowid(filled: Store) -> None:
    """A new id, but the place of another row: by a second unique key, or by SQLite's hidden rowid."""
    bare(filled)
    with filled.engine.connect().execution_options(writer=True) as connection, connection.begin():
        for table in GUARDED:
            fresh = {"id": bytes(15) + b"\x09"} if "id" in table.c else {}
            fresh |= {"seq": 900_000} if "seq" in table.c else {}
            given = ", ".join(":" + c.name if c.name in fresh else f'"{c.name}"' for c in table.c)
            sql = f'INSERT OR REPLACE INTO "{table.name}" (%s{names(table)}) SELECT %s{given} FROM "{table.name}" LIMIT 1'
            unique = [index.columns[0].name for index in table.indexes if index.unique]
            if unique:
                assert refused_with(connection, sql % ("", ""), fresh), table.name
            if "seq" not in table.c:
                assert refused_with(connection, sql % ("rowid, ", "rowid, "), fresh), table.name


def refused_with(connection: Connection, sql: str, values: dict[str, Any]) -> bool:
    from sqlalchemy import text

    return refused(connection, text(sql).bindparams(**values))


def test_a_record_changes_only_to_its_next_version_and_only_when_the_last_is_kept(store: Store) -> None:
    fill(store)
    bare(store)
    with store.engine.connect().execution_options(writer=True) as connection, connection.begin():
        for table in RECORDS:
            row, another = rows_of(connection, table)[:2]
            this = table.update().where(table.c.id == row["id"])
            for wrong in (
                {"house_id": row["house_id"]},
                {"version": row["version"]},
                {"version": row["version"] - 1},
                {"version": row["version"] + 2},
                {"version": row["version"] + 1},  # version 2 was not kept
            ):
                assert refused(connection, this.values(**wrong)), (table.name, wrong)
            connection.execute(insert(table.info["versions"]).values(**row))
            new_id = {"id": another["id"].__class__(int=77), "version": row["version"] + 1}
            assert refused(connection, this.values(**new_id)), table.name
            assert not refused(connection, this.values(version=row["version"] + 1)), "the control"


def test_an_update_or_replace_pushes_no_other_record_out(filled: Store) -> None:
    bare(filled)
    plan = metadata.tables["contingency_plan"]
    with filled.engine.connect().execution_options(writer=True) as connection, connection.begin():
        row, another = rows_of(connection, plan)[:2]
        connection.execute(insert(plan.info["versions"]).values(**row))
        values = {"resident_id": another["resident_id"], "version": row["version"] + 1}
        statement = plan.update().prefix_with("OR REPLACE").where(plan.c.id == row["id"]).values(**values)
        assert refused(connection, statement)
        hidden = "(SELECT rowid FROM contingency_plan ORDER BY rowid DESC LIMIT 1)"
        assert refused(
            connection,
            f"UPDATE OR REPLACE contingency_plan SET rowid = {hidden}, version = version + 1 WHERE rowid = 1",
        )


def test_drafts_may_be_written_over(store: Store) -> None:
    fill(store)
    with store.engine.connect().execution_options(writer=True) as connection, connection.begin():
        assert connection.exec_driver_sql("UPDATE draft SET content = 'other'").rowcount > 1
        assert connection.exec_driver_sql("DELETE FROM draft").rowcount > 1


@pytest.mark.parametrize("table", FIXED, ids=lambda table: table.name)
def test_every_table_is_guarded_by_being_declared(store: Store, table: Table) -> None:
    if store.local:
        from app.store.guards import wanted
    else:
        from app.store.guards import wanted_on_postgres as wanted
    acts = {
        name.removeprefix(f"guard_{table.name}_")
        for name in wanted()
        if name.startswith(f"guard_{table.name}_")
    }
    assert {"update", "delete"} <= acts
