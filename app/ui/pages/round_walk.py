"""A walk through a round, without a window: who is next, what was typed and not yet read back, and how seen, by whom."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.rounds import Need, Round, RoundLine
from app.domain.sightings import How, Precision, Source
from app.domain.staff import StaffView
from app.domain.wording import SOURCE
from app.ui.widgets.moment import SeenAt

#: The outcomes of a look, their keys and their words. Keys that count and keys that don't are far apart on a keyboard.
OUTCOMES = (
    (How.SPOKE, "S", "spoke"),
    (How.AWAKE, "U", "up, seen awake"),
    (How.ASLEEP_BREATHING, "B", "asleep, breathing seen"),
    (How.ROUSED, "R", "roused, answered"),
    (How.DOOR_ONLY, "1", "door only (not seen)"),
    (How.NOT_SEEN, "2", "not seen"),
)
WORDS = {how: words for how, _, words in OUTCOMES}


@dataclass(frozen=True, slots=True)
class Mode:
    """How the next keys are typed: seen by whom, told how, with whom, and from which source of time.

    `earlier` is the source of a round that is typed back: each key then needs her own time, kept in `moment` when it
    was given beforehand. `late_reason` is given to every late sighting until it is changed.
    """

    seen_by: StaffView | None = None
    told: Source = Source.LIVE
    second: StaffView | None = None
    earlier: Source | None = None
    moment: SeenAt | None = None
    late_reason: str = ""

    @property
    def radio(self) -> bool:
        """Whether a colleague sees them and tells it by radio."""
        return self.seen_by is not None and self.told is Source.RADIO and self.earlier is None

    @property
    def needs_moment(self) -> bool:
        """Whether the next key must first be told when she was seen."""
        return self.earlier is not None and self.moment is None

    def facts(self, now: datetime, moment: SeenAt | None = None) -> dict[str, Any]:
        """The seen facts of a command at `now`; `moment` replaces the time."""
        given = moment or self.moment
        facts: dict[str, Any] = {"seen_by": self.seen_by.id if self.seen_by else None}
        if given is None or given.now:
            return facts | {"seen_at": now, "source": self.told}
        between = given.precision is Precision.BETWEEN
        return facts | {
            "seen_at": given.seen_from,
            "seen_until": given.seen_to if between else None,
            "precision": given.precision,
            "source": given.source,
        }

    @property
    def said(self) -> str:
        """In one line, for the panel: "Seen now, by me"."""
        who = self.seen_by.name if self.seen_by else "me"
        when = f"Seen earlier, {SOURCE[self.earlier]}" if self.earlier else "Seen now"
        told = f", {SOURCE[self.told]}" if self.seen_by and not self.earlier and SOURCE[self.told] else ""
        pair = f", with {self.second.name} (a declared pair)" if self.second else ""
        return f"{when}, by {who}{told}{pair}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a key did to a line, from its stroke until the round has been read again."""

    words: str
    settles: bool
    entry: UUID | None = None
    seq: int | None = None
    saved_at: str = ""
    refused: str = ""
    late: bool = False
    reason: str = ""

    @property
    def saving(self) -> bool:
        """On its way to the record."""
        return self.seq is None and not self.refused


@dataclass
class Walk:
    """The cursor and what is known of the round. `now` is the house's clock."""

    now: Callable[[], datetime]
    round: Round | None = None
    current: UUID | None = None
    mode: Mode = field(default_factory=Mode)
    typed: dict[UUID, Typed] = field(default_factory=dict)

    def take(self, found: Round) -> None:
        """A new reading of the round: what it already has needs no overlay, and the cursor stays if it may."""
        self.round = found
        self.typed = {
            id_: typed
            for id_, typed in self.typed.items()
            if typed.saving or (typed.seq is not None and typed.seq > found.head_seq) or typed.refused
        }
        if self.current is not None and found.line(self.current) is None:
            self.current = None

    @property
    def line(self) -> RoundLine | None:
        """The line that the cursor is on."""
        return self.round.line(self.current) if self.round and self.current else None

    def waits(self, line: RoundLine) -> bool:
        """Whether she still needs to be seen, as far as is known here."""
        typed = self.typed.get(line.id)
        return line.need is Need.NEEDED and not (typed is not None and typed.settles and not typed.refused)

    @property
    def waiting(self) -> list[RoundLine]:
        """Everyone who still needs to be seen, in walking order."""
        return [line for line in self.round.lines if self.waits(line)] if self.round else []

    @property
    def done(self) -> int:
        """How many have been seen, those on their way to the record included."""
        return (self.round.total - len(self.waiting)) if self.round else 0

    def following(self, after: UUID | None) -> UUID | None:
        """The next who needs to be seen, walking on from a line and round again; she herself only if she is the last."""
        if self.round is None:
            return None
        order = [line.id for line in self.round.lines]
        start = order.index(after) + 1 if after in order else 0
        wanted = {line.id for line in self.waiting}
        looked = {id_ for id_, typed in self.typed.items() if not typed.settles} | {
            line.id for line in self.round.lines if line.tried is not None
        }
        walk = [id_ for id_ in (*order[start:], *order[:start]) if id_ in wanted]
        return next((id_ for id_ in walk if id_ not in looked), walk[0] if walk else None)

    def step(self, by: int) -> UUID | None:
        """The line before or after the cursor, whoever it is."""
        if self.round is None or not self.round.lines:
            return None
        order = [line.id for line in self.round.lines]
        if self.current not in order:
            return order[0 if by > 0 else -1]
        return order[min(max(order.index(self.current) + by, 0), len(order) - 1)]

    def stroke(self, id_: UUID, typed: Typed) -> None:
        """A key was struck on a line."""
        self.typed[id_] = typed

    def saved(self, id_: UUID, seq: int, at: str, entry: UUID | None) -> Typed | None:
        """The act is in the record; gives the line's overlay as it is now."""
        if (typed := self.typed.get(id_)) is None:
            return None
        self.typed[id_] = replace(typed, seq=seq, saved_at=at, entry=entry)
        return self.typed[id_]

    def refused(self, id_: UUID, why: str) -> None:
        """The act was refused: she still needs to be seen."""
        if id_ in self.typed:
            self.typed[id_] = replace(self.typed[id_], refused=why)

    def drop(self, id_: UUID | None) -> None:
        """Forget what was typed here of a line: it was struck, or is to be typed again."""
        if id_ is not None:
            self.typed.pop(id_, None)
