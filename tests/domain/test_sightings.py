"""What counts as seen, when it was entered, and what stands after amendments and strikes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.sightings import CLOSE_COUNTS, DEFAULT_COUNTS, How, Sighting, standing
from tests.domain.life import MICROSECOND, Life, at, minutes


def amend(life: Life, of: Sighting, **facts: object) -> Sighting:
    made = life.sees(of.seen_from, of.how, typed=of.typed_at)
    life.sightings[-1] = replace(made, amends=of.entry_id, **facts)  # type: ignore[arg-type]
    return life.sightings[-1]


def test_what_counts_by_default() -> None:
    assert {how for how in How if how.counts_by_default} == DEFAULT_COUNTS
    assert [how.value for how in How if not how.counts_by_default] == [
        "door_only",
        "voice",
        "phone",
        "camera",
        "not_seen",
    ]
    assert CLOSE_COUNTS | {How.ASLEEP_BREATHING} == DEFAULT_COUNTS


def test_entered_later_is_more_than_the_grace() -> None:
    on_the_edge = Life().sees(at("01:00"), typed=at("01:05"))
    assert not on_the_edge.entered_later(minutes(5))
    assert replace(on_the_edge, typed_at=at("01:05") + MICROSECOND).entered_later(minutes(5))


def test_a_vague_time_is_entered_later_by_its_earliest_end() -> None:
    vague = Life().sees(at("01:00"), until=at("01:20"), typed=at("01:20"))
    assert vague.entered_later(minutes(5))


def test_a_sighting_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="second is before the first"):
        Life().sees(at("01:00"), until=at("00:59"))


def test_a_sighting_needs_instants_in_utc() -> None:
    with pytest.raises(ValueError, match="UTC"):
        Life().sees(at("01:00").replace(tzinfo=None))


def test_the_latest_amendment_stands_in_under_the_name_of_the_first() -> None:
    life = Life()
    first = life.sees(at("01:00"), How.DOOR_ONLY)
    second = amend(life, first, how=How.VOICE, typed_at=at("01:10"))
    amend(life, second, how=How.SPOKE, typed_at=at("01:20"))
    (one,) = standing(life.sightings)
    assert (one.entry_id, one.seq, one.how, one.amends) == (first.entry_id, first.seq, How.SPOKE, None)


def test_an_amendment_of_the_time_is_entered_when_it_was_typed_another_is_not() -> None:
    life = Life()
    first = life.sees(at("01:00"))
    worded = amend(life, first, how=How.AWAKE, typed_at=at("02:00"))
    assert standing(life.sightings)[0].typed_at == at("01:00")
    amend(life, worded, seen_from=at("00:55"), seen_to=at("00:55"), typed_at=at("02:30"))
    assert standing(life.sightings)[0].typed_at == at("02:30")
    amend(life, worded, seen_from=at("00:55"), seen_to=at("00:55"), how=How.SPOKE, typed_at=at("03:00"))
    assert standing(life.sightings)[0].typed_at == at("02:30")


def test_a_struck_entry_is_none_and_what_was_known_before_still_is() -> None:
    life = Life()
    first = life.sees(at("01:00"))
    amend(life, first, struck=True, typed_at=at("01:10"))
    assert standing(life.sightings) == ()
    assert standing(life.sightings, at("01:10")) == ()
    assert standing(life.sightings, at("01:10") - MICROSECOND) == (first,)
    assert standing(life.sightings, at("01:00") - MICROSECOND) == ()


def test_an_amendment_whose_entry_was_cut_off_stands_under_the_name_it_gives() -> None:
    life = Life()
    first = life.sees(at("01:00"))
    amend(life, first, how=How.AWAKE)
    (one,) = standing(life.sightings[1:])
    assert (one.entry_id, one.how) == (first.entry_id, How.AWAKE)


def test_sightings_are_in_the_order_in_which_they_were_certain() -> None:
    life = Life()
    vague = life.sees(at("01:00"), until=at("01:30"))
    last = life.sees(at("01:40"))
    exact = life.sees(at("01:30"))
    also = life.sees(at("01:30"))
    assert standing(life.sightings) == (exact, also, vague, last)
