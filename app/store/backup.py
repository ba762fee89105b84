"""Backups of a house on this computer: made beside it, verified by opening, thinned, proven by a restore.

A backup is a folder: the store under its own key (`VACUUM INTO`: copying a live file loses rows), keys.json, the heads, and a
manifest of what they must be. It appears whole or not at all: it is made and verified under another name and then renamed, so
a kill, a full disk or a power cut leaves the house and every earlier backup as they were.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from app.domain.backups import thinned
from app.store import migrations
from app.store.engine import STORE_FILE, plain_trouble
from app.store.errors import AlreadyThere, Busy, Damaged, DiskFull, Newer, NoBackup, ReadOnly, StoreTrouble
from app.store.heads import Heads
from app.store.keys_file import KEYS_FILE, load, replace_whole
from app.store.store import HEADS_FILE, Store
from app.store.verify import Verdict, verify

BACKUPS = "backups"
MANIFEST = "manifest.json"
FORMAT = 1
_LOCK = "backup.lock"
_NAME = "daybook-%Y%m%d-%H%M%S"
#: What is not finished, or not gone yet, begins so; the next backup clears it away.
_MAKING, _PROVING, _GOING = ".making-", ".proving-", ".going-"
_FILES = (STORE_FILE, KEYS_FILE, HEADS_FILE)


class BackupDamaged(Damaged):
    """A backup that is not what its manifest says, or does not open, or whose record does not verify."""


class OnServer(StoreTrouble):
    """The record is on a PostgreSQL server: a copy from here would be none."""

    def __init__(self) -> None:
        super().__init__(
            "This house is on a PostgreSQL server, and the server's own backup (pg_dump) is what counts. Ask whoever looks "
            "after the server when it was last made, and when one was last restored. Daybook makes none of its own here."
        )


class Described(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a backup."""

    size: Annotated[int, Meta(ge=0)]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup must be. It holds nobody's name; the head in it is one more witness outside the store."""

    format: Annotated[int, Meta(ge=1)]
    house_id: UUID
    made_at: datetime
    schema: str
    entries: Annotated[int, Meta(ge=0)]
    head: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    files: dict[str, Described]


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: its folder, and its manifest."""

    path: Path
    manifest: Manifest


def backups_folder(house: Path) -> Path:
    """Where a house's backups are unless another folder is chosen."""
    return house / BACKUPS


def make_backup(store: Store, house: Path, now: datetime, zone: ZoneInfo, to: Path | None = None) -> Backup:
    """Make a backup in `to` (default: beside the house), verify it, and thin the older ones of this house there.

    Raises StoreTrouble in a sentence: another is being made (Busy), the disk is full, the folder can't be written, or the copy
    does not verify. Then nothing of it is left, and the earlier ones are as they were.
    """
    if not store.local:
        raise OnServer
    beside = backups_folder(house)
    target = to or beside
    with _said(target), plain_trouble():
        beside.mkdir(exist_ok=True)
        target.mkdir(parents=True, exist_ok=True)
        with _alone(house):
            mine = load(house).house_id.hex[-8:]
            for left in (*beside.glob(f".*-{mine}*"), *target.glob(f".*-{mine}*")):
                shutil.rmtree(left, ignore_errors=True)
            name = _free_name(target, now, mine)
            making = beside / f"{_MAKING}{name}"
            try:
                manifest = _fill(making, store, house, now)
                if target.resolve() != beside.resolve():
                    making = _carry(making, target / f"{_MAKING}{name}", manifest)
                making.rename(target / name)
                _settle(target)
            finally:
                shutil.rmtree(making, ignore_errors=True)
            _thin(target, manifest.house_id, now, zone)
    return Backup(target / name, manifest)


