"""Christmas Eve: she is not back at eleven, the manager asks for recall, and at fourteen past two she stands at the door. What
is decided stays open until the manager says; and her practitioner is owed the news until the first working day after it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.absences import Decision
from app.domain.presence import Presence
from app.domain.residents import LegalBasis
from app.domain.sightings import How
from app.domain.slots import Outcome
from app.services.absences import cases_of
from app.services.board import read_board, read_dues
from app.services.checks import LogCheck
from app.services.handovers import draft_sheet
from app.services.movements import GoOut
from app.services.plans import AddContact, WritePlan
from app.services.timeline import timeline
from tests.journeys.conftest import Person
from tests.journeys.story import Story
from tests.journeys.test_an_absence import HER, card, choose, everything, nothing_open, sheet
from tests.support.houses import House, small_house

KEY = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
#: What nothing that a resident could see may say.
NOT_FOR_EYES = ("leanne", "carr", "recall", "police", "absen", "case")


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of that December; local time is UTC."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def a_house(folder: Path) -> House:
    """She is on licence, and went to her mother's at eight. The other woman is in."""
    facts = {
        "legal_basis": LegalBasis.LICENCE,
        "practitioner": "Colin Webb",
        "practitioner_phone": "0117 496 0001",
    }
    house = small_house(folder, [HER, "Hope"], told=[(HER, facts)], now=on(24, 23, 5))
    her = house.women[HER]
    house.do(WritePlan(resident=her, answers={"no_return": "Ring her mother first."}))
    house.do(AddContact(resident=her, agency="Mother", phone="07700 900112"))
    house.do(GoOut(resident=her, seen_at=on(24, 20), place="Her mother's"))
    house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    house.desk.store.close()
    return house


def at(person: Person, day: int, hour: int, minute: int = 0) -> None:
    """It is that time now, and the window has looked."""
    person.later(seconds=(on(day, hour, minute) - person.clock.now()).total_seconds())


def her_page(person: Person) -> None:
    """Her name, and Enter."""
    person.press("1", CTRL)
    person.press("a", CTRL)
    person.type("Leanne")
    person.press(KEY.Key_Down)
    person.press(KEY.Key_Return)
    assert person.window.shell.page_id == "residents"


def to_step(person: Person, key: str) -> None:
    """The cursor of her steps, by the arrow keys."""
    steps = card(person).steps
    assert (QApplication.focusWidget() or person._last_focus()) is steps
    person.press(KEY.Key_Home)
    for _ in range(12):
        if steps.current_key == key:
            return
        person.press(KEY.Key_Down)
    raise AssertionError(f"{key} can't be reached")


def decided(person: Person, what: str) -> None:
    """What the manager decided, by its first letters, and who."""
    person.press("m")
    choose(person, what)
    person.press(KEY.Key_Tab)
    person.type("Olive Brandt")
    person.press(KEY.Key_Return, CTRL)
    assert nothing_open()


