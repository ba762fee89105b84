"""Which backups are kept, and what the status line says of the last."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.backups import KEEP_ALL, KEEP_DAILY, KEEP_WEEKLY, BackupState, thinned
from app.domain.time import local_date

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_two_days_are_kept_whole_then_days_weeks_and_months() -> None:
    made = [NOW - n * 6 * HOUR for n in range(4 * 400)]
    kept = sorted(set(made) - thinned(made, NOW, LONDON))
    assert [at for at in kept if NOW - at <= KEEP_ALL] == sorted(at for at in made if NOW - at <= KEEP_ALL)
    days = [local_date(at, LONDON) for at in kept if KEEP_ALL < NOW - at <= KEEP_DAILY]
    assert len(days) == len(set(days)) == 13
    weeks = [local_date(at, LONDON).isocalendar()[:2] for at in kept if KEEP_DAILY < NOW - at <= KEEP_WEEKLY]
    assert len(weeks) == len(set(weeks)) == 12
    months = [at.astimezone(LONDON).strftime("%Y-%m") for at in kept if NOW - at > KEEP_WEEKLY]
    assert len(months) == len(set(months)) == 11
    assert len(kept) < 50


@given(st.lists(st.integers(-100, 24 * 900), max_size=60), st.integers(0, 24 * 90))
def test_thinning_leaves_the_newest_and_can_be_done_again(hours: list[int], later: int) -> None:
    made = {NOW - n * HOUR for n in hours}
    gone = thinned(made, NOW, LONDON)
    assert gone <= made
    kept = made - gone
    if made:
        assert max(made) in kept
    assert {at for at in made if at > NOW} <= kept
    assert thinned(kept, NOW, LONDON) == frozenset()
    then = NOW + later * HOUR
    assert thinned(kept, then, LONDON) <= kept


def test_a_house_that_makes_one_a_day_always_has_one_of_each_age() -> None:
    """Thinned after each, as it happens: whatever age somebody asks for, one not much older is there."""
    start = NOW - 500 * DAY
    made: set[datetime] = set()
    for n in range(501):
        made.add(start + n * DAY)
        made -= thinned(made, start + n * DAY, LONDON)
    for age in range(1, 24 * 400):
        wanted = NOW - age * HOUR
        gap = min(wanted - at for at in made if at <= wanted)
        allowed = DAY if age * HOUR <= KEEP_DAILY else 8 * DAY if age * HOUR <= KEEP_WEEKLY else 38 * DAY
        assert gap <= allowed, age


@pytest.mark.parametrize(
    ("state", "said", "tone"),
    [
        (BackupState(), "Never backed up", "amber"),
        (BackupState(NOW - 4 * HOUR, NOW - 7 * DAY), "Backed up today 19:05, restore proven 15 Nov", None),
        (BackupState(NOW - 25 * HOUR, NOW - HOUR), "Backed up yesterday 22:05, restore proven today", None),
        (
            BackupState(NOW - 27 * HOUR, NOW - HOUR),
            "Backed up yesterday 20:05, restore proven today",
            "amber",
        ),
        (BackupState(NOW - HOUR), "Backed up today 22:05, restore never proven", "amber"),
        (
            BackupState(NOW - HOUR, NOW - 36 * DAY),
            "Backed up today 22:05, restore proven 18 Oct",
            "amber",
        ),
        (
            BackupState(NOW - 4 * DAY, NOW - 400 * DAY),
            "Backed up Wed 18 Nov 23:05, restore proven 19 Oct 2025",
            "amber",
        ),
        (
            BackupState(NOW - HOUR, NOW - 7 * DAY, NOW - HOUR),
            "Backed up today 22:05, but today it could not be restored",
            "red",
        ),
        (BackupState(NOW - HOUR, NOW - HOUR, NOW - DAY), "Backed up today 22:05, restore proven today", None),
        (BackupState(server=True), "Backups are the server's own (pg_dump)", None),
    ],
)
def test_what_is_said(state: BackupState, said: str, tone: str | None) -> None:
    assert (state.said(NOW, LONDON), state.tone(NOW)) == (said, tone)


def test_when_the_next_is_due() -> None:
    assert BackupState().to_make(NOW)
    assert not BackupState().to_prove(NOW)
    assert not BackupState(NOW - 20 * HOUR).to_make(NOW)
    assert BackupState(NOW - 20 * HOUR - timedelta(seconds=1)).to_make(NOW)
    assert BackupState(NOW).to_prove(NOW)
    assert not BackupState(NOW, NOW - 7 * DAY).to_prove(NOW)
    assert BackupState(NOW, NOW - 8 * DAY).to_prove(NOW)
    assert not BackupState(NOW, NOW - 8 * DAY, NOW - HOUR).to_prove(NOW), (
        "what failed an hour ago is not tried again"
    )
    assert not (BackupState(server=True).to_make(NOW) or BackupState(server=True).to_prove(NOW))
