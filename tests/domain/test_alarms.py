"""Alarms: they stand exactly while the board says so, sound once for each level, and name nobody where anybody looks."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.alarms import Alarms, Cause, Heard, Level, alarms, counts_said, group_said
from app.domain.board import Board
from app.domain.house import Settings
from app.domain.presence import Presence, standing_movements
from app.domain.regimes import Purpose
from app.domain.rounds import asks_now
from app.domain.sightings import How
from app.domain.slots import History
from tests.domain.boards import a_board, a_line, open_slots
from tests.domain.life import LONDON, MICROSECOND, Life, at, minutes
from tests.domain.lives import HORIZON, histories, lived

SETTINGS = Settings()
TOLERANCE = minutes(5)
OVER = "Woman 1, 1 Dill: late 45 min for her 21:00 curfew, the grace is over"


def curfew(opens: str = "23:00", closes: str = "23:20") -> Life:
    life = Life().arrives()
    life.at(opens, closes, until=time(6), purpose=Purpose.CURFEW)
    return life


def standing(life: Life, now: datetime, presence: Presence = Presence.IN) -> Alarms:
    return alarms(a_board(now, a_line(open_slots(life.history(), now), presence)), SETTINGS)


def said(now: Alarms) -> list[str]:
    return [group_said(group, now, LONDON) for group in now.groups]


# The levels, to the microsecond


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (at("23:00") - MICROSECOND, None),
        (at("23:00"), Level.DUE),
        (at("23:10") - MICROSECOND, Level.DUE),
        (at("23:10"), Level.SOON),
        (at("23:20"), Level.SOON),
        (at("23:20") + TOLERANCE - MICROSECOND, Level.SOON),
        (at("23:20") + TOLERANCE, Level.OVERDUE),
        (at("23:35") - MICROSECOND, Level.OVERDUE),
        (at("23:35"), Level.ESCALATED),
        (at("02:20", 11) - MICROSECOND, Level.ESCALATED),
        (at("02:20", 11), None),
    ],
)
def test_a_level_begins_at_its_very_instant(now: datetime, level: Level | None) -> None:
    assert standing(curfew(), now).level is level


def test_a_house_that_escalates_within_the_tolerance_escalates_when_it_is_over() -> None:
    life, soon = curfew(), replace(SETTINGS, escalate=minutes(2))
    for now, level in ((at("23:24"), Level.SOON), (at("23:25"), Level.ESCALATED)):
        board = a_board(now, a_line(open_slots(life.history(), now)))
        assert alarms(board, soon).level is level


@pytest.mark.parametrize(
    ("night", "opens", "closes"),
    [
        # The clocks go back: a window that is open at both 01:30s, one hour longer on the clock than on the wall.
        (datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 25, 0, 15, tzinfo=UTC), datetime(2026, 10, 25, 1, 45, tzinfo=UTC)),
        # They go forward over its opening: it opens with the first real instant after it.
        (datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 3, 28, 1, 0, tzinfo=UTC), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_levels_count_elapsed_time_on_the_nights_of_the_clock_change(
    night: datetime, opens: datetime, closes: datetime
) -> None:
    life = Life().arrives(night - timedelta(days=3))
    life.at("01:15", "01:45", starts=night - timedelta(days=3))
    for now, level in (
        (opens - MICROSECOND, None),
        (closes - MICROSECOND, Level.SOON if closes > opens else None),
        (closes + TOLERANCE - MICROSECOND, Level.SOON),
        (closes + TOLERANCE, Level.OVERDUE),
        (closes + minutes(15), Level.ESCALATED),
    ):
        assert standing(life, now).level is level, now


def test_both_half_past_ones_of_the_autumn_night_are_told_apart() -> None:
    night = datetime(2026, 10, 25, tzinfo=UTC)
    life = Life().arrives(night - timedelta(days=3))
    life.every(20, 30, night, purpose=Purpose.WELFARE, title="every 20–30 min")
    life.sees(night)
    assert said(standing(life, night + minutes(25))) == [
        "Woman 1, 1 Dill: welfare check every 20–30 min due by 01:30 BST"
    ]
    life.sees(night + minutes(60))
    assert said(standing(life, night + minutes(85))) == [
        "Woman 1, 1 Dill: welfare check every 20–30 min due by 01:30 GMT"
    ]


# What the slots say, and nothing else


@lived
@given(histories(), st.integers(0, HORIZON), st.sampled_from(list(Presence)))
def test_an_alarm_stands_exactly_while_a_slot_asks_and_she_is_in(
    lived_so: tuple[History, datetime], minute: int, presence: Presence
) -> None:
    history, base = lived_so
    now = base + minutes(minute)
    slots = open_slots(history, now)
    found = alarms(a_board(now, a_line(slots, presence)), SETTINGS)
    wanted = {
        (it.slot.rule_id, it.slot.opens, it.slot.closes): it
        for it in slots
        if presence is Presence.IN and asks_now(it, now)
    }
    assert {
        (it.slot.rule_id, it.slot.opens, it.slot.closes) for it in found.all if it.slot is not None
    } == set(wanted)
    assert len({it.identity for it in found.all}) == len(found.all)
    for alarm in found.all:
        assert alarm.slot is not None
        resolved = wanted[alarm.slot.rule_id, alarm.slot.opens, alarm.slot.closes]
        passed = now - alarm.slot.closes
        assert (alarm.level >= Level.OVERDUE) == resolved.overdue
        assert (alarm.level is Level.ESCALATED) == (resolved.overdue and passed >= SETTINGS.escalate)
        assert (alarm.level is Level.DUE) == (-passed > SETTINGS.soon)
    levels = [group.level for group in found.groups]
    assert levels == sorted(levels, reverse=True)
    for earlier, later in zip(found.groups, found.groups[1:], strict=False):
        if earlier.level == later.level:
            assert earlier.first.deadline <= later.first.deadline  # type: ignore[operator]


@lived
@given(histories(), st.integers(0, HORIZON))
def test_a_sighting_that_counts_clears_it_and_a_shut_door_does_not(
    lived_so: tuple[History, datetime], minute: int
) -> None:
    history, base = lived_so
    now = base + minutes(minute)
    before = alarms(a_board(now, a_line(open_slots(history, now))), SETTINGS)
    life = Life(list(history.rules), list(history.movements), list(history.sightings), list(history.excusals))  # type: ignore[arg-type]
    life.numbers = iter(range(1000, 2000))
    life.sees(now, How.DOOR_ONLY)
    door = alarms(a_board(now, a_line(open_slots(life.history(), now))), SETTINGS)
    assert {it.identity for it in door.all} == {it.identity for it in before.all}
    life.sees(now, How.ROUSED)
    after = alarms(a_board(now, a_line(open_slots(life.history(), now))), SETTINGS)
    assert {it.identity for it in after.all} <= {it.identity for it in before.all}
    if _present(history, now):
        roused = {
            it.identity for it in before.all if it.slot and How.ROUSED in _counts(history, it.slot.rule_id)
        }
        assert not roused & {it.identity for it in after.all}


def _counts(history: History, rule: UUID) -> frozenset[How]:
    return next(it.counts for it in history.rules if it.id == rule)


def _present(history: History, now: datetime) -> bool:
    """Whether the record has her in the house at the instant: elsewhere she can't be seen by a check."""
    moves = [it for it in standing_movements(history.movements) if it.at <= now]
    return bool(moves) and max(moves, key=lambda it: (it.at, it.seq)).kind.presence is Presence.IN


