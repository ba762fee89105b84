"""Two people walk one round at two windows on one house: each sees the other's ✓, nobody is asked for twice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

from app.domain.time import SetClock
from app.services.rounds import read_round
from tests.journeys.conftest import NIGHT, Person


@pytest.fixture
def two(at_the_window: Callable[..., Person], well_house: Path) -> Iterator[tuple[Any, Any, Person, Person]]:
    """Priya's and Dawn's round pages, open on the same folder, and themselves."""
    priya = at_the_window(well_house)
    dawn = Person(priya.folder, SetClock(NIGHT))
    dawn.sign_in("dawn")
    for person in (priya, dawn):
        person.window.shell.go("round")
        person.wait()
    yield priya.page(), dawn.page(), priya, dawn
    dawn.close()


def test_each_sees_the_others_tick_and_nobody_is_asked_for_twice(two: Any, qtbot: Any) -> None:
    mine, hers, priya, dawn = two
    first = mine.walk.line
    assert hers.walk.current == first.id
    QTest.keyClick(mine.list, "s")
    qtbot.waitUntil(lambda: hers.walk.current != first.id, timeout=10_000)
    assert not hers.walk.waits(hers.walk.round.line(first.id))
    assert "Priya Nair saw her at" in dawn.window.shell.notice.text.text()
    hers.beside.hold.stop()
    second = hers.walk.line
    QTest.keyClick(hers.list, "u")
    qtbot.waitUntil(lambda: not mine.walk.waits(mine.walk.round.line(second.id)), timeout=10_000)
    qtbot.waitUntil(lambda: mine.walk.round.beside != (), timeout=10_000)
    assert [it.name for it in mine.walk.round.beside] == ["Dawn Ellery"]
    walk = read_round(priya.desk).walk
    assert walk is not None
    qtbot.waitUntil(lambda: len(read_round(priya.desk).walk.walking) == 2, timeout=10_000)


def test_both_keys_in_one_second_are_two_sightings_without_an_error(two: Any, qtbot: Any) -> None:
    mine, hers, priya, dawn = two
    her = mine.walk.line
    QTest.keyClick(mine.list, "s")
    QTest.keyClick(hers.list, "s")

    def both() -> bool:
        line = read_round(priya.desk).line(her.id)
        return line is not None and line.met is not None and len(line.also) == 1

    qtbot.waitUntil(both, timeout=10_000)
    for person in (priya, dawn):
        said = person.window.shell.notice.text.text
        qtbot.waitUntil(lambda said=said: "was seen twice" in said(), timeout=10_000)
