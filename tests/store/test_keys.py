"""Who may open the house: how it is set up, and how people come, leave and change passwords."""

import base64
import errno
import os
import stat
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.time import SetClock
from app.store import keys, keys_crypto
from app.store.errors import DiskFull
from app.store.keys import NewMember
from tests.store import keys_house
from tests.store.keys_house import ANNA, BETH, HOUSE_ID, WRONG, LiveHouse, Runs, refuse, wrong

live, clock, runs, no_memory = keys_house.live, keys_house.clock, keys_house.runs, keys_house.no_memory


def test_every_member_opens_the_same_house(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    for member in (ANNA, BETH):
        opened = keys.unlock(folder, member.user, member.password, clock)
        assert opened == keys.Unlocked(member.user, created.house_key)
    assert len(created.house_key) == 32
    loaded = keys.load(folder)
    assert loaded == created.keys
    assert (loaded.house_id, loaded.house, loaded.training, loaded.zone) == (
        HOUSE_ID, "Eden House", False, "Europe/London",
    )  # fmt: skip
    assert [(member.user, member.name, member.role, member.left) for member in loaded.members] == [
        ("anna", "Anna Okafor", "manager", False),
        ("Bethän", "Bethän Rees", "residential", False),
    ]


def test_the_real_derivation_opens_a_house_too(tmp_path: Path, clock: SetClock) -> None:
    created = keys.create(tmp_path, HOUSE_ID, "Eden House", False, "Europe/London", ANNA)
    assert keys.unlock(tmp_path, "anna", ANNA.password, clock).house_key == created.house_key


def test_no_key_password_or_code_is_in_the_files_or_in_a_repr(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    opened = keys.unlock(folder, "anna", ANNA.password, clock)
    private = keys_crypto.private_of(created.recovery_code)
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    for secret in (created.house_key, private):
        for form in (secret, secret.hex().encode(), base64.b64encode(secret)):
            assert form not in everything
    shown = repr(created) + repr(created.keys) + repr(opened) + repr(ANNA)
    for word in (ANNA.password, BETH.password, created.recovery_code):
        assert word.encode() not in everything
        assert word not in shown
    assert ANNA.user.encode() in everything  # the search would have found something
    assert repr(created.house_key) not in shown
    assert "Okafor" not in repr(created.keys)


def test_a_training_house_prints_its_passwords_and_a_live_one_never(tmp_path: Path, clock: SetClock) -> None:
    keys.create(
        tmp_path / "t", HOUSE_ID, "Rehearsal", True, "Europe/London", NewMember("t", "T", "manager", "x")
    )
    assert [member.printed for member in keys.load(tmp_path / "t").members] == ["x"]
    keys.change_password(tmp_path / "t", "t", "x", "y", clock)
    assert [member.printed for member in keys.load(tmp_path / "t").members] == ["y"]


def test_a_live_house_derives_dearly_and_a_training_house_cheaply(
    tmp_path: Path, runs: Runs, clock: SetClock
) -> None:
    keys.create(tmp_path / "live", HOUSE_ID, "A", False, "Europe/London", ANNA)
    keys.unlock(tmp_path / "live", "anna", ANNA.password, clock)
    assert set(runs) == {(3, 65_536, 4)}
    runs.clear()
    keys.create(tmp_path / "training", HOUSE_ID, "A", True, "Europe/London", ANNA)
    keys.unlock(tmp_path / "training", "anna", ANNA.password, clock)
    assert set(runs) == {(1, 8_192, 1)}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
def test_only_its_owner_may_read_the_file(live: LiveHouse) -> None:
    folder, created = live
    keys.add_member(folder, created.house_key, "cai", "Cai", "residential", "a long password")
    assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("there", ["keys.json", "house.db"])
def test_a_house_is_never_set_up_over_another(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_bytes(b"x")
    with pytest.raises(keys.HouseExists, match="There is a house in this folder already"):
        keys.create(tmp_path, HOUSE_ID, "A", True, "Europe/London", ANNA)
    assert (tmp_path / there).read_bytes() == b"x"


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (NewMember("", "A", "manager", ANNA.password), "The sign-in name needs 1 to 100"),
        (NewMember("a\nb", "A", "manager", ANNA.password), "The sign-in name needs 1 to 100"),
        (NewMember("a", " ", "manager", ANNA.password), "The name needs 1 to 100"),
        (NewMember("a", "x" * 101, "manager", ANNA.password), "The name needs 1 to 100"),
        (NewMember("a", "A", "manager", "too short"), "too short: 10 is the least"),
        (NewMember("a", "A", "manager", "half \ud83c of an emoji"), "a character that can't be typed"),
        (NewMember("ANNA", "A", "manager", ANNA.password), "This sign-in name is taken"),
        (NewMember("bethän", "A", "manager", ANNA.password), "This sign-in name is taken"),
        (NewMember(unicodedata.normalize("NFD", "BETHÄN"), "A", "manager", ANNA.password), "is taken"),
    ],
)
def test_a_member_who_will_not_do_is_refused_and_nothing_changes(
    live: LiveHouse, member: NewMember, sentence: str
) -> None:
    folder, created = live
    before = (folder / "keys.json").read_bytes()
    with pytest.raises(keys.NotAllowed, match=sentence):
        keys.add_member(folder, created.house_key, member.user, member.name, member.role, member.password)
    assert (folder / "keys.json").read_bytes() == before


def test_a_new_member_opens_the_house_with_nobody_elses_password(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    after = keys.add_member(
        folder, created.house_key, " zahra ", "زهرا مه\u200cلقا", "key_worker", "another password"
    )
    assert after == keys.load(folder)
    assert after.members[-1].name == "زهرا مه\u200cلقا"
    assert keys.unlock(folder, "Zahra", "another password", clock) == keys.Unlocked(
        "zahra", created.house_key
    )


def test_a_changed_password_replaces_the_old(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    keys.change_password(folder, "ANNA", ANNA.password, "a quite new password", clock)
    assert keys.unlock(folder, "anna", "a quite new password", clock).house_key == created.house_key
    wrong(folder, clock)
    with pytest.raises(keys.WrongPassword):
        keys.unlock(folder, "anna", ANNA.password, clock)
    assert keys.unlock(folder, BETH.user, BETH.password, clock).house_key == created.house_key


def test_a_password_is_not_changed_without_the_old_one(live: LiveHouse, clock: SetClock) -> None:
    folder, _ = live
    before = (folder / "keys.json").read_bytes()
    with pytest.raises(keys.WrongPassword, match=WRONG):
        keys.change_password(folder, "anna", "not it", "a quite new password", clock)
    with pytest.raises(keys.NotAllowed, match="too short"):
        keys.change_password(folder, "anna", ANNA.password, "short", clock)
    assert (folder / "keys.json").read_bytes() == before


def test_a_manager_resets_a_forgotten_password(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    keys.reset_password(folder, created.house_key, "bethän", "given for tonight")
    assert keys.unlock(folder, "Bethän", "given for tonight", clock).house_key == created.house_key
    with pytest.raises(keys.WrongPassword):
        keys.unlock(folder, "Bethän", BETH.password, clock)


def test_who_leaves_has_no_key_and_keeps_her_name(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    keys.leave(folder, created.house_key, "bethän")
    gone = keys.load(folder).member("Bethän")
    assert gone is not None
    assert (gone.left, gone.sealed, gone.wrapped, gone.printed) == (True, None, None, None)
    with pytest.raises(keys.WrongPassword):
        keys.unlock(folder, "Bethän", BETH.password, clock)
    with pytest.raises(keys.NotAllowed, match="taken, or was by someone who has left"):
        keys.add_member(folder, created.house_key, "bethän", "Another", "residential", "a long password")
    with pytest.raises(keys.NotAllowed, match="has left and can't sign in"):
        keys.reset_password(folder, created.house_key, "bethän", "a long password")


def test_who_comes_back_has_her_name_again(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    with pytest.raises(keys.NotAllowed, match="has not left"):
        keys.rejoin(folder, created.house_key, "bethän", "back for the summer")
    keys.leave(folder, created.house_key, "bethän")
    new_key = keys.turn(folder, created.house_key)
    keys.rejoin(folder, new_key, "bethän", "back for the summer")
    assert keys.unlock(folder, "Bethän", "back for the summer", clock).house_key == new_key
    with pytest.raises(keys.WrongPassword):
        keys.unlock(folder, "Bethän", BETH.password, clock)


def test_the_last_who_can_sign_in_can_not_leave(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    keys.leave(folder, created.house_key, "bethän")
    with pytest.raises(keys.NotAllowed, match=r"last person who can sign in. Add another first"):
        keys.leave(folder, created.house_key, "anna")
    assert keys.unlock(folder, "anna", ANNA.password, clock).house_key == created.house_key


@pytest.mark.parametrize("act", [keys.reset_password, keys.rejoin])
def test_an_unknown_sign_in_name_is_said(live: LiveHouse, act: Callable[..., None]) -> None:
    with pytest.raises(keys.NotAllowed, match="Nobody has this sign-in name"):
        act(live[0], live[1].house_key, "nobody", "a long password")
    with pytest.raises(keys.NotAllowed, match="Nobody has this sign-in name"):
        keys.leave(live[0], live[1].house_key, "nobody")


def test_the_keys_change_only_for_one_who_has_the_house_key(live: LiveHouse) -> None:
    folder, _ = live
    before = (folder / "keys.json").read_bytes()
    for act in (
        lambda: keys.leave(folder, bytes(32), "anna"),
        lambda: keys.turn(folder, bytes(32)),
        lambda: keys.add_member(folder, bytes(32), "cai", "Cai", "manager", "a long password"),
    ):
        with pytest.raises(keys.KeysDamaged):
            act()
    assert (folder / "keys.json").read_bytes() == before


def test_the_house_key_turns_with_nobodys_password(live: LiveHouse, clock: SetClock, runs: Runs) -> None:
    folder, created = live
    keys.add_member(folder, created.house_key, "cai", "Cai", "residential", "a long password")
    keys.leave(folder, created.house_key, "cai")
    runs.clear()
    new_key = keys.turn(folder, created.house_key)
    assert runs == []
    assert len(new_key) == 32
    assert new_key != created.house_key
    for member in (ANNA, BETH):
        opened = keys.unlock(folder, member.user, member.password, clock)
        assert (opened.house_key, opened.previous_key) == (new_key, created.house_key)
    assert [member.sealed for member in keys.load(folder).members if member.left] == [None]
    recovered = keys.recover(folder, created.recovery_code, "anna", "after the recovery")
    assert (recovered.house_key, recovered.previous_key) == (new_key, created.house_key)
    with pytest.raises(keys.KeysDamaged):
        keys.leave(folder, created.house_key, "bethän")


def test_the_old_key_is_kept_until_the_store_is_written_again(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    new_key = keys.turn(folder, created.house_key)
    with pytest.raises(keys.NotAllowed, match="last change of the house key is not finished"):
        keys.turn(folder, new_key)
    keys.settle_turn(folder, new_key)
    assert keys.unlock(folder, "anna", ANNA.password, clock) == keys.Unlocked("anna", new_key)
    assert keys.turn(folder, new_key) not in (new_key, created.house_key)


def test_a_turn_that_the_disk_refuses_leaves_the_old_key(
    live: LiveHouse, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, created = live
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse(errno.ENOSPC))
        with pytest.raises(DiskFull):
            keys.turn(folder, created.house_key)
    assert keys.unlock(folder, "anna", ANNA.password, clock) == keys.Unlocked("anna", created.house_key)
