"""The limit on wrong passwords: a small file beside keys.json that counts them for the house and names
nobody.

After FREE_TRIES wrong in a row nobody is heard for FIRST_WAIT, doubling with each further wrong one to
LONGEST_WAIT. The count outlives the program. It holds back someone at the keyboard; someone who can take the
files away meets Argon2id alone.
"""

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from app.domain.time import Clock
from app.store.errors import StoreTrouble
from app.store.keys_file import held, replace_whole

TRIES_FILE = "sign-in.json"
#: Wrong passwords in a row that cost nothing but Argon2id; the last of them starts the first wait.
FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)


class TooManyTries(StoreTrouble):
    """Too many wrong passwords in a row in this house. `wait` is how long until the next try is heard."""

    def __init__(self, wait: timedelta) -> None:
        seconds = math.ceil(wait.total_seconds())
        minutes = math.ceil(seconds / 60)
        if seconds < 60:
            words = "1 second" if seconds == 1 else f"{seconds} seconds"
        else:
            words = "1 minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"Too many wrong passwords. Wait {words}, then try again.")
        self.wait = wait


class _Tries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    wrong: Annotated[int, msgspec.Meta(ge=0)]
    last: Annotated[datetime, msgspec.Meta(tz=True)]


_NONE = _Tries(0, datetime.min.replace(tzinfo=UTC))
# Where the folder can't be written (a full disk, say) the record must still open, so the count goes on here.
_unwritten: dict[Path, _Tries] = {}


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hear one password at a time, so that a try under way elsewhere is not reported as a wrong one."""
    with ExitStack() as stack:
        with suppress(OSError):
            stack.enter_context(held(folder))
        yield


def count(folder: Path, clock: Clock) -> int:
    """Count a try as wrong until `forget`, and return the wrong ones before it.

    Raises TooManyTries while a wait lasts; such a try is not counted.
    """
    now, tries = clock.now(), _read(folder)
    if tries.wrong >= FREE_TRIES:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries.wrong - FREE_TRIES, 10))
        if now < tries.last:  # the clock went back: the wait begins again, and so it has an end
            tries = _Tries(tries.wrong, now)
            _keep(folder, tries)
        if now < tries.last + wait:
            raise TooManyTries(tries.last + wait - now)
    _keep(folder, _Tries(tries.wrong + 1, now))
    return tries.wrong


def forget(folder: Path) -> int:
    """Start again at none, after a right password or a recovery. Returns how many tries were counted."""
    wrong = _read(folder).wrong
    _unwritten.pop(folder, None)
    try:
        (folder / TRIES_FILE).unlink(missing_ok=True)
    except OSError:
        _unwritten[folder] = _NONE
    return wrong


def _read(folder: Path) -> _Tries:
    if folder in _unwritten:
        return _unwritten[folder]
    try:
        return msgspec.json.decode((folder / TRIES_FILE).read_bytes(), type=_Tries)
    except FileNotFoundError:
        return _NONE
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError):
        # A damaged file must neither open the limit nor lock anyone out: it starts the first wait.
        return _Tries(FREE_TRIES, datetime.max.replace(tzinfo=UTC))


def _keep(folder: Path, tries: _Tries) -> None:
    try:
        replace_whole(folder / TRIES_FILE, msgspec.json.encode(tries))
        _unwritten.pop(folder, None)
    except OSError:
        _unwritten[folder] = tries
