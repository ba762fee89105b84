"""Rules and excusals, as the pure rules of the domain read them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, true

from app.domain.presence import Presence
from app.domain.regimes import At, Every, Purpose
from app.domain.sightings import How
from app.store.queries.known import records
from app.store.tables.regimes import rule


def as_rule(row: Mapping[Any, Any]) -> At | Every:
    """A rule's row as the domain's rule. ValueError with a plain sentence when the row makes no rule."""
    shared: dict[str, Any] = {
        "id": row["id"],
        "resident_id": row["resident_id"],
        "purpose": Purpose(row["purpose"]),
        "title": row["title"],
        "counts": frozenset(How(word) for word in row["counts"].split()),
        "days": frozenset(int(day) for day in row["days"].split()) if row["days"] else None,
        "starts": row["starts"],
        "ends": row.get("ends"),
        "planned_end": row.get("planned_end"),
        "set_at": row["set_at"],
        "ended_typed_at": row.get("ended_at"),
        "replaces": row.get("replaces_id"),
    }
    if row["kind"] == "every":
        hours = (_clock(row["hours_from"]), _clock(row["hours_to"]))
        return Every(
            **shared,
            minimum=timedelta(minutes=row["minimum"]),
            maximum=timedelta(minutes=row["maximum"]),
            hours=None if None in hours else hours,  # type: ignore[arg-type]
        )
    opens, closes = _clock(row["opens"]), _clock(row["closes"])
    if opens is None or closes is None:
        raise ValueError("A window needs the time it opens and the time it closes.")
    asks = (
        frozenset(Presence(word) for word in row["asks"].split()) if row["asks"] else shared["purpose"].asks
    )
    return At(**shared, opens=opens, closes=closes, until=_clock(row["until"]), asks=asks)


def read_rules(
    connection: Connection, known_at: datetime | None = None, residents: Iterable[UUID] | None = None
) -> tuple[At | Every, ...]:
    """Every rule of these women (None: of everyone), as it was known. One that was called off before it began is none."""
    r = records(rule, known_at)
    theirs = true() if residents is None else r.c.resident_id.in_(list(residents))
    rows = connection.execute(select(r).where(theirs).order_by(r.c.id)).mappings()
    return tuple(as_rule(row) for row in rows if row["ends"] is None or row["ends"] > row["starts"])


def rule_row(connection: Connection, rule_id: UUID) -> dict[str, Any] | None:
    """A rule's own row, for the service that is about to end or replace it."""
    row = connection.execute(select(rule).where(rule.c.id == rule_id)).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}


def _clock(value: str | None) -> time | None:
    return None if value is None else time.fromisoformat(value)
