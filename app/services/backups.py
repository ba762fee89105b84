"""Backups as acts: whoever is on shift may make one and prove one; the record says when, and how far it went.

The copying takes its time and holds up nobody: it runs outside any transaction, and the act then writes down what was done,
which it looks up in the backup itself.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.domain.backups import BackupState
from app.domain.results import Refused, Unavailable
from app.domain.time import Clock, stamp_day
from app.services.acts import Context, Ref, Refuse, act
from app.services.desk import Desk
from app.services.entrance import sign_in
from app.services.house import record_event
from app.store import backup as files
from app.store.audit import short_head
from app.store.backup import Backup, OnServer
from app.store.engine import plain_trouble
from app.store.errors import Busy, StoreTrouble
from app.store.queries.backups import hash_at, last_event

MADE, PROVEN, FAILED = "backup", "restore_proven", "restore_failed"


@dataclass(frozen=True, kw_only=True)
class NoteBackup:
    """A backup was made, and stands in this folder."""

    path: str


@act("backup")
def note_backup(context: Context, do: NoteBackup) -> Ref:
    """Write down that a backup was made, and up to which entry. Refused unless it is there and of this very record."""
    found = _of_this_record(context, do.path)
    manifest = found.manifest
    return record_event(
        context,
        MADE,
        f"Backup made up to entry {manifest.entries:,}, record {short_head(bytes.fromhex(manifest.head))}.",
    )


@dataclass(frozen=True, kw_only=True)
class NoteProof:
    """The backup in this folder was restored and compared; or could not be, and `why` says so in a sentence."""

    path: str
    why: str | None = None


@act("prove_backup")
def note_proof(context: Context, do: NoteProof) -> Ref:
    """Write down what came of restoring a backup."""
    if do.why:
        return record_event(context, FAILED, f"A backup could not be restored: {do.why[:400]}")
    manifest = _of_this_record(context, do.path).manifest
    said = stamp_day(manifest.made_at, context.house.zone)
    return record_event(
        context,
        PROVEN,
        f"The backup of {said} was restored and holds: {manifest.entries:,} entries, record "
        f"{short_head(bytes.fromhex(manifest.head))}.",
    )


def _of_this_record(context: Context, path: str) -> Backup:
    try:
        found = files.read_backup(Path(path))
    except StoreTrouble as trouble:
        raise Refuse(str(trouble), fields=("path",)) from None
    manifest = found.manifest
    mine = manifest.house_id == context.house.id
    if not mine or hash_at(context.connection, manifest.entries) != bytes.fromhex(manifest.head):
        raise Refuse("That backup is not of this record. Nothing was written down.", fields=("path",))
    return found


def backup_state(desk: Desk) -> BackupState:
    """When a backup was last made and last proven, as the record has it."""
    if not desk.store.local:
        return BackupState(server=True)
    with desk.read() as connection:
        return BackupState(
            last_event(connection, MADE), last_event(connection, PROVEN), last_event(connection, FAILED)
        )


def make_backup(desk: Desk, to: Path | None = None, gone: Callable[[], bool] = lambda: False) -> Backup:
    """Make a backup and write it down. Takes as long as reading the whole record does; call it off the GUI thread.

    `gone` says whether whoever asked has signed out meanwhile: the backup then stands, and nothing is written in her name.

    Raises StoreTrouble in a sentence, and then there is none.
    """
    folder = _folder(desk, "backup")
    made = files.make_backup(desk.store, folder, desk.clock.now(), desk.house.zone, to)
    if not gone():
        _write_down(desk, NoteBackup(path=str(made.path)))
    return made


def prove_backup(desk: Desk, among: Path | None = None, gone: Callable[[], bool] = lambda: False) -> Backup:
    """Restore the newest backup into a temporary folder, verify and compare it, and write down what came of it.

    Raises StoreTrouble in a sentence when it does not restore; that is written down too.
    """
    folder = _folder(desk, "prove_backup")
    newest = files.newest(folder, among)
    try:
        files.prove(desk.store, folder, newest)
    except Busy:
        raise
    except StoreTrouble as trouble:
        if not gone():
            _write_down(desk, NoteProof(path=str(newest.path), why=str(trouble)))
        raise
    if not gone():
        _write_down(desk, NoteProof(path=str(newest.path)))
    return newest


def _folder(desk: Desk, word: str) -> Path:
    """The house's folder, for whoever may do this there. Asked before anything is copied."""
    allowed = desk.can(word)
    if isinstance(allowed, Unavailable):
        raise StoreTrouble(str(allowed))
    if desk.store.folder is None:
        raise OnServer
    return desk.store.folder


def _write_down(desk: Desk, command: NoteBackup | NoteProof) -> None:
    """In the record; where the clock stands in the way, as soon as somebody has looked at it."""
    answer = desk.do(command)
    if isinstance(answer, Refused):
        raise StoreTrouble(f"The backup is there, but it could not be written down. {answer}")


def restore_backup(backup: Path, folder: Path, user: str, password: str, clock: Clock) -> Backup:
    """Restore a backup into a new folder: every file against the manifest, the record by opening it with her password.

    Raises StoreTrouble in a sentence and leaves nothing behind; a house that is there is never touched.
    """
    found = files.read_backup(backup)
    making = files.restoring(folder)
    shutil.rmtree(making, ignore_errors=True)
    try:
        with plain_trouble():
            folder.parent.mkdir(parents=True, exist_ok=True)
            files.copy_out(found, making)
        desk = sign_in(making, user, password, clock, note=False)
        try:
            files.compare(desk.store, found)
        finally:
            desk.store.close()
        files.put_in_place(making, folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return found
