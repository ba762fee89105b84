"""A woman's days in the tests, written as short as they are told: minutes and local stamps in, a History out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.presence import Move, Movement
from app.domain.regimes import At, Every, Purpose
from app.domain.sightings import How, Precision, Sighting
from app.domain.slots import Excusal, History, Resolved, due
from app.domain.time import Span

LONDON = ZoneInfo("Europe/London")
SHE = UUID(int=1)
SOMEBODY = UUID(int=2)
MICROSECOND = timedelta(microseconds=1)


def at(clock: str, day: int = 10) -> datetime:
    """An instant of November 2026, when local time is UTC: "23:05" or "23:05:30"."""
    return datetime.combine(datetime(2026, 11, day).date(), time.fromisoformat(clock), UTC)  # noqa: DTZ001


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def told(resolved: Resolved) -> tuple[str, ...]:
    """A slot in words: "20:30-21:00 on_time", with what else a person would be told."""
    words = [f"{resolved.slot.opens:%H:%M}-{resolved.slot.closes:%H:%M}", resolved.outcome.value]
    if resolved.late_minutes is not None:
        words.append(f"by {resolved.late_minutes}")
    if resolved.early:
        words.append("early")
    if resolved.overdue:
        words.append("overdue")
    if resolved.reason:
        words.append(f"({resolved.reason})")
    return tuple(words)


@dataclass
class Life:
    """Collects what was typed. Each method returns what it made; `typed` defaults to when it was so."""

    rules: list[At | Every] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    excusals: list[Excusal] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(10))

    def arrives(self, when: datetime | None = None) -> Life:
        self.moves(Move.ARRIVE, when or at("12:00", 1))
        return self

    def moves(self, kind: Move, when: datetime, typed: datetime | None = None, **more: Any) -> Movement:
        number = next(self.numbers)
        movement = Movement(UUID(int=number), number, SHE, kind, when, typed or when, **more)
        self.movements.append(movement)
        return movement

    def sees(
        self,
        when: datetime,
        how: How = How.SPOKE,
        until: datetime | None = None,
        typed: datetime | None = None,
        **more: Any,
    ) -> Sighting:
        number = next(self.numbers)
        precision = Precision.BETWEEN if until else Precision.EXACT
        seen_to = until or when
        sighting = Sighting(
            UUID(int=number), number, SHE, when, seen_to, how, typed or seen_to, precision, **more
        )
        self.sightings.append(sighting)
        return sighting

    def excuses(
        self,
        start: datetime,
        end: datetime | None,
        typed: datetime | None = None,
        rule: At | Every | None = None,
        reason: str = "asleep by agreement",
        **more: Any,
    ) -> Excusal:
        number = next(self.numbers)
        excusal = Excusal(
            UUID(int=number),
            number,
            SHE,
            rule and rule.id,
            start,
            end,
            reason,
            SOMEBODY,
            typed or start,
            **more,
        )
        self.excusals.append(excusal)
        return excusal

    def at(self, opens: str, closes: str, **more: Any) -> At:
        rule = At(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), **self._head(more))
        self.rules.append(rule)
        return rule

    def every(self, minimum: float, maximum: float, starts: datetime, **more: Any) -> Every:
        rule = Every(
            minimum=minutes(minimum), maximum=minutes(maximum), **self._head({"starts": starts, **more})
        )
        self.rules.append(rule)
        return rule

    def _head(self, more: dict[str, Any]) -> dict[str, Any]:
        starts = more.get("starts", at("12:00", 1))
        return {
            "id": UUID(int=next(self.numbers)),
            "resident_id": SHE,
            "purpose": Purpose.CURFEW,
            "title": "a rule",
            "starts": starts,
            "set_at": starts,
        } | more

    def history(self) -> History:
        return History(
            SHE,
            LONDON,
            tuple(self.rules),
            tuple(self.movements),
            tuple(self.sightings),
            tuple(self.excusals),
        )

    def due(
        self,
        now: datetime,
        known_at: datetime | None = None,
        window: tuple[datetime, datetime] | None = None,
    ) -> tuple[Resolved, ...]:
        span = Span(*window) if window else Span(at("12:00", 1), now + timedelta(hours=1))
        return due(self.history(), span, now, known_at)

    def told(self, now: datetime, known_at: datetime | None = None) -> list[str]:
        """All slots that touch the time up to now, in words."""
        return [" ".join(told(it)) for it in self.due(now, known_at)]
