"""Where everyone is, from the last movement that stands."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from app.domain.movements import Whereabouts
from app.domain.presence import Move
from app.store.queries.known import standing
from app.store.tables.movements import movement
from app.store.tables.residents import resident


def read_whereabouts(
    connection: Connection, residents: Iterable[UUID], at: datetime, known_at: datetime | None = None
) -> dict[UUID, Whereabouts]:
    """Where each of these women is at `at`. Those who have no movement, or have departed, are left out."""
    m = movement
    theirs = (m.c.resident_id == resident.c.id, m.c.seen_at <= at, standing(m, known_at))
    last = (
        select(m.c.seq)
        .where(*theirs)
        .order_by(m.c.seen_at.desc(), m.c.seq.desc())
        .limit(1)
        .correlate(resident)
    )
    lasts = select(last.scalar_subquery()).where(resident.c.id.in_(list(residents)))
    wanted = [seq for (seq,) in connection.execute(lasts) if seq is not None]
    found: dict[UUID, Whereabouts] = {}
    for row in connection.execute(select(m).where(m.c.seq.in_(wanted))):
        presence = Move(row.kind).presence
        if presence is not None:
            found[row.resident_id] = Whereabouts(
                presence, row.seen_at, row.place or row.purpose, row.expected_back
            )
    return found
