"""Sheets: errors, questions, forms and choices, driven by the keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.domain.fields import Field, Kind
from app.domain.results import Refused
from app.ui.contact_sheet import clipped_text, unnamed_controls
from app.ui.dialogs import AskSheet, ChooseSheet, ErrorSheet, FormSheet, Option, TellSheet, TextSheet
from app.ui.faults import fault_of
from app.ui.widgets.moment import Moment
from tests.ui.conftest import LONDON, NOW

Shown = Callable[..., Any]


class TestSheets:
    def test_an_error_says_what_was_kept_and_names_no_one(self, shown: Shown, qtbot: Any) -> None:
        try:
            raise OSError("/houses/eden: Kelly-Ann Moss")
        except OSError as error:
            fault = fault_of(error, "Saving the check")
        sheet = ErrorSheet(None, fault)
        shown(sheet, 520, 240)
        text = " ".join(each.text() for each in sheet.findChildren(QLabel))
        assert "Saving the check did not work." in text
        assert fault.reference in text
        assert "is in the record" in text
        sheet.copy()
        assert "Kelly" not in text + QApplication.clipboard().text() + sheet.windowTitle()
        assert fault.reference in QApplication.clipboard().text()
        assert clipped_text(sheet) == unnamed_controls(sheet) == []

    def test_a_refusal_gives_each_reason(self, shown: Shown) -> None:
        sheet = shown(TellSheet(None, "Not saved", Refused(("She is out.", "The round is over."))), 520, 240)
        texts = [each.text() for each in sheet.findChildren(QLabel)]
        assert {"She is out.", "The round is over."} <= set(texts)

    def test_a_grave_question_has_the_safe_answer_focused(self, shown: Shown, qtbot: Any) -> None:
        sheet = AskSheet(None, "End her checks?", "Nothing falls due afterwards.", "End them", grave=True)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        shown(sheet, 520, 200)
        confirmed: list[bool] = []
        sheet.confirmed.connect(lambda: confirmed.append(True))
        assert isinstance(sheet.focusWidget(), QPushButton)
        assert sheet.focusWidget().text() == "Cancel"
        qtbot.keyClick(sheet.focusWidget(), Qt.Key.Key_Space)
        assert confirmed == []
        assert not sheet.isVisible()

    def test_words_are_asked_refused_mended_and_taken(self, shown: Shown, qtbot: Any) -> None:
        saved: list[str] = []
        field = Field("reason", "Reason", Kind.MULTILINE, limit=200, required=True)
        sheet = TextSheet(None, "Why was this late?", field, draft=saved.append)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        shown(sheet, 520, 300)
        answers: list[dict[str, Any]] = []
        sheet.answered.connect(answers.append)
        box = sheet.box.control
        assert QApplication.focusWidget() is box
        qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert answers == []
        assert sheet.box.error.text() == "Reason is needed."
        qtbot.keyClicks(box, "On the absence call")
        qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert answers == [{"reason": "On the absence call"}]
        qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert len(answers) == 1, "asked twice while the first was being saved"
        sheet.refuse(Refused(("Say which call.",), ("reason",)))
        assert sheet.box.error.text() == "Say which call."
        qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert len(answers) == 2
        saved.clear()
        sheet.accept()
        assert saved == [], "the words are in the record: no draft is left of them"

    def test_escape_keeps_what_was_typed_as_a_draft(self, shown: Shown, qtbot: Any) -> None:
        saved: list[str] = []
        sheet = TextSheet(None, "Note", Field("note", "Note", Kind.MULTILINE), draft=saved.append)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        shown(sheet, 520, 300)
        qtbot.keyClicks(sheet.box.control, "Half a thought")
        qtbot.keyClick(sheet, Qt.Key.Key_Escape)
        assert saved == ["Half a thought"]

    def test_choosing_is_typing_a_little_and_enter(self, shown: Shown, qtbot: Any) -> None:
        staff = [Option(1, "Dawn Ellery", "Residential worker"), Option(2, "Hannah Marsh", "Key worker")]
        sheet = ChooseSheet(None, "Who saw her?", [*staff, Option(3, "Hannah Doyle", "Manager")])
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        shown(sheet, 520, 400)
        chosen: list[int] = []
        sheet.chosen.connect(chosen.append)
        assert QApplication.focusWidget() is sheet.search
        assert clipped_text(sheet) == unnamed_controls(sheet) == []
        qtbot.keyClicks(sheet.search, "hannah")
        assert sheet.list.rows_model.rowCount() == 2
        qtbot.keyClick(sheet.search, Qt.Key.Key_Down)
        qtbot.keyClick(sheet.search, Qt.Key.Key_Return)
        assert chosen == [3]
        assert not sheet.isVisible()

    def test_nothing_is_chosen_when_nothing_matches(self, shown: Shown, qtbot: Any) -> None:
        sheet = shown(ChooseSheet(None, "Who?", [Option(1, "Dawn Ellery")]), 520, 400)
        chosen: list[int] = []
        sheet.chosen.connect(chosen.append)
        qtbot.keyClicks(sheet.search, "zz")
        assert sheet.none.isVisible()
        qtbot.keyClick(sheet.search, Qt.Key.Key_Return)
        assert chosen == []

    def test_a_form_with_a_seen_time_waits_for_one_that_was(self, shown: Shown, qtbot: Any) -> None:
        fields = [Field("seen", "Seen at", Kind.INSTANT), Field("note", "Note")]
        sheet = FormSheet(
            None, "Seen earlier", fields, moment=lambda: Moment(LONDON, lambda: NOW, earlier=True)
        )
        shown(sheet, 620, 400)
        answers: list[dict[str, Any]] = []
        sheet.answered.connect(answers.append)
        sheet.submit()
        assert sheet.form["seen"].error.text() == "Type a 24-hour time like 21:05."
        assert QApplication.focusWidget() is sheet.form["seen"].control.first
        qtbot.keyClicks(QApplication.focusWidget(), "2105")
        sheet.submit()
        assert answers[0]["seen"].seen_from == datetime(2026, 11, 22, 21, 5, tzinfo=UTC)
