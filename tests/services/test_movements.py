"""The door: presence, what contradicts it, and a slip that is mended so that board, due and timeline agree."""

from datetime import timedelta

import pytest

from app.domain.presence import Presence
from app.domain.residents import LegalBasis
from app.domain.sightings import How, Precision
from app.domain.slots import Outcome
from app.services.absences import OpenCase, cases_of
from app.services.board import read_board, read_dues
from app.services.checks import Amend, LogCheck, Strike
from app.services.movements import ComeIn, GoOnLeave, GoOut, GoToHospital, TakenIntoCustody
from app.services.residents import Arrive, Depart, ExpectAgain, ExpectResident
from app.services.rooms import MoveRoom
from app.services.timeline import timeline
from tests.support.houses import House

MINUTE = timedelta(minutes=1)


def presence(house: House, name: str) -> Presence | None:
    line = read_board(house.desk).line(house.women[name])
    return line.presence if line else None


@pytest.mark.parametrize(
    ("command", "there"),
    [
        (GoOut, Presence.OUT),
        (GoToHospital, Presence.HOSPITAL),
        (GoOnLeave, Presence.LEAVE),
        (TakenIntoCustody, Presence.CUSTODY),
    ],
)
def test_presence_comes_from_the_door(house: House, command: type, there: Presence) -> None:
    her = house.women["Mary Ellis"]
    assert house.do(command(resident=her, place="St Michael's")).before is Presence.IN
    line = read_board(house.desk).line(her)
    assert line is not None
    assert (line.presence, line.where) == (there, "St Michael's")
    assert "already" in str(house.refused("priya", command(resident=her)))
    house.clock.advance(MINUTE)
    house.do(ComeIn(resident=her))
    assert presence(house, "Mary Ellis") is Presence.IN
    assert "in already" in str(house.refused("priya", ComeIn(resident=her)))


