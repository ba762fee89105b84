"""Her regime on her page: what is asked of her and when, and starting, replacing and ending a rule of her own."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.fields import Field, Kind
from app.domain.regimes import Purpose, Rule
from app.domain.residents import ResidentRef
from app.domain.saying import due_said, rule_said
from app.domain.time import day_label, local_date
from app.domain.wording import PURPOSE
from app.services.person import Person
from app.services.regimes import EndRule, ReplaceRule, StartRule
from app.ui.dialogs import ChooseSheet, Option
from app.ui.drafted import keep_words
from app.ui.pages.person_sheets import ask
from app.ui.sitting import Sitting
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView


class HerRegime(RowsView):
    """Her rules and the house's, each with what it asks for now."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__([Column("Rule", 260, 1), Column("Now", 150)], "Her regime")
        self._sitting = sitting

    def show_rules(self, person: Person) -> None:
        """Show what holds for her now."""
        zone, open_slots = self._sitting.desk.house.zone, {}
        if person.line is not None:
            later = (person.line.next_due,) if person.line.next_due else ()
            open_slots = {slot.slot.rule_id: slot for slot in (*later, *person.line.dues)}
        rows = []
        for rule in person.rules:
            slot = open_slots.get(rule.id)
            said = due_said(slot.slot.opens, slot.slot.closes, person.at, zone, slot.overdue) if slot else ""
            mark = (
                None
                if slot is None
                else Mark.OVERDUE
                if slot.overdue
                else Mark.DUE
                if slot.slot.opens <= person.at
                else Mark.NEXT
            )
            until = f"until {day_label(local_date(rule.ends, zone))}" if rule.ends else ""
            rows.append(
                Row(rule.id, (Cell(rule_said(rule), under=until), Cell(said, mark, muted=slot is None)))
            )
        self.set_rows(rows)
        self.fit_height()


_PURPOSES = tuple((p.value, PURPOSE[p]) for p in Purpose if p is not Purpose.ROUND)
_RULE = (
    Field(
        "minimum", "At least every (minutes)", Kind.NUMBER, "For checks by interval; makes them irregular."
    ),
    Field("maximum", "At most every (minutes)", Kind.NUMBER, "For checks by interval."),
    Field(
        "hours_from",
        "Between",
        Kind.TIME,
        "For checks by interval in part of the day; leave out for all day.",
    ),
    Field("hours_to", "and", Kind.TIME),
    Field("opens", "Seen from", Kind.TIME, "For a fixed time, such as a sign-in or her own curfew."),
    Field("closes", "Seen by", Kind.TIME),
    Field("until", "Curfew ends", Kind.TIME, "For a curfew only."),
    Field("why", "Why", limit=4000),
)


def start_rule(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """A rule of her own, from now on."""
    fields = (Field("purpose", "What for", Kind.CHOICE, required=True, choices=_PURPOSES), *_RULE)

    def make(values: dict[str, Any]) -> StartRule:
        return StartRule(resident=who.id, **(values | {"purpose": Purpose(values["purpose"])}))

    ask(sitting, parent, f"A rule for {who.name}", fields, make, action="Start now")


def replace_rule(sitting: Sitting, parent: QWidget, who: ResidentRef, rule: Rule) -> None:
    """Another rule in its place; it does not reset her clock."""

    def make(values: dict[str, Any]) -> ReplaceRule:
        return ReplaceRule(resident=who.id, rule=rule.id, purpose=rule.purpose, **values)

    text = f"In place of “{rule_said(rule)}”. Her clock goes on. Loosening is for a manager."
    ask(
        sitting,
        parent,
        f"Replace a rule: {who.name}",
        _RULE,
        make,
        text=text,
        action="Replace now",
    )


def end_rule(sitting: Sitting, parent: QWidget, who: ResidentRef, rule: Rule) -> None:
    """End a rule: a manager's act."""
    sheet = ask(
        sitting,
        parent,
        f"End a rule: {who.name}",
        (Field("why", "Why", Kind.MULTILINE, limit=4000, required=True),),
        lambda values: EndRule(rule=rule.id, why=values["why"]),
        text=f"“{rule_said(rule)}” ends now. What was due until now stays as it is.",
        action="End now",
    )
    keep_words(sitting, sheet, "end_rule", rule.id)


def choose_rule(parent: QWidget, title: str, rules: Sequence[Rule], then: Callable[[Rule], object]) -> None:
    """Which of her rules; at once when there is only one."""
    if len(rules) == 1:
        then(rules[0])
        return
    by_key = {str(rule.id): rule for rule in rules}
    sheet = ChooseSheet(parent, title, [Option(key, rule_said(rule)) for key, rule in by_key.items()])
    sheet.chosen.connect(lambda key: then(by_key[key]))
    sheet.open()
