"""What is written by hand in a box of the round sheet, and how it is read."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.round_sheet import Box, NotOnTheSheet, Written, read_digits, read_written
from app.domain.sightings import Precision
from app.domain.time import RepeatedTime, SkippedTime, stamp

LONDON = ZoneInfo("Europe/London")
MADE = datetime(2026, 11, 22, 22, 58, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 7, 10, tzinfo=UTC)


def read(text: str, made: datetime = MADE, now: datetime = MORNING, folds: tuple[int, ...] = ()) -> Written:
    return read_written(text, made, now, LONDON, folds)


def at(*clock: int, day: int = 22) -> datetime:
    return datetime(2026, 11, day, *clock, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2304", "23:04", "23.04", " 2304 "])
def test_four_digits_are_a_time_of_that_night(text: str) -> None:
    assert read(text) == Written(at(23, 4), at(23, 4), Precision.EXACT)


def test_a_time_after_midnight_is_the_next_day() -> None:
    assert read("0215").seen_from == at(2, 15, day=23)


def test_about_and_between() -> None:
    assert read("a2304") == Written(at(23, 4), at(23, 4), Precision.ABOUT)
    assert read("~2304").precision is Precision.ABOUT
    assert read("2355-0005") == Written(at(23, 55), at(0, 5, day=23), Precision.BETWEEN)
    assert read("2300–2310").seen_to == at(23, 10)


def test_the_minute_in_which_it_was_printed_is_on_the_sheet() -> None:
    assert read("2258").seen_from == at(22, 58)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2257", "22:57 is before this sheet was printed, at 22:58. Look again."),
        ("0730", "07:30 has not been yet: it is 07:10, Mon 23 Nov. Look again."),
        ("23", "Type the four digits of a 24-hour time: 2304."),
        ("2360", "Type the four digits of a 24-hour time: 2304."),
        ("2300-2300", "Between needs two different times."),
        ("a2300-2310", "Type one time, 2304; about, a2304; or between, 2300-2310."),
        ("", "Type the four digits of a 24-hour time: 2304."),
    ],
)
def test_what_can_not_have_been_written_is_said_in_words(text: str, said: str) -> None:
    with pytest.raises(NotOnTheSheet) as refused:
        read(text)
    assert str(refused.value) == said


def test_a_sheet_that_is_typed_back_a_day_later_keeps_its_own_night() -> None:
    assert read("2304", now=MORNING + timedelta(days=1)).seen_from == at(23, 4)


def test_the_two_half_past_ones_of_the_autumn_night_are_asked() -> None:
    made, now = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)
    with pytest.raises(RepeatedTime) as both:
        read("0130", made, now)
    assert both.value.labels == ("01:30 BST", "01:30 GMT")
    assert [stamp(read("0130", made, now, (fold,)).seen_from, LONDON) for fold in (0, 1)] == [
        "01:30 BST",
        "01:30 GMT",
    ]
    # Where the second has not been yet there is nothing to ask.
    early = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert stamp(read("0130", made, early).seen_from, LONDON) == "01:30 BST"
    # Between two times that both came twice asks twice.
    between = read("0110-0140", made, now, (0, 1))
    assert between.seen_to - between.seen_from == timedelta(minutes=90)


def test_the_hour_that_the_spring_night_skips_is_refused_with_the_nearest_times() -> None:
    made, now = datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 28, 6, tzinfo=UTC)
    with pytest.raises(SkippedTime, match="did not happen"):
        read("0130", made, now)
    assert read("0230", made, now).seen_from == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_boxes_have_a_name_and_a_number() -> None:
    assert Box(3, 1).name == "3B"
    assert Box.of(Box(26, 5).number) == Box(26, 5)
    assert read_digits("1x34") is None
