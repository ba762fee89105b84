"""Stores for tests: a fresh one on either engine, someone who writes, a clock that stands still, a row of every kind."""

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Connection, Date, Integer, LargeBinary, String, Table, Text
from sqlalchemy.types import TypeEngine

from app.domain.staff import Actor, Role
from app.domain.time import SetClock
from app.store.store import Store
from app.store.tables import metadata
from app.store.tables.base import ENTRY, RECORD
from app.store.tables.checks import check
from app.store.tables.notes import note
from app.store.types import Id, Instant
from app.store.work import Work, Written
from tests.support.postgres import programs

#: The engines that this machine has: store tests run on each of them.
ENGINES = ("sqlite", "postgres") if programs() else ("sqlite",)
KEY = bytes(range(32))
HOUSE = UUID("01975f00-0000-7000-8000-000000000001")
KIM = Actor(UUID("01975f00-0000-7000-8000-000000000002"), "kim", "Kim Osei", Role.MANAGER, HOUSE)
NOOR = Actor(UUID("01975f00-0000-7000-8000-000000000003"), "noor", "Noor Ali", Role.RESIDENTIAL, HOUSE)
RESIDENT = UUID("01975f00-0000-7000-8000-000000000004")
START = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)


def clock() -> SetClock:
    """22:00 UTC on the night the clocks go back."""
    return SetClock(START)


@dataclass(frozen=True)
class Place:
    """Where a store is: a house's folder, or a database on the private server."""

    folder: Path
    url: str | None = None

    def open(self) -> Store:
        """One more connection to it, as another process would have."""
        return Store.open(self.folder, KEY) if self.url is None else Store.on_postgres(self.url)


def copy_house(source: Path, target: Path) -> Path:
    """A copy of a closed house's folder."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    return target


def log_check(store: Store, words: str | None = None, **values: Any) -> Written:
    """One check in a transaction of its own."""
    with store.write(KIM, clock(), "check") as work:
        return enter_check(work, words, **values)


def enter_check(work: Work, words: str | None = None, **values: Any) -> Written:
    """One check."""
    row = {"resident_id": RESIDENT, "how": "spoke", "occasion": "round", "concern": False, "note": words}
    return work.enter(check, **row | values)


def log_note(store: Store, words: str) -> Written:
    """One note in a transaction of its own."""
    with store.write(KIM, clock(), "note") as work:
        return work.enter(note, resident_id=RESIDENT, kind="note", text=words, hand_over=False)


def fill(store: Store, for_each_column: int = 0) -> None:
    """Write two rows to every table that there is, or so many for each of its columns. Some have the columns empty
    that may be. Every record is once changed, or every second one, which fills the tables of versions."""
    with store.write(KIM, clock(), "fill") as work:
        for table in metadata.sorted_tables:
            rows = for_each_column * len(table.c) or 2
            for number in range(1, rows + 1):
                if table.info["kind"] == ENTRY:
                    work.enter(table, **_values(table, number, full=number % 8 not in {2, 7}))
                elif table.info["kind"] == RECORD:
                    made = work.create(table, **_values(table, number, full=number % 8 not in {2, 7}))
                    if number % 2 or not for_each_column:
                        work.change(table, made.id, 1, **_values(table, number + 1000))
        for number in range(1, 100):
            work.keep_draft("note", UUID(int=number), "She asked for the")


_BY_WORK = {
    "seq", "id", "house_id", "version", "changed_at", "changed_by", "typed_at", "typed_by", "salt", "digest"
}  # fmt: skip


def _values(table: Table, number: int, full: bool = True) -> dict[str, Any]:
    return {
        column.name: sample(column.type, number)
        for column in table.c
        if column.name not in _BY_WORK and (full or not column.nullable)
    }


def sample(kind: TypeEngine[Any], number: int) -> Any:
    """A value that a column of this type may hold, another for each number."""
    match kind:
        case Id():
            return UUID(int=number)
        case Instant():
            return START + timedelta(minutes=number)
        case Date():
            return date(1990, 1, 1) + timedelta(days=number)
        case Boolean():
            return bool(number % 2)
        case LargeBinary():
            return number.to_bytes(kind.length or 16, "big")
        case String() | Text():
            return f"word {number}"[: getattr(kind, "length", None) or 100]
        case Integer():
            return number
    raise AssertionError(f"no sample of {kind!r}")


def rows_of(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """A table's rows, as Python sees them."""
    return [dict(row) for row in connection.execute(table.select()).mappings()]
