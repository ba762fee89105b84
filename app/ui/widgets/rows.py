"""A list of frozen rows: the board, a round, a day. It redraws only what changed and keeps selection and scroll.

Text wraps, so nothing is cut; a cell is a mark, words, quieter words after them, and a line under them.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QResizeEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.ui.theme import colour, font, px, theme
from app.ui.widgets.keyed import KeyedModel
from app.ui.widgets.marks import Mark, paint_mark

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `second` follows `text`, quieter; `under` is a quieter line below; `tone` colours `text`; `struck` has
    a line through `text`: it was taken back, and stays readable."""

    text: str = ""
    mark: Mark | None = None
    second: str = ""
    under: str = ""
    bold: bool = False
    muted: bool = False
    tone: str | None = None
    struck: bool = False

    @property
    def spoken(self) -> str:
        """What a screen reader says: the mark's word unless the text already says it."""
        word = self.mark.word if self.mark and self.mark.word not in self.text.lower() else ""
        struck = "struck" if self.struck else ""
        return ", ".join(part for part in (struck, word, self.text, self.second, self.under) if part)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `key` is its identity from one load to the next; `tone` (red, amber) fills it.

    A `section` row is a heading (its first cell, across all columns) and can't be selected.
    """

    key: Hashable
    cells: tuple[Cell, ...]
    tone: str | None = None
    section: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `width` px at 100 %, plus a share of what is left by `stretch`."""

    title: str = ""
    width: int = 80
    stretch: int = 0
    right: bool = False


class RowsModel(KeyedModel, QAbstractTableModel):
    """The rows as a Qt model."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What it holds."""
        return self.things

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def cell(self, index: Index) -> Cell:
        cells = self.rows[index.row()].cells
        return cells[index.column()] if index.column() < len(cells) else Cell()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            cell = self.cell(index)
            return " ".join(part for part in (cell.text, cell.second, cell.under) if part)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.cell(index).spoken
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self._rest(index)
        return None

    def _rest(self, index: Index) -> str:
        """The row's other cells: a screen reader that is moved to a row says the whole of it, not one cell."""
        cells = self.rows[index.row()].cells
        others = (cell.spoken for place, cell in enumerate(cells) if place != index.column())
        return ", ".join(filter(None, others))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self.columns[section].title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return (
                    Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
                )
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.rows[index.row()].section:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def replace(self, things: Sequence[Row]) -> list[int] | None:
        """As `KeyedModel.replace`; each row that changed is told to the views."""
        changed = super().replace(things)
        for i in changed or ():
            self.dataChanged.emit(self.index(i, 0), self.index(i, len(self.columns) - 1))
        return changed


