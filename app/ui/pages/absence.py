"""Her absence case on her page: how it stands, what is next, each step with its time and its key, and what was decided.

Made to be read at 03:00: one line says how it stands, the next says what to do. Nothing here is ever on a screen or a paper
that residents see.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QWidget

from app.domain.absence_steps import PlannedStep, StepState, due_by, next_step
from app.domain.absences import AbsenceCase, CaseStep, StepKind, case_said
from app.domain.residents import ResidentRef
from app.domain.time import day_label, local_date
from app.services.absences import CaseStep as WriteStep
from app.services.person import Person
from app.ui.actions import Act, Scope, Why
from app.ui.pages import absence_sheets as sheets
from app.ui.pages.absence_pack import ask_pack
from app.ui.pages.round_sheets import PlanSheet
from app.ui.sitting import Sitting
from app.ui.widgets.basics import Card, clear_layout, column, label, restyle, row
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.marks import Mark, MarkLabel
from app.ui.widgets.rows import Cell, Column, Row, RowsView

#: Steps that are worth nothing without words of their own: done at one key they open their sheet.
_NEEDS_WORDS = frozenset({StepKind.TOLD_POLICE, StepKind.TAG_RANG, StepKind.VICTIMS})


class CaseCard(Card):
    """The case, in one card. `show_case` is told her page; it hides where she has no case that needs anybody. Nothing is
    done while her page is not `on_screen`: the residents' list has the same keys under it."""

    def __init__(self, sitting: Sitting, on_screen: Callable[[], bool]) -> None:
        super().__init__("Her absence")
        self._sitting, self._on_screen = sitting, on_screen
        self._person: Person | None = None
        self._steps: dict[str, PlannedStep] = {}
        self._register()
        self.stands = MarkLabel(Mark.ABSENT, "", role="heading")
        self.stands.label.setWordWrap(True)
        self.next = label("", "title", wrap=True)
        self.steps = RowsView(
            [Column("By", 84), Column("Step", 200, 3), Column("Done", 150, 2)], "Steps, in order"
        )
        self.steps.opened.connect(self._open)
        button = partial(ActionButton, sitting.actions)
        self.keys = Flow(
            button("person.step_done", kind="main"),
            button("person.step_not_needed"),
            button("person.decide"),
            button("person.case_step", kind="quiet"),
            button("person.pack", kind="quiet"),
            button("person.close_case", kind="quiet"),
            hugs=True,
        )
        self.decided = QWidget()
        self._decided = column(self.decided, gap=4)
        self.written = RowsView([Column("Time", 84), Column("What was written", 250, 1)], "What was written")
        self.written_title = label("What was written, in order", "small_bold")
        for part in (
            self.stands,
            self.next,
            label(
                "Enter writes the step that the cursor is on. D: done just now. X: not needed.",
                "small_muted",
                wrap=True,
            ),
            self.steps,
            self.keys,
            self.decided,
            self.written_title,
            self.written,
        ):
            self.add(part)
        self.hide()

    def _register(self) -> None:
        def on_list(word: str, text: str, key: str, run: Callable[[], object]) -> Act:
            why = partial(self._why_not, word)
            return Act(f"person.{word}", text, run, (key,), Scope.LIST, "residents", why)

        def on_page(word: str, text: str, run: Callable[[], object], *keys: str) -> Act:
            return Act(
                f"person.{word}", text, run, keys, Scope.PAGE, "residents", partial(self._why_not, word)
            )

        self._sitting.actions.add(
            on_list("open_case", "Open an absence case", "K", self._open_case),
            on_list("show_plan", "If she is not back", "P", self._plan),
            on_list("step_done", "Done just now", "D", self._done_now),
            on_list("step_not_needed", "Not needed, and why", "X", self._not_needed),
            on_list("decide", "What the manager decided", "M", self._decide),
            on_page("case_step", "Something else was done", self._other, "F5"),
            on_page("pack", "Print the pack", self._pack, "Shift+F7"),
            on_page("close_case", "Close the case", self._close, "Shift+F5"),
        )

    @property
    def who(self) -> ResidentRef:
        """Whose case it is."""
        assert self._person is not None
        return self._person.resident.ref

    def bind(self, *lists: QWidget) -> None:
        """Give these lists of her page the single-letter keys."""
        for view in (self.steps, *lists):
            self._sitting.actions.bind_list(view, "residents")

    def show_case(self, person: Person) -> None:
        """Show her case as it stands now."""
        self._person = person
        case = person.case
        self.setVisible(case is not None)
        if case is None:
            return
        zone = self._sitting.desk.house.zone
        back = case.returned is not None
        self.stands.set_mark(Mark.IN if back else Mark.ABSENT, _upper(case_said(case, zone)))
        coming = next_step(step for step in person.steps if case.closed is None or step.outlives)
        over = coming is not None and coming.due <= person.at
        if coming is not None:
            whom = " ".join(part for part in (coming.phone,) if part)
            said = (
                f"Next: {_lower(coming.what)}{f', {whom}' if whom else ''}, {due_by(coming, person.at, zone)}"
            )
        else:
            said = "Every step is done. Write what came of it, and close the case."
        self.next.setText(said)
        restyle(self.next, tone="red" if over else None)
        self._steps = {step.key: step for step in person.steps}
        first = not self.steps.rows_model.rows
        self.steps.set_rows([self._row(step, person.at) for step in person.steps])
        if first and coming is not None:
            self.steps.select(coming.key)
        self.steps.fit_height()
        self._show_decided(case)
        self._show_written(case)

    def forget(self) -> None:
        """Another woman's page is opened: nothing of this case stays."""
        self._person, self._steps = None, {}
        self.steps.set_rows([])
        self.hide()

    def _row(self, step: PlannedStep, now: datetime) -> Row:
        zone = self._sitting.desk.house.zone
        whom = " · ".join(part for part in (step.who, step.phone) if part)
        over = step.to_do and step.must and step.due <= now
        by = due_by(step, now, zone) if step.must or not step.to_do else "if they ring"
        cells = (
            Cell(by, muted=not over, tone="red" if over else None, bold=over),
            Cell(step.what, under=whom, bold=step.to_do),
            self._came(step, over),
        )
        return Row(step.key, cells)

    def _came(self, step: PlannedStep, over: bool) -> Cell:
        if step.to_do:
            return Cell(
                "waits", Mark.OVERDUE if over else Mark.NEXT, muted=not over, tone="red" if over else None
            )
        if step.state is StepState.NOT_NEEDED:
            return Cell("not needed", Mark.EXCUSED, under=step.why or "")
        if step.done is not None:
            return Cell(f"done {self._at(step.done)}", Mark.DONE, under=_hands(step.done))
        case = self._person.case if self._person else None
        if case is None or not case.decisions:
            return Cell("done", Mark.DONE)
        last = case.decisions[-1]
        under = f"decided by {last.by}" + (f", typed by {last.typed_by}" if last.typed_by != last.by else "")
        return Cell(f"{last.decision.label} {self._sitting.time(last.at)}", Mark.DONE, under=under)

    def _at(self, entry: CaseStep) -> str:
        said = self._sitting.time(entry.at)
        if entry.until is not None:
            return f"{said}–{self._sitting.time(entry.until)}"
        return f"about {said}" if entry.precision == "about" else said

    def _show_decided(self, case: AbsenceCase) -> None:
        clear_layout(self._decided)
        add = self._decided.addWidget
        add(label("The manager's decision", "small_bold"))
        time = self._sitting.time
        for one in case.decisions:
            typed = f"; written {time(one.typed_at)} by {one.typed_by}"
            add(label(f"{time(one.at)} {one.decision.label}, decided by {one.by}{typed}", wrap=True))
        if case.closed is None and case.decision_open:
            text = "The decision is open. Ring the manager; write here what the manager decides."
            add(label(text, "name", tone="amber", wrap=True))

    def _show_written(self, case: AbsenceCase) -> None:
        zone = self._sitting.desk.house.zone
        day = local_date(case.opened, zone)
        told = [(case.opened, f"Case opened by {case.opened_by}", "")]
        told += [(it.at, f"{_upper(it.decision.label)}, decided by {it.by}", "") for it in case.decisions]
        for entry in case.steps:
            what = (
                f"{entry.kind.label}: {entry.who}" if entry.kind is StepKind.NOT_NEEDED else entry.kind.label
            )
            whom = (entry.who, entry.phone) if entry.kind is not StepKind.NOT_NEEDED else ()
            reference = entry.reference if entry.kind is not StepKind.NOT_NEEDED else None
            parts = (*whom, entry.result, reference and f"reference {reference}", _hands(entry))
            told.append((entry.at, what, " · ".join(part for part in parts if part)))
        if case.returned is not None:
            told.append((case.returned, "Back, seen at the door", ""))
        if case.closed is not None:
            told.append((case.closed, f"Closed by {case.closed_by}", case.outcome or ""))
        rows = []
        for place, (at, what, under) in enumerate(sorted(told, key=lambda it: it[0])):
            on = local_date(at, zone)
            when = self._sitting.time(at) if on == day else f"{day_label(on)} {self._sitting.time(at)}"
            rows.append(Row(place, (Cell(when, muted=True), Cell(what, under=under))))
        self.written.set_rows(rows)
        self.written.fit_height()

    # What the keys do

    def _why_not(self, word: str) -> Why:
        person = self._person
        if person is None or not self._on_screen():
            return "Open her page first."
        if word == "show_plan":
            return None
        if word == "open_case":
            return self._no_case_to_open(person)
        if person.case is None:
            return "She has no open absence case."
        if word in {"decide", "close_case", "case_step"} and person.open_case is None:
            return "The case is closed."
        if word in {"step_done", "step_not_needed"} and self._current() is None:
            return "Choose a step first."
        acts = {"step_done": "case_step", "step_not_needed": "not_needed", "pack": "print_case"}
        return self._sitting.desk.can(acts.get(word, word))

    def _no_case_to_open(self, person: Person) -> Why:
        line = person.line
        if line is None:
            return "She does not live here now."
        if person.open_case is not None:
            return "Her case is open already."
        if line.late_since is None and (line.expected_back is None or line.expected_back > person.at):
            return "She is not late."
        return self._sitting.desk.can("open_case")

    def _current(self) -> PlannedStep | None:
        if not self.steps.hasFocus() and self.window().focusWidget() is not self.steps:
            return next_step(self._waiting())
        return self._steps.get(str(self.steps.current_key))

    def _waiting(self) -> list[PlannedStep]:
        closed = self._person is not None and self._person.open_case is None
        return [step for step in self._steps.values() if not closed or step.outlives]

    def _open(self, key: object) -> None:
        step = self._steps.get(str(key))
        if step is not None and self._waits(step):
            self._sheet(step)

    def _waits(self, step: PlannedStep) -> bool:
        """Whether there is anything to write of it still; if not, that is said."""
        if step.to_do and step in self._waiting():
            return True
        if step.to_do:
            self._sitting.tell("The case is closed: that step was not done.", "amber")
        else:
            self._sitting.tell(f"{step.what}: {step.state.value} already. F5 writes something else.", "amber")
        return False

    def _sheet(self, step: PlannedStep) -> None:
        if step.kind is None:
            self._decide()
        else:
            assert self._person is not None
            sheets.write_step(self._sitting, self, self.who, step, self._person.staff)

    def _done_now(self) -> None:
        """Done just now, by me, as the plan has it; where words are needed, the sheet asks for them."""
        step = self._current()
        if step is None or not self._waits(step):
            return
        if step.kind is None or step.kind in _NEEDS_WORDS:
            self._sheet(step)
            return
        command = WriteStep(resident=self.who.id, kind=step.kind, who=step.who, phone=step.phone)
        said = f"{step.what}: written. Enter on the next step."
        self._sitting.do(command, lambda _: self._sitting.tell(said, "green"), owner=self)

    def _not_needed(self) -> None:
        step = self._current()
        if step is None or not self._waits(step):
            return
        if step.kind is None:
            self._sitting.tell("The manager decides: ring, and write what was decided.", "amber")
            return
        sheets.not_needed(self._sitting, self, self.who, step)

    def _decide(self) -> None:
        assert self._person is not None
        if self._person.open_case is not None:
            sheets.decide(self._sitting, self, self.who, self._person.open_case)

    def _other(self) -> None:
        assert self._person is not None
        sheets.other_step(self._sitting, self, self.who, self._person.staff)

    def _close(self) -> None:
        sheets.close_case(self._sitting, self, self.who, tuple(self._steps.values()))

    def _pack(self) -> None:
        ask_pack(self._sitting, self, self.who)

    def _plan(self) -> None:
        sheet = PlanSheet(self, self.who.name, self._sitting, self.who.id)
        sheet.change_asked.connect(lambda: self._sitting.plan_asked.emit(self.who.id))
        sheet.open()

    def _open_case(self) -> None:
        assert self._person is not None
        line = self._person.line
        assert line is not None
        due = line.late_since or line.expected_back or self._sitting.now
        sheets.open_case(self._sitting, self.window(), self.who, due)


class LateCard(Card):
    """She is late, the house's grace is over, and no case is open: one key opens it."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self.text = MarkLabel(Mark.OVERDUE, "", role="heading")
        self.text.label.setWordWrap(True)
        self.button = ActionButton(sitting.actions, "person.open_case", kind="main")
        self.plan = ActionButton(sitting.actions, "person.show_plan")
        self.add(self.text)
        self.add(row(None, self.button, self.plan, 1))
        self.outline("red")
        self.hide()

    def show_late(self, person: Person) -> None:
        """Show it, or hide."""
        self.setVisible(person.past_grace)
        if person.line is None or person.line.late_since is None:
            return
        minutes = int((person.at - person.line.late_since).total_seconds() // 60)
        since = self._sitting.time(person.line.late_since)
        self.text.set_mark(
            Mark.OVERDUE,
            f"Late {minutes} min for her {since} curfew. The house's grace is over: open her case.",
        )


def _hands(entry: CaseStep) -> str:
    if entry.done_by is None or entry.done_by == entry.by:
        return f"by {entry.by}"
    return f"by {entry.done_by}, typed by {entry.by}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
