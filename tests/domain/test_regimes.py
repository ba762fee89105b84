"""Rules say what they ask in plain words, and refuse what cannot be meant."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from app.domain.history import as_known
from app.domain.presence import Presence
from app.domain.regimes import Dated, Purpose, Tolerances
from app.domain.sightings import CLOSE_COUNTS, DEFAULT_COUNTS, How
from app.domain.time import Span
from tests.domain.life import LONDON, Life, at, minutes

EVER = Span(at("00:00", 9), at("00:00", 16))


@pytest.mark.parametrize(
    ("minimum", "maximum", "more", "why"),
    [
        (0, 0, {}, "more than nothing"),
        (-1, 60, {}, "between nothing and the longest"),
        (61, 60, {}, "between nothing and the longest"),
        (30, 60, {"ends": at("12:00")}, "end after it starts"),
        (30, 60, {"ends": at("13:00"), "planned_end": at("12:00")}, "end after it starts"),
        (30, 60, {"hours": (time(23), time(23))}, "leave them out for all day"),
        (30, 60, {"days": frozenset()}, "at least one day"),
        (30, 60, {"days": frozenset({7})}, "Monday"),
        (30, 60, {"set_at": at("12:00").replace(tzinfo=None)}, "UTC"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(
    minimum: float, maximum: float, more: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Life().every(minimum, maximum, at("12:00"), **more)


def test_a_window_needs_two_times() -> None:
    with pytest.raises(ValueError, match="another time"):
        Life().at("23:00", "23:00")


def test_the_tightest_rules_are_allowed() -> None:
    assert Life().every(0, 15, at("12:00")).minimum == timedelta(0)
    assert Life().every(15, 15, at("12:00")).maximum == minutes(15)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_purpose_says_what_counts_and_whom_it_asks_for(purpose: Purpose) -> None:
    rule = Life().at("23:00", "23:20", purpose=purpose)
    assert rule.counts == (CLOSE_COUNTS if purpose is Purpose.CLOSE else DEFAULT_COUNTS)
    owed = purpose in (Purpose.CURFEW, Purpose.SIGN_IN)
    assert rule.asks == (set(Presence) - {Presence.CUSTODY} if owed else {Presence.IN})


def test_a_rule_may_say_otherwise() -> None:
    rule = Life().at(
        "23:00", "23:20", counts=frozenset({How.VOICE}), asks=frozenset({Presence.LEAVE}), days=frozenset({6})
    )
    assert (rule.counts, rule.asks) == ({How.VOICE}, {Presence.LEAVE})
    assert [span.start for span, _ in rule.windows(EVER, LONDON)] == [at("23:00", 15)]


def test_windows_know_when_the_next_opens_even_after_the_rule_has_ended() -> None:
    rule = Life().at("23:00", "01:00", ends=at("12:00", 11), days=frozenset({0, 1}))
    assert list(rule.windows(EVER, LONDON)) == [
        (Span(at("23:00", 9), at("01:00", 10)), at("23:00", 10)),
        (Span(at("23:00", 10), at("01:00", 11)), at("23:00", 16)),
    ]


def test_a_window_touches_a_range_that_begins_at_its_deadline_but_not_one_that_ends_at_its_opening() -> None:
    rule = Life().at("23:00", "23:20")
    assert len(list(rule.windows(Span(at("23:20"), at("23:30")), LONDON))) == 1
    assert not list(rule.windows(Span(at("22:00"), at("23:00")), LONDON))


def test_hours_that_meet_are_one_stretch() -> None:
    rule = Life().every(30, 60, at("00:00"), days=frozenset({0, 1, 5}))
    assert rule.stretches(EVER, LONDON) == [
        Span(at("00:00", 9), at("00:00", 11)),
        Span(at("00:00", 14), at("00:00", 15)),
    ]


def test_hours_across_midnight_belong_to_the_day_they_open_on() -> None:
    rule = Life().every(30, 60, at("00:00"), hours=(time(23), time(6)), days=frozenset({0}))
    assert rule.stretches(EVER, LONDON) == [Span(at("23:00", 9), at("06:00", 10))]


def test_a_rule_for_every_day_has_no_end_of_hours() -> None:
    for days in (None, frozenset(range(7))):
        assert Life().every(30, 60, at("00:00"), days=days).stretches(EVER, LONDON) == [Span(EVER.start)]


def test_hours_on_the_nights_the_clocks_change() -> None:
    rule = Life().every(30, 60, at("00:00"), hours=(time(23), time(6)))
    lengths = []
    for day in (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)):
        (span,) = rule.stretches(Span(day, day + minutes(1)), LONDON)
        assert span.end is not None
        lengths.append(span.end - span.start)
    assert lengths == [timedelta(hours=8), timedelta(hours=6)]


def test_an_early_end_is_known_from_when_it_was_typed() -> None:
    rule = Life().every(
        30, 60, at("12:00"), ends=at("14:00"), ended_typed_at=at("14:05"), planned_end=at("18:00")
    )
    assert as_known(rule, at("14:04")).ends == at("18:00")
    assert as_known(rule, at("14:05")) is rule
    assert rule.end_typed_at() == at("14:05")


def test_an_end_set_with_the_rule_was_known_with_it() -> None:
    rule = Life().every(30, 60, at("12:00"), ends=at("14:00"), set_at=at("11:50"))
    assert as_known(rule, at("12:00")) is rule
    assert rule.end_typed_at() == at("11:50")


def test_settings_are_dated_and_known_from_when_they_were_typed() -> None:
    first, second = Tolerances(), Tolerances(tolerance=minutes(10))
    dated = Dated(((at("12:00"), at("09:00"), second), (at("00:00"), at("00:00"), first)))
    assert dated.at(at("11:59")) is first
    assert dated.at(at("12:00")) is second
    assert dated.at(at("00:00", 1)) is first
    assert dated.known(at("08:59")).at(at("12:00")) is first
    assert dated.known(at("09:00")).at(at("12:00")) is second
    assert dated.known(at("00:00", 1)).at(at("12:00")) is first


def test_of_two_values_from_one_instant_the_one_typed_last_holds() -> None:
    dated = Dated(((at("12:00"), at("09:00"), 2), (at("12:00"), at("08:00"), 1)))
    assert dated.at(at("13:00")) == 2


def test_a_setting_has_a_value() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        Dated[int](())