class _Painter(QStyledItemDelegate):
    """Draws cells with the theme's fonts; lays each text out once for a width."""

    def __init__(self, view: "RowsView") -> None:
        super().__init__(view)
        self._view = view
        self._laid: dict[tuple[Cell, int], QTextLayout] = {}
        self._fonts: dict[str, QFont] = {}

    def forget(self) -> None:
        self._laid.clear()
        self._fonts.clear()

    def _font(self, role: str) -> QFont:
        if role not in self._fonts:
            self._fonts[role] = font(role)
        return self._fonts[role]

    def layout(self, cell: Cell, width: int, right: bool) -> QTextLayout:
        """The cell's words in `width` pixels, wrapped."""
        found = self._laid.get((cell, width))
        if found is not None:
            return found
        text, runs = "", []
        for part, role, token in (
            (cell.text, "name" if cell.bold else "body", cell.tone or ("muted" if cell.muted else "ink")),
            (cell.second, "body", "muted"),
            (cell.under, "small", "muted"),
        ):
            if not part:
                continue
            if text:
                text += "\u2028" if part is cell.under else " "
            shape = QTextCharFormat()
            shape.setFont(self._font(role))
            shape.setForeground(colour(token))
            shape.setFontStrikeOut(cell.struck and part is cell.text)
            clean = part.replace("\r", "").replace("\n", "\u2028")
            runs.append(
                _range(len(text.encode("utf-16-le")) // 2, len(clean.encode("utf-16-le")) // 2, shape)
            )
            text += clean
        laid = QTextLayout(text, self._font("body"))
        option = QTextOption(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        laid.setTextOption(option)
        laid.setFormats(runs)
        laid.beginLayout()
        y = 0.0
        while (line := laid.createLine()).isValid():
            line.setLineWidth(max(width, px(24)))
            line.setPosition(QPointF(0, y))
            y += line.height() + px(2)
        laid.endLayout()
        if len(self._laid) > 4000:
            self._laid.clear()
        self._laid[cell, width] = laid
        return laid

    def height(self, row: Row, widths: Sequence[int], columns: Sequence[Column]) -> int:
        """The least height of a row whose columns have these widths."""
        if row.section:
            return px(34)
        tallest = max(
            (
                self.layout(cell, self._room(cell, width), column.right).boundingRect().height()
                for cell, width, column in zip(row.cells, widths, columns, strict=False)
                if cell.text or cell.second or cell.under
            ),
            default=0.0,
        )
        return max(round(tallest) + px(14), px(34))

    @staticmethod
    def _room(cell: Cell, width: int) -> int:
        return width - px(20) - (px(20) if cell.mark else 0)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(px(80), px(34))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = self._view.rows_model
        row, cell, column = model.rows[index.row()], model.cell(index), model.columns[index.column()]
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        chosen = index.row() == self._view.currentIndex().row() and not row.section
        painter.save()
        fill = f"{row.tone}_soft" if row.tone else "accent_soft" if chosen else ""
        if fill and not row.section:
            painter.fillRect(box, colour(fill))
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), colour("line"))
        inside = box.adjusted(px(10), 0, -px(10), 0)
        if cell.mark:
            top = (
                inside.top() + (inside.height() - px(14)) / 2
                if not (cell.under or box.height() > px(40))
                else box.top() + px(10)
            )
            paint_mark(painter, QRectF(inside.left(), top, px(14), px(14)), cell.mark)
            inside.setLeft(inside.left() + px(20))
        laid = self.layout(cell, self._room(cell, option.rect.width()), column.right)  # type: ignore[attr-defined]
        y = (
            max((inside.height() - 1 - laid.boundingRect().height()) / 2, 0)
            if box.height() <= px(40)
            else px(7)
        )
        laid.draw(painter, QPointF(inside.left(), inside.top() + y))
        if chosen and self._view.hasFocus():
            self._ring(painter, box, index.column() == 0, index.column() == len(model.columns) - 1)
        painter.restore()

    @staticmethod
    def _ring(painter: QPainter, box: QRectF, first: bool, last: bool) -> None:
        tint, w = colour("accent"), 2.0
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), w), tint)
        painter.fillRect(QRectF(box.left(), box.bottom() - w, box.width(), w), tint)
        if first:
            painter.fillRect(QRectF(box.left(), box.top(), w, box.height()), tint)
        if last:
            painter.fillRect(QRectF(box.right() - w, box.top(), w, box.height()), tint)


