"""Coming on and going off: who is in the building, and what a manager is told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt

from app.domain.time import SetClock
from app.services.entrance import desk_of
from app.services.residents import BreakGlass, Restrict
from app.ui.dialogs import AskSheet
from tests.journeys.conftest import Person

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_one_key_says_that_she_is_in_and_leaving_is_asked(
    at_the_window: Callable[..., Person], well_house: Path
) -> None:
    hannah = at_the_window(well_house, user="hannah")
    assert "You are not down as in the building. Ctrl D says that you are." in hannah.said()
    before = len(hannah.board().staff_in)
    hannah.press("d", CTRL)
    assert [member.name for member in hannah.board().staff_in].count("Hannah Marsh") == 1
    hannah.later(minutes=5)
    hannah.press("d", CTRL)
    (sheet,) = [found for found in hannah.window.shell.findChildren(AskSheet) if found.isVisible()]
    sheet.accept()
    sheet.confirmed.emit()
    hannah.wait()
    assert len(hannah.board().staff_in) == before


def test_a_manager_is_told_who_opened_a_restricted_record(
    at_the_window: Callable[..., Person], well_house: Path
) -> None:
    hannah = at_the_window(well_house, user="hannah")
    her = hannah.board().lines[2]
    done = hannah.desk.do(Restrict(resident=her.id, reason="Known to a former partner"))
    assert type(done).__name__ == "Done", str(done)
    kim = desk_of(hannah.desk.store, "kim", SetClock(hannah.clock.now() + timedelta(minutes=1)))
    opened = kim.do(BreakGlass(resident=her.id, reason="She rang the bell and could not breathe"))
    assert type(opened).__name__ == "Done", str(opened)
    hannah.clock.advance(timedelta(minutes=2))
    hannah.window.sign_out()
    hannah.wait()
    hannah.sign_in("hannah")
    assert "Kim Achebe opened her restricted record" in hannah.said()
    assert "She rang the bell and could not breathe" in hannah.said()
