"""Absence cases with their steps and every decision that was written."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, FromClause, and_, or_, select

from app.domain.absence_steps import OUTLIVES
from app.domain.absences import AbsenceCase, CaseStep, Decided, Decision, StepKind
from app.domain.residents import LegalBasis
from app.domain.staff import Actor
from app.store.queries.access import hidden
from app.store.queries.known import records, standing
from app.store.queries.staff import read_staff
from app.store.tables.absences import absence_case, absence_step
from app.store.tables.notes import action

#: How the action begins that a case leaves for the next working day; it and the instant of opening tie them together.
TELL_PRACTITIONER = "Tell her practitioner"

Wanted = Callable[[FromClause], Any]


def open_case(connection: Connection, resident: UUID) -> AbsenceCase | None:
    """Her open case, for a service that acts on it."""
    cases = _read(connection, lambda c: and_(c.c.resident_id == resident, c.c.closed.is_(None)))
    return cases[0] if cases else None


def last_case(connection: Connection, resident: UUID) -> AbsenceCase | None:
    """Her last case, open or closed, for a service that acts on it."""
    cases = _read(connection, lambda c: c.c.resident_id == resident)
    return cases[0] if cases else None


def case_back_at(connection: Connection, resident: UUID, returned: datetime) -> AbsenceCase | None:
    """Her case that was told of a return at this instant, open or closed."""
    cases = _read(connection, lambda c: and_(c.c.resident_id == resident, c.c.returned == returned))
    return cases[0] if cases else None


def read_cases(
    connection: Connection, actor: Actor, now: datetime, resident: UUID
) -> tuple[AbsenceCase, ...]:
    """Her cases, the newest first; none where the actor may not read her record."""
    if resident in hidden(connection, actor, now):
        return ()
    return _read(connection, lambda c: c.c.resident_id == resident)


def waiting_cases(
    connection: Connection, at: datetime, known_at: datetime | None = None
) -> tuple[AbsenceCase, ...]:
    """Cases that need somebody at `at`: those that were open, and those that were closed while her practitioner was still
    to be told. Whoever reads them leaves out those whose record the reader may not see."""
    a = records(action, known_at)

    def wanted(c: FromClause) -> Any:
        owed = (
            select(a.c.id)
            .where(
                a.c.resident_id == c.c.resident_id,
                a.c.opened == c.c.opened,
                or_(a.c.done.is_(None), a.c.done > at),
                a.c.text.startswith(TELL_PRACTITIONER),
            )
            .exists()
        )
        return and_(c.c.opened <= at, or_(c.c.closed.is_(None), c.c.closed > at, owed))

    found = _read(connection, wanted, known_at)
    return tuple(
        replace(case, closed=None) if case.closed is not None and case.closed > at else case for case in found
    )


def practitioner_action(connection: Connection, case: AbsenceCase) -> Any:
    """The row of the action by which her practitioner is told of this case; None where there is none."""
    a = action
    hers = (a.c.resident_id == case.resident, a.c.opened == case.opened)
    return connection.execute(select(a).where(*hers, a.c.text.startswith(TELL_PRACTITIONER))).first()


def _read(
    connection: Connection, wanted: Wanted, known_at: datetime | None = None
) -> tuple[AbsenceCase, ...]:
    c = records(absence_case, known_at)
    rows = connection.execute(select(c).where(wanted(c)).order_by(c.c.opened.desc())).all()
    if not rows:
        return ()
    names = {id_: member.name for id_, member in read_staff(connection, known_at).items()}
    ids = [row.id for row in rows]
    steps: dict[UUID, list[CaseStep]] = defaultdict(list)
    s = absence_step
    told = select(s).where(s.c.case_id.in_(ids), standing(s, known_at)).order_by(s.c.seen_at, s.c.seq)
    for step in connection.execute(told):
        steps[step.case_id].append(_step(step, names))
    stories = _stories(connection, ids, known_at)
    done = _done_actions(connection, [row.resident_id for row in rows], names, known_at)
    cases = []
    for row in rows:
        written = list(steps[row.id])
        if (finished := done.get((row.resident_id, row.opened))) is not None:
            there = {it.kind.value for it in written} | {it.reference for it in written}
            written += [replace(finished, kind=kind) for kind in OUTLIVES if kind.value not in there]
        cases.append(_case(row, tuple(written), stories[row.id], names))
    return tuple(cases)


def _case(row: Any, steps: tuple[CaseStep, ...], story: list[Any], names: Mapping[UUID, str]) -> AbsenceCase:
    return AbsenceCase(
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
        steps,
        tuple(_decisions(story, names)),
        names.get(story[0].changed_by, "") if story else "",
        names.get(row.closed_by) if row.closed_by else None,
    )


def _stories(connection: Connection, ids: list[UUID], known_at: datetime | None) -> dict[UUID, list[Any]]:
    """Every version of these cases, the first first: who changed what, and when it was typed."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for table in (absence_case, absence_case.info["versions"]):
        rows = select(table).where(table.c.id.in_(ids))
        if known_at is not None:
            rows = rows.where(table.c.changed_at <= known_at)
        for row in connection.execute(rows):
            found[row.id].append(row)
    return {id_: sorted(rows, key=lambda row: int(row.version)) for id_, rows in found.items()}


def _decisions(story: list[Any], names: Mapping[UUID, str]) -> list[Decided]:
    """A decision is a version in which what was decided, by whom or when is not what it was before."""
    found: list[Decided] = []
    before: tuple[Any, ...] = (None, None, None)
    for row in story:
        now = (row.decision, row.decided_by, row.decided)
        if now != before and row.decided is not None:
            typed_by = names.get(row.changed_by, "")
            found.append(
                Decided(Decision(row.decision), row.decided_by, row.decided, typed_by, row.changed_at)
            )
        before = now
    return found


def _done_actions(
    connection: Connection, residents: list[UUID], names: Mapping[UUID, str], known_at: datetime | None
) -> dict[tuple[UUID, datetime], CaseStep]:
    """Where the action was finished from the list of actions, that is the step."""
    a = records(action, known_at)
    rows = connection.execute(
        select(a).where(
            a.c.resident_id.in_(residents), a.c.text.startswith(TELL_PRACTITIONER), a.c.done.is_not(None)
        )
    )
    return {
        (row.resident_id, row.opened): CaseStep(
            entry=row.id,
            kind=StepKind.TOLD_PRACTITIONER,
            at=row.done,
            typed_at=row.done,
            who=None,
            phone=None,
            result=row.outcome,
            reference=None,
            by=names.get(row.done_by, ""),
            done_by=names.get(row.done_by),
        )
        for row in rows
    }


def _step(row: Any, names: Mapping[UUID, str]) -> CaseStep:
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
        names.get(row.seen_by) if row.seen_by else None,
        row.seen_until,
        row.precision,
    )
