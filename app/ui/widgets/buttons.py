"""Buttons that show their key, read from the registry of actions."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from app.ui.actions import Actions
from app.ui.theme import colour, font, px
from app.ui.widgets.basics import key_text, restyle
from app.ui.widgets.marks import Mark, paint_mark


class KeyButton(QPushButton):
    """A button with an optional mark and its key as a keycap, before the words (`key_first`) or after.

    Kinds: "" (plain), main (one for a page), quiet, grave (can't be undone), outcome (a round's answers).
    """

    def __init__(
        self,
        text: str = "",
        key: str = "",
        parent: QWidget | None = None,
        *,
        kind: str = "",
        mark: Mark | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._key, self._mark = key_text(key), mark
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._name()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._name()
        self.updateGeometry()

    def set_key(self, key: str) -> None:
        self._key = key_text(key)
        self.updateGeometry()
        self.update()

    def fold(self) -> None:
        """Take less room: the key goes into the tooltip."""
        if self._key:
            self.setToolTip(f"{self.text()} · {self._key}")
            self.set_key("")

    def _name(self) -> None:
        self.setAccessibleName(self.text().replace("&", ""))

    @property
    def _outcome(self) -> bool:
        return self.property("kind") == "outcome"

    def _cap_width(self) -> int:
        return QFontMetrics(font("key")).horizontalAdvance(self._key) + px(12) if self._key else 0

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        extra = (self._cap_width() + px(8) if self._key else 0) + (px(20) if self._mark else 0)
        return QSize(hint.width() + extra, hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _ink(self) -> QColor:
        kind = self.property("kind")
        if not self.isEnabled() or self.property("unavailable"):
            return colour("muted")
        return colour(
            {"main": "on_accent", "grave": "red", "quiet": "muted", "find": "muted"}.get(kind, "ink")
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        text, option.text = option.text.replace("&", ""), ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        ink, pad, box = self._ink(), px(12), QRectF(self.rect())
        words = self.fontMetrics().horizontalAdvance(text)
        cap, mark = self._cap_width(), px(20) if self._mark else 0
        content = words + mark + (cap + px(8) if cap else 0)
        x = float(pad) if self._outcome else self._start(content)
        if self._outcome and cap:
            self._paint_cap(painter, x, cap, ink)
            x += cap + px(8)
        if self._mark:
            paint_mark(
                painter, QRectF(x, 0, px(14), box.height()), self._mark, None if self._outcome else ink
            )
            x += mark
        painter.setPen(ink)
        painter.setFont(self.font())
        painter.drawText(QRectF(x, 0, words + px(4), box.height()), Qt.AlignmentFlag.AlignVCenter, text)
        if cap and not self._outcome:
            self._paint_cap(painter, self._cap_at(x + words + px(8), cap), cap, ink)
        painter.end()

    def _start(self, content: int) -> float:
        """Where the words begin: in the middle, with their mark and key."""
        return max((self.width() - content) / 2, 0.0)

    def _cap_at(self, after_words: float, width: int) -> float:
        """Where the key begins, `width` wide: after the words."""
        return after_words

    def _paint_cap(self, painter: QPainter, x: float, width: float, ink: QColor) -> None:
        main = self.property("kind") == "main"
        height = px(19)
        box = QRectF(x + 0.5, (self.height() - height) / 2 + 0.5, width - 1, height - 1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(ink if main else colour("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush if main else colour("ground"))
        painter.drawRoundedRect(box, px(4), px(4))
        if not main:
            painter.drawLine(
                QPointF(box.left() + px(3), box.bottom() + 1), QPointF(box.right() - px(3), box.bottom() + 1)
            )
        painter.setFont(font("key"))
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.restore()


class LineButton(KeyButton):
    """Its words at the left and its key at the right, however wide it is: in the rail, and the box that finds."""

    def _start(self, content: int) -> float:
        return float(px(10))

    def _cap_at(self, after_words: float, width: int) -> float:
        return float(self.width() - width - px(8))


class ActionButton(KeyButton):
    """A registered action as a button. When it is not available it stays reachable, greyed, and says why."""

    def __init__(
        self, actions: Actions, number: str, parent: QWidget | None = None, *, kind: str = "", text: str = ""
    ) -> None:
        act = actions.get(number)
        super().__init__(text or act.text, act.keys[0] if act.keys else "", parent, kind=kind, mark=act.mark)
        self._actions, self._number = actions, number
        self.clicked.connect(self._pressed)
        actions.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Ask again whether the action is available; call after the page's data changes."""
        try:
            act = self._actions.get(self._number)
        except KeyError:
            return
        reason = act.reason
        restyle(self, unavailable=reason is not None)
        self.setToolTip(act.tooltip)
        self.setAccessibleDescription(f"Not available: {reason}" if reason else act.hint)

    def _pressed(self) -> None:
        self._actions.trigger(self._number)
