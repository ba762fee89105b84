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
from app.ui.widgets.basics import Pill, label, restyle, row, whole_numbers
from app.ui.widgets.buttons import KeyButton, LineButton
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


_FIND = "Find anyone, anything"


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
        self._was: tuple[object, ...] = ()
        self.finder = LineButton(_FIND, "Ctrl+K", kind="find")
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
        self.who = label("", "muted")
        self.lock = KeyButton("Lock", "Ctrl+L")
        self.sign_out = KeyButton("Sign out", kind="quiet")
        self.lock.clicked.connect(self.lock_asked)
        self.sign_out.clicked.connect(self.sign_out_asked)
        self._left, self._right = QWidget(), QWidget()
        self._facts_line = row(self._left, self.finder, self.next_due, self.staff_pill, self.facts, gap=12)
        self._time_line = row(self._right, 1, self.clock, self.who, self.lock, self.sign_out, gap=12)
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
        parts = [self.finder, self.next_due, self.staff_pill, self.clock, self.who, self.lock]
        widest = max((each.sizeHint().width() for each in parts if not each.isHidden()), default=0)
        return QSize(widest + px(40), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_look_change(event):
            self._fold()
            # Its parts may get their new type only after it: measure once more when they have.
            QTimer.singleShot(0, self, self._fold)

    def _fold(self) -> None:
        """What fits: Sign out goes first (the menu has it), then her role, then it stands in two lines, the time first."""
        room, signed_in = self.width() - px(40), bool(self._top.who)
        self.finder.setText(_FIND)
        who, whole = self._top.who, self._whole
        left = self._wide(self.finder, self.next_due, self.staff_pill)
        left += min(_words(self.facts, self._plain_facts()), px(260))
        right = self._wide(self.clock) + (self._width(self.lock) if signed_in else 0)
        out = self._width(self.sign_out)
        one = [(whole, out), (whole, 0), (who, 0)]
        fits = next((each for each in one if left + right + self._named(each[0]) + each[1] <= room), None)
        name, leaves = fits or (who, 0)
        self.sign_out.setMinimumWidth(self.sign_out.sizeHint().width())
        self.sign_out.setVisible(signed_in and leaves > 0)
        self._say_who(name)
        self._stand(two=fits is None)
        upper = right + self._named(name)
        short = fits is None and upper + self._width(self.finder) > room
        if short:
            self.finder.setText("Find")
        self._turn(self._time_line, down=short and upper + px(160) > room)
        lower = self._wide(self.next_due, self.staff_pill) + px(200)
        self._turn(self._facts_line, down=fits is None and lower > room)
        if self._layout_of() != self._was:
            self._was = self._layout_of()
            self._line.invalidate()
            self._line.activate()

    def _layout_of(self) -> tuple[object, ...]:
        lines = (self._line, self._time_line, self._facts_line)
        return (*(line.direction() for line in lines), self.who.text(), self.sign_out.isHidden())

    @property
    def _whole(self) -> str:
        return " · ".join(part for part in (self._top.who, self._top.role) if part)

    def _named(self, name: str) -> int:
        return _words(self.who, name) + px(12) if name else 0

    @staticmethod
    def _width(part: QWidget) -> int:
        return part.sizeHint().width() + px(12)

    def _say_who(self, name: str) -> None:
        self.who.setText(name)
        self.who.setAccessibleName(self._whole)
        self.who.setToolTip("" if name == self._whole else self._whole)

    def _stand(self, *, two: bool) -> None:
        """Two lines have the find button beside the time, above what is due."""
        way = QBoxLayout.Direction.BottomToTop if two else QBoxLayout.Direction.LeftToRight
        if self._line.direction() is not way:
            self._line.setDirection(way)
            (self._time_line if two else self._facts_line).insertWidget(0, self.finder)

    @staticmethod
    def _wide(*parts: QWidget) -> int:
        return sum(TopBarView._width(each) for each in parts if not each.isHidden())

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
            self.clock.setAccessibleName(f"House time {text}")

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
        self.lock.setVisible(signed_in)
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
        value = html.escape(fact)
        value = value.replace(" ", "&nbsp;") if len(fact) < 24 else whole_numbers(value)
        return f"{html.escape(name).replace(' ', '&nbsp;')}&nbsp;<b>{value}</b>"


def _words(where: QLabel, text: str) -> int:
    return where.fontMetrics().horizontalAdvance(text)


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
