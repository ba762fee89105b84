"""What went wrong, kept without personal data: a reference for the person, the place in the program for the log.

An exception's own text may carry a name or a note, so it never leaves the process: only its class and the lines of
code it passed are kept.
"""

import logging
import secrets
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from app.store.errors import StoreTrouble

log = logging.getLogger("daybook.faults")


@dataclass(frozen=True, slots=True)
class Fault:
    """A bug or a broken machine: a short reference, the exception's class, and where it came from.

    `sentence` is for the person, where the trouble is one that the store knows: a full disk, a locked file.
    """

    reference: str
    kind: str
    places: tuple[str, ...]
    doing: str = ""
    sentence: str = ""

    @property
    def details(self) -> str:
        """What "Copy details" gives: safe to send to anyone."""
        return "\n".join(
            (f"Daybook fault {self.reference}", f"{self.kind} while: {self.doing or '?'}", *self.places)
        )


def fault_of(exception: BaseException, doing: str = "") -> Fault:
    """Describe and log an exception. `doing` is in plain words and names no one ("Saving the check")."""
    chain: list[BaseException] = []
    at: BaseException | None = exception
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__
    places = tuple(
        f"{type(e).__name__}: {frame.name} {_short(frame.filename)}:{frame.lineno}"
        for e in chain
        for frame in traceback.extract_tb(e.__traceback__)
    )
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    reference = "".join(secrets.choice(alphabet) for _ in range(6))
    sentence = str(exception) if isinstance(exception, StoreTrouble) else ""
    fault = Fault(reference, type(exception).__name__, places, doing, sentence)
    log.error("%s", fault.details)
    return fault


def _short(filename: str) -> str:
    parts = filename.replace("\\", "/").split("/")
    return "/".join(parts[-3:])


def install_hook(show: Callable[[Fault], None]) -> None:
    """Send exceptions that reach the event loop to `show` instead of printing their text."""

    def hook(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, value, trace)
            return
        show(fault_of(value.with_traceback(trace)))

    sys.excepthook = hook
