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

    def rows(self) -> list[Row]:
        found: list[Row] = []
        for rule in self.rules.values():
            found += self.live(rule) if isinstance(rule, Every) else self.windows(rule)
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
            closes = self.closing(opens, rule)
            missed = max(closes, min(following, closes + LONG_AFTER))
            if not self.minute(rule.starts) <= opens < max(ends, end_typed if ends < NEVER else NEVER):
                continue
            looks = range(opens, max(closes, opens + 1))
            if any(self.where(m, missed) in [p.value for p in rule.asks] for m in looks):
                found.append(self.window(rule, opens, closes, missed))
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

    def closing(self, opens: int, rule: At | Every, hours: tuple[time, time] | None = None) -> int:
        """The last minute that shows the closing time, or the first after it where none does."""
        begin, end = hours or (rule.opens, rule.closes)  # type: ignore[union-attr]
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

    def window(self, rule: At, opens: int, closes: int, missed: int) -> Row:
        row = self.row(rule, opens, closes)
        ends, end_typed = self.end_of(rule)
        able = {"in"} if [p.value for p in rule.asks] == ["in"] else {"in", "out"}
        for m in range(opens, missed):
            if m > self.now:
                break
            for seen in self.seen:
                if self.minute(seen.seen_to) == m and seen.how in rule.counts:
                    if self.minute(seen.seen_from) >= opens:
                        return self.satisfied(row, seen, m)
            if (
                ends < closes
                and end_typed < missed
                and m == (ends if opens < ends else min(end_typed, closes))
            ):
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

    # rules of kind every

    def live(self, rule: Every) -> list[Row]:
        """Step through the minutes, holding the open slots."""
        maximum = self.minute(self.base + rule.maximum)
        starts, (ends, end_typed) = self.minute(rule.starts), self.end_of(rule)
        over = max(ends, end_typed) if ends < NEVER else NEVER
        hours = self.hours(rule)
        slots: list[Open] = []
        found: list[Row] = []

        def in_hours(m: int) -> tuple[int, int] | None:
            return next(((a, b) for a, b in hours if a <= m < b), None)

        def believed_in(m: int) -> bool:
            away = any(t.left <= m < t.back and t.heard <= m for t in self.trips)
            return m >= self.arrived and not away

        def obliged(m: int) -> bool:
            return starts <= m < over and in_hours(m) is not None and believed_in(m)

        def begin(m: int, anchor: int) -> None:
            closes = anchor + maximum
            if closes <= starts:
                closes = starts + TOLERANCE
            span = in_hours(m)
            assert span
            slots.append(Open(anchor, max(anchor, starts), closes, closes + maximum, span[1]))

        def finish(slot: Open, row: Row) -> None:
            slots.remove(slot)
            opens = slot.anchor + self.minute(self.base + rule.minimum)
            found.append(self.row(rule, opens, slot.closes) | row | {"anchor": slot.anchor})

        def go_on(slot: Open, m: int, anchor: int) -> None:
            leaving = any(t.left == m and t.typed < slot.missed for t in self.trips)
            learning = any(
                min(t.heard, t.back) == m and t.left <= slot.begins < t.back and t.typed < slot.missed
                for t in self.trips
            )
            back = any(t.back == m for t in self.trips) and learning
            if back and obliged(m) and m < slot.hours_end:
                begin(m, m)
            elif obliged(m) and m < slot.hours_end and not leaving and not learning:
                begin(m, anchor)

        for m in range(min(self.now, 4000) + 1):
            for slot in list(slots):
                if m >= slot.missed:
                    learned = self.learned(rule, slot.closes, slot.missed)
                    learned += [
                        t.typed
                        for t in self.trips
                        if t.left < slot.closes and t.back > slot.begins and t.typed >= slot.missed
                    ]
                    finish(slot, {"outcome": "missed", "ended": m, "learned": min(learned, default=None)})
                    go_on(slot, m, m)
            for seen in self.seen:
                if self.minute(seen.seen_to) == m and seen.how in rule.counts:
                    first = self.minute(seen.seen_from)
                    for slot in list(slots):
                        if first > slot.anchor:
                            row = self.row(
                                rule, slot.anchor + self.minute(self.base + rule.minimum), slot.closes
                            )
                            finish(slot, self.satisfied(row, seen, m))
                            go_on(slot, m, first)
            for slot in list(slots):
                if m == slot.closes and (reason := self.excused(rule, m, slot.missed)):
                    finish(slot, {"outcome": "excused", "ended": m, "reason": reason})
                    go_on(slot, m, m)
            for slot in list(slots):
                for trip in self.trips:
                    if slot not in slots or trip.typed >= slot.missed:
                        continue
                    if trip.left == m and slot.begins < m:
                        if slot.closes > m:
                            finish(slot, {"outcome": "excused", "ended": m, "reason": trip.why})
                        else:
                            finish(slot, {"outcome": "missed", "ended": m})
                    elif min(trip.heard, trip.back) == m and trip.left <= slot.begins < trip.back:
                        finish(slot, {"outcome": "excused", "ended": m, "reason": trip.why})
            for slot in list(slots):
                stopped = slot.hours_end == m or (
                    end_typed < slot.missed and (ends == m if slot.begins < ends else end_typed == m)
                )
                if stopped and (slot.closes > m or slot.closes > ends):
                    finish(slot, {"outcome": "excused", "ended": m, "reason": "rule ended"})
            if obliged(m) and not any(slot.hours_end > m for slot in slots):
                span = in_hours(m)
                assert span
                came_back = any(t.back == m for t in self.trips) or m == self.arrived
                if m == starts:
                    begin(m, self.first_anchor(rule, m, span[0]))
                elif came_back or m == span[0]:
                    begin(m, m)
        for slot in list(slots):
            opens = slot.anchor + self.minute(self.base + rule.minimum)
            row = self.waiting(self.row(rule, opens, slot.closes), rule, slot.closes, slot.missed)
            finish(slot, row)
        return found

    def hours(self, rule: Every) -> list[tuple[int, int]]:
        """[from, to) of the hours on the rule's days, adjoining ones joined."""
        if rule.hours is None and rule.days is None:
            return [(-NEVER, NEVER)]
        begin, end = rule.hours or (time(0), time(0))
        joined: list[tuple[int, int]] = []
        for opens in self.strikes(begin, rule.days):
            if opens > 4300:
                continue
            closes = self.closing(opens, rule, (begin, end))
            if joined and joined[-1][1] >= opens:
                joined[-1] = (joined[-1][0], closes)
            else:
                joined.append((opens, closes))
        return joined

    def first_anchor(self, rule: Every, m: int, hours_start: int) -> int:
        """A replacement does not reset the clock: the last sighting, or where the first rule's duty began."""
        first = rule
        while first.replaces in self.rules:
            first = self.rules[first.replaces]  # type: ignore[assignment]
        if first is rule:
            return m
        backs = [t.back for t in self.trips if t.back <= m]
        sights = [
            self.minute(it.seen_from)
            for it in self.seen
            if it.how in rule.counts and self.minute(it.seen_to) <= m
        ]
        return max([self.minute(first.starts), hours_start, self.arrived, *backs, *sights])

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


def oracle(history: History, base: datetime, now: datetime) -> list[Row]:
    """Every slot from a day before `base` on, as known at `now`."""
    assert base.tzinfo is UTC and isinstance(history.zone, ZoneInfo)
    return House(history, base, now).rows()
