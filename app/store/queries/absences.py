"""Absence cases with their steps."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, or_, select

from app.domain.absences import AbsenceCase, CaseStep, Decision, StepKind
from app.domain.residents import LegalBasis
from app.domain.staff import Actor
from app.store.queries.access import hidden
from app.store.queries.known import records, standing
from app.store.queries.staff import read_staff
from app.store.tables.absences import absence_case, absence_step


def open_case(connection: Connection, resident: UUID) -> AbsenceCase | None:
    """Her open case, for a service that acts on it."""
    cases = _read(connection, absence_case.c.resident_id == resident, absence_case.c.closed.is_(None))
    return cases[0] if cases else None


def case_back_at(connection: Connection, resident: UUID, returned: datetime) -> AbsenceCase | None:
    """Her case that was told of a return at this instant, open or closed."""
    cases = _read(connection, absence_case.c.resident_id == resident, absence_case.c.returned == returned)
    return cases[0] if cases else None


def read_cases(
    connection: Connection, actor: Actor, now: datetime, resident: UUID
) -> tuple[AbsenceCase, ...]:
    """Her cases, the newest first; none where the actor may not read her record."""
    if resident in hidden(connection, actor, now):
        return ()
    return _read(connection, absence_case.c.resident_id == resident)


def with_open_cases(
    connection: Connection, at: datetime, concealed: Collection[UUID], known_at: datetime | None = None
) -> frozenset[UUID]:
    """Ids of those who had an open case at `at`, but for those whose record the reader may not see."""
    c = records(absence_case, known_at)
    rows = connection.execute(
        select(c.c.resident_id).where(c.c.opened <= at, or_(c.c.closed.is_(None), c.c.closed > at))
    )
    return frozenset(row.resident_id for row in rows) - frozenset(concealed)


def _read(connection: Connection, *where: ColumnElement[bool]) -> tuple[AbsenceCase, ...]:
    rows = connection.execute(select(absence_case).where(*where).order_by(absence_case.c.opened.desc())).all()
    if not rows:
        return ()
    names = {id_: member.name for id_, member in read_staff(connection).items()}
    steps: dict[UUID, list[CaseStep]] = defaultdict(list)
    s = absence_step
    told = (
        select(s).where(s.c.case_id.in_([row.id for row in rows]), standing(s)).order_by(s.c.seen_at, s.c.seq)
    )
    for step in connection.execute(told):
        steps[step.case_id].append(_step(step, names))
    return tuple(
        AbsenceCase(
            row.id,
            row.version,
            row.resident_id,
            LegalBasis(row.legal_basis),
            row.due_back,
            row.first_noticed,
            row.opened,
            row.returned,
            Decision(row.decision or "open"),
            row.decided_by,
            row.decided,
            row.closed,
            row.outcome,
            tuple(steps[row.id]),
        )
        for row in rows
    )


def _step(row: Any, names: dict[UUID, str]) -> CaseStep:
    return CaseStep(
        row.id,
        StepKind(row.kind),
        row.seen_at,
        row.typed_at,
        row.who,
        row.phone,
        row.result,
        row.reference,
        names[row.typed_by],
    )
