"""Instants, local time on the nights it breaks, and a clock that jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.time import (
    ClockWatch,
    LocalTimeError,
    RepeatedTime,
    SetClock,
    SkippedTime,
    Span,
    SystemClock,
    closing,
    day_label,
    instants,
    local_date,
    local_instant,
    opening,
    parse_instant,
    stamp,
    stamp_day,
    utc,
    window_span,
)
from tests.domain.life import LONDON, MICROSECOND

AUTUMN = date(2026, 10, 25)
SPRING = date(2027, 3, 28)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def z(text: str) -> datetime:
    return datetime.fromisoformat(text + "Z")


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset from UTC"):
        utc(datetime(2026, 11, 22, 12))  # noqa: DTZ001


def test_an_instant_of_another_zone_is_the_same_instant_in_utc() -> None:
    there = datetime(2026, 7, 1, 12, tzinfo=LONDON)
    assert utc(there) == z("2026-07-01T11:00")
    assert utc(there).tzinfo is UTC


def test_only_utc_enters_the_rules() -> None:
    instants(None, NOON)
    for wrong in (NOON.replace(tzinfo=None), NOON.astimezone(LONDON)):
        with pytest.raises(ValueError, match="kept in UTC"):
            instants(NOON, wrong)


def test_a_range_holds_its_start_and_not_its_end() -> None:
    span = Span(NOON, NOON + timedelta(hours=1))
    assert span.contains(NOON)
    assert not span.contains(NOON - MICROSECOND)
    assert span.contains(NOON + timedelta(hours=1) - MICROSECOND)
    assert not span.contains(NOON + timedelta(hours=1))
    assert Span(NOON).contains(NOON + timedelta(days=9999))


def test_ranges_that_only_touch_do_not_overlap() -> None:
    first, second = Span(NOON, NOON + timedelta(hours=1)), Span(NOON + timedelta(hours=1))
    assert not first.overlaps(second)
    assert not second.overlaps(first)
    assert second.overlaps(Span(NOON, NOON + timedelta(hours=1) + MICROSECOND))


def test_a_range_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        Span(NOON, NOON - MICROSECOND)


def test_a_skipped_time_is_refused_with_the_nearest_real_ones() -> None:
    with pytest.raises(SkippedTime) as refused:
        local_instant(SPRING, time(1, 30), LONDON)
    assert refused.value.before == z("2027-03-28T00:59")
    assert refused.value.after == z("2027-03-28T01:00")
    assert str(refused.value) == (
        "01:30 on Sun 28 Mar did not happen: the clocks went forward over it. "
        "The nearest real times are 00:59 and 02:00."
    )
    assert isinstance(refused.value, LocalTimeError)


def test_choosing_an_occurrence_does_not_make_a_skipped_time_real() -> None:
    with pytest.raises(SkippedTime):
        local_instant(SPRING, time(1), LONDON, fold=1)


def test_a_repeated_time_is_refused_with_both_and_their_zones() -> None:
    with pytest.raises(RepeatedTime) as refused:
        local_instant(AUTUMN, time(1, 30), LONDON)
    assert refused.value.instants == (z("2026-10-25T00:30"), z("2026-10-25T01:30"))
    assert refused.value.labels == ("01:30 BST", "01:30 GMT")
    assert str(refused.value) == (
        "01:30 on Sun 25 Oct happened twice, because the clocks went back. Say which: 01:30 BST or 01:30 GMT."
    )


def test_a_repeated_time_is_taken_when_it_is_said_which() -> None:
    assert local_instant(AUTUMN, time(1, 30), LONDON, fold=0) == z("2026-10-25T00:30")
    assert local_instant(AUTUMN, time(1, 30), LONDON, fold=1) == z("2026-10-25T01:30")


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [
        (AUTUMN, time(0, 59), "2026-10-24T23:59"),
        (AUTUMN, time(2), "2026-10-25T02:00"),
        (SPRING, time(0, 59), "2027-03-28T00:59"),
        (SPRING, time(2), "2027-03-28T01:00"),
        (date(2026, 11, 22), time(23, 5), "2026-11-22T23:05"),
        (date(2026, 7, 1), time(23, 5), "2026-07-01T22:05"),
    ],
)
def test_the_times_beside_a_change_are_ordinary(day: date, at: time, instant: str) -> None:
    assert local_instant(day, at, LONDON) == z(instant)
    assert opening(day, at, LONDON) == closing(day, at, LONDON) == z(instant)


@pytest.mark.parametrize("at", [time(1), time(1, 30), time(1, 59, 59)])
def test_a_window_moves_from_a_skipped_time_to_the_first_real_one(at: time) -> None:
    assert opening(SPRING, at, LONDON) == closing(SPRING, at, LONDON) == z("2027-03-28T01:00")


def test_a_window_opens_at_the_first_and_closes_at_the_second_of_a_repeated_time() -> None:
    span = window_span(AUTUMN, time(1, 15), time(1, 45), LONDON)
    assert span == Span(z("2026-10-25T00:15"), z("2026-10-25T01:45"))


def test_a_window_that_closes_before_it_opens_crosses_midnight() -> None:
    span = window_span(date(2026, 11, 22), time(23), time(0, 20), LONDON)
    assert span == Span(z("2026-11-22T23:00"), z("2026-11-23T00:20"))


def test_other_zones_change_by_other_amounts() -> None:
    howe = ZoneInfo("Australia/Lord_Howe")
    with pytest.raises(SkippedTime) as refused:
        local_instant(date(2026, 10, 4), time(2, 15), howe)
    assert stamp(refused.value.after, howe) == "02:30"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22T23:05Z", "2026-11-22T23:05"),
        ("2026-11-22T23:05+01:00", "2026-11-22T22:05"),
        (" 2026-07-01 23:05 ", "2026-07-01T22:05"),
        ("2026-10-25T01:30+01:00", "2026-10-25T00:30"),
        ("20261122T230500", "2026-11-22T23:05"),
    ],
)
def test_iso_instants_are_read(text: str, instant: str) -> None:
    read = parse_instant(text, LONDON)
    assert read == z(instant)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("yesterday", "Write a date and time such as"),
        ("2026-13-01T10:00", "Write a date and time such as"),
        ("2026-11-22", "time of day"),
        ("20261122", "time of day"),
        ("2026-10-25T01:30", "happened twice"),
        ("2027-03-28T01:30", "did not happen"),
    ],
)
def test_what_names_no_instant_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_instant(text, LONDON)


def test_times_are_stamped_with_their_zone_only_where_they_happen_twice() -> None:
    assert stamp(z("2026-10-24T23:59"), LONDON) == "00:59"
    assert stamp(z("2026-10-25T00:00"), LONDON) == "01:00 BST"
    assert stamp(z("2026-10-25T00:30"), LONDON) == "01:30 BST"
    assert stamp(z("2026-10-25T01:30"), LONDON) == "01:30 GMT"
    assert stamp(z("2026-10-25T02:00"), LONDON) == "02:00"
    assert stamp(z("2027-03-28T01:00"), LONDON) == "02:00"
    assert stamp(z("2026-11-22T23:05"), LONDON) == "23:05"


def test_days_are_named_in_english() -> None:
    assert day_label(date(2026, 11, 22)) == "Sun 22 Nov"
    assert day_label(date(2027, 3, 1)) == "Mon 1 Mar"
    assert stamp_day(z("2026-07-01T23:30"), LONDON) == "00:30, Thu 2 Jul"


def test_the_local_date_is_the_one_on_the_wall() -> None:
    assert local_date(z("2026-07-01T23:30"), LONDON) == date(2026, 7, 2)
    assert local_date(z("2026-11-22T23:30"), LONDON) == date(2026, 11, 22)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_instant_can_be_typed_as_it_is_shown(instant: datetime) -> None:
    local = instant.astimezone(LONDON)
    fold = local.fold if stamp(instant, LONDON).endswith(("BST", "GMT")) else None
    assert local_instant(local.date(), local.time(), LONDON, fold) == instant


def test_a_set_clock_stands_until_it_is_moved() -> None:
    clock = SetClock(NOON.astimezone(timezone(timedelta(hours=5))))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(minutes=5))
    assert (clock.now(), clock.monotonic()) == (NOON + timedelta(minutes=5), 300.0)
    clock.set(NOON)
    assert (clock.now(), clock.monotonic()) == (NOON, 300.0)


def test_the_system_clock_is_aware_and_never_runs_back() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_a_clock_that_only_runs_has_not_jumped() -> None:
    clock = SetClock(NOON)
    watch = ClockWatch(clock)
    clock.advance(timedelta(hours=9))
    assert watch.check() is None


@pytest.mark.parametrize("jump", [timedelta(seconds=61), timedelta(hours=-1), timedelta(days=400)])
def test_a_clock_that_is_moved_is_noticed_once(jump: timedelta) -> None:
    clock = SetClock(NOON)
    watch = ClockWatch(clock)
    clock.advance(timedelta(minutes=3))
    clock.set(clock.now() + jump)
    assert watch.check() == jump
    assert watch.check() is None


def test_a_move_within_the_threshold_is_no_jump() -> None:
    clock = SetClock(NOON)
    watch = ClockWatch(clock, threshold=timedelta(seconds=60))
    clock.set(NOON + timedelta(seconds=60))
    assert watch.check() is None
