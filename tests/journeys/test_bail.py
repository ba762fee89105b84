"""A resident on bail is late, then absent, and comes back. Nobody recalls her, and the word stands nowhere; her plan names whom
to tell; and a tag company that rings has not seen her."""

from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from app.domain.absences import Decision, StepKind
from app.domain.papers import PaperKind
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.residents import LegalBasis
from app.domain.sightings import How
from app.domain.slots import Outcome, Resolved
from app.services.absences import cases_of
from app.services.board import read_board, read_dues
from app.services.checks import LogCheck
from app.services.handovers import draft_sheet
from app.services.movements import GoOut
from app.services.papers import papers
from app.services.plans import AddContact, WritePlan
from app.services.regimes import StartRule
from app.services.timeline import timeline
from tests.journeys.conftest import Person
from tests.journeys.story import Story
from tests.journeys.test_an_absence import HER, choose, everything, nothing_open, sheet
from tests.journeys.test_fire_restricted import everywhere
from tests.journeys.test_recall_then_return import her_page, text_of, to_step
from tests.support.houses import House, small_house

KEY = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
CALL = "They say the box is at home and quiet"


def a_house(folder: Path) -> House:
    """Her plan names the court and her officer. The court's conditions have a sign-in at one in the night."""
    facts = {
        "legal_basis": LegalBasis.BAIL,
        "practitioner": "Colin Webb",
        "practitioner_phone": "0117 496 0001",
    }
    house = small_house(folder, [HER, "Hope"], told=[(HER, facts)])
    her = house.women[HER]
    house.do(WritePlan(resident=her, answers={"no_return": "Ring the court's out-of-hours number."}))
    contacts = (
        ("Crown Court", "0117 496 0300"),
        ("Officer in the case", "0117 496 0444"),
        ("Tag company", "0808 157 0100"),
    )
    for agency, phone in contacts:
        house.do(AddContact(resident=her, agency=agency, phone=phone))
    house.do(StartRule(resident=her, purpose=Purpose.SIGN_IN, opens=time(1), closes=time(1, 15)))
    house.do(GoOut(resident=her, seen_at=house.at(20)))
    house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    house.desk.store.close()
    return house


class Eyes:
    """Everything that was on the screen at any moment: shown or not, in a list, in a tooltip, or for a screen reader."""

    def __init__(self, person: Person) -> None:
        self._person, self.seen = person, ""

    def look(self) -> str:
        """What the window shows now, its choices among it; it is added to what was seen."""
        shown = everything(self._person.window.shell)
        boxes = [box for box in self._person.window.shell.findChildren(QComboBox) if box.isVisible()]
        choices = [box.itemText(number) for box in boxes for number in range(box.count())]
        self.seen += "\n".join((shown, everywhere(self._person), *choices))
        return shown


def due(person: Person, house: House, rule: str) -> Resolved:
    """What `due` says of her of tonight's rule of this name."""
    (found,) = [
        line.resolved
        for line in read_dues(person.desk, house.at(22, 30), house.at(5, day=23))
        if line.who.id == house.women[HER] and line.resolved.slot.purpose.value == rule
    ]
    return found


