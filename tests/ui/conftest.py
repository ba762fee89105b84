"""The window's tests: one look to begin with, no Qt warning, no job or widget left over."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.fields import Field, Kind
from app.ui import theme as themes
from app.ui.actions import Actions
from app.ui.jobs import Jobs

if TYPE_CHECKING:
    from tests.ui.walked import Walked

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 21, 42, tzinfo=UTC)
FIELDS = (
    Field("who", "Seen by", Kind.TEXT, "Name or initials.", 30, required=True),
    Field("note", "Note", Kind.MULTILINE, limit=40),
    Field("day", "Review on", Kind.DATE),
    Field("at", "From", Kind.TIME),
    Field("how", "How", Kind.CHOICE, choices=(("spoke", "spoke"), ("awake", "up, seen awake"))),
    Field("two", "Two staff went in", Kind.CHECK),
    Field("count", "Wakings", Kind.NUMBER),
)
#: What the offscreen platform itself says about its own gaps.
PLATFORM = ("propagateSizeHints", "This plugin does not support", "QFontDatabase: Cannot find font directory")


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> themes.Theme:
    """The look: day at 100 % with sound to begin with."""
    return themes.install(qapp)


@pytest.fixture(autouse=True)
def no_qt_warnings() -> Iterator[None]:
    """A warning from Qt is a fault in the window."""
    said: list[str] = []

    def handler(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(known in (text or "") for known in PLATFORM):
            said.append(text or "")

    before = qInstallMessageHandler(handler)
    yield
    qInstallMessageHandler(before)
    assert said == []


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


@pytest.fixture
def actions(qapp: QApplication) -> Actions:
    return Actions()


@pytest.fixture
def shown(qtbot: Any) -> Callable[..., Any]:
    """Show a widget, active, and give it back; it is closed when the test ends."""

    kept: list[QWidget] = []

    def show(widget: QWidget, width: int = 900, height: int = 600) -> QWidget:
        kept.append(widget)
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        return widget

    return show


@pytest.fixture
def walked(
    tmp_path: Path, jobs: Jobs, actions: Actions, shown: Callable[..., Any]
) -> Iterator[Callable[..., "Walked"]]:
    """Make the window on a small house (given, or made from `facts`); it is let go when the test ends."""
    from tests.ui.houses import small_house
    from tests.ui.walked import Walked

    made: list[Walked] = []

    def make(house: Any = None, **facts: Any) -> Walked:
        made.append(Walked(house or small_house(tmp_path / "house", **facts), jobs, actions, shown))
        return made[-1]

    yield make
    jobs.drain()
    for each in made:
        each.shell.hide()
        each.house.desk.store.close()
