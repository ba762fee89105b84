"""The file `keys.json`: its shape, reading it with care, and replacing it whole or not at all.

Nothing here needs cryptography, so that the sign-in window can read who may sign in before that library is
loaded.
"""

import errno
import hashlib
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Raw, Struct

from app.store.errors import Damaged, DiskFull, Newer, NoHouse, ReadOnly, StoreTrouble

FORMAT = 1
KEYS_FILE = "keys.json"
LOCK_FILE = "keys.lock"
STORE_FILE = "house.db"  # engine.py has it too, but brings SQLAlchemy with it
_WINDOWS_TRIES = 50
T = TypeVar("T")

Bytes12 = Annotated[bytes, Meta(min_length=12, max_length=12)]
Bytes16 = Annotated[bytes, Meta(min_length=16, max_length=16)]
Bytes32 = Annotated[bytes, Meta(min_length=32, max_length=32)]
Bytes48 = Annotated[bytes, Meta(min_length=48, max_length=48)]  # 32 bytes and the 16 of the Poly1305 tag
Word = Annotated[str, Meta(min_length=1, max_length=200)]


class KeysDamaged(Damaged):
    """keys.json is cut short, changed by something other than Daybook, or missing beside its store."""

    def __init__(self, what: str = "is damaged or cut short") -> None:
        super().__init__(
            f"The house's key file (keys.json) {what}, so the house can't be opened with it. Put keys.json "
            "from the newest backup back into the house's folder. The record itself was not touched."
        )


class KeysTooNew(Newer):
    """keys.json has a format that this version does not know."""

    def __init__(self) -> None:
        super().__init__(
            "This house was last used by a newer Daybook. Install that version or a newer one on this "
            "computer, then open the house again. Nothing was changed."
        )


class Params(Struct, frozen=True, forbid_unknown_fields=True):
    """One Argon2id run: passes, KiB of memory, lanes. Limited, or a bad file could use up the machine."""

    time: Annotated[int, Meta(ge=1, le=32)]
    memory: Annotated[int, Meta(ge=8_192, le=1_048_576)]
    parallelism: Annotated[int, Meta(ge=1, le=16)]


class Wrapped(Struct, frozen=True, forbid_unknown_fields=True):
    """A private half, encrypted with ChaCha20-Poly1305 under the key that Argon2id makes from a password."""

    salt: Bytes16
    params: Params
    nonce: Bytes12
    ciphertext: Bytes48


class Sealed(Struct, frozen=True, forbid_unknown_fields=True):
    """The house key, encrypted to a public half by way of a one-off X25519 pair."""

    ephemeral: Bytes32
    ciphertext: Bytes48


class Enclosed(Struct, frozen=True, forbid_unknown_fields=True):
    """The house key before the last turn, encrypted with the one after it."""

    nonce: Bytes12
    ciphertext: Bytes48


class Recovery(Struct, frozen=True, forbid_unknown_fields=True):
    """The pair whose private half is the recovery code, printed at set-up and kept nowhere else."""

    public: Bytes32
    sealed: Sealed


class Member(Struct, frozen=True, forbid_unknown_fields=True):
    """One who signs in. Who has left keeps her line, so that nobody gets her sign-in name, but no key."""

    user: Word
    name: Word
    role: Word
    public: Bytes32
    wrapped: Wrapped | None
    sealed: Sealed | None
    left: bool = False
    #: The password as printed on the screen of a training house; None in a live house, always.
    printed: str | None = None

    def __repr__(self) -> str:
        return f"Member(role={self.role!r}, left={self.left})"


class Keys(Struct, frozen=True, forbid_unknown_fields=True):
    """What keys.json says. Nothing in it opens the house without a password or the recovery code."""

    house_id: UUID
    house: Word
    training: bool
    zone: Word
    members: tuple[Member, ...]
    recovery: Recovery
    #: Set between the turning of the house key and the day the store has been written again with the new one.
    previous: Enclosed | None = None

    def member(self, user: str) -> Member | None:
        """Who has this sign-in name, whatever its capitals or the way its accents are typed."""
        wanted = fold(user)
        return next((member for member in self.members if fold(member.user) == wanted), None)

    @property
    def present(self) -> tuple[Member, ...]:
        """Those who can sign in."""
        return tuple(member for member in self.members if not member.left)


class _File(Struct, forbid_unknown_fields=True):
    format: Literal[1]
    check: str  # SHA-256 of what follows: finds damage
    seal: Bytes32  # HMAC under the house key: finds a change by someone who mended the check
    keys: Raw


