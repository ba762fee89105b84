"""A night belongs to the date it begins on; shifts meet and never overlap."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.domain.nights import night_of, night_span, shift_span
from app.domain.time import Span
from tests.domain.life import LONDON, MICROSECOND, at

SHIFTS = (time(7), time(19, 30))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 11, 22), 7), (date(2026, 10, 24), 8), (date(2027, 3, 27), 6)]
)
def test_a_night_is_seven_hours_eight_or_six(day: date, hours: int) -> None:
    night = night_span(day, LONDON)
    assert night.end is not None
    assert night.end - night.start == timedelta(hours=hours)


def test_the_night_belongs_to_the_date_it_begins_on() -> None:
    assert night_of(at("23:00", 22), LONDON) == date(2026, 11, 22)
    assert night_of(at("05:59", 23), LONDON) == date(2026, 11, 22)
    assert night_of(at("23:00", 22) - MICROSECOND, LONDON) is None
    assert night_of(at("06:00", 23), LONDON) is None
    assert night_of(at("12:00", 23), LONDON) is None


def test_a_house_may_have_other_nights() -> None:
    assert night_of(at("06:30", 23), LONDON, time(22), time(7)) == date(2026, 11, 22)


def test_a_shift_lasts_until_the_next_begins() -> None:
    assert shift_span(at("07:00", 22), LONDON, SHIFTS) == Span(at("07:00", 22), at("19:30", 22))
    assert shift_span(at("19:30", 22) - MICROSECOND, LONDON, SHIFTS).start == at("07:00", 22)
    assert shift_span(at("19:30", 22), LONDON, SHIFTS) == Span(at("19:30", 22), at("07:00", 23))
    assert shift_span(at("03:00", 23), LONDON, SHIFTS) == Span(at("19:30", 22), at("07:00", 23))


def test_shifts_meet_on_the_nights_the_clocks_change() -> None:
    for start in (datetime(2026, 10, 24, 6, tzinfo=UTC), datetime(2027, 3, 27, 7, tzinfo=UTC)):
        instant, lengths = start, []
        for _ in range(3):
            shift = shift_span(instant, LONDON, SHIFTS)
            assert shift.start == instant
            assert shift.end is not None
            lengths.append(shift.end - shift.start)
            instant = shift.end
        night = timedelta(hours=12.5) if start.month == 10 else timedelta(hours=10.5)
        assert lengths == [timedelta(hours=12.5), night, timedelta(hours=12.5)]


def test_a_house_without_shifts_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one shift"):
        shift_span(at("07:00"), LONDON, ())
