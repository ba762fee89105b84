"""The numbered paper round sheet: what stands on it, and how what was written on it by hand is read (DOMAIN.md 7).

A sheet has one line a woman in walking order and several passes, each a column. Where a line meets a pass there is a
box, "3B": a time and a code letter. An empty box says that nothing was written there, and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.board import BoardLine
from app.domain.house import House
from app.domain.nights import night_of
from app.domain.presence import Presence
from app.domain.rounds import Round, RoundLine
from app.domain.saying import minutes
from app.domain.sightings import How, Precision
from app.domain.slots import Kind, Resolved
from app.domain.time import (
    DAY,
    MINUTE,
    RepeatedTime,
    SkippedTime,
    day_label,
    local_date,
    local_instant,
    stamp,
    stamp_day,
)
from app.domain.wording import HOW, PRESENCE, PURPOSE

#: The codes that are written in a box; None is "out", which is a movement and no look.
CODES: tuple[tuple[str, How | None, str], ...] = (
    ("S", How.SPOKE, HOW[How.SPOKE]),
    ("U", How.AWAKE, HOW[How.AWAKE]),
    ("B", How.ASLEEP_BREATHING, HOW[How.ASLEEP_BREATHING]),
    ("R", How.ROUSED, HOW[How.ROUSED]),
    ("1", How.DOOR_ONLY, HOW[How.DOOR_ONLY]),
    ("2", How.NOT_SEEN, HOW[How.NOT_SEEN]),
    ("O", None, "out"),
)
LETTERS = {letter: how for letter, how, _ in CODES}
#: How many passes a sheet may have: more would leave no room for a pen.
PASSES = range(1, 7)
_NAMES = "ABCDEF"
_MARKS = frozenset("a~c")


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """Where a line (from 1) meets a pass (from 0)."""

    line: int
    column: int

    @property
    def name(self) -> str:
        """ "3B"."""
        return f"{self.line}{_NAMES[self.column]}"

    @property
    def number(self) -> int:
        """As it is kept beside the paper."""
        return self.line * 10 + self.column

    @classmethod
    def of(cls, number: int) -> "Box":
        """The box with this number."""
        return cls(number // 10, number % 10)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One woman on the sheet. `agreement` is how she is checked, in few words; `due` what is due and by when; `now`
    where she is unless she is in. To a sheet everybody is a stranger: a restricted woman has no name on it."""

    number: int
    resident: UUID
    room: str
    name: str
    agreement: str
    by_whom: str
    due: tuple[str, ...]
    now: str = ""
    alert: str = ""


@dataclass(frozen=True, slots=True)
class RoundSheet:
    """What a round sheet is drawn from, frozen as it was printed."""

    house: str
    zone: str
    training: bool
    marking: str
    title: str
    night: str
    made_at: datetime
    made_by: str
    passes: int
    lines: tuple[SheetLine, ...]

    def line(self, number: int) -> SheetLine | None:
        """The line with this number."""
        return next((line for line in self.lines if line.number == number), None)

    def boxes(self, column: int) -> tuple[Box, ...]:
        """The boxes of a pass, from the top."""
        return tuple(Box(line.number, column) for line in self.lines)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the passes."""
        return tuple(_NAMES[: self.passes])


def make_sheet(found: Round, house: House, made_by: str, passes: int) -> RoundSheet:
    """The sheet of this round. `found` must have been read as someone who is listed for no restricted woman."""
    now, zone = found.at, house.zone
    night = night_of(now + timedelta(hours=3), zone) or local_date(now, zone)
    return RoundSheet(
        house=house.name,
        zone=zone.key,
        training=house.training,
        marking=house.marking,
        title="Round sheet",
        night=f"Night of {day_label(night)}",
        made_at=now,
        made_by=made_by,
        passes=passes,
        lines=tuple(_line(number, line, found, zone) for number, line in enumerate(found.lines, 1)),
    )


def _line(number: int, line: RoundLine, found: Round, zone: ZoneInfo) -> SheetLine:
    board = line.board
    agreement = board.agreement.answers if board.agreement else {}
    wake = _sentence(agreement.get("wake_when"))
    parts = [_sentence(agreement.get("asleep")), f"Wake: {wake[0].lower()}{wake[1:]}" if wake else ""]
    return SheetLine(
        number=number,
        resident=line.id,
        room=board.who.room.label if board.who.room else "no room",
        name="one woman, restricted" if board.who.restricted else board.who.name,
        agreement=" ".join(part for part in parts if part),
        by_whom=(agreement.get("by_whom") or "").strip().rstrip("."),
        due=tuple(dict.fromkeys(_due(board, line, found.at, zone))),
        now=_where(board, zone),
        alert=f"not {board.name_alert}" if board.name_alert and not board.who.restricted else "",
    )


def _sentence(text: str | None) -> str:
    words = " ".join((text or "").split()).rstrip(".")
    return f"{words}." if words else ""


def _due(board: BoardLine, line: RoundLine, now: datetime, zone: ZoneInfo) -> Iterable[str]:
    """What she is to be seen for: what is open, then what comes next; a rule of her own by its interval."""
    coming = [board.next_due] if board.next_due else []
    for slot in (*board.dues, *coming):
        yield _due_said(slot, now, zone)


def _due_said(due: Resolved, now: datetime, zone: ZoneInfo) -> str:
    slot = due.slot
    by = stamp(slot.closes, zone)
    if slot.kind is Kind.EVERY:
        return f"{slot.title}, first by {by}"
    purpose = PURPOSE[slot.purpose].replace(" sighting", "")
    if slot.opens > now:
        return f"{purpose} {stamp(slot.opens, zone)}–{by}"
    over = f" (overdue {minutes(now - slot.closes)})" if due.overdue else ""
    return f"{purpose} by {by}{over}"


def _where(board: BoardLine, zone: ZoneInfo) -> str:
    if board.presence is Presence.IN:
        return ""
    since = f" since {stamp(board.presence_since, zone)}" if board.presence_since else ""
    return f"{PRESENCE[board.presence]}{since}"


# What was written by hand


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed back from a box and stands: `how` None is out. The time is as it was written by hand."""

    box: Box
    entry: UUID
    resident: UUID
    how: How | None
    seen_from: datetime
    seen_to: datetime
    precision: Precision
    seen_by: str
    typed_by: str
    typed_at: datetime
    noted: bool

    def said(self, zone: ZoneInfo) -> str:
        """ "23:04 S", "about 23:04 B", "23:00–23:10 2"."""
        letter = next(letter for letter, how, _ in CODES if how is self.how)
        at = stamp(self.seen_from, zone)
        if self.precision is Precision.BETWEEN:
            at = f"{at}–{stamp(self.seen_to, zone)}"
        return f"{'about ' if self.precision is Precision.ABOUT else ''}{at} {letter}"


