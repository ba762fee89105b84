"""The store: one house's record, opened with its key, read in snapshots and written through units of work."""

import os
import platform
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine

from app.domain.staff import Actor
from app.domain.time import Clock
from app.store import guards, migrations
from app.store.engine import (
    STORE_FILE,
    copy_alone,
    is_sqlite,
    lock_spine,
    plain_trouble,
    postgres_engine,
    reading,
    sqlite_engine,
    store_path,
    vacuum_into,
)
from app.store.errors import AlreadyThere, Damaged
from app.store.heads import Heads
from app.store.ids import Chance
from app.store.keys_file import held
from app.store.memory import Memory
from app.store.work import Head, Work, read_head

HEADS_FILE = "heads"
#: The store as it was before the last upgrade, kept beside the new one.
BEFORE_UPGRADE = "house.before-upgrade.db"


class Store:
    """An open store. Threads may share it; each `read` and each `write` has a connection of its own.

    `migrations_at` is the folder of the schema that it is held to.
    """

    def __init__(
        self, engine: Engine, heads: Heads | None, migrations_at: Path = migrations.MIGRATIONS
    ) -> None:
        self.engine = engine
        self._reading = reading(engine)
        self.heads = heads
        self.migrations_at = migrations_at
        self.workstation = platform.node()[:80] or "unknown"
        self.chance: Chance = secrets.token_bytes
        #: The house's folder, where the store is a file on this computer.
        self.folder: Path | None = None
        self._key = b""
        self.memory = Memory()

    @classmethod
    def create(cls, folder: Path, key: bytes) -> "Store":
        """Make an empty store in a house's folder. Raises StoreTrouble when there is one or the folder can't be
        written; then nothing is left behind."""
        path = folder / STORE_FILE
        with plain_trouble():
            if path.exists():
                raise AlreadyThere(
                    f"There is a house at {folder} already. Open it, or choose another folder."
                )
            store = cls(sqlite_engine(path, key, make=True), Heads(folder / HEADS_FILE))
            try:
                with store._migrating() as connection:
                    migrations.upgrade(connection)
            except BaseException:
                store.close()
                _remove(path)
                raise
            store.close()
        return cls(sqlite_engine(path, key), Heads(folder / HEADS_FILE))._at(folder, key)

    @classmethod
    def open(cls, folder: Path, key: bytes, migrations_at: Path = migrations.MIGRATIONS) -> "Store":
        """Open a house's store: an older one is upgraded as a copy, verified, then swapped in; a newer one is refused.

        Raises StoreTrouble in a sentence when it is missing, damaged, newer, on a network, not this house's, or has
        lost its guards.
        """
        with plain_trouble():
            path = store_path(folder)
            store = cls(sqlite_engine(path, key), Heads(folder / HEADS_FILE), migrations_at)
            try:
                if not store._is_current():
                    store.close()
                    store._upgrade(path, key)
                store.check_guards()
            except BaseException:
                store.close()
                raise
        return store._at(folder, key)

    def _at(self, folder: Path, key: bytes) -> "Store":
        self.folder, self._key = folder, key
        return self

    def beside(self, folder: Path) -> "Store":
        """Open a copy of this store in another folder: it has the same key."""
        return Store.open(folder, self._key, self.migrations_at)

    @classmethod
    def on_postgres(cls, url: str, migrations_at: Path = migrations.MIGRATIONS) -> "Store":
        """Open the store on a PostgreSQL server, for several computers; it is made or upgraded in one transaction."""
        store = cls(postgres_engine(url), None, migrations_at)
        try:
            with plain_trouble(), store._migrating() as connection:
                lock_spine(connection)
                if not migrations.is_current(connection, migrations_at):
                    migrations.upgrade(connection, migrations_at)
                    store._refuse_broken(connection)
            store.check_guards()
        except BaseException:
            store.close()
            raise
        return store

    def check_guards(self) -> None:
        """Refuse a store whose triggers or index were taken out: it could be changed without trace."""
        with self.read() as connection:
            gone = guards.altered(connection)
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
                work.chance = self.chance
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
        """A whole, consistent copy in one file, encrypted with the same key (copying a live WAL file loses rows).

        Raises StoreTrouble, with nothing left at `path`, which must not be there before (FileExistsError).
        """
        with plain_trouble():
            with closing(self.engine.raw_connection()) as raw:
                vacuum_into(raw.driver_connection, path)
            _settle(path)

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        self.engine.dispose()

    @property
    def local(self) -> bool:
        """Whether this is a file on this computer."""
        return is_sqlite(self.engine)

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(writer=True) as connection, connection.begin():
            yield connection

    def _is_current(self) -> bool:
        with self.read() as connection:
            if migrations.current(connection) is None:
                raise Damaged(
                    "The house's file holds no record: it was never finished. Restore the last backup."
                )
            return migrations.is_current(connection, self.migrations_at)

    def _refuse_broken(self, connection: Connection) -> None:
        from app.store.verify import breaches  # verify reads a Store: imported here, where one is made

        # A house that was moved without its heads has nothing outside to vouch for it, but nothing in it is broken.
        broken = [breach for breach in breaches(self, connection) if breach.table != HEADS_FILE]
        if broken:
            raise Damaged(
                f"The house could not be upgraded, because its record does not verify ({broken[0]}). "
                "Nothing was changed: the house is as it was."
            )

    def _upgrade(self, path: Path, key: bytes) -> None:
        """Upgrade a copy, verify it, and put it in place in one step. A second process waits, and finds it done."""
        with held(path.parent):
            if self._is_current():
                return
            self.close()
            copy = path.with_name("house.upgrade.db")
            _remove(copy)
            try:
                copy_alone(path, key, copy)
                new = Store(sqlite_engine(copy, key), self.heads, self.migrations_at)
                try:
                    with new._migrating() as connection:
                        migrations.upgrade(connection, self.migrations_at)
                        new._refuse_broken(connection)
                finally:
                    new.close()
                _settle(copy)
                _keep(path, path.with_name(BEFORE_UPGRADE))
                copy.replace(path)
                _settle(path)
            except BaseException:
                _remove(copy)
                raise


def _remove(path: Path) -> None:
    for left in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        left.unlink(missing_ok=True)


def _keep(path: Path, kept: Path) -> None:
    """A second name for the same file, or a copy where the disk knows no second names."""
    kept.unlink(missing_ok=True)
    try:
        os.link(path, kept)
    except OSError:
        shutil.copyfile(path, kept)
        _settle(kept)


def _settle(path: Path) -> None:
    """Have a file, and where the system allows it the folder's entry for it, on the disk itself."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    with suppress(OSError):  # Windows opens no folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
