"""A round: everyone in walking order, and of whom a sighting is asked now (SLOTS.md; DOMAIN.md 7).

Nothing about a round is stored: it is what is due now, with what was already seen. So it can be left and taken up
again by anyone, in any window, and it ends when nobody is left to be seen.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardLine
from app.domain.emergencies import EmergencyRef
from app.domain.entries import versions
from app.domain.gaps import Gap
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.sightings import DEFAULT_COUNTS, How, Precision, Source
from app.domain.slots import Kind, Outcome, Resolved
from app.domain.staff import StaffView
from app.domain.time import Span, stamp
from app.domain.walks import Walk

#: The windows that the whole house is walked for. Everything else is a check of her own.
HOUSE = frozenset({Purpose.CURFEW, Purpose.MORNING, Purpose.ROUND})
_TITLES = {Purpose.CURFEW: "Curfew round", Purpose.MORNING: "Morning round", Purpose.ROUND: "Round"}


class Need(StrEnum):
    """What a round asks of a line."""

    NEEDED = "needed"
    DONE = "done"
    EXCUSED = "excused"
    AWAY = "away"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class RoundEntry:
    """A check, or a movement with a sighting, as it was typed; a later one may amend or strike it."""

    entry_id: UUID
    seq: int
    resident_id: UUID
    how: How
    seen_from: datetime
    seen_to: datetime
    precision: Precision
    source: Source
    seen_by: str | None
    typed_at: datetime
    typed_by: str | None
    mine: bool = False
    second: str | None = None
    late_reason: str | None = None
    concern: bool = False
    noted: bool = False
    unconfirmed: bool = False
    at_door: bool = False
    amends: UUID | None = None
    struck: bool = False
    reason: str | None = None

    @property
    def exact(self) -> bool:
        """Typed at the very moment: only then are the seconds known."""
        live = self.source is Source.LIVE and self.precision is Precision.EXACT
        return live and abs(self.typed_at - self.seen_to) < timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One woman in a round. `asked` are the open slots that ask for her, the nearest deadline first; `counts` is what
    satisfies all of them; `met` the sighting that did, `also` others of the same round that count, `tried` the last
    look that did not count, `struck` what was taken back. `gap` is her longest tonight under a rule of her own (see
    `gaps`), `gap_now` the one that has not ended; `unseen` how long ago she was last seen."""

    board: BoardLine
    need: Need
    asked: tuple[Resolved, ...] = ()
    counts: frozenset[How] = DEFAULT_COUNTS
    met: RoundEntry | None = None
    late_minutes: int | None = None
    tried: RoundEntry | None = None
    struck: tuple[RoundEntry, ...] = ()
    reason: str = ""
    also: tuple[RoundEntry, ...] = ()
    gap: Gap | None = None
    gap_now: Gap | None = None
    unseen: timedelta | None = None

    @property
    def id(self) -> UUID:
        """Her resident id."""
        return self.board.id

    @property
    def reason_asked(self) -> bool:
        """Seen late, and nobody has said why yet."""
        return self.late_minutes is not None and self.met is not None and not self.met.late_reason


