"""The small sheets of the board and the round: how she was seen, words, a reason, a time, and her plan."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QWidget

from app.domain.fields import Field, Kind
from app.domain.plans import ANSWERS, ContingencyPlan
from app.domain.results import Refused
from app.domain.sightings import How
from app.domain.time import local_date, local_instant, stamp_day
from app.services.checks import NOTE_LIMIT
from app.services.drafts import read_draft
from app.services.plans import plan_of
from app.ui.dialogs import ChooseSheet, FormSheet, Option, Sheet
from app.ui.pages.round_walk import OUTCOMES
from app.ui.sitting import Sitting
from app.ui.theme import px
from app.ui.widgets.basics import column, label, rule, scale_layout, scrolled
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.fields import Declared
from app.ui.widgets.moment import Moment, SeenAt
from app.ui.widgets.rows import Cell, Row

NOTE = Field(
    "text", "Note", Kind.MULTILINE, "What you saw and heard. Ctrl Enter saves.", NOTE_LIMIT, required=True
)
HAND_OVER = Field("hand_over", "Put it on the next handover", Kind.CHECK)
WHERE = (
    Field(
        "kind",
        "Where she is",
        Kind.CHOICE,
        choices=(
            ("out", "out"),
            ("leave", "on leave"),
            ("hospital", "at hospital"),
            ("custody", "in custody"),
        ),
        required=True,
    ),
    Field("place", "Which place"),
    Field("purpose", "What for"),
    Field("back", "Expected back", Kind.TIME, "The next such time, 24-hour."),
)
EXCUSED = (
    Field("reason", "Why she need not be seen", Kind.TEXT, limit=4000, required=True),
    Field("until", "Until", Kind.TIME, "The next such time, 24-hour.", required=True),
)
#: Why a late reason amends its check.
LATE = "Why it was late, said afterwards"
WHEN = Field("seen", "When she was seen", Kind.INSTANT)


def next_instant(at: time, now: datetime, zone: ZoneInfo) -> datetime:
    """The next instant with this local time. Raises LocalTimeError on a time that a clock-change night skips or repeats."""
    today = local_date(now, zone)
    found = local_instant(today, at, zone)
    return found if found > now else local_instant(today + timedelta(days=1), at, zone)


class HowSheet(Sheet):
    """How she was seen: one key."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None, title: str, text: str = "") -> None:
        super().__init__(parent, title)
        if text:
            self.body.addWidget(label(text, "muted", wrap=True))
        grid = QGridLayout()
        scale_layout(grid, 0, 8)
        across = 2 if self._room() >= px(560) else 1
        self._keys: dict[str, How] = {}
        for number, (how, key, words) in enumerate(OUTCOMES):
            button = KeyButton(words, key, kind="outcome")
            button.clicked.connect(lambda _checked=False, how=how: self._take(how))
            grid.addWidget(button, number // across, number % across)
            self._keys[key] = how
        self.body.addLayout(grid)
        self.add_button("Cancel", self.reject, key="Esc")

    def _take(self, how: How) -> None:
        self.accept()
        self.chosen.emit(how)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        how = self._keys.get(event.text().upper())
        if how is not None and not event.isAutoRepeat():
            self._take(how)
        elif how is None:
            super().keyPressEvent(event)


class WordsSheet(FormSheet):
    """A form with a box of words (`text`) that is kept as a draft while it is typed, and offered again if it was left."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        fields: Sequence[Declared],
        sitting: Sitting,
        form: str,
        subject: UUID,
        *,
        text: str = "",
    ) -> None:
        super().__init__(parent, title, fields, text=text)
        self.box = self.form["text"]
        self._save = sitting.keep_draft(form, subject)
        self._drafts = self.box.keep_drafts(self._save)
        self.box.control.setFocus()
        sitting.jobs.read(lambda: read_draft(sitting.desk, form, subject), self._offer, owner=self)

    def _offer(self, draft: str) -> None:
        self._drafts.offer(draft)

    def done(self, result: int) -> None:
        if result == QDialog.DialogCode.Accepted:
            self._drafts.settle_everywhere()
            self._save("")
        else:
            self._drafts.flush()
        super().done(result)


class MomentSheet(FormSheet):
    """When she was seen, and where the time comes from. "Now" goes back to typing what is seen now."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        start: SeenAt | None,
    ) -> None:
        def made() -> Moment:
            moment = Moment(zone, now, earlier=True)
            if start is not None:
                moment.source.setCurrentIndex(max(moment.source.findData(start.source), 0))
            return moment

        super().__init__(parent, title, [WHEN], action="Use this time", moment=made)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.submit()
            return
        super().keyPressEvent(event)


