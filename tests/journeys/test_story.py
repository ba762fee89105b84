"""The story that every journey has to tell is told by an ordinary evening."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from app.domain.results import Done
from app.domain.sightings import How
from app.services.checks import LogCheck
from app.services.movements import ComeIn, GoOut
from tests.journeys.conftest import Person
from tests.journeys.story import Story


def test_an_ordinary_evening(well_house: Path, at_the_window: Callable[..., Person]) -> None:
    priya = at_the_window(well_house)
    story = Story(priya, priya.clock.now() - timedelta(hours=4))
    board = story.mark("signed in")
    first, second = board.lines[0].id, board.lines[1].id
    assert isinstance(priya.desk.do(LogCheck(resident=first, how=How.SPOKE)), Done)
    story.mark("one check")
    assert isinstance(priya.desk.do(GoOut(resident=second)), Done)
    priya.later(minutes=40)
    story.mark("she is out and late")
    assert isinstance(priya.desk.do(ComeIn(resident=second)), Done)
    back = priya.clock.now() - timedelta(minutes=12)
    assert isinstance(priya.desk.do(LogCheck(resident=first, how=How.AWAKE, seen_at=back)), Done)
    story.ends()
