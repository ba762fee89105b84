"""Status shapes, drawn as paths so that they scale and never depend on a font's glyphs.

Each status is a shape, a word and a colour (look/README.md): it can be read without colour, from a metre away.
"""

from enum import Enum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.ui.theme import colour, is_look_change, px


class Mark(Enum):
    """A status: its usual word, and the token of its colour."""

    IN = ("in", "accent")
    OUT = ("out", "muted")
    DUE = ("due", "amber")
    OVERDUE = ("overdue", "red")
    ABSENT = ("absent", "red")
    HOSPITAL = ("hospital", "blue")
    LEAVE = ("on leave", "blue")
    CUSTODY = ("in custody", "ink")
    FREE = ("free", "muted")
    OUT_OF_SERVICE = ("out of service", "muted")
    NEXT = ("next", "amber")
    DONE = ("done", "green")
    SAVING = ("saving", "muted")
    LATE = ("late", "muted")
    MISSED = ("missed", "ink")
    EXCUSED = ("excused", "muted")
    RESTRICTED = ("restricted", "blue")
    INFORMATION = ("information", "blue")

    @property
    def word(self) -> str:
        return self.value[0]

    @property
    def token(self) -> str:
        return self.value[1]

    @classmethod
    def of_presence(cls, presence: str) -> "Mark":
        """The mark of a presence word: in, out, leave, hospital, absent, custody."""
        return cls[presence.upper()]


def paint_mark(painter: QPainter, rect: QRectF, mark: Mark, tint: QColor | None = None) -> None:
    """Draw `mark` in the largest square centred in `rect`, in its own colour or in `tint`."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    painter.scale(side / 16.0, side / 16.0)
    ink = tint or colour(mark.token)
    pen = QPen(ink, 1.7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    _DRAW[mark](painter, ink, pen)
    painter.restore()


def _fill(painter: QPainter, ink: QColor, path: QPainterPath) -> None:
    painter.fillPath(path, ink)


def _stroke(painter: QPainter, pen: QPen) -> None:
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


def _in(painter: QPainter, ink: QColor, pen: QPen) -> None:
    path = QPainterPath()
    path.addEllipse(QPointF(8, 8), 6, 6)
    _fill(painter, ink, path)


def _out(painter: QPainter, ink: QColor, pen: QPen) -> None:
    _stroke(painter, pen)
    painter.drawEllipse(QPointF(8, 8), 5.2, 5.2)


def _due(painter: QPainter, ink: QColor, pen: QPen) -> None:
    _fill(painter, ink, _polygon((8, 2.2), (14.4, 13.6), (1.6, 13.6)))


def _overdue(painter: QPainter, ink: QColor, pen: QPen) -> None:
    _fill(painter, ink, _polygon((8, 1), (15, 8), (8, 15), (1, 8)))


def _missed(painter: QPainter, ink: QColor, pen: QPen) -> None:
    _stroke(painter, pen)
    painter.drawPath(_polygon((8, 2), (14, 8), (8, 14), (2, 8)))


def _absent(painter: QPainter, ink: QColor, pen: QPen) -> None:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    path.addRoundedRect(QRectF(2, 2, 12, 12), 2.4, 2.4)
    path.addRoundedRect(QRectF(7, 4.2, 2, 4.8), 0.9, 0.9)
    path.addEllipse(QPointF(8, 11.2), 1.15, 1.15)
    _fill(painter, ink, path)


def _hospital(painter: QPainter, ink: QColor, pen: QPen) -> None:
    _stroke(painter, pen)
    painter.drawRoundedRect(QRectF(2.2, 2.2, 11.6, 11.6), 1.6, 1.6)
    painter.drawLine(QPointF(8, 5.3), QPointF(8, 10.7))
    painter.drawLine(QPointF(5.3, 8), QPointF(10.7, 8))


def _leave(painter: QPainter, ink: QColor, pen: QPen) -> None:
    """A crescent: agreed nights away."""
    disc, bite = QPainterPath(), QPainterPath()
    disc.addEllipse(QPointF(7.4, 8), 6.2, 6.2)
    bite.addEllipse(QPointF(10.4, 6.6), 5.2, 5.2)
    _fill(painter, ink, disc.subtracted(bite))


def _custody(painter: QPainter, ink: QColor, pen: QPen) -> None:
    """A barred square."""
    _stroke(painter, pen)
    painter.drawRoundedRect(QRectF(2.2, 2.2, 11.6, 11.6), 1.6, 1.6)
    for x in (6.0, 10.0):
        painter.drawLine(QPointF(x, 2.4), QPointF(x, 13.6))


def _free(painter: QPainter, ink: QColor, pen: QPen) -> None:
    _stroke(painter, pen)
    painter.drawLine(QPointF(3, 8), QPointF(13, 8))


def _out_of_service(painter: QPainter, ink: QColor, pen: QPen) -> None:
    _stroke(painter, pen)
    painter.drawLine(QPointF(3.4, 3.4), QPointF(12.6, 12.6))
    painter.drawLine(QPointF(12.6, 3.4), QPointF(3.4, 12.6))


def _next(painter: QPainter, ink: QColor, pen: QPen) -> None:
    _stroke(painter, pen)
    for start in range(0, 360, 60):
        painter.drawArc(QRectF(2.6, 2.6, 10.8, 10.8), start * 16, 30 * 16)


def _done(painter: QPainter, ink: QColor, pen: QPen) -> None:
    pen.setWidthF(2.2)
    _stroke(painter, pen)
    painter.drawPolyline(QPolygonF([QPointF(2.8, 8.6), QPointF(6.2, 12), QPointF(13.2, 4)]))


def _late(painter: QPainter, ink: QColor, pen: QPen) -> None:
    """A clock face: made, after its time. Neutral on purpose."""
    _stroke(painter, pen)
    painter.drawEllipse(QPointF(8, 8), 5.8, 5.8)
    painter.drawPolyline(QPolygonF([QPointF(8, 4.8), QPointF(8, 8.2), QPointF(10.4, 9.6)]))


def _excused(painter: QPainter, ink: QColor, pen: QPen) -> None:
    _stroke(painter, pen)
    painter.drawEllipse(QPointF(8, 8), 5.8, 5.8)
    painter.drawLine(QPointF(5.2, 8), QPointF(10.8, 8))


def _saving(painter: QPainter, ink: QColor, pen: QPen) -> None:
    path = QPainterPath()
    for x in (3.2, 8.0, 12.8):
        path.addEllipse(QPointF(x, 8), 1.5, 1.5)
    _fill(painter, ink, path)


def _restricted(painter: QPainter, ink: QColor, pen: QPen) -> None:
    """A padlock."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(3, 7.2, 10, 7), 1.6, 1.6)
    _fill(painter, ink, path)
    _stroke(painter, pen)
    painter.drawArc(QRectF(5, 2, 6, 9), 0, 180 * 16)


