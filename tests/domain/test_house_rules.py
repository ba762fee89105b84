"""The house's rules for one woman, around her own: no night without a sighting, and nothing in the past moves."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import settings as how_many
from hypothesis import strategies as st

from app.domain.curfew import curfew
from app.domain.house import DatedSetting, SettingHistory
from app.domain.house_rules import with_house_rules
from app.domain.presence import Move, Movement
from app.domain.regimes import At, Every, Purpose
from app.domain.slots import History, due
from app.domain.time import Span, local_date, window_span

LONDON = ZoneInfo("Europe/London")
SHE = UUID(int=1)
MADE = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEFAULTS: dict[str, Any] = {
    "curfew_from": time(23),
    "curfew_until": time(6),
    "curfew_sighting_from": time(23),
    "curfew_sighting_to": time(23, 20),
    "morning_from": time(7, 30),
    "morning_to": time(10),
}


def at(day: int, clock: str) -> datetime:
    """An instant of November 2026, when local time is UTC."""
    return datetime.combine(datetime(2026, 11, day, tzinfo=UTC).date(), time.fromisoformat(clock), UTC)


def settings(*changes: tuple[str, Any, datetime]) -> SettingHistory:
    made = [(key, value, MADE) for key, value in DEFAULTS.items()]
    return SettingHistory(
        tuple(
            DatedSetting(UUID(int=100 + n), *change, change[2]) for n, change in enumerate([*made, *changes])
        )
    )


def own(opens: str, closes: str, starts: datetime, number: int = 50, **more: Any) -> At:
    head: dict[str, Any] = {
        "set_at": starts,
        "purpose": Purpose.CURFEW,
        "title": "hers",
        "until": time(6),
        **more,
    }
    return At(
        id=UUID(int=number),
        resident_id=SHE,
        opens=time.fromisoformat(opens),
        closes=time.fromisoformat(closes),
        starts=starts,
        **head,
    )


def history(rules: list[At | Every], dated: SettingHistory) -> History:
    arrived = Movement(UUID(int=9), 9, SHE, Move.ARRIVE, MADE, MADE)
    return History(SHE, LONDON, tuple(with_house_rules(SHE, rules, dated, LONDON)), (arrived,))


def curfews(rules: list[At | Every], dated: SettingHistory, start: datetime, end: datetime) -> list[str]:
    """The curfew slots of a stretch, in words."""
    found = due(history(rules, dated), Span(start, end), end)
    return [
        f"{one.slot.opens:%d %H:%M}-{one.slot.closes:%H:%M}"
        for one in found
        if one.slot.purpose is Purpose.CURFEW
    ]


def test_without_a_rule_of_her_own_the_house_asks_every_night_and_morning() -> None:
    found = due(history([], settings()), Span(at(5, "12:00"), at(7, "12:00")), at(7, "12:00"))
    assert [f"{one.slot.title} {one.slot.opens:%d %H:%M}" for one in found] == [
        "curfew 05 23:00",
        "morning 06 07:30",
        "curfew 06 23:00",
        "morning 07 07:30",
    ]


def test_her_own_stands_in_and_then_it_is_the_houses_again() -> None:
    hers = own("21:00", "21:20", at(5, "12:00"), ends=at(7, "12:00"), ended_typed_at=at(7, "12:00"))
    assert curfews([hers], settings(), at(3, "12:00"), at(9, "12:00")) == [
        "03 23:00-23:20",
        "04 23:00-23:20",
        "05 21:00-21:20",
        "06 21:00-21:20",
        "07 23:00-23:20",
        "08 23:00-23:20",
    ]


def test_the_pieces_before_and_after_hers_have_names_of_their_own() -> None:
    hers = own("21:00", "21:20", at(5, "12:00"), ends=at(7, "12:00"))
    rules = with_house_rules(SHE, [hers], settings(), LONDON)
    assert len({rule.id for rule in rules}) == len(rules)
    before = next(r.id for r in with_house_rules(SHE, [], settings(), LONDON) if r.purpose is Purpose.CURFEW)
    assert before in {rule.id for rule in rules}


def test_a_window_that_is_open_when_hers_starts_stays_the_houses() -> None:
    hers = own("21:00", "21:20", at(5, "23:10"))
    found = due(history([hers], settings()), Span(at(5, "12:00"), at(5, "23:30")), at(5, "23:30"))
    assert [(one.slot.title, one.reason) for one in found] == [("curfew", None)]


def test_a_night_for_which_hers_comes_too_late_is_still_the_houses() -> None:
    hers = own("21:00", "21:20", at(5, "22:00"))
    assert curfews([hers], settings(), at(5, "12:00"), at(7, "12:00")) == ["05 23:00-23:20", "06 21:00-21:20"]
    rules = with_house_rules(SHE, [hers], settings(), LONDON)
    assert curfew(rules, at(5, "23:30"), LONDON) == Span(at(5, "23:00"), at(6, "06:00"))


def test_when_hers_ends_in_a_window_of_the_houses_that_window_is_due() -> None:
    hers = own("23:30", "23:50", at(4, "12:00"), ends=at(5, "23:10"), ended_typed_at=at(5, "23:10"))
    assert curfews([hers], settings(), at(5, "12:00"), at(6, "12:00")) == ["05 23:00-23:20"]


def test_on_the_days_that_hers_leaves_out_the_house_asks() -> None:
    weekend = own("21:00", "21:20", at(2, "12:00"), days=frozenset({4, 5}))  # 6 and 7 November
    assert curfews([weekend], settings(), at(5, "12:00"), at(9, "12:00")) == [
        "05 23:00-23:20",
        "06 21:00-21:20",
        "07 21:00-21:20",
        "08 23:00-23:20",
    ]


def test_a_change_of_the_morning_leaves_the_curfew_alone() -> None:
    changed = settings(("morning_to", time(9), at(5, "23:10")))
    found = due(history([], changed), Span(at(5, "20:00"), at(6, "12:00")), at(6, "11:00"))
    assert [(one.slot.title, one.outcome.value, f"{one.slot.closes:%H:%M}") for one in found] == [
        ("curfew", "missed", "23:20"),
        ("morning", "due", "09:00"),
    ]


def test_a_change_in_the_open_window_leaves_tonight_as_it_is() -> None:
    changed = settings(
        ("curfew_sighting_from", time(22), at(5, "23:10")),
        ("curfew_sighting_to", time(22, 20), at(5, "23:10")),
    )
    assert curfews([], changed, at(4, "12:00"), at(7, "12:00")) == [
        "04 23:00-23:20",
        "05 23:00-23:20",
        "06 22:00-22:20",
    ]


def test_two_values_set_for_one_time_make_one_rule() -> None:
    twice = settings(
        ("curfew_until", time(7), at(5, "12:00")),
        ("curfew_until", time(5), at(5, "12:00")),
        ("curfew_until", time(6, 30), at(9, "12:00")),
    )
    rules = [r for r in with_house_rules(SHE, [], twice, LONDON) if r.purpose is Purpose.CURFEW]
    assert [r.until for r in rules if isinstance(r, At)] == [time(6), time(5), time(6, 30)]


def test_a_curfew_may_begin_before_its_sighting() -> None:
    earlier = settings(("curfew_from", time(22), at(2, "12:00")))
    rules = with_house_rules(SHE, [], earlier, LONDON)
    assert curfew(rules, at(5, "22:30"), LONDON) == Span(at(5, "22:00"), at(6, "06:00"))
    assert curfews([], earlier, at(5, "12:00"), at(6, "12:00")) == ["05 23:00-23:20"]


# What must always hold

minute = st.integers(0, 6 * 1440).map(lambda n: at(3, "00:00") + timedelta(minutes=n))
window = st.tuples(st.integers(0, 95), st.integers(1, 12)).map(
    lambda w: (time(w[0] // 4, w[0] % 4 * 15), time((w[0] + w[1]) % 96 // 4, (w[0] + w[1]) % 4 * 15))
)


@st.composite
def hers(draw: st.DrawFn, number: int) -> At:
    starts = draw(minute)
    opens, closes = draw(window)
    ends = draw(st.none() | st.integers(1, 4000).map(lambda n: starts + timedelta(minutes=n)))
    return At(
        id=UUID(int=number),
        resident_id=SHE,
        purpose=Purpose.CURFEW,
        title="hers",
        opens=opens,
        closes=closes,
        until=time(6),
        starts=starts,
        set_at=starts,
        ends=ends,
        ended_typed_at=ends and draw(st.sampled_from([ends, None])),
        days=draw(st.none() | st.frozensets(st.integers(0, 6), min_size=1, max_size=6)),
    )


changes = st.lists(st.tuples(window, minute), max_size=2).map(
    lambda found: settings(
        *(
            change
            for (opens, closes), when in found
            for change in (("curfew_sighting_from", opens, when), ("curfew_sighting_to", closes, when))
        )
    )
)


several = st.lists(st.integers(50, 59), max_size=3, unique=True).flatmap(
    lambda numbers: st.tuples(*(hers(number) for number in numbers))
)


@how_many(max_examples=40)
@given(several, changes)
def test_no_date_is_without_a_curfew_sighting(rules: tuple[At, ...], dated: SettingHistory) -> None:
    """Whoever changes what: on every date some window opens, and none of the house's is cut short. The one exception:
    a manager ended hers on that date, before it opened and after the house's had closed."""
    found = due(history(list(rules), dated), Span(at(3, "00:00"), at(9, "00:00")), at(12, "00:00"))
    curfews_only = [one for one in found if one.slot.purpose is Purpose.CURFEW]
    assert all(one.reason is None for one in curfews_only if one.slot.title == "curfew")
    asked = {local_date(one.slot.opens, LONDON).day for one in curfews_only}
    ended = {local_date(rule.ends, LONDON).day for rule in rules if rule.ends and rule.ended_typed_at}
    assert set(range(3, 9)) - ended <= asked


