"""The paper round sheet in the window: shown, saved, typed back by keyboard alone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.papers import PaperKind
from app.domain.round_sheet import Box
from app.domain.sightings import How, Precision, Source
from app.services.checks import Strike
from app.services.drafts import read_draft
from app.services.papers import papers
from app.services.round_sheet import PrintRound, TypeBack, printed_sheet
from app.ui.contact_sheet import clipped_text, settle, unnamed_controls
from app.ui.pages.paper import PaperSheet
from app.ui.pages.paper_back import FORM, TypeBackSheet
from tests.ui.houses import NAMES, NIGHT, small_house
from tests.ui.test_round import start
from tests.ui.walked import Walked

ENTER = Qt.Key.Key_Return
CTRL = Qt.KeyboardModifier.ControlModifier


def chord(walk: Walked, key: Qt.Key) -> None:
    """A key with Ctrl, where the focus is."""
    target = walk.sheet or walk.shell
    QTest.keyClick(target.focusWidget() or target, key, CTRL)
    walk.jobs.wait_idle()
    settle()


def back(walk: Walked) -> TypeBackSheet:
    """The screen of the sheet that was printed, open by its key."""
    start(walk)
    chord(walk, Qt.Key.Key_R)
    walk.jobs.wait_idle()
    settle()
    found = walk.sheet
    assert isinstance(found, TypeBackSheet)
    return found


def typed(walk: Walked) -> dict[str, str]:
    found = printed_sheet(walk.house.desk)
    assert found is not None
    return {box.name: it.said(walk.house.desk.house.zone) for box, it in sorted(found.typed.items())}


def keys(walk: Walked, *pressed: Any) -> None:
    walk.press(*pressed)
    walk.jobs.wait_idle()
    settle()


@pytest.fixture
def printed(walked: Any) -> Walked:
    """A sheet printed at 23:05 for Dawn, forty minutes ago."""
    walk: Walked = walked()
    walk.house.do(PrintRound(names=("Dawn Ellery",)))
    walk.house.clock.advance(timedelta(minutes=40))
    return walk


def test_ctrl_p_shows_the_sheet_and_saves_it_with_a_number(
    walked: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: tmp_path / "documents")
    walk = walked()
    start(walk)
    chord(walk, Qt.Key.Key_P)
    walk.jobs.wait_idle()
    settle()
    sheet = walk.sheet
    assert isinstance(sheet, PaperSheet)
    assert sheet.preview.findChildren(type(sheet.preview).__mro__[1])
    sheet.names.setText("Dawn Ellery, office")
    chord(walk, Qt.Key.Key_S)
    walk.jobs.wait_idle()
    kept = papers(walk.house.desk, PaperKind.ROUND)
    assert [(paper.number, [copy.name for copy in paper.copies]) for paper in kept] == [
        (1, ["Dawn Ellery", "office"])
    ]
    saved = sorted(path.name for path in (tmp_path / "documents" / "Daybook").iterdir())
    assert saved == ["Round sheet 1 copy 1.pdf", "Round sheet 1 copy 2.pdf"]
    assert "not encrypted" in walk.said


def test_without_a_printer_it_says_so_and_numbers_nothing(walked: Any) -> None:
    walk = walked()
    start(walk)
    chord(walk, Qt.Key.Key_P)
    walk.jobs.wait_idle()
    walk.sheet._print()
    assert walk.sheet.error.text() == "This computer has no printer. Save the PDF instead (Ctrl S)."
    assert papers(walk.house.desk, PaperKind.ROUND) == ()
    walk.press(Qt.Key.Key_Escape)


def test_a_sheet_is_typed_back_by_keyboard_alone(printed: Walked) -> None:
    walk = printed
    sheet = back(walk)
    assert sheet.seen_by.currentText() == "Dawn Ellery"
    keys(walk, "2307s", ENTER)
    keys(walk, "a2308b", "warm and breathing", ENTER)
    keys(walk, ENTER)
    keys(walk, "2309-2312", ENTER, "2", ENTER)
    assert typed(walk) == {"1A": "23:07 S", "2A": "about 23:08 B", "4A": "23:09–23:12 2"}
    line = walk.line("Anne Doyle")
    assert (line.met.seen_by, line.met.typed_by, line.met.source) == (
        "Dawn Ellery",
        "Priya Nair",
        Source.PAPER,
    )
    assert walk.line("Mary Ellis").met.precision is Precision.ABOUT
    assert walk.line("Mary Ellis").met.noted
    skipped = walk.line("Anne Doyles")
    assert (skipped.met, skipped.tried) == (None, None)
    assert walk.line("Gita Sandhu").tried.how is How.NOT_SEEN
    cells = [row.cells[3].text for row in sheet.list.rows_model.rows]
    assert cells == ["23:07 S", "about 23:08 B", "", "23:09–23:12 2", ""]


def test_typing_it_back_opens_at_the_first_box_that_is_left(printed: Walked) -> None:
    printed.house.do(TypeBack(number=1, line=1, code="S", seen_at=NIGHT + timedelta(minutes=2)))
    sheet = back(printed)
    assert sheet.box == Box(2, 0)
    keys(printed, Qt.Key.Key_Up)
    assert "Typed back: 23:07 S, seen by Priya Nair" in sheet.card.typed.text()
    assert sheet.card.time.isReadOnly()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2304", "23:04 is before this sheet was printed, at 23:05. Look again."),
        ("2350", "23:50 has not been yet: it is 23:45, Sun 22 Nov. Look again."),
        ("99", "Type the four digits of a 24-hour time: 2304."),
    ],
)
def test_a_time_that_can_not_be_is_refused_beside_its_field(printed: Walked, text: str, said: str) -> None:
    sheet = back(printed)
    keys(printed, text, ENTER)
    assert (sheet.card.error.text(), sheet.card.error.isVisible()) == (said, True)
    assert sheet.card.time.property("wrong")
    assert sheet.focusWidget() is sheet.card.time
    assert typed(printed) == {}


def test_a_woman_who_was_out_comes_back_to_her_own_line(walked: Any, tmp_path: Path) -> None:
    from app.services.movements import GoOut

    house = small_house(tmp_path / "out", now=NIGHT - timedelta(minutes=10))
    house.do(GoOut(resident=house.women["Mary Ellis"], place="town"))
    house.do(PrintRound())
    house.clock.set(NIGHT)
    walk = walked(house)
    sheet = back(walk)
    keys(walk, Qt.Key.Key_Down)
    keys(walk, "2300s", ENTER)
    assert sheet.box == Box(2, 0)
    assert sheet.card.error.text().startswith("Mary Ellis was out then since 22:55")
    assert sheet.card.words == ("2300", "S", "")
    assert typed(walk) == {}


def test_the_two_half_past_ones_are_asked(walked: Any, tmp_path: Path) -> None:
    house = small_house(tmp_path / "autumn", now=datetime(2026, 10, 24, 22, tzinfo=UTC))
    house.do(PrintRound())
    house.clock.set(datetime(2026, 10, 25, 5, tzinfo=UTC))
    walk = walked(house)
    sheet = back(walk)
    keys(walk, "0130", ENTER)
    assert walk.sheet is not sheet
    keys(walk, Qt.Key.Key_Down, ENTER)
    assert sheet.focusWidget() is sheet.card.code
    keys(walk, "s", ENTER)
    assert typed(walk) == {"1A": "01:30 GMT S"}


def test_what_is_typed_and_not_saved_is_a_draft_and_comes_back(printed: Walked) -> None:
    walk = printed
    sheet = back(walk)
    keys(walk, "2307s", "half a note")
    paper = papers(walk.house.desk, PaperKind.ROUND)[0]
    keys(walk, Qt.Key.Key_Escape)
    draft = json.loads(read_draft(walk.house.desk, FORM, paper.id))
    assert draft == {"10": ["2307", "S", "half a note"]}
    assert typed(walk) == {}
    walk.page.type_back()
    walk.jobs.wait_idle()
    settle()
    sheet = walk.sheet
    assert sheet.card.words == ("2307", "S", "half a note")
    assert sheet.list.rows_model.rows[0].cells[3].under == "not saved"
    keys(walk, Qt.Key.Key_Tab)
    sheet.card.note.setFocus()
    keys(walk, ENTER)
    assert typed(walk) == {"1A": "23:07 S"}
    keys(walk, Qt.Key.Key_Escape)
    assert read_draft(walk.house.desk, FORM, paper.id) == ""


def test_a_struck_box_is_there_to_be_typed_again(printed: Walked) -> None:
    entry = printed.house.do(TypeBack(number=1, line=1, code="S", seen_at=NIGHT + timedelta(minutes=2))).id
    printed.house.do(Strike(entry=entry, reason="wrong line"))
    sheet = back(printed)
    assert sheet.box == Box(1, 0)
    assert not sheet.card.time.isReadOnly()


def test_the_next_pass_is_a_key_away(printed: Walked) -> None:
    sheet = back(printed)
    chord(printed, Qt.Key.Key_Right)
    assert sheet.box == Box(1, 1)
    keys(printed, "2320u", ENTER)
    assert typed(printed) == {"1B": "23:20 U"}


def test_the_sheet_is_done_when_she_says_so_and_not_before_half_a_box(printed: Walked) -> None:
    walk = printed
    sheet = back(walk)
    keys(walk, "2307s", ENTER)
    keys(walk, "2308")
    chord(walk, ENTER)
    assert sheet.error.text() == "Typed and not saved yet: 2A. Save or empty them first."
    sheet.card.time.clear()
    chord(walk, ENTER)
    asked = walk.sheet
    assert asked is not sheet
    asked._confirm()
    walk.jobs.wait_idle()
    settle()
    kept = papers(walk.house.desk, PaperKind.ROUND)[0]
    assert kept.typed_back is not None
    assert kept.typed_back.name == "Priya Nair"


def test_without_a_sheet_it_says_how_to_print_one(walked: Any) -> None:
    walk = walked()
    sheet = back(walk)
    assert (
        "No round sheet has been printed yet." in sheet.state.panel.findChildren(type(sheet.said))[0].text()
    )
    assert not sheet.finish.isEnabled()
    keys(walk, Qt.Key.Key_Escape)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_is_cut_on_either_screen(walked: Any, look: Any, scale: float) -> None:
    look.set_scale(scale)
    walk = walked(names=NAMES)
    walk.house.do(PrintRound(names=("Dawn Ellery",)))
    walk.house.clock.advance(timedelta(minutes=40))
    sheet = back(walk)
    sheet.resize(int(1040 * scale), int(760 * scale))
    sheet._to(Box(22, 0))
    keys(walk, "9", ENTER)
    assert clipped_text(sheet) == []
    assert unnamed_controls(sheet) == []
    sheet.reject()
    walk.page.paper()
    walk.jobs.wait_idle()
    walk.sheet.resize(int(900 * scale), int(700 * scale))
    settle()
    assert clipped_text(walk.sheet) == []
    assert unnamed_controls(walk.sheet) == []
    walk.sheet.reject()
