"""The top bar and the status line: always the same facts in the same places."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QWidget

from app.domain.time import day_label, local_date, stamp
from app.ui.theme import is_look_change, px
from app.ui.widgets.basics import Pill, label, restyle, row
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.marks import Mark, MarkIcon


@dataclass(frozen=True, slots=True)
class TopBar:
    """What stands on top of every page. `next_tone` is "amber" (due), "red" (overdue) or "neutral".

    `staff_in` under `staff_needed` is said in words (DOMAIN.md 3: never under two without saying so), with `staff_since`,
    the local time from which it has been so ("02:48").
    """

    house: str = ""
    next_due: str = ""
    next_tone: str = "amber"
    staff_in: int = 0
    staff_needed: int = 2
    on_call: str = ""
    naloxone: str = ""
    who: str = ""
    role: str = ""
    staff_since: str = ""


class TopBarView(QWidget):
    """Find, next due, staff, on-call, naloxone, the clock, who is signed in, Lock and Sign out.

    One line where there is room; else two; with large type on a small screen as many as its parts need.
    """

    lock_asked = Signal()
    sign_out_asked = Signal()
    find_asked = Signal()

    def __init__(self, now: Callable[[], datetime], zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Top bar")
        self._now, self._zone = now, zone
        self._top = TopBar()
        self.finder = FindButton("Find anyone, anything", "Ctrl+K")
        self.finder.clicked.connect(self.find_asked)
        self.finder.hide()
        self._can_find = False
        self.next_due, self.staff_pill = Pill("", "amber"), Pill("", "red")
        self.facts = QLabel()
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.facts.setProperty("role", "muted")
        self.facts.setWordWrap(True)
        self.facts.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.clock = label("", "clock")
        self.clock.setAccessibleName("House time")
        self.who = label("", "muted")
        self.lock = KeyButton("Lock", "Ctrl+L")
        self.sign_out = KeyButton("Sign out", kind="quiet")
        self.lock.clicked.connect(self.lock_asked)
        self.sign_out.clicked.connect(self.sign_out_asked)
        self._left, self._right, self._ends = QWidget(), QWidget(), QWidget()
        self._facts_line = row(self._left, self.finder, self.next_due, self.staff_pill, self.facts, gap=12)
        self._time_line = row(self._right, 1, self.clock, self.who, self._ends, gap=12)
        row(self._ends, self.lock, self.sign_out, gap=4)
        self._line = row(self, self._left, self._right, margins=(20, 8), gap=12)
        self._line.setStretch(0, 1)
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self.tick)
        self._tick.start()
        self.show_top(TopBar())
        self.tick()

    def minimumSizeHint(self) -> QSize:
        """Its parts may stand above one another: large type on a small screen must not widen the window."""
        parts = [self.finder, self.next_due, self.staff_pill, self.clock, self.who, self._ends]
        widest = max((each.sizeHint().width() for each in parts if not each.isHidden()), default=0)
        return QSize(widest + px(40), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_look_change(event):
            self._fold()

    def _fold(self) -> None:
        """One line where there is room, else two; and where the type is large, the parts of a line above one another."""
        room = self.width() - px(40)
        left = self._wide(self.finder, self.next_due, self.staff_pill)
        facts = self.facts.fontMetrics().horizontalAdvance(self._plain_facts())
        right = self._wide(self.clock, self.who, self._ends)
        two = left + min(facts, px(300)) + px(12) + right > room
        self._turn(self._line, down=two)
        self._turn(self._facts_line, down=two and left + min(facts, px(200)) > room)
        self._turn(self._time_line, down=two and right > room)

    @staticmethod
    def _wide(*parts: QWidget) -> int:
        return sum(each.sizeHint().width() + px(12) for each in parts if not each.isHidden())

    @staticmethod
    def _turn(line: QBoxLayout, *, down: bool) -> None:
        way = QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight
        if line.direction() is not way:
            line.setDirection(way)

    def tick(self) -> None:
        """Show the house's time; repaints only when the words change."""
        now = self._now()
        text = f"{day_label(local_date(now, self._zone))} {stamp(now, self._zone)}"
        if text != self.clock.text():
            self.clock.setText(text)

    def offer_find(self) -> None:
        """There is something behind the find button."""
        self._can_find = True
        self.show_top(self._top)

    def show_top(self, top: TopBar) -> None:
        self._top = top
        signed_in = bool(top.who)
        self.next_due.show_as(top.next_due, top.next_tone)
        self.next_due.setVisible(bool(top.next_due))
        few = top.staff_in < top.staff_needed
        self.staff_pill.setText(_few_said(top))
        self.staff_pill.setVisible(few and signed_in)
        self.facts.setText(" · ".join(self._fact(*each) for each in self._facts()) if signed_in else "")
        self.facts.setVisible(signed_in)
        self.who.setText(" · ".join(part for part in (top.who, top.role) if part))
        for widget in (self.lock, self.sign_out):
            widget.setVisible(signed_in)
        self.finder.setVisible(signed_in and self._can_find)
        self._fold()

    def _facts(self) -> list[tuple[str, str]]:
        top = self._top
        staff = [] if top.staff_in < top.staff_needed else [("Staff", str(top.staff_in))]
        return staff + [
            (name, fact) for name, fact in (("On call", top.on_call), ("Naloxone:", top.naloxone)) if fact
        ]

    def _plain_facts(self) -> str:
        return " · ".join(f"{name} {fact}" for name, fact in self._facts()) if self._top.who else ""

    @staticmethod
    def _fact(name: str, fact: str) -> str:
        value = html.escape(fact).replace(" ", "&nbsp;") if len(fact) < 24 else html.escape(fact)
        return f"{html.escape(name).replace(' ', '&nbsp;')}&nbsp;<b>{value}</b>"


