"""Everything that her page shows, read in one go: who she is, how she is checked, what if she is not back, her day."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.absences import AbsenceCase
from app.domain.board import BoardLine
from app.domain.house_rules import with_house_rules
from app.domain.plans import ContingencyPlan
from app.domain.regimes import Rule
from app.domain.residents import Resident
from app.domain.saying import rule_title
from app.domain.timeline import TimelineLine
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

    def own(self, rule: Rule) -> bool:
        """Whether the rule is hers, and not the house's."""
        return rule.id in self.own_rules

    @property
    def open_case(self) -> AbsenceCase | None:
        """Her absence case, if one is open."""
        return next((case for case in self.cases if case.closed is None), None)


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
    return Person(
        resident=found,
        line=read_board(desk).line(resident),
        rules=tuple(sorted(rules, key=lambda rule: (rule.purpose.value, rule.starts))),
        plan=plan_of(desk, resident),
        cases=cases_of(desk, resident),
        lines=timeline(desk, resident, now - HER_DAY),
        at=now,
        own_rules=frozenset(rule.id for rule in own),
    )
