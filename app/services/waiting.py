"""What waits for whoever is signed in, for the list of what is next."""

from datetime import datetime

from app.domain.handovers import Sheet
from app.domain.staff import Actor
from app.domain.waiting import AHEAD, OpenSheet, Waiting
from app.services.desk import Desk
from app.services.papers import thawed
from app.services.sheets import not_read
from app.store.queries.handovers import read_expected, read_marks, read_offered, read_open_actions
from app.store.queries.residents import read_refs
from app.store.queries.staff import read_staff
from app.store.queries.waiting import read_to_confirm
from app.store.work import Reading


def read_waiting(desk: Desk) -> Waiting:
    """Sightings to confirm, the last handover, her own actions that fall due within a shift, and whom the house expects."""
    now = desk.clock.now()
    with desk.read() as connection:
        confirm = read_to_confirm(connection, desk.actor, now)
        sheet = _open_sheet(connection, desk.actor, now)
        actions = tuple(
            action
            for action in read_open_actions(connection, desk.actor, now)
            if action.owner == desk.actor.name and action.due is not None and action.due <= now + AHEAD
        )
        expected = read_expected(connection, desk.actor, now, now - AHEAD, now + AHEAD)
        about = {action.resident for action in actions if action.resident is not None}
        names = {id_: ref.name for id_, ref in read_refs(connection, desk.actor, now, only=about).items()}
    return Waiting(confirm, sheet, actions, expected, names)


def _open_sheet(connection: Reading, actor: Actor, now: datetime) -> OpenSheet | None:
    """The last handover, where it waits for someone: to be taken over or read by the reader, or for an answer. It goes on
    until it is done; only that somebody has not read it is nobody's business any more a shift later."""
    sheet = read_offered(connection)
    if sheet is None:
        return None
    marks = read_marks(connection, [sheet.id])[sheet.id]
    to_take = marks.taken is None and sheet.offered_by != actor.staff_id
    unanswered = sum(question.answered is None for question in marks.questions)
    to_read = False
    if now < sheet.offered_at + AHEAD and actor.staff_id not in {signed.staff for signed in marks.read}:
        unread = not_read(connection, thawed(sheet.content, Sheet), marks.read, now)
        to_read = actor.staff_id in {person.staff for person in unread}
    if not (to_take or to_read or unanswered):
        return None
    by = read_staff(connection).get(sheet.offered_by)
    overdue = marks.taken is None and now >= sheet.ends
    return OpenSheet(
        sheet.number, sheet.offered_at, by.name if by else "", to_take, to_read, unanswered, overdue
    )
