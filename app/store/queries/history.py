"""What the pure rules need of one or many women: rules, movements, sightings, excusals, bounded so that ten years cost
no more than one.

For a window that begins at `since`, an entry is needed when it was so at or after `since`; and before it, the last
movement, and the last sighting of each kind that may count (SLOTS.md: the anchor).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Table, and_, or_, select

from app.domain.house import SettingHistory
from app.domain.presence import Move, Movement, Presence
from app.domain.regimes import At, Dated, Every, Purpose, Rule, Tolerances
from app.domain.sightings import DEFAULT_COUNTS, How, Precision, Sighting, Source
from app.domain.slots import Excusal, History
from app.store.queries.known import entries, standing
from app.store.queries.regimes import read_rules
from app.store.tables.checks import check
from app.store.tables.movements import movement
from app.store.tables.regimes import excusal
from app.store.tables.residents import resident

#: Anything that counts for any rule of ours counts by default too; other words can't be an anchor.
_ANCHORS = tuple(sorted(how.value for how in DEFAULT_COUNTS))
#: Before the window: slots that were open when it began, their late and missed ends included.
LOOK_BACK = timedelta(hours=30)


def read_histories(
    connection: Connection,
    residents: Iterable[UUID],
    since: datetime,
    zone: ZoneInfo,
    settings: SettingHistory,
    known_at: datetime | None = None,
) -> dict[UUID, History]:
    """Each woman's history, enough for any window that begins at or after `since`. Not filtered by access: the result
    has no words in it but the reasons of excusals."""
    ids = list(residents)
    since -= LOOK_BACK
    rules: dict[UUID, list[At | Every]] = defaultdict(list)
    for rule in read_rules(connection, known_at):
        rules[rule.resident_id].append(rule)
    moves, sightings = (
        _movements(connection, ids, since, known_at),
        _sightings(connection, ids, since, known_at),
    )
    excusals = _excusals(connection, ids, since, known_at)
    tolerances = _tolerances(settings)
    return {
        id_: History(
            resident_id=id_,
            rules=tuple(with_house_rules(id_, rules[id_], settings)),
            movements=tuple(moves[id_]),
            sightings=tuple(sightings[id_]),
            excusals=tuple(excusals[id_]),
            tolerances=tolerances,
            zone=zone,
        )
        for id_ in ids
    }


def presence_now(connection: Connection, resident: UUID, at: datetime) -> Presence | None:
    """Where the record has her at `at`, None when she isn't placed."""
    m = movement
    row = connection.execute(
        select(m.c.kind)
        .where(m.c.resident_id == resident, m.c.seen_at <= at, standing(m))
        .order_by(m.c.seen_at.desc(), m.c.seq.desc())
        .limit(1)
    ).first()
    return Move(row.kind).presence if row else None


def with_house_rules(resident: UUID, own: list[At | Every], settings: SettingHistory
) -> list[At | Every]:
    """Her own rules and, for every purpose and time that none of hers covers, the house's: the curfew and the morning
    sighting. Her own rule with the same purpose stands in for the house's while it is in force."""
    rules: list[At | Every] = list(own)
    for rule in _house_rules(resident, settings):
        rules += _around(
            rule, [mine for mine in own if mine.purpose is rule.purpose and isinstance(mine, At)]
        )
    return rules


def _house_rules(resident: UUID, settings: SettingHistory) -> list[At]:
    found: list[At] = []
    dated = [v for v in settings.values if v.key.startswith(("curfew_", "morning_"))]
    starts = sorted({(v.starts, v.set_at) for v in dated})
    for index, (start, set_at) in enumerate(starts):
        ends = next((later for later, _ in starts[index + 1 :] if later > start), None)
        if ends is None and index + 1 < len(starts):
            continue
        ended_at = next((typed for later, typed in starts[index + 1 :] if later == ends), None)
        now = settings.at(start)
        marker = next(v.id for v in dated if (v.starts, v.set_at) == (start, set_at))
        shared: dict[str, Any] = {
            "resident_id": resident,
            "starts": start,
            "set_at": set_at,
            "ends": ends,
            "ended_typed_at": ended_at,
        }
        found.append(
            At(
                id=_part(marker, 0),
                purpose=Purpose.CURFEW,
                title="curfew",
                counts=Purpose.CURFEW.counts,
                asks=Purpose.CURFEW.asks,
                opens=now.curfew_sighting_from,
                closes=now.curfew_sighting_to,
                until=now.curfew_until,
                **shared,
            )
        )
        found.append(
            At(
                id=_part(marker, 1),
                purpose=Purpose.MORNING,
                title="morning",
                counts=Purpose.MORNING.counts,
                asks=Purpose.MORNING.asks,
                opens=now.morning_from,
                closes=now.morning_to,
                **shared,
            )
        )
    return found


def _part(marker: UUID, part: int) -> UUID:
    """A stable id for a rule that is derived from a dated setting."""
    return UUID(int=marker.int ^ (part + 1) << 48)


def _around(rule: At, own: Sequence[Rule]) -> list[At]:
    """The house's rule without the stretches in which her own is in force."""
    pieces, start, started = [], rule.starts, rule.set_at
    for mine in sorted(own, key=lambda r: r.starts):
        if mine.starts >= (rule.ends or mine.starts + timedelta(1)) or (
            mine.ends is not None and mine.ends <= start
        ):
            continue
        if mine.starts > start:
            pieces.append(_piece(rule, start, started, mine.starts, mine.set_at))
        if mine.ends is None:
            return pieces
        start, started = max(start, mine.ends), max(started, mine.end_typed_at())
    if rule.ends is None or start < rule.ends:
        pieces.append(_piece(rule, start, started, rule.ends, rule.ended_typed_at))
    return pieces


