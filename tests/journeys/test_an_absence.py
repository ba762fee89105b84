"""She is not back: late within the grace, recall asked for and then she came, and a resident on bail. By keyboard, in the
real window, at a small house."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget

from app.domain.absences import Decision, StepKind
from app.domain.presence import Presence
from app.domain.residents import LegalBasis
from app.services.absences import cases_of
from app.services.handovers import draft_sheet
from app.services.movements import GoOut
from app.services.plans import AddContact, WritePlan
from app.services.timeline import timeline
from app.store.verify import verify
from tests.journeys.conftest import Person
from tests.support.houses import House, small_house

KEY = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
HER = "Leanne Carr"


def a_house(folder: Path, basis: LegalBasis = LegalBasis.LICENCE) -> House:
    """She went out at eight; her plan names her mother, the court and the police."""
    facts = {"legal_basis": basis, "practitioner": "Colin Webb", "practitioner_phone": "0117 496 0001"}
    house = small_house(folder, [HER, "Hope"], told=[(HER, facts)])
    her = house.women[HER]
    house.do(WritePlan(resident=her, answers={"no_return": "Ring her mother first."}))
    for agency, phone in (("Mother", "07700 900112"), ("Crown Court", "0117 496 0300"), ("Police", "101")):
        house.do(AddContact(resident=her, agency=agency, phone=phone))
    house.do(GoOut(resident=her, seen_at=house.at(20)))
    house.desk.store.close()
    return house


def open_her(person: Person) -> Any:
    """Her line on the board, and Enter."""
    person.window.shell.go("now")
    person.wait()
    page: Any = person.page()
    assert page.current.select(person.line(HER).id)
    page.current.setFocus()
    return page


def sheet() -> Any:
    found = [w for w in QApplication.topLevelWidgets() if w.isModal() and w.isVisible()]
    assert len(found) == 1, [(type(w).__name__, everything(w)[:200]) for w in found]
    return found[0]


def nothing_open() -> bool:
    return not any(w.isModal() and w.isVisible() for w in QApplication.topLevelWidgets())


def choose(person: Person, text: str) -> None:
    """An answer in the list of choices that has the focus, by its first letters."""
    person.type(text)
    box = QApplication.focusWidget()
    assert isinstance(box, QComboBox)
    assert box.currentText().startswith(text)


def everything(widget: QWidget) -> str:
    """All that is written on the window, lists and titles among it; a telephone number with plain blanks."""
    from app.ui.widgets.rows import RowsView

    said = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    for view in widget.findChildren(RowsView):
        if view.isVisible():
            model = view.model()
            said += [
                str(model.index(row, column).data())
                for row in range(model.rowCount())
                for column in range(model.columnCount())
            ]
    return "\n".join(said).replace("\xa0", " ")


def card(person: Person) -> Any:
    page: Any = person.page()
    return page.person.case


def test_late_within_the_grace_closes_itself_at_the_door(
    at_the_window: Callable[..., Person], tmp_path: Path
) -> None:
    house = a_house(tmp_path / "small")
    priya = at_the_window(tmp_path / "small", house.at(23, 12))
    open_her(priya)
    assert "late 12 min" in everything(priya.window.shell)
    priya.press("i")
    assert priya.line(HER).presence is Presence.IN
    assert cases_of(priya.desk, house.women[HER]) == ()
    priya.press(KEY.Key_Return)
    assert card(priya).isHidden()
    assert "12 min late" in everything(priya.window.shell)
    assert timeline(priya.desk, house.women[HER], house.at(22))[0].seen_at == house.at(23, 12)


def test_recall_was_asked_for_and_then_she_came_back(
    at_the_window: Callable[..., Person], tmp_path: Path
) -> None:
    house = a_house(tmp_path / "small")
    her = house.women[HER]
    priya = at_the_window(tmp_path / "small", house.at(23, 29))
    open_her(priya)
    priya.press(KEY.Key_Return)
    assert priya.page().person.late.isHidden()  # type: ignore[attr-defined]
    priya.later(minutes=2)
    assert priya.page().person.late.isVisible()  # type: ignore[attr-defined]

    # Her plan at one key, her case at another.
    priya.press("p")
    assert "Ring her mother first." in everything(sheet())
    priya.press(KEY.Key_Escape)
    priya.press("k")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    assert priya.line(HER).case_open
    assert priya.window.shell.focusWidget() is card(priya).steps
    assert "ring her" in card(priya).next.text()

    # One key: done just now. Enter: what came of it. X: not needed, and why.
    priya.press("d")
    priya.press(KEY.Key_Down)
    priya.press(KEY.Key_Return)
    priya.type("Not seen since Friday")
    priya.press(KEY.Key_Return, CTRL)
    priya.later(minutes=20)
    priya.press(KEY.Key_Down)
    priya.press("d")
    assert "write what the manager decided" in card(priya).next.text()
    priya.press("m")
    choose(priya, "recall")
    priya.press(KEY.Key_Tab)
    priya.type("Olive Brandt")
    priya.press(KEY.Key_Return, CTRL)
    assert nothing_open()
    priya.press(KEY.Key_Down)
    priya.press(KEY.Key_Down)
    priya.press("x")
    priya.type("The manager rings them herself")
    priya.press(KEY.Key_Return, CTRL)
    (case,) = cases_of(priya.desk, her)
    assert [step.kind for step in case.steps] == [
        StepKind.CALLED_HER,
        StepKind.CALLED_OTHER,
        StepKind.TOLD_MANAGER,
        StepKind.NOT_NEEDED,
    ]
    assert (case.decision, case.decided_by) == (Decision.RECALL_ASKED, "Olive Brandt")
    assert case.decisions[0].typed_by == "Priya Nair"

    # She is at the door: the case is told, and the decision is open.
    priya.later(hours=2)
    priya.press(KEY.Key_F4)
    (case,) = cases_of(priya.desk, her)
    assert case.returned == priya.clock.now()
    assert card(priya).stands.label.text() == (
        "Back 01:51; recall asked for 23:51 by Olive Brandt: decision open; ring the manager"
    )
    assert "tell the manager that she is back" in card(priya).next.text()
    priya.window.shell.go("now")
    priya.wait()
    assert "tell the manager that she is back" in everything(priya.window.shell)
    open_her(priya)
    priya.press(KEY.Key_Return)

    # It is not closed without a word for what was left.
    priya.press(KEY.Key_F5, SHIFT)
    priya.type("Home, well; bus cancelled.")
    priya.press(KEY.Key_Return, CTRL)
    assert "Not done yet" in everything(sheet())
    assert cases_of(priya.desk, her)[0].closed is None
    priya.press(KEY.Key_Escape)
    priya.press("m")
    choose(priya, "no")
    priya.press(KEY.Key_Tab)
    priya.type("Olive Brandt")
    priya.press(KEY.Key_Return, CTRL)
    assert not cases_of(priya.desk, her)[0].decision_open
    card(priya).steps.select("back_told_manager")
    priya.press("d")
    priya.press(KEY.Key_F5, SHIFT)
    assert "Home, well; bus cancelled." in sheet().form["outcome"].value()
    priya.press(KEY.Key_Return, CTRL)
    (case,) = cases_of(priya.desk, her)
    assert (case.outcome, case.closed) == ("Home, well; bus cancelled.", priya.clock.now())

    # Her practitioner is still to be told, on Next, on the handover and here.
    assert card(priya).isVisible()
    assert "by Mon 23 Nov 17:00" in card(priya).next.text()
    assert any("practitioner" in action.what for action in draft_sheet(priya.desk).actions)
    (owed,) = priya.board().cases
    assert owed.due == house.at(17, day=23)
    assert verify(priya.desk.store).ok


def test_a_resident_on_bail_is_never_recalled(at_the_window: Callable[..., Person], tmp_path: Path) -> None:
    house = a_house(tmp_path / "small", LegalBasis.BAIL)
    priya = at_the_window(tmp_path / "small", house.at(23, 40))
    open_her(priya)
    priya.press(KEY.Key_Return)
    priya.press("k")
    priya.press(KEY.Key_Return, CTRL)
    said = everything(priya.window.shell)
    assert "Tell the court" in said
    assert "It does not say that she was seen" in said
    priya.press("m")
    said += everything(sheet())
    box = sheet().form["decision"].control
    said += "\n".join(box.itemText(place) for place in range(box.count()))
    choose(priya, "court")
    priya.press(KEY.Key_Tab)
    priya.type("Olive Brandt")
    priya.press(KEY.Key_Return, CTRL)
    card(priya).steps.select("tag_rang")
    priya.press(KEY.Key_Return)
    priya.type("They say the box is quiet")
    priya.press(KEY.Key_Return, CTRL)
    assert priya.line(HER).presence is Presence.ABSENT
    assert priya.line(HER).last_seen is not None
    assert priya.line(HER).last_seen.seen_at == house.at(20)
    said += everything(priya.window.shell)
    priya.window.shell.go("now")
    priya.wait()
    said += everything(priya.window.shell)
    sheet_now = draft_sheet(priya.desk)
    said += "\n".join(f"{first.text} {first.who}" for first in sheet_now.first)
    said += "\n".join(action.what for action in sheet_now.actions)
    assert "recall" not in said.casefold()


def test_no_window_says_more_than_daybook_in_its_title(
    at_the_window: Callable[..., Person], tmp_path: Path
) -> None:
    house = a_house(tmp_path / "small")
    priya = at_the_window(tmp_path / "small", house.at(23, 40))
    open_her(priya)
    priya.press(KEY.Key_Return)
    priya.press("k")
    titles = [w.windowTitle() for w in QApplication.topLevelWidgets() if w.isVisible()]
    priya.press(KEY.Key_Return, CTRL)
    titles += [w.windowTitle() for w in QApplication.topLevelWidgets()]
    priya.press(KEY.Key_F12)
    assert priya.window.shell.curtained
    said = "\n".join([*titles, everything(priya.window.shell)]).casefold()
    for word in ("leanne", "recall", "police", "absence", "case open"):
        assert word not in said
