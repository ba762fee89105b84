"""Random lives for the property tests: rules, trips, sightings and excusals, typed at once or much later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from app.domain.presence import Move, Movement, Presence
from app.domain.regimes import At, Every, Purpose
from app.domain.sightings import CLOSE_COUNTS, DEFAULT_COUNTS, How, Precision, Sighting
from app.domain.slots import Excusal, History
from tests.domain.life import LONDON, SHE, SOMEBODY

#: A plain day, and the days on whose night the clocks go back and forward.
BASES = tuple(datetime(*day, tzinfo=UTC) for day in ((2026, 11, 10), (2026, 10, 24), (2027, 3, 27)))
#: The end of the stretch in which things happen, in minutes: a day and a half.
HORIZON = 2160

#: However slow the machine: these tests are about what is true, not about how fast.
lived = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

# Coarse times make ties and boundaries common; fine ones fall between them.
moment = st.one_of(st.integers(0, HORIZON // 15).map(lambda n: n * 15), st.integers(0, HORIZON))
delay = st.sampled_from([0, 0, 0, 0, 5, 6, 45, 200, 600])
clock = st.one_of(
    st.sampled_from([time(0), time(1), time(1, 30), time(2), time(6), time(22), time(23), time(23, 20)]),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45])),
)
two_clocks = st.tuples(clock, clock).filter(lambda pair: pair[0] != pair[1])
counts = st.sampled_from([DEFAULT_COUNTS, CLOSE_COUNTS])
days = st.one_of(st.none(), st.none(), st.frozensets(st.integers(0, 6), min_size=1, max_size=6))
asks = st.sampled_from(
    [
        frozenset(),
        frozenset({Presence.IN}),
        frozenset({Presence.IN, Presence.OUT}),
        frozenset({Presence.HOSPITAL}),
    ]
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[History, datetime]:
    """A history and the midnight (UTC) it begins at."""
    base, number = draw(st.sampled_from(BASES)), count(10)
    rules: list[At | Every] = []
    for _ in range(draw(st.integers(0, 2))):
        rules += draw(every_rules(base, number))
    for _ in range(draw(st.integers(0 if rules else 1, 2))):
        rules.append(draw(at_rules(base, number)))
    history = History(
        SHE,
        LONDON,
        tuple(rules),
        tuple(draw(movements(base, number))),
        tuple(draw(st.lists(sightings(base, number), max_size=14))),
        tuple(draw(st.lists(excusals(base, number, rules), max_size=2))),
    )
    return history, base


def after(base: datetime, minute: int) -> datetime:
    return base + timedelta(minutes=minute)


@st.composite
def heads(draw: st.DrawFn, base: datetime, number: Any) -> dict[str, Any]:
    """What every rule has; with an end known from the start, or ended early, or ended in hindsight."""
    starts = draw(moment)
    head: dict[str, Any] = {
        "id": UUID(int=next(number)),
        "resident_id": SHE,
        "purpose": draw(st.sampled_from(list(Purpose))),
        "title": "a rule",
        "counts": draw(counts),
        "days": draw(days),
        "starts": after(base, starts),
        "set_at": after(base, starts + draw(delay)),
    }
    if draw(st.booleans()):
        ends = starts + draw(st.integers(1, 1500))
        head["ends"] = after(base, ends)
        if draw(st.booleans()):
            head["ended_typed_at"] = after(base, ends + draw(delay))
            head["planned_end"] = draw(st.none() | st.just(after(base, ends + 300)))
    return head


@st.composite
def every_rules(draw: st.DrawFn, base: datetime, number: Any) -> list[Every]:
    """One rule, or one and what replaced it."""
    found: list[Every] = []
    for _ in range(draw(st.integers(1, 2))):
        maximum = draw(st.sampled_from([3, 15, 30, 60, 90, 240]))
        rule = Every(
            minimum=timedelta(minutes=draw(st.integers(0, maximum))),
            maximum=timedelta(minutes=maximum),
            hours=draw(st.none() | two_clocks),
            **draw(heads(base, number)),
        )
        if found:
            at = found[-1].ends or after(
                base, draw(moment.filter(lambda m: after(base, m) > found[-1].starts))
            )
            found[-1] = replace(found[-1], ends=at)
            lasts = rule.ends - rule.starts if rule.ends else None
            rule = replace(
                rule,
                starts=at,
                set_at=max(rule.set_at, at),
                ends=at + lasts if lasts else None,
                ended_typed_at=at + lasts if lasts and rule.ended_typed_at else None,
                planned_end=at + (rule.planned_end - rule.starts) if rule.planned_end else None,
                replaces=found[-1].id,
            )
        found.append(rule)
    return found


@st.composite
def at_rules(draw: st.DrawFn, base: datetime, number: Any) -> At:
    opens, closes = draw(two_clocks)
    return At(opens=opens, closes=closes, asks=draw(asks), **draw(heads(base, number)))


@st.composite
def movements(draw: st.DrawFn, base: datetime, number: Any) -> list[Movement]:
    """She arrives, and goes and comes back, at different times each."""
    times = sorted(draw(st.sets(moment, min_size=1, max_size=7)))
    away = st.sampled_from(
        [Move.OUT, Move.OUT, Move.LEAVE, Move.HOSPITAL, Move.ABSENT, Move.CUSTODY, Move.DEPART]
    )
    found: list[Movement] = []
    for index, at in enumerate(times):
        kind = Move.ARRIVE if index == 0 else Move.IN if index % 2 == 0 else draw(away)
        seq = next(number)
        typed = after(base, at + draw(delay))
        # Nobody types that she left before it is typed that she came: then it would be one time away, not two.
        earlier = found[-1 if index % 2 else 0].typed_at if found else typed
        typed = max(typed, earlier)
        found.append(Movement(UUID(int=seq), seq, SHE, kind, after(base, at), typed))
    return found


@st.composite
def sightings(draw: st.DrawFn, base: datetime, number: Any) -> Sighting:
    start, width = draw(moment), draw(st.sampled_from([0, 0, 0, 10, 40]))
    how = draw(st.sampled_from([How.SPOKE, How.AWAKE, How.ASLEEP_BREATHING, How.DOOR_ONLY]))
    seq = next(number)
    return Sighting(
        UUID(int=seq),
        seq,
        SHE,
        after(base, start),
        after(base, start + width),
        how,
        after(base, start + width + draw(delay)),
        Precision.BETWEEN if width else Precision.EXACT,
    )


@st.composite
def excusals(draw: st.DrawFn, base: datetime, number: Any, rules: list[At | Every]) -> Excusal:
    start = draw(moment)
    end = draw(st.none() | st.integers(1, 600).map(lambda n: after(base, start + n)))
    rule = draw(st.none() | st.sampled_from(rules).map(lambda it: it.id))
    typed, seq = max(0, start - 60) + draw(delay), next(number)
    return Excusal(
        UUID(int=seq), seq, SHE, rule, after(base, start), end, "asleep", SOMEBODY, after(base, typed)
    )
