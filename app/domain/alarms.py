"""The alarms of an instant: what is due, overdue or to be told to the on-call, from the board and from nothing else.

An alarm stands while the board says so, and goes when the board no longer does: after a sighting, an excusal or an absence case
(SLOTS.md). There is no other way to make one go. While an emergency is open all are shown and none sounds (DOMAIN.md 7).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardLine
from app.domain.house import Settings
from app.domain.presence import Presence
from app.domain.rounds import HOUSE, asks_now
from app.domain.saying import asked_said, minutes
from app.domain.slots import Resolved, Slot
from app.domain.time import stamp


class Level(IntEnum):
    """How pressing. From SOON on a level is heard once; DUE is only shown: a window that has opened asks nobody to run."""

    DUE = 1
    SOON = 2
    OVERDUE = 3
    ESCALATED = 4


class Cause(StrEnum):
    """What an alarm is about."""

    CHECK = "check"
    LATE = "late"
    STAFF = "staff"


#: A deadline after every other, for what has none; and how much older a slow answer may be before it is a clock put back.
_FAR, _SLOW = datetime.max.replace(tzinfo=UTC), timedelta(hours=1)

#: What an alarm is, whenever it is asked: its cause, the woman and the rule, and the slot's opening and deadline.
Identity = tuple[Cause, UUID | None, UUID | None, datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that waits for someone. `deadline` is the slot's, or the end of her grace; None where there is none.

    `late_since` is the start of the curfew that she is late for. `who` is her name as the reader may know it.
    """

    cause: Cause
    level: Level
    deadline: datetime | None = None
    resident: UUID | None = None
    who: str = ""
    slot: Slot | None = None
    late_since: datetime | None = None

    @property
    def identity(self) -> Identity:
        """The same for as long as it is the same thing, whatever its level."""
        rule, opens = (self.slot.rule_id, self.slot.opens) if self.slot else (None, self.late_since)
        return self.cause, self.resident, rule, opens, self.deadline


@dataclass(frozen=True, slots=True)
class Group:
    """Alarms that are dealt with together: one woman's, or all who are still to be seen in one window of the house."""

    members: tuple[Alarm, ...]

    @property
    def first(self) -> Alarm:
        """One of them: level, cause, deadline and what is asked are the same for all."""
        return self.members[0]

    @property
    def level(self) -> Level:
        """How pressing they are."""
        return self.first.level

    @property
    def resident(self) -> UUID | None:
        """The woman, where it is about one only."""
        return self.first.resident if len(self.members) == 1 else None


@dataclass(frozen=True, slots=True)
class Alarms:
    """All that stand at `at`, the most pressing first. `held` is since when an emergency keeps them silent."""

    at: datetime
    groups: tuple[Group, ...] = ()
    held: datetime | None = None
    on_call: str = ""
    staff: tuple[int, int] = (0, 0)

    @property
    def all(self) -> tuple[Alarm, ...]:
        """Every alarm, the most pressing first."""
        return tuple(alarm for group in self.groups for alarm in group.members)

    @property
    def level(self) -> Level | None:
        """The most pressing level; None when nothing stands."""
        return self.groups[0].level if self.groups else None


def alarms(board: Board, settings: Settings) -> Alarms:
    """The alarms of a board under the settings in force.

    A check is asked of a woman who is in; one who is not in can only be late for her curfew, or not be asked at all.
    """
    found = list(_checks(board, settings)) + list(_late(board, settings))
    if len(board.staff_in) < board.least_staff:
        found.append(Alarm(Cause.STAFF, Level.SOON))
    groups: dict[object, list[Alarm]] = defaultdict(list)
    for alarm in found:
        groups[_together(alarm)].append(alarm)
    return Alarms(
        at=board.at,
        groups=tuple(sorted((Group(tuple(members)) for members in groups.values()), key=_pressing)),
        held=board.emergency.started if board.emergency else None,
        on_call=board.on_call,
        staff=(len(board.staff_in), board.least_staff),
    )


def _checks(board: Board, settings: Settings) -> Iterator[Alarm]:
    for line in board.lines:
        if line.presence is Presence.IN:
            for due in line.dues:
                if asks_now(due, board.at):
                    level = check_level(due, board.at, settings)
                    yield Alarm(Cause.CHECK, level, due.slot.closes, line.id, _who(line), due.slot)


def check_level(due: Resolved, now: datetime, settings: Settings) -> Level:
    """The level of a slot that asks now. A deadline and an instant at exactly the same time count as passed."""
    if due.overdue:
        return Level.ESCALATED if now >= due.slot.closes + settings.escalate else Level.OVERDUE
    return Level.SOON if now >= due.slot.closes - settings.soon else Level.DUE