@dataclass(frozen=True, slots=True)
class Beside:
    """What a colleague has done in this round with her own hands: how many women, on which floors."""

    name: str
    done: int
    floors: frozenset[int]


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it stands. `span` is the house's window, None for a free round of the checks that are due; `since`
    is the instant from which sightings are its own. `coming` is who is to be seen next, and from when; `walk` is who
    walks it, None before anybody does; `me` whoever reads it; `emergency` the one that is on."""

    at: datetime
    title: str
    span: Span | None
    since: datetime
    lines: tuple[RoundLine, ...]
    tolerance: timedelta
    head_seq: int
    coming: tuple[RoundLine, Resolved, datetime] | None = None
    staff: tuple[StaffView, ...] = ()
    staff_in: frozenset[UUID] = frozenset()
    reasons: tuple[str, ...] = field(default=())
    walk: Walk | None = None
    me: UUID | None = None
    emergency: EmergencyRef | None = None

    def line(self, resident: UUID) -> RoundLine | None:
        """Her line, or None when she is not placed here."""
        return next((line for line in self.lines if line.id == resident), None)

    def lines_of(self, *needs: Need) -> tuple[RoundLine, ...]:
        """The lines of which this is asked, in walking order."""
        return tuple(line for line in self.lines if line.need in needs)

    @property
    def done(self) -> int:
        """How many women have been seen."""
        return len(self.lines_of(Need.DONE))

    @property
    def total(self) -> int:
        """How many are to be seen in all: those who have been and those who have not."""
        return len(self.lines_of(Need.DONE, Need.NEEDED))

    @property
    def finished(self) -> bool:
        """Everyone of whom it was asked has been seen."""
        return self.total > 0 and not self.lines_of(Need.NEEDED)

    @property
    def seen(self) -> Span | None:
        """From the first sighting of the round to the last, None before the first."""
        met = [line.met for line in self.lines_of(Need.DONE) if line.met]
        return Span(min(it.seen_from for it in met), max(it.seen_to for it in met)) if met else None

    @property
    def longest_gap(self) -> RoundLine | None:
        """The woman with the longest gap of tonight that a rule asked to be shorter, None where there is no such rule."""
        known = [line for line in self.lines if line.gap is not None]
        return max(known, key=lambda line: _worst(line.gap), default=None)

    @property
    def longest_now(self) -> RoundLine | None:
        """The woman whose gap would be the longest if the round were begun now."""
        known = [line for line in self.lines_of(Need.NEEDED) if line.gap_now is not None]
        return max(
            known, key=lambda line: line.gap_now.length if line.gap_now else timedelta(0), default=None
        )

    @property
    def longest_unseen(self) -> RoundLine | None:
        """Of those who are still to be seen, the one who was last seen longest ago."""
        known = [line for line in self.lines_of(Need.NEEDED) if line.unseen is not None]
        return max(known, key=lambda line: line.unseen or timedelta(0), default=None)

    @property
    def beside(self) -> tuple[Beside, ...]:
        """What each colleague has seen and typed herself in this round, whoever has done most first."""
        done: dict[str, list[RoundLine]] = {}
        for line in self.lines:
            for name in {it.typed_by for it in (line.met, *line.also) if it and not it.mine}:
                done.setdefault(name or "", []).append(line)
        found = [
            Beside(name, len(lines), frozenset(it.board.who.room.floor for it in lines if it.board.who.room))
            for name, lines in done.items()
        ]
        return tuple(sorted(found, key=lambda it: (-it.done, it.name)))

    @property
    def late(self) -> tuple[RoundLine, ...]:
        """Women seen after the deadline and the tolerance."""
        return tuple(line for line in self.lines if line.late_minutes is not None)

    @property
    def typed_for(self) -> Counter[tuple[str, Source]]:
        """How many sightings were typed for each colleague, by source."""
        met = (line.met for line in self.lines)
        return Counter(
            (it.seen_by, it.source) for it in met if it and it.seen_by and it.seen_by != it.typed_by
        )


def _worst(gap: Gap | None) -> tuple[timedelta, bool]:
    """The order of gaps: the longest; of two as long, the one that its rule does not allow."""
    return (gap.length, gap.too_long) if gap else (timedelta(0), False)


def asks_from(resolved: Resolved) -> datetime:
    """From when a slot puts itself before whoever walks: its opening; but where an interval has no shortest time, not
    before half of it is over, or she would be asked for again as soon as she has been seen."""
    slot = resolved.slot
    if slot.kind is Kind.AT or slot.anchor is None:
        return slot.opens
    return max(slot.opens, slot.anchor + (slot.closes - slot.anchor) / 2)


def asks_now(resolved: Resolved, now: datetime) -> bool:
    """Whether a slot asks for a sighting at `now`."""
    return resolved.outcome is Outcome.DUE and asks_from(resolved) <= now


def meets(asked: Iterable[Resolved], seen_from: datetime) -> bool:
    """Whether a sighting at this instant, that counts, would satisfy everything that is asked (SLOTS.md)."""
    return all(
        seen_from >= it.slot.opens
        if it.slot.kind is Kind.AT
        else it.slot.anchor is None or seen_from > it.slot.anchor
        for it in asked
    )


def late_by(asked: Iterable[Resolved], seen_to: datetime, tolerance: timedelta) -> timedelta | None:
    """How late a sighting at this instant is for the earliest deadline that it would meet late, None when in time."""
    late = [seen_to - it.slot.closes for it in asked if seen_to >= it.slot.closes + tolerance]
    return max(late, default=None)


def seen_said(entry: RoundEntry, zone: ZoneInfo) -> str:
    """When she was seen, with no more precision than was typed: "23:02:11", "22:10", "about 22:10", "22:00–22:10"."""
    if entry.precision is Precision.BETWEEN:
        return f"{stamp(entry.seen_from, zone)}–{stamp(entry.seen_to, zone)}"
    said = stamp(entry.seen_to, zone)
    if entry.exact:
        return f"{said[:5]}:{entry.seen_to:%S}{said[5:]}"
    return f"about {said}" if entry.precision is Precision.ABOUT else said


def make_round(
    board: Board,
    resolved: Mapping[UUID, Sequence[Resolved]],
    counts: Mapping[UUID, frozenset[How]],
    entries: Sequence[RoundEntry],
    *,
    tolerance: timedelta,
    zone: ZoneInfo,
    since: datetime | None = None,
) -> Round:
    """The round at `board.at`. `resolved` has each woman's slots around now, settled ones included; `counts` what each
    rule counts; `entries` what was typed of sightings since `round_since`; `since` is when this round was begun."""
    now = board.at
    current = {line.id: _current(line, resolved.get(line.id, ()), now, tolerance) for line in board.lines}
    main = _main(current.values())
    start = round_since(board, resolved, tolerance, since)
    told = versions(entries)
    lines = tuple(
        _line(
            line,
            current[line.id],
            resolved.get(line.id, ()),
            counts,
            {root: told[root] for root in told if told[root][-1].resident_id == line.id},
            (now, main.end if main and main.end else now, start),
        )
        for line in board.lines
    )
    title = (
        "Checks due now" if main is None else f"{_name(current.values(), main)}, {stamp(main.start, zone)}"
    )
    return Round(
        at=now,
        title=title,
        span=main,
        since=start,
        lines=lines,
        tolerance=tolerance,
        head_seq=board.head_seq,
        coming=_coming(lines, resolved, now),
    )


def round_since(
    board: Board, resolved: Mapping[UUID, Sequence[Resolved]], tolerance: timedelta, since: datetime | None
) -> datetime:
    """From when sightings are this round's own: the opening of its window, or when it was begun, the earlier."""
    current = [_current(line, resolved.get(line.id, ()), board.at, tolerance) for line in board.lines]
    begun = since or board.at
    opened = [it.slot.opens for slots in current for it in slots]
    return min([begun, *opened])


