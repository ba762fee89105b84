"""The house's own rules as dated settings: what is refused, and what a change leaves alone."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.regimes import Purpose
from app.services.board import read_board, read_dues
from app.services.house import ChangeSetting
from tests.support.houses import House


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("curfew_form", "22:00"),
        ("curfew_from", "25:00"),
        ("curfew_from", 22),
        ("curfew_from", "22:00:30"),
        ("tolerance", -1),
        ("tolerance", 5.5),
        ("missed_after", 1441),
        ("least_staff", True),
        ("on_call", {"a": 1}),
        ("on_call", "x" * 201),
        ("shifts", []),
        ("shifts", [["day", "07:00", "19:00"], ["night", "07:00", "07:00"]]),
        ("shifts", "day"),
        ("curfew_sighting_to", "23:00"),
        ("grace", {1, 2}),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_in_words(house: House, key: str, value: Any) -> None:
    refusal = house.refused("hannah", ChangeSetting(key=key, value=value))
    assert refusal.fields in (("key",), ("value",))
    assert read_board(house.desk).lines


def test_a_change_begins_when_it_is_said_to_and_not_before(house: House) -> None:
    past = ChangeSetting(key="grace", value=5, starts=house.at(22))
    assert house.refused("hannah", past).fields == ("starts",)
    house.by("hannah", ChangeSetting(key="grace", value=5, starts=house.at(0, day=24)))
    assert read_board(house.desk).grace == timedelta(minutes=30)
    house.clock.set(house.at(0, day=24))
    assert read_board(house.desk).grace == timedelta(minutes=5)


def test_tonights_open_window_stays_and_the_past_does_not_move(house: House) -> None:
    """The two ends of the window are two settings: one after the other they make sense, and tonight stays."""
    before = read_dues(house.desk, house.at(12, day=20), house.at(12))
    house.by("hannah", ChangeSetting(key="curfew_sighting_from", value="22:00"))
    house.by("hannah", ChangeSetting(key="curfew_sighting_to", value="22:30"))
    assert read_dues(house.desk, house.at(12, day=20), house.at(12)) == before
    her = house.women["Mary Ellis"]
    assert [one.slot.closes for one in read_board(house.desk).line(her).dues] == [house.at(23, 20)]
    house.clock.set(house.at(22, 10, day=23))
    assert [one.slot.closes for one in read_board(house.desk).line(her).dues] == [house.at(22, 30, day=23)]


def test_a_tolerance_judges_what_was_due_under_it(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.clock.set(house.at(23, 24))
    assert not read_board(house.desk).line(her).overdue
    house.by("hannah", ChangeSetting(key="tolerance", value=0))
    house.clock.set(house.at(23, 26))
    (due,) = [
        one.resolved for one in read_dues(house.desk, house.at(22), house.at(23, 59)) if one.who.id == her
    ]
    assert (due.slot.purpose, due.overdue) == (Purpose.CURFEW, True)
