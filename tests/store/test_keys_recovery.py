"""The printed recovery code, however it is typed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.time import SetClock
from app.store import keys, keys_crypto
from tests.store import keys_house
from tests.store.keys_house import ANNA, BETH, HOUSE_ID, LiveHouse, wrong

live, clock, runs, no_memory = keys_house.live, keys_house.clock, keys_house.runs, keys_house.no_memory

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){12}")


def test_the_recovery_code_gives_a_new_password_and_ends_a_wait(live: LiveHouse, clock: SetClock) -> None:
    folder, created = live
    wrong(folder, clock, 5)
    recovered = keys.recover(folder, created.recovery_code, "ANNA", "after the recovery")
    assert recovered == keys.Unlocked("anna", created.house_key, wrong_before=5)
    assert keys.unlock(folder, "anna", "after the recovery", clock) == keys.Unlocked(
        "anna", created.house_key
    )
    assert keys.unlock(folder, BETH.user, BETH.password, clock).house_key == created.house_key


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " – "),
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: f"  {code}\n",
        lambda code: "\n".join(code.split("-")),
    ],
)
def test_a_recovery_code_is_read_however_it_is_typed(live: LiveHouse, typed: Callable[[str], str]) -> None:
    folder, created = live
    assert CODE.fullmatch(created.recovery_code)
    recovered = keys.recover(folder, typed(created.recovery_code), "anna", "after the recovery")
    assert recovered.house_key == created.house_key


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(0, 12), st.integers(0, 4), st.integers(1, 31))
def test_any_one_wrong_character_names_its_group(private: bytes, group: int, place: int, by: int) -> None:
    code = keys_crypto.code_of(private)
    assert keys_crypto.private_of(code) == private
    at = group * 6 + place
    other = ALPHABET[(ALPHABET.index(code[at]) + by) % 32]
    with pytest.raises(keys.WrongRecoveryCode) as caught:
        keys_crypto.private_of(code[:at] + other + code[at + 1 :])
    assert caught.value.groups == (group + 1,)
    assert str(caught.value) == (
        f"Group {group + 1} of the recovery code is not as printed. Compare with the sheet and type it again."
    )


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(0, 12), st.integers(0, 3), st.integers(1, 12))
def test_exchanged_characters_and_groups_are_named(private: bytes, group: int, place: int, by: int) -> None:
    groups = keys_crypto.code_of(private).split("-")
    word = groups[group]
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if swapped != word:
        with pytest.raises(keys.WrongRecoveryCode) as caught:
            keys_crypto.private_of("-".join([*groups[:group], swapped, *groups[group + 1 :]]))
        assert caught.value.groups == (group + 1,)
    other = (group + by) % 13
    moved = list(groups)
    moved[group], moved[other] = moved[other], moved[group]
    with pytest.raises(keys.WrongRecoveryCode) as caught:
        keys_crypto.private_of("-".join(moved))
    assert caught.value.groups == tuple(sorted((group + 1, other + 1)))


def test_what_is_wrong_with_a_typed_code_is_said_and_the_code_is_not_repeated(
    live: LiveHouse, tmp_path: Path
) -> None:
    folder, created = live
    groups = created.recovery_code.split("-")
    before = (folder / "keys.json").read_bytes()
    other = keys.create(tmp_path / "other", HOUSE_ID, "Other", True, "Europe/London", ANNA).recovery_code
    top = keys_crypto._ALPHABET[-1] * 4
    too_great = "-".join(
        top + keys_crypto._ALPHABET[keys_crypto._check_digit(index, [31] * 4)] for index in range(13)
    )
    for typed, sentence in [
        ("-".join(["U" + groups[0][1:], *groups[1:]]), "Group 1 of the recovery code is not as printed"),
        (
            "-".join([groups[0], groups[1][:-1], *groups[2:]]),
            "Group 2 of the recovery code is not as printed",
        ),
        (
            "-".join(["?", groups[1], "?", *groups[3:12], "?"]),
            "Groups 1, 3 and 13 of the recovery code are not as printed",
        ),
        ("-".join(groups[:12]), "13 groups of 5 characters, 65 in all; 60 were typed"),
        ("", "13 groups of 5 characters, 65 in all; 0 were typed"),
        (other, "not the recovery code of this house"),
        (too_great, "not the recovery code of this house"),
    ]:
        with pytest.raises(keys.WrongRecoveryCode) as caught:
            keys.recover(folder, typed, "anna", "after the recovery")
        assert sentence in str(caught.value)
        assert not any(group in str(caught.value) for group in groups)
    with pytest.raises(keys.NotAllowed, match="Nobody has this sign-in name"):
        keys.recover(folder, created.recovery_code, "nobody", "after the recovery")
    assert (folder / "keys.json").read_bytes() == before
