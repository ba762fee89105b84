"""Fire: the roll within two seconds of one key, from the pages and from a locked screen; and the roll call."""

from importlib import import_module

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from app.reports.text import bundled
from app.services.rolls import RollShown
from app.ui.actions import Act, Scope
from app.ui.dialogs import TellSheet
from app.ui.pages.fire_view import FireView
from app.ui.papers import save_paper
from app.ui.shell import Page, Shell
from app.ui.sitting import Sitting
from app.ui.widgets.basics import Pill, column, label, row
from app.ui.widgets.buttons import ActionButton

LOCKED = "fire-locked"
#: Why the roll can't be had before anybody has signed in, and where there is one.
SIGNED_OUT = (
    "Nobody is signed in on this computer, so the record can't be opened. Take the printed roll: it is in the grab pack, by "
    "the main door, as your house keeps it. Signing in takes a few seconds; then F8."
)
#: How often the roll over a locked screen is read again.
_AGAIN = 3000


class FirePage(Page):
    """The roll as the signed-in person may read it."""

    page_id = "fire"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self.view = FireView(sitting, no_printer=self._save)
        column(self, self.view, margins=(20, 14))
        sitting.committed.connect(self._committed)

    def opened(self) -> None:
        self.view.load()

    def changed(self, seq: int) -> None:
        self.view.load()

    def home(self) -> QWidget:
        return self.view.home()

    def _committed(self) -> None:
        if self.isVisible():
            self.view.load()

    def _save(self, content: bytes, name: str) -> None:
        """Without a printer the roll goes into the person's documents, under a name that names nobody."""
        save_paper(self._sitting, name, content)


class LockedFire(QWidget):
    """The roll over a locked screen. Esc goes back to the lock; nothing else can be reached from here."""

    def __init__(self, sitting: Sitting, shell: Shell) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Fire roll, over a locked screen")
        self._sitting, self._shell = sitting, shell
        sitting.actions.drop(LOCKED)
        sitting.actions.add(
            Act(f"{LOCKED}.back", "Back to the lock", self.back, ("Esc",), Scope.PAGE, LOCKED)
        )
        self.view = FireView(sitting, LOCKED, locked=True)
        whose = sitting.desk.actor.name
        said = f"From the locked screen of {whose}. What is marked here says so, and that nobody knows who marked it."
        top = row(
            None,
            Pill("Locked", "amber"),
            label(said, "muted", wrap=True),
            ActionButton(sitting.actions, f"{LOCKED}.back"),
            gap=12,
        )
        top.setStretch(1, 1)
        column(self, top, self.view, margins=(20, 14), gap=10).setStretch(1, 1)
        sitting.actions.attach(self, Scope.PAGE, LOCKED)
        self._timer = QTimer(self)
        self._timer.setInterval(_AGAIN)
        self._timer.timeout.connect(self._look)
        shell.closing.connect(self._timer.stop)
        self._timer.start()
        self.setFocusProxy(self.view.list)
        self.view.load()

    def _look(self) -> None:
        if self.isVisible():
            self.view.load()

    def back(self) -> None:
        """To the lock, as it was."""
        self._timer.stop()
        self._shell.lock_asked.emit()


def get_ready() -> None:
    """Load what the roll's paper and the emergency's page are made with; off the GUI thread."""
    import_module("app.ui.pages.emergency")
    bundled()


def show_over_lock(sitting: Sitting | None, shell: Shell) -> None:
    """Show the roll over the lock without unlocking, and write down that it was shown. With nobody signed in beneath it,
    say why not and where the printed one is."""
    if sitting is None:
        shell.open_over_cover = True
        TellSheet(shell, "The roll can’t be shown yet", SIGNED_OUT).open()
        return
    shell.cover(LockedFire(sitting, shell))
    # What is asked from here (a visitor's name) stands over this cover.
    shell.open_over_cover = True
    desk = sitting.desk
    sitting.jobs.write(lambda: desk.do(RollShown()), owner=sitting, doing="Noting that the roll was shown")
