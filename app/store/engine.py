"""The engines, and everything that only one of them can do.

SQLite is SQLCipher with a raw 256-bit key, in WAL mode, durable at every commit (`synchronous=FULL`). PostgreSQL
serves several computers with the same code. Nothing outside this file and `search.py` asks which one it is.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from app.store.errors import NetworkFolder, NoHouse, trouble

STORE_FILE = "house.db"
_BUSY_MS = 10_000
_SPINE_LOCK = 0x6461_7962_6F6F_6B  # "daybook": the advisory lock under which PostgreSQL appends to the spine
_NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "davfs"})


def sqlite_engine(path: Path, key: bytes) -> Engine:
    """An engine on the encrypted file at `path`; the file is made if it is missing. `key` is 32 raw bytes."""
    refuse_network_folder(path.parent)

    def connect() -> Any:
        connection = sqlcipher.connect(str(path), check_same_thread=False, isolation_level=None)
        run = connection.execute
        run("PRAGMA cipher_log_level = NONE")
        run(f"PRAGMA key = \"x'{key.hex()}'\"")
        run(f"PRAGMA busy_timeout = {_BUSY_MS}")
        run("PRAGMA temp_store = MEMORY")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA recursive_triggers = ON")
        return connection

    # creator= alone would pick SingletonThreadPool, which hands one connection to two users of a thread.
    engine = create_engine("sqlite://", module=sqlcipher, creator=connect, poolclass=QueuePool, pool_size=8)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writer = connection.get_execution_options().get("writer", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def postgres_engine(url: str) -> Engine:
    """An engine on a PostgreSQL database, given as postgresql+psycopg://…"""
    return create_engine(url, pool_size=8)


def reading(engine: Engine) -> Engine:
    """The engine for reads: each sees one snapshot. (A writer on PostgreSQL must not: it waits for the spine's lock,
    and then needs the head as it is after the wait.)"""
    return engine if is_sqlite(engine) else engine.execution_options(isolation_level="REPEATABLE READ")


def lock_spine(connection: Connection) -> None:
    """Hold the head of the spine until commit: BEGIN IMMEDIATE has done so on SQLite already."""
    if not is_sqlite(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SPINE_LOCK})


def is_sqlite(bind: Connection | Engine) -> bool:
    """Whether this is the local file."""
    return bind.dialect.name == "sqlite"


@contextmanager
def plain_trouble() -> Iterator[None]:
    """Turn a driver's error into a StoreTrouble with a sentence; a bug stays what it is."""
    try:
        yield
    except (DBAPIError, sqlcipher.Error) as error:
        known = trouble(error)
        if known is None:
            raise
        raise known from error


def store_path(folder: Path) -> Path:
    """The store inside a house's folder; NoHouse when it isn't there."""
    path = folder / STORE_FILE
    if not path.is_file():
        raise NoHouse(f"There is no house at {folder}. Check the path, or make one with: daybook demo --house {folder}")
    return path


def refuse_network_folder(folder: Path) -> None:
    """Refuse a folder that other computers can write: two of them would corrupt the file (DESIGN.md "One PC or several")."""
    if _file_system(folder) in _NETWORK_FILE_SYSTEMS:
        raise NetworkFolder(
            f"{folder} is on a network. Daybook's file must be on this computer's own disk: choose a local folder. "
            "For several computers, use a PostgreSQL server."
        )


def _file_system(folder: Path) -> str:
    """The name of the file system under `folder`, "cifs" for any Windows network path, "" where it can't be told."""
    if sys.platform == "win32":
        import ctypes

        drive_remote = 4
        drive = os.path.splitdrive(folder.resolve())[0] + "\\"
        remote = drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive) == drive_remote
        return "cifs" if remote else ""
    mounts = Path("/proc/mounts")
    if not mounts.is_file():
        return ""
    return _longest_mount(str(folder.resolve()), mounts.read_text(encoding="utf-8", errors="replace"))


def _longest_mount(folder: str, mounts: str) -> str:
    best, kind = "", ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        point = parts[1].replace("\\040", " ") if len(parts) > 2 else ""
        inside = point and (folder == point or folder.startswith(point.rstrip("/") + "/"))
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind
