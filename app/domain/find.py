"""What a person finds by typing: women, rooms and entries, as she may read them, and how words are matched and shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.names import folded
from app.domain.presence import Presence
from app.domain.residents import ResidentRef, RoomRef

#: Letters of the last word before entries are searched: a shorter beginning is in nearly every entry of ten years.
LEAST_LETTERS = 3
#: Characters of an entry that are shown around the words that were found.
SNIPPET = 110


class Standing(StrEnum):
    """Whether she lives here; in the order in which women are listed."""

    HERE = "here"
    EXPECTED = "expected"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class FoundResident:
    """A woman the house knows. `presence`, `where` and `since` are hers while she lives here; `when` is when she is
    expected, or when she left."""

    who: ResidentRef
    standing: Standing
    presence: Presence | None = None
    where: str | None = None
    since: datetime | None = None
    when: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundRoom:
    """A room with who is in it now; with nobody in it, it is free, or out of service and why."""

    room: RoomRef
    who: tuple[ResidentRef, ...]
    out_of_service: str | None


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry by its words. `words` is all of them, `snippet` the part around what was found; `struck` and `corrected`
    say that another entry took it back or stands in for it (`why`). `who` is None for what is about the house."""

    entry: UUID
    seq: int
    who: ResidentRef | None
    kind: str
    title: str
    words: str
    snippet: str
    seen_at: datetime
    seen_until: datetime | None
    precision: str
    seen_by: str | None
    typed_at: datetime
    typed_by: str
    struck: bool
    corrected: bool
    why: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found by `text`. `more_entries`: older ones match too, of those the reader may read."""

    text: str
    residents: tuple[FoundResident, ...] = ()
    rooms: tuple[FoundRoom, ...] = ()
    entries: tuple[FoundEntry, ...] = ()
    more_entries: bool = False

    @property
    def nothing(self) -> bool:
        """Whether it found nothing at all."""
        return not (self.residents or self.rooms or self.entries)


def begins(wanted: Sequence[str], parts: Iterable[str]) -> bool:
    """Whether every folded word that was typed is the beginning of some folded part."""
    there = tuple(parts)
    return all(any(part.startswith(word) for part in there) for word in wanted)


def enough(text: str) -> bool:
    """Whether this is enough to search entries by: the last word has LEAST_LETTERS letters, or isn't of the Latin kind
    (one sign of Chinese is a word)."""
    words = folded(text).split()
    return bool(words) and (len(words[-1]) >= LEAST_LETTERS or not words[-1].isascii())


def snippet(words: str, text: str, length: int = SNIPPET) -> str:
    """At most about `length` characters of `words` around the first place where a word of `text` begins, in one line."""
    line = " ".join(words.split())
    if len(line) <= length:
        return line
    wanted = folded(text).split()
    at, start = 0, 0
    for word in line.split(" "):
        if any(part.startswith(each) for part in folded(word).split() for each in wanted):
            at = start
            break
        start += len(word) + 1
    begin = max(min(at - length // 4, len(line) - length), 0)
    if begin:
        begin = line.find(" ", begin, at) + 1 or begin
    end = begin + length
    if end < len(line):
        end = max(line.rfind(" ", at + 1, end), at + 1) if " " in line[at + 1 : end] else end
    return ("… " if begin else "") + line[begin:end].strip() + (" …" if end < len(line) else "")
