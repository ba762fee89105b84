"""Signing in: what a wrong password costs, and how long the house then waits."""

import errno
import json
import os
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.time import SetClock
from app.store import keys, keys_crypto, keys_tries
from tests.store import keys_house
from tests.store.keys_house import ANNA, BETH, WRONG, LiveHouse, Runs, refuse, wrong

live, clock, runs, no_memory = keys_house.live, keys_house.clock, keys_house.runs, keys_house.no_memory


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("user", ["Bethän", "BETHÄN", "  bethän "])
def test_accents_and_capitals_are_the_same_however_typed(
    live: LiveHouse, clock: SetClock, form: Any, user: str
) -> None:
    folder, created = live
    typed = unicodedata.normalize(form, BETH.password)
    opened = keys.unlock(folder, unicodedata.normalize(form, user), typed, clock)
    assert opened == keys.Unlocked("Bethän", created.house_key)


def test_capitals_in_a_password_matter(live: LiveHouse, clock: SetClock) -> None:
    with pytest.raises(keys.WrongPassword):
        keys.unlock(live[0], "anna", ANNA.password.upper(), clock)


def test_a_wrong_name_and_a_wrong_password_look_and_cost_the_same(
    live: LiveHouse, clock: SetClock, runs: Runs
) -> None:
    folder, created = live
    keys.leave(folder, created.house_key, BETH.user)
    for user, password in [
        ("anna", "wrong"), ("nobody", ANNA.password), ("anna", ""), (BETH.user, BETH.password), ("\ud83c", "\ud83c"),
    ]:  # fmt: skip
        clock.advance(timedelta(hours=1))
        with pytest.raises(keys.WrongPassword) as caught:
            keys.unlock(folder, user, password, clock)
        assert str(caught.value) == WRONG
        assert runs == [(3, 65_536, 4)]
        runs.clear()


def waits(
    folder: Path, clock: SetClock, user: str = "anna", password: str = ANNA.password
) -> tuple[str, timedelta]:
    with pytest.raises(keys.TooManyTries) as caught:
        keys.unlock(folder, user, password, clock)
    return str(caught.value), caught.value.wait


def test_a_right_password_says_how_many_were_wrong_before_it_and_starts_again(
    live: LiveHouse, clock: SetClock
) -> None:
    folder, _ = live
    wrong(folder, clock, 4)
    assert keys.unlock(folder, "Bethän", BETH.password, clock).wrong_before == 4
    assert keys.unlock(folder, "anna", ANNA.password, clock).wrong_before == 0
    wrong(folder, clock, 5)
    waits(folder, clock)


def test_waits_double_to_a_quarter_of_an_hour(live: LiveHouse, clock: SetClock) -> None:
    folder, _ = live
    wrong(folder, clock, 4)
    for words, seconds in [
        ("30 seconds", 30), ("1 minute", 60), ("2 minutes", 120), ("4 minutes", 240), ("8 minutes", 480),
        ("15 minutes", 900), ("15 minutes", 900),
    ]:  # fmt: skip
        wrong(folder, clock)
        wait = timedelta(seconds=seconds)
        assert waits(folder, clock) == (f"Too many wrong passwords. Wait {words}, then try again.", wait)
        clock.advance(wait - timedelta(seconds=1))
        assert waits(folder, clock)[0] == "Too many wrong passwords. Wait 1 second, then try again."
        clock.advance(timedelta(seconds=1))
    assert keys.unlock(folder, "anna", ANNA.password, clock).wrong_before == 11


def test_a_wait_is_the_whole_houses_and_derives_nothing(live: LiveHouse, clock: SetClock, runs: Runs) -> None:
    folder, _ = live
    wrong(folder, clock, 5)
    runs.clear()
    assert waits(folder, clock, "Bethän", BETH.password) == waits(folder, clock, "nobody", "x")
    with pytest.raises(keys.TooManyTries):
        keys.change_password(folder, "anna", ANNA.password, "another password", clock)
    assert runs == []


def test_the_count_outlives_the_program_and_names_nobody(live: LiveHouse, clock: SetClock) -> None:
    folder, _ = live
    wrong(folder, clock, 3)
    text = (folder / "sign-in.json").read_text("utf-8")
    assert json.loads(text) == {"wrong": 3, "last": "2026-11-22T23:05:00Z"}
    keys_tries._unwritten.clear()  # all that a process holds of it
    assert keys.unlock(folder, "anna", ANNA.password, clock).wrong_before == 3
    assert not (folder / "sign-in.json").exists()


def test_a_try_that_is_cut_off_while_deriving_was_counted(
    live: LiveHouse, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = live

    def cut(*_: Any) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keys_crypto, "hash_secret_raw", cut)
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt):
                keys.unlock(folder, "anna", "a guess", clock)
    waits(folder, clock)


def test_a_clock_that_goes_back_neither_opens_the_limit_nor_locks_for_ever(
    live: LiveHouse, clock: SetClock
) -> None:
    folder, _ = live
    wrong(folder, clock, 5)
    clock.advance(timedelta(seconds=30))
    wrong(folder, clock)
    clock.set(datetime(1999, 1, 1, tzinfo=UTC))
    assert waits(folder, clock)[1] == timedelta(minutes=1)
    clock.advance(timedelta(seconds=59))
    assert waits(folder, clock)[1] == timedelta(seconds=1)
    clock.advance(timedelta(seconds=1))
    assert keys.unlock(folder, "anna", ANNA.password, clock).wrong_before == 6


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"wrong": -1, "last": "2026-11-22T23:05:00Z"}', '{"wrong": 9}', "\x00" * 40, "[" * 5000],
)
def test_a_damaged_count_costs_one_wait(live: LiveHouse, clock: SetClock, text: str) -> None:
    folder, _ = live
    (folder / "sign-in.json").write_text(text, "utf-8")
    assert waits(folder, clock)[1] == timedelta(seconds=30)
    clock.advance(timedelta(seconds=30))
    assert keys.unlock(folder, "anna", ANNA.password, clock).user == "anna"


def test_a_huge_count_waits_no_longer_than_any(live: LiveHouse, clock: SetClock) -> None:
    folder, _ = live
    (folder / "sign-in.json").write_text('{"wrong": 1000000, "last": "9999-12-31T23:59:59Z"}', "utf-8")
    assert waits(folder, clock)[1] == timedelta(minutes=15)
    clock.advance(timedelta(minutes=15))
    assert keys.unlock(folder, "anna", ANNA.password, clock).wrong_before == 1_000_000


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENOSPC, errno.EROFS])
def test_a_folder_that_can_not_be_written_still_opens_and_still_counts(
    live: LiveHouse, clock: SetClock, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    folder, created = live
    monkeypatch.setattr(Path, "replace", refuse(code))
    monkeypatch.setattr(os, "open", refuse(code))
    monkeypatch.setattr(Path, "unlink", refuse(code))
    wrong(folder, clock, 4)
    assert keys.unlock(folder, "anna", ANNA.password, clock) == keys.Unlocked("anna", created.house_key, 4)
    wrong(folder, clock, 5)
    assert waits(folder, clock)[1] == timedelta(seconds=30)
    clock.advance(timedelta(seconds=30))
    assert keys.unlock(folder, "anna", ANNA.password, clock).wrong_before == 5
