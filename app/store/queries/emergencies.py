"""Emergencies with their steps, as the reader may know them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, FromClause, RowMapping, or_, select

from app.domain.emergencies import Cause, Emergency, EmergencyKind, EmergencyRef, Step, StepKind
from app.domain.residents import ResidentRef
from app.domain.sightings import Precision
from app.domain.staff import Actor
from app.domain.timeline import TimelineLine
from app.store.queries.access import hidden
from app.store.queries.known import records, standing
from app.store.queries.residents import read_refs
from app.store.queries.staff import read_staff
from app.store.tables.audit import audit
from app.store.tables.emergencies import emergency, emergency_step

#: One emergency as the store has it.
EmergencyRow = RowMapping
#: What stands for a reason that is kept in a restricted record.
_UNSAID = "an emergency in the house"


def emergency_row(connection: Connection, id_: UUID | None = None) -> EmergencyRow | None:
    """The row of one emergency (default: the one that is open), unfiltered: for the service that is about to change it."""
    e = emergency.c
    which = e.ended.is_(None) if id_ is None else e.id == id_
    rows = connection.execute(select(emergency).where(which).order_by(e.started.desc()).limit(1))
    return rows.mappings().first()


def read_open_emergency(
    connection: Connection,
    at: datetime,
    refs: Mapping[UUID, ResidentRef],
    known_at: datetime | None = None,
) -> EmergencyRef | None:
    """The emergency that was on at `at`, as known at `known_at`. `refs` are women as the reader may know them."""
    source = records(emergency, known_at)
    rows = select(source).where(*_on_at(source, at)).order_by(source.c.started.desc()).limit(1)
    row = connection.execute(rows).first()
    if row is None:
        return None
    ref = refs.get(row.resident_id)
    name = None if row.resident_id is None else ref.name if ref else "a woman who has left"
    return EmergencyRef(row.id, row.started, name, row.kind)


def _on_at(source: FromClause, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return source.c.started <= at, or_(source.c.ended.is_(None), source.c.ended > at)


def read_emergency(
    connection: Connection,
    actor: Actor,
    now: datetime,
    id_: UUID | None = None,
    known_at: datetime | None = None,
) -> Emergency | None:
    """One emergency; by default the one that is open, else None."""
    source = records(emergency, known_at)
    where = source.c.ended.is_(None) if id_ is None else source.c.id == id_
    found = _read(connection, actor, now, known_at, source, where)
    return found[0] if found else None


def read_emergencies(
    connection: Connection, actor: Actor, now: datetime, since: datetime, known_at: datetime | None = None
) -> tuple[Emergency, ...]:
    """Those that were on at any time since then, the newest first."""
    source = records(emergency, known_at)
    on = or_(source.c.ended.is_(None), source.c.ended >= since)
    return _read(connection, actor, now, known_at, source, on)


def read_causes(
    connection: Connection, actor: Actor, now: datetime, since: datetime, known_at: datetime | None = None
) -> tuple[Cause, ...]:
    """What made checks late since then, where somebody gave the one reason. What was a mistake made nothing late.

    The words of an emergency in a record that the reader may not open are left out; that there was one is not.
    """
    e = records(emergency, known_at)
    rows = connection.execute(
        select(e.c.started, e.c.ended, e.c.resident_id, e.c.late_reason)
        .where(
            e.c.late_reason.is_not(None),
            or_(e.c.mistake.is_(None), ~e.c.mistake),
            or_(e.c.ended.is_(None), e.c.ended > since),
        )
        .order_by(e.c.started)
    ).all()
    concealed = hidden(connection, actor, now) if rows else frozenset()
    return tuple(
        Cause(row.started, row.ended, _UNSAID if row.resident_id in concealed else row.late_reason)
        for row in rows
    )


def read_her_emergencies(
    connection: Connection,
    actor: Actor,
    now: datetime,
    resident: UUID,
    since: datetime,
    until: datetime | None = None,
    entered_later: timedelta = timedelta(minutes=5),
) -> tuple[TimelineLine, ...]:
    """Lines for her timeline: each emergency that began in [since, until), and its steps, corrected ones included.

    Who may not read her record is told that there was one, and nothing more.
    """
    conceal = resident in hidden(connection, actor, now)
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    e, s = emergency.c, emergency_step.c
    where = [e.resident_id == resident, e.started >= since]
    if until is not None:
        where.append(e.started < until)
    hers = connection.execute(select(emergency).where(*where)).all()
    stamped = _stamped(connection, [row.id for row in hers])
    found = [_line(row, stamped[row.id], conceal, names, entered_later) for row in hers]
    if conceal or not hers:
        return tuple(found)
    steps = connection.execute(
        select(emergency_step).where(s.emergency_id.in_([row.id for row in hers]))
    ).all()
    later = {step.amends_id: step for step in steps if step.amends_id}
    for step in steps:
        after = later.get(step.id)
        kind = StepKind(step.kind)
        why = f"{'struck' if step.struck else 'corrected'}: {step.reason}" if step.reason else None
        detail = (
            step.who,
            step.amount,
            step.result,
            step.reference if kind is not StepKind.ACTION else None,
            why,
        )
        found.append(
            TimelineLine(
                entry=step.id,
                seq=step.seq,
                kind="emergency_step",
                title=kind.label,
                detail=" · ".join(part for part in detail if part),
                seen_at=step.seen_at,
                seen_until=None,
                precision=step.precision,
                source=step.source,
                seen_by=names.get(step.seen_by),
                typed_at=step.typed_at,
                typed_by=names.get(step.typed_by, ""),
                entered_later=step.typed_at - step.seen_at > entered_later,
                counts=False,
                amends=step.amends_id,
                amended_by=after.id if after is not None and not after.struck else None,
                struck=step.struck or (after is not None and after.struck),
                unconfirmed=False,
            )
        )
    return tuple(found)


def _stamped(connection: Connection, ids: Collection[UUID]) -> dict[UUID, Any]:
    """The line of the spine that each began with: a stamp that could not be saved at once was written later than its moment."""
    a = audit.c
    first = select(a.row, a.seq, a.at).where(a.row.in_(ids), a.version == 1)
    return {row.row: row for row in connection.execute(first)}


def _line(
    row: Any, stamped: Any, conceal: bool, names: Mapping[UUID, str], entered_later: timedelta
) -> TimelineLine:
    title = "Emergency, by mistake" if row.mistake else "Emergency"
    kind = EmergencyKind(row.kind).label if row.kind else None
    detail = () if conceal else (kind, row.place, row.summary)
    return TimelineLine(
        entry=row.id,
        seq=stamped.seq,
        kind="emergency",
        title=title,
        detail=" · ".join(part for part in detail if part),
        seen_at=row.started,
        seen_until=row.ended,
        precision="exact",
        source="live",
        seen_by=names.get(row.started_by),
        typed_at=stamped.at,
        typed_by=names.get(row.started_by, ""),
        entered_later=stamped.at - row.started > entered_later,
        counts=False,
        amends=None,
        amended_by=None,
        struck=False,
        unconfirmed=False,
    )


def _read(
    connection: Connection,
    actor: Actor,
    now: datetime,
    known_at: datetime | None,
    source: FromClause,
    where: ColumnElement[bool],
) -> tuple[Emergency, ...]:
    rows = connection.execute(select(source).where(where).order_by(source.c.started.desc())).all()
    if not rows:
        return ()
    ids = [row.id for row in rows]
    concealed = hidden(connection, actor, now)
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    about = {row.resident_id for row in rows if row.resident_id is not None}
    refs = read_refs(connection, actor, now, known_at, about) if about else {}
    steps: dict[UUID, list[Step]] = defaultdict(list)
    s = emergency_step
    told = select(s).where(s.c.emergency_id.in_(ids), standing(s, known_at)).order_by(s.c.seen_at, s.c.seq)
    hide = {row.id for row in rows if row.resident_id in concealed}
    for step in connection.execute(told):
        own = step.typed_by == actor.staff_id
        steps[step.emergency_id].append(_step(step, names, step.emergency_id not in hide or own))
    return tuple(
        Emergency(
            row.id,
            row.version,
            EmergencyKind(row.kind) if row.kind else None,
            refs.get(row.resident_id),
            None if row.id in hide else row.place,
            row.started,
            names.get(row.started_by, ""),
            row.ended,
            names.get(row.ended_by),
            None if row.id in hide else row.late_reason,
            None if row.id in hide else row.summary,
            bool(row.mistake),
            tuple(steps[row.id]),
        )
        for row in rows
    )


def _step(row: Any, names: Mapping[UUID, str], words: bool) -> Step:
    action = row.kind == StepKind.ACTION.value
    return Step(
        row.id,
        StepKind(row.kind),
        row.seen_at,
        Precision(row.precision),
        row.typed_at,
        names.get(row.typed_by, ""),
        row.who if words else None,
        row.amount if words else None,
        row.result if words else None,
        row.reference if words or action else None,
        row.action_id,
    )