def _information(painter: QPainter, ink: QColor, pen: QPen) -> None:
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    path.addEllipse(QPointF(8, 8), 6.4, 6.4)
    path.addRoundedRect(QRectF(7, 7.2, 2, 4.6), 0.9, 0.9)
    path.addEllipse(QPointF(8, 4.9), 1.15, 1.15)
    _fill(painter, ink, path)


_DRAW = {mark: globals()[f"_{mark.name.lower()}"] for mark in Mark}


class MarkIcon(QWidget):
    """Only the shape, `size` px at 100 %; for use beside a word that says the same."""

    def __init__(self, mark: Mark, size: float = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark, self._size = mark, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(mark.word)

    @property
    def mark(self) -> Mark:
        return self._mark

    def set_mark(self, mark: Mark) -> None:
        if mark is not self._mark:
            self._mark = mark
            self.setAccessibleName(mark.word)
            self.update()

    def sizeHint(self) -> QSize:
        side = px(self._size)
        return QSize(side, side)

    def changeEvent(self, event: QEvent) -> None:
        if is_look_change(event):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_mark(painter, QRectF(self.rect()), self._mark)
        painter.end()


class MarkLabel(QWidget):
    """A mark and its word; the word is the accessible name."""

    def __init__(
        self,
        mark: Mark,
        word: str | None = None,
        *,
        role: str = "body",
        toned: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._toned = toned
        self.icon = MarkIcon(mark, parent=self)
        self.label = QLabel(self)
        self.label.setProperty("role", role)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(6))
        row.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.label, 1)
        self.set_mark(mark, word)

    @property
    def mark(self) -> Mark:
        return self.icon.mark

    def set_mark(self, mark: Mark, word: str | None = None) -> None:
        """Show another status; `word` replaces the usual one ("due by 22:00")."""
        self.icon.set_mark(mark)
        text = mark.word if word is None else word
        self.label.setText(text)
        tone = mark.token if self._toned and mark.token not in ("muted", "ink") else None
        if self.label.property("tone") != tone:
            self.label.setProperty("tone", tone)
            self.label.style().polish(self.label)
        self.setAccessibleName(text)
