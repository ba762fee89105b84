"""Her record, her plan, her agreement, her room, and who is on duty."""

from datetime import date, timedelta

from app.domain.plans import ANSWERS
from app.domain.residents import LegalBasis
from app.services.board import read_board
from app.services.movements import GoOut
from app.services.notes import WriteNote
from app.services.person import read_person
from app.services.plans import AddContact, WritePlan, plan_of
from app.services.residents import (
    Arrive,
    ChangeResident,
    Depart,
    ExpectAgain,
    ExpectResident,
    ListReader,
    WriteAgreement,
    residents,
)
from app.services.rooms import CloseRoom, MakeRoom, MoveRoom, OpenRoom
from app.services.staff import ComeOnDuty, GoOffDuty
from app.services.timeline import timeline
from tests.support.houses import House

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMES = ("O'Brien “Bee” \\ 100%", "ليلى الحسن", "👩‍🦽 Zoë", "Ní Bhriain; DROP TABLE resident--", "x" * 200)


def test_any_name_is_kept_as_it_is(house: House) -> None:
    for number, name in enumerate(NAMES):
        room = house.by("hannah", MakeRoom(number=f"9{number}", name="Yew", floor=2, position=90 + number)).id
        her = house.by("sal", ExpectResident(name=f"  {name} ", legal_basis=LegalBasis.BAIL)).id
        house.do(Arrive(resident=her, room=room))
        assert read_board(house.desk).line(her).who.name == name
    assert house.refused("sal", ExpectResident(name=" ", legal_basis=LegalBasis.BAIL)).fields == ("name",)
    long = ExpectResident(name="x" * 201, legal_basis=LegalBasis.BAIL)
    assert house.refused("sal", long).fields == ("name",)
    born = ExpectResident(name="x", legal_basis=LegalBasis.BAIL, born=date(2027, 1, 1))
    assert house.refused("sal", born).fields == ("born",)
    assert house.refused("sal", ExpectResident(name="x", legal_basis=LegalBasis.BAIL, staff=her)).fields == (
        "staff",
    )