@how_many(max_examples=40)
@given(hers(50), hers(51))
def test_a_rule_that_starts_or_ends_moves_nothing_that_had_ended(first: At, second: At) -> None:
    before = due(history([first], settings()), Span(at(2, "00:00"), second.starts), second.starts)
    after = due(history([first, second], settings()), Span(at(2, "00:00"), second.starts), second.starts)
    ended = [
        one
        for one in before
        if one.ended is not None and one.ended < second.starts and one.slot.closes < second.starts
    ]
    assert [one for one in after if one in ended] == ended
    if second.ends is not None and second.ended_typed_at is not None:
        still = replace(second, ends=None, ended_typed_at=None)
        e = second.ends
        before = due(history([first, still], settings()), Span(at(2, "00:00"), e), e)
        after = due(history([first, second], settings()), Span(at(2, "00:00"), e), e)
        ended = [one for one in before if one.ended is not None and one.ended < e and one.slot.closes < e]
        assert [one for one in after if one in ended] == ended


@how_many(max_examples=40)
@given(hers(50))
def test_each_window_of_the_house_is_in_one_piece(rule: At) -> None:
    found = due(history([rule], settings()), Span(at(2, "00:00"), at(12, "00:00")), at(12, "00:00"))
    house = [one.slot.opens for one in found if one.slot.title == "curfew"]
    assert len(set(house)) == len(house)
    assert all(window_span(local_date(o, LONDON), time(23), time(23, 20), LONDON).start == o for o in house)
