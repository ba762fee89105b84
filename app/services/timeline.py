"""Her last hours, for her page."""

from datetime import datetime, timedelta
from uuid import UUID

from app.domain.timeline import TimelineLine
from app.services.desk import Desk
from app.store.queries.house import read_settings
from app.store.queries.timeline import read_timeline


def timeline(
    desk: Desk, resident: UUID, since: datetime, until: datetime | None = None
) -> tuple[TimelineLine, ...]:
    """Everything written about her that was so in [since, until), newest first."""
    now = desk.clock.now()
    with desk.read() as connection:
        later: timedelta = read_settings(connection).at(now).entered_later
        return read_timeline(connection, desk.actor, now, resident, since, until, later)
