"""The first start: no house yet, so the training house is built, with its progress said; or why there is none."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from app.ui.faults import Fault
from app.ui.jobs import Jobs
from app.ui.theme import px
from app.ui.widgets.basics import column, label, row


class WelcomePage(QWidget):
    """Builds the training house off the GUI thread. `ready` when it stands."""

    ready = Signal()
    _told = Signal(str)

    def __init__(self, make: Callable[[Callable[[str], None]], None]) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Daybook")
        self._make, self._jobs = make, Jobs()
        self.title = label("Daybook", "display", tone="accent")
        self.text = label("", wrap=True)
        self.text.setMinimumWidth(px(420))
        self._told.connect(self.text.setText)
        column(self, 1, row(None, 1, column(None, self.title, self.text, gap=12), 1), 1, margins=(40, 40))
        self.resize(px(640), px(320))

    def begin(self) -> None:
        """Build the training house."""
        self.text.setText("There is no house on this computer yet. A training house is being built…")
        make, tell = self._make, self._told.emit
        self._jobs.write(
            lambda: make(tell), self._built, self._failed, owner=self, doing="Building the training house"
        )

    def refuse(self, sentence: str) -> None:
        """Say why the house can't be opened."""
        self.text.setText(sentence)

    def _built(self, _: object) -> None:
        self.ready.emit()

    def _failed(self, fault: Fault) -> None:
        self.refuse(fault.sentence or f"The training house could not be built. Reference {fault.reference}.")

    def closeEvent(self, event: QCloseEvent) -> None:
        self._jobs.close()
        super().closeEvent(event)
