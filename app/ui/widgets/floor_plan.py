"""A floor plan: one tile a room under the heading of its floor. The arrows move in two dimensions, Enter opens.

A tile is frozen; what did not change is not painted again. Words wrap, and the tiles of one line are as tall as the
tallest of them, so nothing is cut at any size.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.theme import colour, font, px, theme
from app.ui.widgets.keyed import KeyedModel
from app.ui.widgets.marks import Mark, paint_mark

Index = QModelIndex | QPersistentModelIndex
#: The narrowest tile, the gap between two, and what is between its edge and its words; px at 100 %.
NARROWEST, GAP, PAD = 132, 8, 9
_MARK = 13


@dataclass(frozen=True, slots=True)
class Tile:
    """One room. `key` is its identity from one load to the next; `mark` and `word` say where she is; `line` is what
    matters next, in `tone`, and `line_mark` its mark, beside the other. `outline` (red, amber) is for what is wrong, `filled` for the
    worst of it; an `empty` room is dashed. `spoken` is all of it in words. A `section` is a floor's heading: its `name`.
    """

    key: Hashable
    name: str = ""
    room: str = ""
    mark: Mark | None = None
    word: str = ""
    under: str = ""
    line: str = ""
    line_mark: Mark | None = None
    tone: str | None = None
    outline: str | None = None
    filled: bool = False
    empty: bool = False
    section: bool = False
    spoken: str = ""


class TilesModel(KeyedModel, QAbstractListModel):
    """The tiles as a Qt model."""

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """What it holds."""
        return self.things

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.tiles):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            tile = self.tiles[index.row()]
            return tile.spoken or tile.name
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.tiles[index.row()].section:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


@dataclass(slots=True)
class _Laid:
    """A tile's words and marks where they stand in it, and how tall that is."""

    height: float = 0.0
    words: list[tuple[QTextLayout, float, float]] = field(default_factory=list)
    marks: list[tuple[Mark, float, float]] = field(default_factory=list)


class _Painter(QStyledItemDelegate):
    """Draws tiles; lays each one out once for a width."""

    def __init__(self, view: "FloorPlan") -> None:
        super().__init__(view)
        self._view = view
        self._laid: dict[tuple[Tile, int], _Laid] = {}
        self._fonts: dict[str, QFont] = {}

    def forget(self) -> None:
        self._laid.clear()
        self._fonts.clear()

    def _font(self, role: str) -> QFont:
        if role not in self._fonts:
            self._fonts[role] = font(role)
        return self._fonts[role]

    def _text(self, words: str, role: str, token: str, width: float) -> QTextLayout:
        made = QTextLayout(words.replace("\r", "").replace("\n", " "), self._font(role))
        shape = QTextCharFormat()
        shape.setForeground(colour(token))
        run = QTextLayout.FormatRange()
        run.start, run.length, run.format = 0, len(words.encode("utf-16-le")) // 2, shape
        made.setFormats([run])
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        made.setTextOption(option)
        made.beginLayout()
        y = 0.0
        while (line := made.createLine()).isValid():
            line.setLineWidth(max(width, px(24)))
            line.setPosition(QPointF(0, y))
            y += line.height()
        made.endLayout()
        return made

    def laid(self, tile: Tile, width: int) -> _Laid:
        """The tile laid out in `width` pixels, its padding left out."""
        found = self._laid.get((tile, width))
        if found is None:
            if len(self._laid) > 1000:
                self._laid.clear()
            found = self._laid[tile, width] = self._lay_out(tile, width)
        return found

    def _lay_out(self, tile: Tile, width: int) -> _Laid:
        laid = _Laid()
        if tile.section:
            laid.words.append((self._text(tile.name, "heading", "ink", width), 0, px(4)))
            laid.height = laid.words[0][0].boundingRect().height() + px(8)
            return laid
        y = self._top(tile, width, laid)
        for words, role, token in (
            (tile.name, "name", "ink"),
            (tile.under, "small", "muted"),
            (tile.line, "small_bold" if tile.tone else "small", tile.tone or "muted"),
        ):
            if words:
                text = self._text(words, role, token, width)
                laid.words.append((text, 0, y))
                y += text.boundingRect().height() + px(1)
        laid.height = y
        return laid

    def _top(self, tile: Tile, width: int, laid: _Laid) -> float:
        """The room on the left, its marks and where she is on the right; under the room where both don't fit."""
        small, mark, gap = QFontMetricsF(self._font("small")), px(_MARK), px(4)
        marks = [each for each in (tile.line_mark, tile.mark) if each]
        word = small.horizontalAdvance(tile.word) + px(2) if tile.word else 0.0
        wanted = word + (mark + gap) * len(marks)
        beside = small.horizontalAdvance(tile.room) + px(6) + wanted <= width
        room = self._text(tile.room, "small", "muted", width)
        laid.words.append((room, 0, 0))
        height = room.boundingRect().height()
        x, y = (width - wanted, 0.0) if beside else (0.0, height)
        for each in marks:
            laid.marks.append((each, x, y + px(1)))
            x += mark + gap
        if tile.word:
            token = tile.mark.token if tile.mark and not tile.empty else "muted"
            laid.words.append((self._text(tile.word, "small", token, width - x), x, y))
        return (height if beside else y + height) + px(2)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._view.size_of(index.row())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tile = self._view.tiles_model.tiles[index.row()]
        whole = QRectF(option.rect)  # type: ignore[attr-defined]
        if tile.section:
            for text, x, y in self.laid(tile, int(whole.width())).words:
                text.draw(painter, QPointF(whole.left() + x, whole.top() + y))
            return
        box = whole.adjusted(0, 0, -px(GAP), -px(GAP))
        current = index.row() == self._view.currentIndex().row()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._frame(painter, box, tile, current)
        laid = self.laid(tile, self._view.inner)
        left, top = box.left() + px(PAD), box.top() + px(PAD - 2)
        for text, x, y in laid.words:
            text.draw(painter, QPointF(left + x, top + y))
        for mark, x, y in laid.marks:
            paint_mark(painter, QRectF(left + x, top + y, px(_MARK), px(_MARK)), mark)
        painter.restore()

    def _frame(self, painter: QPainter, box: QRectF, tile: Tile, current: bool) -> None:
        chosen = current and (self._view.pointed or self._view.hasFocus())
        fill = "ground" if tile.empty else "surface"
        fill = "red_soft" if tile.filled else "accent_soft" if chosen else fill
        painter.setBrush(colour(fill))
        if tile.outline:
            painter.setPen(QPen(colour(tile.outline), px(2)))
            edge = px(2) / 2
        else:
            dashes = Qt.PenStyle.DashLine if tile.empty else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour("edge" if tile.empty else "line"), 1, dashes))
            edge = 0.5
        painter.drawRoundedRect(box.adjusted(edge, edge, -edge, -edge), px(6), px(6))
        if current and self._view.hasFocus():
            inside = px(4) if tile.outline else px(1)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), px(2)))
            painter.drawRoundedRect(box.adjusted(inside, inside, -inside, -inside), px(5), px(5))


