"""The front door: making a house, and getting in."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.results import Done
from app.domain.time import LocalTimeError, SetClock, SystemClock
from app.services import entrance
from app.services.entrance import NotThisHouse, clock_for, instant, make_house, sign_in, training_account
from app.services.notes import WriteNote
from app.store import keys
from app.store.errors import DiskFull, NoHouse, StoreTrouble
from app.store.keys import HouseExists, NewMember, NotAllowed, WrongPassword
from app.store.store import Store
from app.store.tables.house import event
from app.store.tables.staff import staff
from app.store.verify import verify
from tests.support.houses import NIGHT, STAFF, House
from tests.support.stores import HOUSE


def make(folder: Path, training: bool = True, members: object = STAFF, **more: object) -> None:
    made = make_house(folder, "Eden", "Europe/London", training, members, SetClock(NIGHT), **more)
    made.store.close()


def events(desk: object) -> list[str]:
    with desk.read() as connection:
        return [row.text for row in connection.execute(event.select().order_by(event.c.seq))]


def folder_of(house: House) -> Path:
    heads = house.desk.store.heads
    assert heads is not None
    return heads.path.parent


def test_a_house_is_made_once(tmp_path: Path) -> None:
    make(tmp_path / "house")
    before = {path.name: path.read_bytes() for path in (tmp_path / "house").iterdir()}
    with pytest.raises(HouseExists, match="already"):
        make(tmp_path / "house")
    assert {path.name: path.read_bytes() for path in (tmp_path / "house").iterdir()} == before
    desk = sign_in(tmp_path / "house", "priya", "training", SetClock(NIGHT))
    assert (desk.house.name, desk.house.training, desk.actor.name) == ("Eden", True, "Priya Nair")
    assert verify(desk.store).ok
    desk.store.close()


@pytest.mark.parametrize("where", ["create", "_write_house"])
def test_a_disk_that_fails_leaves_nothing_and_it_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(Store if where == "create" else entrance, where, full)
    with pytest.raises(DiskFull):
        make(tmp_path / "house")
    assert [path.name for path in (tmp_path / "house").iterdir()] == []
    monkeypatch.undo()
    make(tmp_path / "house")


@pytest.mark.parametrize(
    "nonsense",
    [
        {"rules": {"curfew_form": "22:00"}},
        {"rules": {"tolerance": -1}},
        {"members": [NewMember("kim", "Kim Osei", "captain", "training")]},
    ],
)
def test_nonsense_is_refused_before_anything_is_written(tmp_path: Path, nonsense: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        make(tmp_path / "house", **nonsense)
    with pytest.raises(ValueError, match="time zone"):
        make_house(tmp_path / "house", "Eden", "Europe/Edenborough", True, STAFF, SetClock(NIGHT))
    assert not (tmp_path / "house").exists()


def test_a_live_house_needs_long_passwords_its_own_time_and_real_chance(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="too short"):
        make(tmp_path / "house", training=False)
    with pytest.raises(NotThisHouse, match="seed"):
        make(tmp_path / "house", training=False, chance=os.urandom)
    make(
        tmp_path / "house",
        training=False,
        members=[NewMember("kim", "Kim Osei", "manager", "three plain words")],
    )
    assert training_account(tmp_path / "house") is None
    assert isinstance(clock_for(tmp_path / "house", None), SystemClock)
    with pytest.raises(NotThisHouse, match="training house"):
        clock_for(tmp_path / "house", "2026-11-22T23:05")


def test_a_training_house_prints_its_account_and_may_be_given_a_time(house: House) -> None:
    folder = folder_of(house)
    assert training_account(folder) == ("hannah", "training")
    assert clock_for(folder, "2026-07-22T23:05").now() == datetime(2026, 7, 22, 22, 5, tzinfo=UTC)
    with pytest.raises(LocalTimeError, match="happened twice"):
        instant(folder, "2026-10-25T01:30")
    with pytest.raises(LocalTimeError, match="did not happen"):
        instant(folder, "2027-03-28T01:30")
    with pytest.raises(ValueError, match="such as"):
        instant(folder, "half past ten")


def test_wrong_passwords_are_counted_in_the_record(house: House) -> None:
    folder = folder_of(house)
    for user, password in (("priya", "guess"), ("nobody", "training")):
        with pytest.raises(WrongPassword, match="name or the password"):
            sign_in(folder, user, password, house.clock)
    desk = sign_in(folder, "PRIYA", "training", house.clock, note=False)
    assert events(desk)[-1] == "Signed in after 2 wrong passwords"
    assert desk.since_seq == desk.store.head().seq
    desk.store.close()
    desk = sign_in(folder, "priya", "training", house.clock)
    assert events(desk)[-1] == "Signed in"
    quiet = sign_in(folder, "priya", "training", house.clock, note=False)
    assert len(events(quiet)) == len(events(desk))
    desk.store.close()
    quiet.store.close()


def test_no_house_and_no_account_are_told_in_words(house: House, tmp_path: Path) -> None:
    with pytest.raises(NoHouse):
        sign_in(tmp_path / "nowhere", "priya", "training", house.clock)
    desk = house.as_user("hannah")
    with house.desk.store.write(desk.actor, house.clock, "staff") as work:
        row = work.row(staff, house.staff("kim"))
        work.change(staff, row["id"], row["version"], active=False)
    with pytest.raises(NotThisHouse, match="Ask a manager"):
        sign_in(folder_of(house), "kim", "training", house.clock)


def test_a_store_that_was_not_rewritten_after_a_key_turn_opens_with_the_key_before(house: House) -> None:
    folder = folder_of(house)
    old = keys.unlock(folder, "hannah", "training", SystemClock()).house_key
    new = keys.turn(folder, old)
    desk = sign_in(folder, "dawn", "training", house.clock)
    assert isinstance(desk.do(WriteNote(text="Still here.")), Done)
    desk.store.close()
    assert keys.unlock(folder, "dawn", "training", SystemClock()).previous_key == old
    assert new != old


def test_a_turn_that_was_finished_but_not_settled_is_settled(tmp_path: Path) -> None:
    """The store has the new key already; the old one is forgotten at the next sign-in."""
    folder = tmp_path / "house"
    made = keys.create(folder, HOUSE, "Eden", True, "Europe/London", STAFF[0])
    new = keys.turn(folder, made.house_key)
    store = Store.create(folder, new)
    store.close()
    unlocked = keys.unlock(folder, "hannah", "training", SystemClock())
    entrance._open(folder, unlocked).close()
    assert keys.unlock(folder, "hannah", "training", SystemClock()).previous_key is None


def test_a_wrong_key_stays_a_wrong_key(house: House) -> None:
    unlocked = keys.Unlocked("priya", bytes(32))
    with pytest.raises(StoreTrouble, match="does not open with its key"):
        entrance._open(folder_of(house), unlocked)