class ReasonSheet(ChooseSheet):
    """Why a sighting was late: one of her own recent reasons, or new words. Esc leaves it for later."""

    def __init__(self, parent: QWidget | None, text: str, reasons: Sequence[str]) -> None:
        options = [Option(reason, reason) for reason in reasons]
        super().__init__(
            parent, "Why was it late?", options, text=text, prompt="Type the reason, or choose one"
        )
        self.none.setText("Type the reason. Esc leaves it for later.")
        self.same = QCheckBox("The same for the next late ones in this round")
        self.body.addWidget(self.same)
        QWidget.setTabOrder(self.list, self.same)
        self.take.setText("Write the reason")
        for button in self.findChildren(KeyButton):
            if button is not self.take:
                button.setText("Later")

    def _filter(self, text: str) -> None:
        """What was typed is itself the first choice."""
        super()._filter(text)
        typed = text.strip()
        if typed:
            kept = [row for row in self.list.rows_model.rows if row.key != typed]
            self.list.set_rows([self._row(typed), *kept])
            self.list.select(typed)
            self.list.setVisible(True)
            self.none.setVisible(False)
            self._can_take(True)

    @staticmethod
    def _row(text: str) -> Row:
        return Row(text, (Cell(text),))


class PlanSheet(Sheet):
    """What to do if she is not back: the plan's answers and whom to ring, over whatever page is open."""

    change_asked = Signal()

    def __init__(self, parent: QWidget | None, name: str, sitting: Sitting, resident: UUID) -> None:
        super().__init__(parent, f"If {name} is not back", width=640)
        self._sitting = sitting
        self.inner = QWidget()
        self.lines = column(self.inner, gap=6)
        self.waiting = label("Reading her plan…", "muted")
        self.lines.addWidget(self.waiting)
        frame = scrolled(self.inner)
        frame.setMinimumHeight(px(360))
        frame.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        frame.setAccessibleName("Her plan")
        self.body.addWidget(frame)
        self.add_button("Open her page", self._change)
        self.add_button("Close", self.reject, key="Esc", kind="main", default=True)
        sitting.jobs.read(lambda: plan_of(sitting.desk, resident), self._show, owner=self)

    def _change(self) -> None:
        self.accept()
        self.change_asked.emit()

    def _show(self, plan: ContingencyPlan | None) -> None:
        self.waiting.setVisible(plan is None)
        if plan is None:
            self.waiting.setText("No plan is written, or you may not read it. Ring the on-call manager.")
            return
        for contact in plan.contacts:
            said = " · ".join(part for part in (contact.agency, contact.name, contact.role) if part)
            self.lines.addWidget(label(f"{contact.phone or 'no number'}  {said}", "name", wrap=True))
        if plan.contacts:
            self.lines.addWidget(rule())
        for field in ANSWERS:
            text = (plan.answers.get(field.name) or "").strip()
            self.lines.addWidget(label(field.label, "heading", wrap=True))
            self.lines.addWidget(
                label(text or "Nobody has answered this yet.", "body" if text else "muted", wrap=True)
            )
        at = stamp_day(plan.changed_at, self._sitting.desk.house.zone)
        self.lines.addWidget(label(f"Last changed {at}, by {plan.changed_by}", "small_muted", wrap=True))
        self.lines.addStretch(1)


def send(sitting: Sitting, sheet: FormSheet, command: Any, then: Callable[[Any], object]) -> None:
    """Do what a sheet asked for: it closes after the commit, or shows why not."""

    def done(answer: Any) -> None:
        sheet.accept()
        then(answer)

    def refused(why: Refused) -> None:
        sheet.refuse(why)

    sitting.do(command, done, refused, owner=sheet)
