"""Gaps are told only where a rule asked for a sighting in them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from app.domain.gaps import Gap, gaps
from app.domain.presence import Move, Movement
from app.domain.regimes import At, Every, Purpose
from app.domain.sightings import How, Sighting
from app.domain.slots import Excusal, History, due
from app.domain.time import Span

LONDON = ZoneInfo("Europe/London")
HER = UUID(int=1)
START = datetime(2026, 11, 22, 22, tzinfo=UTC)
TOLERANCE = timedelta(minutes=5)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def rule(maximum: int = 60, **facts: object) -> Every:
    told: dict[str, object] = {
        "id": uuid4(),
        "resident_id": HER,
        "purpose": Purpose.WELFARE,
        "title": f"every {maximum} min",
        "starts": START,
        "set_at": START,
        "minimum": timedelta(0),
        "maximum": timedelta(minutes=maximum),
    }
    return Every(**(told | facts))  # type: ignore[arg-type]


def seen(number: int, minutes: float) -> Sighting:
    at = after(minutes)
    return Sighting(UUID(int=100 + number), number, HER, at, at, How.SPOKE, at)


def history(rules: tuple[At | Every, ...], *sightings: Sighting) -> History:
    arrived = START - timedelta(days=3)
    came = Movement(
        entry_id=UUID(int=50), seq=1, resident_id=HER, kind=Move.ARRIVE, at=arrived, typed_at=arrived
    )
    return History(HER, LONDON, rules=rules, movements=(came,), sightings=sightings)


def told(known: History, now: datetime, since: datetime = START) -> tuple[Gap, ...]:
    resolved = due(known, Span(START - timedelta(hours=1), now + timedelta(hours=5)), now)
    return gaps(resolved, known.rules, TOLERANCE, now, since)


def test_a_gap_ends_with_the_sighting_that_met_the_rule_or_is_open() -> None:
    known = history((rule(),), seen(2, 20), seen(3, 77))
    assert [(gap.length, gap.open) for gap in told(known, after(90))] == [
        (timedelta(minutes=20), False),
        (timedelta(minutes=57), False),
        (timedelta(minutes=13), True),
    ]


def test_what_was_before_the_obligation_is_no_gap() -> None:
    known = history((rule(),), seen(2, -600))
    assert [gap.length for gap in told(known, after(30))] == [timedelta(minutes=30)]


def test_a_window_of_the_house_makes_no_gap() -> None:
    curfew = At(
        id=uuid4(),
        resident_id=HER,
        purpose=Purpose.CURFEW,
        title="curfew",
        starts=START - timedelta(days=3),
        set_at=START - timedelta(days=3),
        opens=time(23),
        closes=time(23, 20),
        until=time(6),
    )
    assert told(history((curfew,), seen(2, -900)), after(65)) == ()


def test_a_gap_goes_on_through_what_was_missed() -> None:
    known = history((rule(15),), seen(2, 10))
    now = after(10 + 100)
    longest = max(told(known, now), key=lambda gap: gap.length)
    assert (longest.length, longest.open, longest.too_long) == (timedelta(minutes=100), True, True)


def test_an_excusal_ends_a_gap() -> None:
    every = rule(30)
    excusal = Excusal(
        UUID(int=70), 5, HER, every.id, after(10), after(45), "At the hospital desk", uuid4(), after(5)
    )
    known = replace(history((every,)), excusals=(excusal,))
    assert [gap.length for gap in told(known, after(50))] == [timedelta(minutes=20)]


def test_only_gaps_that_end_in_the_time_asked_for_are_told() -> None:
    known = history((rule(),), seen(2, 50), seen(3, 60))
    assert [gap.length for gap in told(known, after(62), since=after(55))] == [
        timedelta(minutes=10),
        timedelta(minutes=2),
    ]


def test_it_is_too_long_from_the_rule_and_its_tolerance_on() -> None:
    assert [told(history((rule(),)), after(m))[0].too_long for m in (64, 65)] == [False, True]
