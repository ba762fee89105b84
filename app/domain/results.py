"""What an act returns: it was done, or it was refused with the reasons in words.

A refusal is an answer for a person and never an exception outside `services`; an exception is a bug or a broken
machine (disk, lock, key).
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Done:
    """The act is in the record, durably. `seq` is its place in the audit chain."""

    view: Any
    seq: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was stored. Each reason is a whole sentence that says what is wrong and how to mend it.

    `fields` names the command's fields that the reasons belong to, so a form can show them beside the field. `current` is
    the version that stands, where someone else has changed the record since it was read: the form can show both.
    """

    reasons: tuple[str, ...]
    fields: tuple[str, ...] = ()
    current: int | None = None

    def __str__(self) -> str:
        return " ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class Available:
    """The act may be done now by this person."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The act may not be done: why, in plain words, and who can do it."""

    reason: str
    who: str = ""

    def __str__(self) -> str:
        return f"{self.reason} {self.who} can." if self.who else self.reason


Availability = Available | Unavailable
