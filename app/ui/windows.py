"""The windows of one sitting: each its own frame, keys and pages, all on one desk and one queue of writes.

What is done to the sitting is done to all of them: lock, change of user, sign-out, the privacy cover, the theme.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.actions import Actions, Scope, normal_key
from app.ui.layout import Place, on_a_screen, screen_of
from app.ui.shell import OVER_SHEETS, Page, Section, Shell

if TYPE_CHECKING:
    from app.ui.alarms import AlarmWatch
    from app.ui.sitting import Sitting

#: Sections that a window never opens by itself: they are asked for when something has happened.
NEVER_BY_ITSELF = frozenset({"emergency", "fire"})
#: How far another window stands from the one that it was asked for in, where there is no screen without one.
_STEP = 48


class Pane(QObject):
    """One window. `sections` makes its sections, each with pages of its own; `sitting` is there while someone is."""

    def __init__(
        self,
        number: int,
        sections: Callable[["Pane"], Sequence[Section]],
        make: Callable[[Actions, Sequence[Section], int], Shell],
    ) -> None:
        super().__init__()
        self.number = number
        self.actions = Actions()
        self.sitting: Sitting | None = None
        self.alarms: AlarmWatch | None = None
        self._kept: dict[str, dict[str, Any]] = {}
        self.shell = make(self.actions, sections(self), number)
        self.shell.page_made.connect(self._recall)

    def _recall(self, number: str, page: QWidget) -> None:
        if isinstance(page, Page) and number in self._kept:
            page.recall(dict(self._kept[number]))

    def place(self) -> Place:
        """Where the window stands and how its pages are set out."""
        shell = self.shell
        self._kept |= {
            number: page.remember() for number, page in shell.pages().items() if isinstance(page, Page)
        }
        box = shell.normalGeometry() if shell.isMaximized() else shell.geometry()
        return Place(
            at=(box.x(), box.y(), box.width(), box.height()),
            maximised=shell.isMaximized(),
            screen=screen_of(shell).name(),
            section="" if shell.page_id in NEVER_BY_ITSELF else shell.page_id,
            pages={number: kept for number, kept in self._kept.items() if kept},
        )

    def stand(self, place: Place | None, beside: Shell | None = None) -> None:
        """Put the window where it was last time, on a screen that there is; without a place, beside another window."""
        shell = self.shell
        if place is not None:
            self._kept = dict(place.pages)
            shell.setGeometry(on_a_screen(place))
            if place.maximised:
                shell.showMaximized()
                return
        elif beside is not None:
            shell.setGeometry(_beside(beside))
        else:
            room = screen_of(shell).availableGeometry().size()
            shell.resize(shell.sizeHint().boundedTo(room))
        shell.show()

    def key_over_sheet(self, event: QKeyEvent) -> bool:
        """A key that is pressed in a sheet and must not wait for it: emergency, fire, lock, another person, the names."""
        pressed = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        if not pressed or self.shell.covered:
            return False
        for act in self.actions.of(Scope.WINDOW):
            if act.id in OVER_SHEETS and pressed in {normal_key(key) for key in act.keys}:
                if not event.isAutoRepeat():
                    if act.id.startswith("go."):
                        self.shell.ask_over_sheets(act.id.removeprefix("go."))
                    else:
                        self.actions.trigger(act.id)
                return True
        return False

    def let_go(self) -> None:
        """The window has closed: its pages, keys and frame go; the desk stays with the others."""
        if self.alarms is not None:
            self.alarms.forget()
        self.shell.forget_pages()
        self.shell.deleteLater()
        if self.sitting is not None:
            self.sitting.deleteLater()
            self.sitting = None
        self.actions.deleteLater()
        self.deleteLater()


def _beside(shell: Shell) -> QRect:
    """All of the next screen that has no window of ours; else a step down and right on the same one."""
    own = screen_of(shell)
    for screen in QGuiApplication.screens():
        if screen is not own and not screen.geometry().intersects(shell.geometry()):
            room = screen.availableGeometry()
            size = shell.size().boundedTo(room.size())
            return QRect(room.topLeft(), size)
    box = QRect(shell.geometry())
    box.translate(QPoint(_STEP, _STEP))
    room = own.availableGeometry()
    box.setSize(box.size().boundedTo(room.size()))
    box.moveRight(min(box.right(), room.right()))
    box.moveBottom(min(box.bottom(), room.bottom()))
    return box
