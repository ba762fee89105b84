"""The help overlay: this place first, then everywhere; one box searches the keys and every page's help."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.ui.actions import Act, Actions, Scope
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.help import HelpSheet, search_help
from app.ui.theme import Theme

KEY = Qt.Key


@pytest.fixture
def sheet(actions: Actions, shown: Callable[..., Any]) -> Callable[..., HelpSheet]:
    def nothing() -> None: ...

    def make(width: int = 860) -> HelpSheet:
        actions.add(
            Act("window.lock", "Lock the screen", nothing, ("Ctrl+L",)),
            Act("window.out", "Sign out", nothing),
            Act("round.plan", "If she is not back", nothing, ("P",), Scope.LIST, "round"),
            Act("round.start", "Start", nothing, ("F2",), Scope.PAGE, "round", hint="Start the round"),
            Act("now.other", "Of another page", nothing, ("F3",), Scope.PAGE, "now"),
        )
        made: HelpSheet = shown(HelpSheet(None, actions, "round", "Round"), width, 560)
        settle()
        return made

    return make


def words(sheet: HelpSheet) -> list[str]:
    settle()
    return [each.text() for each in sheet.area.findChildren(QLabel) if each.isVisible()]


def test_this_place_stands_before_everywhere(sheet: Callable[..., HelpSheet]) -> None:
    said = words(sheet())
    order = [said.index(each) for each in ("In the list", "On this page", "Everywhere")]
    assert order == sorted(order)
    assert said.index("Everywhere") < said.index("Ctrl L")
    assert "Start the round" in said
    assert "Of another page" not in said


def test_typing_finds_keys_actions_without_a_key_and_the_help_of_other_pages(
    sheet: Callable[..., HelpSheet], qtbot: Any
) -> None:
    made = sheet()
    made.box.setText("sign")
    assert words(made) == ["Everywhere", "F10", "Sign out"]
    made.box.setText("take over lead")
    assert made.text.toPlainText().startswith("Handover")
    made.box.setText("zzz")
    assert words(made) == ["No key or action here matches “zzz”."]
    assert "Nothing in the help matches" in made.text.toPlainText()
    made.box.clear()
    assert "Ctrl L" in words(made)


def test_it_scrolls_from_the_box(sheet: Callable[..., HelpSheet], qtbot: Any) -> None:
    made = sheet()
    bar = made.area.verticalScrollBar()
    assert bar.maximum() > 0
    qtbot.keyClick(made.box, KEY.Key_PageDown)
    assert bar.value() > 0
    qtbot.keyClick(made.box, KEY.Key_PageUp)
    assert bar.value() == 0


@pytest.mark.parametrize(("scale", "width"), [(1.0, 860), (1.5, 860), (2.0, 760), (2.0, 1320)])
def test_it_is_readable_at_any_size(
    sheet: Callable[..., HelpSheet], look: Theme, scale: float, width: int
) -> None:
    look.set_scale(scale)
    made = sheet(width)
    assert clipped_text(made) == unnamed_controls(made) == []
    assert made.text.height() >= made.text.document().size().height()


def test_help_is_searched_by_paragraph_this_place_first(tmp_path: Path) -> None:
    (tmp_path / "now.md").write_text("## Now\n\nThe tea is hot.\n\nNothing.", encoding="utf-8")
    (tmp_path / "round.md").write_text(
        "## Round\n\nTea at the door.\n\n## More\n\nTEA, again.", encoding="utf-8"
    )
    found = search_help("té", "round", tmp_path)
    assert found == "## Round\n\nTea at the door.\n\n## More\n\nTEA, again.\n\n## Now\n\nThe tea is hot."
    assert search_help("", "round", tmp_path) == search_help("ea", "round", tmp_path) == ""
