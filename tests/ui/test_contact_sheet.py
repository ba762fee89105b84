"""Pictures of every look, and the checks for cut words, names and Tab order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from app.ui.contact_sheet import clipped_text, render, tab_order, unnamed_controls
from app.ui.theme import Theme
from app.ui.widgets.basics import Card, Count, KeyCap, Pill, column, label, row
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.fields import Form
from app.ui.widgets.marks import Mark
from tests.ui.conftest import FIELDS

Shown = Callable[..., Any]


def crowded() -> QWidget:
    page = QWidget()
    page.setObjectName("page")
    card = Card("Simone Tavares-Quintanilha", "Sun 22 Nov 21:42")
    card.add(row(None, Pill("first fortnight · day 4", "amber"), Pill("MAPPA 2/1"), KeyCap("Ctrl+L"), 1))
    card.add(row(None, KeyButton("asleep, breathing seen", "B", kind="outcome"), KeyButton("Out", "O"), 1))
    card.add(label("Knock twice and say your name; torch to the floor. Wake only if in doubt.", wrap=True))
    card.add(Form(FIELDS))
    counts = row(None, *(Count(mark, 12) for mark in (Mark.IN, Mark.OUT, Mark.HOSPITAL, Mark.ABSENT)), 1)
    column(page, counts, card, 1, margins=20)
    return page


class TestContactSheet:
    @pytest.mark.parametrize("name", ["day", "night"])
    @pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
    def test_nothing_is_cut_at_any_size(self, shown: Shown, look: Theme, name: str, scale: float) -> None:
        look.set_mode(name)
        look.set_scale(scale)
        page = shown(crowded(), int(900 * scale), int(1000 * scale))
        assert clipped_text(page) == []
        assert unnamed_controls(page) == []

    def test_cut_words_are_found(self, shown: Shown) -> None:
        page = QWidget()
        narrow, low, button, box = (
            QLabel("Marguerite de la Croix"),
            QLabel("one two " * 20),
            QPushButton("Sign in"),
            QLineEdit(),
        )
        low.setWordWrap(True)
        box.setPlaceholderText("Find anyone, anything at all")
        for each, size in ((narrow, (40, 20)), (low, (200, 20)), (button, (20, 30)), (box, (60, 30))):
            each.setParent(page)
            each.setGeometry(0, 0, *size)
        outside = QLabel("Hope", page)
        outside.setGeometry(780, 0, 120, 20)
        shown(page, 800, 200)
        assert [line.split(":")[0] for line in clipped_text(page)] == [
            "QLabel",
            "QLabel",
            "QPushButton",
            "QLineEdit",
            "QLabel",
        ]
        for each, size in (
            (narrow, (300, 30)),
            (low, (700, 100)),
            (button, (200, 40)),
            (box, (400, 40)),
            (outside, (20, 20)),
        ):
            each.setGeometry(0, 0, *size)
        outside.hide()
        assert clipped_text(page) == []

    def test_controls_without_a_name_are_found(self, shown: Shown) -> None:
        page, box = QWidget(), QLineEdit()
        box.setObjectName("nameless")
        column(page, box, KeyButton("Named"))
        shown(page)
        assert unnamed_controls(page) == ["QLineEdit nameless"]
        box.setAccessibleName("Find")
        assert unnamed_controls(page) == []

    def test_the_tab_order_is_that_of_the_keys(self, shown: Shown, qtbot: Any) -> None:
        form = shown(Form(FIELDS), 500, 900)
        assert tab_order(form) == [form[field.name].control for field in FIELDS]

    def test_every_look_is_drawn_and_put_back(self, look: Theme, tmp_path: Path, qtbot: Any) -> None:
        paper = QImage(210, 297, QImage.Format.Format_RGB32)
        paper.fill(Qt.GlobalColor.white)
        shots = render({"form": crowded, "sheet": lambda: paper}, tmp_path / "out", size=QSize(600, 700))
        assert sorted(s.path.name for s in shots) == [
            "form-day-100.png", "form-day-150.png", "form-night-100.png", "form-night-150.png", "sheet-day-100.png",
        ]  # fmt: skip
        widths = {s.path.name: QImage(str(s.path)).width() for s in shots}
        assert widths["form-day-100.png"] == 600
        assert widths["form-night-150.png"] == 900
        day, night = (QImage(str(tmp_path / "out" / f"form-{n}-100.png")) for n in ("day", "night"))
        assert day.pixelColor(30, 300).lightness() > 200
        assert night.pixelColor(30, 300).lightness() < 60
        assert not QImage(str(tmp_path / "out" / "index.png")).isNull()
        assert "form · night · 150 %" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
        assert (look.mode, look.scale) == ("day", 1.0)
