"""Stays: where each stands on a day, and what may still be written of it (REFERENCE.md 1.1, 1.2, 1.4, 2.8)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.placements import (
    Already,
    Asked,
    Stage,
    Status,
    Stay,
    arrival,
    cancellation,
    change_of_dates,
    departure,
    non_arrival,
)
from app.domain.results import Available, Unavailable

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
CAME = NOW - timedelta(days=3)
ASKED = Asked(NOW, LONDON)
MANAGER = Asked(NOW, LONDON, manages=True)

UPCOMING = Stay(expected_arrival=NOW + timedelta(days=1))
HERE = Stay(expected_arrival=CAME, arrived=CAME)
LEFT = Stay(arrived=CAME, departed=NOW - timedelta(days=1))
CALLED_OFF = Stay(cancelled=NOW)
NEVER_CAME = Stay(not_arrived=NOW)
instants = st.integers(-400_000, 400_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
stays = st.builds(Stay, *[st.none() | instants] * 6)


def expected_in(days: int, arrived: bool = False) -> Stay:
    day = NOW + timedelta(days=days)
    return Stay(expected_departure=day, arrived=CAME) if arrived else Stay(expected_arrival=day)


class TestStage:
    @pytest.mark.parametrize(
        ("days", "stage"),
        [
            (400, "upcoming"), (43, "upcoming"), (42, "arriving_within_6_weeks"), (15, "arriving_within_6_weeks"),
            (14, "arriving_within_2_weeks"), (1, "arriving_within_2_weeks"), (0, "arriving_today"),
            (-1, "overdue_arrival"), (-90, "overdue_arrival"),
        ],
    )  # fmt: skip
    def test_before_she_comes(self, days: int, stage: str) -> None:
        assert expected_in(days).stage(TODAY, LONDON) is Stage(stage)

    @pytest.mark.parametrize(
        ("days", "stage"),
        [
            (15, "arrived"), (14, "departing_within_2_weeks"), (1, "departing_within_2_weeks"),
            (0, "departing_today"), (-1, "overdue_departure"),
        ],
    )  # fmt: skip
    def test_while_she_is_here(self, days: int, stage: str) -> None:
        assert expected_in(days, arrived=True).stage(TODAY, LONDON) is Stage(stage)

    def test_without_an_expected_day_nothing_is_near_or_overdue(self) -> None:
        assert Stay().stage(TODAY, LONDON) is Stage.UPCOMING
        assert Stay(arrived=CAME).stage(TODAY, LONDON) is Stage.ARRIVED

    def test_today_is_the_houses_day(self) -> None:
        """Half past midnight on the 23rd in summer time is still the 22nd in UTC."""
        stay = Stay(expected_arrival=datetime(2026, 6, 22, 23, 30, tzinfo=UTC))
        assert stay.stage(date(2026, 6, 22), LONDON) is Stage.WITHIN_TWO_WEEKS
        assert stay.stage(date(2026, 6, 23), LONDON) is Stage.ARRIVING_TODAY

    @pytest.mark.parametrize(
        ("stay", "status"),
        [
            (UPCOMING, Status.UPCOMING), (HERE, Status.ARRIVED), (LEFT, Status.DEPARTED),
            (NEVER_CAME, Status.NOT_ARRIVED), (CALLED_OFF, Status.CANCELLED),
            (Stay(arrived=CAME, departed=NOW, cancelled=NOW), Status.CANCELLED),
            (Stay(not_arrived=NOW, departed=NOW), Status.NOT_ARRIVED),
        ],
    )  # fmt: skip
    def test_the_first_that_holds_stands(self, stay: Stay, status: Status) -> None:
        assert stay.status is status

    @given(stays, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    def test_a_stay_that_is_over_shows_its_status_on_any_day(self, stay: Stay, day: date) -> None:
        stage = stay.stage(day, LONDON)
        assert stay.over == (stage.value in {"cancelled", "not_arrived", "departed"})
        assert stage.needs_someone == (stage.value in {"overdue_arrival", "overdue_departure"})

    def test_every_stage_is_said_in_plain_words(self) -> None:
        assert [stage.label for stage in Stage] == [
            "Upcoming", "Arriving within 6 weeks", "Arriving within 2 weeks", "Arriving today", "Overdue arrival",
            "Arrived", "Departing within 2 weeks", "Departing today", "Overdue departure", "Departed", "Not arrived",
            "Cancelled",
        ]  # fmt: skip


class TestBeds:
    def test_she_counts_from_her_day_to_the_day_before_she_leaves(self) -> None:
        stay = Stay(expected_arrival=CAME, expected_departure=NOW)
        days = [CAME.date() + timedelta(days=d) for d in range(-1, 5)]
        assert [stay.fills_a_bed(day, LONDON) for day in days] == [False, True, True, True, False, False]

    def test_what_happened_counts_over_what_was_expected(self) -> None:
        stay = Stay(
            expected_arrival=CAME,
            arrived=CAME + timedelta(days=1),
            expected_departure=NOW,
            departed=NOW - timedelta(days=1),
        )
        days = [CAME.date() + timedelta(days=d) for d in range(4)]
        assert [stay.fills_a_bed(day, LONDON) for day in days] == [False, True, False, False]

    @pytest.mark.parametrize("stay", [CALLED_OFF, NEVER_CAME, Stay()])
    def test_a_stay_that_came_to_nothing_fills_none(self, stay: Stay) -> None:
        assert not stay.fills_a_bed(TODAY, LONDON)


class TestArrival:
    def test_it_may_be_written_now_and_back_to_seven_days(self) -> None:
        assert arrival(UPCOMING, NOW, ASKED) == Available()
        assert arrival(UPCOMING, NOW - timedelta(days=7), ASKED) == Available()

    def test_not_ahead(self) -> None:
        refused = arrival(UPCOMING, NOW + timedelta(minutes=1), ASKED)
        assert isinstance(refused, Unavailable)
        assert "future" in refused.reason

    def test_further_back_takes_a_manager_and_a_reason(self) -> None:
        long_ago = NOW - timedelta(days=7, seconds=1)
        refused = arrival(UPCOMING, long_ago, ASKED)
        assert isinstance(refused, Unavailable)
        assert refused.who == "A manager"
        assert isinstance(arrival(UPCOMING, long_ago, MANAGER), Unavailable)
        assert arrival(UPCOMING, long_ago, Asked(NOW, LONDON, manages=True, why_late=True)) == Available()
        assert isinstance(arrival(UPCOMING, long_ago, Asked(NOW, LONDON, why_late=True)), Unavailable)

    def test_the_same_again_succeeds_and_another_time_is_a_conflict_that_names_the_first(self) -> None:
        assert arrival(HERE, CAME, ASKED) == Already()
        refused = arrival(HERE, NOW, ASKED)
        assert isinstance(refused, Unavailable)
        assert "21:00, Thu 19 Nov" in refused.reason

    @pytest.mark.parametrize("stay", [LEFT, CALLED_OFF, NEVER_CAME])
    def test_not_in_a_stay_that_is_over(self, stay: Stay) -> None:
        refused = arrival(stay, NOW, ASKED)
        assert isinstance(refused, Unavailable)
        assert "expected again" in refused.reason


class TestDeparture:
    def test_from_her_arrival_to_now(self) -> None:
        assert departure(HERE, NOW, False, ASKED) == Available()
        assert departure(HERE, CAME, False, ASKED) == Available()
        for at in (CAME - timedelta(seconds=1), NOW + timedelta(seconds=1)):
            assert isinstance(departure(HERE, at, False, ASKED), Unavailable)

    def test_it_needs_an_arrival(self) -> None:
        refused = departure(UPCOMING, NOW, False, ASKED)
        assert isinstance(refused, Unavailable)
        assert "Write her arrival first" in refused.reason

    def test_the_same_again_succeeds_and_another_is_a_conflict(self) -> None:
        assert LEFT.departed is not None
        assert departure(LEFT, LEFT.departed, True, ASKED) == Already()
        assert isinstance(departure(LEFT, LEFT.departed, False, ASKED), Unavailable)
        assert isinstance(departure(LEFT, NOW, True, ASKED), Unavailable)

    def test_further_back_takes_a_manager_and_a_reason(self) -> None:
        long_here = Stay(arrived=NOW - timedelta(days=60))
        at = NOW - timedelta(days=8)
        assert isinstance(departure(long_here, at, False, ASKED), Unavailable)
        assert departure(long_here, at, False, Asked(NOW, LONDON, True, True)) == Available()


class TestWhatCameToNothing:
    @pytest.mark.parametrize("rule", [non_arrival, cancellation])
    def test_only_a_stay_that_has_not_begun(self, rule: object) -> None:
        assert callable(rule)
        assert rule(UPCOMING, False) == Available()
        assert isinstance(rule(HERE, False), Unavailable)
        assert isinstance(rule(LEFT, False), Unavailable)

    def test_the_same_again_succeeds_and_another_reason_is_a_conflict(self) -> None:
        assert non_arrival(NEVER_CAME, True) == Already()
        assert cancellation(CALLED_OFF, True) == Already()
        for refused in (non_arrival(NEVER_CAME, False), cancellation(CALLED_OFF, False)):
            assert isinstance(refused, Unavailable)
            assert "another reason" in refused.reason

    def test_one_is_not_the_other(self) -> None:
        assert isinstance(non_arrival(CALLED_OFF, False), Unavailable)
        assert isinstance(cancellation(NEVER_CAME, False), Unavailable)


class TestDates:
    def test_both_may_change_before_she_comes(self) -> None:
        assert change_of_dates(UPCOMING, NOW, NOW + timedelta(weeks=12), LONDON) == Available()
        assert change_of_dates(UPCOMING, None, None, LONDON) == Available()

    def test_the_same_days_again_change_nothing(self) -> None:
        assert change_of_dates(UPCOMING, UPCOMING.expected_arrival, None, LONDON) == Already()

    def test_once_she_is_here_her_arrival_is_fixed(self) -> None:
        assert isinstance(change_of_dates(HERE, NOW, None, LONDON), Unavailable)
        assert change_of_dates(HERE, CAME, NOW, LONDON) == Available()

    def test_she_does_not_leave_before_she_comes(self) -> None:
        assert isinstance(change_of_dates(UPCOMING, NOW, NOW - timedelta(days=1), LONDON), Unavailable)
        assert isinstance(change_of_dates(HERE, CAME, CAME - timedelta(days=1), LONDON), Unavailable)

    @given(stays, st.none() | instants, st.none() | instants)
    def test_a_stay_that_is_over_keeps_its_days(
        self, stay: Stay, comes: datetime | None, leaves: datetime | None
    ) -> None:
        verdict = change_of_dates(stay, comes, leaves, LONDON)
        if stay.over:
            assert isinstance(verdict, Unavailable)
        if verdict == Available() and leaves is not None:
            assert leaves >= (stay.arrived or comes or leaves)