def test_who_is_seen_at_the_door_has_been_seen(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.do(GoOut(resident=her, how=None, seen_at=house.at(22)))
    house.do(ComeIn(resident=her, how=None, seen_at=house.at(22, 30)))
    assert read_board(house.desk).line(her).unseen_since_return
    house.clock.advance(MINUTE)
    house.do(GoOut(resident=her, how=How.SPOKE))
    (slot,) = [one for one in read_dues(house.desk, house.at(22), house.clock.now()) if one.who.id == her]
    assert slot.resolved.outcome is Outcome.ON_TIME
    assert slot.resolved.seen is not None
    assert slot.resolved.seen.seen_to == house.clock.now()


def test_a_movement_happens_at_one_time(house: House) -> None:
    her = house.women["Mary Ellis"]
    refused = GoOut(resident=her, seen_at=house.at(22), seen_until=house.at(22, 30))
    assert house.refused("priya", refused).fields == ("seen_until",)
    moved = house.do(GoOut(resident=her, seen_at=house.at(22), precision=Precision.ABOUT))
    amended = Amend(entry=moved.entry, reason="x", seen_until=house.at(22, 30))
    assert house.refused("priya", amended).fields == ("seen_until",)


def test_the_wrong_woman_signed_out_is_mended_everywhere(house: House) -> None:
    wrong, right = house.women["Anne Doyle"], house.women["Anne Doyles"]
    moved = house.do(GoOut(resident=wrong, place="town"))
    house.clock.advance(MINUTE)
    house.do(Amend(entry=moved.entry, reason="It was Anne Doyles", resident=right))
    assert (presence(house, "Anne Doyle"), presence(house, "Anne Doyles")) == (Presence.IN, Presence.OUT)
    dues = {one.who.id: one.resolved for one in read_dues(house.desk, house.at(23), house.clock.now())}
    assert dues[wrong].outcome is Outcome.DUE
    assert dues[right].outcome is Outcome.ON_TIME
    board = read_board(house.desk)
    assert [one.slot.title for one in board.line(wrong).dues] == ["curfew"]
    assert board.line(right).late_since == house.at(23)
    assert board.line(wrong).late_since is None
    (hers,) = timeline(house.desk, wrong, house.at(12))
    assert hers.amended_by is not None
    (theirs,) = timeline(house.desk, right, house.at(12))
    assert theirs.amends == hers.entry
    house.do(Strike(entry=theirs.entry, reason="Nobody went out"))
    assert (presence(house, "Anne Doyle"), presence(house, "Anne Doyles")) == (Presence.IN, Presence.IN)


def test_a_return_that_was_struck_leaves_the_case_without_one(house: House) -> None:
    her, other = house.women["Mary Ellis"], house.women["Gita Sandhu"]
    for woman in (her, other):
        house.do(GoOut(resident=woman, seen_at=house.at(20)))
        house.do(OpenCase(resident=woman, due_back=house.at(23)))
    house.clock.advance(10 * MINUTE)
    moved = house.do(ComeIn(resident=her))
    assert cases_of(house.desk, her)[0].returned == house.clock.now()
    house.do(Amend(entry=moved.entry, reason="It was Gita", resident=other))
    assert cases_of(house.desk, her)[0].returned is None
    assert cases_of(house.desk, other)[0].returned == house.clock.now()
    assert (presence(house, "Mary Ellis"), presence(house, "Gita Sandhu")) == (Presence.ABSENT, Presence.IN)


# Arrival and departure


def test_a_departure_by_mistake_is_struck_and_she_has_her_room_again(house: House) -> None:
    her = house.women["Mary Ellis"]
    room = read_board(house.desk).line(her).who.room
    left = house.do(Depart(resident=her))
    assert presence(house, "Mary Ellis") is None
    house.clock.advance(MINUTE)
    house.do(Strike(entry=left.id, reason="Wrong woman"))
    line = read_board(house.desk).line(her)
    assert line is not None
    assert (line.presence, line.who.room) == (Presence.IN, room)


def test_a_departure_is_not_undone_over_who_has_her_room_now(house: House) -> None:
    her = house.women["Mary Ellis"]
    left = house.do(Depart(resident=her))
    house.clock.advance(MINUTE)
    house.do(MoveRoom(resident=house.women["Hope"], room=house.rooms[1]))
    assert "room" in str(house.refused("priya", Strike(entry=left.id, reason="Wrong woman")))
    assert presence(house, "Mary Ellis") is None


def test_the_time_of_an_arrival_can_be_corrected(house: House) -> None:
    new = house.by("sal", ExpectResident(name="Wilma", legal_basis=LegalBasis.BAIL)).id
    came = house.do(Arrive(resident=new, room=house.rooms[5]))
    house.do(Amend(entry=came.id, reason="She came at nine", seen_at=house.at(21)))
    assert read_board(house.desk, at=house.at(21, 30)).line(new).who.room.number == "6"
    house.do(LogCheck(resident=new, how=How.SPOKE))
    (last,) = [
        one
        for one in timeline(house.desk, new, house.at(12))
        if one.title == "Arrived" and not one.amended_by
    ]
    assert "Strike those first" in str(house.refused("priya", Strike(entry=last.entry, reason="x")))


def test_an_arrival_by_mistake_is_struck(house: House) -> None:
    new = house.by("sal", ExpectResident(name="Wilma", legal_basis=LegalBasis.BAIL)).id
    came = house.do(Arrive(resident=new, room=house.rooms[5]))
    house.clock.advance(MINUTE)
    house.do(Strike(entry=came.id, reason="Wrong woman"))
    assert read_board(house.desk).line(new) is None
    assert house.rooms[5] in {one.room.id for one in read_board(house.desk).empty_rooms}
    house.do(Arrive(resident=new, room=house.rooms[5]))


def test_she_comes_back_for_a_second_stay_beside_the_first(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.do(Depart(resident=her))
    first_left = house.clock.now()
    house.clock.advance(timedelta(days=3))
    assert "expected again" in str(house.refused("priya", Arrive(resident=her, room=house.rooms[1])))
    house.by("sal", ExpectAgain(resident=her, legal_basis=LegalBasis.BAIL))
    house.do(Arrive(resident=her, room=house.rooms[1]))
    assert presence(house, "Mary Ellis") is Presence.IN
    assert read_board(house.desk, at=first_left + MINUTE).line(her) is None
    assert read_board(house.desk, at=first_left - MINUTE).line(her) is not None


def test_nothing_is_half_stored_when_the_room_is_taken(house: House) -> None:
    new = house.by("sal", ExpectResident(name="Wilma", legal_basis=LegalBasis.BAIL)).id
    refusal = house.refused("priya", Arrive(resident=new, room=house.rooms[0]))
    assert refusal.fields == ("room",)
    assert read_board(house.desk).line(new) is None
    house.do(Arrive(resident=new, room=house.rooms[5]))
    assert "here already" in str(house.refused("priya", Arrive(resident=new, room=house.rooms[6])))
