"""An overdose at ten past two with two on shift, one of whom goes with her. By keyboard, in the real window: the key first,
the times as they are known, the screen that says who is left, one reason for what ran late, and what it leaves to be done."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from app.domain.emergencies import FollowUp, StepKind
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.sightings import How, Precision
from app.domain.slots import Outcome
from app.services.board import read_board, read_dues
from app.services.checks import LogCheck
from app.services.emergencies import emergency_view
from app.services.handovers import draft_sheet
from app.services.regimes import StartRule
from app.services.timeline import timeline
from app.store.queries.emergencies import read_emergency
from app.store.tables.audit import audit
from tests.journeys.conftest import Person
from tests.journeys.story import Story
from tests.journeys.test_an_absence import everything, nothing_open, sheet
from tests.support.houses import House, small_house

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
HER, FIRST, SECOND = "Leanne Carr", "Hope", "Mary Ellis"
WHY = "Emergency in the house from 02:10"
#: Seen on time until the emergency.
SEEN = (
    ((23, 45), SECOND),
    ((0, 0), FIRST),
    ((0, 30), SECOND),
    ((0, 45), FIRST),
    ((1, 15), SECOND),
    ((1, 25), FIRST),
    ((2, 0), SECOND),
)
#: What the shared sheet, and whatever is said of another woman, must not tell of her.
HERS_ALONE = ("overdose", "spray", "nostril", "grey", "snoring", "breath")


def a_house(folder: Path) -> House:
    """Everyone was seen at curfew. Two women have checks of their own tonight: by 02:25, and by 02:45."""
    house = small_house(folder, [HER, FIRST, SECOND])
    for name in house.women:
        house.do(LogCheck(resident=house.women[name], how=How.AWAKE))
    for name, most in ((FIRST, 60), (SECOND, 45)):
        house.do(StartRule(resident=house.women[name], purpose=Purpose.WELFARE, minimum=10, maximum=most))
    for clock, name in SEEN:
        house.clock.set(house.at(*clock, day=22 if clock[0] > 12 else 23))
        house.do(LogCheck(resident=house.women[name], how=How.AWAKE))
    house.desk.store.close()
    return house


def at(person: Person, hour: int, minute: int, second: int = 0) -> None:
    """It is that time now, and the window has looked."""
    wanted = person.clock.now().replace(hour=hour, minute=minute, second=second)
    person.later(seconds=(wanted - person.clock.now()).total_seconds())


def to_stamp(person: Person, kind: StepKind) -> None:
    """The cursor of the list of times, by the arrow keys."""
    page: Any = person.page()
    assert (QApplication.focusWidget() or person._last_focus()) is page.stamps
    person.press(KEY.Key_Home)
    while page.stamps.current_key is not kind:
        person.press(KEY.Key_Down)


def about(person: Person, clock: str) -> None:
    """ "About", in the entry of a time that has the focus; then on to the next field."""
    person.press(KEY.Key_Right)
    person.press(KEY.Key_Right)
    person.press(KEY.Key_Tab)
    person.type(clock)


def to_field(person: Person, name: str) -> None:
    """Tab, as far as a field of the sheet."""
    control = sheet().form[name].control
    for _ in range(12):
        if QApplication.focusWidget() is control:
            return
        person.press(KEY.Key_Tab)
    raise AssertionError(f"{name} can't be reached")


def see(person: Person, name: str) -> None:
    """Her line, found by her name, and one key for the check, one for how."""
    person.press("1", CTRL)
    person.type(name)
    person.press(KEY.Key_Down)
    person.press("c")
    assert name in everything(sheet())
    person.press("u")
    assert nothing_open()
    person.press(KEY.Key_Escape)


def test_an_overdose_with_one_left_in_the_house(
    at_the_window: Callable[..., Person], tmp_path: Path, documents: Path
) -> None:
    house = a_house(tmp_path / "small")
    her = house.women[HER]
    priya = at_the_window(tmp_path / "small", house.at(2, 9, day=23))
    story = Story(priya, house.at(19))
    story.mark("before anything")

    # The key first, from wherever she is. Then 999, and only then whom it is about.
    at(priya, 2, 10)
    priya.press(KEY.Key_F9)
    pressed = priya.clock.now()
    at(priya, 2, 10, 40)
    priya.press("9")
    at(priya, 2, 12)
    priya.press(KEY.Key_F2)
    priya.type("Leanne")
    priya.press(KEY.Key_Return)
    assert f"{HER}, 1 Sage" in everything(priya.window.shell)

    # The first dose was about three minutes ago.
    at(priya, 2, 15)
    to_stamp(priya, StepKind.NALOXONE)
    priya.press(KEY.Key_Return)
    about(priya, "0212")
    to_field(priya, "amount")
    priya.type("one spray, left nostril")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    said = everything(priya.window.shell)
    assert "1 dose, the last at" in said
    assert "Over 3 minutes since the last dose" in said
    known = priya.clock.now()
    story.mark("one dose is known of")

    # The second, too, is written when there is a hand for it.
    at(priya, 2, 19)
    to_stamp(priya, StepKind.NALOXONE)
    priya.press(KEY.Key_Return)
    about(priya, "0216")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    at(priya, 2, 24)
    priya.press("a")
    story.mark("the ambulance is here")

    # Dawn goes with her. One is left: the page, and the bar on top of every page, say so, since when, and whom to ring.
    at(priya, 2, 31)
    priya.press("h")
    priya.press("w")
    priya.type("Dawn")
    priya.press(KEY.Key_Return)
    priya.press("l")
    story.mark("one is left")
    assert priya.line(HER).presence is Presence.HOSPITAL
    said = everything(priya.window.shell)
    assert "One of the staff, since 02:31" in said
    assert "Staff: one, since 02:31; 2 are needed" in said
    assert "Ring the on-call manager: 07700 900461" in said
    priya.press("m")
    priya.press("1", CTRL)
    said = everything(priya.window.shell)
    assert "One, since 02:31. 2 are needed." in said
    assert "On call 07700 900461" in said

    # What fell due meanwhile is shown and makes no sound; it is late, and nobody is asked why while it goes on.
    at(priya, 2, 49)
    story.mark("one check is overdue, one is due")
    assert priya.window.alarms is not None
    bar = priya.window.alarms.bar
    assert {line.who.name for line in priya.board().overdue} == {FIRST}
    assert "Sounds held: emergency since 02:10" in bar.held.text()
    assert bar.held.isVisible()
    at(priya, 2, 52)
    see(priya, FIRST)
    at(priya, 2, 56)
    see(priya, SECOND)
    story.mark("both are seen")

    # It is over: one reason for both, the words, and two of the things it leaves.
    at(priya, 3, 5)
    priya.press(KEY.Key_F9)
    priya.press(KEY.Key_F6)
    assert "2 checks were made late by it. One reason does for all" in everything(sheet())
    assert sheet().form["late_reason"].value() == WHY
    priya.press(KEY.Key_Tab)
    priya.type("Found grey and snoring.")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    priya.press("1")
    priya.press("5")
    story.mark("over")

    view = emergency_view(priya.desk)
    assert view is not None
    assert (view.emergency.started, view.emergency.late_reason) == (pressed, WHY)
    assert view.emergency.accepted(FollowUp.NALOXONE)
    told = [(step.kind, f"{step.at:%H:%M}", step.precision) for step in view.emergency.steps]
    assert told[:7] == [
        (StepKind.CALLED_999, "02:10", Precision.EXACT),
        (StepKind.NALOXONE, "02:12", Precision.ABOUT),
        (StepKind.NALOXONE, "02:16", Precision.ABOUT),
        (StepKind.AMBULANCE_HERE, "02:24", Precision.EXACT),
        (StepKind.TO_HOSPITAL, "02:31", Precision.EXACT),
        (StepKind.WENT_WITH, "02:31", Precision.EXACT),
        (StepKind.AMBULANCE_LEFT, "02:31", Precision.EXACT),
    ]
    board = priya.board()
    assert board.emergency is None
    assert [one.name for one in board.staff_in] == ["Priya Nair"]
    assert bar.held.isHidden()

    # `due` and the sheet give the same one reason, and nobody's own is written over it.
    lapsed = {
        line.who.name: (line.resolved.outcome, line.resolved.late_minutes, line.why)
        for line in read_dues(priya.desk, house.at(2, 10, day=23), house.at(3, 5, day=23))
        if line.resolved.outcome in {Outcome.LATE, Outcome.MISSED}
    }
    assert lapsed == {FIRST: (Outcome.LATE, 27, WHY), SECOND: (Outcome.LATE, 11, WHY)}
    draft = draft_sheet(priya.desk)
    assert {lapse.name: lapse.why for lapse in draft.lapses} == {FIRST: WHY, SECOND: WHY}
    (event,) = draft.events
    assert event.startswith("Emergency 02:10–03:05, Leanne Carr (1 Sage)")
    assert "999 called 02:10" in event
    assert len(draft.actions) == 2
    assert any("1 staff in the building; 2 are needed" in first.text for first in draft.first)

    # On paper: when, who came, and what to do. Not what it was, nor what was done to her.
    priya.window.shell.go("handover")
    priya.wait()
    priya.press("s", CTRL)
    (saved,) = documents.iterdir()
    printed = " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(saved.read_bytes())).pages).split()
    )
    assert WHY in printed
    assert "Emergency 02:10" in printed
    for word in HERS_ALONE:
        assert word not in printed.casefold()
    for name in (FIRST, SECOND):
        others = timeline(priya.desk, house.women[name], house.at(19))
        assert any(WHY in line.detail for line in others)
        for line in others:
            assert HER not in f"{line.title} {line.detail}"
            assert not any(word in f"{line.title} {line.detail}".casefold() for word in HERS_ALONE)

    # Her own record has all of it, each time as well as it is known, with who wrote it and when.
    hers = timeline(priya.desk, her, house.at(19))
    doses = [line for line in hers if line.title == "Naloxone given"]
    assert [(f"{line.seen_at:%H:%M}", line.precision, f"{line.typed_at:%H:%M}") for line in doses] == [
        ("02:16", "about", "02:19"),
        ("02:12", "about", "02:15"),
    ]
    assert any("Found grey and snoring." in line.detail for line in hers)
    with priya.desk.read() as connection:
        acts = [row.action for row in connection.execute(select(audit.c.action).order_by(audit.c.seq))]
    for word in ("emergency", "emergency_step", "emergency_about", "end_emergency", "emergency_action"):
        assert word in acts
    assert acts.count("emergency") == 1

    # At a quarter past two one dose was known of, two were in the building, and nothing was late.
    with priya.desk.read() as connection:
        then = read_emergency(connection, priya.desk.actor, known, view.emergency.id, known)
    assert then is not None
    assert [step.kind for step in then.steps] == [StepKind.CALLED_999, StepKind.NALOXONE]
    assert then.ended is None
    again = read_board(priya.desk, known_at=known)
    assert len(again.staff_in) == 2
    assert again.line(her).presence is Presence.IN
    assert again.overdue == ()
    story.ends()