def test_her_record_is_changed_and_taken_out_and_not_saved_over(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.do(ChangeResident(resident=her, version=1, allergies="Nuts", alerts="Stairs"))
    stale = house.refused("priya", ChangeResident(resident=her, version=1, alerts="Mine"))
    assert stale.current == 2
    house.do(ChangeResident(resident=her, version=2, alerts=""))
    person = read_person(house.desk, her)
    assert person is not None
    assert (person.resident.allergies, person.resident.alerts) == ("Nuts", None)
    house.refused("priya", ChangeResident(resident=her))


def test_everyone_who_lives_here_in_walking_order(house: House) -> None:
    assert [one.ref.name for one in residents(house.as_user("hannah"))] == [
        "Anne Doyle",
        "Mary Ellis",
        "Anne Doyles",
        "Gita Sandhu",
        "One woman, restricted",
    ]


def test_nobody_is_expected_twice_or_leaves_twice(house: House) -> None:
    her = house.women["Mary Ellis"]
    again = ExpectAgain(resident=her, legal_basis=LegalBasis.BAIL)
    assert "already" in str(house.refused("sal", again))
    house.do(Depart(resident=her, seen_at=house.at(22)))
    assert "does not live here" in str(house.refused("priya", Depart(resident=her)))
    assert "does not live here" in str(house.refused("priya", GoOut(resident=her)))
    house.refused("priya", GoOut(resident=house.rooms[0]))


# Plan and agreement


def test_a_plan_has_its_seven_answers_and_whom_to_ring_in_order(house: House) -> None:
    her = house.women["Mary Ellis"]
    assert plan_of(house.desk, her) is None
    for agency in ("Probation", "Police", "Her nan"):
        house.do(AddContact(resident=her, agency=agency, phone="07700 900514"))
    plan = plan_of(house.desk, her)
    assert plan is not None
    assert [(one.agency, one.position) for one in plan.contacts] == [
        ("Probation", 1),
        ("Police", 2),
        ("Her nan", 3),
    ]
    assert len(plan.unanswered) == len(ANSWERS) == 7
    house.do(WritePlan(resident=her, version=plan.version, answers={"no_return": "Ring her nan."}))
    plan = plan_of(house.desk, her)
    assert plan is not None
    assert len(plan.unanswered) == 6
    assert plan.changed_by == "Priya Nair"
    assert house.refused("priya", WritePlan(resident=her, answers={"no_returns": "x"})).fields == ("answers",)
    assert house.refused("priya", WritePlan(resident=her, answers={"breach": "x" * 4001})).fields == (
        "breach",
    )
    assert house.refused("priya", AddContact(resident=her, agency=" ")).fields == ("agency",)


def test_her_agreement_is_hers_and_changes_answer_by_answer(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.do(
        WriteAgreement(
            resident=her, answers={"asleep": "Breathing", "by_whom": "A woman"}, agreed_on=date(2026, 11, 1)
        )
    )
    house.do(WriteAgreement(resident=her, answers={"asleep": "Breathing, colour"}))
    agreement = read_board(house.desk).line(her).agreement
    assert agreement is not None
    assert (agreement.answers["asleep"], agreement.answers["by_whom"], agreement.agreed_on) == (
        "Breathing, colour",
        "A woman",
        date(2026, 11, 1),
    )
    assert house.refused("priya", WriteAgreement(resident=her, answers={"bed": "x"})).fields == ("answers",)


# Rooms


def test_a_room_is_had_by_one_woman_and_closed_only_when_empty(house: House) -> None:
    her = house.women["Mary Ellis"]
    assert house.refused("priya", MoveRoom(resident=her, room=house.rooms[0])).fields == ("room",)
    assert house.refused("hannah", CloseRoom(room=house.rooms[1], reason="leak")).fields == ("room",)
    house.by("hannah", CloseRoom(room=house.rooms[5], reason="leak"))
    assert "out of service" in str(house.refused("priya", MoveRoom(resident=her, room=house.rooms[5])))
    assert "already" in str(house.refused("priya", MoveRoom(resident=her, room=house.rooms[1])))
    house.clock.advance(MINUTE)
    house.by("hannah", OpenRoom(room=house.rooms[5]))
    assert house.by("hannah", OpenRoom(room=house.rooms[5])).said == "In service already"
    house.do(MoveRoom(resident=her, room=house.rooms[5]))
    board = read_board(house.desk)
    assert board.line(her).who.room.number == "6"
    assert house.rooms[1] in {one.room.id for one in board.empty_rooms}
    assert house.refused("hannah", MakeRoom(number="6", name="x", floor=0, position=1)).fields == ("number",)
    nowhere = CloseRoom(room=her, reason="leak")
    assert house.refused("hannah", nowhere).fields == ("room",)


# Staff


def test_who_is_in_the_building(house: House) -> None:
    dawn = house.staff("dawn")
    assert house.do(ComeOnDuty(staff=dawn)).said == "Dawn Ellery is in already"
    house.do(GoOffDuty(staff=dawn, seen_at=house.at(22)))
    assert [one.user for one in read_board(house.desk).staff_in] == ["priya"]
    assert {one.user for one in read_board(house.desk, at=house.at(21)).staff_in} == {"priya", "dawn"}
    house.clock.advance(4 * DAY)
    assert read_board(house.desk).staff_in == ()
    assert house.refused("priya", ComeOnDuty(staff=house.rooms[0])).fields == ("staff",)


def test_listing_ends_when_it_is_said_to(house: House) -> None:
    her, soon = house.women["Hope"], house.clock.now() + MINUTE
    house.by("hannah", ListReader(resident=her, staff=house.staff("sal"), ends=soon))
    assert read_board(house.as_user("sal")).line(her).who.name == "Hope"
    house.clock.advance(MINUTE)
    assert read_board(house.as_user("sal")).line(her).who.hidden
    past = ListReader(resident=her, staff=house.staff("sal"), ends=house.clock.now())
    assert house.refused("hannah", past).fields == ("ends",)


# Timeline


def test_the_timeline_is_newest_first_and_half_open(house: House) -> None:
    her = house.women["Mary Ellis"]
    for minute in (0, 10, 20):
        house.do(WriteNote(resident=her, text=f"at {minute}", seen_at=house.at(22, minute)))
    told = timeline(house.desk, her, house.at(22), house.at(22, 20))
    assert [one.detail for one in told] == ["at 10", "at 0"]
    assert [one.entered_later for one in told] == [True, True]
    assert timeline(house.desk, house.women["Gita Sandhu"], house.at(12)) == ()
