"""The unit of work: the only way anything is written. Rows and their audit lines go in together or not at all.

Rows are held until the work needs them or commits, and then written a table at a time; so one check and ninety days
of a demo house take the same path.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Table, insert, select

from app.domain.staff import Actor
from app.domain.time import Clock, SetClock
from app.store.audit import GENESIS, chained, digest, new_salt
from app.store.engine import lock_spine
from app.store.errors import Stale
from app.store.ids import Chance, new_id
from app.store.tables.audit import audit
from app.store.tables.base import DRAFT, ENTRY, RECORD
from app.store.tables.drafts import draft

#: What a read sees: one snapshot of the store. Layers above name it without naming SQLAlchemy.
Reading = Connection


class Head(NamedTuple):
    """The last line of the spine."""

    seq: int
    hash: bytes
    at: datetime | None


class Written(NamedTuple):
    """What one row became."""

    id: UUID
    seq: int


def read_head(connection: Connection) -> Head:
    """The head as this connection sees it; seq 0 in an empty store."""
    row = connection.execute(
        select(audit.c.seq, audit.c.hash, audit.c.at).order_by(audit.c.seq.desc()).limit(1)
    ).first()
    return Head(*row) if row else Head(0, GENESIS, None)


class Work:
    """One transaction on behalf of one actor at one instant, under one action word. `Store.write` opens and commits it."""

    def __init__(
        self, connection: Connection, actor: Actor, clock: Clock, action: str, workstation: str
    ) -> None:
        self._connection = connection
        self.actor = actor
        self.clock = clock
        self.action = action
        self.workstation = workstation
        self.now = clock.now()
        self.chance: Chance = secrets.token_bytes
        self._held: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        lock_spine(connection)
        self.head = read_head(connection)
        #: Every line written, seq -> hash: what the heads beside the keys are told after the commit.
        self.latest: dict[int, bytes] = {}

    @property
    def connection(self) -> Connection:
        """For queries inside the work: they see what it has written so far."""
        self.flush()
        return self._connection

    def as_of(self, actor: Actor, now: datetime, action: str) -> None:
        """Go on as another actor at another instant: for generators of history, which write years in one transaction."""
        self.actor, self.now, self.action, self.clock = actor, now, action, SetClock(now)

    def enter(self, table: Table, **values: Any) -> Written:
        """Append an entry. It was seen now and by the actor, live and exactly, unless the values say otherwise."""
        if table.info["kind"] != ENTRY:
            raise TypeError(f"{table.name} is not a table of entries")
        row = dict.fromkeys(table.c.keys()) | {
            "seen_at": self.now,
            "precision": "exact",
            "source": "live",
            "seen_by": self.actor.staff_id,
            "typed_at": self.now,
            "typed_by": self.actor.staff_id,
            "struck": False,
            **values,
            "seq": self.head.seq + 1,
        }
        return self._append(table, row, version=1)

    def create(self, table: Table, **values: Any) -> Written:
        """Create a record at version 1."""
        return self._append(self._record(table), self._stamped(table, values, version=1), version=1)

    def change(self, table: Table, id_: UUID, version: int, **values: Any) -> Written:
        """Change a record that was read at `version`; the row as it stood is kept.

        Raises Stale when it has moved on, KeyError when there is none.
        """
        self._record(table)
        current = self.row(table, id_)
        if current["version"] != version:
            raise Stale(table.name, current["version"])
        kept = dict(current)
        self._connection.execute(insert(table.info["versions"]), [kept])
        row = self._stamped(table, {**kept, **values}, version=version + 1)
        return self._append(table, row, version=version + 1, change=True)

    def row(self, table: Table, id_: UUID) -> RowMapping:
        """One record as it stands, unfiltered: for the handler that is about to change it. Raises KeyError."""
        row = self.connection.execute(select(table).where(table.c.id == id_)).mappings().first()
        if row is None:
            raise KeyError(table.name)
        return row

    def keep_draft(self, form: str, subject: UUID, content: str) -> None:
        """Keep what the actor is typing, over what she had before; an empty text drops it. It has no audit line."""
        mine = draft.c.author_id == self.actor.staff_id
        self._connection.execute(
            draft.delete().where(mine, draft.c.form == form, draft.c.subject_id == subject)
        )
        if not content:
            return
        row = {
            "id": new_id(self.clock, self.chance),
            "house_id": self.actor.house_id,
            "author_id": self.actor.staff_id,
            "form": form,
            "subject_id": subject,
            "content": content,
            "at": self.now,
        }
        self._connection.execute(insert(draft), [row | {"digest": digest(DRAFT, None, row)}])

    def flush(self) -> None:
        """Write what is held, a table at a time."""
        held, self._held = self._held, defaultdict(list)
        for table, rows in held.items():
            self._connection.execute(insert(table), rows)

    def _record(self, table: Table) -> Table:
        if table.info["kind"] != RECORD:
            raise TypeError(f"{table.name} is not a table of records")
        return table

    def _stamped(self, table: Table, values: Mapping[str, Any], version: int) -> dict[str, Any]:
        stamp = {"version": version, "changed_at": self.now, "changed_by": self.actor.staff_id}
        return dict.fromkeys(table.c.keys()) | dict(values) | stamp

    def _append(self, table: Table, row: dict[str, Any], version: int, change: bool = False) -> Written:
        row["id"] = row["id"] or new_id(self.clock, self.chance)
        row["house_id"] = self.actor.house_id
        row["salt"] = new_salt(self.chance)
        row["digest"] = digest(table.name, row["salt"], row)
        if change:
            self.flush()
            self._connection.execute(table.update().where(table.c.id == row["id"]), row)
        else:
            self._held[table].append(row)
        seq = self.head.seq + 1
        line = {
            "seq": seq,
            "house_id": self.actor.house_id,
            "at": self.now,
            "who": self.actor.staff_id,
            "workstation": self.workstation,
            "action": self.action,
            "table": table.name,
            "row": row["id"],
            "resident_id": row["id"] if table.name == "resident" else row.get("resident_id"),
            "version": version,
            "digest": row["digest"],
        }
        line["hash"] = chained(self.head.hash, line)
        self._held[audit].append(line)
        self.head = Head(seq, line["hash"], self.now)
        self.latest[seq] = line["hash"]
        return Written(row["id"], seq)
