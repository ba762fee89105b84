"""Undo: my latest, of this sign-in, within ten minutes, on no sheet that was taken over."""

from datetime import timedelta

from app.domain.sightings import How
from app.services.board import read_board
from app.services.checks import Amend, LogCheck
from app.services.handovers import Offer, TakeOver
from app.services.movements import GoOut
from app.services.notes import WriteNote
from app.services.undo import UNDO_WITHIN, Undo, undoable
from tests.support.houses import House

MINUTE = timedelta(minutes=1)


def logged(house: House, user: str = "priya", name: str = "Mary Ellis") -> object:
    return house.by(user, LogCheck(resident=house.women[name], how=How.SPOKE)).entry


def test_the_latest_first_and_then_the_one_before(house: House) -> None:
    first, second = logged(house), logged(house, name="Gita Sandhu")
    assert undoable(house.desk).entry == second
    assert "can't be undone" in str(house.refused("priya", Undo(entry=first)))
    house.do(Undo(entry=second))
    assert undoable(house.desk).entry == first
    house.do(Undo(entry=first))
    assert undoable(house.desk) is None
    assert all(line.dues for line in read_board(house.desk).lines)


def test_only_mine_young_and_of_this_sitting(house: House) -> None:
    entry = logged(house, "dawn")
    assert undoable(house.desk) is None
    house.refused("priya", Undo(entry=entry))
    entry = house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE)).entry
    again = house.as_user("priya")
    assert undoable(again) is None
    house.refused("priya", Undo(entry=entry, since=0))
    house.clock.advance(UNDO_WITHIN)
    assert undoable(house.desk) is not None
    house.clock.advance(MINUTE)
    assert undoable(house.desk) is None


def test_nothing_on_a_sheet_that_was_taken_over(house: House) -> None:
    house.do(WriteNote(text="All well.", hand_over=True))
    house.do(Offer())
    assert undoable(house.desk) is not None
    house.clock.advance(MINUTE)
    house.by("gwen", TakeOver())
    assert undoable(house.desk) is None


def test_an_undone_movement_is_no_movement(house: House) -> None:
    her = house.women["Mary Ellis"]
    moved = house.do(GoOut(resident=her))
    house.do(Undo(entry=moved.entry))
    assert read_board(house.desk).line(her).presence.value == "in"


def test_an_undone_correction_of_something_old_lets_it_stand_as_it_was(house: House) -> None:
    her = house.women["Mary Ellis"]
    entry = house.do(LogCheck(resident=her, how=How.SPOKE)).entry
    house.clock.advance(20 * MINUTE)
    wrong = house.do(Amend(entry=entry, reason="wrong key", resident=house.women["Gita Sandhu"]))
    assert read_board(house.desk).line(her).dues
    house.do(Undo(entry=wrong.id))
    line = read_board(house.desk).line(her)
    assert line is not None
    assert not line.dues
    assert line.last_seen is not None
    assert line.last_seen.seen_at == house.at(23, 5)
    assert undoable(house.desk) is None
