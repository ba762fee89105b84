"""The round as it is read from a real store."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from app.domain.regimes import Purpose
from app.domain.results import Done, Refused
from app.domain.rounds import Need, Round, RoundLine
from app.domain.sightings import How, Source
from app.services.checks import Amend, LogCheck, Strike
from app.services.movements import ComeIn, GoOut
from app.services.regimes import EndRule, Excuse, StartRule
from app.services.rounds import read_round
from app.services.undo import Undo, undoable
from tests.ui.houses import NAMES, NIGHT, House, small_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = small_house(tmp_path / "house")
    yield made
    made.desk.store.close()


def line(house: House, name: str, found: Round | None = None) -> RoundLine:
    got = (found or read_round(house.desk)).line(house.women[name])
    assert got is not None
    return got


def test_the_curfew_round_has_everyone_and_ends_when_the_last_is_seen(house: House) -> None:
    found = read_round(house.desk)
    assert (found.title, found.total, found.done) == ("Curfew round, 23:00", 5, 0)
    assert [each.board.who.name for each in found.lines] == list(NAMES[:5])
    for name in NAMES[:5]:
        house.do(LogCheck(resident=house.women[name], how=How.AWAKE))
    found = read_round(house.desk)
    assert (found.done, found.finished) == (5, True)
    assert found.head_seq == house.desk.store.head().seq


def test_a_talk_at_the_door_in_the_window_counts_for_the_round(house: House, tmp_path: Path) -> None:
    out = small_house(tmp_path / "out", now=NIGHT - timedelta(hours=2))
    out.do(GoOut(resident=out.women["Hope"]))
    out.clock.set(NIGHT)
    assert line(out, "Hope").need is Need.AWAY
    out.do(ComeIn(resident=out.women["Hope"]))
    back = line(out, "Hope")
    assert back.need is Need.DONE
    assert back.met is not None
    assert back.met.at_door
    out.desk.store.close()


def test_who_saw_her_who_typed_it_and_from_where_are_kept_apart(house: House) -> None:
    dawn = house.staff("dawn")
    house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE, seen_by=dawn, source=Source.RADIO))
    met = line(house, "Hope").met
    assert met is not None
    assert (met.seen_by, met.typed_by, met.source, met.unconfirmed, met.mine) == (
        "Dawn Ellery",
        "Priya Nair",
        Source.RADIO,
        True,
        True,
    )


def test_a_late_reason_is_written_afterwards_and_moves_nothing(house: House) -> None:
    house.clock.set(house.at(23, 40))
    written = house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    assert line(house, "Hope").reason_asked
    house.clock.set(house.at(23, 50))
    house.do(Amend(entry=written.entry, reason="afterwards", late_reason="The alarm went off"))
    hope = line(house, "Hope")
    assert hope.met is not None
    assert (hope.met.late_reason, hope.late_minutes, hope.met.seen_to) == (
        "The alarm went off",
        20,
        house.at(23, 40),
    )
    assert read_round(house.desk).reasons == ("The alarm went off",)
    assert read_round(house.as_user("dawn")).reasons == ()


def test_an_empty_late_reason_is_refused(house: House) -> None:
    written = house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    answer = house.desk.do(Amend(entry=written.entry, reason="afterwards", late_reason="  "))
    assert isinstance(answer, Refused)
    assert answer.fields == ("late_reason",)


def test_undo_after_a_reason_strikes_the_sighting(house: House) -> None:
    house.clock.set(house.at(23, 40))
    written = house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    house.do(Amend(entry=written.entry, reason="afterwards", late_reason="The alarm went off"))
    found = undoable(house.desk)
    assert found is not None
    house.do(Undo(entry=found.entry, since=house.desk.since_seq))
    hope = line(house, "Hope")
    assert (hope.need, len(hope.struck)) == (Need.NEEDED, 1)


def test_a_struck_check_asks_for_her_again(house: House) -> None:
    written = house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    house.do(Strike(entry=written.entry, reason="wrong woman"))
    hope = line(house, "Hope")
    assert hope.need is Need.NEEDED
    assert [it.how for it in hope.struck] == [How.SPOKE]


def test_an_excusal_of_one_rule_leaves_her_other_checks_due(house: House) -> None:
    hope = house.women["Hope"]
    house.do(StartRule(resident=hope, purpose=Purpose.CLOSE, minimum=0, maximum=15))
    house.clock.set(house.at(23, 14))
    asked = line(house, "Hope").asked
    curfew = next(it for it in asked if it.slot.purpose is Purpose.CURFEW)
    assert {it.slot.purpose for it in asked} == {Purpose.CURFEW, Purpose.CLOSE}
    house.do(Excuse(resident=hope, reason="agreed", ends=house.at(23, 59), rule=curfew.slot.rule_id))
    assert {it.slot.purpose for it in line(house, "Hope").asked} == {Purpose.CLOSE}


def test_an_excusal_names_a_rule_that_she_has(house: House) -> None:
    other = house.do(
        StartRule(resident=house.women["Gita Sandhu"], purpose=Purpose.WELFARE, minimum=0, maximum=60)
    )
    excuse = Excuse(resident=house.women["Hope"], reason="agreed", ends=house.at(23, 59), rule=other.id)
    answer = house.desk.do(excuse)
    assert answer == Refused(("She has no such rule.",), ("rule",))


def test_her_own_curfew_stands_in_for_the_house(house: House, tmp_path: Path) -> None:
    early = small_house(tmp_path / "own", now=NIGHT - timedelta(hours=3))
    own = StartRule(
        resident=early.women["Hope"],
        purpose=Purpose.CURFEW,
        opens=time(21),
        closes=time(21, 20),
        until=time(6),
    )
    assert isinstance(early.as_user("hannah").do(own), Done)
    early.clock.set(early.at(21, 5))
    found = read_round(early.desk)
    assert (found.title, found.total) == ("Curfew round, 21:00", 1)
    early.do(LogCheck(resident=early.women["Hope"], how=How.SPOKE))
    early.clock.set(early.at(23, 5))
    found = read_round(early.desk)
    assert (found.title, found.total) == ("Curfew round, 23:00", 4)
    assert line(early, "Hope", found).need is Need.NOT_ASKED
    early.desk.store.close()


def test_a_free_round_of_an_own_check(tmp_path: Path) -> None:
    house = small_house(tmp_path / "free", now=NIGHT - timedelta(hours=8))
    rule = house.do(StartRule(resident=house.women["Hope"], purpose=Purpose.WELFARE, minimum=30, maximum=60))
    house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    begun = house.clock.now() + timedelta(minutes=40)
    house.clock.set(begun)
    found = read_round(house.desk, begun)
    assert (found.title, found.span, found.total) == ("Checks due now", None, 1)
    house.clock.set(begun + timedelta(minutes=2))
    house.do(LogCheck(resident=house.women["Hope"], how=How.AWAKE))
    found = read_round(house.desk, begun)
    assert (found.done, found.finished) == (1, True)
    gap = line(house, "Hope", found).gap
    assert gap is not None
    assert (gap.length, gap.open, gap.too_long) == (timedelta(minutes=42), False, False)
    assert found.coming is not None
    assert found.coming[2] == begun + timedelta(minutes=32)
    assert isinstance(house.as_user("hannah").do(EndRule(rule=rule.id)), Done)
    assert read_round(house.desk).lines_of(Need.NEEDED) == ()
    house.desk.store.close()


def test_a_restricted_woman_is_asked_for_and_never_named(tmp_path: Path) -> None:
    house = small_house(tmp_path / "restricted", told=[("Hope", {"restricted": True})])
    hope = line(house, "Hope")
    assert (hope.need, hope.board.who.name) == (Need.NEEDED, "One woman, restricted")
    house.desk.store.close()
