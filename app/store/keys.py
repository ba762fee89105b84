"""Who may open the house: members' keys, the house key, recovery, and the limit on wrong passwords.

Each member has an X25519 pair whose private half her password wraps; the house key (the store's raw key) is
sealed to every public half and to the recovery key. So people come and leave, change passwords and lose them,
and the house key turns, without anyone else's password. Whoever has the house key in hand may change the
keys: what her role allows is asked before, by the services.

keys.json carries a checksum, which finds damage when it is read, and a seal under the house key, which finds
any change made by someone without that key at the next sign-in and before every change. Every error is a
StoreTrouble whose text is a sentence for the screen, without names.
"""

import hmac
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import msgspec

from app.domain.time import Clock
from app.store import keys_crypto as crypto
from app.store import keys_tries as tries
from app.store.errors import StoreTrouble
from app.store.keys_crypto import WrongRecoveryCode
from app.store.keys_file import (
    KEYS_FILE,
    STORE_FILE,
    Keys,
    KeysDamaged,
    KeysTooNew,
    Member,
    Params,
    Read,
    Recovery,
    encode,
    fold,
    held,
    load,
    read,
    saving,
    write,
)
from app.store.keys_tries import TooManyTries

__all__ = [
    "Created", "HouseExists", "Keys", "KeysDamaged", "KeysTooNew", "Member", "NewMember", "NotAllowed",
    "TooManyTries", "Unlocked", "WrongPassword", "WrongRecoveryCode", "add_member", "change_password",
    "create", "leave", "load", "recover", "rejoin", "reset_password", "settle_turn", "turn", "unlock",
]  # fmt: skip

#: The shortest password of a live house, in characters: a stolen file is guessed at without our limit.
SHORTEST = 10

_DECOY_SALT = bytes(16)
_CHANGED = "was changed by something other than Daybook"


class WrongPassword(StoreTrouble):
    """The sign-in name or the password was wrong; nothing tells which."""

    def __init__(self) -> None:
        super().__init__("The name or the password is not right.")


class HouseExists(StoreTrouble):
    """A house would have been set up over another."""

    def __init__(self) -> None:
        super().__init__(
            "There is a house in this folder already. Open it, or choose an empty folder for the new one."
        )


class NotAllowed(StoreTrouble):
    """A change to the keys that can't be made as asked; the sentence says why and what can."""


@dataclass(frozen=True, slots=True)
class NewMember:
    """Someone to be given a key. `user` is what she types to sign in, `role` a word of domain.staff.Role."""

    user: str
    name: str
    role: str
    password: str = field(repr=False)


