"""keys.json missing, damaged, forged, newer, or refused by the disk."""

import base64
import errno
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from argon2.exceptions import HashingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.time import SetClock
from app.store import keys, keys_crypto, keys_file
from app.store.errors import DiskFull, Newer, NoHouse, ReadOnly, StoreTrouble
from tests.store import keys_house
from tests.store.keys_house import ANNA, BETH, HOUSE_ID, LiveHouse, refuse

live, clock, runs, no_memory = keys_house.live, keys_house.clock, keys_house.runs, keys_house.no_memory


def content(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "keys.json").read_bytes())
    return loaded


def forge(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change keys.json as somebody would who knows its checksum but not the house key."""
    file = content(folder)
    change(file["keys"])
    raw = msgspec.json.format(msgspec.json.encode(file["keys"]), indent=1)
    keys_file.write(folder, raw, base64.b64decode(file["seal"]))


def test_no_house_is_said(tmp_path: Path, clock: SetClock) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for folder in (tmp_path, tmp_path / "gone", tmp_path / "file"):
        with pytest.raises(NoHouse, match=r"There is no house in this folder\. Choose the folder that has"):
            keys.load(folder)
        with pytest.raises(NoHouse):
            keys.unlock(folder, "anna", "x", clock)
        with pytest.raises(NoHouse):
            keys.turn(folder, bytes(32))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_store_without_its_keys_is_not_called_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "house.db").write_bytes(b"x")
    with pytest.raises(keys.KeysDamaged, match=r"\(keys.json\) is missing.*newest backup"):
        keys.load(tmp_path)


def test_a_file_that_may_not_be_read_is_said(live: LiveHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", refuse(errno.EACCES))
    with pytest.raises(StoreTrouble, match="may not read the house's key file"):
        keys.load(live[0])


@pytest.mark.parametrize("number", [2, 3, 10**6])
def test_a_newer_format_is_left_alone(live: LiveHouse, clock: SetClock, number: int) -> None:
    folder, created = live
    newer = json.dumps({"format": number, "anything": "else"})
    (folder / "keys.json").write_text(newer, "utf-8")
    for act in (
        lambda: keys.load(folder),
        lambda: keys.unlock(folder, "anna", ANNA.password, clock),
        lambda: keys.leave(folder, created.house_key, "anna"),
        lambda: keys.recover(folder, created.recovery_code, "anna", "a long password"),
    ):
        with pytest.raises(
            keys.KeysTooNew, match=r"newer Daybook\. Install that version or a newer one"
        ) as caught:
            act()
        assert isinstance(caught.value, Newer)
    assert (folder / "keys.json").read_text("utf-8") == newer


def test_a_cut_file_is_damaged_wherever_it_is_cut(live: LiveHouse) -> None:
    folder, _ = live
    whole = (folder / "keys.json").read_bytes()
    for length in (*range(0, len(whole) - 2, 37), len(whole) - 2):
        (folder / "keys.json").write_bytes(whole[:length])
        with pytest.raises(keys.KeysDamaged, match=r"is damaged or cut short.*newest backup"):
            keys.load(folder)


@pytest.mark.parametrize(
    "text", [b"[]", b"null", b"\xff\xfe", b'{"format":"1"}', b'{"format":0}', b"[" * 100_000]
)
def test_what_is_no_key_file_is_damaged(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "keys.json").write_bytes(text)
    with pytest.raises(keys.KeysDamaged):
        keys.load(tmp_path)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_is_found_when_the_file_is_read(live: LiveHouse, data: st.DataObject) -> None:
    folder, _ = live
    whole = (folder / "keys.json").read_bytes()
    place = data.draw(st.integers(0, len(whole) - 2))  # the last byte is the end of the line
    by = data.draw(st.integers(1, 255))
    try:
        (folder / "keys.json").write_bytes(whole[:place] + bytes([whole[place] ^ by]) + whole[place + 1 :])
        with pytest.raises((keys.KeysDamaged, keys.KeysTooNew)):
            keys.load(folder)
    finally:
        (folder / "keys.json").write_bytes(whole)


def leaves(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(part, (dict, list)):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from leaves(value, (*path, key))
    else:
        yield path


BASE64 = {"salt", "nonce", "ciphertext", "ephemeral", "public"}


def changed(name: str, value: Any, draw: Callable[[st.SearchStrategy[int]], int]) -> Any:
    if name in BASE64:
        data = bytearray(base64.b64decode(value))
        data[draw(st.integers(0, len(data) - 1))] ^= draw(st.integers(1, 255))
        return base64.b64encode(bytes(data)).decode()
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + draw(st.sampled_from([-1, 1, 2**40]))
    if value is None:
        return "x"
    place = draw(st.integers(0, len(value) - 1))
    return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_field_changed_by_one_who_mends_the_checksum_opens_nothing(
    live: LiveHouse, data: st.DataObject
) -> None:
    folder, created = live
    whole = (folder / "keys.json").read_bytes()
    path = data.draw(st.sampled_from(list(leaves(content(folder)["keys"]))))

    def change(part: Any) -> None:
        for key in path[:-1]:
            part = part[key]
        part[path[-1]] = changed(path[-1], part[path[-1]], data.draw)

    clock = SetClock(datetime(2026, 11, 22, 23, 5, tzinfo=UTC))
    try:
        forge(folder, change)
        for member in (ANNA, BETH):
            with pytest.raises((keys.KeysDamaged, keys.WrongPassword)):
                keys.unlock(folder, member.user, member.password, clock)
        with pytest.raises((keys.KeysDamaged, keys.WrongRecoveryCode)):
            keys.recover(folder, created.recovery_code, "anna", "after the recovery")
        with pytest.raises(keys.KeysDamaged):
            keys.turn(folder, created.house_key)
    finally:
        (folder / "keys.json").write_bytes(whole)
        (folder / "sign-in.json").unlink(missing_ok=True)


def test_forging_as_such_is_no_change(live: LiveHouse, clock: SetClock) -> None:
    """The control of the test above: it is the changed field that shuts the house, not the writing again."""
    folder, created = live
    forge(folder, lambda _: None)
    assert keys.unlock(folder, "anna", ANNA.password, clock).house_key == created.house_key


def test_a_changed_seal_opens_nothing(live: LiveHouse, clock: SetClock) -> None:
    folder, _ = live
    file = keys_file.read(folder)
    keys_file.write(folder, file.raw, bytes(32))
    with pytest.raises(keys.KeysDamaged, match="was changed by something other than Daybook"):
        keys.unlock(folder, "anna", ANNA.password, clock)


def test_one_members_key_does_not_open_in_anothers_line_or_house(live: LiveHouse, clock: SetClock) -> None:
    folder, _ = live

    def lend(file: dict[str, Any]) -> None:
        for part in ("public", "wrapped", "sealed"):
            file["members"][0][part] = file["members"][1][part]

    forge(folder, lend)
    with pytest.raises(keys.WrongPassword):
        keys.unlock(folder, "anna", BETH.password, clock)


def test_a_public_half_of_low_order_is_damage(live: LiveHouse, clock: SetClock) -> None:
    folder, _ = live
    forge(
        folder,
        lambda file: file["members"][0]["sealed"].update(ephemeral=base64.b64encode(bytes(32)).decode()),
    )
    with pytest.raises(keys.KeysDamaged, match="was changed by something other"):
        keys.unlock(folder, "anna", ANNA.password, clock)


@pytest.mark.parametrize(
    ("where", "code", "kind", "sentence"),
    [
        (
            (Path, "replace"),
            errno.EACCES,
            ReadOnly,
            "folder can't be written.*not saved.*as they were.*right to write",
        ),
        ((os, "open"), errno.EROFS, ReadOnly, "folder can't be written"),
        ((os, "fsync"), errno.ENOSPC, DiskFull, "disk is full.*not saved.*as they were. Free some space"),
        ((Path, "replace"), errno.ENOSPC, DiskFull, "disk is full"),
        ((os, "fsync"), errno.EIO, StoreTrouble, "disk gave an error.*not saved.*Check the disk"),
    ],
)
def test_a_disk_that_refuses_leaves_the_keys_as_they_were(
    live: LiveHouse,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
    where: tuple[object, str],
    code: int,
    kind: type[StoreTrouble],
    sentence: str,
) -> None:
    folder, created = live
    before = (folder / "keys.json").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(*where, refuse(code))
        with pytest.raises(kind, match=sentence):
            keys.add_member(folder, created.house_key, "cai", "Cai", "residential", "a long password")
        with pytest.raises(kind, match=sentence):
            keys.create(folder.parent / "new", HOUSE_ID, "New", True, "Europe/London", ANNA)
    assert (folder / "keys.json").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["keys.json", "keys.lock"]
    assert not (folder.parent / "new" / "keys.json").exists()
    assert keys.unlock(folder, "anna", ANNA.password, clock).house_key == created.house_key


def test_a_file_left_by_a_crash_while_writing_is_no_obstacle(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    (folder / "keys.json.new").write_bytes(b"half")
    keys.reset_password(folder, created.house_key, "anna", "after the crash")
    assert keys.unlock(folder, "anna", "after the crash", clock).house_key == created.house_key
    assert not (folder / "keys.json.new").exists()


def test_a_machine_short_of_memory_is_said(
    live: LiveHouse, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_: Any) -> bytes:
        raise HashingError("Memory allocation error")

    monkeypatch.setattr(keys_crypto, "hash_secret_raw", short)
    with pytest.raises(StoreTrouble, match=r"short of memory\. Close some programs"):
        keys.unlock(live[0], "anna", ANNA.password, clock)


def test_keys_that_could_not_be_read_back_are_never_written(live: LiveHouse) -> None:
    folder, created = live
    before = (folder / "keys.json").read_bytes()
    with pytest.raises(msgspec.ValidationError):
        keys.add_member(folder, created.house_key, "cai", "Cai", "", "a long password")
    assert (folder / "keys.json").read_bytes() == before


def test_two_who_change_the_keys_at_once_both_succeed(live: LiveHouse) -> None:
    """Two windows: without the lock, the second to write would undo the first."""
    from concurrent.futures import ThreadPoolExecutor

    folder, created = live

    def add(number: int) -> None:
        keys.add_member(folder, created.house_key, f"user{number}", "N", "residential", "a long password")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(24)))
    assert {member.user for member in keys.load(folder).members} == {
        "anna", "Bethän", *(f"user{number}" for number in range(24)),
    }  # fmt: skip