class _Version(Struct):
    format: Annotated[int, Meta(ge=1)]


class Read(Struct, frozen=True):
    """keys.json as read: its content, the very bytes of that content, and the seal over them."""

    keys: Keys
    raw: bytes
    seal: bytes


def fold(user: str) -> str:
    """A sign-in name as compared: capitals, spaces around it and how accents are composed don't matter."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", user.strip()).casefold())


def load(folder: Path) -> Keys:
    """Read a house's keys.json. Raises NoHouse, KeysDamaged, KeysTooNew or, where it may not be read,
    StoreTrouble: each a sentence for the screen.
    """
    return read(folder).keys


def read(folder: Path) -> Read:
    """As `load`, with what is needed to check the seal once the house key is known."""
    try:
        content = _patiently((folder / KEYS_FILE).read_bytes)
    except (FileNotFoundError, NotADirectoryError):
        if (folder / STORE_FILE).exists():
            raise KeysDamaged("is missing") from None
        raise NoHouse(
            "There is no house in this folder. Choose the folder that has the house's keys.json, or set up a "
            "new house."
        ) from None
    except OSError:
        raise StoreTrouble(
            "This computer account may not read the house's key file (keys.json). Ask whoever looks after "
            "the computer for the right to read the house's folder, then try again."
        ) from None
    try:
        if msgspec.json.decode(content, type=_Version).format > FORMAT:
            raise KeysTooNew
        file = msgspec.json.decode(content, type=_File)
        raw = bytes(file.keys)
        keys = msgspec.json.decode(raw, type=Keys)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise KeysDamaged from None
    if file.check != _check(raw, file.seal) or not _sound(keys):
        raise KeysDamaged
    return Read(keys, raw, file.seal)


def encode(keys: Keys) -> bytes:
    """The content's bytes, to be sealed and given to `write`. ValueError for what `read` would refuse."""
    raw = msgspec.json.format(msgspec.json.encode(keys), indent=1)
    if not _sound(msgspec.json.decode(raw, type=Keys)):
        raise ValueError("keys that `read` would refuse")
    return raw


def write(folder: Path, raw: bytes, seal: bytes) -> None:
    """Replace keys.json durably. Raises StoreTrouble, with the old file as it was, if the disk refuses."""
    content = msgspec.json.encode(_File(1, _check(raw, seal), seal, Raw(raw)))
    with saving():
        replace_whole(folder / KEYS_FILE, content + b"\n")


def _check(raw: bytes, seal: bytes) -> str:
    return hashlib.sha256(b"daybook keys %d\n" % FORMAT + seal + raw).hexdigest()


def _sound(keys: Keys) -> bool:
    users = {fold(member.user) for member in keys.members}
    keyed = all((member.wrapped is None) == (member.sealed is None) == member.left for member in keys.members)
    printed = any(member.printed is not None for member in keys.members)
    return len(users) == len(keys.members) and keyed and (keys.training or not printed) and bool(keys.present)


@contextmanager
def saving() -> Iterator[None]:
    """Say in a sentence why the disk refused: DiskFull, ReadOnly or StoreTrouble in place of OSError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                "The disk is full, so the change to the keys was not saved. The keys are as they were. Free "
                "some space, then do it again."
            ) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise ReadOnly(
                "The house's folder can't be written, so the change to the keys was not saved. The keys are "
                "as they were. Ask for the right to write there, then do it again."
            ) from error
        raise StoreTrouble(
            "The disk gave an error, so the change to the keys was not saved. The keys are as they were. "
            "Check the disk, then do it again."
        ) from error


def replace_whole(path: Path, content: bytes) -> None:
    """Put a file in place durably: after a crash it is the old one or the new one, never part of either.

    Only its owner may read it. Raises OSError, with the old file as it was.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.unlink(missing_ok=True)
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _patiently(lambda: fresh.replace(path))
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    # Windows opens no folder; there the replacement itself is all that can be asked for.
    with suppress(OSError):
        fd = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the lock under which keys.json and sign-in.json are changed. The system lets go of it if this
    process dies.

    Not to be nested. Raises OSError where the folder can't be written.
    """
    fd = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(fd)
        yield
    finally:
        os.close(fd)


def _patiently(act: Callable[[], T]) -> T:
    # On Windows a file that is being read can't be replaced, nor read while it is: both last milliseconds.
    for _ in range(_WINDOWS_TRIES if sys.platform == "win32" else 0):
        with suppress(PermissionError):
            return act()
        time.sleep(0.01)
    return act()


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        msvcrt.locking(fd, msvcrt.LK_LOCK, 1)

else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX)
