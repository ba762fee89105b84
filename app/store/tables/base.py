"""The three kinds of row, each made in one way (DESIGN.md "three kinds of row").

An *entry* is insert-only. A *record* changes under a version number and keeps every earlier version in
`<table>_version`. A *draft* is private to its author and unaudited. The kind is in `Table.info["kind"]`; the unit of
work, the triggers, the search index and `verify` read it there.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from app.domain.fields import Field, Kind
from app.store.types import Id, Instant, Sequence

ENTRY, RECORD, VERSION, DRAFT, SPINE = "entry", "record", "version", "draft", "spine"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def text_columns(fields: tuple[Field, ...]) -> list[Column[Any]]:
    """One nullable text column a declared field; a check box is a boolean."""
    return [
        Column(
            field.name,
            Boolean() if field.kind is Kind.CHECK else Text(),
            info={"search": True} if field.searched else {},
        )
        for field in fields
    ]


def words(name: str, **keywords: Any) -> Column[Any]:
    """A text column that the full-text index reads."""
    return Column(name, Text(), info={"search": True}, **keywords)


def entry(name: str, *columns: Column[Any]) -> Table:
    """An insert-only table. `seq` is its audit sequence, its rowid and its full-text id.

    `seen_at` (with `seen_until` when the precision is *between*) is when it was so; `typed_at` is when it was written.
    `amends_id` names the entry that this one corrects, `reason` says why, `struck` says that nothing stands in for it.
    """
    return Table(
        name,
        metadata,
        Column("seq", Sequence, primary_key=True, autoincrement=False),
        Column("id", Id(), nullable=False, unique=True),
        Column("house_id", Id(), nullable=False),
        Column("resident_id", Id()),
        Column("seen_at", Instant(), nullable=False),
        Column("seen_until", Instant()),
        Column("precision", String(10), nullable=False),
        Column("source", String(10), nullable=False),
        Column("seen_by", Id()),
        Column("typed_at", Instant(), nullable=False),
        Column("typed_by", Id(), nullable=False),
        Column("amends_id", Id(), index=True),
        Column("struck", Boolean(), nullable=False),
        words("reason"),
        *columns,
        *_closing(),
        Index(f"ix_{name}_resident_id_seen_at", "resident_id", "seen_at"),
        Index(f"ix_{name}_seen_at", "seen_at"),
        info={"kind": ENTRY},
    )


def record(name: str, *columns: Column[Any]) -> Table:
    """A table whose rows change under a version number, with `<name>_version` for every version that was replaced."""
    versions = Table(
        f"{name}_version",
        metadata,
        Column("id", Id(), nullable=False),
        *_shared(),
        *(Column(column.name, column.type, nullable=column.nullable) for column in columns),
        *_closing(),
        UniqueConstraint("id", "version"),
        info={"kind": VERSION, "of": name},
    )
    return Table(
        name,
        metadata,
        Column("id", Id(), primary_key=True),
        *_shared(),
        *columns,
        *_closing(),
        info={"kind": RECORD, "versions": versions},
    )


def _shared() -> tuple[Column[Any], ...]:
    return (
        Column("house_id", Id(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("changed_at", Instant(), nullable=False),
        Column("changed_by", Id(), nullable=False),
    )


def _closing() -> tuple[Column[Any], ...]:
    return Column("salt", LargeBinary(16)), Column("digest", LargeBinary(32), nullable=False)