def _range(start: int, length: int, shape: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, shape
    return made


class RowsView(QTableView):
    """The list. Up and Down move, Enter (or a double click) emits `opened`; letters are left to its actions."""

    opened = Signal(object)
    #: The key of the row that the cursor is on, or None.
    moved = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        name: str,
        parent: QWidget | None = None,
        *,
        header: bool = False,
        framed: bool = True,
    ) -> None:
        super().__init__(parent)
        self.rows_model = RowsModel(columns, self)
        self._painter = _Painter(self)
        self._last: Hashable = None
        self._hugs = False
        self.setModel(self.rows_model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(name)
        self.setProperty("framed", framed)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setVisible(header)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setHighlightSections(False)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        theme().theme_changed.connect(self._restyle)

    @property
    def current_key(self) -> Hashable:
        """The key of the current row, or None."""
        index = self.currentIndex()
        return self.rows_model.rows[index.row()].key if index.isValid() else None

    @property
    def current_name(self) -> str | None:
        """Whom or what the current row is about: the bold words of its first two cells (a room or a time, and a name), or
        else its first words; None without a row."""
        index = self.currentIndex()
        if not index.isValid():
            return None
        cells = self.rows_model.rows[index.row()].cells
        return next(
            (cell.text for cell in cells if cell.bold and cell.text), cells[0].text if cells else None
        )

    def select(self, key: Hashable) -> bool:
        """Move the cursor to a row and bring it into view; False when it is not there."""
        place = self.rows_model.place(key)
        if place is None or self.rows_model.rows[place].section:
            return False
        self.setCurrentIndex(self.rows_model.index(place, 0))
        return True

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows: the cursor stays on its row (or its place, when that row went), the scroll stays too."""
        key, number = self.current_key, self.currentIndex().row()
        scroll = self.verticalScrollBar().value()
        changed = self.rows_model.replace(rows)
        self._fit(changed)
        if changed is None:
            self.clearSpans()
            for i, row in enumerate(self.rows_model.rows):
                if row.section and len(self.rows_model.columns) > 1:
                    self.setSpan(i, 0, 1, len(self.rows_model.columns))
            if not (key is not None and self.select(key)):
                self._select_near(number)
            self.verticalScrollBar().setValue(scroll)

    def _select_near(self, number: int) -> None:
        rows = self.rows_model.rows
        order = [*range(max(number, 0), len(rows)), *range(min(number, len(rows)) - 1, -1, -1)]
        for i in order:
            if not rows[i].section:
                self.setCurrentIndex(self.rows_model.index(i, 0))
                return

    def fit_height(self) -> None:
        """Be exactly as tall as the rows, for a short list inside a card; from now on whatever its width becomes."""
        self._hugs = True
        total = sum(self.rowHeight(i) for i in range(self.rows_model.rowCount()))
        head = self.horizontalHeader().sizeHint().height() if self.horizontalHeader().isVisible() else 0
        self.setFixedHeight(max(total + head + 2 * self.frameWidth(), px(34)))

    def _widths(self) -> list[int]:
        columns = self.rows_model.columns
        widths = [px(column.width) for column in columns]
        spare = self.viewport().width() - sum(widths)
        shares = sum(column.stretch for column in columns)
        if shares and spare > 0:
            widths = [w + spare * c.stretch // shares for w, c in zip(widths, columns, strict=True)]
        return widths

    def _fit(self, changed: list[int] | None) -> None:
        widths = self._widths()
        for i, width in enumerate(widths):
            self.setColumnWidth(i, width)
        for i in range(len(self.rows_model.rows)) if changed is None else changed:
            height = self.height_of(i, widths)
            if self.rowHeight(i) != height:
                self.setRowHeight(i, height)

    def height_of(self, number: int, widths: Sequence[int]) -> int:
        """How tall a row is when the columns have these widths."""
        return self._painter.height(self.rows_model.rows[number], widths, self.rows_model.columns)

    def _restyle(self) -> None:
        self._painter.forget()
        self._fit(None)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(None)
        if self._hugs and event.oldSize().width() != event.size().width():
            QTimer.singleShot(0, self, self.fit_height)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                y, height = self.rowViewportPosition(index.row()), self.rowHeight(index.row())
                self.viewport().update(0, y, self.viewport().width(), height)
        key = self.current_key
        if key != self._last:
            self._last = key
            self.moved.emit(key)

    def keyboardSearch(self, search: str) -> None:
        """Letters are actions here, never a search by the first column."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            rows = self.rows_model.rows
            order = rows if event.key() == Qt.Key.Key_Home else rows[::-1]
            self.select(next((row.key for row in order if not row.section), None))
            return
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            if not event.isAutoRepeat() and self.currentIndex().isValid():
                self._open(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def _open(self, number: int) -> None:
        row = self.rows_model.rows[number]
        if not row.section:
            self.opened.emit(row.key)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self._select_near(0)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut:
            self.viewport().update()
        return super().event(event)
