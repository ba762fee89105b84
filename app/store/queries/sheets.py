"""What happened to the house that a handover sheet tells of apart from the women's lines: rounds that were walked,
emergencies, roll calls; the copies that are still out; and the restricted appendix.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, or_, select

from app.domain.emergencies import ON_THE_SHEET
from app.domain.handovers import Copy, HouseEvent
from app.domain.staff import Actor
from app.domain.time import stamp
from app.domain.walks import TONIGHT
from app.store.queries.access import hidden
from app.store.queries.emergencies import read_emergencies
from app.store.queries.handovers import COPY, RETURNED
from app.store.queries.known import standing
from app.store.queries.papers import copies_of, read_papers
from app.store.queries.staff import read_staff
from app.store.queries.walks import read_walks
from app.store.tables.handovers import handover, handover_appendix, handover_mark
from app.store.tables.residents import resident, resident_access
from app.store.tables.rolls import roll

#: What a mark on a sheet says of its appendix's copies on paper: one mark for each woman in it.
APPENDIX_COPY, APPENDIX_RETURNED = "appendix", "appendix_back"
#: How many of the last sheets and papers are looked through for copies that are still out.
_LOOKED_THROUGH = 30
#: How many papers are named; how many older ones there are is said as a number.
_TOLD = 6


class KeptPart(NamedTuple):
    """A woman's part of a restricted appendix as it is kept: its content is frozen JSON."""

    resident: UUID
    content: str


# The house's own


def read_walked(
    connection: Connection, now: datetime, since: datetime, zone: ZoneInfo
) -> tuple[HouseEvent, ...]:
    """The rounds that were walked in [since, now], those among them that were begun before: when, by whom, how many of
    it had been seen, and what was said at the end."""
    found = []
    for walk in read_walks(connection, since - TONIGHT):
        last = walk.steps[-1]
        if walk.started > now or last.at < since:
            continue
        why = f": {walk.why_ended}" if walk.why_ended else ""
        found.append(HouseEvent(walk.started, last.at, walk.said(zone) + why, walk.steps[0].name))
    return tuple(found)


def read_house_events(
    connection: Connection, actor: Actor, now: datetime, since: datetime, zone: ZoneInfo
) -> tuple[HouseEvent, ...]:
    """Emergencies and roll calls of [since, now], as everyone on shift may know them: when, where, which services came.

    What it was, and whatever was written of her health, stays in her record: the shared sheet has what to do, not why.
    """
    found = [*_emergencies(connection, actor, now, since, zone), *_rolls(connection, now, since, zone)]
    return tuple(sorted(found, key=lambda it: it.at))


def _emergencies(
    connection: Connection, actor: Actor, now: datetime, since: datetime, zone: ZoneInfo
) -> Iterable[HouseEvent]:
    for one in read_emergencies(connection, actor, now, since):
        if one.mistake or one.started > now:
            continue
        until = f"–{stamp(one.ended, zone)}" if one.ended else ", not ended"
        room = f" ({one.who.room.label})" if one.who and one.who.room else ""
        about = f", {one.who.name}{room}" if one.who else ""
        where = f", {one.place}" if one.place and not (one.who and one.who.hidden) else ""
        services = [step for step in one.steps if step.kind in ON_THE_SHEET]
        said = "; ".join(
            f"{step.kind.label} {'about ' if step.precision != 'exact' else ''}{stamp(step.at, zone)}"
            for step in services
        )
        typed = max((step.typed_at for step in one.steps), default=one.started)
        text = f"Emergency {stamp(one.started, zone)}{until}{about}{where}"
        yield HouseEvent(one.started, typed, f"{text}: {said}" if said else text, one.started_by)


def _rolls(connection: Connection, now: datetime, since: datetime, zone: ZoneInfo) -> Iterable[HouseEvent]:
    r = roll
    begun = connection.execute(
        select(r)
        .where(r.c.roll_id.is_(None), r.c.seen_at >= since, r.c.seen_at <= now, standing(r))
        .order_by(r.c.seq)
    ).all()
    if not begun:
        return
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    ends = connection.execute(
        select(r).where(r.c.roll_id.in_([row.id for row in begun]), r.c.seen_at <= now, standing(r))
    )
    ended = {row.roll_id: row for row in ends}
    for row in begun:
        end = ended.get(row.id)
        until = f"–{stamp(end.seen_at, zone)}" if end is not None else ", not ended"
        why = f" ({row.occasion.replace('_', ' ')})" if row.occasion else ""
        place = f", {row.place}" if row.place else ""
        by = names[row.typed_by]
        typed = end.typed_at if end is not None else row.typed_at
        yield HouseEvent(
            row.seen_at, typed, f"Roll call {stamp(row.seen_at, zone)}{until}{why}{place}: {by}", by
        )


