"""The desk: the clock, stale saves, refusals that store nothing, two people at once."""

import threading
from datetime import timedelta

import pytest

from app.domain.results import Done, Refused
from app.domain.sightings import How
from app.services.acts import Refuse
from app.services.checks import LogCheck
from app.services.drafts import KeepDraft
from app.services.house import ClockIsRight, ClockJumped, SignIn
from app.services.notes import FinishAction, OpenAction, WriteNote
from app.services.plans import WritePlan, plan_of
from app.services.residents import WriteAgreement
from app.store.verify import verify
from tests.support.houses import House

MINUTE = timedelta(minutes=1)


def test_a_clock_behind_the_last_entry_is_refused_and_mended_by_a_person(house: House) -> None:
    house.do(WriteNote(text="Late shift."))
    house.clock.set(house.at(22))
    refusal = house.refused("priya", WriteNote(text="What time is it?"))
    assert "23:05, Sun 22 Nov" in str(refusal)
    assert "22:00, Sun 22 Nov" in str(refusal)
    house.do(KeepDraft(form="note", content="What time is it?"))
    written = house.do(ClockIsRight(note="The PC was an hour fast."))
    assert "The last entry before this one was written at 23:05" in written.said
    house.do(WriteNote(text="Ten o'clock."))


def test_two_programs_a_few_seconds_apart_are_no_matter(house: House) -> None:
    house.do(WriteNote(text="One."))
    house.clock.set(house.clock.now() - timedelta(seconds=59))
    house.do(WriteNote(text="Two."))


def test_a_sign_in_behind_the_clock_is_written_once_someone_looked(house: House) -> None:
    house.do(WriteNote(text="One."))
    house.clock.set(house.at(22))
    desk = house.as_user("dawn")
    desk.must(SignIn(failures=3))
    before = desk.store.head().seq
    assert isinstance(desk.do(ClockIsRight()), Done)
    assert desk.store.head().seq == before + 2
    assert isinstance(desk.do(ClockIsRight()), Done)
    assert desk.store.head().seq == before + 3


def test_a_jump_of_the_clock_is_written_down(house: House) -> None:
    assert "forward by 3600 s" in house.do(ClockJumped(seconds=3600)).said
    assert "back by 60 s" in house.do(ClockJumped(seconds=-60)).said


def test_a_stale_save_says_so_and_gives_what_stands(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.do(WritePlan(resident=her, version=0, answers={"no_return": "One", "breach": "Kept"}))
    house.by("dawn", WritePlan(resident=her, version=1, answers={"no_return": "Dawn's"}))
    stale = house.refused("priya", WritePlan(resident=her, version=1, answers={"no_return": "Mine"}))
    assert "changed this since" in str(stale)
    assert stale.current == 2
    plan = plan_of(house.desk, her)
    assert plan is not None
    assert (plan.version, plan.answers["no_return"], plan.answers["breach"]) == (2, "Dawn's", "Kept")
    house.do(WritePlan(resident=her, version=2, answers={"no_return": "Mine"}))
    house.do(WriteAgreement(resident=her, version=0, answers={"asleep": "x"}))
    assert (
        house.refused("priya", WriteAgreement(resident=her, version=0, answers={"asleep": "y"})).current == 1
    )


def test_a_handler_that_refuses_after_writing_stores_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refuse("At the last moment.")

    house.do(KeepDraft(form="note", content="kept"))
    monkeypatch.setattr("app.services.notes.drop_draft", refuse)
    assert str(house.refused("priya", WriteNote(text="Lost?"))) == "At the last moment."
    monkeypatch.undo()
    house.do(WriteNote(text="Kept."))
    assert verify(house.desk.store).ok


def test_two_desks_in_two_threads_lose_nothing(house: House) -> None:
    women, answers = list(house.women.values()), []

    def walk(user: str) -> None:
        desk = house.as_user(user)
        answers.extend(desk.do(LogCheck(resident=her, how=How.SPOKE)) for her in women * 4)

    before = house.desk.store.head().seq
    threads = [threading.Thread(target=walk, args=(user,)) for user in ("dawn", "kim")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [answer for answer in answers if isinstance(answer, Refused)]
    assert house.desk.store.head().seq == before + 2 * 4 * len(women)
    assert len({answer.seq for answer in answers}) == len(answers)
    assert verify(house.desk.store).ok


def test_an_action_is_somebodys_until_it_is_done(house: House) -> None:
    action = house.do(OpenAction(text="Ring the clinic", owner=house.staff("sal"))).id
    assert house.refused("priya", OpenAction(text="x", owner=action)).fields == ("owner",)
    assert house.refused("priya", FinishAction(action=house.women["Hope"])).fields == ("action",)
    house.do(FinishAction(action=action, outcome="Rang."))
