"""Backups as acts: made and proven by whoever is on shift, written down as they are, and never claimed."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from app.services.backups import (
    NoteBackup,
    NoteProof,
    backup_state,
    make_backup,
    prove_backup,
    restore_backup,
)
from app.services.entrance import sign_in
from app.services.notes import WriteNote
from app.store.backup import BackupDamaged, OnServer, backups_folder, list_backups
from app.store.errors import AlreadyThere, NoBackup, StoreTrouble
from app.store.keys import WrongPassword
from app.store.store import Store
from app.store.verify import verify
from tests.support.houses import House, small_house

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def events(house: House, kind: str) -> list[str]:
    with house.desk.read() as connection:
        found = connection.exec_driver_sql("SELECT text FROM event WHERE kind = ? ORDER BY seq", (kind,))
        return [text for (text,) in found]


def said(house: House) -> tuple[str, str | None]:
    state, now = backup_state(house.desk), house.clock.now()
    return state.said(now, house.desk.house.zone), state.tone(now)


def folder(house: House) -> Path:
    assert house.desk.store.folder is not None
    return house.desk.store.folder


def test_the_record_says_when_one_was_made_and_when_one_was_proven(house: House) -> None:
    assert said(house) == ("Never backed up", "amber")
    made = make_backup(house.desk)
    assert said(house) == ("Backed up today 23:05, restore never proven", "amber")
    house.clock.advance(HOUR)
    proven = prove_backup(house.as_user("dawn"))
    assert proven == made
    assert said(house) == ("Backed up yesterday 23:05, restore proven today", None)
    short = " ".join(made.manifest.head[i : i + 4] for i in (0, 4, 8))
    assert events(house, "backup") == [f"Backup made up to entry {made.manifest.entries:,}, record {short}."]
    assert events(house, "restore_proven") == [
        f"The backup of 23:05, Sun 22 Nov was restored and holds: {made.manifest.entries:,} entries, record {short}."
    ]
    assert verify(house.desk.store).ok
    house.clock.advance(2 * DAY)
    assert said(house)[1] == "amber"


def test_a_backup_that_does_not_restore_is_written_down_as_that(house: House) -> None:
    made = make_backup(house.desk)
    prove_backup(house.desk)
    store = made.path / "house.db"
    store.write_bytes(store.read_bytes()[:-4096])
    house.clock.advance(HOUR / 2)
    with pytest.raises(BackupDamaged):
        prove_backup(house.desk)
    assert said(house) == ("Backed up today 23:05, but today it could not be restored", "red")
    (text,) = events(house, "restore_failed")
    assert "is not what was written" in text
    assert len(events(house, "restore_proven")) == 1
    house.clock.advance(HOUR / 4)
    make_backup(house.desk)
    prove_backup(house.desk)
    assert said(house) == ("Backed up today 23:50, restore proven today", None)


def test_nobody_can_say_that_a_backup_was_made_which_was_not(house: House, tmp_path: Path) -> None:
    house.refused("priya", NoteBackup(path=str(tmp_path / "nowhere")))
    other = small_house(tmp_path / "other")
    other.clock.advance(HOUR)
    elsewhere = make_backup(other.desk)
    for command in (NoteBackup(path=str(elsewhere.path)), NoteProof(path=str(elsewhere.path))):
        assert "not of this record" in str(house.refused("priya", command))
    made = make_backup(house.desk)
    lie = made.path / "manifest.json"
    lie.write_text(lie.read_text().replace(made.manifest.head, "0" * 64))
    assert "not of this record" in str(house.refused("priya", NoteBackup(path=str(made.path))))
    other.desk.store.close()


def test_who_may(house: House) -> None:
    make_backup(house.as_user("dawn"))
    quinn = house.as_user("quinn")
    with pytest.raises(StoreTrouble, match=r"Your role .quality lead. does not do this"):
        make_backup(quinn)
    assert len(list_backups(backups_folder(folder(house)))) == 1
    with pytest.raises(StoreTrouble, match="does not do this"):
        prove_backup(quinn)


def test_whoever_signed_out_meanwhile_is_not_named(house: House) -> None:
    before = house.desk.store.head()
    made = make_backup(house.desk, gone=lambda: True)
    prove_backup(house.desk, gone=lambda: True)
    assert house.desk.store.head() == before
    assert made.path.is_dir()


def test_without_one_there_is_nothing_to_prove(house: House) -> None:
    with pytest.raises(NoBackup, match="Make one first"):
        prove_backup(house.desk)
    assert events(house, "restore_failed") == []


def test_a_server_says_whose_backup_counts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "local", property(lambda self: False))
    assert said(house) == ("Backups are the server's own (pg_dump)", None)
    with pytest.raises(OnServer):
        make_backup(house.desk)


# Restoring


def test_a_restored_house_opens_with_the_same_passwords_and_goes_on(house: House, tmp_path: Path) -> None:
    hope = house.women["Hope"]
    house.do(WriteNote(resident=hope, text="She asked for a chair by the window."))
    made = make_backup(house.desk, tmp_path / "stick")
    again = tmp_path / "new" / "house"
    restore_backup(made.path, again, "dawn", "training", house.clock)
    desk = sign_in(again, "priya", "training", house.clock)
    assert desk.store.head().seq == made.manifest.entries + 1
    assert verify(desk.store).ok
    with desk.read() as connection:
        (text,) = [row[0] for row in connection.exec_driver_sql("SELECT text FROM note")]
    assert text == "She asked for a chair by the window."
    desk.store.close()
    assert sorted(path.name for path in tmp_path.joinpath("new").iterdir()) == ["house"]


def test_a_house_that_is_there_is_never_touched(house: House, tmp_path: Path) -> None:
    made = make_backup(house.desk)
    before = house.desk.store.head()
    with pytest.raises(AlreadyThere, match="only ever restored into a new folder"):
        restore_backup(made.path, folder(house), "priya", "training", house.clock)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("mine")
    with pytest.raises(AlreadyThere):
        restore_backup(made.path, tmp_path / "letters", "priya", "training", house.clock)
    assert (tmp_path / "letters" / "one.txt").read_text() == "mine"
    assert house.desk.store.head() == before


def test_a_wrong_password_or_a_harmed_backup_leaves_nothing(house: House, tmp_path: Path) -> None:
    made = make_backup(house.desk, tmp_path / "stick")
    again = tmp_path / "again"
    with pytest.raises(WrongPassword):
        restore_backup(made.path, again, "priya", "wrong", house.clock)
    shutil.copytree(made.path, tmp_path / "harmed")
    heads = tmp_path / "harmed" / "heads"
    heads.write_bytes(heads.read_bytes().replace(b"0", b"1", 1))
    with pytest.raises(BackupDamaged):
        restore_backup(tmp_path / "harmed", again, "priya", "training", house.clock)
    with pytest.raises(NoBackup):
        restore_backup(tmp_path, again, "priya", "training", house.clock)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["harmed", "house", "stick"]