# Copies


def read_copies_out(connection: Connection, actor: Actor, now: datetime) -> tuple[str, ...]:
    """The copies of earlier sheets and shared papers that nobody has brought back, the oldest first, in words.

    Papers about one woman are left out: this is printed on the shared sheet. Looks through the last of each only.
    """
    h, m = handover, handover_mark
    last = {
        row.id: row.number
        for row in connection.execute(
            select(h.c.id, h.c.number).order_by(h.c.number.desc()).limit(_LOOKED_THROUGH)
        )
    }
    marks: dict[UUID, list[Row[Any]]] = defaultdict(list)
    wanted = (m.c.handover_id.in_(list(last)), m.c.kind.in_((COPY, RETURNED)), standing(m))
    for row in connection.execute(select(m).where(*wanted).order_by(m.c.seq)):
        marks[row.handover_id].append(row)
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    found: list[tuple[datetime, str]] = []
    for id_, number in last.items():
        copies = copies_of(_kind(marks[id_], COPY), _kind(marks[id_], RETURNED), names)
        found += _still_out(f"handover {number}", [copy for copy in copies if copy.returned is None])
    for paper in read_papers(connection, actor, now, limit=_LOOKED_THROUGH):
        if paper.resident is None:
            found += _still_out(f"{paper.kind.label.lower()} {paper.number}", paper.out)
    newest = sorted(found, reverse=True)
    said = [text for _, text in reversed(newest[:_TOLD])]
    if len(newest) > _TOLD:
        older = len(newest) - _TOLD
        said.insert(0, f"{older} older paper{'s' if older > 1 else ''}")
    return tuple(said)


def _still_out(named: str, copies: Sequence[Copy]) -> Iterable[tuple[datetime, str]]:
    if copies:
        listed = ", ".join(f"copy {copy.number} {copy.name}" for copy in copies)
        yield copies[-1].printed, f"{named} {listed}"


def _kind(rows: Iterable[Row[Any]], kind: str) -> list[Row[Any]]:
    return [row for row in rows if row.kind == kind]


# The restricted appendix


def read_readers(connection: Connection, now: datetime) -> dict[UUID, tuple[UUID, ...]]:
    """Every restricted woman for whom somebody is listed, with those who are, the last listed first."""
    a = resident_access
    rows = connection.execute(
        select(a.c.resident_id, a.c.staff_id)
        .join(resident, resident.c.id == a.c.resident_id)
        .where(resident.c.restricted, or_(a.c.ends.is_(None), a.c.ends > now))
        .order_by(a.c.id.desc())
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        if row.staff_id not in found[row.resident_id]:
            found[row.resident_id].append(row.staff_id)
    return {woman: tuple(ids) for woman, ids in found.items()}


def read_parts(connection: Connection, actor: Actor, now: datetime, sheet_id: UUID) -> tuple[KeptPart, ...]:
    """The parts of a sheet's appendix about women whom this actor may read, in the order in which they were made."""
    a, concealed = handover_appendix, hidden(connection, actor, now)
    rows = connection.execute(
        select(a.c.resident_id, a.c.content).where(a.c.handover_id == sheet_id, standing(a)).order_by(a.c.seq)
    )
    return tuple(KeptPart(row.resident_id, row.content) for row in rows if row.resident_id not in concealed)


def read_appendix_copies(
    connection: Connection, sheet_id: UUID, among: Iterable[UUID] | None = None
) -> tuple[Copy, ...]:
    """The copies of a sheet's appendix, those with one of these women in them (None: all, to number the next)."""
    m = handover_mark
    wanted = [m.c.handover_id == sheet_id, m.c.kind.in_((APPENDIX_COPY, APPENDIX_RETURNED)), standing(m)]
    if among is not None:
        wanted.append(m.c.resident_id.in_(list(among)))
    rows = connection.execute(select(m).where(*wanted).order_by(m.c.seq)).all()
    names: Mapping[UUID, str] = {id_: one.name for id_, one in read_staff(connection).items()}
    copies = copies_of(_kind(rows, APPENDIX_COPY), _kind(rows, APPENDIX_RETURNED), names)
    return tuple({copy.number: copy for copy in copies}.values())


def next_appendix_copy(connection: Connection, sheet_id: UUID) -> int:
    """The number that the next copy of a sheet's appendix gets, whoever the earlier ones were for."""
    m = handover_mark
    highest = select(func.max(m.c.copy)).where(m.c.handover_id == sheet_id, m.c.kind == APPENDIX_COPY)
    return (connection.execute(highest).scalar() or 0) + 1
