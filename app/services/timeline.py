"""Her last hours, for her page."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.curfew import late_back
from app.domain.emergencies import Cause
from app.domain.house import SettingHistory
from app.domain.saying import minutes
from app.domain.slots import Outcome, due
from app.domain.time import Span
from app.domain.timeline import TimelineLine
from app.services.desk import Desk
from app.store.queries.emergencies import read_causes, read_her_emergencies
from app.store.queries.handovers import read_late_reasons
from app.store.queries.history import read_histories
from app.store.queries.house import read_settings
from app.store.queries.timeline import BACK_IN, read_timeline
from app.store.work import Reading

_DAY = timedelta(days=1)


def timeline(
    desk: Desk, resident: UUID, since: datetime, until: datetime | None = None
) -> tuple[TimelineLine, ...]:
    """Everything written about her that was so in [since, until), newest first."""
    now = desk.clock.now()
    with desk.read() as connection:
        settings = read_settings(connection)
        later: timedelta = settings.at(now).entered_later
        lines = read_timeline(connection, desk.actor, now, resident, since, until, later)
        emergencies = read_her_emergencies(connection, desk.actor, now, resident, since, until, later)
        causes = read_causes(connection, desk.actor, now, since)
        why = _why_late(desk, connection, settings, resident, Span(since, until or now), causes)
        late = _late_back(connection, settings, resident, desk.house.zone, lines)
    told = (_with_reason(_with_late(line, late), why.get(line.entry)) for line in lines)
    return tuple(sorted((*told, *emergencies), key=lambda line: (line.seen_at, line.seq), reverse=True))


def _why_late(
    desk: Desk,
    connection: Reading,
    settings: SettingHistory,
    resident: UUID,
    window: Span,
    causes: Iterable[Cause],
) -> dict[UUID, str]:
    """Late check to what was said once for the emergency that made it late, where nothing was written with it."""
    causes = tuple(causes)
    if not causes:
        return {}
    now = desk.clock.now()
    own = read_late_reasons(connection, desk.actor, now, window.start)
    zone = desk.house.zone
    history = read_histories(connection, [resident], window.start, zone, settings)[resident]
    return {
        slot.seen.entry_id: cause.why
        for slot in due(history, window, now)
        if slot.outcome is Outcome.LATE and slot.seen is not None and slot.seen.entry_id not in own
        for cause in causes
        if cause.covers(slot.slot.closes)
    }


def _late_back(
    connection: Reading,
    settings: SettingHistory,
    resident: UUID,
    zone: ZoneInfo,
    lines: Iterable[TimelineLine],
) -> dict[UUID, timedelta]:
    """Return to how late it was for her curfew: said once, neutrally, and asked nothing more about."""
    back = [line for line in lines if line.title == BACK_IN and not line.struck and line.amended_by is None]
    if not back:
        return {}
    since = min(line.seen_at for line in back) - _DAY
    history = read_histories(connection, [resident], since, zone, settings)[resident]
    found = {line.entry: late_back(history.rules, history.truth, line.seen_at, zone) for line in back}
    return {entry: late for entry, late in found.items() if late is not None}


def _with_late(line: TimelineLine, late: Mapping[UUID, timedelta]) -> TimelineLine:
    if line.entry not in late:
        return line
    said = f"{minutes(late[line.entry])} late"
    return replace(line, detail=" · ".join(part for part in (said, line.detail) if part))


def _with_reason(line: TimelineLine, why: str | None) -> TimelineLine:
    if why is None:
        return line
    return replace(line, detail=" · ".join(part for part in (line.detail, why) if part))
