"""By when her practitioner is told: the end of the next working day, with the bank holidays of England and Wales."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.bank_holidays import working_day_after
from app.services.working_days import is_bank_holiday, next_working_day_ends

ZONE = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("opened", "told_by"),
    [
        ("2026-11-22T23:31", "2026-11-23T17:00"),
        ("2026-11-23T02:00", "2026-11-23T17:00"),
        ("2026-11-23T10:00", "2026-11-24T17:00"),
        ("2026-11-27T12:00", "2026-11-30T17:00"),
        # The Friday before the early May bank holiday, and the small hours after it.
        ("2026-05-01T23:30", "2026-05-05T17:00"),
        ("2026-05-02T01:00", "2026-05-05T17:00"),
        ("2026-05-04T02:00", "2026-05-05T17:00"),
        ("2026-05-05T02:00", "2026-05-05T17:00"),
        # Easter: Good Friday and Easter Monday.
        ("2026-04-02T23:40", "2026-04-07T17:00"),
        # Christmas 2026 falls on a Friday, so Boxing Day has its substitute on the Monday.
        ("2026-12-24T23:40", "2026-12-29T17:00"),
        ("2026-12-31T23:40", "2027-01-04T17:00"),
        # Christmas Day 2027 is a Saturday: Monday and Tuesday stand in.
        ("2027-12-24T23:10", "2027-12-29T17:00"),
        # The clocks go back on the Sunday.
        ("2026-10-23T23:30", "2026-10-26T17:00"),
    ],
)
def test_the_end_of_the_next_working_day(opened: str, told_by: str) -> None:
    instant = datetime.fromisoformat(opened).replace(tzinfo=ZONE)
    assert next_working_day_ends(instant, ZONE) == datetime.fromisoformat(told_by).replace(tzinfo=ZONE)


def test_the_holidays_are_those_of_england_and_not_of_scotland() -> None:
    assert is_bank_holiday(date(2026, 8, 31))
    assert not is_bank_holiday(date(2026, 8, 3))
    assert not is_bank_holiday(date(2026, 11, 30))
    assert not is_bank_holiday(date(2027, 1, 4))


def test_a_holiday_is_whatever_day_the_house_is_told() -> None:
    assert working_day_after(date(2026, 11, 23), lambda day: day == date(2026, 11, 24)) == date(2026, 11, 25)
