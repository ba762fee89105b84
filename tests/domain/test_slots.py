"""The two functions agree, counts over shifts add up, and what is outstanding is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from app.domain.presence import Move
from app.domain.regimes import Dated, Tolerances
from app.domain.slots import Kind, Outcome, closing_in, due, needed_since, outstanding, resolve, slots
from app.domain.time import Span
from tests.domain.life import MICROSECOND, SHE, Life, at, minutes
from tests.domain.life import told as words


def night() -> Life:
    life = Life().arrives()
    life.at("23:00", "23:20", starts=at("12:00"), title="curfew")
    life.every(30, 60, at("22:00"), title="safety plan")
    life.sees(at("22:45"))
    life.sees(at("23:40"))
    return life


WINDOW = Span(at("12:00"), at("12:00", 11))
TONIGHT = Span(at("20:00"), at("06:00", 11))


def test_resolving_the_slots_gives_what_is_due() -> None:
    history = night().history()
    found = due(history, WINDOW, at("00:10", 11))
    assert slots(history, WINDOW, at("00:10", 11)) == tuple(one.slot for one in found)
    assert resolve([one.slot for one in found], history, at("00:10", 11)) == found
    assert len(found) == 4


def test_a_slot_says_whose_it_is_and_why() -> None:
    history = night().history()
    found = {one.slot.title: one.slot for one in due(history, WINDOW, at("22:10"))}
    curfew, plan = found["curfew"], found["safety plan"]
    assert (curfew.kind, curfew.anchor, curfew.resident_id) == (Kind.AT, None, SHE)
    assert (plan.kind, plan.anchor, plan.rule_id) == (Kind.EVERY, at("22:00"), history.rules[1].id)


def test_a_slot_of_an_unknown_rule_is_a_bug() -> None:
    history = night().history()
    (slot, *_) = slots(history, WINDOW, at("22:10"))
    with pytest.raises(KeyError):
        resolve([slot], replace(history, rules=()), at("22:10"))


def test_shifts_that_meet_count_each_slot_once() -> None:
    found = due(night().history(), WINDOW, at("12:00", 11))
    evening, later = Span(at("12:00"), at("23:20")), Span(at("23:20"), at("12:00", 11))
    assert len(closing_in(found, evening)) + len(closing_in(found, later)) == len(found)
    assert closing_in(found, Span(at("23:20"), at("23:21")))[0].slot.title == "curfew"


def test_the_outcomes_sum_to_the_slots() -> None:
    found = due(night().history(), WINDOW, at("12:00", 11))
    assert sum([one.outcome is outcome for one in found].count(True) for outcome in Outcome) == len(found)


def test_what_is_outstanding_is_overdue_first() -> None:
    found = outstanding(night().history(), at("00:50", 11))
    assert [(one.slot.title, one.overdue) for one in found] == [("safety plan", True), ("curfew", False)]
    assert outstanding(night().history(), at("00:50", 11), ahead=minutes(60))[-1].slot.title == "safety plan"


def test_a_history_is_needed_for_as_long_as_a_slot_can_stay_open() -> None:
    life = Life()
    assert needed_since(life.history(), at("12:00")) == at("09:00")
    life.every(0, 240, at("12:00", 1))
    assert needed_since(life.history(), at("12:00")) == at("08:00")
    settings = Dated(((at("12:00", 1), at("12:00", 1), Tolerances(missed_after=minutes(300))),))
    assert needed_since(replace(life.history(), tolerances=settings), at("12:00")) == at("07:00")


TYPED = at("22:00")


@pytest.mark.parametrize(
    ("known_at", "told"),
    [
        (TYPED - MICROSECOND, []),
        (TYPED, ["23:00-23:20 due"]),
    ],
)
def test_a_rule_is_known_from_the_instant_it_was_typed(known_at: datetime, told: list[str]) -> None:
    life = Life().arrives()
    life.at("23:00", "23:20", starts=at("12:00"), set_at=TYPED)
    assert [" ".join(words(one)) for one in due(life.history(), TONIGHT, known_at, known_at)] == told


@pytest.mark.parametrize(
    ("known_at", "told"),
    [
        (at("23:22") - MICROSECOND, "due"),
        (at("23:22"), "excused"),
    ],
)
@pytest.mark.parametrize("what", ["movement", "excusal", "end"])
def test_an_entry_is_known_from_the_instant_it_was_typed(what: str, known_at: datetime, told: str) -> None:
    typed = at("23:22")
    ended = {"ends": at("23:10"), "ended_typed_at": typed} if what == "end" else {}
    life = Life().arrives()
    life.at("23:00", "23:20", starts=at("12:00"), **ended)
    if what == "movement":
        life.moves(Move.HOSPITAL, at("22:30"), typed=typed)
    if what == "excusal":
        life.excuses(at("23:00"), at("23:30"), typed=typed)
    (one,) = due(life.history(), TONIGHT, known_at, known_at)
    assert one.outcome == told


def test_what_is_typed_after_now_of_a_rehearsed_night_has_not_happened() -> None:
    """With everything known, now still says what has happened: a chain cut short at 21:40 is due at 21:00."""
    life = Life().arrives()
    life.every(30, 60, at("20:00"), ends=at("21:40"))
    life.moves(Move.OUT, at("20:50"), typed=at("21:30"))
    (then,) = due(life.history(), TONIGHT, at("20:45"))
    assert (then.outcome, then.slot.closes) == (Outcome.DUE, at("21:00"))


def test_a_woman_who_never_came_owes_nothing() -> None:
    life = Life()
    life.at("23:00", "23:20", starts=at("12:00"))
    life.every(30, 60, at("20:00"))
    assert due(life.history(), TONIGHT, at("12:00", 11)) == ()
