"""Rules through the services: who may start, tighten, loosen and end them, and that nothing in the past moves."""

from datetime import time, timedelta
from typing import Any

import pytest

from app.domain.regimes import Purpose
from app.domain.sightings import How
from app.domain.slots import Outcome
from app.services.board import read_board, read_dues
from app.services.checks import LogCheck
from app.services.regimes import EndRule, Excuse, ReplaceRule, StartRule
from tests.support.houses import House

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def welfare(house: House, name: str = "Mary Ellis", **more: Any) -> StartRule:
    return StartRule(
        resident=house.women[name], **{"purpose": Purpose.WELFARE, "minimum": 30, "maximum": 60, **more}
    )


def told(house: House, name: str, start: Any, end: Any) -> list[str]:
    her = house.women[name]
    return [
        f"{one.resolved.slot.opens:%H:%M}-{one.resolved.slot.closes:%H:%M} {one.resolved.outcome.value}"
        for one in read_dues(house.desk, start, end)
        if one.who.id == her
    ]


def test_anyone_starts_and_tightens_and_a_manager_loosens_and_ends(house: House) -> None:
    her = house.women["Mary Ellis"]
    rule = house.by("dawn", welfare(house)).id
    looser = ReplaceRule(resident=her, rule=rule, purpose=Purpose.WELFARE, minimum=30, maximum=90)
    assert "only a manager" in str(house.refused("dawn", looser))
    closer = ReplaceRule(resident=her, rule=rule, purpose=Purpose.WELFARE, minimum=15, maximum=30)
    rule = house.by("dawn", closer).id
    assert "for a manager" in str(house.refused("priya", EndRule(rule=rule)))
    house.clock.advance(MINUTE)
    looser = ReplaceRule(resident=her, rule=rule, purpose=Purpose.WELFARE, minimum=30, maximum=90)
    rule = house.by("gwen", looser).id
    house.by("olive", EndRule(rule=rule, why="settled"))
    assert "ended already" in str(house.refused("gwen", EndRule(rule=rule)))


