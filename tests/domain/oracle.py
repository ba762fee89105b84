"""What is due, found the slow way: a house that lives through every minute and remembers only what it must.

It shares nothing with app/domain but the frozen facts that go in. It knows times as whole minutes since a base,
finds local windows by looking at the wall clock of every minute, and steps on; each minute it looks who was
seen, who left, what ended, what was learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.presence import Move, Movement
from app.domain.regimes import At, Every
from app.domain.sightings import Sighting
from app.domain.slots import Excusal, History

TOLERANCE = 5
LONG_AFTER = 180
NEVER = 10**9
Row = dict[str, Any]


@dataclass
class Trip:
    """Out at `left`, back at `back`; the house heard of it at `heard`."""

    left: int
    back: int
    typed: int
    why: str

    @property
    def heard(self) -> int:
        return max(self.left, self.typed)


@dataclass
class Open:
    """A slot that the house waits for."""

    anchor: int
    begins: int
    closes: int
    missed: int
    hours_end: int


@lru_cache
def wall_clock(base: datetime, zone: ZoneInfo) -> dict[int, datetime]:
    """What the clock on the wall shows at every minute, from the day before to the third day after."""
    return {m: (base + timedelta(minutes=m)).astimezone(zone) for m in range(-1600, 6400)}


class House:
    """Facts known at `now`, in minutes since `base`."""

    def __init__(self, history: History, base: datetime, now: datetime) -> None:
        self.base, self.zone = base, history.zone
        self.now = self.minute(now)
        known = [it for it in history.movements if it.typed_at <= now]
        self.trips, self.arrived = self._trips(sorted(known, key=lambda it: (it.at, it.seq)))
        self.rules = {it.id: it for it in history.rules if it.set_at <= now}
        self.excusals = sorted(
            (it for it in history.excusals if it.typed_at <= now), key=lambda it: (it.typed_at, it.seq)
        )
        self.seen = sorted(
            (it for it in history.sightings if it.typed_at <= now and it.seen_to <= now),
            key=lambda it: (it.seen_to, -it.seen_from.timestamp(), it.seq),
        )
        self.known_at = now
        self.wall = wall_clock(base, self.zone)

    def minute(self, instant: datetime | None) -> int:
        return NEVER if instant is None else round((instant - self.base) / timedelta(minutes=1))

    def _trips(self, movements: list[Movement]) -> tuple[list[Trip], int]:
        trips: list[Trip] = []
        for it in movements:
            if it.kind in (Move.IN, Move.ARRIVE):
                if trips and trips[-1].back == NEVER:
                    trips[-1].back = self.minute(it.at)
            else:
                why = "departed" if it.kind is Move.DEPART else it.kind.value
                trips.append(Trip(self.minute(it.at), NEVER, self.minute(it.typed_at), why))
        return trips, self.minute(movements[0].at) if movements else NEVER

    def end_of(self, rule: At | Every) -> tuple[int, int]:
        """When the rule ends, and when that was typed."""
        if rule.ended_typed_at is not None and rule.ended_typed_at > self.known_at:
            return self.minute(rule.planned_end), self.minute(rule.set_at)
        return self.minute(rule.ends), self.minute(rule.ended_typed_at or rule.set_at)

    def excusals_of(self, rule: UUID, deadline: int) -> list[Excusal]:
        return [
            it
            for it in self.excusals
            if it.rule_id in (None, rule) and self.minute(it.start) <= deadline < self.minute(it.end)
        ]

    def seen_at(self, m: int, rule: At | Every) -> list[Sighting]:
        return [it for it in self.seen if self.minute(it.seen_to) == m and it.how in rule.counts]

    def rows(self) -> list[Row]:
        found: list[Row] = []
        for rule in self.rules.values():
            found += Vigil(self, rule).live() if isinstance(rule, Every) else self.windows(rule)
        return sorted(found, key=lambda row: (row["closes"], row["opens"], str(row["rule"])))

    # rules of kind at

    def windows(self, rule: At) -> list[Row]:
        """Each minute whose wall clock has just reached the opening begins a window."""
        found = []
        ends, end_typed = self.end_of(rule)
        openings = [*self.strikes(rule.opens, rule.days), NEVER]
        for opens, following in pairwise(openings):
            if opens > 3600:
                continue
            closes = self.closing(opens, rule.opens, rule.closes)
            missed = max(closes, min(following, closes + LONG_AFTER))
            if not self.minute(rule.starts) <= opens < max(ends, end_typed if ends < NEVER else NEVER):
                continue
            over = max(ends, end_typed) if ends < NEVER else NEVER
            looks = range(opens, max(min(closes, over), opens + 1))
            there = [m for m in looks if self.where(m, missed) in [p.value for p in rule.asks]]
            if there:
                found.append(self.window(rule, (opens, there[0]), closes, missed))
        return found

    def strikes(self, when: time, days: frozenset[int] | None) -> list[int]:
        """The first minute of each chosen local date whose wall time is at or past `when`."""
        found, done = [], set()
        for m, wall in self.wall.items():
            if wall.time() >= when and wall.date() not in done:
                done.add(wall.date())
                if (days is None or wall.weekday() in days) and m > -1600:
                    found.append(m)
        return found

    def closing(self, opens: int, begin: time, end: time) -> int:
        """The last minute that shows the closing time, or the first after it where none does."""
        date = self.wall[opens].date() + timedelta(days=0 if begin < end else 1)
        showing = [m for m, w in self.wall.items() if w.date() == date and w.time() == end]
        return showing[-1] if showing else self.first_past(date, end)

    def first_past(self, date: Any, when: time) -> int:
        return next(m for m, w in self.wall.items() if w.date() == date and w.time() > when)

    def where(self, m: int, missed: int | None = None) -> str | None:
        """Where she was at a minute; with `missed`, as far as told before that."""
        if m < self.arrived:
            return None
        for trip in self.trips:
            if trip.left <= m < trip.back and (missed is None or trip.typed < missed):
                return None if trip.why == "departed" else trip.why
        return "in"

    def window(self, rule: At, begins: tuple[int, int], closes: int, missed: int) -> Row:
        opens, owed = begins
        row = self.row(rule, opens, closes)
        ends, end_typed = self.end_of(rule)
        able = {"in"} if [p.value for p in rule.asks] == ["in"] else {"in", "out"}
        for m in range(opens, max(closes + 1, missed)):
            if m > self.now:
                break
            for seen in self.seen_at(m, rule):
                if self.minute(seen.seen_from) >= owed and m < missed:
                    return self.satisfied(row, seen, m)
            if ends < closes and end_typed < missed and m == min(max(ends, end_typed), closes):
                return row | {"outcome": "excused", "ended": m, "reason": "rule ended"}
            if m == closes:
                if reason := self.excused(rule, closes, missed):
                    return row | {"outcome": "excused", "ended": m, "reason": reason}
                before, then = self.where(m - 1, missed), self.where(m, missed)
                if m - 1 >= self.arrived and before not in able and then not in able:
                    return row | {"outcome": "excused", "ended": m, "reason": before or "departed"}
        if missed <= self.now:
            learned = self.learned(rule, closes, missed)
            before, then = self.where(closes - 1), self.where(closes)
            if closes > self.arrived and before not in able and then not in able:
                learned += [t.typed for t in self.trips if t.left < closes and t.typed >= missed]
            return row | {"outcome": "missed", "ended": missed, "learned": min(learned, default=None)}
        return self.waiting(row, rule, closes, missed)

    # what both share

    def row(self, rule: At | Every, opens: int, closes: int) -> Row:
        blank = dict.fromkeys(["seen", "late", "reason", "learned", "ended", "anchor"])
        return {**blank, "rule": rule.id, "opens": opens, "closes": closes, "early": False, "overdue": False}

    def satisfied(self, row: Row, seen: Sighting, m: int) -> Row:
        late = m - row["closes"] if m >= row["closes"] + TOLERANCE else None
        return row | {
            "outcome": "on_time" if late is None else "late",
            "late": late,
            "early": m < row["opens"],
            "ended": m,
            "seen": seen.entry_id,
        }

    def waiting(self, row: Row, rule: At | Every, closes: int, missed: int) -> Row:
        if self.now < closes and (reason := self.excused(rule, closes, missed)):
            return row | {"outcome": "excused", "reason": reason}
        return row | {"outcome": "due", "overdue": self.now >= closes + TOLERANCE}

    def excused(self, rule: At | Every, closes: int, missed: int) -> str | None:
        return next(
            (it.reason for it in self.excusals_of(rule.id, closes) if self.minute(it.typed_at) < missed), None
        )

    def learned(self, rule: At | Every, closes: int, missed: int) -> list[int]:
        late = [self.minute(it.typed_at) for it in self.excusals_of(rule.id, closes)]
        ends, end_typed = self.end_of(rule)
        late += [end_typed] if ends < closes else []
        return [typed for typed in late if typed >= missed]


class Vigil:
    """One *every* rule, minute by minute, holding the slots that are open."""

    def __init__(self, house: House, rule: Every) -> None:
        self.house, self.rule = house, rule
        self.minimum, self.maximum = (house.minute(house.base + it) for it in (rule.minimum, rule.maximum))
        self.starts, (self.ends, self.end_typed) = house.minute(rule.starts), house.end_of(rule)
        self.over = max(self.ends, self.end_typed) if self.ends < NEVER else NEVER
        self.hours = self.opening_hours()
        self.open: list[Open] = []
        self.rule_stopped = False
        self.rows: list[Row] = []

    def live(self) -> list[Row]:
        for m in range(min(self.house.now, 4000) + 1):
            self.give_up(m)
            self.look(m)
            self.excuse(m)
            self.let_go(m)
            self.stop(m)
            self.start(m)
        for slot in [*self.open]:
            self.close(slot, self.house.waiting(self.row(slot), self.rule, slot.closes, slot.missed))
        return self.rows

    def give_up(self, m: int) -> None:
        for slot in [*self.open]:
            if m >= slot.missed:
                learned = self.house.learned(self.rule, slot.closes, slot.missed)
                learned += [
                    t.typed
                    for t in self.house.trips
                    if t.left < slot.closes and t.back > slot.begins and t.typed >= slot.missed
                ]
                self.close(slot, {"outcome": "missed", "ended": m, "learned": min(learned, default=None)})
                self.go_on(slot, m, m)

    def look(self, m: int) -> None:
        for seen in self.house.seen_at(m, self.rule):
            first = self.house.minute(seen.seen_from)
            for slot in [*self.open]:
                if first > slot.anchor:
                    self.close(slot, self.house.satisfied(self.row(slot), seen, m))
                    self.go_on(slot, m, first)

    def excuse(self, m: int) -> None:
        for slot in [*self.open]:
            if m == slot.closes and (reason := self.house.excused(self.rule, m, slot.missed)):
                self.close(slot, {"outcome": "excused", "ended": m, "reason": reason})
                self.go_on(slot, m, m)

    def let_go(self, m: int) -> None:
        """She leaves, or it is learned of a slot that began meanwhile that she had gone."""
        for trip in self.house.trips:
            for slot in [*self.open]:
                if trip.typed >= slot.missed:
                    continue
                leaves, learned = self.parting(trip, slot, m)
                if learned or (leaves and slot.closes > m):
                    self.close(slot, {"outcome": "excused", "ended": m, "reason": trip.why})
                elif leaves:
                    self.close(slot, {"outcome": "missed", "ended": m})

    def stop(self, m: int) -> None:
        """The rule or its hours end."""
        for slot in [*self.open]:
            rule_ends = self.ends if slot.begins < self.ends else self.end_typed
            closed = slot.hours_end == m < slot.closes
            ended = self.end_typed < slot.missed and rule_ends == m and slot.closes > self.ends
            self.rule_stopped = self.rule_stopped or ended
            if closed or ended:
                self.close(slot, {"outcome": "excused", "ended": m, "reason": "rule ended"})

    def start(self, m: int) -> None:
        if not self.obliged(m) or any(slot.hours_end > m for slot in self.open):
            return
        came_in = m == self.house.arrived or any(trip.back == m for trip in self.house.trips)
        if came_in and self.rule_stopped and self.held_in(m - 1):
            return
        if m == self.starts:
            self.begin(m, self.first_anchor(m))
        elif came_in or m == self.in_hours(m)[0]:
            self.begin(m, m)

    def go_on(self, slot: Open, m: int, anchor: int) -> None:
        """The next slot, unless she left or was learned to have gone at this very minute."""
        if not self.obliged(m) or m >= slot.hours_end:
            return
        partings = [
            (trip, *self.parting(trip, slot, m)) for trip in self.house.trips if trip.typed < slot.missed
        ]
        if any(learned and trip.back == m for trip, _, learned in partings):
            self.begin(m, m)
        elif not any(leaves or learned for _, leaves, learned in partings):
            self.begin(m, anchor)

    def parting(self, trip: Trip, slot: Open, m: int) -> tuple[bool, bool]:
        """Whether she leaves at this minute, and whether a slot that began while she was away ends at it."""
        meanwhile = trip.left <= slot.begins < trip.back
        return trip.left == m and not meanwhile, min(trip.heard, trip.back) == m and meanwhile

    def begin(self, m: int, anchor: int) -> None:
        closes = anchor + self.maximum
        if closes <= self.starts:
            closes = self.starts + TOLERANCE
        begins, hours_end = max(anchor, self.starts), self.in_hours(m)[1]
        self.open.append(Open(anchor, begins, closes, closes + self.maximum, hours_end))

    def close(self, slot: Open, facts: Row) -> None:
        self.open.remove(slot)
        self.rows.append(self.row(slot) | facts | {"anchor": slot.anchor})

    def row(self, slot: Open) -> Row:
        return self.house.row(self.rule, slot.anchor + self.minimum, slot.closes)

    def obliged(self, m: int) -> bool:
        """The rule holds, it is in its hours, and she is in for all that the house has heard by now."""
        return self.held_in(m) and self.starts <= m < self.over and any(a <= m < b for a, b in self.hours)

    def held_in(self, m: int) -> bool:
        away = any(trip.left <= m < trip.back and trip.heard <= m for trip in self.house.trips)
        return m >= self.house.arrived and not away

    def in_hours(self, m: int) -> tuple[int, int]:
        return next((a, b) for a, b in self.hours if a <= m < b)

    def opening_hours(self) -> list[tuple[int, int]]:
        """[from, to) of the hours on the rule's days, adjoining ones joined."""
        if self.rule.hours is None and self.rule.days is None:
            return [(-NEVER, NEVER)]
        begin, end = self.rule.hours or (time(0), time(0))
        joined: list[tuple[int, int]] = []
        for opens in self.house.strikes(begin, self.rule.days):
            if opens > 4300:
                continue
            closes = self.house.closing(opens, begin, end)
            if joined and joined[-1][1] >= opens:
                joined[-1] = (joined[-1][0], closes)
            else:
                joined.append((opens, closes))
        return joined

    def first_anchor(self, m: int) -> int:
        """A replacement does not reset the clock: the last sighting, or where the first rule's duty began."""
        first = self.rule
        while first.replaces in self.house.rules:
            first = self.house.rules[first.replaces]  # type: ignore[assignment]
        if first is self.rule:
            return m
        seen = [self.house.seen_at(earlier, self.rule) for earlier in range(m + 1)]
        sights = [self.house.minute(it.seen_from) for minute in seen for it in minute]
        backs = [trip.back for trip in self.house.trips if trip.back <= m]
        duty = [self.house.minute(first.starts), self.in_hours(m)[0], self.house.arrived]
        return max([*duty, *backs, *sights])


def oracle(history: History, base: datetime, now: datetime) -> list[Row]:
    """Every slot from a day before `base` on, as known at `now`."""
    assert base.tzinfo is UTC
    return House(history, base, now).rows()
