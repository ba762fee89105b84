"""Acts: everything that a person can do, each a word, a command and a handler, joined in one registry.

The desk does an act from its command; `play` finds it by its word; the window's buttons ask whether it may be done. A
handler returns the view of what it did, or raises Refuse with whole sentences; then nothing of it is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, get_type_hints
from uuid import UUID

from app.domain.house import House, SettingHistory, Settings
from app.domain.staff import Actor
from app.store.queries.house import read_settings
from app.store.work import Reading, Work


class Refuse(Exception):
    """Raised by a handler: the act can't be done, and why. `fields` are the command's fields that the reasons are about."""

    def __init__(self, *reasons: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.fields = fields


@dataclass
class Context:
    """What a handler works with: the open unit of work, the house, and the settings in force."""

    work: Work
    house: House
    #: The head when the actor signed in: undo reaches no further back.
    since_seq: int = 0

    @property
    def now(self) -> datetime:
        """The instant of the act, by the house's clock."""
        return self.work.now

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.work.actor

    @property
    def connection(self) -> Reading:
        """For reads that see what the act has written so far."""
        return self.work.connection

    @cached_property
    def setting_history(self) -> SettingHistory:
        """Every dated setting."""
        return read_settings(self.connection)

    @property
    def settings(self) -> Settings:
        """The settings in force now."""
        return self.setting_history.at(self.now)


Handler = Callable[[Context, Any], Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `command` is a frozen dataclass whose fields are also the names that a script uses."""

    word: str
    command: type
    handler: Handler


ACTS: dict[str, Act] = {}
BY_COMMAND: dict[type, Act] = {}


def act(word: str) -> Callable[[Handler], Handler]:
    """Register a handler under a word; its command is the type of its parameter `do`."""

    def register(handler: Handler) -> Handler:
        command = get_type_hints(handler)["do"]
        if word in ACTS or command in BY_COMMAND:
            raise ValueError(f"the act {word} is registered twice")
        ACTS[word] = BY_COMMAND[command] = Act(word, command, handler)
        return handler

    return register


#: The longest words about her. A note of 100,000 characters is kept whole.
NOTE_LIMIT = 200_000


def words(
    text: str | None, what: str, limit: int = 4000, needed: bool = False, field: str = ""
) -> str | None:
    """Typed text as it is kept: without the white space around it, None when empty. Refuses what can't be kept."""
    kept = (text or "").strip()
    if needed and not kept:
        raise Refuse(f"{what} is needed.", fields=(field,))
    if len(kept) > limit:
        raise Refuse(
            f"{what} is {len(kept):,} characters; {limit:,} is the most. Shorten it.", fields=(field,)
        )
    if "\x00" in kept or any("\ud800" <= character <= "\udfff" for character in kept):
        raise Refuse(f"{what} has a character that can't be kept. Take it out.", fields=(field,))
    return kept or None


@dataclass(frozen=True, slots=True)
class Ref:
    """What a short act returns: the id of what it wrote, and a sentence that says what was done."""

    id: UUID
    said: str
