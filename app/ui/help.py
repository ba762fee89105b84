"""The help overlay: this place's keys first, then those of everywhere, read from the registry, beside the help texts in
resources/help. One box searches all of it, the help of the other pages too."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QLineEdit, QScrollArea, QTextBrowser, QWidget

from app.domain.find import begins
from app.domain.names import folded
from app.ui.actions import Act, Actions, Scope
from app.ui.dialogs import Sheet
from app.ui.theme import RESOURCES, px
from app.ui.widgets.basics import KeyCap, clear_layout, column, label, row, scale_layout

HELP = RESOURCES / "help"
#: Where an action without a key of its own is found.
IN_THE_MENU = "F10"


def help_text(place: str, folder: Path = HELP) -> str:
    """The help of a page in Markdown, then what is true on every page (keys.md)."""
    texts = [folder / f"{place}.md", folder / "keys.md"]
    return "\n\n".join(path.read_text(encoding="utf-8") for path in texts if place and path.is_file())


def search_help(text: str, place: str = "", folder: Path = HELP) -> str:
    """Every paragraph of every help page that has words beginning with all that is typed, in Markdown beneath its
    heading; this place's page first, then keys.md, then the others by name."""
    wanted = folded(text).split()
    pages = sorted(folder.glob("*.md"), key=lambda path: (path.stem != place, path.stem != "keys", path.stem))
    found: list[str] = []
    for path in pages:
        heading, said = "", ""
        for part in path.read_text(encoding="utf-8").split("\n\n"):
            if part.startswith("#"):
                heading = part
            elif wanted and begins(wanted, folded(f"{heading} {part}").split()):
                if heading != said:
                    found.append(heading)
                    said = heading
                found.append(part)
    return "\n\n".join(found)


class HelpSheet(Sheet):
    """`?` or F1: the keys that work here, then everywhere, and what the page is for."""

    def __init__(self, parent: QWidget | None, actions: Actions, place: str, title: str) -> None:
        super().__init__(parent, f"Keys: {title}" if title else "Keys", width=860)
        self._acts = {
            scope: [act for act in actions.at(place) if act.scope is scope]
            for scope in (Scope.LIST, Scope.PAGE, Scope.WINDOW)
        }
        self._place = place
        self.box = QLineEdit()
        self.box.setPlaceholderText("Search keys and help")
        self.box.setAccessibleName("Search keys and help, of the other pages too")
        self.box.setClearButtonEnabled(True)
        self.box.textChanged.connect(self._search)
        self.box.installEventFilter(self)
        inner, keys = QWidget(), QWidget()
        inner.setObjectName("page")
        self._groups = column(keys, gap=14)
        self.text = _Text()
        self._halves = row(inner, margins=(0, 0, 12, 0), gap=16)
        self._halves.addWidget(keys, 1)
        self._halves.addWidget(self.text, 1, Qt.AlignmentFlag.AlignTop)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName("Keys and help")
        self.area.setWidget(inner)
        room = QGuiApplication.primaryScreen().availableGeometry().height()
        self.area.setMinimumHeight(min(px(440), room - px(240)))
        self.body.addWidget(self.box)
        self.body.addWidget(self.area, 1)
        self.add_button("Close", self.accept, key="Esc", kind="main").setAutoDefault(False)
        self._search("")
        self.box.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows scroll from the box: what is typed there is one line."""
        if watched is self.box and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            bar, step = self.area.verticalScrollBar(), self.area.height() - px(40)
            by = {
                Qt.Key.Key_Down: px(40),
                Qt.Key.Key_Up: -px(40),
                Qt.Key.Key_PageDown: step,
                Qt.Key.Key_PageUp: -step,
            }.get(Qt.Key(event.key()))
            if by is not None:
                bar.setValue(bar.value() + by)
                return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        wanted = folded(text).split()
        clear_layout(self._groups)
        shown = 0
        for scope, acts in self._acts.items():
            found = [
                act
                for act in acts
                if (begins(wanted, folded(f"{act.title} {act.words}").split()) if wanted else act.keys)
            ]
            if found:
                self._groups.addLayout(_group(scope, found))
                shown += len(found)
        if not shown:
            self._groups.addWidget(
                label(f"No key or action here matches “{text.strip()}”.", "muted", wrap=True)
            )
        self._groups.addStretch(1)
        said = search_help(text, self._place) if wanted else help_text(self._place or "keys")
        self.text.setMarkdown(said or f"Nothing in the help matches “{text.strip()}”.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side where both can be read; else the keys above the text."""
        super().resizeEvent(event)
        wide = event.size().width() >= px(700)
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._halves.direction() is not way:
            self._halves.setDirection(way)

    def sizeHint(self) -> QSize:
        room = QGuiApplication.primaryScreen().availableGeometry().size()
        return QSize(min(px(860), room.width() - 40), min(px(620), room.height() - 60))


class _Text(QTextBrowser):
    """Help as tall as it is long: the whole sheet scrolls, so that nothing is read through a slit at 200 %."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Help")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def _fit(self) -> None:
        wanted = round(self.document().size().height()) + 2 * self.frameWidth() + px(12)
        if self.height() != wanted:
            self.setFixedHeight(wanted)


def _group(scope: Scope, acts: Sequence[Act]) -> QGridLayout:
    grid = QGridLayout()
    scale_layout(grid, 0, 6)
    grid.addWidget(label(scope.value, "heading"), 0, 0, 1, 2)
    for i, act in enumerate(acts, 1):
        caps = row(gap=4)
        for key in act.keys or (IN_THE_MENU,):
            caps.addWidget(KeyCap(key))
        caps.addStretch(1)
        grid.addLayout(caps, i, 0)
        grid.addWidget(label(act.hint or act.title, wrap=True), i, 1)
    grid.setColumnStretch(1, 1)
    return grid
