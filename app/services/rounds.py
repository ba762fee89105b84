"""The round that is to be walked now, read in one go for the window (what is due comes from SLOTS.md alone)."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.presence import sighting_of, standing_movements
from app.domain.rounds import Need, Round, RoundLine, longest_gap, make_round, round_since
from app.domain.sightings import standing
from app.domain.slots import History, due
from app.domain.time import Span
from app.services.board import read_board
from app.services.desk import Desk
from app.store.queries.history import read_histories
from app.store.queries.house import read_settings
from app.store.queries.rounds import read_round_entries, recent_reasons
from app.store.queries.staff import read_staff

#: How far back a slot of a round can still be open, and how far ahead the next thing is looked for.
_BACK, _AHEAD = timedelta(hours=5), timedelta(hours=26)
#: How far back her own reasons for lateness are offered again, and how many of them.
_REASONS_SINCE, _REASONS = timedelta(days=14), 6


def read_round(desk: Desk, since: datetime | None = None) -> Round:
    """The round now. `since` is when whoever walks began it: what she has seen since then stays on it as done."""
    board = read_board(desk)
    now, zone = board.at, desk.house.zone
    ids = [line.id for line in board.lines]
    with desk.read() as connection:
        settings = read_settings(connection)
        concealed = [line.id for line in board.lines if line.who.hidden]
        histories = read_histories(connection, ids, now - _BACK, zone, settings, concealed=concealed)
        window = Span(now - _BACK, now + _AHEAD)
        resolved = {id_: due(history, window, now) for id_, history in histories.items()}
        tolerance = settings.at(now).tolerance
        start = round_since(board, resolved, tolerance, since)
        entries = read_round_entries(connection, desk.actor, ids, start, concealed)
        reasons = recent_reasons(connection, desk.actor, now - _REASONS_SINCE, _REASONS)
        staff = read_staff(connection)
    counts = {rule.id: rule.counts for history in histories.values() for rule in history.rules}
    found = make_round(board, resolved, counts, entries, tolerance=tolerance, zone=zone, since=since)
    return replace(
        found,
        lines=tuple(_with_gap(line, histories[line.id], found) for line in found.lines),
        staff=tuple(member for id_, member in staff.items() if member.active and id_ != desk.actor.staff_id),
        staff_in=frozenset(member.id for member in board.staff_in),
        reasons=reasons,
    )


def late_reasons(desk: Desk) -> tuple[str, ...]:
    """The reasons for lateness that this person gave lately, the newest first."""
    with desk.read() as connection:
        return recent_reasons(connection, desk.actor, desk.clock.now() - _REASONS_SINCE, _REASONS)


def _with_gap(line: RoundLine, history: History, found: Round) -> RoundLine:
    if line.need not in (Need.NEEDED, Need.DONE):
        return line
    at_the_door = (sighting_of(movement) for movement in standing_movements(history.movements))
    seen = [*standing(history.sightings), *(sighting for sighting in at_the_door if sighting)]
    times = sorted(it.seen_to for it in seen if it.how.counts_by_default and it.seen_to <= found.at)
    return replace(line, gap=longest_gap(times, found.since, found.at if line.need is Need.NEEDED else None))
