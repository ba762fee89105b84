"""Presence comes from movements and from nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.presence import Move, Presence, aways, presence_at, presences, sighting_of, standing_movements
from app.domain.sightings import How, Source
from app.domain.time import Span
from tests.domain.life import MICROSECOND, Life, at


def test_each_movement_says_where_she_is_from_then_on() -> None:
    assert Move.ARRIVE.presence is Presence.IN
    assert Move.DEPART.presence is None
    same = [move for move in Move if move not in (Move.ARRIVE, Move.DEPART)]
    assert [move.presence and move.presence.value for move in same] == [move.value for move in same]


def test_presence_is_nothing_before_she_arrives_and_after_she_departs() -> None:
    life = Life().arrives(at("12:00"))
    life.moves(Move.OUT, at("14:00"))
    life.moves(Move.HOSPITAL, at("15:00"))
    life.moves(Move.IN, at("18:00"))
    life.moves(Move.DEPART, at("20:00"))
    assert presences(life.movements) == (
        (Span(at("12:00"), at("14:00")), Presence.IN),
        (Span(at("14:00"), at("15:00")), Presence.OUT),
        (Span(at("15:00"), at("18:00")), Presence.HOSPITAL),
        (Span(at("18:00"), at("20:00")), Presence.IN),
    )
    for when, where in [
        (at("12:00") - MICROSECOND, None),
        (at("12:00"), Presence.IN),
        (at("14:00") - MICROSECOND, Presence.IN),
        (at("14:00"), Presence.OUT),
        (at("20:00"), None),
    ]:
        assert presence_at(life.movements, when) is where


def test_coming_in_when_she_is_in_changes_nothing() -> None:
    life = Life().arrives(at("12:00"))
    life.moves(Move.IN, at("14:00"))
    assert presences(life.movements) == ((Span(at("12:00")), Presence.IN),)


def test_of_two_movements_at_one_instant_the_one_typed_last_holds() -> None:
    life = Life().arrives(at("12:00"))
    life.moves(Move.OUT, at("14:00"))
    life.moves(Move.HOSPITAL, at("14:00"))
    assert presences(life.movements)[-1] == (Span(at("14:00")), Presence.HOSPITAL)


def test_presence_as_it_was_known() -> None:
    life = Life().arrives(at("12:00"))
    out = life.moves(Move.OUT, at("14:00"), typed=at("16:00"))
    life.movements.append(replace(life.moves(Move.OUT, at("13:00"), typed=at("17:00")), amends=out.entry_id))
    del life.movements[-2]
    assert presence_at(life.movements, at("15:00"), at("15:59")) is Presence.IN
    assert presence_at(life.movements, at("13:30"), at("16:00")) is Presence.IN
    assert presence_at(life.movements, at("13:30"), at("17:00")) is Presence.OUT
    (arrived, moved) = standing_movements(life.movements)
    assert (moved.entry_id, moved.at, moved.typed_at) == (out.entry_id, at("13:00"), at("17:00"))
    assert arrived.kind is Move.ARRIVE


def test_a_movement_struck_is_none() -> None:
    life = Life().arrives(at("12:00"))
    out = life.moves(Move.OUT, at("14:00"))
    life.moves(Move.OUT, at("14:00"), typed=at("14:02"), amends=out.entry_id, struck=True)
    assert presence_at(life.movements, at("15:00")) is Presence.IN
    assert presence_at(life.movements, at("15:00"), at("14:01")) is Presence.OUT


def test_a_movement_whose_words_were_amended_was_entered_when_its_time_was() -> None:
    life = Life()
    out = life.moves(Move.OUT, at("14:00"))
    life.moves(Move.OUT, at("14:00"), typed=at("15:00"), how=How.SPOKE, amends=out.entry_id)
    assert standing_movements(life.movements)[0].typed_at == at("14:00")


def test_a_movement_at_the_door_is_a_sighting_where_it_says_how() -> None:
    life = Life()
    seen = life.moves(Move.IN, at("22:40"), typed=at("22:50"), how=How.SPOKE, source=Source.RADIO)
    unseen = life.moves(Move.OUT, at("23:40"))
    assert sighting_of(unseen) is None
    sighting = sighting_of(seen)
    assert sighting is not None
    assert (sighting.entry_id, sighting.seq) == (seen.entry_id, seen.seq)
    assert (sighting.seen_from, sighting.seen_to, sighting.typed_at) == (
        at("22:40"),
        at("22:40"),
        at("22:50"),
    )
    assert (sighting.how, sighting.source) == (How.SPOKE, Source.RADIO)


def test_a_time_away_is_one_however_often_its_name_changes() -> None:
    life = Life().arrives(at("12:00"))
    life.moves(Move.OUT, at("14:00"), typed=at("14:10"))
    life.moves(Move.ABSENT, at("23:20"))
    life.moves(Move.IN, at("23:50"))
    life.moves(Move.DEPART, at("09:00", 11))
    first, last = aways(life.movements)
    assert (first.start, first.end, first.learned_at()) == (at("14:00"), at("23:50"), at("14:10"))
    assert [leaving.reason for leaving in first.leavings] == ["out", "absent"]
    assert [leaving.reason for leaving in first.known_before(at("14:11"))] == ["out"]
    assert first.known_before(at("14:10")) == ()
    assert (last.start, last.end, last.leavings[0].reason) == (at("09:00", 11), None, "departed")


def test_movements_need_instants_in_utc() -> None:
    with pytest.raises(ValueError, match="UTC"):
        Life().moves(Move.OUT, at("14:00").replace(tzinfo=None))


def test_an_amended_leaving_tells_what_was_known_before_and_what_after() -> None:
    life = Life().arrives(at("12:00"))
    out = life.moves(Move.OUT, at("15:00"))
    life.moves(Move.HOSPITAL, at("14:00"), typed=at("16:00"), amends=out.entry_id)
    life.moves(Move.IN, at("18:00"))
    (away,) = aways(life.movements)
    assert (away.start, away.end) == (at("14:00"), at("18:00"))
    assert [(it.at, it.reason) for it in away.known_before(at("16:00"))] == [(at("15:00"), "out")]
    assert [(it.at, it.reason) for it in away.known_before(at("16:01"))] == [(at("14:00"), "hospital")]


def test_what_was_never_so_tells_nothing_of_a_time_away() -> None:
    life = Life().arrives(at("12:00"))
    out = life.moves(Move.OUT, at("19:00"), typed=at("19:00"))
    life.moves(Move.OUT, at("19:00"), typed=at("19:01"), amends=out.entry_id, struck=True)
    life.moves(Move.OUT, at("14:00"), typed=at("19:02"), amends=out.entry_id)
    life.moves(Move.IN, at("18:00"))
    (away,) = aways(life.movements)
    assert [(it.at, it.typed_at) for it in away.leavings] == [(at("14:00"), at("19:02"))]


def test_a_movement_that_was_first_a_coming_in_tells_of_her_leaving_once_it_was_amended() -> None:
    life = Life().arrives(at("12:00"))
    wrong = life.moves(Move.IN, at("14:00"))
    life.moves(Move.OUT, at("14:00"), typed=at("16:00"), amends=wrong.entry_id)
    (away,) = aways(life.movements)
    assert [(it.at, it.typed_at, it.reason) for it in away.leavings] == [(at("14:00"), at("16:00"), "out")]
    assert away.learned_at() == at("16:00")
