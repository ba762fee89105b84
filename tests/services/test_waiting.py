"""What waits for whoever is signed in: sightings to confirm, the last handover, her own actions, whom the house expects."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.residents import LegalBasis
from app.domain.sightings import How
from app.services.checks import Amend, Confirm, LogCheck, Strike
from app.services.handovers import Answer, Ask, Offer, ReadSheet, TakeOver
from app.services.movements import ComeIn, GoOut
from app.services.notes import FinishAction, OpenAction
from app.services.residents import Arrive, ExpectResident, Restrict
from app.services.staff import ComeOnDuty
from app.services.waiting import read_waiting
from tests.support.houses import NIGHT, House, small_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    return small_house(tmp_path / "house")


def to_confirm(house: House, user: str = "priya") -> list[tuple[str, str]]:
    return [(one.who.name, one.typed_by) for one in read_waiting(house.as_user(user)).confirm]


def test_what_a_colleague_typed_for_me_waits_until_i_confirm_it(house: House) -> None:
    hope, priya = house.women["Hope"], house.staff("priya")
    entry = house.by("dawn", LogCheck(resident=hope, how=How.SPOKE, seen_by=priya)).entry
    assert to_confirm(house) == [("Hope", "Dawn Ellery")]
    assert to_confirm(house, "dawn") == []
    assert read_waiting(house.desk).confirm[0].seen_at == NIGHT
    house.by("priya", Confirm(entry=entry))
    assert to_confirm(house) == []


def test_at_the_door_too_and_not_what_was_struck_or_put_right(house: House) -> None:
    women, priya = house.women, house.staff("priya")
    house.by("dawn", GoOut(resident=women["Gita Sandhu"], how=None))
    house.clock.advance(timedelta(minutes=1))
    house.by("dawn", ComeIn(resident=women["Gita Sandhu"], how=How.AWAKE, seen_by=priya))
    struck = house.by("dawn", LogCheck(resident=women["Hope"], how=How.SPOKE, seen_by=priya)).entry
    house.by("dawn", Strike(entry=struck, reason="It was me"))
    mine = house.by("dawn", LogCheck(resident=women["Mary Ellis"], how=How.SPOKE, seen_by=priya)).entry
    house.by("dawn", Amend(entry=mine, reason="It was me", seen_by=house.staff("dawn")))
    assert to_confirm(house) == [("Gita Sandhu", "Dawn Ellery")]


def test_an_old_sighting_is_asked_no_more(house: House) -> None:
    house.by("dawn", LogCheck(resident=house.women["Hope"], how=How.SPOKE, seen_by=house.staff("priya")))
    house.clock.advance(timedelta(days=15))
    assert to_confirm(house) == []


def test_a_handover_waits_for_whoever_did_not_offer_it_until_it_is_taken_over(house: House) -> None:
    assert read_waiting(house.desk).sheet is None
    number = house.by("dawn", Offer()).number
    waiting = read_waiting(house.desk).sheet
    assert waiting is not None
    assert (waiting.number, waiting.offered_by) == (number, "Dawn Ellery")
    assert (waiting.to_take, waiting.unanswered, waiting.overdue) == (True, 0, False)
    assert read_waiting(house.as_user("dawn")).sheet is None
    house.by("priya", TakeOver(number=number))
    assert read_waiting(house.desk).sheet is None


def test_a_question_waits_for_everyone_until_it_is_answered(house: House) -> None:
    number = house.by("dawn", Offer()).number
    house.by("priya", TakeOver(number=number))
    house.by("priya", Ask(number=number, question="Who rang?"))
    for user in ("dawn", "priya"):
        sheet = read_waiting(house.as_user(user)).sheet
        assert sheet is not None
        assert (sheet.to_take, sheet.unanswered) == (False, 1)
    house.by("dawn", Answer(number=number, answer="Her sister"))
    assert read_waiting(house.desk).sheet is None


def test_whoever_comes_on_is_reminded_to_mark_it_read(house: House) -> None:
    number = house.by("dawn", Offer()).number
    house.by("kim", ComeOnDuty())
    house.by("priya", TakeOver(number=number))
    sheet = read_waiting(house.as_user("kim")).sheet
    assert sheet is not None
    assert (sheet.to_take, sheet.to_read, sheet.overdue) == (False, True, False)
    house.by("kim", ReadSheet(number=number))
    assert read_waiting(house.as_user("kim")).sheet is None


def test_a_sheet_that_nobody_took_over_is_overdue_when_its_shift_is_over(house: House) -> None:
    house.by("dawn", Offer())
    house.clock.advance(timedelta(hours=9))
    sheet = read_waiting(house.desk).sheet
    assert sheet is not None
    assert (sheet.to_take, sheet.overdue) == (True, True)


def test_my_own_actions_that_fall_due_within_a_shift(house: House) -> None:
    priya, hope = house.staff("priya"), house.women["Hope"]
    for text, owner, hours in (
        ("mine, over", priya, -2),
        ("mine, soon", priya, 3),
        ("mine, next week", priya, 100),
        ("another's", house.staff("dawn"), 1),
    ):
        house.by(
            "dawn", OpenAction(text=text, owner=owner, resident=hope, due=NIGHT + timedelta(hours=hours))
        )
    house.by("dawn", OpenAction(text="mine, some time", owner=priya))
    waiting = read_waiting(house.desk)
    assert [action.text for action in waiting.actions] == ["mine, over", "mine, soon"]
    assert waiting.names == {hope: "Hope"}
    for action in waiting.actions:
        house.do(FinishAction(action=action.id))
    assert read_waiting(house.desk).actions == ()


def test_of_a_restricted_woman_neither_name_nor_words(house: House) -> None:
    hope, priya = house.women["Hope"], house.staff("priya")
    house.by("dawn", LogCheck(resident=hope, how=How.SPOKE, seen_by=priya))
    house.by("dawn", OpenAction(text="Ring Hope's brother", owner=priya, resident=hope, due=NIGHT))
    house.by("hannah", Restrict(resident=hope, reason="threats"))
    waiting = read_waiting(house.desk)
    assert [one.who.name for one in waiting.confirm] == ["One woman, restricted"]
    assert [action.text for action in waiting.actions] == ["an action in her own record"]
    assert "Hope" not in repr(waiting)


def test_whom_the_house_expects(house: House) -> None:
    new = house.by(
        "hannah",
        ExpectResident(
            name="Zofia Nowak", legal_basis=LegalBasis.BAIL, expected_arrival=NIGHT + timedelta(hours=9)
        ),
    ).id
    assert [(one.name, one.arrives) for one in read_waiting(house.desk).expected] == [("Zofia Nowak", True)]
    house.by("dawn", Arrive(resident=new, room=house.rooms[-1]))
    assert read_waiting(house.desk).expected == ()
