"""No name and no SQLite header in any file of a house, open or closed, nor in the temporary files made meanwhile."""

import tempfile
from pathlib import Path
from uuid import uuid4

import pytest

from app.store import keys, search
from app.store.store import Store
from app.store.tables.notes import note
from app.store.tables.residents import resident
from app.store.verify import verify
from tests.support.stores import KIM, RESIDENT, clock, log_check, log_note

SURNAME = "Quillfeather-Ōsawa"
SECRETS = {
    "a resident's name": SURNAME.encode(),
    "her name in UTF-16": SURNAME.encode("utf-16-le"),
    "words of a note": b"argument in the kitchen",
    "words of a draft": b"not yet saved",
    "a word of the search index": b"quillfeather",
    "the header of SQLite": b"SQLite format 3",
    "the schema": b"CREATE TABLE",
}


def told(*folders: Path) -> list[tuple[str, str]]:
    """What any file under these folders tells, by file."""
    return [
        (path.name, what)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for what, secret in SECRETS.items()
        if secret in path.read_bytes()
    ]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place for temporary files, Python's and SQLite's."""
    place = tmp_path / "temporary"
    place.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return place


def test_no_file_of_a_house_tells_anything(tmp_path: Path, temporary: Path) -> None:
    folder = tmp_path / "house"
    kim = keys.NewMember("kim", "Kim Osei", "manager", "a long password of hers")
    made = keys.create(folder, uuid4(), "Eden House", False, "Europe/London", kim)
    store = Store.create(folder, made.house_key)
    with store.write(KIM, clock(), "resident") as work:
        work.create(resident, name=f"Zoë {SURNAME}", restricted=False)
        work.keep_draft("note", RESIDENT, f"{SURNAME} said, not yet saved")
    with store.write(KIM, clock(), "note") as work:
        for number in range(3000):  # enough to spill a sort, and to fill several pages of the index
            text = f"{SURNAME} had an argument in the kitchen {number}"
            work.enter(note, resident_id=RESIDENT, kind="note", text=text, hand_over=False)
    log_check(store, SURNAME)
    with store.read() as connection:
        assert len(search.matching(connection, "quillfeather", 5)) == 5
        connection.exec_driver_sql("SELECT text FROM note ORDER BY text || random()").fetchall()
        assert (folder / "house.db-wal").stat().st_size > 100_000
        assert {"house.db", "house.db-wal", "house.db-shm", "heads", "keys.json"} <= {
            p.name for p in folder.iterdir()
        }
        assert told(folder, temporary) == [], "open"
    assert verify(store).ok
    store.copy_to(folder / "copy.db")
    assert told(folder, temporary) == [], "verified and copied"
    store.close()
    assert told(folder, temporary) == [], "closed"
    assert list(temporary.iterdir()) == []


def test_the_search_would_find_each_of_them(tmp_path: Path) -> None:
    for number, secret in enumerate(SECRETS.values()):
        (tmp_path / "deep").mkdir(exist_ok=True)
        (tmp_path / "deep" / f"{number}.db").write_bytes(bytes(5000) + secret + bytes(5000))
    assert {what for _, what in told(tmp_path)} == set(SECRETS)


def test_the_search_would_find_a_name_in_a_plain_database(house: Store, folder: Path) -> None:
    import sqlite3

    plain = sqlite3.connect(folder / "plain.db")
    plain.execute("CREATE TABLE note (text)")
    plain.execute("INSERT INTO note VALUES (?)", (f"{SURNAME} had an argument in the kitchen",))
    plain.commit()
    plain.close()
    log_note(house, SURNAME)
    found = told(folder)
    assert {name for name, _ in found} == {"plain.db"}
    assert {"a resident's name", "the header of SQLite", "words of a note", "the schema"} <= {
        w for _, w in found
    }