class NotOnTheSheet(ValueError):
    """What stands in a time box can't have been written on this sheet. Its text is a sentence for the field."""


@dataclass(frozen=True, slots=True)
class Written:
    """A time as it was written: [seen_from, seen_to], equal unless it is between two."""

    seen_from: datetime
    seen_to: datetime
    precision: Precision


def read_written(
    text: str, made_at: datetime, now: datetime, zone: ZoneInfo, folds: Sequence[int] = ()
) -> Written:
    """The time of a box: "2304", "a2304" for about 23:04, "2300-2310" for between the two.

    It is the first such time after the sheet was printed. `folds` (0 the first, 1 the second) answers, in order, for
    each time that the clocks repeated. Raises RepeatedTime where one is not answered, else ValueError in a sentence.
    """
    said = text.strip().lower().replace("–", "-").replace(" ", "")
    about = said[:1] in _MARKS
    times = (said[1:] if about else said).split("-")
    if len(times) > 2 or (about and len(times) == 2):
        raise NotOnTheSheet("Type one time, 2304; about, a2304; or between, 2300-2310.")
    answers = list(folds)
    found: list[datetime] = []
    for digits in times:
        at = read_digits(digits)
        if at is None:
            raise NotOnTheSheet("Type the four digits of a 24-hour time: 2304.")
        found.append(first_after(at, found[0] if found else made_at, made_at, now, zone, answers))
    start, end = found[0], found[-1]
    if len(found) == 2 and start == end:
        raise NotOnTheSheet("Between needs two different times.")
    precision = Precision.BETWEEN if len(found) == 2 else Precision.ABOUT if about else Precision.EXACT
    return Written(start, end, precision)


def read_digits(text: str) -> time | None:
    """Four digits (or with a colon or full stop) as a time of day; None when they are none."""
    digits = text.replace(":", "").replace(".", "")
    if len(digits) != 4 or not (digits.isascii() and digits.isdecimal()):
        return None
    hour, minute = int(digits[:2]), int(digits[2:])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def first_after(
    at: time, after: datetime, made_at: datetime, now: datetime, zone: ZoneInfo, folds: list[int]
) -> datetime:
    """The first instant at or after `after`, to the minute, with this local time. An answer of `folds` is used up where
    the clocks repeated it and both may be meant.

    Raises SkippedTime or RepeatedTime, or NotOnTheSheet where that is before the sheet was printed or is yet to come.
    """
    earliest = after.replace(second=0, microsecond=0)
    today = local_date(earliest, zone)
    for day in (today, today + DAY):
        try:
            found = [local_instant(day, at, zone)]
        except RepeatedTime as both:
            found = [instant for instant in both.instants if earliest <= instant <= now]
            if len(found) == 2:
                if not folds:
                    raise
                found = [both.instants[folds.pop(0)]]
            found = found or list(both.instants)
        except SkippedTime as skipped:
            if earliest <= skipped.after <= now + DAY:
                raise
            continue
        chosen = [instant for instant in found if instant >= earliest]
        if chosen:
            return _been(chosen[0], at, made_at, now, zone)
    raise NotOnTheSheet(f"{at:%H:%M} has not been since this sheet was printed.")


def _been(found: datetime, at: time, made_at: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant, if it has been: else whichever it is nearer to, before the sheet or after now, in words."""
    if found <= now + MINUTE:
        return min(found, now)
    before = made_at - (found - DAY)
    if before < found - now:
        raise NotOnTheSheet(
            f"{at:%H:%M} is before this sheet was printed, at {stamp(made_at, zone)}. Look again."
        )
    raise NotOnTheSheet(f"{at:%H:%M} has not been yet: it is {stamp_day(now, zone)}. Look again.")