def _current(
    line: BoardLine, resolved: Sequence[Resolved], now: datetime, tolerance: timedelta
) -> tuple[Resolved, ...]:
    """Her slots in windows of the house that are open now, or over and still to be met by a woman who is in."""
    return tuple(
        it
        for it in resolved
        if it.slot.purpose in HOUSE
        and it.slot.opens <= now
        and (now < it.slot.closes + tolerance or (it.outcome is Outcome.DUE and line.presence is Presence.IN))
    )


def _main(current: Iterable[Sequence[Resolved]]) -> Span | None:
    """The window that the most women share, the later of two."""
    found = Counter((it.slot.opens, it.slot.closes) for slots in current for it in slots)
    if not found:
        return None
    opens, closes = max(found, key=lambda window: (found[window], window))
    return Span(opens, closes)


def _name(current: Iterable[Sequence[Resolved]], main: Span) -> str:
    purposes = Counter(it.slot.purpose for slots in current for it in slots if it.slot.opens == main.start)
    return _TITLES[max(purposes, key=lambda purpose: (purposes[purpose], purpose.value))]


def _line(
    line: BoardLine,
    current: Sequence[Resolved],
    resolved: Sequence[Resolved],
    counts: Mapping[UUID, frozenset[How]],
    told: Mapping[UUID, list[RoundEntry]],
    when: tuple[datetime, datetime, datetime],
) -> RoundLine:
    now, end, start = when
    own = [
        it
        for it in resolved
        if it.slot.purpose not in HOUSE
        and it.outcome is Outcome.DUE
        and (asks_now(it, now) or it.slot.closes <= end)
    ]
    here = line.presence is Presence.IN
    asked = [*(it for it in current if it.outcome is Outcome.DUE), *own] if here else []
    asked.sort(key=lambda it: it.slot.closes)
    standing = {root: history[-1] for root, history in told.items() if not history[-1].struck}
    met, late = _met(resolved, standing, start)
    looks = [it for it in standing.values() if met is None or it.seen_to > met.seen_to]
    tried = max(looks, key=lambda it: (it.seen_to, it.seq), default=None)
    excused = next((it for it in current if it.outcome is Outcome.EXCUSED), None)
    also = [it for it in standing.values() if it != met and it.how.counts_by_default and it.seen_to >= start]
    if not here:
        need = Need.DONE if met and met.seen_to >= start and not met.at_door else Need.AWAY
    elif asked:
        need = Need.NEEDED
    elif met:
        need = Need.DONE
    else:
        need = Need.EXCUSED if excused else Need.NOT_ASKED
    return RoundLine(
        board=line,
        need=need,
        asked=tuple(asked),
        counts=frozenset.intersection(*(counts.get(it.slot.rule_id, DEFAULT_COUNTS) for it in asked))
        if asked
        else DEFAULT_COUNTS,
        met=met if need is Need.DONE else None,
        late_minutes=late if need is Need.DONE else None,
        also=tuple(sorted(also, key=lambda it: it.seen_to)) if need is Need.DONE else (),
        tried=tried if need is Need.NEEDED else None,
        struck=tuple(history[0] for history in told.values() if history[-1].struck),
        reason=(excused.reason or "") if need is Need.EXCUSED and excused else "",
    )


