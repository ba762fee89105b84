"""Rows, counts, states and notices, driven by the keyboard."""

import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.ui.faults import fault_of
from app.ui.theme import Theme
from app.ui.widgets.basics import Count, Progress, column, key_text
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.states import Notice, State, Stateful

Shown = Callable[..., Any]


def women(count: int, **changed: str) -> list[Row]:
    return [Row(n, (Cell(str(n)), Cell(changed.get(f"w{n}", f"Woman {n}"), bold=True))) for n in range(count)]


def rows_view(shown: Shown, rows: list[Row], height: int = 200) -> RowsView:
    view = RowsView([Column("Room", 60), Column("Name", 100, 1)], "Residents")
    view.set_rows(rows)
    shown(view, 300, height)
    view.setFocus()
    return view


class TestRows:
    def test_new_words_keep_the_cursor_and_the_scroll(self, shown: Shown) -> None:
        view = rows_view(shown, women(40))
        view.select(20)
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 7)
        scroll = view.verticalScrollBar().value()
        assert scroll > 100
        view.set_rows(women(40, w3="Anne Doyle"))
        assert (view.current_key, view.verticalScrollBar().value()) == (20, scroll)

    def test_only_what_changed_is_redrawn(self, shown: Shown) -> None:
        view, told = rows_view(shown, women(40)), []
        view.rows_model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
        view.rows_model.modelReset.connect(lambda: told.append("all"))
        view.set_rows(women(40, w3="Anne Doyle", w8="Hope"))
        assert told == [(3, 3), (8, 8)]

    def test_the_cursor_follows_her_when_rows_move(self, shown: Shown) -> None:
        view = rows_view(shown, women(40))
        view.select(20)
        view.set_rows(list(reversed(women(40))))
        assert view.current_key == 20
        assert view.currentIndex().row() == 19

    def test_when_she_has_gone_the_cursor_keeps_its_place(self, shown: Shown) -> None:
        view = rows_view(shown, women(6))
        view.select(3)
        view.set_rows([r for r in women(6) if r.key != 3])
        assert view.current_key == 4
        view.select(5)
        view.set_rows(women(2))
        assert view.current_key == 1
        view.set_rows([])
        assert view.current_key is None

    def test_headings_are_passed_over(self, shown: Shown, qtbot: Any) -> None:
        head = Row("first", (Cell("First floor", bold=True),), section=True)
        second = Row("second", (Cell("Second floor", bold=True),), section=True)
        rows = women(4)
        view = rows_view(shown, [head, *rows[:2], second, *rows[2:]])
        assert view.current_key == 0
        for expected in (1, 2, 3, 3):
            qtbot.keyClick(view, Qt.Key.Key_Down)
            assert view.current_key == expected
        assert view.select("second") is False

    def test_enter_opens_and_letters_do_not_search(self, shown: Shown, qtbot: Any) -> None:
        view, opened, moved = rows_view(shown, women(4)), [], []
        view.opened.connect(opened.append)
        view.moved.connect(moved.append)
        qtbot.keyClicks(view, "3")
        assert view.current_key == 0
        qtbot.keyClick(view, Qt.Key.Key_Down)
        qtbot.keyClick(view, Qt.Key.Key_Return)
        assert (opened, moved) == ([1], [1])

    def test_home_and_end_go_to_the_first_and_last_woman(self, shown: Shown, qtbot: Any) -> None:
        head = Row("first", (Cell("First floor", bold=True),), section=True)
        view = rows_view(shown, [head, *women(30), Row("end", (Cell("Out"),), section=True)])
        qtbot.keyClick(view, Qt.Key.Key_End)
        assert view.current_key == 29
        qtbot.keyClick(view, Qt.Key.Key_Home)
        assert view.current_key == 0

    def test_long_words_wrap_into_a_taller_row(self, shown: Shown) -> None:
        view = rows_view(shown, women(2))
        low = view.rowHeight(0)
        view.set_rows(women(2, w0="Marguerite de la Croix-Beauchamp " * 4))
        assert view.rowHeight(0) > low * 2
        assert view.rowHeight(1) == low
        tall = view.rowHeight(0)
        view.resize(900, 200)
        assert view.rowHeight(0) < tall

    def test_any_name_can_be_drawn(self, shown: Shown) -> None:
        names = [
            "فاطمة الزهراء",
            'O\'Brien "Bo"',
            "Zoë 😀 Ní Bhriain",
            "<b>Anne</b>",
            "two\nlines",
            "x" * 5000,
            "",
        ]
        view = rows_view(
            shown, [Row(i, (Cell("1"), Cell(n, Mark.IN, "5 Dill", "under"))) for i, n in enumerate(names)]
        )
        assert not view.grab().isNull()
        assert view.rows_model.data(view.rows_model.index(3, 1)) == "<b>Anne</b> 5 Dill under"

    def test_a_screen_reader_hears_the_marks_word_once(self) -> None:
        assert Cell("Hope", Mark.OUT, "5 Dill").spoken == "out, Hope, 5 Dill"
        assert Cell("out since 17:10", Mark.OUT).spoken == "out since 17:10"

    def test_larger_type_makes_taller_rows(self, shown: Shown, look: Theme) -> None:
        view = rows_view(shown, women(2))
        low = view.rowHeight(0)
        look.set_scale(2.0)
        assert view.rowHeight(0) >= low * 1.8

    def test_a_short_list_is_as_tall_as_its_rows(self, shown: Shown) -> None:
        view = rows_view(shown, women(4))
        view.fit_height()
        assert view.verticalScrollBar().maximum() == 0


