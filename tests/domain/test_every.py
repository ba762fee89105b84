"""Intervals: every boundary to the microsecond, every ending, and replacements."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pytest

from app.domain.presence import Move
from app.domain.regimes import Purpose
from app.domain.sightings import How
from app.domain.slots import Outcome, due
from app.domain.time import Span
from tests.domain.life import MICROSECOND, Life, at, minutes


def checked(**more: Any) -> Life:
    """In since noon; 30-60 from 20:00."""
    life = Life().arrives(at("12:00"))
    life.every(30, 60, at("20:00"), **more)
    return life


# met, late, missed


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (at("20:00"), "20:30-21:00 missed"),
        (at("20:00") + MICROSECOND, "20:30-21:00 on_time early"),
        (at("20:30") - MICROSECOND, "20:30-21:00 on_time early"),
        (at("20:30"), "20:30-21:00 on_time"),
        (at("21:05") - MICROSECOND, "20:30-21:00 on_time"),
        (at("21:05"), "20:30-21:00 late by 5"),
        (at("21:06") - MICROSECOND, "20:30-21:00 late by 5"),
        (at("22:00") - MICROSECOND, "20:30-21:00 late by 59"),
        (at("22:00"), "20:30-21:00 missed"),
    ],
)
def test_boundaries_of_a_sighting(seen: datetime, told: str) -> None:
    life = checked()
    life.sees(seen)
    assert life.told(at("22:00"))[0] == told


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (at("20:00") - MICROSECOND, []),
        (at("20:00"), ["20:30-21:00 due"]),
        (at("21:05") - MICROSECOND, ["20:30-21:00 due"]),
        (at("21:05"), ["20:30-21:00 due overdue"]),
        (at("22:00") - MICROSECOND, ["20:30-21:00 due overdue"]),
        (at("22:00"), ["20:30-21:00 missed", "22:30-23:00 due"]),
    ],
)
def test_boundaries_of_now(now: datetime, told: list[str]) -> None:
    assert checked().told(now) == told


def test_the_next_slot_counts_from_the_sighting_however_it_was_made() -> None:
    life = checked()
    life.moves(Move.IN, at("20:10"), how=How.SPOKE)
    assert life.told(at("20:11")) == ["20:30-21:00 on_time early", "20:40-21:10 due"]


def test_only_the_open_slot_is_known_beyond_now() -> None:
    life = checked()
    window = Span(at("20:00"), at("20:00", 11))
    assert len(due(life.history(), window, at("20:30"))) == 1


def test_a_window_shows_what_touches_it() -> None:
    life = checked()
    assert not life.due(at("21:00"), window=(at("20:00"), at("20:30")))
    assert life.due(at("21:00"), window=(at("20:30"), at("20:31")))
    assert life.due(at("21:30"), window=(at("21:00"), at("21:01")))
    assert not life.due(at("21:30"), window=(at("21:00") + MICROSECOND, at("21:01")))


def test_a_sighting_meets_every_open_slot_of_every_rule_for_which_it_counts() -> None:
    life = checked()
    life.every(0, 45, at("20:00"), purpose=Purpose.CLOSE)
    life.at("20:10", "20:40", starts=at("20:00"), purpose=Purpose.ROUND)
    seen = life.sees(at("20:30"), How.ASLEEP_BREATHING)
    named = {
        str(one.slot.purpose): one.seen and one.seen.entry_id
        for one in life.due(at("20:31"))
        if one.slot.anchor != seen.seen_to
    }
    assert named == {"curfew": seen.entry_id, "close": None, "round": seen.entry_id}


def test_two_sightings_at_one_instant_meet_one_slot() -> None:
    life = checked()
    first = life.sees(at("20:40"))
    life.sees(at("20:40"))
    met, open_ = life.due(at("20:41"))
    assert met.seen is not None
    assert met.seen.entry_id == first.entry_id
    assert open_.slot.anchor == at("20:40")


def test_of_a_vague_sighting_the_later_end_decides_and_the_earlier_starts_the_next() -> None:
    life = checked()
    life.sees(at("20:50"), until=at("21:10"))
    assert life.told(at("21:10")) == ["20:30-21:00 late by 10", "21:20-21:50 due"]


def test_a_vague_sighting_that_may_lie_before_the_anchor_meets_nothing() -> None:
    life = checked()
    life.sees(at("20:40"))
    life.sees(at("20:40"), until=at("20:55"))
    assert life.told(at("21:00")) == ["20:30-21:00 on_time", "21:10-21:40 due"]


def test_the_gap_is_between_true_sightings_at_its_longest() -> None:
    life = checked()
    life.sees(at("19:50"), until=at("19:55"))
    life.sees(at("20:30"), until=at("20:40"))
    assert [one.gap for one in life.due(at("20:41"))] == [minutes(50), None]


def test_the_first_sighting_of_all_has_no_gap() -> None:
    life = checked()
    life.sees(at("20:40"))
    assert life.due(at("20:41"))[0].gap is None


def test_a_sighting_typed_late_still_meets_its_slot() -> None:
    life = checked()
    life.sees(at("20:40"), typed=at("23:30"))
    assert life.told(at("23:00"), at("23:00"))[0] == "20:30-21:00 missed"
    met = life.due(at("23:30"), at("23:30"))[0]
    assert (met.outcome, met.entered_later) == (Outcome.ON_TIME, True)


# she leaves and comes back


def test_leaving_before_the_deadline_excuses_and_her_return_begins_again() -> None:
    life = checked()
    life.moves(Move.OUT, at("20:50"))
    life.moves(Move.IN, at("22:10"))
    assert life.told(at("22:15")) == ["20:30-21:00 excused (out)", "22:40-23:10 due"]
    assert life.due(at("22:15"))[0].ended == at("20:50")


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (at("21:00") - MICROSECOND, "20:30-21:00 excused (hospital)"),
        (at("21:00"), "20:30-21:00 missed"),
        (at("21:30"), "20:30-21:00 missed"),
    ],
)
def test_boundaries_of_leaving(left: datetime, told: str) -> None:
    life = checked()
    life.moves(Move.HOSPITAL, left)
    assert life.told(at("23:00")) == [told]
    assert life.due(at("23:00"))[0].ended == left


@pytest.mark.parametrize(
    ("left", "told"), [(at("20:50"), "20:30-21:00 on_time"), (at("21:10"), "20:30-21:00 late by 10")]
)
def test_the_sighting_at_the_door_meets_the_open_slot_and_opens_no_other(left: datetime, told: str) -> None:
    life = checked()
    life.moves(Move.OUT, left, how=How.SPOKE)
    assert life.told(at("23:00")) == [told]


def test_a_sighting_while_she_was_out_meets_nothing() -> None:
    life = checked()
    life.moves(Move.OUT, at("20:50"))
    life.sees(at("20:55"))
    assert life.told(at("21:10")) == ["20:30-21:00 excused (out)"]


def test_coming_in_seen_at_the_door_is_the_new_anchor() -> None:
    life = checked()
    life.moves(Move.OUT, at("20:50"))
    life.moves(Move.IN, at("22:10"), how=How.SPOKE)
    assert life.told(at("22:15")) == ["20:30-21:00 excused (out)", "22:40-23:10 due"]


def test_nothing_is_due_of_her_while_she_is_out_when_the_rule_starts() -> None:
    life = checked()
    life.moves(Move.OUT, at("19:00"))
    assert life.told(at("23:00")) == []
    life.moves(Move.IN, at("22:00"))
    assert life.told(at("22:10")) == ["22:30-23:00 due"]


def test_departing_ends_everything() -> None:
    life = checked()
    life.moves(Move.DEPART, at("20:30"))
    assert life.told(at("23:00")) == ["20:30-21:00 excused (departed)"]


# the rule or its hours end


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (at("21:00") - MICROSECOND, "20:30-21:00 excused (rule ended)"),
        (at("21:00"), "20:30-21:00 missed"),
    ],
)
def test_boundaries_of_an_end(ends: datetime, told: str) -> None:
    assert checked(ends=ends, ended_typed_at=ends).told(at("23:00")) == [told]


def test_a_slot_past_its_deadline_is_judged_though_the_rule_has_ended() -> None:
    life = checked(ends=at("21:10"), ended_typed_at=at("21:10"))
    assert life.told(at("21:30")) == ["20:30-21:00 due overdue"]
    life.sees(at("21:40"))
    assert life.told(at("21:41")) == ["20:30-21:00 late by 40"]


def test_an_overdue_slot_of_a_rule_that_ended_is_missed_when_she_leaves() -> None:
    life = checked(ends=at("21:10"), ended_typed_at=at("21:10"))
    life.moves(Move.OUT, at("21:20"))
    life.sees(at("21:40"))
    (one,) = life.due(at("21:41"))
    assert (one.outcome, one.ended) == (Outcome.MISSED, at("21:20"))


def test_an_end_that_is_still_to_come_has_not_ended_anything() -> None:
    assert checked(ends=at("20:50")).told(at("20:49")) == ["20:30-21:00 due"]


def test_hours_begin_and_end_the_obligation_each_night() -> None:
    life = Life().arrives()
    life.every(30, 60, at("12:00"), hours=(time(23), time(1)))
    life.sees(at("22:50"))
    life.sees(at("23:50"))
    assert life.told(at("02:00", 11)) == ["23:30-00:00 on_time", "00:20-00:50 missed"]
    life.sees(at("00:40", 11))
    assert life.told(at("02:00", 11)) == [
        "23:30-00:00 on_time",
        "00:20-00:50 on_time",
        "01:10-01:40 excused (rule ended)",
    ]


def test_days_without_hours_are_whole_local_days() -> None:
    life = Life().arrives()
    life.every(0, 600, at("12:00", 9), days=frozenset({1}))
    assert life.told(at("12:00", 11)) == ["00:00-10:00 missed", "20:00-06:00 excused (rule ended)"]


# excusals


def test_an_excused_interval_ends_at_its_deadline_and_the_next_counts_from_there() -> None:
    life = checked()
    life.excuses(at("20:30"), at("22:00"))
    assert life.told(at("22:10")) == [
        "20:30-21:00 excused (asleep by agreement)",
        "21:30-22:00 due overdue",
    ]


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (at("21:00"), ["20:30-21:00 on_time", "21:30-22:00 due"]),
        (
            at("21:00") + MICROSECOND,
            ["20:30-21:00 excused (asleep by agreement)", "21:30-22:00 on_time early", "21:30-22:00 due"],
        ),
    ],
)
def test_a_sighting_up_to_the_deadline_beats_an_excusal(seen: datetime, told: list[str]) -> None:
    life = checked()
    life.excuses(at("20:30"), at("21:30"))
    life.sees(seen)
    assert life.told(at("21:02")) == told


def test_an_excusal_shows_before_its_deadline_and_is_not_yet_settled() -> None:
    life = checked()
    life.excuses(at("20:30"), at("21:30"))
    (one,) = life.due(at("20:31"))
    assert (one.outcome, one.ended) == (Outcome.EXCUSED, None)


# replacements


@pytest.mark.parametrize(
    ("last", "told"),
    [
        (at("01:40"), "01:55-02:15 due"),
        (at("01:40") + MICROSECOND, "01:55-02:10 due"),
        (at("02:10"), "02:25-02:40 due"),
        (None, "00:45-02:15 due"),
    ],
)
def test_what_a_replacement_counts_from(last: datetime | None, told: str) -> None:
    life = Life().arrives()
    sixty = life.every(0, 60, at("00:30"), ends=at("02:10"), ended_typed_at=at("02:10"))
    life.every(15, 30, at("02:10"), replaces=sixty.id)
    if last:
        life.sees(last)
    assert told in life.told(at("02:12"))


def test_a_replacement_that_is_overdue_at_once_has_its_deadline_after_the_tolerance() -> None:
    life = Life().arrives()
    sixty = life.every(0, 60, at("00:30"), ends=at("02:10"), ended_typed_at=at("02:10"))
    thirty = life.every(15, 30, at("02:10"), replaces=sixty.id)
    life.sees(at("01:30"))
    first = next(one for one in life.due(at("02:40")) if one.slot.rule_id == thirty.id)
    assert (first.slot.closes, first.slot.missed_after) == (at("02:15"), at("02:45"))
    assert first.overdue_by == minutes(25)
    assert "02:15-02:15 late by 5" not in life.told(at("02:40"))
    life.sees(at("02:20"))
    assert "01:45-02:15 late by 5" in life.told(at("02:21"))


def test_a_replacement_that_is_still_to_come_owes_nothing_yet() -> None:
    life = Life().arrives()
    sixty = life.every(0, 60, at("00:30"), ends=at("02:10"))
    life.every(15, 30, at("02:10"), replaces=sixty.id, set_at=at("00:30"))
    assert life.told(at("02:10") - MICROSECOND) == ["00:30-01:30 due overdue"]


def test_a_chain_of_replacements_is_followed_to_its_first_rule() -> None:
    life = Life().arrives()
    first = life.every(0, 120, at("01:00"), ends=at("01:20"), ended_typed_at=at("01:20"))
    second = life.every(0, 90, at("01:20"), replaces=first.id, ends=at("01:40"), ended_typed_at=at("01:40"))
    life.every(0, 60, at("01:40"), replaces=second.id)
    assert life.told(at("01:41"))[0] == "01:00-02:00 due"


def test_a_replacement_counts_only_what_it_counts() -> None:
    life = Life().arrives()
    sixty = life.every(0, 60, at("01:00"), ends=at("02:10"), ended_typed_at=at("02:10"))
    life.every(0, 60, at("02:10"), replaces=sixty.id, purpose=Purpose.CLOSE)
    life.sees(at("01:20"), How.ROUSED)
    life.sees(at("02:00"), How.ASLEEP_BREATHING)
    assert "01:20-02:20 due" in life.told(at("02:12"))


def test_a_replacement_counts_from_her_return_and_from_the_start_of_its_hours() -> None:
    life = Life().arrives()
    sixty = life.every(0, 120, at("12:00"), ends=at("02:10", 11), ended_typed_at=at("02:10", 11))
    life.every(0, 90, at("02:10", 11), replaces=sixty.id)
    life.every(0, 90, at("02:10", 11), replaces=sixty.id, hours=(time(1, 55), time(6)))
    life.sees(at("01:20", 11))
    life.moves(Move.OUT, at("01:30", 11))
    life.moves(Move.IN, at("01:50", 11))
    found = life.told(at("02:11", 11))
    assert found[-3:-1] == ["01:50-03:20 due", "01:55-03:25 due"]


def test_a_replacement_when_she_was_last_seen_at_a_vague_time_counts_from_its_earlier_end() -> None:
    life = Life().arrives()
    sixty = life.every(0, 60, at("01:00"), ends=at("02:10"), ended_typed_at=at("02:10"))
    life.every(0, 60, at("02:10"), replaces=sixty.id)
    life.sees(at("01:40"), until=at("01:50"))
    assert "01:40-02:40 due" in life.told(at("02:12"))


def test_a_rule_that_replaced_a_window_counts_from_its_own_start() -> None:
    life = Life().arrives()
    window = life.at("23:00", "23:20", ends=at("02:10"), ended_typed_at=at("02:10"))
    life.every(0, 60, at("02:10"), replaces=window.id)
    assert life.told(at("02:12"))[-1] == "02:10-03:10 due"
