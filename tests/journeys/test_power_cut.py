"""The power goes for two hours in the middle of the night: a numbered sheet is walked by hand and typed back afterwards."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.papers import PaperKind
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.sightings import How, Precision, Source
from app.domain.slots import Outcome
from app.domain.time import SetClock
from app.services.board import read_dues
from app.services.checks import LogCheck
from app.services.drafts import read_draft
from app.services.handovers import draft_sheet
from app.services.papers import papers
from app.services.regimes import StartRule
from app.services.round_sheet import printed_sheet
from app.services.timeline import timeline
from app.ui.pages.paper_back import FORM, TypeBackSheet
from tests.journeys.conftest import Person
from tests.journeys.story import Story
from tests.support.houses import small_house

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
NAMES = ("Anne Doyle", "Mary Ellis", "Gita Sandhu", "Hope", "Laura Quill")
BEGAN = datetime(2026, 11, 23, 0, 20, tzinfo=UTC)
PRINTED = BEGAN.replace(minute=50)

#: Another process on the same house that is writing checks when the power goes.
WRITING = """
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID
from app.domain.sightings import How
from app.domain.time import SetClock
from app.services.checks import LogCheck
from app.services.entrance import sign_in
desk = sign_in(Path(sys.argv[1]), "kim", "training", SetClock(datetime.fromisoformat(sys.argv[2])))
while True:
    desk.do(LogCheck(resident=UUID(sys.argv[3]), how=How.DOOR_ONLY))
    print(desk.store.head().seq, flush=True)
