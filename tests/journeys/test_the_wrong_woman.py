"""The wrong one of two women with nearly one name is signed out, and it is mended twenty minutes later, to the other one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.slots import Outcome
from app.services.board import read_board, read_dues
from app.services.handovers import draft_sheet
from app.services.regimes import StartRule
from app.services.rolls import fire_roll
from app.services.timeline import timeline
from app.ui.dialogs import FormSheet
from tests.journeys.conftest import NIGHT, Person
from tests.journeys.story import Story
from tests.support.houses import small_house

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
#: Twenty minutes before the curfew round opens.
DOOR = NIGHT.replace(hour=22, minute=40)
#: Anne Doyle is to be seen every half hour, from then on: by 22:50.
STARTED = NIGHT.replace(hour=22, minute=20)
#: When they were in each other's place, the curfew sighting of both fell due.
SINCE, UNTIL = NIGHT.replace(hour=19, minute=0), NIGHT.replace(hour=23, minute=59)


def sheet() -> Any:
    return QApplication.activeModalWidget()


def find(person: Person, name: str) -> None:
    person.press("/")
    person.press("a", CTRL)
    person.type(name)
    person.press(KEY.Key_Return)


def outcomes(person: Person, name: str, known_at: datetime | None = None) -> dict[str, Any]:
    """What was due of her, by the local time of its deadline."""
    until = known_at or person.clock.now()
    return {
        f"{it.resolved.slot.closes:%H:%M}": it.resolved
        for it in read_dues(person.desk, SINCE, until, known_at=known_at)
        if it.who.name == name
    }


def tab_to(person: Person, word: str) -> None:
    """Tab, as one does, until the field of this name has the focus."""
    for _ in range(20):
        focus = QApplication.focusWidget()
        if focus is not None and focus.accessibleName() == word:
            return
        person.press(KEY.Key_Tab)
    raise AssertionError(f"{word} can't be reached by Tab")


def test_the_wrong_one_of_two_is_signed_out_and_mended_to_the_other(
    at_the_window: Callable[..., Person], tmp_path: Path
) -> None:
    house = small_house(tmp_path / "alike", ("Anne Doyle", "Mary Ellis", "Anne Doyles"), now=STARTED)
    her = house.women["Anne Doyle"]
    house.do(StartRule(resident=her, purpose=Purpose.WELFARE, minimum=10, maximum=30))
    house.desk.store.close()
    priya = at_the_window(tmp_path / "alike", DOOR)
    story = Story(priya, DOOR - timedelta(hours=4))
    board = story.mark("both are in")
    doyle, doyles = priya.line("Anne Doyle").id, priya.line("Anne Doyles").id
    assert "Anne Doyles" in (priya.line("Anne Doyle").name_alert or "")
    assert [line.presence for line in board.lines] == [Presence.IN] * 3

    # At the door, at 22:40: she says Doyles, the hand finds Doyle.
    find(priya, "Anne Doyle")
    page: Any = priya.page()
    assert page.line.id == doyle
    left = priya.clock.now()
    priya.press("o")
    assert priya.line("Anne Doyle").presence is Presence.OUT
    wrong = story.mark("the wrong one is out")
    assert [it.name for it in fire_roll(priya.desk).women if it.presence is Presence.IN] == [
        "Mary Ellis",
        "Anne Doyles",
    ]

    # Twenty minutes on, Anne Doyle walks through the hall. Undo is no longer to be had, and says what is.
    priya.later(minutes=20)
    known = story.mark("before it was noticed")
    assert known.line(doyle) is not None
    head = priya.desk.store.head()
    priya.press("z", CTRL)
    while sheet() is not None:
        priya.press(KEY.Key_Escape)
    assert priya.desk.store.head() == head
    assert priya.line("Anne Doyle").presence is Presence.OUT

    # Her page: the entry, correct it, to the other woman, at the right time, with a reason.
    find(priya, "Anne Doyle")
    priya.press(KEY.Key_Return)
    page = priya.page()
    assert page.person.name.text() == "Anne Doyle"
    assert "name alert: Anne Doyles" in priya.said()
    page.person.lines.setFocus()
    priya.press(KEY.Key_Home)
    priya.press(KEY.Key_Return)
    assert "Out" in sheet().heading.text()
    priya.press(KEY.Key_Return)
    form = sheet()
    assert isinstance(form, FormSheet)
    tab_to(priya, "Now")
    priya.press(KEY.Key_Right)
    priya.press(KEY.Key_Right)
    tab_to(priya, "Time, 24-hour")
    priya.type("2238")
    tab_to(priya, "It was about another woman")
    priya.press(KEY.Key_Down)
    assert form.form["resident"].value() == str(doyles)
    tab_to(priya, "Why")
    priya.type("It was Anne Doyles at the door. Anne Doyle was in all the time.")
    mended_at = priya.clock.now()
    priya.press(KEY.Key_Return, CTRL)
    assert sheet() is None, form.error.text()

    assert priya.line("Anne Doyle").presence is Presence.IN
    out = priya.line("Anne Doyles")
    assert (out.presence, out.presence_since) == (Presence.OUT, DOOR.replace(minute=38))
    assert {it.name for it in fire_roll(priya.desk).women if it.presence is Presence.IN} == {
        "Anne Doyle",
        "Mary Ellis",
    }
    story.mark("mended")

    # Both timelines, each with what was written and what stands.
    hers = timeline(priya.desk, doyle, NIGHT.replace(hour=20))
    wrote = next(it for it in hers if it.title.startswith("Out"))
    assert wrote.amended_by is not None
    assert not wrote.struck
    theirs = timeline(priya.desk, doyles, NIGHT.replace(hour=20))
    stands = next(it for it in theirs if it.title.startswith("Out"))
    assert (stands.amends, stands.seen_at, stands.typed_at) == (
        wrote.entry,
        DOOR.replace(minute=38),
        mended_at,
    )
    assert stands.entered_later
    assert stands.precision == "about"
    assert "It was Anne Doyles at the door" in stands.detail

    # What it said meanwhile is shown again: she was out, as the house believed.
    again = read_board(priya.desk, known_at=mended_at - timedelta(seconds=1)).line(doyle)
    assert again is not None
    assert (again.presence, again.presence_since) == (Presence.OUT, left)
    assert wrong.line(doyle) is not None

    # While the house had her out nothing was due of her. She was in: the check of 22:50 was not made, and says so.
    believed = outcomes(priya, "Anne Doyle", known_at=mended_at - timedelta(seconds=1))
    assert believed["22:50"].outcome in {Outcome.ON_TIME, Outcome.EXCUSED}
    missed = outcomes(priya, "Anne Doyle")["22:50"]
    assert (missed.outcome, missed.overdue) == (Outcome.DUE, True)

    priya.later(minutes=2)
    priya.press("1", CTRL)
    find(priya, "Anne Doyle")
    assert priya.page().line.id == doyle  # type: ignore[attr-defined]
    priya.press("c")
    priya.press("s")
    assert sheet() is not None, "a late check is asked why"
    priya.type("The record had her out by mistake")
    priya.press(KEY.Key_Return)
    assert sheet() is None
    met = outcomes(priya, "Anne Doyle")
    assert (met["22:50"].outcome, met["22:50"].late_minutes) == (Outcome.LATE, 12)
    assert met["22:50"].seen.typed_at == priya.clock.now()
    priya.later(minutes=20)
    assert outcomes(priya, "Anne Doyle")["23:20"].outcome is Outcome.ON_TIME
    assert outcomes(priya, "Anne Doyles")["23:20"].outcome is Outcome.DUE
    assert priya.line("Anne Doyles").late_since is not None
    story.mark("after the check that the mistake made late")
    story.ends()

    lapses = {(it.name, it.why) for it in draft_sheet(priya.desk).lapses}
    assert ("Anne Doyle", "The record had her out by mistake") in lapses
    drawn = {line.resident: line for line in draft_sheet(priya.desk).lines}
    assert drawn[doyle].presence.startswith("in")
    assert drawn[doyles].presence.startswith("out")
