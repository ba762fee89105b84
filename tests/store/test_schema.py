"""The schema that the migrations make is the one that the tables declare, guards and index included."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Text

from app.store import guards, migrations
from app.store.store import Store
from app.store.tables import metadata
from app.store.tables.base import ENTRY, RECORD, SPINE, VERSION
from tests.support.stores import fill, rows_of


def differences(connection: Connection) -> list[Any]:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return not (kind == "table" and (name or "").startswith("search"))

    context = MigrationContext.configure(
        connection, opts={"include_name": ours, "compare_type": True, "compare_server_default": True}
    )
    return compare_metadata(context, metadata)


def test_migrations_make_what_the_tables_declare(store: Store) -> None:
    with store.read() as connection:
        assert differences(connection) == []
        assert migrations.is_current(connection)
        assert guards.altered(connection) == ()


def test_the_comparison_would_show_a_difference(store: Store) -> None:
    extra = Column("forgotten", Text())
    metadata.tables["note"].append_column(extra)
    try:
        with store.read() as connection:
            assert differences(connection) != []
    finally:
        metadata.tables["note"]._columns.remove(extra)  # type: ignore[attr-defined]


def test_every_table_has_a_kind_an_id_and_a_house() -> None:
    for table in metadata.sorted_tables:
        assert table.info["kind"] in {ENTRY, RECORD, VERSION, SPINE, "draft"}
        assert "house_id" in table.c
        assert "id" in table.c or table.info["kind"] == SPINE


def test_every_table_takes_and_gives_back_every_type(store: Store) -> None:
    fill(store)
    with store.read() as connection:
        for table in metadata.sorted_tables:
            found = rows_of(connection, table)
            assert len(found) >= 2, table.name
            assert {name for row in found for name, value in row.items() if value is not None} == set(
                table.c.keys()
            ), table.name