"""


def sheet() -> Any:
    return QApplication.activeModalWidget()


def outcomes(person: Person, name: str) -> dict[str, Any]:
    """Her half-hourly checks of the dark hours, by the time of their deadlines."""
    return {
        f"{it.resolved.slot.closes:%H:%M}": it.resolved
        for it in read_dues(person.desk, PRINTED, PRINTED + timedelta(hours=2, minutes=40))
        if it.who.name == name and it.rule != "curfew"
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_two_hours_without_power_are_walked_on_paper_and_typed_back(
    at_the_window: Callable[..., Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: tmp_path / "documents")
    house = small_house(tmp_path / "dark", NAMES, now=BEGAN)
    for name in NAMES:
        house.do(StartRule(resident=house.women[name], purpose=Purpose.WELFARE, minimum=20, maximum=90))
        house.do(LogCheck(resident=house.women[name], how=How.SPOKE))
    house.desk.store.close()

    dawn = at_the_window(tmp_path / "dark", PRINTED, "dawn")
    # Ctrl G: everything for a night without power, the round sheet bound in.
    dawn.press("g", CTRL)
    assert [path.name for path in (tmp_path / "documents" / "Daybook").iterdir()] == [
        "Grab pack 1 copy 1.pdf"
    ]
    (paper,) = papers(dawn.desk, PaperKind.ROUND)
    assert (paper.number, paper.made_at, paper.typed_back) == (1, PRINTED, None)
    dawn.clock.set(PRINTED + timedelta(minutes=10))
    dawn.wait()

    # One o'clock: the power goes, with another process in the middle of its writing.
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            WRITING,
            str(dawn.folder),
            dawn.clock.now().isoformat(),
            str(house.women["Hope"]),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ, PYTHONPATH=str(Path(__file__).parents[2])),
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(3)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout if line.endswith("\n")]
    writer.wait()
    writer.stdout.close()
    # What stood on the disk at that moment is what there is afterwards; this window is never closed properly.
    after = tmp_path / "after"
    shutil.copytree(dawn.folder, after)

    back = Person(after, SetClock(PRINTED.replace(hour=3, minute=5)))
    try:
        back.sign_in("priya")
        _type_it_back(back, house.women, acknowledged)
    finally:
        back.close()
    assert sheet() is None, "no sheet stays behind when its window goes"
    last = Person(after, SetClock(PRINTED.replace(hour=3, minute=15)))
    try:
        last.sign_in("priya")
        _go_on(last, house.women)
    finally:
        last.close()


def _type_it_back(priya: Person, women: dict[str, Any], acknowledged: list[int]) -> None:
    assert priya.desk.store.head().seq >= max(acknowledged), "what was acknowledged before the cut is there"
    story = Story(priya, BEGAN)
    dark = story.mark("the power is back")
    assert {line.who.name for line in dark.overdue} == set(NAMES)
    bar = priya.window.alarms
    assert bar is not None
    assert "overdue" in bar.bar.words.text()

    priya.press("2", CTRL)
    priya.press("r", CTRL)
    screen = sheet()
    assert isinstance(screen, TypeBackSheet)
    assert screen.seen_by.currentText() == "Dawn Ellery", "who carried the sheet walked it"
    # 1 exact, 2 about, 3 nothing written, 4 between; each line as the pen left it.
    priya.type("0115b")
    priya.press(KEY.Key_Return)
    priya.type("a0118s")
    priya.press(KEY.Key_Return)
    priya.press(KEY.Key_Return)
    priya.type("0150-0200")
    priya.press(KEY.Key_Return)
    priya.type("u")
    # Half a note stands in box 4 when the window is closed.
    priya.type("Door was")
    assert set(found(priya)) == {"1A", "2A"}
    story.mark("two lines are typed")
    story.ends()


def _go_on(priya: Person, women: dict[str, Any]) -> None:
    story = Story(priya, BEGAN)
    paper = papers(priya.desk, PaperKind.ROUND)[0]
    assert "Door was" in read_draft(priya.desk, FORM, paper.id)
    story.mark("another window, later")
    priya.press("2", CTRL)
    priya.press("r", CTRL)
    screen = sheet()
    assert screen.box.name == "3A", "the first line that is not typed"
    priya.press(KEY.Key_Return)
    assert screen.card.words == ("0150-0200", "U", "Door was"), "as it was left"
    screen.card.note.setFocus()
    priya.press(KEY.Key_End)
    priya.type(" ajar.")
    priya.press(KEY.Key_Return)
    priya.type("0135o")
    priya.press(KEY.Key_Return)
    # The second pass: two of them again, an hour later.
    priya.press(KEY.Key_Right, CTRL)
    for words in ("0210b", "0212s"):
        priya.type(words)
        priya.press(KEY.Key_Return)
        if sheet().card.note.hasFocus():
            priya.press(KEY.Key_Return)
    story.mark("all of it is typed")
    assert found(priya) == {
        "1A": "01:15 B",
        "2A": "about 01:18 S",
        "4A": "01:50–02:00 U",
        "5A": "01:35 O",
        "1B": "02:10 B",
        "2B": "02:12 S",
    }
    priya.press(KEY.Key_Return, CTRL)
    for _ in range(3):
        focus: Any = QApplication.focusWidget()
        if focus is not None and "All of it is typed" in focus.accessibleName():
            break
        priya.press(KEY.Key_Tab)
    priya.press(KEY.Key_Space)
    assert sheet() is None
    kept = papers(priya.desk, PaperKind.ROUND)[0]
    assert kept.typed_back is not None
    assert (kept.typed_back.name, kept.typed_back.at) == ("Priya Nair", priya.clock.now())

    # Outcomes by when she was seen; the later end of "between" decides, the earlier begins the next interval.
    anne, mary, gita, hope = (
        outcomes(priya, name) for name in ("Anne Doyle", "Mary Ellis", "Gita Sandhu", "Hope")
    )
    assert (anne["01:50"].outcome, anne["02:45"].outcome) == (Outcome.ON_TIME, Outcome.ON_TIME)
    assert (mary["01:50"].outcome, mary["02:48"].outcome) == (Outcome.ON_TIME, Outcome.ON_TIME)
    assert (hope["01:50"].outcome, hope["01:50"].late_minutes) == (Outcome.LATE, 10)
    assert hope["03:20"].outcome is Outcome.DUE
    assert gita["01:50"].outcome is Outcome.DUE, "nothing was written of her, and nothing is said"
    assert gita["01:50"].overdue
    assert priya.line("Laura Quill").presence is Presence.OUT

    # Seen by and typed by are two people; the source is paper; all of it was entered later, and is counted so.
    told = timeline(priya.desk, women["Mary Ellis"], PRINTED)
    first = next(it for it in told if it.precision == Precision.ABOUT.value)
    assert (first.seen_by, first.typed_by, first.source) == ("Dawn Ellery", "Priya Nair", Source.PAPER.value)
    assert first.entered_later
    drawn = draft_sheet(priya.desk)
    assert drawn.checks.on_time_entered_later == 4
    line = next(it for it in drawn.lines if it.resident == women["Laura Quill"])
    assert line.presence.startswith("out")

    # What was typed cleared the alarms of those who were seen; whoever was not is still told of.
    priya.later(seconds=1)
    board = priya.board()
    overdue = {each.who.name for each in board.overdue}
    assert overdue == {"Gita Sandhu"}
    story.mark("the end")
    story.ends()


def found(person: Person) -> dict[str, str]:
    """What is typed back, box by box."""
    there = printed_sheet(person.desk)
    assert there is not None
    return {box.name: it.said(person.desk.house.zone) for box, it in sorted(there.typed.items())}
