"""Her contingency plan as timed steps, joined from her case, her plan, her practitioner and the house's settings."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.domain.absence_steps import Around, CaseLine, PlannedStep, line_of, steps_for
from app.domain.absences import AbsenceCase
from app.domain.house import House, Settings
from app.domain.residents import Resident, ResidentRef
from app.domain.staff import Actor
from app.services.acts import Context
from app.services.working_days import next_working_day_ends
from app.store.queries.absences import waiting_cases
from app.store.queries.plans import read_plan
from app.store.queries.residents import read_refs, read_residents
from app.store.work import Reading


def plan_steps(context: Context, case: AbsenceCase) -> tuple[PlannedStep, ...]:
    """The steps of a case as an act sees them. They depend on who acts only where she may not read the woman's plan."""
    return read_steps(context.connection, context.actor, context.now, context.house, context.settings, case)


def read_steps(
    connection: Reading, actor: Actor, now: datetime, house: House, settings: Settings, case: AbsenceCase
) -> tuple[PlannedStep, ...]:
    """The steps of a case, as this reader may see them."""
    her = read_residents(connection, actor, now, only=case.resident).get(case.resident)
    return steps_for(
        case, read_plan(connection, actor, now, case.resident), around(case, her, settings, house)
    )


def around(case: AbsenceCase, her: Resident | None, settings: Settings, house: House) -> Around:
    """What the steps take from beside the case."""
    stay = her.placement if her is not None else None
    return Around(
        on_call=settings.on_call,
        practitioner=stay.practitioner if stay else None,
        practitioner_phone=stay.practitioner_phone if stay else None,
        told_by=next_working_day_ends(case.opened, house.zone),
    )


def case_lines(
    connection: Reading,
    actor: Actor,
    house: House,
    when: tuple[datetime, datetime | None],
    settings: Settings,
    refs: Mapping[UUID, ResidentRef],
) -> tuple[CaseLine, ...]:
    """Every case that needs somebody at an instant, as known at another (None: all that is known), the next due first.

    `refs` are the women who live here, read already. Whoever may not read a woman's record gets no line of hers.
    """
    at, known_at = when
    cases = waiting_cases(connection, at, known_at)
    missing = {case.resident for case in cases} - set(refs)
    known = dict(refs)
    if missing:
        known |= read_refs(connection, actor, at, known_at, only=missing)
    lines = [
        line_of(case, known[case.resident], read_steps(connection, actor, at, house, settings, case))
        for case in cases
        if not known[case.resident].hidden
    ]
    return tuple(sorted((line for line in lines if line is not None), key=lambda line: line.due))
