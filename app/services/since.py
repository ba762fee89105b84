"""What changed since the reader's last shift: for the card and the sheet on Now."""

from app.domain.since import MOST, NEWCOMER, Since, last_left
from app.services.desk import Desk
from app.store.queries.since import read_changes, read_edges


def read_since(desk: Desk, limit: int = MOST) -> Since:
    """What changed since she left her last shift, as she may read it. Nothing before that is touched: the spine is read
    from its end."""
    now = desk.clock.now()
    with desk.read() as connection:
        left = last_left(read_edges(connection, desk.actor, now), now)
        start = left or now - NEWCOMER
        changes = read_changes(connection, desk.actor, now, start, limit + 1, desk.house.zone)
    return Since(left, start, changes[:limit], len(changes) > limit)