def test_her_own_curfew_is_a_managers_and_any_other_check_anyones(house: House) -> None:
    curfew = welfare(
        house, purpose=Purpose.CURFEW, minimum=None, maximum=None, opens=time(2), closes=time(2, 20)
    )
    assert house.refused("dawn", curfew).fields == ("purpose",)
    house.by("hannah", curfew)
    house.by(
        "dawn",
        welfare(
            house, purpose=Purpose.SIGN_IN, minimum=None, maximum=None, opens=time(14), closes=time(14, 15)
        ),
    )


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"maximum": None}, "opens"),
        ({"opens": time(1), "closes": time(2)}, "opens"),
        ({"maximum": 1441}, "maximum"),
        ({"hours_from": time(22)}, "hours_from"),
        ({"maximum": None, "minimum": None, "opens": time(1)}, "closes"),
        ({"starts": -5}, "starts"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_the_field(
    house: House, more: dict[str, Any], field: str
) -> None:
    if "starts" in more:
        more = {"starts": house.clock.now() - 5 * MINUTE}
    assert house.refused("priya", welfare(house, **more)).fields == (field,)


@pytest.mark.parametrize("more", [{"minimum": 61}, {"maximum": 0, "minimum": 0}, {"ends": 0}, {"days": (7,)}])
def test_the_rules_own_sentences_reach_the_person(house: House, more: dict[str, Any]) -> None:
    if "ends" in more:
        more = {"ends": house.clock.now()}
    house.refused("priya", welfare(house, **more))
    assert read_board(house.desk).lines


def test_a_replacement_does_not_reset_the_clock(house: House) -> None:
    """SLOTS.md, the last worked example: 60 replaced at 02:10 by 15-30, last sighting 01:30: 02:15, not 02:40."""
    her = house.women["Mary Ellis"]
    rule = house.do(welfare(house, minimum=0)).id
    house.clock.set(house.at(1, 30, day=23))
    house.do(LogCheck(resident=her, how=How.SPOKE))
    house.clock.set(house.at(2, 10, day=23))
    house.do(ReplaceRule(resident=her, rule=rule, purpose=Purpose.WELFARE, minimum=15, maximum=30))
    open_ = [one.slot.closes for one in read_board(house.desk).line(her).dues]
    assert open_ == [house.at(2, 15, day=23)]


def test_a_rule_is_replaced_for_the_same_woman(house: House) -> None:
    rule = house.do(welfare(house)).id
    other = ReplaceRule(resident=house.women["Gita Sandhu"], rule=rule, purpose=Purpose.WELFARE, maximum=15)
    assert "another woman" in str(house.refused("hannah", other))


def test_ending_a_rule_moves_nothing_in_the_past(house: House) -> None:
    rule = house.do(welfare(house)).id
    house.clock.set(house.at(3, day=23))
    before = told(house, "Mary Ellis", house.at(23), house.at(2, day=23))
    assert "23:35-00:05 missed" in before
    house.by("hannah", EndRule(rule=rule))
    assert told(house, "Mary Ellis", house.at(23), house.at(2, day=23)) == before
    past = EndRule(rule=rule, ends=house.at(1, day=23))
    assert "ended already" in str(house.refused("hannah", past))


def test_a_rule_that_has_not_begun_is_called_off(house: House) -> None:
    rule = house.do(welfare(house, starts=house.at(9, day=23))).id
    house.by("hannah", EndRule(rule=rule))
    house.clock.set(house.at(12, day=23))
    assert all(
        "missed" not in one or "07:30" in one or "23:00" in one
        for one in told(house, "Mary Ellis", house.at(20), house.at(12, day=23))
    )
    assert "ended already" in str(house.refused("hannah", EndRule(rule=rule)))
    assert read_board(house.desk).line(house.women["Mary Ellis"]).rules == ()


# Her own curfew and the house's


def test_her_own_curfew_stands_in_from_the_next_night_that_it_can(house: House) -> None:
    """At 23:05 her own 21:00 comes too late for tonight: the house's window, which is open, stays."""
    own = welfare(
        house, purpose=Purpose.CURFEW, minimum=None, maximum=None, opens=time(21), closes=time(21, 20)
    )
    house.by("hannah", own)
    assert [one.slot.title for one in read_board(house.desk).line(house.women["Mary Ellis"]).dues] == [
        "curfew"
    ]
    house.clock.set(house.at(12, day=25))
    nights = [
        one
        for one in told(house, "Mary Ellis", house.at(20), house.at(5, day=25))
        if not one.startswith("07")
    ]
    assert nights == ["23:00-23:20 missed", "21:00-21:20 missed", "21:00-21:20 missed"]
    line = read_board(house.desk).line(house.women["Mary Ellis"])
    assert line is not None
    assert line.curfew is not None
    assert (line.curfew.start, line.curfew.end) == (house.at(21, day=25), house.at(6, day=26))


def test_when_hers_ends_the_house_asks_again_and_the_past_stays(house: House) -> None:
    own = welfare(
        house, purpose=Purpose.CURFEW, minimum=None, maximum=None, opens=time(21), closes=time(21, 20)
    )
    rule = house.by("hannah", own).id
    house.clock.set(house.at(12, day=25))
    before = told(house, "Mary Ellis", house.at(20), house.at(5, day=25))
    house.by("hannah", EndRule(rule=rule))
    assert told(house, "Mary Ellis", house.at(20), house.at(5, day=25)) == before
    house.clock.set(house.at(12, day=26))
    assert "23:00-23:20 missed" in told(house, "Mary Ellis", house.at(20, day=25), house.at(2, day=26))


def test_a_window_that_is_replaced_while_it_is_open_is_still_owed(house: House) -> None:
    """A sign-in at 23:00-23:30, replaced at 23:05: tonight's is due by 23:30 all the same."""
    window: dict[str, Any] = {"opens": time(23), "closes": time(23, 30), "minimum": None, "maximum": None}
    her = house.women["Mary Ellis"]
    house.clock.set(house.at(22))
    rule = house.do(welfare(house, purpose=Purpose.SIGN_IN, **window)).id
    house.clock.set(house.at(23, 5))
    window |= {"resident": her, "rule": rule, "purpose": Purpose.SIGN_IN, "counts": (How.SPOKE,)}
    house.do(ReplaceRule(**window))
    sign_ins = [
        one.slot for one in read_board(house.desk).line(her).dues if one.slot.purpose is Purpose.SIGN_IN
    ]
    assert [slot.closes for slot in sign_ins] == [house.at(23, 30)]


# Excusals


def test_an_excusal_excuses_what_it_covers(house: House) -> None:
    her = house.women["Mary Ellis"]
    rule = house.do(welfare(house)).id
    house.do(Excuse(resident=her, rule=rule, reason="At the dentist", ends=house.clock.now() + 2 * HOUR))
    house.clock.set(house.at(4, day=23))
    outcomes = told(house, "Mary Ellis", house.at(23), house.at(0, 20, day=23))
    assert outcomes == ["23:00-23:20 missed", "23:35-00:05 excused"]


def test_excusing_later_what_was_missed_changes_nothing(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.clock.set(house.at(4, day=23))
    house.do(Excuse(resident=her, reason="Asleep", starts=house.at(22), ends=house.at(5, day=23)))
    (slot,) = [one for one in read_dues(house.desk, house.at(22), house.at(23, 30)) if one.who.id == her]
    assert slot.resolved.outcome is Outcome.MISSED
    assert slot.resolved.learned == ("Asleep", house.at(4, day=23))


def test_an_excusal_names_her_own_rule_and_ends_after_it_starts(house: House) -> None:
    rule = house.do(welfare(house, "Gita Sandhu")).id
    her, later = house.women["Mary Ellis"], house.clock.now() + HOUR
    assert house.refused("priya", Excuse(resident=her, rule=rule, reason="x", ends=later)).fields == ("rule",)
    assert house.refused("priya", Excuse(resident=her, reason="x", ends=house.clock.now())).fields == (
        "ends",
    )
    assert house.refused("priya", Excuse(resident=her, reason=" ", ends=later)).fields == ("reason",)
