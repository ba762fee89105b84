"""What stands of entries that can be amended and struck but never changed.

"The latest amendment stands in for its entry; a struck entry is no sighting. Both stay visible" (SLOTS.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import Field, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID


class Entry(Protocol):
    """An insert-only row: a correction is a new one that names the one it amends."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def entry_id(self) -> UUID: ...
    @property
    def seq(self) -> int: ...
    @property
    def typed_at(self) -> datetime: ...
    @property
    def amends(self) -> UUID | None: ...
    @property
    def struck(self) -> bool: ...


E = TypeVar("E", bound=Entry)


def versions(entries: Iterable[E], known_at: datetime | None = None) -> dict[UUID, list[E]]:
    """Each entry with its amendments in the order they were typed, under the identity of the first.

    An amendment may amend an amendment. One whose entry is not among `entries` stands under the identity it
    names. Nothing typed after `known_at` exists; None knows everything.
    """
    known = [entry for entry in entries if known_at is None or entry.typed_at <= known_at]
    amends = {entry.entry_id: entry.amends for entry in known}
    found: dict[UUID, list[E]] = {}
    for entry in sorted(known, key=lambda entry: entry.seq):
        root = entry.entry_id
        while (earlier := amends.get(root)) is not None:
            root = earlier
        found.setdefault(root, []).append(entry)
    return found


def stand(entries: Iterable[E], when: Callable[[E], object], known_at: datetime | None = None) -> list[E]:
    """What holds, in no order: the latest amendment, under the identity of the first entry.

    That is the one which is named as having met a slot. `typed_at` becomes when its *time* (`when`) was last
    written: an amendment that moves the time was entered when the amendment was, one that corrects anything
    else was entered when the time was.
    """
    found: list[E] = []
    for root, history in versions(entries, known_at).items():
        latest = history[-1]
        if latest.struck:
            continue
        if latest.amends is None:
            found.append(latest)
            continue
        typed_at = latest.typed_at
        for earlier in reversed(history):
            if when(earlier) != when(latest):
                break
            typed_at = earlier.typed_at
        found.append(replace(latest, entry_id=root, seq=history[0].seq, typed_at=typed_at, amends=None))
    return found
