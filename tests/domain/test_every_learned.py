"""Intervals: what was learned too late, and from where a history may be cut."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from app.domain.presence import Move, Presence
from app.domain.slots import Outcome
from tests.domain.life import MICROSECOND, Life, at


def checked(**more: Any) -> Life:
    """In since noon; 30-60 from 20:00."""
    life = Life().arrives(at("12:00"))
    life.every(30, 60, at("20:00"), **more)
    return life


# learned later

MISSED = at("22:00")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (MISSED - MICROSECOND, ["20:30-21:00 excused (out)"]),
        (MISSED, ["20:30-21:00 missed"]),
        (MISSED + MICROSECOND, ["20:30-21:00 missed", "22:30-23:00 excused (out)"]),
    ],
)
def test_a_leaving_excuses_what_had_not_been_missed_when_it_was_typed(
    typed: datetime, told: list[str]
) -> None:
    life = checked()
    life.moves(Move.OUT, at("20:40"), typed=typed)
    assert life.told(at("23:30")) == told
    first = life.due(at("23:30"))[0]
    assert first.learned == (("out", typed) if typed >= MISSED else None)


def test_missed_slots_go_on_until_it_is_learned_that_she_had_gone() -> None:
    life = checked()
    life.moves(Move.OUT, at("20:10"), typed=at("01:00", 11))
    assert life.told(at("03:00", 11)) == [
        "20:30-21:00 missed",
        "22:30-23:00 missed",
        "00:30-01:00 excused (out)",
    ]
    assert [one.learned and one.learned[1] for one in life.due(at("03:00", 11))] == [
        at("01:00", 11),
        at("01:00", 11),
        None,
    ]
    assert life.due(at("03:00", 11))[2].ended == at("01:00", 11)
    assert life.told(at("00:30", 11), at("00:30", 11))[:2] == life.told(at("03:00", 11))[:2]


def test_a_trip_that_is_learned_of_when_it_is_over_leaves_what_is_open_alone() -> None:
    life = checked()
    life.moves(Move.OUT, at("20:10"), typed=at("22:20"))
    life.moves(Move.IN, at("20:40"), typed=at("22:20"))
    assert life.told(at("22:30")) == ["20:30-21:00 missed", "22:30-23:00 due"]


def test_a_trip_that_is_learned_of_in_time_excuses_and_her_return_counts() -> None:
    life = checked()
    life.moves(Move.OUT, at("20:10"), typed=at("21:20"))
    life.moves(Move.IN, at("20:40"), typed=at("21:20"))
    assert life.told(at("21:20")) == ["20:30-21:00 excused (out)", "21:10-21:40 due"]


def test_a_slot_that_began_while_she_was_thought_to_be_in_ends_with_her_return_if_that_is_first() -> None:
    life = checked()
    life.moves(Move.OUT, at("20:10"), typed=at("23:10"))
    life.moves(Move.IN, at("22:40"), typed=at("23:10"))
    assert life.told(at("23:10")) == [
        "20:30-21:00 missed",
        "22:30-23:00 excused (out)",
        "23:10-23:40 due",
    ]


def test_a_sighting_typed_before_it_was_learned_that_she_had_gone_still_meets_what_would_be_missed() -> None:
    life = checked()
    life.sees(at("20:30"))
    life.moves(Move.OUT, at("20:10"), typed=at("23:00"))
    assert life.told(at("23:00")) == [
        "20:30-21:00 on_time",
        "21:00-21:30 missed",
        "23:00-23:30 excused (out)",
    ]


def test_an_excusal_typed_once_it_was_missed_stands_beside_it() -> None:
    life = checked()
    life.excuses(at("20:30"), at("21:30"), typed=MISSED - MICROSECOND)
    assert life.told(at("22:00"))[0] == "20:30-21:00 excused (asleep by agreement)"
    life.excusals.clear()
    life.excuses(at("20:30"), at("21:30"), typed=MISSED)
    first, _ = life.due(at("22:00"))
    assert (first.outcome, first.learned) == (Outcome.MISSED, ("asleep by agreement", MISSED))


def test_a_rule_ended_in_hindsight_leaves_what_was_missed() -> None:
    life = checked(ends=at("20:10"), ended_typed_at=at("22:10"))
    assert life.told(at("23:30")) == ["20:30-21:00 missed", "22:30-23:00 excused (rule ended)"]
    assert life.due(at("23:30"))[0].learned == ("rule ended", at("22:10"))


def test_a_leaving_amended_to_be_earlier_does_not_undo_that_she_was_known_to_be_gone() -> None:
    life = checked()
    out = life.moves(Move.OUT, at("20:50"))
    life.moves(Move.OUT, at("20:20"), typed=at("23:00"), amends=out.entry_id)
    assert life.told(at("23:30")) == ["20:30-21:00 excused (out)"]


# from where a history may be cut


def test_a_history_cut_short_gives_the_same_slots() -> None:
    life = Life().arrives(at("12:00", 2))
    life.every(30, 60, at("20:00", 2))
    for hour in range(24):
        life.sees(at(f"{hour:02}:05"))
    window = (at("18:00"), at("19:00"))
    whole = life.due(at("18:40"), window=window)
    life.sightings = [one for one in life.sightings if one.seen_to >= at("16:00")]
    assert life.due(at("18:40"), window=window) == whole
    assert len(whole) == 2


def test_the_chain_is_begun_where_she_was_in_and_the_rule_held() -> None:
    life = Life().arrives(at("12:00", 2))
    life.every(30, 60, at("20:00", 2))
    life.moves(Move.OUT, at("15:00"))
    life.sees(at("15:10"))
    life.moves(Move.IN, at("15:20"))
    life.sees(at("15:30"), until=at("15:40"))
    every = life.due(at("17:45"), window=(at("12:00"), at("19:00")))
    assert [one.slot.anchor for one in every[-3:]] == [at("15:20"), at("15:30"), at("17:30")]
    for clock in ("16:15", "16:30", "16:31", "16:45", "17:00"):
        narrow = life.due(at("17:45"), window=(at(clock), at("19:00")))
        assert narrow == tuple(one for one in every if one.slot.closes >= at(clock))


def test_presence_other_than_in_owes_no_interval() -> None:
    for move in Move:
        life = checked()
        life.moves(move, at("19:00"))
        assert bool(life.due(at("21:00"))) is (move.presence is Presence.IN)