class TestSmallParts:
    def test_keys_are_written_for_people(self) -> None:
        pairs = {"Ctrl+Z": "Ctrl Z", "Ctrl++": "Ctrl +", "Up": "↑", "S": "S", "+": "+", "Return": "Enter"}
        assert {key: key_text(key) for key in pairs} == pairs

    def test_a_count_is_said_whole_and_coloured_only_when_it_matters(self, qtbot: Any) -> None:
        count = Count(Mark.OVERDUE, 0)
        qtbot.addWidget(count)
        assert (count.accessibleName(), count.number.property("tone")) == ("0 overdue", None)
        count.show_count(2)
        assert (count.accessibleName(), count.number.property("tone")) == ("2 overdue", "red")

    def test_progress_is_said(self, qtbot: Any) -> None:
        bar = Progress(name="Round")
        qtbot.addWidget(bar)
        bar.show_progress(6, 19)
        assert bar.accessibleName() == "Round: 6 of 19"

    def test_states_are_told_in_words(self, shown: Shown, qtbot: Any) -> None:
        content = QLabel("rows")
        holder = shown(Stateful(content, panel_after_ms=3_600_000))
        holder.ready()
        holder.loading()
        assert content.isVisible(), "a short wait paints nothing"
        holder.empty("No one is out.", "All 18 are in.")
        assert holder.panel.isVisible()
        assert holder.panel.icon.mark is State.EMPTY.value
        assert holder.panel.accessibleName() == "No one is out. All 18 are in."
        assert not holder.panel.button.isVisible()
        try:
            raise ValueError("Kelly-Ann Moss")
        except ValueError as error:
            holder.failed(fault_of(error))
        assert "Kelly" not in holder.panel.accessibleName()
        assert "Nothing in the record has changed." in holder.panel.text.text()
        with qtbot.waitSignal(holder.panel.acted):
            qtbot.mouseClick(holder.panel.button, Qt.MouseButton.LeftButton)
        holder.not_allowed("This page is for managers.", "A manager")
        assert holder.panel.text.text() == "A manager can."
        holder.ready()
        assert content.isVisible()

    def test_a_notice_stays_until_it_is_closed(self, shown: Shown, qtbot: Any) -> None:
        page, notice = QWidget(), Notice()
        column(page, notice)
        shown(page)
        notice.tell("Two staff are needed.", "amber")
        assert notice.isVisible()
        assert notice.icon.mark is Mark.DUE
        qtbot.mouseClick(notice.close_button, Qt.MouseButton.LeftButton)
        assert not notice.isVisible()


def test_the_binding_leaves_shared_objects_alone(qtbot: Any) -> None:
    """PySide6 6.12.0 on Python 3.11 drops a reference of None with each call, and the window dies after some thousands."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.update()
    assert sys.getrefcount(None) > before - 250