def test_a_check_typed_late_from_paper_clears_what_it_satisfied_and_raises_nothing() -> None:
    life, heard = curfew(), Heard()
    assert heard.fresh(standing(life, at("23:40"))) is Level.ESCALATED
    life.sees(at("23:12"), typed=at("23:50"))
    assert life.told(at("23:50"), known_at=at("23:49"))[-1].endswith("due overdue")
    assert standing(life, at("23:50")).all == ()
    assert heard.fresh(standing(life, at("23:50"))) is None


def test_an_excusal_clears_it() -> None:
    life = curfew()
    life.excuses(at("22:00"), at("02:00", 11))
    assert standing(life, at("23:30")).all == ()


# Late for her curfew, and staff


def test_late_for_her_curfew_is_quiet_until_near_the_end_of_the_grace_and_then_asks_for_the_on_call() -> None:
    since = at("21:00")
    for now, level, words in (
        (at("21:12"), Level.DUE, "Woman 1, 1 Dill: late 12 min for her 21:00 curfew"),
        (at("21:20"), Level.SOON, "Woman 1, 1 Dill: late 20 min for her 21:00 curfew"),
        (at("21:30"), Level.OVERDUE, "Woman 1, 1 Dill: late 30 min for her 21:00 curfew, the grace is over"),
        (
            at("21:45"),
            Level.ESCALATED,
            f"{OVER}. Ring the on-call: 07700 900461",
        ),
    ):
        found = alarms(a_board(now, a_line(presence=Presence.OUT, late=since)), SETTINGS)
        assert (found.level, said(found)) == (level, [words])
        assert (
            alarms(a_board(now, a_line(presence=Presence.OUT, late=since, case_open=True)), SETTINGS).all
            == ()
        )


@pytest.mark.parametrize(
    ("staff", "words"),
    [
        (0, ["No staff down as in the building; 2 are needed"]),
        (1, ["Only 1 staff down as in the building; 2 are needed"]),
        (2, []),
    ],
)
def test_fewer_staff_than_the_house_needs(staff: int, words: list[str]) -> None:
    assert said(alarms(a_board(at("03:00"), staff=staff), SETTINGS)) == words


