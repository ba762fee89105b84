"""What was typed of sightings in a round, struck and amended ones included; and the reasons that were given lately."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from app.domain.rounds import RoundEntry
from app.domain.sightings import How, Precision, Source
from app.domain.staff import Actor
from app.store.queries.staff import read_staff
from app.store.tables.checks import check, confirmation
from app.store.tables.movements import movement

#: What a reader who is not listed sees of the words that were typed about a restricted woman.
WITHHELD = "in her record"


def read_round_entries(
    connection: Connection,
    actor: Actor,
    residents: Iterable[UUID],
    since: datetime,
    concealed: Collection[UUID] = (),
) -> tuple[RoundEntry, ...]:
    """Every check and every movement with a sighting of these women that was so at or after `since`, in the order they
    were typed. No words are in it but the reasons for lateness and correction; of a `concealed` woman only that there
    was one."""
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    ids = list(residents)
    found: list[RoundEntry] = []
    for table in (check, movement):
        t = table.c
        rows = connection.execute(
            select(table).where(t.resident_id.in_(ids), t.seen_at >= since, t.how.is_not(None))
        ).all()
        confirmed = _confirmed(connection, [row.id for row in rows])
        made = (_entry(row, names, actor, row.id in confirmed, table is movement) for row in rows)
        found += [_withheld(entry) if entry.resident_id in concealed else entry for entry in made]
    return tuple(sorted(found, key=lambda entry: entry.seq))


def recent_reasons(connection: Connection, actor: Actor, since: datetime, most: int) -> tuple[str, ...]:
    """The reasons for lateness that the actor herself gave since then, the newest first, each once."""
    t = check.c
    mine = (t.typed_by == actor.staff_id, t.typed_at >= since, t.late_reason.is_not(None), ~t.struck)
    rows = connection.execute(select(t.late_reason).where(*mine).order_by(t.seq.desc()).limit(most * 8))
    return tuple(dict.fromkeys(row.late_reason for row in rows))[:most]


def _confirmed(connection: Connection, ids: list[UUID]) -> frozenset[UUID]:
    rows = connection.execute(select(confirmation.c.confirms_id).where(confirmation.c.confirms_id.in_(ids)))
    return frozenset(row.confirms_id for row in rows)


def _withheld(entry: RoundEntry) -> RoundEntry:
    return replace(entry, late_reason=entry.late_reason and WITHHELD, reason=entry.reason and WITHHELD)


def _entry(row: Row[Any], names: dict[UUID, str], actor: Actor, confirmed: bool, at_door: bool) -> RoundEntry:
    return RoundEntry(
        entry_id=row.id,
        seq=row.seq,
        resident_id=row.resident_id,
        how=How(row.how),
        seen_from=row.seen_at,
        seen_to=row.seen_until or row.seen_at,
        precision=Precision(row.precision),
        source=Source(row.source),
        seen_by=names.get(row.seen_by) if row.seen_by else None,
        typed_at=row.typed_at,
        typed_by=names.get(row.typed_by),
        mine=row.typed_by == actor.staff_id,
        second=None if at_door else names.get(row.second_id),
        late_reason=None if at_door else row.late_reason,
        concern=not at_door and row.concern,
        noted=not at_door and row.note is not None,
        unconfirmed=row.seen_by not in (None, row.typed_by) and not confirmed,
        at_door=at_door,
        amends=row.amends_id,
        struck=row.struck,
        reason=row.reason,
    )