def _piece(rule: At, starts: datetime, set_at: datetime, ends: datetime | None, ended: datetime | None) -> At:
    return replace(rule, starts=starts, set_at=set_at, ends=ends, ended_typed_at=ended)


def _tolerances(settings: SettingHistory) -> Dated[Tolerances]:
    keys = ("tolerance", "missed_after", "entered_later")
    moments = sorted({(v.starts, v.set_at) for v in settings.values if v.key in keys})
    values = tuple(
        (start, typed, Tolerances(now.tolerance, now.missed_after, now.entered_later))
        for start, typed in moments
        for now in (settings.at(start, typed),)
    )
    return Dated(values)


def _movements(
    connection: Connection, ids: list[UUID], since: datetime, known_at: datetime | None
) -> dict[UUID, list[Movement]]:
    found: dict[UUID, list[Movement]] = defaultdict(list)
    for row in _rows(connection, movement, ids, since, known_at, _last_before(movement, since, known_at)):
        found[row.resident_id].append(as_movement(row))
    return found


def _sightings(
    connection: Connection, ids: list[UUID], since: datetime, known_at: datetime | None
) -> dict[UUID, list[Sighting]]:
    found: dict[UUID, list[Sighting]] = defaultdict(list)
    anchors = [_last_before(check, since, known_at, check.c.how == how)[0] for how in _ANCHORS]
    for row in _rows(connection, check, ids, since, known_at, anchors):
        found[row.resident_id].append(as_sighting(row))
    return found


def _excusals(
    connection: Connection, ids: list[UUID], since: datetime, known_at: datetime | None
) -> dict[UUID, list[Excusal]]:
    found: dict[UUID, list[Excusal]] = defaultdict(list)
    e = excusal
    rows = select(e).where(e.c.resident_id.in_(ids), e.c.ends > since, entries(e, known_at)).order_by(e.c.seq)
    for row in connection.execute(rows):
        found[row.resident_id].append(as_excusal(row))
    return found


def as_movement(row: Row[Any]) -> Movement:
    """A movement's row as the rules read it."""
    return Movement(
        entry_id=row.id,
        seq=row.seq,
        resident_id=row.resident_id,
        kind=Move(row.kind),
        at=row.seen_at,
        typed_at=row.typed_at,
        how=How(row.how) if row.how else None,
        source=Source(row.source),
        amends=row.amends_id,
        struck=row.struck,
    )


def as_sighting(row: Row[Any]) -> Sighting:
    """A check's row as the rules read it."""
    return Sighting(
        entry_id=row.id,
        seq=row.seq,
        resident_id=row.resident_id,
        seen_from=row.seen_at,
        seen_to=row.seen_until or row.seen_at,
        how=How(row.how),
        typed_at=row.typed_at,
        precision=Precision(row.precision),
        source=Source(row.source),
        amends=row.amends_id,
        struck=row.struck,
    )


def as_excusal(row: Row[Any]) -> Excusal:
    """An excusal's row as the rules read it."""
    return Excusal(
        entry_id=row.id,
        seq=row.seq,
        resident_id=row.resident_id,
        rule_id=row.rule_id,
        start=row.starts,
        end=row.ends,
        reason=row.reason or "",
        by=row.typed_by,
        typed_at=row.typed_at,
        amends=row.amends_id,
        struck=row.struck,
    )


def _last_before(
    table: Table, since: datetime, known_at: datetime | None, *kind: ColumnElement[bool]
) -> list[ScalarSelect[int]]:
    """The entry of one woman that stood last before `since`, as a subquery over `resident`."""
    earlier = (
        table.c.resident_id == resident.c.id,
        table.c.seen_at < since,
        standing(table, known_at),
        *kind,
    )
    last = select(table.c.seq).where(*earlier).order_by(table.c.seen_at.desc(), table.c.seq.desc()).limit(1)
    return [last.correlate(resident).scalar_subquery()]


def _rows(
    connection: Connection,
    table: Table,
    ids: list[UUID],
    since: datetime,
    known_at: datetime | None,
    anchors: list[ScalarSelect[int]],
) -> list[Row[Any]]:
    """Entries of these women since then, the anchors before it, and whatever amends one of them or is amended by it."""
    before = connection.execute(select(*anchors).where(resident.c.id.in_(ids)))
    wanted = {seq for row in before for seq in row if seq is not None}
    recent = and_(table.c.resident_id.in_(ids), table.c.seen_at >= since)
    rows = connection.execute(
        select(table).where(or_(recent, table.c.seq.in_(wanted)), entries(table, known_at))
    )
    found = {row.seq: row for row in rows}
    chain = list(found.values())
    while chain:
        ids_, earlier = [row.id for row in chain], [row.amends_id for row in chain if row.amends_id]
        related = or_(table.c.amends_id.in_(ids_), table.c.id.in_(earlier))
        more = connection.execute(select(table).where(related, entries(table, known_at)))
        chain = [row for row in more if row.seq not in found]
        found |= {row.seq: row for row in chain}
    return [found[seq] for seq in sorted(found)]
