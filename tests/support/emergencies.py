"""Emergencies as a test looks back at them."""

from datetime import timedelta

from app.domain.emergencies import Emergency
from app.services.desk import Desk
from app.store.queries.emergencies import read_emergencies


def past_emergencies(desk: Desk, days: int = 90) -> tuple[Emergency, ...]:
    """Those of the last days, the newest first, as this person may know them."""
    now = desk.clock.now()
    with desk.read() as connection:
        return read_emergencies(connection, desk.actor, now, now - timedelta(days=days))