def _fill(making: Path, store: Store, house: Path, now: datetime) -> Manifest:
    """The copy and what goes with it, proved by opening; its manifest is written last."""
    making.mkdir()
    store.copy_to(making / STORE_FILE)
    _copy(house / KEYS_FILE, making / KEYS_FILE)
    with _opened(store, making) as copy:
        head = copy.head()
        kept = store.heads.all() if store.heads else {}
        Heads(making / HEADS_FILE).reset({seq: hash_ for seq, hash_ in kept.items() if seq <= head.seq})
        verdict = verify(copy)
        with copy.read() as connection:
            schema = migrations.current(connection) or ""
    _refuse_broken(
        verdict, "No backup was made: the record", "Tell the manager, and keep the earlier backups."
    )
    manifest = Manifest(
        FORMAT,
        load(making).house_id,
        now.astimezone(UTC),
        schema,
        verdict.entries,
        verdict.head.hex(),
        {each: _described(making / each) for each in _FILES},
    )
    replace_whole(making / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    return manifest


@contextmanager
def _opened(store: Store, folder: Path) -> Iterator[Store]:
    """The copy in a folder, opened with the key of the store that it is of. It leaves one file behind, nothing beside it."""
    copy = store.beside(folder)
    try:
        yield copy
    finally:
        copy.close()


def _carry(made: Path, to: Path, manifest: Manifest) -> Path:
    """Copy a finished backup to another disk, and read it back there."""
    try:
        to.mkdir()
        for name in (*_FILES, MANIFEST):
            _copy(made / name, to / name)
        check_files(Backup(to, manifest))
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return to


def _free_name(target: Path, now: datetime, house: str) -> str:
    name = f"{now.astimezone(UTC).strftime(_NAME)}-{house}"
    number = 1
    while (target / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return name if number == 1 else f"{name}-{number}"


def _thin(folder: Path, house_id: UUID, now: datetime, zone: ZoneInfo) -> None:
    """Take away what need not be kept. One that can't be taken away stays: that is no reason to say the backup failed."""
    mine = [one for one in list_backups(folder) if one.manifest.house_id == house_id]
    gone = thinned((one.manifest.made_at for one in mine), now, zone)
    for one in mine:
        if one.manifest.made_at in gone:
            with suppress(OSError):
                going = one.path.rename(one.path.with_name(f"{_GOING}{one.path.name}"))
                shutil.rmtree(going, ignore_errors=True)


# Reading


def read_backup(path: Path) -> Backup:
    """The backup in a folder. NoBackup where there is none, BackupDamaged or Newer where its manifest says so."""
    try:
        content = (path / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise NoBackup(f"There is no backup at {path}. Give the folder that has its manifest.json.") from None
    except OSError as error:
        raise StoreTrouble(f"The backup at {path} can't be read ({error.strerror}).") from None
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise BackupDamaged(
            f"The manifest of the backup at {path} is damaged. Use an older backup."
        ) from None
    if manifest.format > FORMAT:
        raise Newer("This backup was made by a newer Daybook. Install that version, then try again.")
    if set(manifest.files) != set(_FILES):
        raise BackupDamaged(f"The manifest of the backup at {path} is damaged. Use an older backup.")
    return Backup(path, manifest)


def list_backups(folder: Path) -> list[Backup]:
    """Every backup in a folder that has a whole manifest, the newest first. What is unfinished does not count."""
    found = []
    if folder.is_dir():
        for path in folder.iterdir():
            if not path.name.startswith("."):
                with suppress(StoreTrouble):
                    found.append(read_backup(path))
    return sorted(found, key=lambda one: (one.manifest.made_at, one.path.name), reverse=True)


def verify_with_backups(store: Store, witnessed: Mapping[int, str] | None = None) -> Verdict:
    """Verify a store against the heads beside the keys, those from paper, and those in the manifests of its backups: an older
    file put back with its heads still lacks what a backup has seen."""
    seen: dict[int, str] = {}
    if store.folder is not None:
        with suppress(
            StoreTrouble
        ):  # whose backups they are can't be told: keys.json says so itself when it is read
            mine = load(store.folder).house_id
            found = list_backups(backups_folder(store.folder))
            seen = {one.manifest.entries: one.manifest.head for one in found if one.manifest.house_id == mine}
    return verify(store, {**seen, **(witnessed or {})})


def newest(house: Path, among: Path | None = None) -> Backup:
    """The newest backup of a house, beside it or in another folder. NoBackup when there is none."""
    mine = load(house).house_id
    for one in list_backups(among or backups_folder(house)):
        if one.manifest.house_id == mine:
            return one
    raise NoBackup(f"There is no backup of this house in {among or backups_folder(house)}. Make one first.")


def check_files(backup: Backup) -> None:
    """Every file by size and SHA-256. Raises BackupDamaged."""
    for name, wanted in backup.manifest.files.items():
        try:
            found = _described(backup.path / name)
        except FileNotFoundError:
            raise BackupDamaged(
                f"The backup at {backup.path} lacks its {name}. Use an older backup."
            ) from None
        if found != wanted:
            raise BackupDamaged(
                f"The {name} of the backup at {backup.path} is not what was written. Use an older backup."
            )


# Restoring


def prove(store: Store, house: Path, backup: Backup) -> None:
    """Restore a backup into a temporary folder beside the house, open it with the house's key, verify it, and compare.

    Raises BackupDamaged, WrongKey or other StoreTrouble in a sentence when it does not restore. Nothing is left behind.
    """
    if not store.local:
        raise OnServer
    with plain_trouble(), _alone(house):
        place = backups_folder(house)
        place.mkdir(exist_ok=True)
        proving = place / f"{_PROVING}{backup.path.name}"
        shutil.rmtree(proving, ignore_errors=True)
        try:
            copy_out(backup, proving)
            with _opened(store, proving) as copy:
                compare(copy, backup)
        finally:
            shutil.rmtree(proving, ignore_errors=True)


def copy_out(backup: Backup, to: Path) -> None:
    """The files of a backup in a new folder, checked there against the manifest."""
    to.mkdir()
    for name in _FILES:
        try:
            _copy(backup.path / name, to / name)
        except FileNotFoundError:
            raise BackupDamaged(
                f"The backup at {backup.path} lacks its {name}. Use an older backup."
            ) from None
    check_files(Backup(to, backup.manifest))


def compare(copy: Store, backup: Backup) -> None:
    """A restored house, opened: its record verifies, and ends where the manifest says. Raises BackupDamaged."""
    verdict, wanted = verify(copy), backup.manifest
    _refuse_broken(verdict, "The record of this backup", "Use an older backup.")
    if (verdict.entries, verdict.head.hex()) != (wanted.entries, wanted.head):
        raise BackupDamaged(
            f"This backup ends at entry {verdict.entries:,}, and its manifest says {wanted.entries:,} or another head. "
            "Use an older backup."
        )


def _refuse_broken(verdict: Verdict, what: str, then: str) -> None:
    """BackupDamaged for a record that does not hold. One whose heads were lost does: nothing in it is broken."""
    broken = [breach for breach in verdict.breaches if breach.table != HEADS_FILE]
    if broken:
        raise BackupDamaged(f"{what} does not verify ({broken[0]}). {then}")


def restoring(folder: Path) -> Path:
    """The name under which a house is restored before it appears. AlreadyThere where a house is, or anything else."""
    if folder.exists() and any(folder.iterdir()):
        raise AlreadyThere(
            f"There is something at {folder} already. A backup is only ever restored into a new folder: choose another."
        )
    return folder.with_name(f".{folder.name}.restoring")


def put_in_place(restored: Path, folder: Path) -> None:
    """The restored house appears, whole."""
    with plain_trouble():
        if folder.exists():
            folder.rmdir()
        restored.rename(folder)
        _settle(folder.parent)


# The files


def _described(path: Path) -> Described:
    with path.open("rb") as file:
        return Described(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _copy(source: Path, to: Path) -> None:
    shutil.copyfile(source, to)
    with suppress(OSError):  # a disk that knows no owners
        to.chmod(0o600)
    with to.open("rb+") as file:
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    with suppress(OSError):  # Windows opens no folder
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


@contextmanager
def _said(target: Path) -> Iterator[None]:
    """Say of the disk's trouble what it means for the backup."""
    try:
        yield
    except DiskFull as full:
        raise DiskFull(
            f"The disk of {target} is full, so no backup was made. The house and the earlier backups are as they were. Free "
            "some space, then do it again."
        ) from full
    except ReadOnly as closed:
        raise ReadOnly(
            f"{target} can't be written, so no backup was made. Ask for the right to write there, or choose another folder."
        ) from closed


@contextmanager
def _alone(house: Path) -> Iterator[None]:
    """One backup at a time, over all windows and processes. The system lets go of the lock if this process dies."""
    fd = os.open(house / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _try_lock(fd):
            raise Busy("A backup of this house is being made or proved already. Wait until it is done.")
        yield
    finally:
        os.close(fd)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(fd: int) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
