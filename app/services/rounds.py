"""The round that is to be walked now, read in one go for the window (what is due comes from SLOTS.md alone)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.board import SLOTS_BACK
from app.domain.emergencies import Cause
from app.domain.gaps import gaps
from app.domain.nights import night_of, night_span
from app.domain.rounds import Need, Round, RoundLine, make_round, round_since
from app.domain.slots import History, Outcome, Resolved, due
from app.domain.time import Span
from app.domain.walks import TONIGHT, walk_of
from app.services.board import read_board
from app.services.desk import Desk
from app.store.queries.emergencies import read_causes
from app.store.queries.history import recall_histories
from app.store.queries.house import read_settings
from app.store.queries.rounds import read_round_entries, recent_reasons
from app.store.queries.staff import read_staff
from app.store.queries.walks import read_walks

#: How far back a slot of a round can still be open, and how far ahead the next thing is looked for.
_BACK, _AHEAD = timedelta(hours=5), timedelta(hours=26)
#: How far back her own reasons for lateness are offered again, and how many of them.
_REASONS_SINCE, _REASONS = timedelta(days=14), 6


def read_round(desk: Desk, since: datetime | None = None, *, walks: bool = True) -> Round:
    """The round now. `since` is when whoever walks began it: what she has seen since then stays on it as done. Without
    `walks` nobody asks who walks it."""
    board = read_board(desk)
    now, zone = board.at, desk.house.zone
    night = night_of(now, zone)
    dusk = night_span(night, zone).start if night else now
    back = min(now - _BACK, dusk)
    ids = [line.id for line in board.lines]
    with desk.read() as connection:
        settings = read_settings(connection)
        concealed = [line.id for line in board.lines if line.who.hidden]
        histories = recall_histories(
            desk.recall(connection), connection, ids, now - SLOTS_BACK, zone, settings, concealed
        )
        window = Span(back, now + _AHEAD)
        resolved = {id_: due(history, window, now) for id_, history in histories.items()}
        tolerance = settings.at(now).tolerance
        start = round_since(board, resolved, tolerance, since)
        entries = read_round_entries(connection, desk.actor, ids, start, concealed)
        reasons = recent_reasons(connection, desk.actor, now - _REASONS_SINCE, _REASONS)
        staff = read_staff(connection)
        causes = read_causes(connection, desk.actor, now, start)
        walked = read_walks(connection, now - TONIGHT) if walks else ()
    counts = {rule.id: rule.counts for history in histories.values() for rule in history.rules}
    found = make_round(board, resolved, counts, entries, tolerance=tolerance, zone=zone, since=since)
    tonight = min(dusk, found.since)
    return replace(
        found,
        lines=tuple(
            _with_gap(
                _explained(line, resolved[line.id], causes),
                histories[line.id],
                resolved[line.id],
                found,
                tonight,
            )
            for line in found.lines
        ),
        staff=tuple(member for id_, member in staff.items() if member.active and id_ != desk.actor.staff_id),
        staff_in=frozenset(member.id for member in board.staff_in),
        reasons=reasons,
        walk=walk_of(walked, found.span, now),
        me=desk.actor.staff_id,
        emergency=board.emergency,
    )


def late_reasons(desk: Desk) -> tuple[str, ...]:
    """The reasons for lateness that this person gave lately, the newest first."""
    with desk.read() as connection:
        return recent_reasons(connection, desk.actor, desk.clock.now() - _REASONS_SINCE, _REASONS)


def _explained(line: RoundLine, resolved: Sequence[Resolved], causes: Sequence[Cause]) -> RoundLine:
    """Her line with what was said once for the emergency that made it late, where nothing was written with it."""
    met = line.met
    if met is None or not line.reason_asked:
        return line
    passed = [it.slot.closes for it in resolved if it.outcome is Outcome.LATE and _met_by(it, met.entry_id)]
    why = next((cause.why for cause in causes for closes in passed if cause.covers(closes)), None)
    return line if why is None else replace(line, met=replace(met, late_reason=why))


def _met_by(resolved: Resolved, entry: UUID) -> bool:
    return resolved.seen is not None and resolved.seen.entry_id == entry


def _with_gap(
    line: RoundLine, history: History, resolved: Sequence[Resolved], found: Round, tonight: datetime
) -> RoundLine:
    """Her line with how long she has gone unseen; of a woman who is away, or of whom nothing is asked, there is no gap."""
    if line.need not in (Need.NEEDED, Need.DONE):
        return line
    told = gaps(resolved, history.rules, found.tolerance, found.at, tonight)
    last = line.board.last_seen
    return replace(
        line,
        gap=max(told, key=lambda gap: gap.length, default=None),
        gap_now=max((gap for gap in told if gap.open), key=lambda gap: gap.length, default=None),
        unseen=found.at - last.seen_at if last else None,
    )