def _late(board: Board, settings: Settings) -> Iterator[Alarm]:
    """Who should be in and is not: quietly until near the end of her grace; an open case takes her off (DOMAIN.md 7)."""
    for line in board.lines:
        since = line.late_since
        if since is None or line.case_open:
            continue
        ends = since + board.grace
        if board.at >= ends:
            level = Level.ESCALATED if board.at >= ends + settings.escalate else Level.OVERDUE
        else:
            level = Level.SOON if board.at >= ends - settings.soon else Level.DUE
        yield Alarm(Cause.LATE, level, ends, line.id, _who(line), late_since=since)


def _who(line: BoardLine) -> str:
    return f"{line.who.name}, {line.who.room.label}" if line.who.room else line.who.name


def _together(alarm: Alarm) -> object:
    slot = alarm.slot
    if slot is not None and slot.purpose in HOUSE:
        return alarm.level, slot.purpose, slot.opens, slot.closes
    return alarm.identity


def _pressing(group: Group) -> tuple[int, datetime, str, str]:
    first = group.first
    return -first.level, first.deadline or _FAR, first.cause.value, first.who


@dataclass(slots=True)
class Heard:
    """Which levels have sounded. Kept only while the program runs: after a restart, what still stands is heard once more."""

    _levels: dict[Identity, Level] = field(default_factory=dict)
    _at: datetime | None = None

    def fresh(self, now: Alarms) -> Level | None:
        """The level to sound for all that is new since the last time, one sound for everything; None for silence.

        What is held is not taken as heard: if it still stands when the emergency is over, it sounds then. Alarms older than
        those heard last (a slow read, a second window) change nothing, unless the clock was put back by more than an hour.
        """
        if self._at is not None and timedelta(0) < self._at - now.at < _SLOW:
            return None
        self._at = now.at
        standing = {alarm.identity: alarm.level for alarm in now.all if alarm.level > Level.DUE}
        if now.held is not None:
            self._levels = {one: level for one, level in self._levels.items() if one in standing}
            return None
        new = [level for one, level in standing.items() if level > self._levels.get(one, Level.DUE)]
        self._levels = {one: max(level, self._levels.get(one, level)) for one, level in standing.items()}
        return max(new, default=None)


# In words


def group_said(group: Group, now: Alarms, zone: ZoneInfo) -> str:
    """What waits, for staff who may read it: "14 women: curfew sighting due by 23:20"."""
    first, at = group.first, now.at
    who = first.who if len(group.members) == 1 else f"{len(group.members)} women"
    if first.cause is Cause.STAFF:
        return _staff_said(now)
    if first.cause is Cause.LATE:
        assert first.late_since is not None
        late = f"{who}: late {minutes(at - first.late_since)} for her {stamp(first.late_since, zone)} curfew"
        return f"{late}{'' if first.level < Level.OVERDUE else ', the grace is over'}{_ring(group, now)}"
    assert first.slot is not None
    asked, closes = asked_said(first.slot), first.slot.closes
    if first.level >= Level.OVERDUE:
        asked = asked if first.slot.purpose in HOUSE else first.slot.title
        return f"{who}: {asked}, overdue {minutes(at - closes)}{_ring(group, now)}"
    return f"{who}: {asked} due by {stamp(closes, zone)}"


def _ring(group: Group, now: Alarms) -> str:
    if group.level is not Level.ESCALATED:
        return ""
    return f". Ring the on-call: {now.on_call}" if now.on_call else ". Ring the on-call manager"


def _staff_said(now: Alarms) -> str:
    there, needed = now.staff
    return f"{f'Only {there}' if there else 'No'} staff down as in the building; {needed} are needed"


def counts_said(now: Alarms, zone: ZoneInfo) -> str:
    """The same for a locked screen and the tray, where anybody may look: counts and times, no name and no room."""
    checks = [alarm for alarm in now.all if alarm.cause is Cause.CHECK]
    late = [alarm for alarm in now.all if alarm.cause is Cause.LATE]
    over = [alarm for alarm in checks if alarm.level >= Level.OVERDUE]
    parts = []
    if over:
        longest = minutes(now.at - min(_deadlines(over)))
        parts.append(
            f"1 check overdue {longest}"
            if len(over) == 1
            else f"{len(over)} checks overdue, the longest {longest}"
        )
    by = Counter(_deadlines(alarm for alarm in checks if alarm.level < Level.OVERDUE))
    parts += [f"{number} due by {stamp(deadline, zone)}" for deadline, number in sorted(by.items())[:2]]
    if later := sum(by.values()) - sum(number for _, number in sorted(by.items())[:2]):
        parts.append(f"{later} due later")
    if late:
        parts.append(f"{len(late)} late")
    if any(alarm.cause is Cause.STAFF for alarm in now.all):
        parts.append(f"{now.staff[0]} staff in, {now.staff[1]} needed")
    said = ", ".join(parts)
    return f"{said} (sounds held: emergency)" if said and now.held is not None else said


def _deadlines(some: Iterable[Alarm]) -> list[datetime]:
    return [alarm.deadline for alarm in some if alarm.deadline is not None]