class FloorPlan(QListView):
    """The tiles. Arrows move, Enter (or a double click) emits `opened`; letters are left to its actions."""

    opened = Signal(object)
    #: The key of the tile that the cursor is on, or None.
    moved = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles_model = TilesModel(self)
        self._painter = _Painter(self)
        self._sizes: list[QSize] = []
        self._lines: list[list[int]] = []
        self._last: Hashable = None
        self._wide = -1
        #: Whether the cursor shows though the focus is elsewhere: what is being typed has found its tile.
        self.pointed = False
        self._whole = False
        self.inner = px(NARROWEST)
        self.setModel(self.tiles_model)
        self.setItemDelegate(self._painter)
        self.setAccessibleName(name)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setObjectName("plan")
        self.setStyleSheet("QListView#plan { background: transparent; }")
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        theme().theme_changed.connect(self._restyle)

    @property
    def current_key(self) -> Hashable:
        """The key of the tile that the cursor is on, or None."""
        index = self.currentIndex()
        return self.tiles_model.tiles[index.row()].key if index.isValid() else None

    @property
    def current_name(self) -> str | None:
        """Who lives in the room that the cursor is on, or the room; None without a tile."""
        index = self.currentIndex()
        tile = self.tiles_model.tiles[index.row()] if index.isValid() else None
        return (tile.name or tile.room) if tile else None

    def select(self, key: Hashable) -> bool:
        """Move the cursor to a tile and bring it into view; False when it is not there."""
        place = self.tiles_model.place(key)
        if place is None or self.tiles_model.tiles[place].section:
            return False
        self.setCurrentIndex(self.tiles_model.index(place, 0))
        return True

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these tiles: the cursor stays on its tile (or its place, when that went), the scroll stays too."""
        key, number = self.current_key, self.currentIndex().row()
        scroll = self.verticalScrollBar().value()
        changed = self.tiles_model.replace(tiles)
        if changed is None:
            self._arrange()
            if not (key is not None and self.select(key)):
                self._select_near(number)
            self.verticalScrollBar().setValue(scroll)
            return
        if changed and self._arrange():
            return
        for place in changed:
            index = self.tiles_model.index(place, 0)
            # Not this view's own slot, which lays out every tile anew.
            QAbstractItemView.dataChanged(self, index, index, [])

    def _select_near(self, number: int) -> None:
        tiles = self.tiles_model.tiles
        order = [*range(max(number, 0), len(tiles)), *range(min(number, len(tiles)) - 1, -1, -1)]
        for place in order:
            if not tiles[place].section:
                self.setCurrentIndex(self.tiles_model.index(place, 0))
                return

    # Where each tile stands

    def size_of(self, number: int) -> QSize:
        """How large a tile is, with the gap after and under it."""
        return self._sizes[number] if number < len(self._sizes) else QSize(px(NARROWEST), px(40))

    def _arrange(self) -> bool:
        """Work out every tile's size for the view's width; True when any changed, and all are laid out anew."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self.verticalScrollBar())
        # A list view keeps room for its scroll bar, shown or not.
        wide = max(self.maximumViewportSize().width() - bar - 1, px(NARROWEST))
        across = max(wide // px(NARROWEST + GAP), 1)
        each = wide // across
        self.inner = each - px(GAP) - 2 * px(PAD)
        tiles, sizes = self.tiles_model.tiles, [QSize()] * len(self.tiles_model.tiles)
        lines: list[list[int]] = []
        for number, tile in enumerate(tiles):
            if tile.section:
                sizes[number] = QSize(wide, round(self._painter.laid(tile, wide).height))
                lines.append([])
            elif not lines or len(lines[-1]) == across:
                lines.append([number])
            else:
                lines[-1].append(number)
        self._lines = [line for line in lines if line]
        for line in self._lines:
            tallest = max(self._painter.laid(tiles[number], self.inner).height for number in line)
            size = QSize(each, round(tallest) + 2 * px(PAD - 2) + px(GAP))
            for number in line:
                sizes[number] = size
        if sizes == self._sizes and wide == self._wide:
            return False
        self._sizes, self._wide = sizes, wide
        self.scheduleDelayedItemsLayout()
        if self._whole:
            self.updateGeometry()
        return True

    def show_whole(self, whole: bool) -> None:
        """Ask for the height of all the tiles (what is around scrolls), or be content with a part of it and scroll."""
        if whole is not self._whole:
            self._whole = whole
            self.updateGeometry()

    def doItemsLayout(self) -> None:
        """Work the sizes out again just before they are used: the scroll bar's own width may have come late."""
        self._arrange()
        super().doItemsLayout()

    def _restyle(self) -> None:
        self._painter.forget()
        self._wide = -1
        self._arrange()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        tall = px(260)
        if self._whole:
            headings = (
                size for tile, size in zip(self.tiles_model.tiles, self._sizes, strict=True) if tile.section
            )
            tall = sum(size.height() for size in headings)
            tall += sum(self._sizes[line[0]].height() for line in self._lines) + px(GAP)
        return QSize(px(2 * NARROWEST + 3 * GAP), tall)

    # Keys

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Left and right in walking order, up and down to the tile above and below; across floors too."""
        if not self._lines:
            return QModelIndex()
        now, where = self.currentIndex().row(), QAbstractItemView.CursorAction
        place = next(((i, line.index(now)) for i, line in enumerate(self._lines) if now in line), None)
        if place is None:
            return self.tiles_model.index(self._lines[0][0], 0)
        order = [number for line in self._lines for number in line]
        line, across = place
        if action in (where.MoveLeft, where.MovePrevious):
            number = order[max(order.index(now) - 1, 0)]
        elif action in (where.MoveRight, where.MoveNext):
            number = order[min(order.index(now) + 1, len(order) - 1)]
        elif action is where.MoveHome:
            number = order[0]
        elif action is where.MoveEnd:
            number = order[-1]
        else:
            steps = {where.MoveUp: -1, where.MoveDown: 1, where.MovePageUp: -3, where.MovePageDown: 3}[action]
            to = self._lines[min(max(line + steps, 0), len(self._lines) - 1)]
            number = to[min(across, len(to) - 1)]
        return self.tiles_model.index(number, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            if not event.isAutoRepeat() and self.currentIndex().isValid():
                self._open(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are actions here, never a search."""

    def _open(self, number: int) -> None:
        tile = self.tiles_model.tiles[number]
        if not tile.section:
            self.opened.emit(tile.key)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        for index in (current, previous):
            if index.isValid():
                self.update(index)
        key = self.current_key
        if key != self._last:
            self._last = key
            self.moved.emit(key)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self._select_near(0)
        self.viewport().update()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut:
            self.viewport().update()
        return super().event(event)