def _met(
    resolved: Sequence[Resolved], standing: Mapping[UUID, RoundEntry], start: datetime
) -> tuple[RoundEntry | None, int | None]:
    """The last sighting of this round that met a slot, and how late it was for the one it was latest for."""
    mine = [it for it in resolved if it.seen and it.seen.seen_to >= start and it.seen.entry_id in standing]
    if not mine:
        return None, None
    last = max(mine, key=lambda it: (it.seen.seen_to, it.seen.seq) if it.seen else (start, 0)).seen
    assert last is not None
    late = [it.late_minutes for it in mine if it.seen == last and it.late_minutes is not None]
    return standing[last.entry_id], max(late, default=None)


def _coming(
    lines: Sequence[RoundLine], resolved: Mapping[UUID, Sequence[Resolved]], now: datetime
) -> tuple[RoundLine, Resolved, datetime] | None:
    """Who is to be seen next, once everyone who is asked for now has been."""
    later = [
        (line, it, max(asks_from(it), now))
        for line in lines
        if line.board.presence in (Presence.IN, Presence.OUT)
        for it in resolved.get(line.id, ())
        if it.outcome is Outcome.DUE and it not in line.asked and asks_from(it) > now
    ]
    return min(later, key=lambda found: (found[2], found[1].slot.closes), default=None)
