"""Emergency: the key stamps the moment before anything is asked; then times, by one key each; the words when it is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.domain.board import Board
from app.domain.emergencies import FollowUp, StepKind
from app.domain.results import Done, Refused
from app.domain.sightings import Precision
from app.domain.time import day_label, local_date
from app.services.board import read_board
from app.services.emergencies import EmergencyView, StartEmergency, WriteStep, emergency_view
from app.ui.actions import Act, Scope
from app.ui.pages.emergency_acts import LEAVES, STAMPS, EmergencyActs
from app.ui.pages.emergency_cards import AidCard, CallCard, HereCard, NaloxoneCard
from app.ui.shell import Page
from app.ui.sitting import Sitting
from app.ui.theme import px, theme
from app.ui.widgets.basics import Card, column, label, row
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.states import Stateful

_SECOND = 1000


class EmergencyPage(Page):
    """The running clock, the cards to read from, and the list whose keys stamp. A pressed key is never lost: a stamp that
    could not be saved is held here with its own moment, and can be saved again."""

    page_id = "emergency"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting, self._zone = sitting, sitting.desk.house.zone
        self.view: EmergencyView | None = None
        self.board: Board | None = None
        #: The moment of a press that is not in the record yet.
        self._pressed: datetime | None = None
        self._saving: set[StepKind] = set()
        self.acts = EmergencyActs(self, sitting)
        sitting.actions.add(
            Act(
                "emergency.again",
                "Save the stamp again",
                self._stamp,
                ("Ctrl+S",),
                Scope.PAGE,
                "emergency",
                self._saved,
            )
        )
        self._build()
        self._tick = QTimer(self)
        self._tick.setInterval(_SECOND)
        self._tick.timeout.connect(self.show_time)
        sitting.committed.connect(self._committed)

    def _build(self) -> None:
        button = partial(ActionButton, self._sitting.actions)
        self.clock = label("", "huge")
        self.clock.setAccessibleName("Time since the emergency began")
        self.since = label("", "name", wrap=True)
        self.about = label("", "name", wrap=True)
        self.needs = label("", "small_bold", tone="red", wrap=True)
        self.again = button("emergency.again", kind="grave")
        self.end = button("emergency.end", kind="main")
        self.mistake = button("emergency.mistake", kind="quiet")
        self.buttons = [button("emergency.who"), button("emergency.words"), self.end, self.mistake]
        self.stamps = RowsView(
            [Column("Key", 46), Column("One key writes the time", 146, 1), Column("Written", 106)],
            "What happened: one key writes the time",
            header=True,
        )
        self.leaves = RowsView(
            [Column("Key", 46), Column("What it leaves", 146, 1), Column("Now", 106)],
            "What it leaves to be done",
            header=True,
        )
        self.steps = RowsView(
            [Column("Time", 68), Column("What", 130, 1), Column("By", 100)], "What is written", header=True
        )
        for view in (self.stamps, self.leaves):
            self._sitting.actions.bind_list(view, "emergency")
        self.stamps.opened.connect(lambda _key: self.acts.another_time())
        self.leaves.opened.connect(self._give_out)
        self.steps.opened.connect(self._correct)
        self.call, self.naloxone, self.aid, self.here = CallCard(), NaloxoneCard(), AidCard(), HereCard()
        self.done = Card("What is written", "Enter corrects a line")
        self.done.add(self.steps)
        self.leaves_card = Card("What it leaves", "Enter gives it to someone")
        self.leaves_card.add(self.leaves)
        self.stamps_card = Card("What happened", "Enter gives another time")
        self.stamps_card.add(self.stamps)
        told = column(gap=4)
        for one in (self.since, self.about, self.needs):
            told.addWidget(one)
        head = row(gap=18)
        head.addWidget(self.clock)
        head.addLayout(told, 1)
        top = row(None, *self.buttons, 1, gap=8)
        inner = QWidget()
        self._body = row(gap=12)
        left, middle, right = QWidget(), QWidget(), QWidget()
        self._left = column(left, self.leaves_card, self.stamps_card, 1, gap=12)
        self._middle = column(middle, self.call, self.aid, 1, gap=12)
        column(right, self.naloxone, self.here, self.done, 1, gap=12)
        self._columns = (left, middle, right)
        for part in self._columns:
            self._body.addWidget(part, 1)
        column(inner, head, top, row(None, self.again, 1), self._body, 1, gap=12)
        self.state = Stateful(inner)
        self.state.panel.acted.connect(self.load)
        column(self, self.state, margins=(20, 14))
        self.again.hide()
        self._size()
        theme().theme_changed.connect(self._size)

    def _size(self) -> None:
        for each in self._columns:
            each.setMinimumWidth(px(330))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < px(1080)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._body.direction() is not way:
            self._body.setDirection(way)

    # The stamp

    def asked(self) -> None:
        """The key was pressed: the moment is written before anything else happens."""
        self._pressed = self._sitting.now
        self._stamp()

    def _stamp(self) -> None:
        if self._pressed is None:
            return
        self.again.hide()
        command = StartEmergency(seen_at=self._pressed)
        self._sitting.do(
            command, self._started, self._not_started, owner=self, doing="Stamping the emergency"
        )
        self.show_time()

    def _started(self, _done: Done) -> None:
        self._pressed = None
        self.load()

    def _not_started(self, why: Refused) -> None:
        """The cards stay readable and the moment is kept: only the saving is to be done again."""
        assert self._pressed is not None
        self.again.show()
        self.again.refresh()
        at = f"{self._pressed.astimezone(self._zone):%H:%M:%S}"
        self._sitting.tell(f"The stamp of {at} is not in the record yet. {why} Ctrl S saves it again.", "red")

    def _saved(self) -> str | None:
        return None if self._pressed is not None else "The stamp is in the record."

    def stamp(self, command: WriteStep) -> None:
        """Write a time: "saving" at once, the time after the commit."""
        kind = command.kind
        self._saving.add(kind)
        self._show_stamps()

        def done(_: Done) -> None:
            self._saving.discard(kind)
            self._sitting.tell(
                f"{kind.label}: {self._sitting.time(command.seen_at or self._sitting.now)}.", "green"
            )
            self.load()

        def refused(why: Refused) -> None:
            self._saving.discard(kind)
            self._show_stamps()
            self._sitting.tell(str(why), "red")

        self._sitting.do(command, done, refused, owner=self)

    # Reading

    def opened(self) -> None:
        self._tick.start()
        if self.view is None and self._pressed is None:
            self.state.loading()
        self.load()

    def left(self) -> None:
        self._tick.stop()

    def changed(self, seq: int) -> None:
        self.load()

    def home(self) -> QWidget:
        return self.leaves if self._over() else self.stamps

    def load(self) -> None:
        """Read the emergency that is open, or the last one, and the house."""
        desk = self._sitting.desk
        self._sitting.jobs.read(
            lambda: (emergency_view(desk), read_board(desk)),
            self._show,
            self.state.failed,
            key="emergency",
            owner=self,
        )

    def _committed(self) -> None:
        if self.isVisible():
            self.load()

    def _over(self) -> bool:
        return self.view is not None and self.view.emergency.ended is not None and self._pressed is None

    def _show(self, read: tuple[EmergencyView | None, Board]) -> None:
        was = self.home()
        had_focus = self.window().focusWidget() is was
        self.view, self.board = read
        if self.view is None and self._pressed is None:
            self.state.empty(
                "No emergency is on.",
                "F9, from anywhere, stamps the moment and opens this page. Nothing is asked first.",
            )
            return
        over = self._over()
        self.leaves_card.setVisible(over and not self._mistaken)
        self.end.setVisible(not over)
        self.mistake.setVisible(not over)
        self.naloxone.setVisible(not over)
        self.aid.setVisible(not over)
        self.call.setVisible(not over)
        self._place_stamps(over)
        self._show_about()
        self._show_stamps()
        self._show_leaves()
        self._show_steps()
        self.here.show_house(self.board, self._zone, len(self.view.late) if self.view else 0, over)
        self.call.show_house(self.board, self.view, self._sitting.desk.house.name)
        self.show_time()
        for shown in self.findChildren(ActionButton):
            shown.refresh()
        self.state.ready()
        if self.home() is not was and had_focus:
            self.home().setFocus()

    def _place_stamps(self, over: bool) -> None:
        """When it is over there is nothing to read out: the times stand beside what it leaves. Moved only when they must
        be, for a list that moves loses the focus."""
        column_ = self._columns[1 if over else 0]
        if self.stamps_card.parentWidget() is not column_:
            (self._middle if over else self._left).insertWidget(0 if over else 1, self.stamps_card)

    @property
    def _mistaken(self) -> bool:
        return self.view is not None and self.view.emergency.mistake

    def _show_about(self) -> None:
        emergency = self.view.emergency if self.view else None
        if emergency is None:
            self.about.setText("About whom, where and what can be said later.")
            self.needs.hide()
            return
        who = emergency.who
        room = f", {who.room.label}" if who and who.room else ""
        parts = [
            f"{who.name}{room}" if who else "Nobody chosen yet (F2)",
            emergency.kind.label if emergency.kind else "",
        ]
        parts += [emergency.place or "", "by mistake" if emergency.mistake else ""]
        self.about.setText(" · ".join(part for part in parts if part))
        her = self.view.her if self.view else None
        needs = f"Allergies: {her.allergies}" if her and her.allergies else ""
        self.needs.setText(needs)
        self.needs.setVisible(bool(needs))

    def show_time(self) -> None:
        """Every second: how long it has been, and the next dose. Nothing moves but the figures."""
        emergency = self.view.emergency if self.view else None
        held = self._pressed is not None
        started = self._pressed if self._pressed is not None else emergency.started if emergency else None
        if started is None:
            return
        if held and emergency is not None and emergency.ended is None:
            started = emergency.started
        over = self._over()
        until = emergency.ended if over and emergency and emergency.ended else self._sitting.now
        self.clock.setText(elapsed(until - started))
        day = local_date(started, self._zone)
        at = f"{started.astimezone(self._zone):%H:%M:%S}"
        at = at if day == local_date(self._sitting.now, self._zone) else f"{day_label(day)} {at}"
        by = f" by {emergency.started_by}" if emergency and not held else ""
        if over and emergency and emergency.ended:
            said = f"Began {at}{by}; ended {self._sitting.time(emergency.ended)}, by {emergency.ended_by}"
        else:
            said = f"Since {at}, {'saving the stamp…' if held else f'stamped{by}'}"
        self.since.setText(said)
        last = emergency.last_dose if emergency else None
        doses = len(emergency.of(StepKind.NALOXONE)) if emergency else 0
        self.naloxone.show_doses(
            self.board.naloxone if self.board else "", doses, last, self._sitting.now, self._sitting.time
        )

    def _show_stamps(self) -> None:
        emergency = self.view.emergency if self.view else None
        rows = []
        for key, kind in STAMPS:
            steps = emergency.of(kind) if emergency else ()
            if kind in self._saving:
                written = Cell("saving…", Mark.SAVING, muted=True)
            elif steps:
                many = f"{len(steps)} ×, last " if len(steps) > 1 else ""
                written = Cell(
                    f"{many}{self._about(steps[-1].precision)}{self._sitting.time(steps[-1].at)}", Mark.DONE
                )
            else:
                written = Cell("")
            rows.append(Row(kind, (Cell(key, bold=True), Cell(kind.label), written)))
        self.stamps.set_rows(rows)
        self.stamps.fit_height()

    @staticmethod
    def _about(precision: Precision) -> str:
        return "about " if precision is Precision.ABOUT else ""

    def _show_leaves(self) -> None:
        emergency = self.view.emergency if self.view else None
        rows = []
        for key, which in LEAVES:
            taken = emergency is not None and emergency.accepted(which)
            hours = int(which.within.total_seconds() // 3600)
            now = Cell("taken on", Mark.DONE) if taken else Cell(f"within {hours} h", muted=True)
            rows.append(Row(which, (Cell(key, bold=True), Cell(which.label, muted=taken), now)))
        self.leaves.set_rows(rows)
        self.leaves.fit_height()

    def _show_steps(self) -> None:
        steps: Sequence[Any] = self.view.emergency.steps if self.view else ()
        rows = [
            Row(
                step.entry,
                (
                    Cell(f"{self._about(step.precision)}{self._sitting.time(step.at)}"),
                    Cell(
                        step.kind.label,
                        second=step.words if step.kind is not StepKind.ACTION else step.who or "",
                        bold=True,
                    ),
                    Cell(step.typed_by, muted=True),
                ),
            )
            for step in steps
        ]
        summary = self.view.emergency.summary if self.view else None
        if summary:
            rows.append(Row("summary", (Cell("Words"), Cell(summary), Cell(""))))
        self.steps.set_rows(
            rows or [Row("none", (Cell("–"), Cell("Nothing yet but the stamp", muted=True), Cell("")))]
        )
        self.steps.fit_height()

    def _correct(self, key: object) -> None:
        if self.view is None:
            return
        if key == "summary":
            self._sitting.actions.trigger("emergency.words")
            return
        step = next((step for step in self.view.emergency.steps if step.entry == key), None)
        if step is not None and step.kind is StepKind.ACTION:
            self._sitting.tell("An action is changed and finished on the handover and on her page.", "amber")
        elif step is not None:
            self.acts.correct(step)

    def _give_out(self, which: object) -> None:
        if isinstance(which, FollowUp) and self.view is not None:
            self.acts.give_out(which)


def elapsed(span: timedelta) -> str:
    """ "0:14:32": hours, minutes, seconds of elapsed time."""
    whole = max(int(span.total_seconds()), 0)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
