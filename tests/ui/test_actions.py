"""The registry: a key is one action, a letter belongs to its list, and what can't be done says why."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.domain.results import Available, Unavailable
from app.ui.actions import Act, Actions, DuplicateKeyError, Scope
from app.ui.widgets.basics import column
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.rows import Cell, Column, Row, RowsView


def nothing() -> None:
    """An action that does nothing."""


def act(number: str, *keys: str, scope: Scope = Scope.WINDOW, place: str = "", **more: Any) -> Act:
    return Act(number, number.capitalize(), more.pop("run", nothing), keys, scope, place, **more)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (act("one", "F2"), act("two", "F2")),
        (act("one", "ctrl+l"), act("two", "Ctrl+L")),
        (act("one", "F2"), act("two", "F2", scope=Scope.PAGE, place="now")),
        (act("one", "F2", scope=Scope.PAGE, place="now"), act("two", "F2")),
        (act("one", "S", scope=Scope.LIST, place="round"), act("two", "s", scope=Scope.LIST, place="round")),
        (
            act("one", "F3", scope=Scope.LIST, place="round"),
            act("two", "F3", scope=Scope.PAGE, place="round"),
        ),
    ],
)
def test_one_key_in_one_place_is_one_action(actions: Actions, first: Act, second: Act) -> None:
    actions.add(first)
    with pytest.raises(DuplicateKeyError, match="one and two"):
        actions.add(second)
    assert [a.id for s in Scope for a in actions.of(s, "round") + actions.of(s, "now")].count("two") == 0


def test_two_pages_may_use_one_key(actions: Actions) -> None:
    actions.add(
        act("one", "F2", scope=Scope.PAGE, place="now"), act("two", "F2", scope=Scope.PAGE, place="round")
    )
    assert [a.id for a in actions.of(Scope.PAGE, "round")] == ["two"]


def test_a_faulty_registration_registers_nothing(actions: Actions) -> None:
    for bad in (act("one"), act("two", scope=Scope.LIST), act("two", "NoSuchKey")):
        with pytest.raises(ValueError):
            actions.add(act("one", "F2"), bad)
        assert actions.of(Scope.WINDOW) == []


def test_dropping_a_page_frees_its_keys(actions: Actions) -> None:
    page = act("one", "F2", scope=Scope.PAGE, place="now")
    actions.add(page)
    actions.qaction("one")
    actions.drop("now")
    actions.add(page)
    assert actions.get("one") is page


def test_dropping_a_page_frees_the_lists_in_it(actions: Actions) -> None:
    copies = act("back", "B", scope=Scope.LIST, place="handover.copies")
    other = act("other", "B", scope=Scope.LIST, place="handovers")
    actions.add(copies, other)
    actions.drop("handover")
    actions.add(copies)
    assert actions.get("other") is other


def test_what_is_not_available_says_why_and_is_not_done(actions: Actions, qtbot: Any) -> None:
    done: list[str] = []
    why: list[Any] = [Unavailable("Only a manager loosens checks.", "A manager")]
    actions.add(act("end", "F2", run=lambda: done.append("end"), available=lambda: why[0]))
    with qtbot.waitSignal(actions.refused) as refused:
        assert actions.trigger("end") is False
    assert refused.args == ["Only a manager loosens checks. A manager can."]
    assert actions.get("end").tooltip == "End · F2 · Only a manager loosens checks. A manager can."
    why[0] = Available()
    assert actions.trigger("end") is True
    assert done == ["end"]


def test_a_button_shows_why_not_and_stays_reachable(
    actions: Actions, shown: Callable[..., Any], qtbot: Any
) -> None:
    done, why = [], ["The round has not begun."]
    actions.add(act("check", "F3", run=lambda: done.append(1), available=lambda: why[0]))
    button = shown(ActionButton(actions, "check", kind="main"), 200, 60)
    assert button.isEnabled()
    assert button.accessibleName() == "Check"
    assert button.accessibleDescription() == "Not available: The round has not begun."
    with qtbot.waitSignal(actions.refused):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    why[0] = None  # type: ignore[call-overload]
    button.refresh()
    assert button.accessibleDescription() == ""
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert done == [1]


def test_a_menu_greys_and_explains(actions: Actions, qtbot: Any) -> None:
    done: list[str] = []
    actions.add(
        act("out", "O", scope=Scope.LIST, place="now", run=lambda: done.append("out")),
        act("end", available=lambda: "Only a manager ends checks."),
    )
    parent = QWidget()
    qtbot.addWidget(parent)
    items = actions.menu(["out", None, "end"], parent).actions()
    assert [item.isSeparator() for item in items] == [False, True, False]
    assert items[0].text() == "Out\tO"
    assert not items[2].isEnabled()
    assert "Only a manager ends checks." in items[2].text()
    items[0].trigger()
    assert done == ["out"]


def listed(actions: Actions, shown: Callable[..., Any]) -> tuple[RowsView, QLineEdit, list[str]]:
    done: list[str] = []
    actions.add(
        act("spoke", "S", scope=Scope.LIST, place="round", run=lambda: done.append("spoke")),
        act("door", "1", scope=Scope.LIST, place="round", run=lambda: done.append("door")),
        act("strike", "Ctrl+Z", scope=Scope.LIST, place="round", run=lambda: done.append("strike")),
        act("plan", "F4", scope=Scope.PAGE, place="round", run=lambda: done.append("plan")),
    )
    page, view, box = QWidget(), RowsView([Column("Name", 100, 1)], "Round"), QLineEdit()
    view.set_rows([Row(i, (Cell(f"Woman {i}"),)) for i in range(3)])
    column(page, view, box)
    actions.attach(page, Scope.PAGE, "round")
    actions.bind_list(view, "round")
    shown(page)
    return view, box, done


def test_a_letter_works_in_its_focused_list_only(
    actions: Actions, shown: Callable[..., Any], qtbot: Any
) -> None:
    view, box, done = listed(actions, shown)
    box.setFocus()
    qtbot.keyClicks(box, "s1")
    assert done == []
    assert box.text() == "s1"
    view.setFocus()
    for key in (Qt.Key.Key_S, Qt.Key.Key_1):
        qtbot.keyClick(view, key)
    qtbot.keyClick(view, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert done == ["spoke", "door", "spoke"]
    qtbot.keyClick(view, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    assert done == ["spoke", "door", "spoke"]
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert done[-1] == "strike"


def test_in_a_text_box_undo_is_the_texts_own(actions: Actions, shown: Callable[..., Any], qtbot: Any) -> None:
    _view, box, done = listed(actions, shown)
    box.setFocus()
    qtbot.keyClicks(box, "late")
    qtbot.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert box.text() == ""
    assert done == []


def test_a_pages_key_works_wherever_the_focus_is_in_it(
    actions: Actions, shown: Callable[..., Any], qtbot: Any
) -> None:
    _view, box, done = listed(actions, shown)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_F4)
    assert done == ["plan"]


def test_a_held_key_counts_once(actions: Actions, shown: Callable[..., Any], qtbot: Any) -> None:
    view, _box, done = listed(actions, shown)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_S)
    for _ in range(5):
        held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_S, Qt.KeyboardModifier.NoModifier, "s", True)
        QApplication.sendEvent(view, held)
    assert done == ["spoke"]
    assert not actions.qaction("plan").autoRepeat()
