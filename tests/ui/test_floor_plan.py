"""The floor plan by itself: where the arrows go, what is painted again, and what a screen reader is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest

from app.ui.contact_sheet import settle
from app.ui.theme import Theme
from app.ui.widgets.floor_plan import FloorPlan, Tile
from app.ui.widgets.marks import Mark

Shown = Callable[..., Any]
LONG = "Marguerite Élodie de la Croix-Montgomery-Featherstonehaugh"
LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down


def tile(number: int, **more: Any) -> Tile:
    told = {"name": f"Woman {number}", "room": f"{number} Oak", "mark": Mark.IN, "word": "in"} | more
    return Tile(number, **told, spoken=f"{number} Oak, Woman {number}, in")


def plan_of(shown: Shown, floors: list[int], width: int = 600, height: int = 500) -> FloorPlan:
    """A plan with so many tiles on each floor, numbered from 1."""
    made: list[Tile] = []
    number = 0
    for floor, count in enumerate(floors):
        made.append(Tile(f"floor {floor}", name=f"Floor {floor}", section=True))
        for _ in range(count):
            number += 1
            made.append(tile(number))
    plan = FloorPlan("The rooms")
    plan.set_tiles(made)
    shown(plan, width, height)
    plan.setFocus()
    settle()
    return plan


def across(plan: FloorPlan) -> int:
    """How many tiles stand beside one another."""
    top = plan.visualRect(plan.tiles_model.index(1, 0)).top()
    rows = range(1, plan.tiles_model.rowCount())
    return sum(plan.visualRect(plan.tiles_model.index(row, 0)).top() == top for row in rows)


def test_the_arrows_move_in_two_dimensions_and_over_the_floors(shown: Shown) -> None:
    plan = plan_of(shown, [6, 2, 5])
    assert across(plan) == 4
    assert plan.current_key == 1

    def after(*keys: Any) -> Any:
        for key in keys:
            QTest.keyClick(plan, key)
        return plan.current_key

    assert after(RIGHT, RIGHT) == 3
    assert after(DOWN) == 6, "the line below is shorter: its last tile"
    assert after(DOWN) == 8
    assert after(DOWN) == 10
    assert after(DOWN) == 13
    assert after(DOWN) == 13, "there is nothing below the last line"
    assert after(LEFT) == 12, "left goes back in walking order, from line to line"
    assert after(UP) == 8
    assert after(Qt.Key.Key_Home) == 1
    assert after(LEFT, UP) == 1
    assert after(Qt.Key.Key_End) == 13


def test_enter_and_a_double_click_open(shown: Shown) -> None:
    plan, opened = plan_of(shown, [3]), []
    plan.opened.connect(opened.append)
    QTest.keyClick(plan, RIGHT)
    QTest.keyClick(plan, Qt.Key.Key_Return)
    assert opened == [2]
    where = plan.visualRect(plan.tiles_model.index(3, 0)).center()
    QTest.mouseClick(plan.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert (plan.current_key, opened) == (3, [2])
    QTest.mouseDClick(plan.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert opened == [2, 3]


def test_letters_are_left_to_actions(shown: Shown) -> None:
    plan = plan_of(shown, [3])
    QTest.keyClicks(plan, "w")
    assert plan.current_key == 1


def test_a_screen_reader_is_told_all_of_a_tile_and_cannot_stop_on_a_heading(shown: Shown) -> None:
    plan = plan_of(shown, [2])
    model = plan.tiles_model
    said = [model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert said == ["Floor 0", "1 Oak, Woman 1, in", "2 Oak, Woman 2, in"]
    assert model.flags(model.index(0, 0)) == Qt.ItemFlag.NoItemFlags
    assert model.flags(model.index(1, 0)) & Qt.ItemFlag.ItemIsSelectable


class _Painted(QObject):
    """How much of a view is painted."""

    def __init__(self, plan: FloorPlan) -> None:
        super().__init__(plan)
        self.area = 0
        plan.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.area += sum(box.width() * box.height() for box in event.region())
        return False


def test_only_the_tile_that_changed_is_painted_again(shown: Shown) -> None:
    plan = plan_of(shown, [8, 8])
    tiles = list(plan.tiles_model.tiles)
    painted = _Painted(plan)
    plan.set_tiles(tiles)
    settle()
    assert painted.area == 0
    tiles[5] = replace(tiles[5], word="out", mark=Mark.OUT)
    plan.set_tiles(tiles)
    settle()
    one = plan.visualRect(plan.tiles_model.index(5, 0))
    assert 0 < painted.area <= one.width() * one.height()
    assert plan.tiles_model.tiles[5].word == "out"


def test_the_cursor_and_the_scroll_stay_when_others_come_and_go(shown: Shown) -> None:
    plan = plan_of(shown, [9, 9, 9], height=200)
    plan.select(14)
    settle()
    scroll = plan.verticalScrollBar().value()
    assert scroll > 0
    tiles = [each for each in plan.tiles_model.tiles if each.key != 27]
    plan.set_tiles(tiles)
    settle()
    assert plan.current_key == 14
    assert plan.verticalScrollBar().value() == scroll
    plan.set_tiles([each for each in tiles if each.key != 14])
    settle()
    assert plan.current_key == 15


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_every_word_has_room_in_its_tile_at_every_size(look: Theme, shown: Shown, scale: float) -> None:
    look.set_scale(scale)
    plan = FloorPlan("The rooms")
    told = [
        tile(1, name=LONG, room="24 Finch", mark=Mark.OUT_OF_SERVICE, word="out of service"),
        tile(2, line="late 42 min, case open", line_mark=Mark.OVERDUE, tone="red", under="not Anne Doyles"),
        tile(3),
    ]
    plan.set_tiles(told)
    shown(plan, 500, 400)
    settle()
    for row, each in enumerate(told):
        box = plan.visualRect(plan.tiles_model.index(row, 0))
        laid = plan._painter.laid(each, plan.inner)
        assert laid.height <= box.height()
        for text, x, y in laid.words:
            lines = [text.lineAt(number) for number in range(text.lineCount())]
            assert x + max(line.naturalTextWidth() for line in lines) <= plan.inner + 1
            assert y + text.boundingRect().height() <= laid.height + 1
            assert sum(line.textLength() for line in lines) == len(text.text())


def test_a_narrow_plan_has_one_tile_a_line_and_none_is_lost(shown: Shown) -> None:
    plan = plan_of(shown, [3, 3], width=180)
    assert across(plan) == 1
    boxes = [plan.visualRect(plan.tiles_model.index(row, 0)) for row in range(plan.tiles_model.rowCount())]
    assert all(box.right() < plan.viewport().width() for box in boxes)
    assert len({(box.left(), box.top()) for box in boxes}) == len(boxes)
