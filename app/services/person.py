"""Everything that her page shows, read in one go: who she is, how she is checked, what if she is not back, her day."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.absence_steps import PlannedStep
from app.domain.absences import AbsenceCase
from app.domain.board import BoardLine
from app.domain.house_rules import with_house_rules
from app.domain.plans import ContingencyPlan
from app.domain.regimes import Rule
from app.domain.residents import Resident
from app.domain.saying import rule_title
from app.domain.timeline import TimelineLine
from app.services.absence_steps import read_steps
from app.services.absences import cases_of
from app.services.board import read_board
from app.services.desk import Desk
from app.services.plans import plan_of
from app.services.timeline import timeline
from app.store.queries.house import read_settings
from app.store.queries.regimes import read_rules
from app.store.queries.residents import read_residents

#: How much of her timeline her page shows first.
HER_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Person:
    """Her page. `line` is her line on the board, None when she is not placed here now."""

    resident: Resident
    line: BoardLine | None
    rules: tuple[Rule, ...]
    plan: ContingencyPlan | None
    cases: tuple[AbsenceCase, ...]
    lines: tuple[TimelineLine, ...]
    at: datetime
    own_rules: frozenset[UUID]
    #: The case that needs somebody (open, or closed with her practitioner still to be told), and its steps.
    case: AbsenceCase | None = None
    steps: tuple[PlannedStep, ...] = ()
    grace: timedelta = timedelta(0)
    #: Who is in the building: each may have done what another types.
    staff: tuple[tuple[UUID, str], ...] = ()

    def own(self, rule: Rule) -> bool:
        """Whether the rule is hers, and not the house's."""
        return rule.id in self.own_rules

    @property
    def open_case(self) -> AbsenceCase | None:
        """Her absence case, if one is open."""
        return next((case for case in self.cases if case.closed is None), None)

    @property
    def past_grace(self) -> bool:
        """Late for her curfew, the house's grace over, and no case open: it is time to open one."""
        late = self.line.late_since if self.line is not None else None
        return late is not None and self.open_case is None and self.at >= late + self.grace


def read_person(desk: Desk, resident: UUID) -> Person | None:
    """Her page as this reader may see it; None when there is nobody with that id."""
    now = desk.clock.now()
    with desk.read() as connection:
        found = read_residents(connection, desk.actor, now, only=resident).get(resident)
        settings = read_settings(connection)
        own = read_rules(connection, residents=[resident])
    if found is None:
        return None
    if found.ref.hidden:
        own = tuple(replace(rule, title=rule_title(rule)) for rule in own)
    all_rules = with_house_rules(resident, own, settings, desk.house.zone)
    rules = [rule for rule in all_rules if rule.ends is None or rule.ends > now]
    board = read_board(desk)
    cases = cases_of(desk, resident)
    waiting = next((line.case.id for line in board.cases if line.who.id == resident), None)
    case = next((case for case in cases if case.closed is None or case.id == waiting), None)
    with desk.read() as connection:
        steps = read_steps(connection, desk.actor, now, desk.house, board.settings, case) if case else ()
    return Person(
        resident=found,
        line=board.line(resident),
        rules=tuple(sorted(rules, key=lambda rule: (rule.purpose.value, rule.starts))),
        plan=plan_of(desk, resident),
        cases=cases,
        lines=timeline(desk, resident, now - HER_DAY),
        at=now,
        own_rules=frozenset(rule.id for rule in own),
        case=case,
        steps=steps,
        grace=board.grace,
        staff=tuple((member.id, member.name) for member in board.staff_in),
    )