class Created(NamedTuple):
    """A house's new keys. The recovery code is shown and printed once and kept nowhere."""

    keys: Keys
    house_key: bytes
    recovery_code: str

    def __repr__(self) -> str:
        return f"Created({self.keys.house_id})"


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A right password. `house_key` opens the store.

    `wrong_before` counts the wrong tries in the house since the last right one: they belong in the record.
    `previous_key` is set where a turn of the house key was not settled: a store that `house_key` does not
    open, this one does, and it must be written again with `house_key`.
    """

    user: str
    house_key: bytes = field(repr=False)
    wrong_before: int = 0
    previous_key: bytes | None = field(default=None, repr=False)


def create(
    folder: Path, house_id: UUID, house: str, training: bool, zone: str, first: NewMember, *more: NewMember
) -> Created:
    """Make the keys of a new house, and its folder if there is none. `zone` is an IANA name.

    Raises HouseExists, NotAllowed (a name or password that won't do), or StoreTrouble when the disk refuses.
    """
    house_key = os.urandom(32)
    private, public = crypto.new_pair()
    sealed = crypto.seal(house_key, public, crypto.house_bond(house_id, b"recovery"))
    keys = Keys(house_id, _worded(house, "house's name"), training, zone, (), Recovery(public, sealed))
    for new in (first, *more):
        keys = _with_new(keys, house_key, new)
    with saving():
        folder.mkdir(parents=True, exist_ok=True)
        with held(folder):
            if (folder / KEYS_FILE).exists() or (folder / STORE_FILE).exists():
                raise HouseExists
            _write(folder, keys, house_key)
    return Created(keys, house_key, crypto.code_of(private))


def unlock(folder: Path, user: str, password: str, clock: Clock) -> Unlocked:
    """Sign in: the house key for a right password.

    A wrong name and a wrong password cost the same one run of Argon2id and get the same words. A try is
    counted before the password is looked at, so that ending the program in between gains nothing. Raises
    WrongPassword, TooManyTries, or what `load` raises.
    """
    file = read(folder)
    with tries.one_at_a_time(folder):
        wrong_before = tries.count(folder, clock)
        found = _try(file.keys, user, password)
        if found is None:
            raise WrongPassword
        tries.forget(folder)
    member, house_key = found
    _check_seal(file, house_key)
    return Unlocked(member.user, house_key, wrong_before, _previous(file.keys, house_key))


def add_member(folder: Path, house_key: bytes, user: str, name: str, role: str, password: str) -> Keys:
    """Give one more person a key. Raises NotAllowed if the sign-in name is taken, even by a leaver."""
    return _change(
        folder, house_key, lambda keys: _with_new(keys, house_key, NewMember(user, name, role, password))
    )


def change_password(folder: Path, user: str, old: str, new: str, clock: Clock) -> None:
    """Change her own password. `old` is under the same limit as signing in, and raises the same errors."""
    reset_password(folder, unlock(folder, user, old, clock).house_key, user, new)


def reset_password(folder: Path, house_key: bytes, user: str, new: str) -> None:
    """Give a member who has not left another password, and a fresh pair, without the old one."""

    def reset(keys: Keys) -> Keys:
        member = _known(keys, user)
        if member.left:
            raise NotAllowed("This person has left and can't sign in. Let her rejoin first.")
        return _with_password(keys, house_key, member, new)

    _change(folder, house_key, reset)


def leave(folder: Path, house_key: bytes, user: str) -> None:
    """Take a member's key away. Turn the house key as well if she may have kept a copy of the files.

    Raises NotAllowed for the last who can sign in: after her, nobody could, not even with the recovery code.
    """

    def left(keys: Keys) -> Keys:
        member = _known(keys, user)
        if keys.present == (member,):
            raise NotAllowed("This is the last person who can sign in. Add another first.")
        return _put(keys, msgspec.structs.replace(member, wrapped=None, sealed=None, left=True, printed=None))

    _change(folder, house_key, left)


def rejoin(folder: Path, house_key: bytes, user: str, password: str) -> None:
    """Give someone who left, and is back, a key again under her old sign-in name."""

    def back(keys: Keys) -> Keys:
        member = _known(keys, user)
        if not member.left:
            raise NotAllowed("This person has not left. Give her another password if she has lost hers.")
        return _with_password(keys, house_key, member, password)

    _change(folder, house_key, back)


def recover(folder: Path, recovery_code: str, user: str, new_password: str) -> Unlocked:
    """Open the house with the printed recovery code, and give one member a new password; ends a wait after
    wrong tries.

    The code is too long to guess, so it has no limit. Raises WrongRecoveryCode, which names mistyped groups,
    or NotAllowed.
    """
    private = crypto.private_of(recovery_code)
    file = read(folder)
    keys = file.keys
    if not hmac.compare_digest(crypto.public_of(private), keys.recovery.public):
        raise WrongRecoveryCode(crypto.NOT_THIS_HOUSE)
    house_key = crypto.unseal(keys.recovery.sealed, private, crypto.house_bond(keys.house_id, b"recovery"))
    if house_key is None:
        raise KeysDamaged(_CHANGED)
    reset_password(folder, house_key, user, new_password)
    wrong_before = tries.forget(folder)
    return Unlocked(_known(keys, user).user, house_key, wrong_before, _previous(keys, house_key))


def turn(folder: Path, house_key: bytes) -> bytes:
    """Make a new house key and seal it to everyone present and to recovery; nobody's password is needed.

    The store can't be replaced in the same instant as this file, so the old key is kept, encrypted with the
    new one, until `settle_turn`: write the store again with the new key, swap it in, then settle. A crash on
    the way leaves a house that opens with `Unlocked.house_key` or `Unlocked.previous_key`. Raises NotAllowed
    while a turn is unsettled.
    """
    new_key = os.urandom(32)

    def turned(keys: Keys) -> Keys:
        if keys.previous is not None:
            raise NotAllowed(
                "The last change of the house key is not finished. Close the house, open it, then try again."
            )
        bond = crypto.house_bond(keys.house_id, b"recovery")
        return msgspec.structs.replace(
            keys,
            members=tuple(
                member if member.left else _sealed(keys, new_key, member) for member in keys.members
            ),
            recovery=Recovery(keys.recovery.public, crypto.seal(new_key, keys.recovery.public, bond)),
            previous=crypto.enclose(house_key, new_key, crypto.house_bond(keys.house_id, b"previous")),
        )

    _change(folder, house_key, turned, new_key)
    return new_key


def settle_turn(folder: Path, house_key: bytes) -> None:
    """Forget the key before the last turn: the store has been written again with `house_key`."""
    _change(folder, house_key, lambda keys: msgspec.structs.replace(keys, previous=None))


def _change(
    folder: Path, house_key: bytes, change: Callable[[Keys], Keys], seal_with: bytes | None = None
) -> Keys:
    load(folder)  # before the lock, which would leave its file in a folder that has no house
    with saving(), held(folder):
        file = read(folder)
        _check_seal(file, house_key)
        keys = change(file.keys)
        _write(folder, keys, seal_with or house_key)
    return keys


def _write(folder: Path, keys: Keys, house_key: bytes) -> None:
    raw = encode(keys)
    write(folder, raw, crypto.file_seal(house_key, raw))


def _check_seal(file: Read, house_key: bytes) -> None:
    if not hmac.compare_digest(file.seal, crypto.file_seal(house_key, file.raw)):
        raise KeysDamaged(_CHANGED)


def _previous(keys: Keys, house_key: bytes) -> bytes | None:
    if keys.previous is None:
        return None
    return crypto.disclose(keys.previous, house_key, crypto.house_bond(keys.house_id, b"previous"))


def _params(keys: Keys) -> Params:
    return crypto.TRAINING if keys.training else crypto.LIVE


def _try(keys: Keys, user: str, password: str) -> tuple[Member, bytes] | None:
    member = keys.member(user)
    if member is None or member.wrapped is None or member.sealed is None:
        crypto.stretch(password, _DECOY_SALT, _params(keys))
        return None
    bond = crypto.member_bond(keys.house_id, member.user)
    private = crypto.unwrap(member.wrapped, password, bond)
    if private is None:
        return None
    house_key = crypto.unseal(member.sealed, private, bond)
    if house_key is None:
        raise KeysDamaged(_CHANGED)
    return member, house_key


def _known(keys: Keys, user: str) -> Member:
    member = keys.member(user)
    if member is None:
        raise NotAllowed("Nobody has this sign-in name. Choose one from the list of staff.")
    return member


def _with_new(keys: Keys, house_key: bytes, new: NewMember) -> Keys:
    user, name = _worded(new.user, "sign-in name"), _worded(new.name, "name")
    if keys.member(user) is not None:
        raise NotAllowed("This sign-in name is taken, or was by someone who has left. Choose another.")
    blank = Member(user, name, new.role, bytes(32), None, None, left=True)
    return _with_password(
        msgspec.structs.replace(keys, members=(*keys.members, blank)), house_key, blank, new.password
    )


def _worded(text: str, what: str) -> str:
    text = text.strip()
    if not 1 <= len(text) <= 100 or _unkept(text):
        raise NotAllowed(
            f"The {what} needs 1 to 100 letters, digits or signs on one line. Change it, then try again."
        )
    return text


def _unkept(text: str) -> bool:
    # Control characters, half characters and line ends; joiners belong to words in some scripts, and stay.
    return any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text)


def _with_password(keys: Keys, house_key: bytes, member: Member, password: str) -> Keys:
    shortest = 1 if keys.training else SHORTEST
    if len(password) < shortest:
        raise NotAllowed(
            f"The password is too short: {shortest} is the least. Three or four words make a good one."
        )
    if _unkept(password):
        raise NotAllowed(
            "The password has a character that can't be typed at sign-in. Take it out, then try again."
        )
    private, public = crypto.new_pair()
    bond = crypto.member_bond(keys.house_id, member.user)
    fresh = msgspec.structs.replace(
        member,
        public=public,
        wrapped=crypto.wrap(private, password, _params(keys), bond),
        left=False,
        printed=password if keys.training else None,
    )
    return _put(keys, _sealed(keys, house_key, fresh))


def _sealed(keys: Keys, house_key: bytes, member: Member) -> Member:
    sealed = crypto.seal(house_key, member.public, crypto.member_bond(keys.house_id, member.user))
    return msgspec.structs.replace(member, sealed=sealed)


def _put(keys: Keys, member: Member) -> Keys:
    user = fold(member.user)
    members = tuple(member if fold(old.user) == user else old for old in keys.members)
    return msgspec.structs.replace(keys, members=members)
