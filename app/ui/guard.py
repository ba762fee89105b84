"""What must hold whatever has the focus: the idle lock hears every key, the keys of an emergency work over a sheet, and
no sheet opens over a screen that is covered."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QDialog

from app.ui.idle import Idle

_Type = QEvent.Type
_KEYS = (_Type.KeyPress, _Type.ShortcutOverride)
_TOUCHES = frozenset(
    (*_KEYS, _Type.MouseButtonPress, _Type.MouseMove, _Type.Wheel, _Type.TouchBegin, _Type.TabletPress)
)


class Guard(QObject):
    """Sees each event of the program before the widget that it is for.

    `over_sheet(sheet, event)` is offered each key that is pressed while a sheet is open and says whether it was its own;
    `opened(sheet)` hears of each sheet that is shown.
    """

    def __init__(
        self,
        idle: Idle,
        over_sheet: Callable[[QDialog, QKeyEvent], bool],
        opened: Callable[[QDialog], None],
    ) -> None:
        super().__init__(idle)
        self._idle, self._over_sheet, self._opened = idle, over_sheet, opened
        self._mouse = QPointF()
        self._late: int | None = None
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def stop(self) -> None:
        """Hear nothing more."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _TOUCHES:
            return self._touch(kind, event)
        if kind is _Type.Show and isinstance(watched, QDialog):
            self._opened(watched)
        return False

    def _touch(self, kind: QEvent.Type, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent) and kind is _Type.MouseMove:
            # A widget that appears under a resting mouse is told of a move that nobody made.
            moved, self._mouse = event.globalPosition() != self._mouse, event.globalPosition()
            if not moved:
                return False
        if kind is _Type.KeyPress and isinstance(event, QKeyEvent):
            late, self._late = self._late, None
            if late == event.key():
                return True
        watching = self._idle.watching
        if watching and not self._idle.touched():
            # It was meant for what was on the screen before, and that is covered now.
            if kind is _Type.ShortcutOverride and isinstance(event, QKeyEvent):
                self._late = event.key()
            return True
        sheet = QApplication.activeModalWidget() if kind is _Type.KeyPress else None
        return isinstance(sheet, QDialog) and isinstance(event, QKeyEvent) and self._over_sheet(sheet, event)
