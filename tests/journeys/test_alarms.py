"""Alarms at the real window: a laptop asleep for an hour of the night, a moved clock, paper typed late, a locked screen."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.alarms import Level
from app.domain.sightings import How, Precision, Source
from app.services.checks import LogCheck
from app.services.emergencies import StartEmergency
from app.ui import alarms as bars
from app.ui.alarms import CALM, AlarmWatch
from tests.journeys.conftest import NIGHT, Person
from tests.support.houses import small_house

KEY = Qt.Key


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[list[Level]]:
    """Every sound, in order; each journey begins in a program that has heard nothing yet."""
    bars._program.clear()
    found: list[Level] = []
    monkeypatch.setattr(bars.Sound, "sound", lambda _, level: found.append(level))
    yield found
    bars._program.clear()


@pytest.fixture
def five(tmp_path: Path) -> Path:
    """A house of five women, all in, with no rules but the house's."""
    made = small_house(tmp_path / "five")
    made.desk.store.close()
    return tmp_path / "five"


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What a screen reader was given to say."""
    found: list[tuple[str, bool]] = []
    real = bars.announce

    def note(widget: Any, words: str, *, urgent: bool) -> None:
        real(widget, words, urgent=urgent)
        found.append((words, urgent))

    monkeypatch.setattr(bars, "announce", note)
    return found


def watch(person: Person) -> AlarmWatch:
    assert person.window.alarms is not None
    return person.window.alarms


def shown(person: Person) -> str:
    return watch(person).bar.words.text()


def everyone_seen(person: Person, at: Any, **more: Any) -> None:
    for line in person.board().lines:
        answer = person.desk.do(LogCheck(resident=line.id, how=How.SPOKE, seen_at=at, **more))
        assert type(answer).__name__ == "Done", str(answer)
    person.window.look()
    person.wait()


def names(person: Person) -> list[str]:
    return [part for line in person.board().lines for part in line.who.name.split() if len(part) > 3]


def test_a_round_from_due_to_the_on_call_sounds_three_times_and_a_sighting_clears_it(
    at_the_window: Callable[..., Person],
    five: Path,
    heard: list[Level],
    announced: list[tuple[str, bool]],
) -> None:
    priya = at_the_window(five)
    assert shown(priya) == "5 women: curfew sighting due by 23:20"
    assert heard == []
    for minutes in range(4, 41, 4):
        priya.clock.advance(timedelta(minutes=4))
        priya.window._time_passed()
        priya.wait()
        assert priya.clock.now() == NIGHT + timedelta(minutes=minutes)
    assert heard == [Level.SOON, Level.OVERDUE, Level.ESCALATED]
    assert [urgent for _, urgent in announced] == [False, True, True]
    assert announced[0][0] == "5 women: curfew sighting due by 23:20"
    assert shown(priya).startswith("5 women: curfew sighting, overdue 25 min. Ring the on-call")
    everyone_seen(priya, priya.clock.now())
    assert shown(priya) == CALM
    assert len(heard) == 3


def test_a_laptop_that_slept_shows_nothing_of_before_and_sounds_once_for_all_of_it(
    at_the_window: Callable[..., Person], five: Path, heard: list[Level], monkeypatch: pytest.MonkeyPatch
) -> None:
    priya = at_the_window(five)
    assert shown(priya) == "5 women: curfew sighting due by 23:20"
    asked: list[str] = []
    with monkeypatch.context() as waiting:
        # It wakes: a second passes before any board has been read.
        waiting.setattr(type(priya.window), "_show_top", lambda _: asked.append(shown(priya)))
        priya.clock.set(NIGHT + timedelta(hours=1))
        watch(priya).tick()
        assert shown(priya) == "Reading again what is due. It was last read at 23:05."
        assert watch(priya).bar.property("tone") is None
        watch(priya).tick()
        assert asked == [shown(priya)], "asked once, and not again every second"
        assert heard == []
    priya.window._show_top()
    priya.wait()
    assert shown(priya).startswith("5 women: curfew sighting, overdue 45 min. Ring the on-call")
    assert heard == [Level.ESCALATED]
    priya.window._time_passed()
    priya.wait()
    assert heard == [Level.ESCALATED]
    with priya.desk.store.read() as connection:
        said = connection.exec_driver_sql(
            "SELECT text FROM event WHERE kind = 'clock' ORDER BY seq DESC"
        ).scalar()
    assert said == "The computer's clock jumped forward by 3600 s."


def test_a_board_from_before_the_sleep_that_arrives_after_it_is_not_shown(
    at_the_window: Callable[..., Person], five: Path, heard: list[Level]
) -> None:
    priya = at_the_window(five)
    before = priya.board()
    priya.clock.advance(timedelta(hours=1))
    watch(priya).show(before)
    assert shown(priya).startswith("Reading again what is due.")
    priya.wait()
    assert "overdue 45 min" in shown(priya)
    assert heard == [Level.ESCALATED]


def test_a_clock_put_back_shows_what_is_true_by_it(
    at_the_window: Callable[..., Person], five: Path, heard: list[Level]
) -> None:
    priya = at_the_window(five)
    priya.later(minutes=25)
    assert heard == [Level.OVERDUE]
    priya.clock.set(NIGHT - timedelta(hours=2))
    watch(priya).tick()
    assert shown(priya).startswith("Reading again what is due.")
    priya.wait()
    assert shown(priya) == CALM
    assert len(heard) == 1


def test_a_round_on_paper_typed_later_clears_it_without_a_sound(
    at_the_window: Callable[..., Person], five: Path, heard: list[Level]
) -> None:
    priya = at_the_window(five)
    priya.later(minutes=40)
    assert heard == [Level.ESCALATED]
    everyone_seen(priya, NIGHT + timedelta(minutes=6), source=Source.PAPER, precision=Precision.EXACT)
    assert shown(priya) == CALM
    priya.later(minutes=5)
    assert (shown(priya), heard) == (CALM, [Level.ESCALATED])


def test_a_locked_screen_counts_and_names_nobody(
    at_the_window: Callable[..., Person],
    five: Path,
    heard: list[Level],
    announced: list[tuple[str, bool]],
) -> None:
    priya = at_the_window(five)
    priya.press("l", Qt.KeyboardModifier.ControlModifier)
    cover: Any = priya.window.shell._cover
    assert cover.waiting.text() == "5 due by 23:20"
    priya.later(minutes=25)
    assert cover.waiting.text() == "5 checks overdue, the longest 10 min"
    assert heard == [Level.OVERDUE]
    assert announced == [("5 checks overdue, the longest 10 min", True)]
    assert not [name for name in names(priya) if name in cover.waiting.text() + announced[0][0]]
    priya.clock.advance(timedelta(hours=1))
    watch(priya).tick()
    assert cover.waiting.text() == "Reading again what is due."
    priya.wait()
    assert cover.waiting.text() == "5 checks overdue, the longest 70 min"


def test_an_emergency_holds_the_sounds_until_it_is_over(
    at_the_window: Callable[..., Person], five: Path, heard: list[Level]
) -> None:
    priya = at_the_window(five)
    assert type(priya.desk.do(StartEmergency())).__name__ == "Done"
    priya.later(minutes=30)
    assert heard == []
    assert watch(priya).bar.held.text() == "Sounds held: emergency since 23:05"
    assert "overdue 15 min" in shown(priya)


def test_the_bar_leads_to_the_round_to_her_line_and_to_what_is_next(
    at_the_window: Callable[..., Person], five: Path, heard: list[Level]
) -> None:
    priya = at_the_window(five)
    bar = watch(priya).bar
    assert (bar.deal.text(), bar.deal._key) == ("Round", "Ctrl 2")
    bar.deal.click()
    priya.wait()
    assert priya.window.shell.page_id == "round"
    for line in priya.board().lines[1:]:
        priya.desk.do(LogCheck(resident=line.id, how=How.SPOKE))
    priya.later(minutes=22)
    her = priya.board().lines[0]
    assert shown(priya).startswith(her.who.name)
    assert (bar.deal.text(), bar.deal._key) == ("Check", ""), "C is another key on the round"
    bar.deal.click()
    priya.wait()
    assert priya.window.shell.page_id == "now"
    page: Any = priya.page()
    assert page.line.id == her.id
    assert bar.deal._key == "C", "here it is hers"
    priya.press(KEY.Key_Right)
    assert (page.line.id == her.id, bar.deal._key) == (False, ""), "and here another woman's"
    assert heard == [Level.OVERDUE]


def test_sound_off_is_silent_and_says_so(
    at_the_window: Callable[..., Person], five: Path, heard: list[Level]
) -> None:
    from app.ui.theme import theme

    priya = at_the_window(five)
    watch(priya).bar.sound.click()
    try:
        priya.later(minutes=30)
        assert heard == []
        assert watch(priya).bar.sound.text() == "Sound off"
    finally:
        theme().set_sound(on=True)


def test_signing_out_takes_it_all_away_and_a_second_window_is_not_heard_again(
    at_the_window: Callable[..., Person], five: Path, heard: list[Level]
) -> None:
    priya = at_the_window(five)
    priya.later(minutes=30)
    assert len(heard) == 1
    priya.window.open_window()
    priya.wait()
    assert len(priya.window.panes) == 2
    second = priya.window.panes[1]
    assert second.alarms is not None
    assert second.alarms.bar.words.text() == shown(priya)
    assert len(heard) == 1
    second.shell.close()
    priya.wait()
    assert "One window is closed. Daybook goes on in this one." in priya.said()
    priya.later(minutes=1)
    assert "overdue" in shown(priya)
    priya.window.sign_out()
    priya.wait()
    assert (shown(priya), watch(priya).now) == (CALM, None)
    priya.sign_in("dawn")
    assert "overdue" in shown(priya)
    assert len(heard) == 1, "what stands and was heard is not heard again by the next one to sign in"
