"""Her page: who she is, how she is checked, what to do if she is not back, her regime, and her last 24 hours."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.absences import AbsenceCase, Decision
from app.domain.board import BoardLine
from app.domain.plans import ANSWERS, ContingencyPlan
from app.domain.presence import Presence
from app.domain.regimes import Rule
from app.domain.residents import AGREEMENT, NightAgreement, Resident, ResidentRef
from app.domain.saying import due_said, minutes, rule_said
from app.domain.time import day_label, local_date
from app.domain.timeline import TimelineLine
from app.domain.wording import PRESENCE, PURPOSE, SOURCE
from app.services.movements import ComeIn, GoOut
from app.services.person import Person, read_person
from app.ui.actions import Act, Scope, Why
from app.ui.pages import person_sheets as sheets
from app.ui.sitting import Sitting
from app.ui.widgets.basics import Card, Pill, clear_layout, column, label, row
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.marks import Mark, MarkLabel
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.states import Stateful

_MARKS = {"check": Mark.DONE, "note": Mark.INFORMATION, "excusal": Mark.EXCUSED, "absence_step": Mark.ABSENT}
_WEEK = 7


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
        self._register()
        self._build()

    def _register(self) -> None:
        def act(word: str, text: str, run: Callable[[], object], *keys: str) -> Act:
            return Act(
                f"person.{word}", text, run, keys, Scope.PAGE, "residents", partial(self._why_not, word)
            )

        self._sitting.actions.add(
            act("check", "Check now", self._with(sheets.check_now), "F3"),
            act("door", "Out or in", self._door, "F4"),
            act("out", "Out, with where", self._with(sheets.go_out), "Shift+F4"),
            act("note", "Note", self._with(sheets.write_note), "F6"),
            act("plan", "Change her plan", self._plan, "F7"),
            act("contact", "Someone to ring", self._with(sheets.add_contact)),
            act("change_contact", "Change a contact", self._change_contact),
            act("agreement", "Change her agreement", self._agreement, "Shift+F6"),
            act("rule", "Start a rule", self._with(sheets.start_rule), "Shift+F3"),
            act("replace_rule", "Replace a rule", partial(self._rule, sheets.replace_rule)),
            act("end_rule", "End a rule", partial(self._rule, sheets.end_rule)),
            act("open_case", "Open an absence case", self._open_case),
            act("case_step", "Write a step", self._with(sheets.case_step), "F5"),
            act("decide", "The decision", self._decide),
            act("close_case", "Close the case", self._with(sheets.close_case)),
            act("break_glass", "Open her record", self._with(sheets.break_glass)),
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
        self.lines = RowsView(
            [Column("Time", 74), Column("What", 300, 1), Column("Seen and typed", 220)], "Last 24 hours"
        )
        self.lines.opened.connect(self._open_line)
        self.regime = RowsView([Column("Rule", 260, 1), Column("Now", 150)], "Her regime")
        self.plan, self.agreement = QWidget(), QWidget()
        self.plan_body, self.agreement_body = column(self.plan, gap=6), column(self.agreement, gap=6)
        day, rules = Card("Last 24 hours"), Card("Her regime")
        day.add(self.lines)
        rules.add(self.regime)
        rules.add(
            row(
                None,
                button("person.rule"),
                button("person.replace_rule"),
                button("person.end_rule", kind="quiet"),
                1,
                gap=6,
            )
        )
        self.plan_card, self.checked_card = Card("If she is not back"), Card("How she likes to be checked")
        self.plan_card.band("accent")
        self.plan_card.add(self.plan)
        self.plan_buttons = row(gap=6)
        self.plan_card.add(self.plan_buttons)
        self.checked_card.add(self.agreement)
        self.checked_card.add(row(None, button("person.agreement", kind="quiet"), 1))
        self.glass = button("person.break_glass", kind="grave")
        body = row(
            None,
            column(None, rules, day, 1, gap=12),
            column(None, self.glass, self.plan_card, self.checked_card, 1, gap=12),
            gap=12,
        )
        body.setStretch(0, 3)
        body.setStretch(1, 2)
        inner = QWidget()
        column(inner, row(None, button("person.back", kind="quiet"), 1), head, body, 1, gap=12)
        self.shown = Stateful(inner)
        column(self, self.shown, margins=(20, 12))

    @property
    def who(self) -> ResidentRef:
        """Whom the page is about."""
        assert self._person is not None
        return self._person.resident.ref

    def home(self) -> QWidget:
        """Where the focus goes: her last hours."""
        return self.lines

    def show_person(self, resident: UUID) -> None:
        """Show another woman; nothing of the one before stays on the screen."""
        if resident != self._id:
            self._id, self._person = resident, None
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
        self._person = person
        self._show_head(person)
        self._show_lines(person.lines)
        self._show_regime(person)
        self._show_plan(person.plan, person.open_case)
        self._show_agreement(person.resident.agreement)
        self.glass.setVisible(person.resident.ref.hidden)
        for shown in self.findChildren(ActionButton):
            shown.refresh()
        self.shown.ready()
        self.person_shown.emit()

    def _show_head(self, person: Person) -> None:
        resident, line, zone = person.resident, person.line, self._sitting.desk.house.zone
        today = local_date(person.at, zone)
        age = resident.age(today)
        self.name.setText(resident.ref.name)
        likes = f"likes “{resident.preferred_name}”" if resident.preferred_name else ""
        crn = f"CRN {resident.crn}" if resident.crn else ""
        self.about.setText(_joined(likes, resident.pronouns, str(age) if age else "", crn))
        self.placed.setText(_joined(*self._placement(resident)))
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

    def _show_lines(self, lines: tuple[TimelineLine, ...]) -> None:
        self.lines.set_rows(
            [self._line(line) for line in lines]
            or [Row("none", (Cell("–"), Cell("Nothing written yet"), Cell()))]
        )
        self.lines.fit_height()

    def _line(self, line: TimelineLine) -> Row:
        time = self._sitting.time
        when = time(line.seen_at) + (f"–{time(line.seen_until)}" if line.seen_until else "")
        when = f"about {when}" if line.precision == "about" else when
        zone = self._sitting.desk.house.zone
        day = local_date(line.seen_at, zone)
        before = "" if day == local_date(self._sitting.now, zone) else day_label(day)
        mark = _MARKS.get(line.kind, Mark.INFORMATION)
        if line.kind == "movement":
            mark = Mark.IN if line.title in ("Back in", "Arrived") else Mark.OUT
        elif line.kind == "check" and not line.counts:
            mark = Mark.DUE
        title = (
            f"struck: {line.title}"
            if line.struck
            else f"corrected: {line.title}"
            if line.amended_by
            else line.title
        )
        another = line.seen_by is not None and line.seen_by != line.typed_by
        hands = [f"seen by {line.seen_by}" if another else ""]
        late = f"entered later, {time(line.typed_at)}" if line.entered_later else ""
        hands += [f"{'typed ' if another else ''}by {line.typed_by}", SOURCE_SAID.get(line.source, ""), late]
        hands += ["not confirmed yet" if line.unconfirmed else ""]
        quiet = line.struck or line.amended_by is not None
        return Row(
            line.entry,
            (
                Cell(when, under=before, muted=True),
                Cell(title, mark, line.detail, bold=not quiet, muted=quiet),
                Cell(_joined(*hands), muted=True),
            ),
        )

    def _open_line(self, key: object) -> None:
        """Enter on an entry: confirm it, correct it, strike it."""
        assert self._person is not None
        line = next((line for line in self._person.lines if line.entry == key), None)
        if line is not None:
            sheets.open_entry(self._sitting, self, self.who, line)

    def _show_regime(self, person: Person) -> None:
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
        self.regime.set_rows(rows)
        self.regime.fit_height()

    def _show_plan(self, plan: ContingencyPlan | None, case: AbsenceCase | None) -> None:
        clear_layout(self.plan_body)
        clear_layout(self.plan_buttons)
        add = self.plan_body.addWidget
        if case is not None:
            self._show_case(case)
        if plan is None:
            text = (
                RESTRICTED_PLAN
                if self.who.hidden
                else "No plan yet. Ring the on-call manager, and write one."
            )
            add(label(text, wrap=True))
        else:
            for contact in plan.contacts:
                text = _joined(contact.agency, contact.name, contact.phone, contact.role)
                add(label(f"{contact.position}. {text}", "name", wrap=True))
            for field in ANSWERS:
                text = (plan.answers.get(field.name) or "").strip()
                if text:
                    add(label(field.label, "small_bold"))
                    add(label(text, wrap=True))
            if plan.unanswered:
                add(label(f"Not answered: {', '.join(plan.unanswered)}.", "small", tone="amber", wrap=True))
        words = ["plan", "contact"] if case is None else ["case_step", "decide", "close_case", "plan"]
        if case is None and plan is not None and plan.contacts:
            words.append("change_contact")
        if case is None and self._person and self._person.line and self._person.line.presence is Presence.OUT:
            words.insert(0, "open_case")
        for word in words:
            kind = "main" if word in ("open_case", "case_step") else "quiet"
            self.plan_buttons.addWidget(ActionButton(self._sitting.actions, f"person.{word}", kind=kind))
        self.plan_buttons.addStretch(1)

    def _show_case(self, case: AbsenceCase) -> None:
        add, time = self.plan_body.addWidget, self._sitting.time
        back = f", back {time(case.returned)}" if case.returned else ""
        add(MarkLabel(Mark.ABSENT, f"Case open since {time(case.opened)}; due {time(case.due_back)}{back}"))
        for step in case.steps:
            add(
                label(
                    _joined(time(step.at), step.kind.label, step.who, step.result, step.reference), wrap=True
                )
            )
        decided = case.decision is not Decision.OPEN
        by = f", by {case.decided_by}" if case.decided_by else ""
        add(
            label(
                f"Decision: {case.decision.label}{by}", "name", tone=None if decided else "amber", wrap=True
            )
        )

    def _show_agreement(self, agreement: NightAgreement | None) -> None:
        clear_layout(self.agreement_body)
        if agreement is None:
            self.agreement_body.addWidget(label("Nobody has asked her yet.", "muted", wrap=True))
            return
        for field in AGREEMENT:
            text = (agreement.answers.get(field.name) or "").strip()
            if text:
                self.agreement_body.addWidget(label(field.label, "small_bold"))
                self.agreement_body.addWidget(label(text, wrap=True))
        if agreement.agreed_on:
            self.agreement_body.addWidget(
                label(f"Agreed with her {day_label(agreement.agreed_on)}.", "small_muted")
            )

    def _why_not(self, word: str) -> Why:
        person = self._person
        if person is None or not self.isVisible():
            return "Open her page first."
        if person.line is None:
            return "She does not live here now."
        if person.resident.ref.hidden and word in {"plan", "contact", "change_contact"}:
            return "Her record is restricted. Open it first."
        if word in {"case_step", "decide", "close_case"} and person.open_case is None:
            return "She has no open absence case."
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
        sheets.edit_plan(self._sitting, self, self.who, self._person.plan)

    def _change_contact(self) -> None:
        assert self._person is not None
        if self._person.plan is not None:
            sheets.change_contact(self._sitting, self, self.who, self._person.plan.contacts)

    def _agreement(self) -> None:
        assert self._person is not None
        sheets.edit_agreement(self._sitting, self, self.who, self._person.resident.agreement)

    def _rule(self, sheet: Callable[[Sitting, QWidget, ResidentRef, Rule], object]) -> None:
        assert self._person is not None
        own = [rule for rule in self._person.rules if self._person.own(rule)]
        if not own:
            self._sitting.tell("She has no rule of her own to replace or end.", "amber")
            return
        sheets.choose_rule(self, "Which rule?", own, lambda rule: sheet(self._sitting, self, self.who, rule))

    def _open_case(self) -> None:
        assert self._person is not None
        assert self._person.line is not None
        line = self._person.line
        due = line.late_since or line.expected_back or self._sitting.now
        sheets.open_case(self._sitting, self, self.who, due)

    def _decide(self) -> None:
        assert self._person is not None
        assert self._person.open_case is not None
        sheets.decide(self._sitting, self, self.who, self._person.open_case)


RESTRICTED_PLAN = "Her plan is restricted. If you need it now, open her record: it asks for a reason, and the manager is told."
SOURCE_SAID = {source.value: said for source, said in SOURCE.items()}


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
