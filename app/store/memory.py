"""What was read once and still holds, until the spine says that what it was made from has changed.

The spine names the table and the woman of everything that was ever written (DESIGN.md, "One spine"), so one look at its
tail tells what of that is out of date. The board is read every few seconds: most of what it is made from stood already.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, select

from app.store.tables import metadata
from app.store.tables.audit import audit
from app.store.tables.base import ENTRY
from app.store.work import Head, read_head

T = TypeVar("T")

#: A longer tail than this is not looked through: everything is read again.
LONGEST_TAIL = 400


@dataclass(frozen=True, slots=True)
class _Kept:
    """A value, the instants [since, until) for which it was read, and what it was made from: rows of these tables, and
    everything of one woman."""

    value: Any
    since: datetime
    until: datetime | None
    tables: frozenset[str]
    woman: UUID | None


class Memory:
    """What one open store remembers. Threads share it; what each recalls is of its own snapshot."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seq = 0
        self._kept: dict[Hashable, _Kept] = {}

    def recall(self, connection: Connection, now: datetime) -> "Recall":
        """What still holds in the snapshot of this connection, for a question asked at `now`.

        A snapshot that is older than what is remembered already, and a clock that is behind the record, recall nothing.
        """
        head = read_head(connection)
        with self._lock:
            known = self._seq
        behind = head.at is not None and head.at > now
        if head.seq < known or behind:
            return Recall(now, head)
        if head.seq > known:
            changed = _changed(connection, known) if known > 0 and head.seq - known <= LONGEST_TAIL else None
            with self._lock:
                if self._seq == known:
                    self._seq = head.seq
                    self._kept = {} if changed is None else _without(self._kept, *changed)
        return Recall(now, head, self)

    def get(self, key: Hashable, seq: int, now: datetime) -> _Kept | None:
        """What is kept under this key and holds at `now`, if the memory is still of the snapshot at `seq`."""
        with self._lock:
            kept = self._kept.get(key) if self._seq == seq else None
        if kept is None or now < kept.since or (kept.until is not None and now >= kept.until):
            return None
        return kept

    def keep(self, kept: Mapping[Hashable, _Kept], seq: int) -> None:
        """Keep these, if the memory is still of the snapshot at `seq`."""
        with self._lock:
            if self._seq == seq:
                self._kept.update(kept)


class Recall:
    """The memory as one snapshot may use it, for a question asked at `now`; without one, everything is made anew."""

    def __init__(self, now: datetime, head: Head, memory: Memory | None = None) -> None:
        self.head = head
        self._now, self._memory = now, memory

    def one(self, key: Hashable, tables: Collection[str], make: Callable[[], tuple[T, datetime | None]]) -> T:
        """What was made from rows of these tables; `make` also says from when on it may be otherwise without anything
        being written (None: never)."""
        kept = self._memory.get(key, self.head.seq, self._now) if self._memory else None
        if kept is None:
            value, until = make()
            kept = _Kept(value, self._now, until, frozenset(tables), None)
            if self._memory:
                self._memory.keep({key: kept}, self.head.seq)
        found: T = kept.value
        return found

    def each(
        self,
        kind: Hashable,
        women: Iterable[UUID],
        make: Callable[[list[UUID]], Mapping[UUID, T]],
        tables: Collection[str] = (),
    ) -> dict[UUID, T]:
        """What was made of each of these women from what is hers, and from rows of these tables; those of whom nothing is
        kept are made at once. Whom `make` leaves out is left out."""
        found: dict[UUID, T] = {}
        missing: list[UUID] = []
        for woman in women:
            kept = self._memory.get((kind, woman), self.head.seq, self._now) if self._memory else None
            if kept is None:
                missing.append(woman)
            elif kept.value is not None:
                found[woman] = kept.value
        if missing:
            made = make(missing)
            found.update(made)
            if self._memory:
                of = frozenset(tables)
                fresh: dict[Hashable, _Kept] = {
                    (kind, woman): _Kept(made.get(woman), self._now, None, of, woman) for woman in missing
                }
                self._memory.keep(fresh, self.head.seq)
        return found


def _changed(connection: Connection, known: int) -> tuple[set[str], set[UUID]]:
    """The tables and the women that something was written of since. What amends an entry about another woman changes
    hers too."""
    rows = connection.execute(select(audit.c.table, audit.c.resident_id).where(audit.c.seq > known)).all()
    tables = {row.table for row in rows}
    women = {row.resident_id for row in rows if row.resident_id is not None}
    for name in tables:
        table = metadata.tables[name]
        if table.info["kind"] == ENTRY:
            earlier = table.alias("earlier")
            amended = select(earlier.c.resident_id).join_from(
                table, earlier, table.c.amends_id == earlier.c.id
            )
            women.update(
                woman
                for (woman,) in connection.execute(amended.where(table.c.seq > known))
                if woman is not None
            )
    return tables, women


def _without(kept: Mapping[Hashable, _Kept], tables: set[str], women: set[UUID]) -> dict[Hashable, _Kept]:
    return {key: one for key, one in kept.items() if one.woman not in women and not one.tables & tables}
