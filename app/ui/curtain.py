"""The privacy cover: what a visitor at the hatch may see while somebody is signed in. Counts and the clock, no names.

It is a curtain, not a lock: it asks for no password, and the idle lock goes on counting.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QWidget

from app.domain.board import Board
from app.domain.presence import Presence
from app.domain.time import day_label, local_date, stamp
from app.ui.theme import px
from app.ui.widgets.basics import Count, column, label, row, scrolled
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.marks import Mark

_TILES = (
    ("in", Mark.IN),
    ("out", Mark.OUT),
    ("leave", Mark.LEAVE),
    ("hospital", Mark.HOSPITAL),
    ("absent", Mark.ABSENT),
    ("custody", Mark.CUSTODY),
)


class Curtain(QWidget):
    """F12 or Esc lifts it (`lifted`); Ctrl L locks; `asked` carries the section of another key ("fire")."""

    lifted = Signal()
    lock_asked = Signal()
    asked = Signal(str)

    def __init__(
        self,
        house: str,
        now: Callable[[], datetime],
        zone: ZoneInfo,
        keys: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Names are covered")
        self._now, self._zone = now, zone
        self.clock = label("", "display")
        self.clock.setAccessibleName("House time")
        self.tiles = {name: Count(mark) for name, mark in _TILES}
        self.waiting = label("", "heading", tone="amber", wrap=True)
        self.waiting.hide()
        self.staff = label("", "muted", wrap=True)
        self.lift = KeyButton("Show the screen again", "F12", kind="main")
        self.lift.clicked.connect(self.lifted)
        self.lock = KeyButton("Lock", "Ctrl+L")
        self.lock.clicked.connect(self.lock_asked)
        buttons = [self.lift, self.lock]
        for section, text, key in keys:
            button = KeyButton(text, key, kind="grave")
            button.clicked.connect(lambda _checked=False, section=section: self.asked.emit(section))
            self._key(key, button.click)
            buttons.append(button)
        for key, what in (
            ("F12", self.lifted.emit),
            ("Esc", self.lifted.emit),
            ("Ctrl+L", self.lock_asked.emit),
        ):
            self._key(key, what)
        self._tiles = Flow(*self.tiles.values())
        middle = column(
            None,
            row(
                None,
                label(f"Daybook · {house}" if house else "Daybook", "heading", tone="accent"),
                1,
                self.clock,
            ),
            self._tiles,
            self.waiting,
            self.staff,
            label(
                "Names are covered. Nobody is signed out, and nothing that was being typed is lost.",
                "muted",
                wrap=True,
            ),
            Flow(*buttons),
            gap=16,
        )
        inside = QWidget()
        inside.setObjectName("page")
        column(inside, 1, row(None, 1, self._fixed(middle), 1), 1, margins=(20, 20))
        column(self, scrolled(inside))
        self.setFocusProxy(self.lift)
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self.tick)
        self.tick()

    def _fixed(self, inside: object) -> QWidget:
        held = QWidget()
        held.setLayout(inside)  # type: ignore[arg-type]
        held.setMaximumWidth(px(820))
        held.setMinimumWidth(min(px(820), 1160))
        return held

    def _key(self, key: str, what: Callable[[], object]) -> None:
        QShortcut(QKeySequence(key), self).activated.connect(what)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.tick()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Once it is lifted its clock stands still: it only waits to be let go."""
        super().hideEvent(event)
        self._tick.stop()

    def tick(self) -> None:
        """The house's time; repaints only when the words change."""
        now = self._now()
        text = f"{day_label(local_date(now, self._zone))} {stamp(now, self._zone)}"
        if text != self.clock.text():
            self.clock.setText(text)

    def show_board(self, board: Board, waiting: str = "") -> None:
        """Counts alone: nothing here is about one woman. `waiting` is what the lock screen says of alarms."""
        numbers = {presence.value: board.count(presence) for presence in Presence}
        for name, tile in self.tiles.items():
            tile.show_count(numbers[name])
            tile.setVisible(bool(numbers[name]) or name in ("in", "out"))
        self.waiting.setText(waiting)
        self.waiting.setVisible(bool(waiting))
        many = len(board.staff_in)
        short = f", {board.least_staff} are needed" if many < board.least_staff else ""
        self.staff.setText(
            f"Staff in the building: {many}{short}" + (f" · On call {board.on_call}" if board.on_call else "")
        )
