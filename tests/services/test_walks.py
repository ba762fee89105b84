"""Walks on a real store: begun, shared, paused, taken over, ended; and never more than what was so."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.regimes import Purpose
from app.domain.results import Done, Refused
from app.domain.sightings import How
from app.domain.walks import State, Step, Walk
from app.services.checks import LogCheck
from app.services.regimes import StartRule
from app.services.rounds import read_round
from app.services.walks import EndWalk, PauseWalk, ResumeWalk, StartWalk, walks
from tests.ui.houses import NAMES, NIGHT, House, small_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = small_house(tmp_path / "house")
    yield made
    made.desk.store.close()


def the_walk(house: House) -> Walk:
    found = read_round(house.desk).walk
    assert found is not None
    return found


def later(house: House, **time: float) -> None:
    house.clock.advance(timedelta(**time))


def see(house: House, *names: str, user: str = "priya") -> None:
    for name in names:
        house.by(user, LogCheck(resident=house.women[name], how=How.SPOKE))


def test_a_walk_is_begun_paused_gone_on_with_and_ended(house: House) -> None:
    house.do(StartWalk())
    later(house, minutes=2)
    see(house, *NAMES[:3])
    house.do(PauseWalk())
    later(house, minutes=10)
    assert the_walk(house).state is State.PAUSED
    assert the_walk(house).walked(house.clock.now()) == timedelta(minutes=2)
    house.do(ResumeWalk())
    later(house, minutes=1)
    see(house, *NAMES[3:5])
    house.do(EndWalk())
    found = the_walk(house)
    assert [step.kind for step in found.steps] == [Step.STARTED, Step.PAUSED, Step.RESUMED, Step.ENDED]
    assert found.walked(house.clock.now() + timedelta(hours=1)) == timedelta(minutes=3)
    assert found.said(house.desk.house.zone) == "Curfew round 23:05–23:18, Priya Nair, 5 of 5 seen"


def test_two_who_begin_the_same_round_walk_one_walk(house: House) -> None:
    first = house.do(StartWalk())
    second = house.by("dawn", StartWalk())
    assert second.id == first.id
    assert the_walk(house).people == "Priya Nair with Dawn Ellery"
    house.do(PauseWalk())
    assert the_walk(house).state is State.WALKING
    house.by("dawn", PauseWalk())
    assert the_walk(house).state is State.PAUSED


def test_beginning_twice_writes_nothing(house: House) -> None:
    house.do(StartWalk())
    before = house.desk.store.head().seq
    house.do(StartWalk())
    house.do(ResumeWalk())
    assert house.desk.store.head().seq == before


def test_a_paused_walk_is_taken_over(house: House) -> None:
    house.do(StartWalk())
    later(house, minutes=1)
    house.do(PauseWalk())
    later(house, minutes=3)
    house.by("kim", ResumeWalk())
    assert the_walk(house).people == "Priya Nair, then Kim Osei"
    assert the_walk(house).walking == {house.staff("kim")}


def test_a_walk_ended_early_says_how_many_and_why_and_changes_nothing_that_is_due(house: House) -> None:
    house.do(StartWalk())
    see(house, "Hope")
    house.do(EndWalk(note="Called to the front door."))
    found = the_walk(house)
    assert found.tally is not None
    assert (found.tally.seen, found.tally.of) == (1, 5)
    assert found.why_ended == "Called to the front door."
    assert (read_round(house.desk).done, read_round(house.desk).total) == (1, 5)
    before = house.desk.store.head().seq
    house.by("dawn", EndWalk(walk=found.id))
    assert house.desk.store.head().seq == before


def test_an_ended_walk_is_not_gone_on_with_but_begun_anew(house: House) -> None:
    first = house.do(StartWalk())
    house.do(EndWalk())
    answer = house.refused("dawn", ResumeWalk(walk=first.id))
    assert str(answer) == "Priya Nair ended the curfew round. Begin another."
    assert house.by("dawn", StartWalk()).id != first.id


def test_a_walk_ended_next_morning_counts_nobody_of_another_round(house: House) -> None:
    house.do(StartWalk())
    see(house, "Hope")
    later(house, hours=9)
    walk = walks(house.desk, NIGHT - timedelta(hours=1))[0]
    house.do(EndWalk(walk=walk.id))
    ended = walks(house.desk, NIGHT - timedelta(hours=1))[0]
    assert ended.ended is not None
    assert ended.tally is None


def test_a_declared_pair_is_kept_with_the_walk_and_is_somebody_else(house: House) -> None:
    house.do(StartWalk(second=house.staff("dawn")))
    assert the_walk(house).people == "Priya Nair with Dawn Ellery"
    answer = house.refused("kim", ResumeWalk(second=house.staff("kim")))
    assert answer.fields == ("second",)


def test_a_walk_begins_with_its_first_key_however_long_that_waited(house: House) -> None:
    key = house.clock.now()
    later(house, seconds=2)
    house.do(StartWalk(began=key))
    assert the_walk(house).started == key
    answer = house.refused("dawn", StartWalk(began=key - timedelta(minutes=20)))
    assert answer.fields == ("began",)


def test_nothing_to_walk_and_no_walk_to_pause_are_said(tmp_path: Path) -> None:
    noon = small_house(tmp_path / "noon", now=NIGHT - timedelta(hours=9))
    assert "no round to walk" in str(noon.refused("priya", StartWalk()))
    assert "no walk of tonight" in str(noon.refused("priya", PauseWalk()))
    noon.desk.store.close()


def test_a_walk_of_last_night_is_not_offered(house: House) -> None:
    house.do(StartWalk())
    later(house, hours=24)
    assert read_round(house.desk).walk is None


def test_a_walk_of_checks_that_were_due_then_counts_its_own(tmp_path: Path) -> None:
    house = small_house(tmp_path / "free", now=NIGHT - timedelta(hours=8))
    for name in ("Hope", "Mary Ellis"):
        house.do(StartRule(resident=house.women[name], purpose=Purpose.WELFARE, minimum=0, maximum=60))
    later(house, minutes=40)
    key = house.clock.now()
    see(house, "Hope")
    house.do(StartWalk(began=key))
    later(house, minutes=1)
    see(house, "Mary Ellis")
    house.do(EndWalk())
    ended = walks(house.desk, key - timedelta(hours=1))[0]
    assert ended.said(house.desk.house.zone) == "Checks due now 15:45–15:46, Priya Nair, 2 of 2 seen"
    house.desk.store.close()


def test_who_may_not_check_may_not_walk(tmp_path: Path) -> None:
    from tests.support.houses import EVERY_ROLE

    house = small_house(tmp_path / "roles", staff=EVERY_ROLE)
    assert isinstance(house.as_user("quinn").do(StartWalk()), Refused)
    assert isinstance(house.as_user("sal").do(StartWalk()), Done)
    house.desk.store.close()


def test_what_the_other_has_done_is_counted_with_her_floor(house: House) -> None:
    see(house, "Hope", "Gita Sandhu", user="dawn")
    found = read_round(house.desk)
    assert [(it.name, it.done, set(it.floors)) for it in found.beside] == [("Dawn Ellery", 2, {0})]
    assert read_round(house.as_user("dawn")).beside == ()


def test_two_sightings_of_one_woman_both_stand(house: House) -> None:
    see(house, "Hope", user="dawn")
    see(house, "Hope")
    found = read_round(house.desk).line(house.women["Hope"])
    assert found is not None
    assert found.met is not None
    assert found.met.typed_by == "Dawn Ellery"
    assert [it.typed_by for it in found.also] == ["Priya Nair"]