class FindButton(KeyButton):
    """Looks like the box that it opens: its words at the left, its key at the right."""

    def __init__(self, text: str, key: str) -> None:
        super().__init__(text, key, kind="find")

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + px(16), hint.height())

    def _start(self, content: int) -> float:
        return float(px(10))

    def _cap_at(self, after_words: float, width: int) -> float:
        return float(self.width() - width - px(8))


def _few_said(top: TopBar) -> str:
    """ "Staff: one, since 02:48; 2 are needed"."""
    numbers = ("none", "one", "two", "three", "four")
    many = numbers[top.staff_in] if top.staff_in < len(numbers) else str(top.staff_in)
    since = f", since {top.staff_since}" if top.staff_since else ""
    return f"Staff: {many}{since}; {top.staff_needed} are needed"


class StatusLine(QWidget):
    """Last saved, what is still being saved, how far the record is verified, and the training mark."""

    def __init__(self, training: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Status line")
        self.icon = MarkIcon(Mark.DONE, 12)
        self.saved, self.busy = label(), label()
        self.verified, self.extra = label(wrap=True), label(wrap=True)
        self.training = label("TRAINING HOUSE")
        self.training.setObjectName("training")
        self.training.setVisible(training)
        line = row(self, self.icon, self.saved, self.busy, margins=(20, 5), gap=12)
        line.addWidget(self.verified, 3)
        line.addWidget(self.extra, 2)
        line.addWidget(self.training)
        self.extra.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.icon.hide()
        self.extra.hide()

    def show_saved(self, text: str) -> None:
        """ "Saved 23:02:11": the last act that is durably in the record."""
        self.saved.setText(text)
        self.icon.set_mark(Mark.DONE)
        self.icon.setVisible(bool(text))

    def show_writes(self, waiting: int) -> None:
        """How many acts are on their way to the record."""
        self.busy.setText(f"Saving {waiting}…" if waiting else "")
        if waiting:
            self.icon.set_mark(Mark.SAVING)
            self.icon.show()
        else:
            self.icon.set_mark(Mark.DONE)
            self.icon.setVisible(bool(self.saved.text()))

    def show_verified(self, entry: int, head: str, broken_at: int | None = None) -> None:
        """The record verified to an entry and the start of its head; or where it breaks."""
        if broken_at is not None:
            self.verified.setText(f"The record does not verify: first broken at entry {broken_at:,}")
        else:
            short = " ".join(head[i : i + 4] for i in range(0, min(len(head), 12), 4))
            self.verified.setText(f"Record verified to entry {entry:,} · {short}")
        restyle(self.verified, tone="red" if broken_at is not None else None)

    def show_extra(self, text: str, tone: str | None = None) -> None:
        """The right-hand words, such as when a backup was last proven; "amber" or "red" when somebody should look."""
        self.extra.setText(text)
        restyle(self.extra, tone=tone)
        self.extra.setVisible(bool(text))
