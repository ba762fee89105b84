"""The engines, and everything that only one of them can do.

SQLite is SQLCipher with a raw 256-bit key, in WAL mode, durable at every commit (`synchronous=FULL`). PostgreSQL
serves several computers with the same code. Nothing outside this file, `guards.py` and `search.py` asks which one
it is.

What SQLCipher leaves off stays off: `cipher_memory_security` costs much and guards against a reader of this process's
memory, who has the key already; the page size is its own 4,096 bytes, each page with its own HMAC.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, ExceptionContext, QueuePool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from app.store.errors import Busy, Damaged, NoHouse, WrongKey, trouble
from app.store.folders import refuse_network_folder

STORE_FILE = "house.db"
_BUSY_MS = 10_000
_ALONE_MS = 1_000
_SPINE_LOCK = 0x6461_7962_6F6F_6B  # "daybook": the advisory lock under which PostgreSQL appends to the spine
_SMALLEST = 4096  # one SQLCipher page: a shorter file can't be a store, yet SQLite takes it for a new one


def sqlite_engine(path: Path, key: bytes, make: bool = False) -> Engine:
    """An engine on the encrypted file at `path`, which is made only if `make` says so. `key` is 32 raw bytes."""
    refuse_network_folder(path.parent)
    # creator= alone would pick SingletonThreadPool, which hands one connection to two users of a thread.
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: _connect(path, key, make),
        poolclass=QueuePool,
        pool_size=8,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writer = connection.get_execution_options().get("writer", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def _connect(path: Path, key: bytes, make: bool = False, alone: bool = False) -> Any:
    mode = "rwc" if make else "rw"
    connection = sqlcipher.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False, isolation_level=None
    )
    try:
        run = connection.execute
        run("PRAGMA cipher_log_level = NONE")
        run(f"PRAGMA key = \"x'{key.hex()}'\"")
        run(f"PRAGMA busy_timeout = {_ALONE_MS if alone else _BUSY_MS}")
        run("PRAGMA temp_store = MEMORY")
        if alone:
            run("PRAGMA locking_mode = EXCLUSIVE")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA recursive_triggers = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def copy_alone(path: Path, key: bytes, copy: Path) -> None:
    """Copy the store while nobody else has it open, and leave its bytes as they are. Raises Busy when someone has."""
    try:
        with closing(_connect(path, key, alone=True)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")  # the lock itself stays until the connection is closed
            vacuum_into(connection, copy)
    except sqlcipher.OperationalError as error:
        if "is locked" not in str(error):
            raise
        raise Busy(
            "This house must be brought up to date before it opens, and Daybook is still open in another window. "
            "Close it there, then try again."
        ) from None
    wal = path.with_name(path.name + "-wal")
    if wal.exists() and wal.stat().st_size:
        raise Busy("The house's last changes are still being written to its file. Try again in a moment.")


def vacuum_into(connection: Any, copy: Path) -> None:
    """A whole, consistent copy under the same key; nothing is left at `copy` when it fails."""
    if copy.exists():
        raise FileExistsError(f"There is a file at {copy} already.")
    try:
        connection.execute("VACUUM INTO ?", (str(copy),))
    except BaseException:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
        raise


def postgres_engine(url: str) -> Engine:
    """An engine on a PostgreSQL database, given as postgresql+psycopg://…"""
    engine = create_engine(
        url,
        pool_size=8,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args={"options": f"-c lock_timeout={_BUSY_MS}"},
        hide_parameters=True,
    )

    @event.listens_for(engine, "handle_error")
    def keep_names_out(context: ExceptionContext) -> None:
        # PostgreSQL adds "DETAIL: Failing row contains (…)", which may end in a log.
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None and error.args:
                error.args = (str(error.args[0]).split("\nDETAIL:")[0],)

    return engine


def reading(engine: Engine) -> Engine:
    """The engine for reads: each sees one snapshot. (A writer on PostgreSQL must not: it waits for the spine's lock,
    and then needs the head as it is after the wait.)"""
    return engine if is_sqlite(engine) else engine.execution_options(isolation_level="REPEATABLE READ")


def lock_spine(connection: Connection) -> None:
    """Hold the head of the spine until commit: BEGIN IMMEDIATE has done so on SQLite already."""
    if not is_sqlite(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SPINE_LOCK})


def columns(connection: Connection) -> dict[str, set[str]]:
    """The names of the columns that each table really has."""
    if is_sqlite(connection):
        sql = (
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND m.name NOT LIKE 'search%'"  # a damaged index can't even be asked
        )
    else:
        sql = (
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema()"
        )
    found: dict[str, set[str]] = defaultdict(set)
    for table, column in connection.execute(text(sql)):
        found[table].add(column)
    return found


def damaged_pages(engine: Engine) -> str | None:
    """What SQLCipher and SQLite say of the file's own pages, or None when they are sound (or there is no file)."""
    if not is_sqlite(engine):
        return None
    with closing(engine.raw_connection()) as raw:
        cursor = raw.cursor()
        for pragma in ("cipher_integrity_check", "quick_check"):
            # Another process may be writing a page while it is read: real damage is there the second time too.
            if _complains(cursor, pragma) and _complains(cursor, pragma):
                return pragma.replace("_", " ")
    return None


def _complains(cursor: Any, pragma: str) -> bool:
    try:
        return any(found != "ok" for (found,) in cursor.execute(f"PRAGMA {pragma}").fetchall())
    except sqlcipher.DatabaseError as error:
        if isinstance(trouble(error), Damaged | WrongKey):
            return True
        raise


def is_sqlite(bind: Connection | Engine) -> bool:
    """Whether this is the local file."""
    return bind.dialect.name == "sqlite"


@contextmanager
def plain_trouble() -> Iterator[None]:
    """Turn a driver's or the system's error into a StoreTrouble with a sentence; a bug stays what it is."""
    try:
        yield
    except (DBAPIError, sqlcipher.Error, OSError) as error:
        known = trouble(error)
        if known is None:
            raise
        raise known from error


def store_path(folder: Path) -> Path:
    """The store inside a house's folder. Raises NoHouse when it isn't there, Damaged when it was cut to nothing."""
    path = folder / STORE_FILE
    if not path.is_file():
        raise NoHouse(
            f"There is no house at {folder}. Make one with: daybook demo --house {folder} or check the path."
        )
    if path.stat().st_size < _SMALLEST:
        raise Damaged(f"The house's file at {folder} was cut short. Restore the last backup.")
    return path
