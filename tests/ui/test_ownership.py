"""Whom Qt's widgets belong to. PySide takes what some questions give for a child of the widget that was asked, away from its
real parent: when that one is let go, or its garbage collected, the other is deleted under Qt, and the program ends."""

import gc
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHeaderView, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.ui import theme as themes
from app.ui.contact_sheet import tab_order
from app.ui.widgets.rows import Column, RowsView

ROOT = Path(__file__).resolve().parents[2]
#: Questions that part a widget, or a screen, from its parent.
TAKERS = re.compile(r"\.(nextInFocusChain|previousInFocusChain|screen|buddy)\(\)")


def test_nobody_asks_what_takes_a_widget_from_its_parent() -> None:
    asked = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for folder in ("app", "tests")
        for path in (ROOT / folder).rglob("*.py")
        for found in TAKERS.finditer(path.read_text(encoding="utf-8"))
    ]
    assert asked == []


def test_asking_for_the_order_of_tab_lets_every_part_of_a_list_live(
    shown: Callable[..., Any], look: themes.Theme
) -> None:
    page = QWidget()
    inside = QVBoxLayout(page)
    lists = [RowsView([Column("Name", 80)], name) for name in ("First", "Second")]
    for each in (QLineEdit(), *lists, QLineEdit()):
        inside.addWidget(each)
    shown(page)
    assert [type(each) for each in tab_order(page)] == [QLineEdit, RowsView, RowsView, QLineEdit]
    gc.collect()
    look.set_mode("night")
    assert all(isValid(header) for each in lists for header in each.findChildren(QHeaderView))
    assert sum(len(each.findChildren(QHeaderView)) for each in lists) == 4