def text_of(path: Path) -> str:
    pages = PdfReader(BytesIO(path.read_bytes())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_recall_was_asked_for_and_at_two_she_is_at_the_door(
    at_the_window: Callable[..., Person], tmp_path: Path, documents: Path
) -> None:
    house = a_house(tmp_path / "small")
    her = house.women[HER]
    priya = at_the_window(tmp_path / "small", on(24, 23, 6))
    story = Story(priya, on(24, 19))

    # Late, and no more than that until the house's grace is over.
    at(priya, 24, 23, 12)
    assert "late 12 min" in everything(priya.window.shell)
    assert not priya.line(HER).case_open
    her_page(priya)
    assert priya.page().person.late.isHidden()  # type: ignore[attr-defined]
    story.mark("late within the grace")
    at(priya, 24, 23, 31)
    assert priya.page().person.late.isVisible()  # type: ignore[attr-defined]
    priya.press("k")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    assert priya.line(HER).presence is Presence.ABSENT
    story.mark("a case is open")

    # Her steps, each at its own time; the manager is rung, and decides.
    at(priya, 24, 23, 34)
    to_step(priya, "called_her")
    priya.press("d")
    at(priya, 24, 23, 41)
    priya.press(KEY.Key_Down)
    priya.press("d")
    at(priya, 24, 23, 50)
    to_step(priya, "told_manager")
    priya.press("d")
    at(priya, 25, 0, 20)
    decided(priya, "recall")
    story.mark("recall is asked for")
    (case,) = cases_of(priya.desk, her)
    assert (case.decision, case.decided_by) == (Decision.RECALL_ASKED, "Olive Brandt")
    assert case.decisions[0].typed_by == "Priya Nair"
    assert not case.decision_open

    # Nothing of it where a woman at the hatch could read it.
    priya.press("l", CTRL)
    assert priya.window.shell.covered
    hatch = everything(priya.window.shell).casefold() + priya.window.shell.windowTitle().casefold()
    for word in NOT_FOR_EYES:
        assert word not in hatch, word
    priya.type("training")
    priya.press(KEY.Key_Return)
    assert not priya.window.shell.covered

    # She is at the door. That she is back, and that recall was asked for, are both so; what becomes of it is open.
    at(priya, 25, 2, 14)
    if priya.window.shell.page_id != "residents":
        her_page(priya)
    priya.press(KEY.Key_F4)
    (case,) = cases_of(priya.desk, her)
    assert case.returned == priya.clock.now()
    assert (case.decision, case.decision_open) == (Decision.RECALL_ASKED, True)
    stands = "Back 02:14; recall asked for 00:20 by Olive Brandt: decision open; ring the manager"
    assert card(priya).stands.label.text() == stands
    story.mark("she is back")
    draft = draft_sheet(priya.desk)
    (said,) = [first.text for first in draft.first if first.resident == her and "case open" in first.text]
    assert "02:14" in said

    # The curfew that she missed was met at the door, late: nobody excused it, for its time was over before the case began.
    (curfew,) = [
        line.resolved
        for line in read_dues(priya.desk, on(24, 22), on(24, 23, 30))
        if line.who.id == her and line.rule == "curfew"
    ]
    assert (curfew.outcome, curfew.late_minutes) == (Outcome.LATE, 174)

    # It can't be closed over an open decision. The manager is rung again, and says; then it is closed.
    at(priya, 25, 2, 20)
    to_step(priya, "back_told_manager")
    priya.press("d")
    priya.press(KEY.Key_F5, SHIFT)
    priya.type("Home, well. Her mother's car broke down.")
    priya.press(KEY.Key_Return, CTRL)
    assert cases_of(priya.desk, her)[0].closed is None
    priya.press(KEY.Key_Escape)
    at(priya, 25, 2, 31)
    decided(priya, "no")
    story.mark("no recall")
    to_step(priya, "told_police")
    assert "she was back before they were told" in everything(priya.window.shell)
    priya.press(KEY.Key_F5, SHIFT)
    assert "Her mother's car broke down." in sheet().form["outcome"].value()
    priya.press(KEY.Key_Return, CTRL)
    (case,) = cases_of(priya.desk, her)
    assert case.closed == priya.clock.now()
    story.mark("closed")

    # The pack: to whom it goes is asked; both decisions stand in it, with who decided and who typed.
    priya.press(KEY.Key_F7, SHIFT)
    priya.type("Olive Brandt, on-call manager")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    (saved,) = documents.iterdir()
    pack = text_of(saved)
    assert "recall" not in saved.name.casefold()
    assert "Leanne" not in saved.name
    for words in ("recall asked for", "no recall", "Olive Brandt", "Priya Nair", "02:14", "car broke down"):
        assert words in pack, words

    # Her practitioner is to be told by the end of the next working day. That is Tuesday: Christmas, the weekend, and the
    # substitute for Boxing Day lie between. On Friday and on Monday it is still owed, and not late.
    for day in (25, 28):
        at(priya, day, 10)
        (owed,) = priya.board().cases
        assert owed.who.id == her
        assert owed.due == on(29, 17)
        priya.press("1", CTRL)
        priya.press(KEY.Key_Escape)
        said = everything(priya.window.shell)
        since = "02:14" if day == 25 else "Fri 25 Dec 02:14"
        assert f"back since {since}. Step 1 of 2" in said
        assert "ask her practitioner to tell the liaison officer by Tue 29 Dec 17:00" in said
        assert any(
            "29 Dec" in action.due and "practitioner" in action.what
            for action in draft_sheet(priya.desk).actions
        )
    story.mark("Boxing Day's holiday: still owed")
    at(priya, 29, 9, 30)
    her_page(priya)
    assert "by 17:00" in card(priya).next.text() or "by Tue 29 Dec 17:00" in card(priya).next.text()
    assert "0117 496 0001" in everything(priya.window.shell)
    priya.press(KEY.Key_Tab)
    card(priya).steps.setFocus()
    for key in ("victims", "told_practitioner"):
        to_step(priya, key)
        priya.press("d")
        if not nothing_open():
            priya.type("He rings the liaison officer today.")
            priya.press(KEY.Key_Return, CTRL)
    assert priya.board().cases == ()
    assert not any("practitioner" in action.what for action in draft_sheet(priya.desk).actions)
    story.mark("told")

    # The whole night stands on her timeline in its order, and at midnight nobody knew that she would come.
    hers = [
        f"{line.seen_at:%d %H:%M} {line.title}" for line in reversed(timeline(priya.desk, her, on(24, 19)))
    ]
    order = [line for line in hers if line[:2] in {"24", "25"}]
    assert order[0] == "24 20:00 Out"
    assert any(line.startswith("25 02:14 Back in") for line in order)
    then = read_board(priya.desk, known_at=story.moments[2].at)
    (was,) = then.cases
    assert (was.case.returned, was.case.decision) == (None, Decision.RECALL_ASKED)
    assert priya.clock.now() - story.begins > timedelta(days=4)
    story.ends()
