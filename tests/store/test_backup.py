"""Backups: whole or not there, verified by opening, proven by a restore; the house and the earlier ones never touched."""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.store import backup as files
from app.store import keys
from app.store.backup import (
    BackupDamaged,
    OnServer,
    backups_folder,
    list_backups,
    make_backup,
    prove,
    read_backup,
    verify_with_backups,
)
from app.store.engine import STORE_FILE
from app.store.errors import Busy, DiskFull, NoBackup, StoreTrouble
from app.store.keys import NewMember
from app.store.store import Store
from app.store.tables.checks import check
from app.store.verify import missing_tail, verify
from tests.support.attacks import unguarded
from tests.support.stores import HOUSE, START, clock, log_check

LONDON = ZoneInfo("Europe/London")
ROOT = Path(__file__).parents[2]
MEMBER = NewMember("kim", "Kim Osei", "manager", "training")
SECOND = timedelta(seconds=1)
MAKER = """
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from app.store.backup import make_backup
from app.store.store import Store
folder, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
store = Store.open(folder, key)
print("ready", flush=True)
sys.stdin.readline()
now = datetime.fromisoformat(sys.argv[3])
while True:
    print(make_backup(store, folder, now, ZoneInfo("Europe/London")).path.name, flush=True)
"""


class Kept:
    """A house with keys and thirty checks, open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        made = keys.create(folder, HOUSE, "Eden House", True, "Europe/London", MEMBER)
        self.key = made.house_key
        self.store = Store.create(folder, self.key)
        for number in range(30):
            log_check(self.store, f"in the kitchen, {number}")

    def backup(self, after: timedelta = timedelta(0), to: Path | None = None) -> files.Backup:
        return make_backup(self.store, self.folder, START + after, LONDON, to)

    def whole(self, backup: files.Backup) -> bool:
        """Opened where nobody else looks, the record verifies and ends where the manifest says."""
        prove(self.store, self.folder, backup)
        return True

    def left(self) -> list[str]:
        """What stands beside the backups that is none."""
        place = backups_folder(self.folder)
        return sorted(path.name for path in place.iterdir() if path.name.startswith("."))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path / "house")
    yield made
    made.store.close()


def test_a_backup_is_the_record_and_what_opens_it(kept: Kept) -> None:
    made = kept.backup()
    assert made.path.name == f"daybook-20261024-220000-{HOUSE.hex[-8:]}"
    assert sorted(path.name for path in made.path.iterdir()) == [
        "heads",
        STORE_FILE,
        "keys.json",
        "manifest.json",
    ]
    head = kept.store.head()
    assert (made.manifest.entries, made.manifest.head) == (head.seq, head.hash.hex())
    assert b"SQLite format 3" not in (made.path / STORE_FILE).read_bytes()[:100]
    assert b"kitchen" not in (made.path / STORE_FILE).read_bytes()
    assert read_backup(made.path) == made
    assert kept.whole(made)
    assert kept.left() == []
    assert keys.unlock(made.path, "kim", "training", clock()).house_key == kept.key


def test_what_is_written_meanwhile_is_in_the_next(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Store.copy_to

    def and_then_one_more(self: Store, path: Path) -> None:
        real(self, path)
        log_check(kept.store, "while it was copied")

    monkeypatch.setattr(Store, "copy_to", and_then_one_more)
    made = kept.backup()
    assert made.manifest.entries == kept.store.head().seq - 1
    assert kept.whole(made)
    monkeypatch.undo()
    assert kept.backup(SECOND).manifest.entries == kept.store.head().seq


def test_another_folder_gets_it_whole_and_the_house_keeps_none(kept: Kept, tmp_path: Path) -> None:
    made = kept.backup(to=tmp_path / "stick" / "daybook")
    assert made.path.parent == tmp_path / "stick" / "daybook"
    assert kept.whole(made)
    assert list(backups_folder(kept.folder).iterdir()) == []


def test_two_in_one_second_are_two(kept: Kept) -> None:
    first, second = kept.backup(), kept.backup()
    assert first.path != second.path
    assert len(list_backups(backups_folder(kept.folder))) == 2


def test_old_ones_are_thinned_and_another_houses_left_alone(kept: Kept, tmp_path: Path) -> None:
    other = Kept(tmp_path / "other")
    shared = tmp_path / "shared"
    foreign = make_backup(other.store, other.folder, START - timedelta(days=300), LONDON, shared)
    foreign.path.joinpath("manifest.json").write_bytes(
        foreign.path.joinpath("manifest.json")
        .read_bytes()
        .replace(str(HOUSE).encode(), str(HOUSE)[:-1].encode() + b"9")
    )
    for days in (19.2, 19.1, 3.2, 3.1, 1, 0.9):
        make_backup(kept.store, kept.folder, START - timedelta(days=days), LONDON, shared)
    kept.backup(to=shared)
    mine = [one for one in list_backups(shared) if one.manifest.house_id == HOUSE]
    ages = [round((START - one.manifest.made_at) / timedelta(days=1), 1) for one in mine]
    assert ages == [0, 0.9, 1, 3.1, 19.1]
    assert foreign.path.is_dir()
    other.store.close()


# When it can't be done


def _is_as_it_was(kept: Kept, earlier: files.Backup) -> None:
    assert [one.path for one in list_backups(backups_folder(kept.folder))] == [earlier.path]
    assert kept.whole(earlier)
    assert kept.left() == []
    assert verify(kept.store).ok
    assert log_check(kept.store).seq


@pytest.mark.parametrize("where", ["copy_to", "keys", "manifest"])
def test_a_full_disk_is_said_and_leaves_nothing(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    earlier = kept.backup()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        if where == "copy_to":
            patched.setattr("app.store.store.vacuum_into", full)
        elif where == "keys":
            patched.setattr(shutil, "copyfile", full)
        else:
            patched.setattr(files, "replace_whole", full)
        with pytest.raises(DiskFull, match=r"full, so no backup was made\. The house and the earlier"):
            kept.backup(SECOND)
    _is_as_it_was(kept, earlier)


def test_only_one_at_a_time(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = kept.backup()
    refused: list[str] = []
    real = Store.copy_to

    def meanwhile(self: Store, path: Path) -> None:
        for other in (lambda: kept.backup(SECOND), lambda: prove(kept.store, kept.folder, earlier)):
            with pytest.raises(Busy) as busy:
                other()
            refused.append(str(busy.value))
        real(self, path)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "copy_to", meanwhile)
        kept.backup(SECOND)
    assert refused == ["A backup of this house is being made or proved already. Wait until it is done."] * 2
    assert len(list_backups(backups_folder(kept.folder))) == 2


def test_a_record_that_does_not_verify_is_not_backed_up_over_good_ones(kept: Kept) -> None:
    earlier = kept.backup()
    with unguarded(kept.store) as connection:
        connection.execute(check.update().where(check.c.seq == 3).values(note="nobody was there"))
    with pytest.raises(BackupDamaged, match=r"No backup was made: the record does not verify .entry 3"):
        kept.backup(SECOND)
    assert [one.path for one in list_backups(backups_folder(kept.folder))] == [earlier.path]


# Proof


def _cut(path: Path) -> None:
    content = (path / STORE_FILE).read_bytes()
    (path / STORE_FILE).write_bytes(content[: len(content) // 2])


def _turn_a_bit(path: Path) -> None:
    content = bytearray((path / STORE_FILE).read_bytes())
    content[9000] ^= 1
    (path / STORE_FILE).write_bytes(bytes(content))


def _lose_the_keys(path: Path) -> None:
    (path / "keys.json").unlink()


def _lie(path: Path) -> None:
    manifest = path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"entries": 30', '"entries": 31'))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_cut, "is not what was written"),
        (_turn_a_bit, "is not what was written"),
        (_lose_the_keys, "lacks its keys.json"),
        (_lie, "its manifest says 31"),
    ],
)
def test_a_backup_that_was_harmed_does_not_prove(kept: Kept, harm: Callable[[Path], None], said: str) -> None:
    made = kept.backup()
    harm(made.path)
    with pytest.raises(BackupDamaged, match=said):
        prove(kept.store, kept.folder, read_backup(made.path))
    assert kept.left() == []


def test_what_is_no_backup_is_said(kept: Kept, tmp_path: Path) -> None:
    with pytest.raises(NoBackup):
        read_backup(tmp_path / "nowhere")
    with pytest.raises(NoBackup, match="Make one first"):
        files.newest(kept.folder)
    made = kept.backup()
    (made.path / "manifest.json").write_text('{"format": 1}')
    with pytest.raises(BackupDamaged, match="manifest"):
        read_backup(made.path)
    (made.path / "manifest.json").write_text('{"format": 1, "house')
    with pytest.raises(StoreTrouble):
        read_backup(made.path)
    assert list_backups(made.path.parent) == []


def test_an_older_file_put_back_with_its_heads_lacks_what_a_backup_has_seen(
    kept: Kept, tmp_path: Path
) -> None:
    older = kept.backup(to=tmp_path / "stick")
    log_check(kept.store, "and then she came down for tea")
    newer = kept.backup(SECOND)
    assert verify_with_backups(kept.store).ok
    kept.store.close()
    for name in (STORE_FILE, "heads"):
        shutil.copyfile(older.path / name, kept.folder / name)
    store = Store.open(kept.folder, kept.key)
    assert verify(store).ok, "the heads went back with it"
    verdict = verify_with_backups(store)
    assert [breach.seq for breach in verdict.breaches] == [newer.manifest.entries]
    assert "a backup names entry 31, but the record ends at 30" in verdict.breaches[0].what
    store.close()


# A kill in the middle


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_kill_in_the_middle_leaves_the_house_and_the_earlier_backups_whole(kept: Kept) -> None:
    earlier = kept.backup()
    kept.store.close()
    chance = random.Random(20261024)
    for run in range(6):
        at = (START + (run + 1) * SECOND).isoformat()
        command = [sys.executable, "-c", MAKER, str(kept.folder), kept.key.hex(), at]
        with subprocess.Popen(
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            assert process.stdout.readline() == "ready\n"
            process.stdin.write("go\n")
            process.stdin.flush()
            for _ in range(run % 3):
                process.stdout.readline()
            for _ in range(chance.randrange(2_000_000)):  # anywhere in the next one
                pass
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        store = Store.open(kept.folder, kept.key)
        assert verify(store).ok
        assert missing_tail(store) == 0
        found = list_backups(backups_folder(kept.folder))
        shown = [path for path in backups_folder(kept.folder).iterdir() if not path.name.startswith(".")]
        assert {one.path for one in found} == set(shown), "what has a backup's name is whole"
        assert earlier.path in {one.path for one in found}
        for one in (found[0], found[-1]):
            prove(store, kept.folder, one)
        log_check(store, "and the work goes on")
        store.close()
    store = Store.open(kept.folder, kept.key)
    make_backup(store, kept.folder, START + 60 * SECOND, LONDON)
    store.close()
    assert kept.left() == [], "what a kill left is cleared away by the next backup"


def test_a_server_makes_its_own(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "local", property(lambda self: False))
    for act in (kept.backup, lambda: prove(kept.store, kept.folder, None)):  # type: ignore[arg-type]
        with pytest.raises(OnServer, match="pg_dump"):
            act()  # type: ignore[operator]
    assert not backups_folder(kept.folder).exists()
