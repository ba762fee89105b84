"""Walks: who walked a round, when she began, paused, went on and ended, and with whom (DOMAIN.md 1.5).

A walk says who was on her feet and when. What is due still makes the round: nothing in a walk changes what a sighting
counts for, and a round that nobody walked to its end is still a round.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.time import Span, stamp

#: A walk that was begun longer ago than this is of another shift, and is not offered again.
TONIGHT = timedelta(hours=12)
#: A walk of the checks that were due then, without a window of the house, is taken up again within this.
FREE = timedelta(hours=1)


class Step(StrEnum):
    """What happened to a walk."""

    STARTED = "started"
    JOINED = "joined"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"


class State(StrEnum):
    """How a walk stands: somebody walks, everyone who walked has paused, or it was ended."""

    WALKING = "walking"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class WalkStep:
    """One entry of a walk. `second` is the other of a pair that was declared with it."""

    walk: UUID
    entry: UUID
    seq: int
    at: datetime
    kind: Step
    by: UUID
    name: str
    second: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a round had been seen when its walk was ended; it is kept as the words that it says."""

    seen: int
    of: int

    @property
    def said(self) -> str:
        """ "6 of 19 seen"."""
        return f"{self.seen} of {self.of} seen"

    @classmethod
    def read(cls, said: str) -> "Tally | None":
        """The tally that these words are, None when they are something else."""
        seen, of, rest = (*said.split(" of "), "", "")[:3]
        number, _, word = of.partition(" ")
        if rest or word != "seen" or not (seen.isdecimal() and number.isdecimal()):
            return None
        return cls(int(seen), int(number))


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk with its steps in the order they were typed. `span` is the house's window it was begun for, None where
    it was a walk of the checks that were due then."""

    id: UUID
    title: str
    span: Span | None
    steps: tuple[WalkStep, ...]

    @property
    def started(self) -> datetime:
        """When it was begun."""
        return self.steps[0].at

    @property
    def ended(self) -> WalkStep | None:
        """Its end, None while it may be taken up again."""
        return next((step for step in self.steps if step.kind is Step.ENDED), None)

    @property
    def walking(self) -> frozenset[UUID]:
        """Who is on her feet now."""
        return self._feet(self.steps)

    @property
    def state(self) -> State:
        """How it stands."""
        if self.ended is not None:
            return State.ENDED
        return State.WALKING if self.walking else State.PAUSED

    @property
    def tally(self) -> Tally | None:
        """How many had been seen at its end; None before it, and where the round was no longer open then."""
        end = self.ended
        return Tally.read((end.note or "").partition("\n")[0]) if end else None

    @property
    def why_ended(self) -> str:
        """What was said at its end, in her words."""
        words = (self.ended.note or "") if self.ended else ""
        first, _, rest = words.partition("\n")
        return rest if Tally.read(first) else words

    def name_of(self, staff: UUID) -> str:
        """The name of one who walked."""
        return next((step.name for step in self.steps if step.by == staff), "")

    def of_round(self, span: Span | None, now: datetime) -> bool:
        """Whether this is a walk of the round that is open at `now`, to be gone on with or to be shown as its end."""
        if now - self.started > TONIGHT:
            return False
        if self.span is None or span is None:
            return self.span is span is None and now - self.steps[-1].at <= FREE and self.ended is None
        return self.span.start == span.start

    def walked(self, now: datetime) -> timedelta:
        """How long somebody was on her feet, pauses left out; a pair counts once."""
        total, since = timedelta(0), None
        for number, step in enumerate(self.steps, 1):
            feet = self._feet(self.steps[:number])
            if since is None and feet:
                since = step.at
            elif since is not None and not feet:
                total, since = total + (step.at - since), None
        return total + (max(now - since, timedelta(0)) if since is not None else timedelta(0))

    def said(self, zone: ZoneInfo) -> str:
        """In one line: "Curfew round 23:02–23:11, Priya Nair with Dawn Ellery, 19 of 19 seen"."""
        name = self.title.partition(",")[0]
        last = self.steps[-1]
        start, end = stamp(self.started, zone), stamp(last.at, zone)
        parts = [f"{name} {start}–{end}" if self.ended and start != end else f"{name} {start}", self.people]
        if (tally := self.tally) is not None:
            parts.append(tally.said)
        elif self.state is State.PAUSED:
            parts.append(f"paused {end}")
        elif self.state is State.WALKING:
            parts.append("not ended")
        return ", ".join(parts)

    @property
    def people(self) -> str:
        """ "Priya Nair with Dawn Ellery", "Priya Nair, then Kim Osei"."""
        alone, beside, after = self.steps[0].name, [], []
        for step in self.steps:
            if step.second:
                beside.append(step.second)
            if step.kind is Step.JOINED:
                beside.append(step.name)
            elif step.kind is Step.RESUMED:
                after.append(step.name)
        with_ = [name for name in dict.fromkeys(beside) if name != alone]
        then = [name for name in dict.fromkeys(after) if name != alone and name not in with_]
        said = alone + (f" with {' and '.join(with_)}" if with_ else "")
        return ", then ".join([said, *then])

    @staticmethod
    def _feet(steps: Iterable[WalkStep]) -> frozenset[UUID]:
        feet: set[UUID] = set()
        for step in steps:
            if step.kind is Step.PAUSED:
                feet.discard(step.by)
            elif step.kind is Step.ENDED:
                feet.clear()
            else:
                feet.add(step.by)
        return frozenset(feet)


def walk_of(walks: Iterable[Walk], span: Span | None, now: datetime) -> Walk | None:
    """The walk of the round that is open at `now`: one that may be gone on with before one that was ended, the newest
    first. None when nobody has walked it."""
    mine = [walk for walk in walks if walk.of_round(span, now)]
    return max(mine, key=lambda walk: (walk.ended is None, walk.started), default=None)
