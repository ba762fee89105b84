"""The counts on top of Now. Each woman is counted once under where she is, so they add up to everyone who lives here, and
*in* is what the fire roll calls. A count is also a filter: press it and only those are shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from app.domain.board import Board, BoardLine
from app.domain.presence import Presence
from app.domain.rooms import RoomState
from app.domain.rounds import asks_now
from app.ui.theme import colour, px
from app.ui.widgets.basics import column, label, restyle, row
from app.ui.widgets.flow import Flow
from app.ui.widgets.marks import Mark, MarkIcon


@dataclass(frozen=True, slots=True)
class Counted:
    """What one count counts: women, or rooms with nobody in them."""

    mark: Mark
    says: str
    lines: Callable[[Board], Sequence[BoardLine]]
    rooms: Callable[[Board], Sequence[RoomState]]


def _none(board: Board) -> tuple[()]:
    return ()


def _so(presence: Presence) -> Callable[[Board], Sequence[BoardLine]]:
    return lambda board: [line for line in board.lines if line.presence is presence]


def _due(board: Board) -> Sequence[BoardLine]:
    """Those who are in and asked for now, and not overdue."""
    return [
        line
        for line in board.lines
        if not line.overdue
        and line.presence is Presence.IN
        and any(asks_now(due, board.at) for due in line.dues)
    ]


#: Every count in its order, which is also its key: 1 is *in*.
COUNTS: dict[str, Counted] = {
    "in": Counted(Mark.IN, "those who are in", _so(Presence.IN), _none),
    "out": Counted(Mark.OUT, "those who are out", _so(Presence.OUT), _none),
    "hospital": Counted(Mark.HOSPITAL, "those at hospital", _so(Presence.HOSPITAL), _none),
    "leave": Counted(Mark.LEAVE, "those on leave", _so(Presence.LEAVE), _none),
    "absent": Counted(Mark.ABSENT, "those who are absent", _so(Presence.ABSENT), _none),
    "custody": Counted(Mark.CUSTODY, "those in custody", _so(Presence.CUSTODY), _none),
    "overdue": Counted(Mark.OVERDUE, "those with a check overdue", lambda board: board.overdue, _none),
    "due": Counted(Mark.DUE, "those with a check due", _due, _none),
    "free": Counted(
        Mark.FREE,
        "free rooms",
        _none,
        lambda board: [room for room in board.empty_rooms if not room.out_of_service],
    ),
    "closed": Counted(
        Mark.OUT_OF_SERVICE,
        "rooms out of service",
        _none,
        lambda board: [room for room in board.empty_rooms if room.out_of_service],
    ),
}
#: Shown even at nothing: that nobody is absent, or overdue, is an answer.
ALWAYS = frozenset(COUNTS) - {"leave", "custody"}


def numbers(board: Board) -> dict[str, int]:
    """The number of each count."""
    return {name: len(what.lines(board)) + len(what.rooms(board)) for name, what in COUNTS.items()}


class CountButton(QPushButton):
    """Mark, number, word; pressed, it stays down and filters. `more` stands under the word, quieter."""

    #: Left (-1) or right (1) was pressed.
    stepped = Signal(int)

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self._shown: tuple[int, str, str] | None = None
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.shape, self.number = MarkIcon(mark, 14), label("", "figure")
        self.word, self.more = label("", "body"), label("", "small_muted")
        words = column(None, self.word, self.more, gap=0)
        self._line = row(self, self.shape, self.number, margins=(12, 8), gap=8)
        self._line.addLayout(words)
        for each in (self.shape, self.number, self.word, self.more):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.more.hide()

    def sizeHint(self) -> QSize:
        hint = self._line.sizeHint()
        return QSize(hint.width(), max(hint.height(), px(46)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_count(self, number: int, more: str = "", word: str = "") -> None:
        """Say the number; `more` is added in small words, `word` stands for the mark's own."""
        if self._shown == (number, more, word):
            return
        self._shown = number, more, word
        mark = self.shape.mark
        self.number.setText(str(number))
        self.word.setText(word or mark.word)
        tone = mark.token if number and mark in (Mark.ABSENT, Mark.OVERDUE, Mark.DUE) else None
        restyle(self.number, tone=tone)
        restyle(self.word, tone=tone)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.setAccessibleName(f"{number} {mark.word}")
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(step)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        down, width = self.isChecked(), 2.0 if self.isChecked() or self.hasFocus() else 1.0
        painter.setBrush(colour("accent_soft" if down or self.underMouse() else "surface"))
        painter.setPen(QPen(colour("accent" if width > 1 else "line"), width))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), px(8), px(8))
        painter.end()


class Counts(Flow):
    """The counts in a row: one Tab stop, the arrows go from one to the next. `chosen` carries a count, or None for all."""

    chosen = Signal(object)

    def __init__(self) -> None:
        self.tiles = {name: CountButton(what.mark) for name, what in COUNTS.items()}
        super().__init__(*self.tiles.values())
        for number, (name, tile) in enumerate(self.tiles.items(), 1):
            tile.setToolTip(f"Only {COUNTS[name].says} · {number % 10}")
            tile.setAccessibleDescription(f"Shows only {COUNTS[name].says}; pressed again, everyone")
            tile.toggled.connect(lambda down, name=name: self._toggled(name, down))
            tile.stepped.connect(lambda step, tile=tile: self._step(tile, step))

    @property
    def only(self) -> str | None:
        """The count that filters."""
        return next((name for name, tile in self.tiles.items() if tile.isChecked()), None)

    def choose(self, name: str | None) -> None:
        """Filter by a count, or by none; the one that is chosen already is let go."""
        for other, tile in self.tiles.items():
            tile.setChecked(other == name and not tile.isChecked())

    def show_board(self, board: Board) -> None:
        """Say the numbers of this board."""
        for name, number in numbers(board).items():
            staff = f"and {len(board.staff_in)} staff, visitors unknown" if name == "in" else ""
            tile = self.tiles[name]
            tile.show_count(number, staff, "women in" if name == "in" else "")
            tile.setVisible(bool(number) or name in ALWAYS or tile.isChecked())
        self.tiles["in"].setAccessibleDescription(
            f"women; {len(board.staff_in)} staff are in too; visitors are not in this record. Shows only those who are in"
        )
        self._stops()

    def _stops(self) -> None:
        """One Tab stop for all of them: the chosen one, or the first."""
        stop = self.only or "in"
        for name, tile in self.tiles.items():
            tile.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if name == stop or tile.hasFocus() else Qt.FocusPolicy.ClickFocus
            )

    def _toggled(self, name: str, down: bool) -> None:
        if down:
            for other, tile in self.tiles.items():
                if other != name and tile.isChecked():
                    blocked = tile.blockSignals(True)
                    tile.setChecked(False)
                    tile.blockSignals(blocked)
                    tile.update()
        self._stops()
        self.chosen.emit(self.only)

    def _step(self, tile: CountButton, step: int) -> None:
        shown = [each for each in self.tiles.values() if not each.isHidden()]
        shown[(shown.index(tile) + step) % len(shown)].setFocus(Qt.FocusReason.OtherFocusReason)
        self._stops()
