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

    `staff_in` under `staff_needed` is said in words (DOMAIN.md 3: never under two without saying so).
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


class TopBarView(QWidget):
    """Next due, staff, on-call, naloxone, the clock, who is signed in, Lock and Sign out."""

    lock_asked = Signal()
    sign_out_asked = Signal()
    find_asked = Signal()

    def __init__(self, now: Callable[[], datetime], zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Top bar")
        self._now, self._zone = now, zone
        self._who: list[str] = []
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
        self._left, self._right = QWidget(), QWidget()
        row(self._left, self.next_due, self.staff_pill, self.facts, gap=12)
        row(self._right, 1, self.clock, self.who, self.lock, self.sign_out, gap=12)
        self._line = row(self, self._left, self._right, margins=(20, 8), gap=12)
        self._line.setStretch(0, 1)
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self.tick)
        self._tick.start()
        self.show_top(TopBar())
        self.tick()

    def minimumSizeHint(self) -> QSize:
        """Two lines are enough: large type on a small screen must not widen the window."""
        name = self.who.fontMetrics().size(0, "\n".join(self._who)).width()
        right = (
            sum(each.sizeHint().width() + px(12) for each in (self.clock, self.lock, self.sign_out)) + name
        )
        left = self._left.minimumSizeHint()
        return QSize(max(left.width(), right) + px(40), left.height() + px(16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_look_change(event):
            self._fold()

    def _fold(self) -> None:
        """Stand in one line where there is room, else in two, with the name over the role."""
        fixed = (self.next_due, self.clock, self.lock, self.sign_out)
        inline = " · ".join(self._who)
        wanted = sum(each.sizeHint().width() + px(12) for each in fixed if not each.isHidden())
        wanted += self.who.fontMetrics().horizontalAdvance(inline) + px(300)
        narrow = self.width() < wanted
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._line.direction() is not way:
            self._line.setDirection(way)
        self.who.setText("\n".join(self._who) if narrow else inline)
        self.who.setAccessibleName(inline)

    def tick(self) -> None:
        """Show the house's time; repaints only when the words change."""
        now = self._now()
        text = f"{day_label(local_date(now, self._zone))} {stamp(now, self._zone)}"
        if text != self.clock.text():
            self.clock.setText(text)

    def show_top(self, top: TopBar) -> None:
        self.next_due.show_as(top.next_due, top.next_tone)
        self.next_due.setVisible(bool(top.next_due))
        few = top.staff_in < top.staff_needed
        words = "no staff" if not top.staff_in else f"only {top.staff_in} staff"
        self.staff_pill.setText(f"{words.capitalize()} in: {top.staff_needed} are needed")
        self.staff_pill.setVisible(few and bool(top.who))
        parts = [] if few else [("Staff", str(top.staff_in))]
        parts += [
            (name, fact) for name, fact in (("On call", top.on_call), ("Naloxone:", top.naloxone)) if fact
        ]
        self.facts.setText(" · ".join(self._fact(name, fact) for name, fact in parts) if top.who else "")
        self._who = [part for part in (top.who, top.role) if part]
        self._fold()
        for widget in (self.lock, self.sign_out):
            widget.setVisible(bool(top.who))

    @staticmethod
    def _fact(name: str, fact: str) -> str:
        value = html.escape(fact).replace(" ", "&nbsp;") if len(fact) < 24 else html.escape(fact)
        return f"{html.escape(name).replace(' ', '&nbsp;')}&nbsp;<b>{value}</b>"


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
