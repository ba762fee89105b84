"""The store: one house's record, opened with its key, read in snapshots and written through units of work."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from app.domain.staff import Actor
from app.domain.time import Clock
from app.store import guards, migrations, search
from app.store.engine import STORE_FILE, is_sqlite, plain_trouble, postgres_engine, reading, sqlite_engine, store_path
from app.store.errors import Damaged
from app.store.heads import Heads
from app.store.work import Head, Work, read_head

HEADS_FILE = "heads"


class Store:
    """An open store. Threads may share it; each `read` and each `write` has a connection of its own."""

    def __init__(self, engine: Engine, heads: Heads | None) -> None:
        self.engine = engine
        self._reading = reading(engine)
        self.heads = heads
        self.workstation = platform.node()[:80] or "unknown"

    @classmethod
    def create(cls, folder: Path, key: bytes) -> "Store":
        """Make an empty store in a house's folder. Raises StoreTrouble when the folder can't be written."""
        with plain_trouble():
            engine = sqlite_engine(folder / STORE_FILE, key)
            with engine.connect().execution_options(writer=True) as connection, connection.begin():
                migrations.upgrade(connection)
        return cls(engine, Heads(folder / HEADS_FILE))

    @classmethod
    def open(cls, folder: Path, key: bytes, migrations_at: Path = migrations.MIGRATIONS) -> "Store":
        """Open a house's store: an older one is upgraded as a copy, verified, then swapped in; a newer one is refused.

        Raises StoreTrouble in a sentence when it is missing, damaged, newer, on a network, or not this house's.
        """
        path = store_path(folder)
        heads = Heads(folder / HEADS_FILE)
        with plain_trouble():
            engine = sqlite_engine(path, key)
            with engine.connect() as connection, connection.begin():
                ready = migrations.is_current(connection, migrations_at)
            if not ready:
                engine.dispose()
                _upgrade_copy(path, key, heads, migrations_at)
                engine = sqlite_engine(path, key)
        store = cls(engine, heads)
        store.check_guards()
        return store

    @classmethod
    def on_postgres(cls, url: str) -> "Store":
        """Open (or make) the store on a PostgreSQL server, for several computers."""
        engine = postgres_engine(url)
        with plain_trouble(), engine.connect() as connection, connection.begin():
            if not migrations.is_current(connection):
                migrations.upgrade(connection)
        return cls(engine, None)

    def check_guards(self) -> None:
        """Refuse a store whose triggers or index were taken out: it could be changed without trace."""
        with self.read() as connection:
            gone = (*guards.missing(connection), *search.broken(connection))
        if gone:
            raise Damaged(
                f"The house's file has lost its protection against change ({gone[0]}). Someone has worked on the file "
                "itself. Don't write on it: keep it as it is, and restore the last backup."
            )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one snapshot of the store until the block ends."""
        with plain_trouble(), self._reading.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, actor: Actor, clock: Clock, action: str) -> Iterator[Work]:
        """A unit of work: committed, durably, when the block ends well; nothing of it is stored when it doesn't.

        The head beside the keys is told after the commit, so it may be behind the store after a power cut, never ahead.
        """
        with plain_trouble(), self.engine.connect().execution_options(writer=True) as connection:
            with connection.begin():
                work = Work(connection, actor, clock, action, self.workstation)
                yield work
                work.flush()
            if self.heads is not None:
                for seq in list(work.latest)[-self.heads.size :]:
                    self.heads.note(seq, work.latest[seq])

    def head(self) -> Head:
        """The last line of the spine; other processes' lines included. Polled for live refresh."""
        with self.read() as connection:
            return read_head(connection)

    def copy_to(self, path: Path) -> None:
        """A whole, consistent copy in one file, encrypted with the same key (copying a live WAL file loses rows)."""
        with plain_trouble():
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("VACUUM INTO ?", (str(path),))
            finally:
                connection.close()

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        self.engine.dispose()

    @property
    def local(self) -> bool:
        """Whether this is a file on this computer."""
        return is_sqlite(self.engine)


def _upgrade_copy(path: Path, key: bytes, heads: Heads, migrations_at: Path) -> None:
    from app.store.verify import verify  # verify reads a Store: imported here, where one is made

    copy = path.with_name("house.upgrade.db")
    for left in (copy, copy.with_name(copy.name + "-wal"), copy.with_name(copy.name + "-shm")):
        left.unlink(missing_ok=True)
    old = Store(sqlite_engine(path, key), heads)
    old.copy_to(copy)
    old.close()
    new = Store(sqlite_engine(copy, key), heads)
    with new.engine.connect().execution_options(writer=True) as connection, connection.begin():
        migrations.upgrade(connection, migrations_at)
    verdict = verify(new)
    new.close()
    if not verdict.ok:
        raise Damaged(
            f"The house could not be upgraded, because its record does not verify ({verdict.first_broken}). "
            "Nothing was changed: the house is as it was."
        )
    os.replace(path, path.with_name("house.before-upgrade.db"))
    os.replace(copy, path)