def test_on_bail_the_court_is_told_and_a_call_is_no_sighting(
    at_the_window: Callable[..., Person], tmp_path: Path, documents: Path
) -> None:
    house = a_house(tmp_path / "small")
    her = house.women[HER]
    priya = at_the_window(tmp_path / "small", house.at(23, 12))
    story, eyes = Story(priya, house.at(19)), Eyes(priya)
    assert "late 12 min" in eyes.look()
    story.mark("late")

    # Past the grace: her case, and whom her plan names. Police are not among them, so nobody is told to ring them.
    priya.later(minutes=20)
    her_page(priya)
    eyes.look()
    priya.press("p")
    eyes.seen += everything(sheet())
    priya.press(KEY.Key_Escape)
    priya.press("k")
    eyes.seen += everything(sheet())
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    story.mark("a case is open")
    shown = eyes.look()
    for words in (
        "Tell the court",
        "0117 496 0300",
        "Tell the officer",
        "0117 496 0444",
        "It does not say that she was seen",
    ):
        assert words in shown, words
    assert "Tell the police" not in shown

    # The manager has the court told; a worker writes it down.
    to_step(priya, "told_manager")
    priya.press("d")
    priya.later(minutes=8)
    priya.press("m")
    box = sheet().form["decision"].control
    eyes.seen += everything(sheet()) + "\n".join(box.itemText(number) for number in range(box.count()))
    choose(priya, "court")
    priya.press(KEY.Key_Tab)
    priya.type("Olive Brandt")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    to_step(priya, "told_court")
    priya.press("d")
    to_step(priya, "told_officer")
    priya.press(KEY.Key_Return)
    eyes.seen += everything(sheet())
    priya.type("Will ring in the morning")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    story.mark("the court is told")

    # The tag company rings. She is as absent as before, was last seen as before, and what was overdue is.
    before, curfew = priya.line(HER), due(priya, house, "curfew")
    priya.later(minutes=5)
    to_step(priya, "tag_rang")
    priya.press(KEY.Key_Return)
    priya.type(CALL)
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    after = priya.line(HER)
    assert after.presence is Presence.ABSENT
    assert (after.last_seen, after.presence_since) == (before.last_seen, before.presence_since)
    assert after.last_seen is not None
    assert after.last_seen.seen_at == house.at(20)
    again = due(priya, house, "curfew")
    assert (again.outcome, again.overdue, again.seen) == (Outcome.DUE, True, None)
    assert (again.slot, curfew.overdue) == (curfew.slot, True)
    (case,) = cases_of(priya.desk, her)
    assert [step.kind for step in case.steps][-1] is StepKind.TAG_RANG
    assert case.returned is None
    (call,) = [line for line in timeline(priya.desk, her, house.at(19)) if CALL in line.detail]
    assert not call.counts
    story.mark("the tag company rang")
    shown = eyes.look()
    assert CALL in shown

    # The sign-in of one o'clock falls within the case, and is excused: nothing else is.
    priya.later(hours=1, minutes=40)
    sign_in = due(priya, house, "sign_in")
    assert (sign_in.outcome, sign_in.seen) == (Outcome.EXCUSED, None)
    assert due(priya, house, "curfew").outcome is Outcome.DUE
    story.mark("the sign-in is over")

    # On no page of the window, and on no paper of hers or of the house.
    for section in ("now", "round", "fire", "handover"):
        priya.window.shell.go(section)
        priya.wait()
        eyes.look()
    priya.press("s", CTRL)
    priya.press("g", CTRL)
    her_page(priya)
    priya.press(KEY.Key_F7, SHIFT)
    eyes.seen += everything(sheet())
    priya.type("Olive Brandt, on-call manager")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    saved = {path.name: text_of(path) for path in documents.iterdir()}
    assert len(saved) == 3
    assert {PaperKind.CASE, PaperKind.GRAB} <= {paper.kind for paper in papers(priya.desk)}
    assert sum(CALL in text for text in saved.values()) == 1
    for name, text in saved.items():
        assert "recall" not in f"{name} {text}".casefold(), name
    (pack,) = [text for text in saved.values() if CALL in text]
    for words in ("bail", "Crown Court", "0117 496 0300", "Olive Brandt"):
        assert words in pack, words

    # She is back. Whoever was told that she was gone is told; the decision stands, for nothing of it was recall.
    priya.later(minutes=9)
    her_page(priya)
    priya.press(KEY.Key_F4)
    (case,) = cases_of(priya.desk, her)
    assert case.returned == priya.clock.now()
    assert (case.decision, case.decision_open) == (Decision.COURT_TOLD, False)
    story.mark("she is back")
    assert priya.line(HER).presence is Presence.IN
    found = due(priya, house, "curfew")
    assert found.outcome is Outcome.LATE
    assert due(priya, house, "sign_in").outcome is Outcome.EXCUSED
    shown = eyes.look()
    for words in (
        "Tell the manager that she is back",
        "Tell the court that she is back",
        "Tell the officer that she is back",
    ):
        assert words in shown, words
    for key in ("back_told_manager", "back_told_court", "back_told_officer"):
        to_step(priya, key)
        priya.press("d")
        if not nothing_open():
            priya.type("Told.")
            priya.press(KEY.Key_Return, CTRL)
    priya.press(KEY.Key_F5, SHIFT)
    eyes.seen += everything(sheet())
    priya.type("Back, well.")
    priya.press(KEY.Key_Return, CTRL)
    (case,) = cases_of(priya.desk, her)
    assert case.closed == priya.clock.now()
    story.mark("closed")
    eyes.look()
    eyes.seen += repr(draft_sheet(priya.desk))
    assert "bail" in eyes.seen
    at_word = eyes.seen.casefold().find("recall")
    assert at_word < 0, eyes.seen[max(at_word - 80, 0) : at_word + 80]

    # What was known before the call, and after it, is the same of where she was.
    then: Any = [read_board(priya.desk, known_at=moment.at).line(her) for moment in story.moments[1:5]]
    assert {line.presence for line in then} == {Presence.ABSENT}
    assert {line.last_seen.seen_at for line in then} == {house.at(20)}
    story.ends()
