"""Fields, drafts and the seen-at entry, driven by the keyboard."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.domain.results import Refused
from app.domain.sightings import Precision, Source
from app.ui.contact_sheet import unnamed_controls
from app.ui.widgets import drafts
from app.ui.widgets.basics import column
from app.ui.widgets.drafts import DraftKeeper
from app.ui.widgets.fields import FieldBox, Form, TextBox, read_date, read_time
from app.ui.widgets.moment import Moment
from tests.ui.conftest import FIELDS, LONDON, NOW

Shown = Callable[..., Any]


class TestFields:
    def test_each_is_named_described_and_in_order(self, shown: Shown, qtbot: Any) -> None:
        form = shown(Form(FIELDS), 500, 800)
        assert unnamed_controls(form) == []
        assert form["who"].control.accessibleName() == "Seen by"
        assert form["who"].control.accessibleDescription() == "Name or initials."
        form["who"].control.setFocus()
        for field in FIELDS:
            assert QApplication.focusWidget() is form[field.name].control
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)

    def test_values_come_and_go(self, qtbot: Any) -> None:
        form = Form(FIELDS)
        qtbot.addWidget(form)
        values = {
            "who": "Dawn Ellery", "note": "two\nlines", "day": date(2026, 11, 24), "at": time(21, 5),
            "how": "awake", "two": True, "count": 3,
        }  # fmt: skip
        form.set_values(values)
        assert form.values() == values
        assert form.check()

    def test_what_is_wrong_stands_beside_its_field(self, shown: Shown) -> None:
        form = shown(Form(FIELDS), 500, 900)
        form["note"].set_value("x" * 41)
        form["day"].set_value(None)
        form["day"].control.setText("31/02/2026")
        form["at"].control.setText("25:00")
        form["count"].control.setText("few")
        assert form.check() is False
        said = {name: box.error.text() for name, box in form.boxes.items() if box.error.isVisible()}
        assert said == {
            "who": "Seen by is needed.",
            "note": "Note is 41 characters; 40 is the most. Shorten it.",
            "day": "Review on must be a date like 22/11/2026 or 22 Nov 2026.",
            "at": "From must be a 24-hour time like 21:05.",
            "count": "Wakings must be a whole number.",
        }
        assert QApplication.focusWidget() is form["who"].control
        assert form["who"].control.accessibleDescription() == "Seen by is needed. Name or initials."
        form.clear_errors()
        assert not any(box.error.isVisible() for box in form.boxes.values())

    def test_characters_are_counted_near_the_limit_and_never_cut(self, shown: Shown) -> None:
        box = shown(FieldBox(FIELDS[1]), 400, 200)
        box.set_value("x" * 15)
        assert not box.count.isVisible()
        box.set_value("x" * 38)
        assert box.count.text() == "2 characters left"
        box.set_value("x" * 100_000)
        assert box.count.text() == "99,960 characters too many"
        assert len(box.value()) == 100_000

    def test_a_refusal_goes_to_the_fields_it_names(self, shown: Shown) -> None:
        form = shown(Form(FIELDS), 500, 900)
        left = form.show_refused(Refused(("Not her.", "The desk is closed."), ("who", "elsewhere")))
        assert form["who"].error.text() == "Not her."
        assert left == ("The desk is closed.",)
        assert form.show_refused(Refused(("Closed.",))) == ("Closed.",)
        assert form["who"].error.text() == ""
        assert form.show_refused(Refused(("One.", "Two."), ("note",))) == ()
        assert form["note"].error.text() == "One. Two."

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("22/11/2026", date(2026, 11, 22)), ("22.11.2026", date(2026, 11, 22)), ("22 Nov 2026", date(2026, 11, 22)),
            (" 2  November  2026 ", date(2026, 11, 2)), ("2026-11-22", date(2026, 11, 22)),
            ("Sun 22 Nov 2026", date(2026, 11, 22)), ("11/22/2026", None), ("tomorrow", None), ("", None),
        ],
    )  # fmt: skip
    def test_dates_as_people_type_them(self, text: str, day: date | None) -> None:
        assert read_date(text) == day

    @pytest.mark.parametrize(
        ("text", "at"),
        [
            ("21:05", time(21, 5)), ("2105", time(21, 5)), ("905", time(9, 5)), ("9.05", time(9, 5)),
            (" 00:00 ", time(0)), ("24:00", None), ("12:60", None), ("21:5", None), ("5", None), ("21:05:10", None),
            ("٢١:٠٥", None), ("", None),
        ],
    )  # fmt: skip
    def test_times_as_people_type_them(self, text: str, at: time | None) -> None:
        assert read_time(text) == at

    def test_control_enter_finishes_a_box_and_tab_leaves_it(self, shown: Shown, qtbot: Any) -> None:
        page, box, after = QWidget(), TextBox(), QLineEdit()
        column(page, box, after)
        shown(page)
        box.setFocus()
        with qtbot.waitSignal(box.finished):
            qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert box.toPlainText() == ""
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert box.toPlainText() == "\n"
        qtbot.keyClick(box, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is after


class TestDrafts:
    def typed(
        self, shown: Shown, interval_ms: int = 3_600_000
    ) -> tuple[TextBox, DraftKeeper, list[str], QWidget]:
        page, box, other, saved = QWidget(), TextBox(), QLineEdit(), []
        box.setPlainText("before")
        keeper = DraftKeeper(box, saved.append, interval_ms)
        column(page, box, other)
        shown(page)
        box.setFocus()
        return box, keeper, saved, other

    def test_typing_is_saved_while_it_goes_on(self, shown: Shown, qtbot: Any) -> None:
        box, keeper, saved, _other = self.typed(shown, interval_ms=0)
        qtbot.keyClicks(box, "She is ")
        qtbot.waitUntil(lambda: saved[-1:] == ["She is before"])
        assert not keeper.waiting

    def test_more_typing_does_not_put_the_save_off(self, shown: Shown, qtbot: Any) -> None:
        box, keeper, _saved, _other = self.typed(shown)
        qtbot.keyClicks(box, "a")
        timer = keeper._timer
        identity = timer.timerId()
        qtbot.keyClicks(box, "b")
        assert timer.timerId() == identity

    def test_leaving_the_box_saves_at_once(self, shown: Shown, qtbot: Any) -> None:
        box, _keeper, saved, other = self.typed(shown)
        qtbot.keyClicks(box, "x")
        assert saved == []
        other.setFocus()
        assert saved == ["xbefore"]

    def test_closing_saves_at_once(self, shown: Shown, qtbot: Any) -> None:
        box, _keeper, saved, _other = self.typed(shown)
        qtbot.keyClicks(box, "x")
        box.window().close()
        assert saved == ["xbefore"]

    def test_a_lock_saves_every_box(self, shown: Shown, qtbot: Any) -> None:
        box, keeper, saved, _other = self.typed(shown)
        qtbot.keyClicks(box, "x")
        assert keeper.waiting
        drafts.flush_all()
        drafts.flush_all()
        assert saved == ["xbefore"]

    def test_what_is_in_the_record_is_not_saved_as_a_draft(self, shown: Shown, qtbot: Any) -> None:
        box, keeper, saved, other = self.typed(shown)
        qtbot.keyClicks(box, "x")
        keeper.settle()
        other.setFocus()
        assert saved == []


def moment(qtbot: Any, now: datetime, mode: str = "exact", first: str = "", second: str = "") -> Moment:
    made = Moment(LONDON, lambda: now)
    qtbot.addWidget(made)
    made.set_mode(mode)
    made.first.setText(first)
    made.second.setText(second)
    return made


class TestMoment:
    def test_now_needs_nothing(self, qtbot: Any) -> None:
        seen = Moment(LONDON, lambda: NOW).value()
        assert seen is not None
        assert (seen.seen_from, seen.precision, seen.source, seen.now) == (
            NOW,
            Precision.EXACT,
            Source.LIVE,
            True,
        )

    def test_a_time_is_the_latest_that_has_been(self, qtbot: Any) -> None:
        at = moment(qtbot, NOW, first="2105").value()
        assert at is not None
        assert at.seen_from == at.seen_to == datetime(2026, 11, 22, 21, 5, tzinfo=UTC)
        assert at.source is Source.PAPER
        made = moment(qtbot, NOW, first="23:10")
        yesterday = made.value()
        assert yesterday is not None
        assert yesterday.seen_from == datetime(2026, 11, 21, 23, 10, tzinfo=UTC)
        assert made.read.text() == "Sat 21 Nov 23:10"

    def test_about_and_between_keep_what_is_not_known(self, qtbot: Any) -> None:
        about = moment(qtbot, NOW, "about", "21:05").value()
        assert about is not None
        assert about.precision is Precision.ABOUT
        made = moment(qtbot, datetime(2026, 11, 22, 0, 30, tzinfo=UTC), "between", "23:50", "00:10")
        between = made.value()
        assert between is not None
        assert between.precision is Precision.BETWEEN
        assert between.seen_from == datetime(2026, 11, 21, 23, 50, tzinfo=UTC)
        assert between.seen_to == datetime(2026, 11, 22, 0, 10, tzinfo=UTC)
        assert made.read.text() == "Between Sat 21 Nov 23:50 and Sun 22 Nov 00:10"

    def test_a_chosen_day_that_has_not_been_is_refused(self, qtbot: Any) -> None:
        made = moment(qtbot, NOW, first="23:10")
        made.day.setCurrentIndex(1)
        assert made.value() is None
        assert made.problem() == "23:10 on Sun 22 Nov has not been yet."

    def test_no_time_is_no_value(self, qtbot: Any) -> None:
        made = moment(qtbot, NOW, first="soon")
        assert made.value() is None
        assert made.read.text() == "Type a 24-hour time like 21:05."

    def test_the_repeated_hour_offers_both_with_their_zones(self, qtbot: Any) -> None:
        made = moment(qtbot, datetime(2026, 10, 25, 5, 0, tzinfo=UTC), first="01:30")
        assert made.value() is None
        assert "happened twice" in (made.problem() or "")
        assert [made.fold.itemText(i) for i in (1, 2)] == ["01:30 BST", "01:30 GMT"]
        made.fold.setCurrentIndex(1)
        first = made.value()
        made.fold.setCurrentIndex(2)
        second = made.value()
        assert first is not None
        assert second is not None
        assert first.seen_from == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert second.seen_from == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    def test_within_the_repeated_hour_only_what_has_been_is_offered(self, qtbot: Any) -> None:
        made = moment(qtbot, datetime(2026, 10, 25, 1, 10, tzinfo=UTC), first="01:30")
        seen = made.value()
        assert seen is not None
        assert seen.seen_from == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert made.fold.count() == 0

    def test_the_skipped_hour_is_refused_with_the_real_times(self, qtbot: Any) -> None:
        made = moment(qtbot, datetime(2027, 3, 28, 5, 0, tzinfo=UTC), first="01:30")
        assert made.value() is None
        assert made.problem() == (
            "01:30 on Sun 28 Mar did not happen: the clocks went forward over it. "
            "The nearest real times are 00:59 and 02:00."
        )
        before = moment(qtbot, datetime(2027, 3, 28, 0, 30, tzinfo=UTC), first="01:30").value()
        assert before is not None
        assert before.seen_from == datetime(2027, 3, 27, 1, 30, tzinfo=UTC)
