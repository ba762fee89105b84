"""23:05, all 22 in and well: from the board to the last ✓ in at most 30 keys, then the sheet in two more actions."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from PySide6.QtCore import Qt

from app.domain.presence import Presence
from app.domain.slots import Outcome
from app.services.board import read_dues
from app.store.verify import verify
from tests.journeys.conftest import NIGHT, Person

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_night_when_all_is_well(
    at_the_window: Callable[..., Person], well_house: Path, documents: Path, qtbot: Any
) -> None:
    priya = at_the_window(well_house)
    board = priya.board()
    assert board.count(Presence.IN) == 22
    assert all(line.dues for line in board.lines)
    before = priya.desk.store.head().seq
    priya.count()
    priya.press(KEY.Key_F2)
    for answer in "sssbbssbsubbssbbssbbsu":
        priya.press(answer)
    assert priya.keys <= 30
    night = [
        line
        for line in read_dues(priya.desk, NIGHT.replace(minute=0), NIGHT.replace(minute=30))
        if line.rule == "curfew"
    ]
    assert len(night) == 22
    assert {line.resolved.outcome for line in night} == {Outcome.ON_TIME}
    assert not any(line.dues for line in priya.board().lines)
    # The sightings, and the beginning and the end of the walk: that is read back first.
    qtbot.waitUntil(lambda: priya.desk.store.head().seq == before + 22 + 2, timeout=10_000)
    assert "22 of 22" in priya.said()

    priya.count()
    priya.press("h")
    priya.press("s", CTRL)
    assert priya.keys == 2
    (saved,) = documents.iterdir()
    read = PdfReader(BytesIO(saved.read_bytes()))
    assert len(read.pages) <= 2
    printed = "".join("".join(page.extract_text() for page in read.pages).split())
    for line in board.lines:
        if line.who.name.isascii():
            assert line.who.name.replace(" ", "") in printed
    assert verify(priya.desk.store).ok
