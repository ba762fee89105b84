"""The help overlay: this page's keys, read from the registry, and the help texts in resources/help."""

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QTextBrowser, QWidget

from app.ui.actions import Act, Actions, Scope
from app.ui.dialogs import Sheet
from app.ui.theme import RESOURCES, px
from app.ui.widgets.basics import KeyCap, column, label, row, scale_layout


def help_text(place: str, folder: Path = RESOURCES / "help") -> str:
    """The help of a page in Markdown, then what is true on every page (keys.md, alarms.md)."""
    texts = [folder / f"{place}.md", folder / "keys.md", folder / "alarms.md"]
    return "\n\n".join(path.read_text(encoding="utf-8") for path in texts if place and path.is_file())


class HelpSheet(Sheet):
    """`?` or F1: the keys that work here and what the page is for."""

    def __init__(self, parent: QWidget | None, actions: Actions, place: str, title: str) -> None:
        super().__init__(parent, f"Keys: {title}" if title else "Keys", width=860)
        inner = QWidget()
        inner.setObjectName("page")
        scopes = column(None, gap=14)
        for scope in (Scope.LIST, Scope.PAGE, Scope.WINDOW):
            acts = [act for act in actions.of(scope, place) if act.keys]
            if acts:
                scopes.addLayout(self._group(scope, acts))
        scopes.addStretch(1)
        self.text = QTextBrowser()
        self.text.setAccessibleName("Help")
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setOpenLinks(False)
        self.text.setMarkdown(help_text(place or "keys"))
        column(inner, scopes, margins=(0, 0, 12, 0))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName("Keys")
        area.setWidget(inner)
        halves = row(gap=16)
        halves.addWidget(area, 1)
        halves.addWidget(self.text, 1)
        self.body.addLayout(halves)
        self.add_button("Close", self.accept, key="Esc", kind="main", default=True).setFocus()

    @staticmethod
    def _group(scope: Scope, acts: list[Act]) -> QGridLayout:
        grid = QGridLayout()
        scale_layout(grid, 0, 6)
        grid.addWidget(label(scope.value, "heading"), 0, 0, 1, 2)
        for i, act in enumerate(acts, 1):
            caps = row(gap=4)
            for key in act.keys:
                caps.addWidget(KeyCap(key))
            caps.addStretch(1)
            grid.addLayout(caps, i, 0)
            grid.addWidget(label(act.hint or act.text, wrap=True), i, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def sizeHint(self) -> QSize:
        room = QGuiApplication.primaryScreen().availableGeometry().size()
        return QSize(min(px(860), room.width() - 40), min(px(560), room.height() - 60))
