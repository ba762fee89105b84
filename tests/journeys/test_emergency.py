"""An overdose with one worker left, and a fire with a restricted woman in, at the real window."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt

from app.domain.emergencies import StepKind
from app.domain.rolls import Mark, Occasion
from app.services.board import read_board
from app.services.emergencies import emergency_view
from app.services.rolls import StartRoll, fire_roll, open_roll
from app.ui.pages.fire import LockedFire
from tests.journeys.conftest import KEY, Person
from tests.support.emergencies import past_emergencies


def test_one_key_from_anywhere_then_one_key_a_time(
    well_house: Path, at_the_window: Callable[..., Person]
) -> None:
    priya = at_the_window(well_house)
    pressed = priya.clock.now()
    priya.press(KEY.Key_F9)
    priya.later(seconds=40)
    priya.press("9")
    priya.later(seconds=30)
    priya.press("n")
    priya.press(KEY.Key_F9)
    assert len(past_emergencies(priya.desk)) == 1
    view = emergency_view(priya.desk)
    assert view is not None
    assert view.emergency.started == pressed
    assert [step.kind for step in view.emergency.steps] == [StepKind.CALLED_999, StepKind.NALOXONE]
    board = read_board(priya.desk)
    assert board.emergency is not None
    priya.window.shell.go("now")
    priya.wait()
    assert priya.window.actions.trigger("window.emergencies")
    priya.wait()
    assert len(past_emergencies(priya.desk)) == 1


def test_the_roll_from_the_locked_screen_and_back_to_the_lock(
    well_house: Path, at_the_window: Callable[..., Person]
) -> None:
    priya = at_the_window(well_house)
    assert not isinstance(priya.desk.do(StartRoll(occasion=Occasion.FIRE)), str)
    priya.press("l", Qt.KeyboardModifier.ControlModifier)
    priya.press(KEY.Key_F8)
    over = priya.window.shell.over
    assert isinstance(over, LockedFire)
    over.view.list.setFocus()
    priya.press("s")
    assert [woman.mark for woman in fire_roll(priya.desk).inside].count(Mark.FOUND) == 1
    priya.press(KEY.Key_Escape)
    assert priya.window.shell.covered
    assert not isinstance(priya.window.shell.over, LockedFire)


def test_a_roll_call_that_is_not_ended_is_told_at_the_next_sign_in(
    well_house: Path, at_the_window: Callable[..., Person]
) -> None:
    priya = at_the_window(well_house)
    priya.desk.do(StartRoll(occasion=Occasion.DRILL))
    priya.clock.advance(timedelta(minutes=3))
    priya.window.sign_out()
    priya.wait()
    priya.sign_in("dawn")
    priya.wait()
    assert open_roll(priya.desk) is not None
    assert "A roll call is not ended" in priya.said()
