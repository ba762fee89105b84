"""The designed states of a page that has nothing to show: empty, loading, failed, not allowed. And the notice line."""

from enum import Enum

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.ui.faults import Fault
from app.ui.widgets.basics import column, label, restyle, row
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.marks import Mark, MarkIcon


class State(Enum):
    """Each state's mark."""

    EMPTY = Mark.FREE
    LOADING = Mark.SAVING
    FAILED = Mark.OVERDUE
    NOT_ALLOWED = Mark.RESTRICTED


class StatePanel(QWidget):
    """A quiet centred panel: mark, what it is, one line more, and at most one action (signal `acted`)."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icon = MarkIcon(Mark.FREE, 28)
        self.title = label("", "heading", wrap=True)
        self.text = label("", "muted", wrap=True)
        self.button = KeyButton("")
        self.button.clicked.connect(self.acted)
        for each in (self.title, self.text):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner = column(
            None, row(None, 1, self.icon, 1), self.title, self.text, row(None, 1, self.button, 1), gap=8
        )
        column(self, 2, inner, 3, margins=(24, 24))
        self.show_state(State.EMPTY, "")

    def show_state(self, state: State, title: str, text: str = "", action: str = "", key: str = "") -> None:
        self.icon.set_mark(state.value)
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.button.setText(action)
        self.button.set_key(key)
        self.button.setVisible(bool(action))
        self.setAccessibleName(f"{title} {text}".strip())

    def empty(self, title: str, text: str = "", action: str = "") -> None:
        """Nothing here, and that is an answer: "No one is out."."""
        self.show_state(State.EMPTY, title, text, action)

    def loading(self, title: str = "Reading the record…") -> None:
        self.show_state(State.LOADING, title)

    def failed(self, fault: Fault, action: str = "Try again") -> None:
        self.show_state(
            State.FAILED,
            "This could not be read.",
            f"{fault.sentence or 'Nothing in the record has changed.'} Reference {fault.reference}.",
            action,
        )

    def not_allowed(self, reason: str, who: str = "") -> None:
        self.show_state(State.NOT_ALLOWED, reason, f"{who} can." if who else "")


class Stateful(QWidget):
    """Holds a page's content and its StatePanel, and shows one of them.

    `panel_after_ms` keeps a short read from painting "reading": the panel shows only when the wait is felt.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None, *, panel_after_ms: int = 250) -> None:
        super().__init__(parent)
        self.content, self.panel = content, StatePanel()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(content)
        self._stack.addWidget(self.panel)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(panel_after_ms)
        self._wait.timeout.connect(self._show_panel)

    def _show_panel(self) -> None:
        self._stack.setCurrentWidget(self.panel)

    def ready(self) -> None:
        """Show the content."""
        self._wait.stop()
        self._stack.setCurrentWidget(self.content)

    def loading(self, title: str = "Reading the record…") -> None:
        self.panel.loading(title)
        if self._stack.currentWidget() is not self.panel:
            self._wait.start()

    def empty(self, title: str, text: str = "", action: str = "") -> None:
        self._wait.stop()
        self.panel.empty(title, text, action)
        self._show_panel()

    def failed(self, fault: Fault) -> None:
        self._wait.stop()
        self.panel.failed(fault)
        self._show_panel()

    def not_allowed(self, reason: str, who: str = "") -> None:
        self._wait.stop()
        self.panel.not_allowed(reason, who)
        self._show_panel()


_NOTICE = {"blue": Mark.INFORMATION, "amber": Mark.DUE, "red": Mark.OVERDUE, "green": Mark.DONE}


class Notice(QWidget):
    """One line at the foot of a page: what was done, or why it was not. It stays until the next one or `clear`.

    Nothing that matters disappears by a timer while someone is still reading it.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.icon = MarkIcon(Mark.INFORMATION)
        self.text = label("", wrap=True)
        self.close_button = KeyButton("Close", kind="quiet")
        self.close_button.clicked.connect(self.clear)
        line = row(self, self.icon, margins=(12, 6), gap=8)
        line.addWidget(self.text, 1)
        line.addWidget(self.close_button)
        self.hide()

    def tell(self, text: str, tone: str = "blue") -> None:
        """Show a sentence. Tones: blue (information), green (done), amber (caution), red (wrong)."""
        self.icon.set_mark(_NOTICE[tone])
        restyle(self, tone=tone)
        self.text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def clear(self) -> None:
        self.hide()
        self.text.setText("")
        self.closed.emit()
