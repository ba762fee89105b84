"""Daybook in the system's tray, where there is one: a shape and a number, never a name. A click brings the window."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from app.domain.alarms import Alarms, Level
from app.ui.theme import RESOURCES, colour
from app.ui.widgets.marks import Mark, paint_mark

#: Drawn once and scaled down by the system.
_SIDE = 64
_NONE = Alarms(datetime.min.replace(tzinfo=UTC))


def tray_picture(now: Alarms) -> QPixmap:
    """The shape of the most pressing level and how many things stand; Daybook's own picture when nothing does."""
    level = now.level
    if level is None:
        return QIcon(str(RESOURCES / "icons" / "daybook.svg")).pixmap(_SIDE, _SIDE)
    over = level >= Level.OVERDUE
    number = sum((one.level >= Level.OVERDUE) == over for one in now.all)
    picture = QPixmap(_SIDE, _SIDE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_mark(
        painter,
        QRectF(0, 0, _SIDE, _SIDE),
        Mark.OVERDUE if over else Mark.DUE,
        colour("red" if over else "amber"),
    )
    face = QFont(QApplication.font())
    face.setPixelSize(28)
    face.setBold(True)
    painter.setFont(face)
    painter.setPen(QColor(colour("surface")))
    painter.drawText(
        QRectF(0, 0 if over else 12, _SIDE, _SIDE),
        Qt.AlignmentFlag.AlignCenter,
        str(number) if number < 100 else "…",
    )
    painter.end()
    return picture


class Tray(QObject):
    """One icon for the whole program, however many windows it has; each window says what stands in its house."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.icon: QSystemTrayIcon | None = None
        self._known: dict[object, tuple[Alarms, str, Callable[[], None]]] = {}
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.icon = QSystemTrayIcon(QIcon(tray_picture(_NONE)), self)
            self.icon.activated.connect(self._clicked)
            self.icon.messageClicked.connect(self.bring)

    def show_for(self, window: object, now: Alarms, said: str, bring: Callable[[], None]) -> None:
        """What stands at one window: `said` in counts, and what brings that window to the front."""
        self._known[window] = now, said, bring
        self._draw()

    def forget(self, window: object) -> None:
        """That window is signed out or closed; with the last one the icon goes."""
        self._known.pop(window, None)
        self._draw()

    def tell(self, said: str) -> None:
        """A message beside the icon, in counts: for when no window of Daybook is before anybody's eyes."""
        if self.icon is not None and said and QApplication.activeWindow() is None:
            self.icon.showMessage("Daybook", said, QSystemTrayIcon.MessageIcon.Information)

    @property
    def tooltip(self) -> str:
        """What the icon says when it is pointed at."""
        return "\n".join(["Daybook", *dict.fromkeys(said for _, said, _ in self._known.values() if said)])

    def _draw(self) -> None:
        if self.icon is None:
            return
        if not self._known:
            self.icon.hide()
            return
        self.icon.setIcon(QIcon(tray_picture(self._most)))
        self.icon.setToolTip(self.tooltip)
        self.icon.show()

    @property
    def _most(self) -> Alarms:
        return max(
            (now for now, _, _ in self._known.values()), key=lambda now: (now.level or 0, len(now.all))
        )

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.bring()

    def bring(self) -> None:
        """The window where most waits, before everything else on the screen."""
        if self._known:
            max(self._known.values(), key=lambda one: (one[0].level or 0, len(one[0].all)))[2]()
