"""Her page: who she is, her absence case, how she is checked, what to do if she is not back, and her last 24 hours."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QWidget

from app.domain.board import BoardLine
from app.domain.presence import Presence
from app.domain.regimes import Rule
from app.domain.residents import Resident, ResidentRef
from app.domain.saying import due_said, minutes
from app.domain.time import day_label, local_date
from app.domain.timeline import TimelineLine
from app.domain.wording import PRESENCE, PURPOSE
from app.services.movements import ComeIn, GoOut
from app.services.person import Person, read_person
from app.ui.actions import Act, Scope, Why
from app.ui.pages import person_entries as entries
from app.ui.pages import person_plan as plans
from app.ui.pages import person_rules as rules
from app.ui.pages.absence import CaseCard, LateCard
from app.ui.pages.person_sheets import break_glass
from app.ui.sitting import Sitting
from app.ui.theme import is_look_change, px
from app.ui.widgets.basics import Card, Pill, clear_layout, column, label, row, whole_numbers
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.marks import Mark, MarkLabel
from app.ui.widgets.states import Stateful

_WEEK = 7
#: Narrower than this, in pixels at 100 %, her plan stands under her day.
_SIDE_BY_SIDE = 940


class PersonView(QWidget):
    """One woman's page. It reads everything in one go, and keeps the place in its lists when the record moves on."""

    back_asked = Signal()
    #: She has been read and is shown.
    person_shown = Signal()

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._id: UUID | None = None
        self._person: Person | None = None
        self.case = CaseCard(sitting, self.isVisible)
        self._register()
        self._build()

    def _register(self) -> None:
        def act(word: str, text: str, run: Callable[[], object], *keys: str) -> Act:
            return Act(
                f"person.{word}", text, run, keys, Scope.PAGE, "residents", partial(self._why_not, word)
            )

        self._sitting.actions.add(
            act("check", "Check now", self._with(entries.check_now), "F3"),
            act("door", "Out or in", self._door, "F4"),
            act("out", "Out, with where", self._with(entries.go_out), "Shift+F4"),
            act("note", "Note", self._with(entries.write_note), "F6"),
            act("plan", "Change her plan", self._plan, "F7"),
            act("contact", "Someone to ring", self._with(plans.add_contact)),
            act("change_contact", "Change a contact", self._change_contact),
            act("agreement", "Change her agreement", self._agreement, "Shift+F6"),
            act("rule", "Start a rule", self._with(rules.start_rule), "F2"),
            act("replace_rule", "Replace a rule", partial(self._rule, rules.replace_rule)),
            act("end_rule", "End a rule", partial(self._rule, rules.end_rule)),
            act("break_glass", "Open her record", self._with(break_glass)),
            Act(
                "person.back",
                "Back to the list",
                self.back_asked.emit,
                ("Alt+Left",),
                Scope.PAGE,
                "residents",
            ),
        )

    def _build(self) -> None:
        button = partial(ActionButton, self._sitting.actions)
        self.name = label("", "display", wrap=True)
        self.about, self.placed = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.pills = row(gap=6)
        self.presence, self.state = MarkLabel(Mark.IN, ""), MarkLabel(Mark.NEXT, "")
        self.buttons = [
            button("person.check", kind="main", text="Check now"),
            button("person.door", text="Out"),
            button("person.note", text="Note"),
        ]
        head = row(
            None,
            column(None, self.name, self.about, self.pills, self.placed, gap=4),
            column(
                None,
                row(None, 1, self.presence, self.state, gap=12),
                row(None, 1, *self.buttons, gap=6),
                gap=6,
            ),
            gap=16,
        )
        head.setStretch(0, 1)
        self.lines = entries.HerDay(self._sitting, self._open_line)
        self.regime = rules.HerRegime(self._sitting)
        self.plan, self.agreement = plans.PlanBody(), plans.AgreementBody()
        self.late = LateCard(self._sitting)
        self.case.bind(self.lines, self.regime)
        day, regime = Card("Last 24 hours"), Card("Her regime")
        day.add(self.lines)
        regime.add(self.regime)
        regime.add(
            Flow(
                button("person.rule"),
                button("person.replace_rule"),
                button("person.end_rule", kind="quiet"),
                gap=6,
                hugs=True,
            )
        )
        self.plan_card, self.checked_card = Card("If she is not back"), Card("How she likes to be checked")
        self.plan_card.band("accent")
        self.plan_card.add(self.plan)
        self.plan_buttons = Flow(
            *(button(f"person.{word}", kind="quiet") for word in ("plan", "contact", "change_contact")),
            hugs=True,
        )
        self.plan_card.add(self.plan_buttons)
        self.checked_card.add(self.agreement)
        self.checked_card.add(row(None, button("person.agreement", kind="quiet"), 1))
        self.glass = button("person.break_glass", kind="grave")
        body = self._body = row(
            None,
            column(None, self.late, self.case, regime, day, 1, gap=12),
            column(None, self.glass, self.plan_card, self.checked_card, 1, gap=12),
            gap=12,
        )
        body.setStretch(0, 3)
        body.setStretch(1, 2)
        inner = QWidget()
        column(inner, row(None, button("person.back", kind="quiet"), 1), head, body, 1, gap=12)
        self.shown = Stateful(inner)
        column(self, self.shown, margins=(20, 12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_look_change(event):
            self._arrange()

    def _arrange(self) -> None:
        """Her plan beside her day; under it where the type is large or the window narrow."""
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if self.width() < px(_SIDE_BY_SIDE) else ways.LeftToRight
        if self._body.direction() is not way:
            self._body.setDirection(way)

    @property
    def who(self) -> ResidentRef:
        """Whom the page is about."""
        assert self._person is not None
        return self._person.resident.ref

    def home(self) -> QWidget:
        """Where the focus goes: the steps of her case, or her last hours."""
        return self.lines if self.case.isHidden() else self.case.steps

    def show_person(self, resident: UUID) -> None:
        """Show another woman; nothing of the one before stays on the screen."""
        if resident != self._id:
            self._id, self._person = resident, None
            self.case.forget()
            self.shown.loading()
        self.load()

    def load(self) -> None:
        """Read her again."""
        desk, resident = self._sitting.desk, self._id
        if resident is not None:
            read = partial(read_person, desk, resident)
            self._sitting.jobs.read(
                read, self._show, self.shown.failed, key="person", doing="Reading her page"
            )

    def _show(self, person: Person | None) -> None:
        if person is None:
            self.shown.empty("There is nobody by that name.", "She may have been in another house.")
            return
        opening, had_case = self._person is None, not self.case.isHidden()
        self._person = person
        self._show_head(person)
        self.lines.show_lines(person.lines)
        self.regime.show_rules(person)
        self.plan.show_plan(person.plan, person.resident.ref.hidden)
        self.agreement.show_agreement(person.resident.agreement)
        self.late.show_late(person)
        self.case.show_case(person)
        self.glass.setVisible(person.resident.ref.hidden)
        for shown in self.findChildren(ActionButton):
            shown.refresh()
        self.shown.ready()
        fresh = opening or had_case is self.case.isHidden()
        if fresh and self.window().focusWidget() in (None, self.lines, self.regime, self.case.steps):
            self.home().setFocus()
        if opening:
            self._to_top()
        self.person_shown.emit()

    def _to_top(self) -> None:
        """Another woman's page begins with her name, wherever the last one was left."""
        at = self.parentWidget()
        while at is not None and not isinstance(at, QScrollArea):
            at = at.parentWidget()
        if at is not None:
            at.verticalScrollBar().setValue(0)

    def _show_head(self, person: Person) -> None:
        resident, line, zone = person.resident, person.line, self._sitting.desk.house.zone
        today = local_date(person.at, zone)
        age = resident.age(today)
        self.name.setText(resident.ref.name)
        likes = f"likes “{resident.preferred_name}”" if resident.preferred_name else ""
        crn = f"CRN {resident.crn}" if resident.crn else ""
        self.about.setText(_joined(likes, resident.pronouns, str(age) if age else "", crn))
        self.placed.setText(whole_numbers(_joined(*self._placement(resident))))
        clear_layout(self.pills)
        for text, tone in _pills(resident, line):
            self.pills.addWidget(Pill(text, tone))
        self.pills.addStretch(1)
        self._show_state(person, line)

    def _show_state(self, person: Person, line: BoardLine | None) -> None:
        zone = self._sitting.desk.house.zone
        self.presence.setVisible(line is not None)
        self.state.setVisible(line is not None)
        if line is None:
            return
        since = f" since {self._sitting.time(line.presence_since)}" if line.presence_since else ""
        away = since if line.presence is not Presence.IN else ""
        self.presence.set_mark(Mark.of_presence(line.presence.value), PRESENCE[line.presence] + away)
        self.buttons[1].setText("Out" if line.presence is Presence.IN else "In")
        due = line.dues[0] if line.dues else line.next_due
        if line.late_since is not None:
            self.state.set_mark(Mark.ABSENT, f"late {minutes(person.at - line.late_since)}")
        elif due is None:
            self.state.set_mark(Mark.DONE, "nothing due")
        else:
            mark = Mark.OVERDUE if due.overdue else Mark.DUE if line.dues else Mark.NEXT
            said = due_said(due.slot.opens, due.slot.closes, person.at, zone, due.overdue)
            self.state.set_mark(mark, f"{PURPOSE[due.slot.purpose]} {said}")

    def _placement(self, resident: Resident) -> tuple[str, ...]:
        room = resident.ref.room.label if resident.ref.room else "no room"
        placement, zone = resident.placement, self._sitting.desk.house.zone
        if placement is None:
            return (room,)
        said = [room, f"on {placement.legal_basis.label}"]
        if placement.arrived:
            week = (self._sitting.now - placement.arrived).days // _WEEK + 1
            said.append(f"arrived {day_label(local_date(placement.arrived, zone))} · week {week}")
        if placement.expected_departure:
            said.append(f"leaves {day_label(local_date(placement.expected_departure, zone))}")
        if placement.key_worker:
            said.append(f"key worker {placement.key_worker}")
        if placement.practitioner:
            said.append(f"practitioner {placement.practitioner} {placement.practitioner_phone or ''}".strip())
        return tuple(said)

    def _open_line(self, line: TimelineLine) -> None:
        """Enter on an entry: confirm it, correct it, strike it."""
        entries.open_entry(self._sitting, self, self.who, line)

    def _why_not(self, word: str) -> Why:
        person = self._person
        if person is None or not self.isVisible():
            return "Open her page first."
        if person.line is None:
            return "She does not live here now."
        if person.resident.ref.hidden and word in {"plan", "contact", "change_contact"}:
            return "Her record is restricted. Open it first."
        if word == "change_contact" and not (person.plan and person.plan.contacts):
            return "Her plan names nobody to ring yet."
        return self._sitting.desk.can("in" if word == "door" else word)

    def _with(self, sheet: Callable[[Sitting, QWidget, ResidentRef], object]) -> Callable[[], object]:
        return lambda: sheet(self._sitting, self, self.who)

    def _door(self) -> None:
        """Out or in at one key: from where the record has her."""
        assert self._person is not None
        assert self._person.line is not None
        is_in = self._person.line.presence is Presence.IN
        command = GoOut(resident=self.who.id) if is_in else ComeIn(resident=self.who.id)
        self._sitting.do(command, owner=self)

    def _plan(self) -> None:
        assert self._person is not None
        plans.edit_plan(self._sitting, self, self.who, self._person.plan)

    def _change_contact(self) -> None:
        assert self._person is not None
        if self._person.plan is not None:
            plans.change_contact(self._sitting, self, self.who, self._person.plan.contacts)

    def _agreement(self) -> None:
        assert self._person is not None
        plans.edit_agreement(self._sitting, self, self.who, self._person.resident.agreement)

    def _rule(self, sheet: Callable[[Sitting, QWidget, ResidentRef, Rule], object]) -> None:
        assert self._person is not None
        own = [rule for rule in self._person.rules if self._person.own(rule)]
        if not own:
            self._sitting.tell("She has no rule of her own to replace or end.", "amber")
            return
        rules.choose_rule(self, "Which rule?", own, lambda rule: sheet(self._sitting, self, self.who, rule))


def _pills(resident: Resident, line: BoardLine | None) -> list[tuple[str, str]]:
    found = []
    if resident.ref.restricted:
        found.append(("restricted", "blue"))
    if line is not None and line.watch_day:
        found.append((f"first fortnight, day {line.watch_day}", "amber"))
    if resident.alerts:
        found.append((resident.alerts, "amber"))
    if resident.allergies:
        found.append((f"allergy: {resident.allergies}", "red"))
    if resident.evacuation:
        found.append((f"evacuation: {resident.evacuation}", "blue"))
    if line is not None and line.name_alert:
        found.append((f"name alert: {line.name_alert}", "neutral"))
    return found


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
