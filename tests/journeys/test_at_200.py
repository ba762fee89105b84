"""Text at 200 %: every section is usable on a small screen, with the longest names there are."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QWidget

from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.shell import Shell
from app.ui.theme import theme
from tests.journeys.conftest import Person

#: The least that is left to the page at 200 %, in pixels.
LEAST = 150


@pytest.fixture(autouse=True)
def usual_size() -> Iterator[None]:
    yield
    theme().set_scale(1.0)


def out_of_reach(shell: Shell) -> list[str]:
    """Labels and buttons that no scrolling brings onto the window."""
    found = []
    for each in shell.findChildren(QWidget):
        if isinstance(each, QLabel | QAbstractButton) and each.isVisible() and _area(each) is None:
            corner = each.mapTo(shell, QPoint(each.width() - 1, each.height() - 1))
            if not shell.rect().contains(corner):
                found.append(f"{type(each).__name__} {each.text()!r}")
    return found


def _area(widget: QWidget) -> QScrollArea | None:
    at = widget.parentWidget()
    while at is not None and not isinstance(at, QScrollArea):
        at = at.parentWidget()
    return at


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_every_section_is_usable_at_200_percent(
    at_the_window: Callable[..., Person], well_house: Path, size: tuple[int, int]
) -> None:
    priya = at_the_window(well_house)
    shell = priya.window.shell
    shell.resize(*size)
    theme().set_scale(2.0)
    longest = max(priya.board().lines, key=lambda line: len(line.who.name)).who
    assert len(longest.name) > 40
    wrong = {}
    for section in shell.sections:
        shell.go(section)
        priya.wait()
        wrong[section] = _faults(shell)
    priya.window.open_resident(longest.id)
    priya.wait()
    wrong["her page"] = _faults(shell)
    assert {section: faults for section, faults in wrong.items() if faults} == {}
    assert shell.size().toTuple() == size, "the window had to grow"


def _faults(shell: Shell) -> list[str]:
    found = clipped_text(shell) + unnamed_controls(shell) + out_of_reach(shell)
    if shell.stack.height() < LEAST:
        found.append(f"only {shell.stack.height()} pixels are left to the page")
    return found


def test_the_rail_and_the_top_bar_fold_and_unfold(
    at_the_window: Callable[..., Person], well_house: Path
) -> None:
    shell = at_the_window(well_house).window.shell
    shell.resize(1440, 900)
    settle()
    wide, tall = shell.rail.width(), shell.top.height()
    theme().set_scale(2.0)
    settle()
    assert shell.rail.width() < wide
    assert shell.top.height() <= 4 * tall  # two lines of letters twice as high
    assert shell.rail.buttons["round"].toolTip() == "Round · Ctrl 2"
    theme().set_scale(1.0)
    settle()
    assert (shell.rail.width(), shell.top.height()) == (wide, tall)