# Together, in words


def a_round(now: datetime, women: int) -> Board:
    slots = open_slots(curfew().history(), now)
    mine = [
        replace(one, slot=replace(one.slot, resident_id=UUID(int=n)))
        for n in range(1, women + 1)
        for one in slots
    ]
    return a_board(now, *(a_line([one], number=n) for n, one in enumerate(mine, 1)))


def test_a_window_of_the_house_is_one_line_for_everyone_in_it() -> None:
    assert said(alarms(a_round(at("23:05"), 14), SETTINGS)) == ["14 women: curfew sighting due by 23:20"]
    assert said(alarms(a_round(at("23:28"), 3), SETTINGS)) == ["3 women: curfew sighting, overdue 8 min"]
    assert said(alarms(a_round(at("23:28"), 1), SETTINGS)) == [
        "Woman 1, 1 Dill: curfew sighting, overdue 8 min"
    ]


def test_the_locked_screen_counts_and_names_nobody() -> None:
    now = at("23:28")
    life = Life().arrives()
    life.every(30, 60, at("22:40"), purpose=Purpose.WELFARE, title="every 30–60 min")
    own = open_slots(life.history(), now)
    board = a_round(now, 2)
    board = replace(
        board,
        lines=(
            *board.lines,
            a_line(own, number=7),
            a_line(presence=Presence.OUT, number=8, late=at("23:00")),
        ),
        staff_in=(),
    )
    words = counts_said(alarms(board, SETTINGS), LONDON)
    assert words == "2 checks overdue, the longest 8 min, 1 due by 23:40, 1 late, 0 staff in, 2 needed"
    assert "Woman" not in words
    assert counts_said(alarms(a_round(at("23:28"), 1), SETTINGS), LONDON) == "1 check overdue 8 min"
    assert counts_said(alarms(a_round(at("23:00"), 0), SETTINGS), LONDON) == ""


# Heard once


def test_each_level_sounds_once_and_one_sound_does_for_all() -> None:
    heard = Heard()
    found = [
        heard.fresh(alarms(a_round(at(clock), 5), SETTINGS))
        for clock in ("23:05", "23:10", "23:11", "23:25", "23:26", "23:35", "23:36")
    ]
    assert found == [None, Level.SOON, None, Level.OVERDUE, None, Level.ESCALATED, None]


def test_what_came_back_sounds_again_and_a_backlog_sounds_once() -> None:
    heard = Heard()
    assert heard.fresh(alarms(a_round(at("23:25"), 2), SETTINGS)) is Level.OVERDUE
    assert heard.fresh(alarms(a_board(at("23:26")), SETTINGS)) is None
    assert heard.fresh(alarms(a_round(at("23:27"), 1), SETTINGS)) is Level.OVERDUE  # the sighting was struck
    assert (
        heard.fresh(alarms(a_round(at("00:30", 11), 5), SETTINGS)) is Level.ESCALATED
    )  # the computer slept an hour
    assert heard.fresh(alarms(a_round(at("00:30", 11), 5), SETTINGS)) is None


def test_a_slow_answer_of_before_changes_nothing() -> None:
    heard = Heard()
    assert heard.fresh(alarms(a_round(at("23:25"), 2), SETTINGS)) is Level.OVERDUE
    assert heard.fresh(alarms(a_board(at("23:24")), SETTINGS)) is None
    assert heard.fresh(alarms(a_round(at("23:26"), 2), SETTINGS)) is None
    # But a clock that was put right, back by hours, is the time that counts from then on.
    assert heard.fresh(alarms(a_round(at("20:00"), 2), SETTINGS)) is None
    assert heard.fresh(alarms(a_round(at("23:12"), 2), SETTINGS)) is Level.SOON


def test_an_emergency_holds_the_sound_and_what_still_stands_afterwards_is_heard() -> None:
    heard = Heard()
    held = replace(alarms(a_round(at("23:26"), 2), SETTINGS), held=at("23:24"))
    assert heard.fresh(held) is None
    assert counts_said(held, LONDON) == "2 checks overdue, the longest 6 min (sounds held: emergency)"
    assert heard.fresh(alarms(a_round(at("23:27"), 2), SETTINGS)) is Level.OVERDUE
    assert heard.fresh(replace(alarms(a_round(at("23:28"), 2), SETTINGS), held=at("23:28"))) is None
    assert heard.fresh(alarms(a_round(at("23:29"), 2), SETTINGS)) is None


def test_one_rule_of_two_women_is_two_alarms() -> None:
    found = alarms(a_round(at("23:05"), 2), SETTINGS)
    assert len(found.groups) == 1
    assert len({it.identity for it in found.all}) == 2
    assert {it.cause for it in found.all} == {Cause.CHECK}
