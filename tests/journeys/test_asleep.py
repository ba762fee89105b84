"""A laptop that slept for an hour of the night: nothing untrue on its screen, and what fell due meanwhile is told as it was."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app.domain.alarms import Level
from app.domain.regimes import Purpose
from app.domain.sightings import How
from app.domain.slots import Outcome
from app.services.board import read_dues
from app.services.checks import LogCheck
from app.services.handovers import draft_sheet
from app.services.regimes import StartRule
from app.services.timeline import timeline
from app.ui import alarms as bars
from tests.journeys.conftest import Person
from tests.journeys.story import Story
from tests.journeys.test_the_wrong_woman import find, tab_to
from tests.support.houses import small_house

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
NAMES = ("Anne Doyle", "Mary Ellis", "Gita Sandhu")
ONE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
#: 01:10 by summer time on the night when 01:00 to 02:00 comes twice.
FIRST = datetime(2026, 10, 25, 0, 10, tzinfo=UTC)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[list[Level]]:
    """Every sound, in order, in a program that has heard nothing yet."""
    bars._program.clear()
    found: list[Level] = []
    monkeypatch.setattr(bars.Sound, "sound", lambda _, level: found.append(level))
    yield found
    bars._program.clear()


def watched_house(folder: Path, begins: datetime, rules: dict[str, int], seen: dict[str, datetime]) -> Path:
    """A house with a rule of so many minutes for some of its women, each last seen then."""
    house = small_house(folder, NAMES, now=begins)
    for name, most in rules.items():
        house.do(StartRule(resident=house.women[name], purpose=Purpose.WELFARE, minimum=10, maximum=most))
    for name, at in sorted(seen.items(), key=lambda each: each[1]):
        house.clock.set(at)
        house.do(LogCheck(resident=house.women[name], how=How.SPOKE))
    house.desk.store.close()
    return folder


def sleep(person: Person, **how: float) -> None:
    """The wall's clock goes on, the computer's own does not; then the window is there again."""
    person.clock.set(person.clock.now() + timedelta(**how))
    assert person.window.alarms is not None
    person.window.alarms.tick()
    person.window._time_passed()
    person.wait()


def said(person: Person) -> str:
    """Everything that can be read on the screen."""
    shown = person.window.shell.findChildren(QLabel)
    return "\n".join(label.text() for label in shown if label.isVisible())


def jumps(person: Person) -> list[str]:
    with person.desk.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT text FROM event WHERE kind = 'clock' ORDER BY seq")
        return [text for (text,) in rows]


def outcomes(person: Person, name: str, since: datetime) -> dict[str, Any]:
    return {
        f"{it.resolved.slot.closes:%H:%M}": it.resolved
        for it in read_dues(person.desk, since, person.clock.now())
        if it.who.name == name and it.rule.startswith("every")
    }


def check_earlier(person: Person, name: str, digits: str, fold: int = 0) -> None:
    """Her page, F3: a look that was made earlier. `fold` is how often Down is pressed where the clocks came twice."""
    person.press("1", CTRL)
    find(person, name)
    person.press(KEY.Key_Return)
    person.press(KEY.Key_F3)
    sheet: Any = QApplication.activeModalWidget()
    tab_to(person, "How she was seen")
    person.press(KEY.Key_Down)
    tab_to(person, "Now")
    person.press(KEY.Key_Right)
    tab_to(person, "Time, 24-hour")
    person.type(digits)
    if fold:
        tab_to(person, "Which of the two times")
        for _ in range(fold):
            person.press(KEY.Key_Down)
    tab_to(person, "Note")
    person.press(KEY.Key_Return, CTRL)
    assert QApplication.activeModalWidget() is None, sheet.error.text()


def test_an_hour_asleep(at_the_window: Callable[..., Person], tmp_path: Path, heard: list[Level]) -> None:
    folder = watched_house(
        tmp_path / "laptop",
        ONE - timedelta(minutes=45),
        {"Anne Doyle": 60, "Mary Ellis": 20},
        {"Anne Doyle": ONE - timedelta(minutes=40), "Mary Ellis": ONE - timedelta(minutes=5)},
    )
    priya = at_the_window(folder, ONE)
    everyone = [line.who.name for line in priya.board().lines]
    story = Story(priya, ONE - timedelta(hours=2))
    story.mark("before it sleeps")
    heard.clear()
    before = jumps(priya)

    # 02:00. It wakes: locked, counts and no names, one sound for all of it.
    sleep(priya, hours=1)
    assert priya.window.shell.covered
    assert "Locked by itself" in said(priya)
    assert not [name for name in everyone if name in said(priya)]
    cover: Any = priya.window.shell._cover
    assert "overdue" in cover.waiting.text()
    assert len(heard) == 1
    later = jumps(priya)[len(before) :]
    assert later == ["The computer's clock jumped forward by 3600 s."]
    for _ in range(3):
        priya.later(seconds=20)
    assert jumps(priya)[len(before) :] == later
    assert len(heard) == 1

    # What fell due meanwhile is what SLOTS.md makes of it.
    since = ONE - timedelta(hours=1)
    anne, mary = outcomes(priya, "Anne Doyle", since), outcomes(priya, "Mary Ellis", since)
    assert (anne["01:20"].outcome, anne["01:20"].overdue) == (Outcome.DUE, True)
    assert mary["01:15"].outcome is Outcome.MISSED
    assert (mary["01:55"].outcome, mary["01:55"].overdue) == (Outcome.DUE, True)
    story.mark("awake")

    # She was on the corridor meanwhile: what she saw at 01:10 is typed late, and clears it.
    priya.sign_in("priya")
    assert not priya.window.shell.covered
    check_earlier(priya, "Anne Doyle", "0110")
    check_earlier(priya, "Mary Ellis", "0112")
    anne, mary = outcomes(priya, "Anne Doyle", since), outcomes(priya, "Mary Ellis", since)
    assert anne["01:20"].outcome is Outcome.ON_TIME
    assert mary["01:15"].outcome is Outcome.ON_TIME
    assert mary["01:32"].outcome is Outcome.MISSED, (
        "from 01:12 on she was not seen for longer than she may be"
    )
    assert "Anne Doyle" not in {line.who.name for line in priya.board().overdue}
    assert heard.count(Level.ESCALATED) + heard.count(Level.OVERDUE) == 1
    story.mark("typed late")
    story.ends()
    assert draft_sheet(priya.desk).checks.on_time_entered_later == 2


def test_the_hour_that_comes_twice(
    at_the_window: Callable[..., Person], tmp_path: Path, heard: list[Level]
) -> None:
    folder = watched_house(
        tmp_path / "autumn",
        FIRST - timedelta(minutes=30),
        {"Anne Doyle": 25},
        {"Anne Doyle": FIRST - timedelta(minutes=10)},
    )
    priya = at_the_window(folder, FIRST)
    story = Story(priya, FIRST - timedelta(hours=2))
    story.mark("01:10 by summer time")
    heard.clear()
    before = len(jumps(priya))

    # It sleeps for an hour: the wall says 01:10 again.
    sleep(priya, hours=1)
    assert priya.window.shell.covered
    assert len(heard) == 1
    assert jumps(priya)[before:] == ["The computer's clock jumped forward by 3600 s."]
    story.mark("01:10 again")
    priya.later(minutes=20)
    priya.sign_in("priya")
    at = priya.clock.now()
    assert at.hour == 1
    priya.press("1", CTRL)
    find(priya, "Anne Doyle")
    priya.press("c")
    priya.press("s")
    if QApplication.activeModalWidget() is not None:
        priya.type("The laptop was asleep")
        priya.press(KEY.Key_Return)
    assert QApplication.activeModalWidget() is None
    story.mark("the second 01:30")

    # And the look of the first 01:30, typed twelve minutes after the second.
    priya.later(minutes=12)
    check_earlier(priya, "Anne Doyle", "0130", fold=1)
    her = priya.line("Anne Doyle").id
    told = sorted(
        it.seen_at
        for it in timeline(priya.desk, her, FIRST)
        if it.kind == "check" and it.seen_at > FIRST and it.amended_by is None
    )
    assert told == [FIRST + timedelta(minutes=20), at]
    page: Any = priya.page()
    rows = page.person.lines.rows_model.rows
    times = {row.cells[0].text for row in rows}
    assert {"01:30 BST", "01:30 GMT"} <= times
    met = outcomes(priya, "Anne Doyle", FIRST - timedelta(hours=1))
    assert (met["00:25"].outcome, met["00:25"].late_minutes) == (Outcome.LATE, 5)
    assert met["00:55"].outcome is Outcome.MISSED
    assert met["01:45"].outcome is Outcome.ON_TIME
    story.mark("both are typed")
    story.ends()
    drawn = msgspec.json.encode(draft_sheet(priya.desk)).decode()
    assert "01:30 BST" in drawn
    assert "01:30 GMT" in drawn
