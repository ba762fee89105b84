"""What must always hold (SLOTS.md, numbered as there)."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import TypeVar
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.presence import Move
from app.domain.regimes import Every
from app.domain.slots import History, Outcome, Resolved, due, resolve, slots
from app.domain.time import Span
from tests.domain.lives import (
    HORIZON,
    after,
    every_rules,
    excusals,
    histories,
    lived,
    moment,
    movements,
    sightings,
)

T = TypeVar("T")
Given = tuple[History, datetime]


def wide(base: datetime) -> Span:
    return Span(base - timedelta(days=1), after(base, 3600))


def everything(life: Given, minute: int = HORIZON + 700) -> tuple[Resolved, ...]:
    history, base = life
    return due(history, wide(base), after(base, minute))


def named(one: Resolved) -> tuple[object, ...]:
    return one.slot.rule_id, one.slot.anchor, one.slot.opens


def ended_before(found: tuple[Resolved, ...], instant: datetime) -> list[Resolved]:
    return [one for one in found if one.ended is not None and one.ended < instant]


@lived
@given(histories(), moment)
def test_1_each_slot_has_one_outcome_and_the_outcomes_sum_to_the_slots(life: Given, minute: int) -> None:
    history, base = life
    now = after(base, minute)
    found = everything(life, minute)
    owed = slots(history, wide(base), now)
    assert len({named(one) for one in found}) == len(found)
    assert tuple(one.slot for one in found) == owed
    assert resolve(owed, history, now) == found
    for one in found:
        assert (one.outcome in (Outcome.ON_TIME, Outcome.LATE)) == (one.seen is not None)
        assert (one.outcome is Outcome.LATE) == (one.late_minutes is not None)
        assert (one.outcome is Outcome.EXCUSED) == (one.reason is not None)
        assert one.ended is None or one.ended <= now
        assert one.outcome is not Outcome.DUE or now < one.slot.missed_after


@lived
@given(histories(), moment)
def test_2_no_deadline_is_later_than_the_last_counting_sighting_and_the_maximum(
    life: Given, minute: int
) -> None:
    """A sighting of exact time ends the slot that is open then, so none lies inside one; and every deadline
    is its anchor and the maximum, but for a replacement that was overdue at once."""
    history, base = life
    now = after(base, minute)
    rules = {rule.id: rule for rule in history.rules}
    for one in everything(life, minute):
        rule = rules[one.slot.rule_id]
        if not isinstance(rule, Every):
            continue
        assert one.slot.anchor is not None
        overdue_at_once = one.slot.anchor + rule.maximum <= rule.starts
        assert one.slot.closes == (
            rule.starts + timedelta(minutes=5) if overdue_at_once else one.slot.anchor + rule.maximum
        )
        inside = [
            seen
            for seen in history.sightings
            if seen.how in rule.counts
            and seen.seen_from == seen.seen_to
            and one.slot.anchor < seen.seen_to < (one.ended or now)
        ]
        assert inside == []


@lived
@given(histories(), st.data())
def test_3_an_entry_changes_no_slot_that_had_ended_when_it_was_so(life: Given, data: st.DataObject) -> None:
    history, base = life
    number = count(1000)
    if data.draw(st.booleans()):
        entry = data.draw(sightings(base, number))
        more = replace(history, sightings=(*history.sightings, entry))
        instant = entry.seen_to
    else:
        moved = data.draw(movements(base, number))[-1]
        more = replace(history, movements=(*history.movements, moved))
        instant = moved.at
        assume(history.movements and instant > history.movements[0].at)
    before, later = everything(life), everything((more, base))
    assert ended_before(before, instant) == ended_before(later, instant)


@lived
@given(histories(), st.integers(0, 3), st.integers(1, HORIZON))
def test_4_ending_a_rule_changes_no_slot_that_ended_before(life: Given, which: int, lasts: int) -> None:
    history, base = life
    rules = list(history.rules)
    which %= len(rules)
    rule = replace(rules[which], ends=None, ended_typed_at=None, planned_end=None)
    at = rule.starts + timedelta(minutes=lasts)
    rules[which] = rule
    open_ended = everything((replace(history, rules=tuple(rules)), base))
    rules[which] = replace(rule, ends=at, ended_typed_at=max(at, rule.set_at))
    ended = everything((replace(history, rules=tuple(rules)), base))
    assert ended_before(ended, at) == ended_before(open_ended, at)


@lived
@given(histories(), st.data())
def test_4_adding_or_replacing_a_rule_changes_no_slot_of_another(life: Given, data: st.DataObject) -> None:
    history, base = life
    added = data.draw(every_rules(base, count(1000)))
    more = replace(history, rules=(*history.rules, *added))
    new = {rule.id for rule in added}
    kept = tuple(one for one in everything((more, base)) if one.slot.rule_id not in new)
    assert kept == everything(life)


@lived
@given(histories(), moment, st.data())
def test_5_what_was_known_is_the_same_whenever_it_is_asked(
    life: Given, minute: int, data: st.DataObject
) -> None:
    history, base = life
    then = after(base, minute)
    number = count(1000)
    asked_then = due(history.known(then), wide(base), then, then)
    assert due(history, wide(base), then, then) == asked_then
    later = then + timedelta(microseconds=1)
    seen = [
        replace(it, typed_at=max(later, it.typed_at)) for it in data.draw(st.lists(sightings(base, number)))
    ]
    if history.sightings:
        struck = replace(history.sightings[0], entry_id=UUID(int=5), seq=next(number), struck=True)
        seen.append(replace(struck, amends=history.sightings[0].entry_id, typed_at=later))
    moved = [replace(it, typed_at=max(later, it.typed_at)) for it in data.draw(movements(base, number))]
    excused = [
        replace(it, typed_at=max(later, it.typed_at))
        for it in data.draw(st.lists(excusals(base, number, list(history.rules)), max_size=3))
    ]
    ruled = [replace(it, set_at=max(later, it.set_at)) for it in data.draw(every_rules(base, number))]
    ended = [
        rule
        if rule.ended_typed_at or rule.starts >= later
        else replace(rule, ends=later, ended_typed_at=later, planned_end=rule.ends)
        for rule in history.rules
    ]
    more = replace(
        history,
        sightings=(*history.sightings, *seen),
        movements=(*history.movements, *moved),
        excusals=(*history.excusals, *excused),
        rules=(*ended, *ruled),
    )
    assert due(more, wide(base), then, then) == asked_then


@lived
@given(histories(), moment, moment)
def test_5_what_was_missed_stays_missed_whatever_is_learned_of_her_leaving(
    life: Given, one: int, other: int
) -> None:
    """Where sightings, returns and rules are typed as they happen, nothing that is typed later (a leaving, an
    excusal, the end of a rule) takes a missed slot away."""
    history, base = life
    first, then = after(base, min(one, other)), after(base, max(one, other))
    history = replace(
        history,
        rules=tuple(replace(rule, set_at=rule.starts) for rule in history.rules),
        sightings=tuple(replace(seen, typed_at=seen.seen_to) for seen in history.sightings),
        movements=tuple(
            replace(moved, typed_at=moved.at) if moved.kind in (Move.IN, Move.ARRIVE) else moved
            for moved in history.movements
        ),
    )

    def missed(at: datetime) -> set[tuple[object, ...]]:
        found = due(history, wide(base), at, at)
        return {named(slot) for slot in found if slot.outcome is Outcome.MISSED}

    assert missed(first) <= missed(then)


@lived
@given(histories(), moment, st.randoms(use_true_random=False))
def test_6_the_order_in_which_entries_are_read_changes_nothing(
    life: Given, minute: int, random: Random
) -> None:
    history, base = life

    def shuffled(entries: tuple[T, ...]) -> tuple[T, ...]:
        mixed = list(entries)
        random.shuffle(mixed)
        return tuple(mixed)

    mixed = replace(
        history,
        rules=shuffled(history.rules),
        sightings=shuffled(history.sightings),
        movements=shuffled(history.movements),
        excusals=shuffled(history.excusals),
    )
    assert everything((mixed, base), minute) == everything(life, minute)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its zone while it runs")
@lived
@given(life=histories())
def test_6_the_zone_of_the_computer_changes_nothing(life: Given) -> None:
    before = os.environ.get("TZ")
    found = []
    try:
        for zone in ("UTC", "Pacific/Kiritimati", "America/St_Johns"):
            os.environ["TZ"] = zone
            time.tzset()
            found.append(everything(life))
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
    assert found[0] == found[1] == found[2]
