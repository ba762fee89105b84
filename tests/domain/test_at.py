"""Windows: every boundary to the microsecond, every excuse, and what was learned too late."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from app.domain.presence import Move, Presence
from app.domain.regimes import Dated, Purpose, Tolerances
from app.domain.sightings import How
from app.domain.slots import Outcome, Resolved, due
from app.domain.time import Span
from tests.domain.life import MICROSECOND, Life, at, minutes


def curfew(**more: Any) -> Life:
    life = Life().arrives()
    life.at("23:00", "23:20", starts=at("12:00"), **more)
    return life


def morning(**more: Any) -> Life:
    life = Life().arrives()
    life.at("07:30", "10:00", starts=at("06:00"), purpose=Purpose.MORNING, **more)
    return life


def only(life: Life, now: datetime, known_at: datetime | None = None) -> Resolved:
    (one,) = life.due(now, known_at)
    return one


@pytest.mark.parametrize(
    ("seen", "outcome", "late"),
    [
        (at("23:00") - MICROSECOND, Outcome.MISSED, None),
        (at("23:00"), Outcome.ON_TIME, None),
        (at("23:20"), Outcome.ON_TIME, None),
        (at("23:25") - MICROSECOND, Outcome.ON_TIME, None),
        (at("23:25"), Outcome.LATE, 5),
        (at("23:26") - MICROSECOND, Outcome.LATE, 5),
        (at("23:26"), Outcome.LATE, 6),
        (at("02:20", 11) - MICROSECOND, Outcome.LATE, 179),
        (at("02:20", 11), Outcome.MISSED, None),
    ],
)
def test_boundaries_of_a_sighting(seen: datetime, outcome: Outcome, late: int | None) -> None:
    life = curfew()
    life.sees(seen)
    one = only(life, at("03:00", 11))
    assert (one.outcome, one.late_minutes) == (outcome, late)
    assert one.ended == (seen if one.seen else at("02:20", 11))


@pytest.mark.parametrize(
    ("now", "outcome", "overdue_by"),
    [
        (at("12:00"), Outcome.DUE, None),
        (at("23:25") - MICROSECOND, Outcome.DUE, None),
        (at("23:25"), Outcome.DUE, minutes(5)),
        (at("02:20", 11) - MICROSECOND, Outcome.DUE, minutes(180) - MICROSECOND),
        (at("02:20", 11), Outcome.MISSED, None),
    ],
)
def test_boundaries_of_now(now: datetime, outcome: Outcome, overdue_by: object) -> None:
    one = due(curfew().history(), Span(at("12:00"), at("12:00", 11)), now)[0]
    assert (one.outcome, one.overdue_by) == (outcome, overdue_by)
    assert one.overdue is (overdue_by is not None)


def test_what_happens_after_now_has_not_happened() -> None:
    life = curfew()
    life.sees(at("23:10"))
    assert only(life, at("23:10") - MICROSECOND).outcome is Outcome.DUE
    assert only(life, at("23:10")).outcome is Outcome.ON_TIME


def test_a_slot_is_missed_when_the_next_of_its_rule_opens() -> None:
    life = Life().arrives()
    life.at("07:00", "06:00", starts=at("06:30"))
    first, second = life.due(at("08:00", 11))
    assert first.slot.missed_after == first.ended == at("07:00", 11)
    assert (first.outcome, second.outcome) == (Outcome.MISSED, Outcome.DUE)


def test_a_vague_sighting_must_lie_in_the_window_with_its_earlier_end_and_is_judged_by_its_later() -> None:
    life = curfew()
    life.sees(at("22:59"), until=at("23:10"))
    vague = life.sees(at("23:00"), until=at("23:30"))
    one = only(life, at("23:31"))
    assert (one.outcome, one.late_minutes) == (Outcome.LATE, 10)
    assert one.seen is not None
    assert one.seen.entry_id == vague.entry_id


def test_the_first_entry_that_met_it_is_named() -> None:
    life = curfew()
    first = life.sees(at("23:05"), How.AWAKE)
    life.sees(at("23:05"))
    life.sees(at("23:06"))
    one = only(life, at("23:31"))
    assert one.seen is not None
    assert one.seen.entry_id == first.entry_id


def test_door_only_never_counts() -> None:
    life = curfew()
    life.sees(at("23:05"), How.DOOR_ONLY)
    assert only(life, at("23:31")).outcome is Outcome.DUE


def test_entered_later_stands_beside_every_outcome() -> None:
    life = curfew()
    life.sees(at("23:05"), typed=at("04:00", 11))
    one = only(life, at("04:00", 11))
    assert (one.outcome, one.entered_later) == (Outcome.ON_TIME, True)
    assert only(life, at("03:59", 11), at("03:59", 11)).outcome is Outcome.MISSED


def test_coming_home_late_meets_the_curfew_at_the_door() -> None:
    life = curfew()
    life.moves(Move.OUT, at("18:00"))
    door = life.moves(Move.IN, at("23:40"), how=How.SPOKE)
    one = only(life, at("23:41"))
    assert (one.outcome, one.late_minutes) == (Outcome.LATE, 20)
    assert one.seen is not None
    assert one.seen.entry_id == door.entry_id


def test_house_settings_judge_by_what_held_at_the_deadline() -> None:
    life = curfew()
    life.sees(at("23:27"))
    wide = Tolerances(tolerance=minutes(10), missed_after=minutes(60), entered_later=minutes(1))
    settings = Dated(((at("12:00", 1), at("12:00", 1), Tolerances()), (at("23:20"), at("22:00"), wide)))
    history = life.history()
    judged = type(history)(
        history.resident_id, history.zone, history.rules, history.movements, history.sightings, (), settings
    )
    window = Span(at("12:00"), at("12:00", 11))
    (one,) = due(judged, window, at("23:30"))
    assert (one.outcome, one.slot.missed_after) == (Outcome.ON_TIME, at("00:20", 11))
    (then,) = due(judged, window, at("23:30"), known_at=at("21:59"))
    assert then.slot.missed_after == at("02:20", 11)


# whether it is a slot at all


@pytest.mark.parametrize(
    ("starts", "ends", "slots"),
    [
        (at("23:00"), None, 1),
        (at("23:00") + MICROSECOND, None, 0),
        (at("12:00"), at("23:00"), 0),
        (at("12:00"), at("23:00") + MICROSECOND, 1),
    ],
)
def test_a_window_is_a_slot_when_it_opens_while_the_rule_holds(
    starts: datetime, ends: datetime | None, slots: int
) -> None:
    life = Life().arrives()
    life.at("23:00", "23:20", starts=starts, ends=ends, set_at=at("12:00"))
    assert len(life.due(at("01:00", 11))) == slots


def test_nothing_is_due_of_her_before_she_comes_or_once_she_has_gone() -> None:
    life = Life().arrives(at("23:20"))
    life.at("23:00", "23:20", starts=at("12:00"))
    assert life.due(at("23:50")) == ()
    life.movements.clear()
    life.arrives(at("23:20") - MICROSECOND)
    assert len(life.due(at("23:50"))) == 1
    life.moves(Move.DEPART, at("23:00", 11))
    assert len(life.due(at("23:50", 11))) == 1


def test_a_morning_sighting_is_asked_of_those_who_are_in() -> None:
    life = morning()
    life.moves(Move.OUT, at("07:30"))
    assert life.due(at("13:30")) == ()
    life.moves(Move.IN, at("09:59"))
    assert only(life, at("13:30")).outcome is Outcome.MISSED


def test_a_rule_may_ask_only_for_those_who_are_out() -> None:
    life = Life().arrives()
    life.at("14:00", "14:30", asks=frozenset({Presence.OUT}), starts=at("12:00"))
    assert life.due(at("15:00")) == ()
    life.moves(Move.OUT, at("14:10"))
    assert len(life.due(at("15:00"))) == 1


# excused


@pytest.mark.parametrize("move", [Move.HOSPITAL, Move.LEAVE, Move.ABSENT, Move.CUSTODY, Move.DEPART])
@pytest.mark.parametrize(
    ("since", "outcome"),
    [(at("23:20") - MICROSECOND, Outcome.EXCUSED), (at("23:20"), Outcome.MISSED)],
)
def test_being_where_nobody_could_see_her_since_before_the_deadline_excuses(
    move: Move, since: datetime, outcome: Outcome
) -> None:
    life = curfew()
    life.moves(move, since)
    one = only(life, at("02:20", 11))
    assert one.outcome is outcome
    if outcome is Outcome.EXCUSED:
        assert (one.reason, one.ended) == ("departed" if move is Move.DEPART else move.value, at("23:20"))


def test_being_out_at_curfew_is_no_excuse_but_is_one_in_the_morning() -> None:
    life = curfew()
    life.moves(Move.OUT, at("23:10"))
    assert only(life, at("02:20", 11)).outcome is Outcome.MISSED
    life = morning()
    life.moves(Move.OUT, at("09:00"))
    assert life.told(at("13:00")) == ["07:30-10:00 excused (out)"]
    life.moves(Move.IN, at("09:30"))
    assert life.told(at("13:00")) == ["07:30-10:00 missed"]


def test_an_absence_that_becomes_hospital_at_the_deadline_is_one_time_away() -> None:
    life = curfew()
    life.moves(Move.ABSENT, at("23:05"))
    life.moves(Move.HOSPITAL, at("23:20"))
    assert life.told(at("23:20")) == ["23:00-23:20 excused (absent)"]


def test_back_at_the_deadline_is_back() -> None:
    life = curfew()
    life.moves(Move.HOSPITAL, at("20:00"))
    life.moves(Move.IN, at("23:20"))
    assert life.told(at("02:20", 11)) == ["23:00-23:20 missed"]


def test_until_the_deadline_it_is_due_wherever_she_is() -> None:
    life = curfew()
    life.moves(Move.HOSPITAL, at("20:00"))
    assert life.told(at("23:20") - MICROSECOND) == ["23:00-23:20 due"]
    assert life.told(at("23:20")) == ["23:00-23:20 excused (hospital)"]


@pytest.mark.parametrize(
    ("seen", "outcome"), [(at("23:20"), Outcome.ON_TIME), (at("23:20") + MICROSECOND, Outcome.EXCUSED)]
)
def test_a_sighting_up_to_the_deadline_beats_an_excuse_and_one_after_it_does_not(
    seen: datetime, outcome: Outcome
) -> None:
    life = curfew()
    life.excuses(at("23:00"), at("02:00", 11))
    life.sees(seen)
    assert only(life, at("23:30")).outcome is outcome


@pytest.mark.parametrize(
    ("start", "end", "outcome"),
    [
        (at("23:20"), at("23:21"), Outcome.EXCUSED),
        (at("23:20") + MICROSECOND, at("23:30"), Outcome.MISSED),
        (at("23:00"), at("23:20"), Outcome.MISSED),
        (at("23:00"), None, Outcome.EXCUSED),
    ],
)
def test_an_excusal_covers_the_deadline_or_nothing(
    start: datetime, end: datetime | None, outcome: Outcome
) -> None:
    life = curfew()
    life.excuses(start, end, typed=at("23:00"))
    assert only(life, at("02:20", 11)).outcome is outcome


def test_an_excusal_shows_at_once_and_is_settled_at_the_deadline() -> None:
    life = curfew()
    life.excuses(at("22:00"), at("00:00", 11), reason="at a funeral")
    early = only(life, at("22:30"))
    assert (early.outcome, early.reason, early.ended) == (Outcome.EXCUSED, "at a funeral", None)
    assert only(life, at("23:20")).ended == at("23:20")


def test_an_excusal_is_for_its_rule_or_for_all_and_can_be_struck() -> None:
    life = curfew()
    other = life.at("23:05", "23:20", starts=at("12:00"))
    excusal = life.excuses(at("23:00"), at("23:30"), rule=other)
    assert [one.outcome for one in life.due(at("23:30"))] == [Outcome.DUE, Outcome.EXCUSED]
    life.excuses(at("23:00"), at("23:30"), typed=at("23:31"), amends=excusal.entry_id, struck=True)
    assert [one.outcome for one in life.due(at("23:31"))] == [Outcome.DUE, Outcome.DUE]


def test_an_excusal_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="end after it starts"):
        Life().excuses(at("23:00"), at("23:00"))


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (at("23:20") - MICROSECOND, "23:00-23:20 excused (rule ended)"),
        (at("23:20"), "23:00-23:20 missed"),
    ],
)
def test_a_rule_that_ends_before_the_deadline_excuses(ends: datetime, told: str) -> None:
    assert curfew(ends=ends, ended_typed_at=at("22:00")).told(at("02:20", 11)) == [told]


def test_a_rule_that_ends_in_the_window_is_met_until_it_ends() -> None:
    life = curfew(ends=at("23:10"), ended_typed_at=at("23:10"))
    assert life.told(at("23:09")) == ["23:00-23:20 due"]
    life.sees(at("23:10") + MICROSECOND)
    assert life.told(at("23:15")) == ["23:00-23:20 excused (rule ended)"]
    life.sees(at("23:10"))
    assert life.told(at("23:15")) == ["23:00-23:20 on_time"]


def test_of_two_excuses_the_first_to_hold_is_named() -> None:
    life = curfew(ends=at("23:10"), ended_typed_at=at("23:10"))
    life.excuses(at("23:00"), at("23:30"))
    assert life.told(at("23:30")) == ["23:00-23:20 excused (rule ended)"]


# learned later

MISSED = at("02:20", 11)


@pytest.mark.parametrize(
    ("typed", "outcome"), [(MISSED - MICROSECOND, Outcome.EXCUSED), (MISSED, Outcome.MISSED)]
)
@pytest.mark.parametrize("what", ["hospital", "asleep", "rule ended"])
def test_what_is_learned_before_it_was_missed_excuses_and_what_is_learned_after_stands_beside_it(
    what: str, typed: datetime, outcome: Outcome
) -> None:
    ended = {"ends": at("23:10"), "ended_typed_at": typed} if what == "rule ended" else {}
    life = curfew(**ended)
    if what == "hospital":
        life.moves(Move.HOSPITAL, at("21:00"), typed=typed)
    if what == "asleep":
        life.excuses(at("23:00"), at("23:30"), typed=typed, reason=what)
    one = only(life, at("03:00", 11))
    assert (one.outcome, one.reason) == (outcome, what if outcome is Outcome.EXCUSED else None)
    assert one.learned == ((what, typed) if outcome is Outcome.MISSED else None)
    then = only(life, typed - MICROSECOND, typed - MICROSECOND)
    assert (then.outcome, then.learned) == (Outcome.DUE, None)


def test_a_missed_slot_does_not_vanish_when_it_is_learned_that_she_had_been_out_all_along() -> None:
    life = morning()
    life.moves(Move.OUT, at("07:00"), typed=at("14:00"))
    one = only(life, at("14:00"))
    assert (one.outcome, one.learned) == (Outcome.MISSED, ("out", at("14:00")))


@pytest.mark.parametrize(
    ("typed", "told"),
    [(at("23:15"), "excused (rule ended)"), (at("01:00", 11), "excused (rule ended)"), (MISSED, "missed")],
)
def test_a_slot_does_not_vanish_when_its_rule_is_ended_in_hindsight(typed: datetime, told: str) -> None:
    life = curfew(ends=at("22:00"), ended_typed_at=typed)
    assert life.told(at("03:00", 11)) == [f"23:00-23:20 {told}"]
    assert only(life, at("03:00", 11)).ended == min(typed, at("23:20") if "ex" in told else MISSED)


def test_a_rule_ended_in_hindsight_at_the_opening_was_met_until_that_was_typed() -> None:
    life = curfew(ends=at("23:00"), ended_typed_at=at("23:15"))
    assert only(life, at("23:15")).ended == at("23:15")
    life.sees(at("23:10"))
    assert only(life, at("23:15")).outcome is Outcome.ON_TIME


def test_of_all_that_was_learned_too_late_the_first_is_named() -> None:
    life = curfew()
    life.excuses(at("23:00"), at("23:30"), typed=at("05:00", 11), reason="asleep")
    life.moves(Move.HOSPITAL, at("21:00"), typed=at("04:00", 11))
    assert only(life, at("06:00", 11)).learned == ("hospital", at("04:00", 11))


def test_what_she_was_known_to_be_before_an_amendment_counts_for_what_was_missed_before_it() -> None:
    life = morning()
    out = life.moves(Move.OUT, at("07:15"), typed=at("07:20"))
    life.moves(Move.OUT, at("09:00"), typed=at("16:00"), amends=out.entry_id)
    assert life.due(at("15:59"), at("15:59")) == ()
    assert life.told(at("16:00")) == ["07:30-10:00 excused (out)"]


def test_a_sighting_before_she_was_there_meets_no_window_that_she_only_then_comes_into() -> None:
    """Else the window would have been over before it was owed, and ending the rule in between would undo it."""
    life = morning()
    life.moves(Move.OUT, at("07:00"))
    life.sees(at("08:00"))
    assert life.due(at("08:30")) == ()
    life.moves(Move.IN, at("09:00"))
    assert life.told(at("09:30")) == ["07:30-10:00 due"]
    life.sees(at("09:00"))
    assert only(life, at("09:30")).outcome is Outcome.ON_TIME
