"""What waits for whoever is signed in, for the list of what is next."""

from app.domain.waiting import AHEAD, Waiting
from app.services.desk import Desk
from app.store.queries.handovers import read_expected, read_open_actions
from app.store.queries.residents import read_refs
from app.store.queries.waiting import read_open_sheet, read_to_confirm


def read_waiting(desk: Desk) -> Waiting:
    """Sightings to confirm, the last handover, her own actions that fall due within a shift, and whom the house expects."""
    now = desk.clock.now()
    with desk.read() as connection:
        confirm = read_to_confirm(connection, desk.actor, now)
        sheet = read_open_sheet(connection, desk.actor)
        actions = tuple(
            action
            for action in read_open_actions(connection, desk.actor, now)
            if action.owner == desk.actor.name and action.due is not None and action.due <= now + AHEAD
        )
        expected = read_expected(connection, desk.actor, now, now - AHEAD, now + AHEAD)
        about = {action.resident for action in actions if action.resident is not None}
        names = {id_: ref.name for id_, ref in read_refs(connection, desk.actor, now, only=about).items()}
    return Waiting(confirm, sheet, actions, expected, names)
