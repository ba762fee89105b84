"""Newer stores are refused untouched; older ones are upgraded as a copy, verified, and swapped in one step."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from app.store import migrations
from app.store.engine import sqlite_engine
from app.store.errors import Busy, Damaged, Newer
from app.store.store import BEFORE_UPGRADE, Store
from app.store.tables.notes import note
from app.store.tables.rooms import room
from app.store.verify import verify
from tests.support.attacks import unguarded
from tests.support.postgres import Server
from tests.support.stores import ENGINES, KEY, KIM, clock, fill, log_check, log_note, rows_of

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{latest}"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("note", sa.Column("colour", sa.Text()))
    op.create_index("ix_note_colour", "note", ["colour"])
    {more}
"""


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of the next Daybook."""
    folder = tmp_path / "next"
    shutil.copytree(migrations.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    revise(folder)
    return folder


def revise(folder: Path, more: str = "pass") -> None:
    (folder / "versions" / "9999_colour.py").write_text(
        NEXT.format(more=more, latest=migrations.latest()), encoding="utf-8"
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def old(folder: Path) -> Path:
    """A closed house with rows of every kind."""
    store = Store.open(folder, KEY)
    fill(store)
    for number in range(5):
        log_note(store, f"the garden gate {number}")
    store.close()
    return folder


def content(store: Store) -> list[list[dict[str, object]]]:
    from app.store.tables import metadata

    with store.read() as connection:
        return [rows_of(connection, table) for table in metadata.sorted_tables]


def test_an_older_store_is_upgraded_and_nothing_is_lost(old: Path, later: Path) -> None:
    before = Store.open(old, KEY)
    was, head = content(before), before.head()
    before.close()
    store = Store.open(old, KEY, later)
    try:
        assert content(store) == was
        assert store.head() == head
        assert verify(store).breaches == ()
        with store.read() as connection:
            assert connection.execute(text("SELECT count(colour) FROM note")).scalar() == 0
            assert migrations.current(connection) == "9999"
        assert log_note(store, "written after").seq == head.seq + 1
        assert verify(store).breaches == ()
    finally:
        store.close()
    assert {"house.db", "heads", BEFORE_UPGRADE} <= set(files(old))
    assert not [name for name in files(old) if "house.upgrade" in name]


def test_the_store_before_the_upgrade_is_kept_as_it_was(old: Path, later: Path) -> None:
    was = (old / "house.db").read_bytes()
    Store.open(old, KEY, later).close()
    assert (old / BEFORE_UPGRADE).read_bytes() == was
    again = Store.open(old, KEY, later)
    assert verify(again).ok
    again.close()
    (old / "house.db").unlink()
    (old / BEFORE_UPGRADE).rename(old / "house.db")
    back = Store.open(old, KEY)
    assert verify(back).ok
    back.close()


def test_a_newer_store_is_refused_byte_for_byte_untouched(old: Path, later: Path) -> None:
    Store.open(old, KEY, later).close()
    was = files(old)
    with pytest.raises(Newer, match="newer Daybook"):
        Store.open(old, KEY)
    assert files(old) == was


@pytest.mark.parametrize(
    "more",
    ["raise ZeroDivisionError", "op.execute('SELECT nothing')", "op.execute('DELETE FROM room')"],
    ids=["a bug", "bad SQL", "against the guards"],
)
def test_an_upgrade_that_fails_leaves_the_house_as_it_was(old: Path, later: Path, more: str) -> None:
    revise(later, more)
    was = files(old)
    with pytest.raises(Exception):  # noqa: B017
        Store.open(old, KEY, later)
    left = files(old)
    assert left.pop("keys.lock", b"") == b""
    assert left == was
    store = Store.open(old, KEY)
    assert verify(store).ok
    store.close()


def test_an_upgrade_that_loses_something_is_not_put_in_place(old: Path, later: Path) -> None:
    drop = "op.execute('DROP TRIGGER guard_note_update'); op.execute(\"UPDATE note SET text = 'lost' WHERE text IS NOT NULL\")"
    revise(later, drop)
    was = files(old)
    with pytest.raises(Damaged, match=r"could not be upgraded.*the note was changed after it was written"):
        Store.open(old, KEY, later)
    left = files(old)
    left.pop("keys.lock")
    assert left == was


def test_a_house_that_does_not_verify_is_not_upgraded(old: Path, later: Path) -> None:
    store = Store.open(old, KEY)
    with unguarded(store) as connection:
        connection.execute(room.update().values(name="Elsewhere"))
    store.close()
    was = files(old)
    with pytest.raises(Damaged, match="room was changed") as refused:
        Store.open(old, KEY, later)
    assert "as it was" in str(refused.value)
    left = files(old)
    left.pop("keys.lock")
    assert left == was


def test_a_house_open_in_another_window_is_not_upgraded_under_it(
    old: Path, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.engine._ALONE_MS", 20)
    window = Store.open(old, KEY)
    log_check(window)
    with pytest.raises(Busy, match="still open in another window"):
        Store.open(old, KEY, later)
    head = log_check(window)
    window.close()
    store = Store.open(old, KEY, later)
    assert store.head().seq == head.seq
    store.close()


def test_a_house_that_was_moved_without_its_heads_is_upgraded(old: Path, later: Path) -> None:
    (old / "heads").unlink()
    store = Store.open(old, KEY, later)
    assert [breach.table for breach in verify(store).breaches] == ["heads"]
    store.close()


def test_a_house_whose_tail_was_cut_is_not_upgraded(old: Path, later: Path) -> None:
    yesterday = (old / "house.db").read_bytes()
    store = Store.open(old, KEY)
    log_check(store)
    store.close()
    (old / "house.db").write_bytes(yesterday)
    with pytest.raises(Damaged, match="an older file was put back"):
        Store.open(old, KEY, later)
    assert (old / "house.db").read_bytes() == yesterday


def test_what_a_broken_upgrade_left_lying_is_cleared_away(old: Path, later: Path) -> None:
    for name in ("house.upgrade.db", "house.upgrade.db-wal", "house.upgrade.db-shm"):
        (old / name).write_bytes(b"half")
    Store.open(old, KEY, later).close()
    assert not [name for name in files(old) if "house.upgrade" in name]


def test_a_copy_is_whole_encrypted_with_the_same_key_and_alone(
    house: Store, folder: Path, tmp_path: Path
) -> None:
    """Taken from a live store whose last rows are still in the write-ahead log."""
    for number in range(20):
        log_note(house, f"Quillfeather {number}")
    copy = tmp_path / "copy" / "house.db"
    copy.parent.mkdir()
    house.copy_to(copy)
    assert b"SQLite format 3" not in copy.read_bytes()
    assert b"Quillfeather" not in copy.read_bytes()
    assert [path.name for path in copy.parent.iterdir()] == ["house.db"]
    shutil.copy(folder / "heads", copy.parent / "heads")
    restored = Store.open(copy.parent, KEY)
    assert restored.head() == house.head()
    assert verify(restored).ok
    restored.close()
    with pytest.raises(FileExistsError):
        house.copy_to(copy)


def test_an_engine_makes_no_file_unless_told(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "house.db", KEY)
    with pytest.raises(Exception, match="unable to open"):
        engine.connect()
    assert list(tmp_path.iterdir()) == []


def test_closing_folds_the_log_into_the_file(house: Store, folder: Path) -> None:
    log_check(house)
    assert (folder / "house.db-wal").stat().st_size
    house.close()
    assert {path.name for path in folder.iterdir()} == {"house.db", "heads"}
    log_check(house)  # a closed store opens again when it is used
    assert house.head().seq == 2


if "postgres" in ENGINES:

    def test_a_server_is_upgraded_in_one_transaction(server: Server, later: Path) -> None:
        url = server.database()
        store = Store.on_postgres(url)
        with store.write(KIM, clock(), "note") as work:
            work.enter(note, kind="note", text="the garden gate", hand_over=False)
        store.close()
        revise(later, "raise ZeroDivisionError")
        with pytest.raises(ZeroDivisionError):
            Store.on_postgres(url, later)
        revise(
            later, "op.execute('ALTER TABLE note DISABLE TRIGGER USER; UPDATE note SET kind = kind || kind')"
        )
        with pytest.raises(Damaged, match="the note was changed"):
            Store.on_postgres(url, later)
        old = Store.on_postgres(url)
        assert verify(old).ok
        old.close()
        revise(later)
        new = Store.on_postgres(url, later)
        assert verify(new).breaches == ()
        assert new.head().seq == 1
        new.close()
        with pytest.raises(Newer):
            Store.on_postgres(url)
