"""The same night when all is not well: a concern, a struck key, a woman not back, a round that ran late, and what the
next shift reads of it. Every act is a key in the real window."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.presence import Presence
from app.domain.slots import Outcome
from app.services.absences import cases_of
from app.services.board import read_dues
from app.services.timeline import timeline
from app.store.verify import verify
from tests.journeys.conftest import NIGHT, Person

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SINCE, UNTIL = NIGHT.replace(hour=19, minute=0), NIGHT.replace(minute=59)


def outcome(priya: Person, name: str) -> Any:
    """What became of her curfew sighting, as `due` says it now."""
    return next(
        line.resolved
        for line in read_dues(priya.desk, SINCE, UNTIL)
        if line.who.name == name and line.rule == "curfew"
    )


def sheet_open() -> bool:
    return any(widget.isModal() and widget.isVisible() for widget in QApplication.topLevelWidgets())


def test_a_night_when_all_is_not_well(
    at_the_window: Callable[..., Person], well_house: Path, documents: Path
) -> None:
    priya = at_the_window(well_house)
    women = [line.who.name for line in priya.board().lines]
    mary, doyles, hope, laura = women[1], women[2], women[4], women[5]
    assert (mary, hope, laura) == ("Mary Ellis", "Hope", "Laura Quill")
    priya.press(KEY.Key_F2)
    priya.press("s")

    # A concern goes with the look itself.
    priya.press("c")
    priya.press("s")
    priya.press(KEY.Key_Tab)
    priya.press(KEY.Key_Tab)
    priya.type("Crying, would not say why.")
    priya.press(KEY.Key_Return, CTRL)
    assert not sheet_open()
    assert outcome(priya, mary).outcome is Outcome.ON_TIME

    # The wrong key, struck at once; the right one in its place. Both stay readable.
    priya.press("u")
    assert outcome(priya, doyles).outcome is Outcome.ON_TIME
    priya.press("z", CTRL)
    if sheet_open():
        priya.press(KEY.Key_Return)
    assert outcome(priya, doyles).outcome is Outcome.DUE
    priya.press("b")
    assert outcome(priya, doyles).outcome is Outcome.ON_TIME
    hers = timeline(priya.desk, priya.line(doyles).id, NIGHT.replace(minute=0))
    assert [(line.title, line.struck) for line in hers if line.amends is None] == [
        ("Asleep, breathing seen", False),
        ("Up, seen awake", True),
    ]

    priya.press("s")
    # Hope's room is empty.
    priya.press("o")
    assert priya.line(hope).presence is Presence.OUT
    assert priya.line(hope).late_since is not None

    # A burst pipe: the rest of the round is late, with one reason said once.
    closes = outcome(priya, laura).slot.closes
    priya.later(seconds=(closes - priya.clock.now()).total_seconds() + 7 * 60)
    priya.press("s")
    assert sheet_open()
    priya.type("Burst pipe on the first floor")
    priya.press(KEY.Key_Return)
    assert not sheet_open()
    for _ in range(16):
        priya.press("s")
        if sheet_open():
            priya.press(KEY.Key_Down)
            priya.press(KEY.Key_Return)
    late = outcome(priya, laura)
    assert (late.outcome, late.late_minutes) == (Outcome.LATE, 7)
    waiting = [line.who.name for line in priya.board().lines if line.dues]
    assert waiting == [hope]

    # The grace is over and she is not back: a case, from her line on the board.
    priya.later(minutes=20)
    priya.press(KEY.Key_Escape)
    priya.press("/")
    priya.type("Hope")
    priya.press(KEY.Key_Return)
    priya.press("k")
    assert sheet_open()
    priya.press(KEY.Key_Tab)
    priya.press(KEY.Key_Space)
    assert not sheet_open()
    assert priya.line(hope).presence is Presence.ABSENT
    assert priya.line(hope).case_open

    # She comes to the door; what is decided stays open.
    priya.later(minutes=6)
    priya.press("i")
    assert priya.line(hope).presence is Presence.IN
    (case,) = cases_of(priya.desk, priya.line(hope).id)
    assert case.returned == priya.clock.now()
    assert case.closed is None
    assert outcome(priya, hope).outcome is Outcome.LATE

    priya.window.shell.go("handover")
    priya.wait()
    priya.press("s", CTRL)
    (saved,) = documents.iterdir()
    pages = PdfReader(BytesIO(saved.read_bytes())).pages
    printed = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert len(pages) <= 2
    assert "Crying, would not say why." in printed
    assert "Burst pipe on the first floor" in printed
    assert "Hope" in printed
    assert verify(priya.desk.store).ok
