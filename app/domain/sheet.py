"""How a handover sheet is made: the board, what was due, and what was written, put in the words of the sheet.

By exception: a woman about whom nothing was written has an empty cell. The sheet never says more than the record does:
no "slept", no "settled", and where nobody wrote why, it says that nobody did (DOMAIN.md 7).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardLine
from app.domain.handovers import (
    ActionLine,
    AppendixPart,
    CheckCounts,
    Counts,
    Event,
    Expected,
    First,
    HouseEvent,
    Lapse,
    Line,
    OpenAction,
    Person,
    Sheet,
    Written,
)
from app.domain.house import House
from app.domain.presence import Presence
from app.domain.residents import Resident, ResidentRef
from app.domain.sightings import How
from app.domain.slots import Outcome, Resolved
from app.domain.time import Span, day_label, local_date, stamp
from app.domain.wording import APPROXIMATELY, HOW, PRESENCE, PURPOSE

#: Actions due within this much of the sheet, or overdue, are among what comes first.
SOON = timedelta(hours=4)
#: A time further than this from the sheet's own is written with its day.
_SAME_SHIFT = timedelta(hours=18)
_SHORT_MARK = 28
_SHORT_ACTION = 34
#: What stands for words that are kept in a restricted record.
IN_HER_RECORD = "in her own record: ask someone who is listed for her"
_EVACUATION, _ALLERGIES = "Evacuation: ", "Allergies: "
#: How the instructions begin that are for everyone on shift, whoever she is.
SAFE_TO_SHOW = (_EVACUATION, _ALLERGIES)
_LEAD = "Whoever takes over"
#: Shorter where a column says "last seen" already.
_SEEN = {How.AWAKE: "up", How.ASLEEP_BREATHING: "asleep, breathing", How.ROUSED: "roused"}
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@dataclass(frozen=True, slots=True)
class Due:
    """One slot of one woman, with what became of it and, where somebody wrote it, why."""

    who: ResidentRef
    resolved: Resolved
    why: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """An open absence case as everyone on shift may know it: since when, how much was done, what is decided."""

    opened: datetime
    steps: int
    decided: datetime | None
    returned: datetime | None


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a sheet is made from, read for a reader who is listed for nobody.

    `cases` are the open absence cases. `dues` reaches back to `since`, so that a check of the shift before that was
    settled in this one is told of. `conceal` takes restricted names out of typed words.
    """

    house: House
    shift: str
    to_shift: str
    period: Span
    since: datetime
    board: Board
    people: Mapping[UUID, Resident]
    dues: tuple[Due, ...]
    written: tuple[Written, ...]
    cases: Mapping[UUID, Case]
    actions: tuple[OpenAction, ...]
    expected: tuple[Expected, ...]
    off: tuple[Person, ...]
    on: tuple[Person, ...]
    head: str
    conceal: Callable[[str], str]
    rounds: tuple[HouseEvent, ...] = ()
    events: tuple[HouseEvent, ...] = ()
    copies_out: tuple[str, ...] = ()


def make_sheet(material: Material) -> Sheet:
    """The sheet of this period as its record stands at the board's instant. Pure: the same material, the same sheet."""
    return _Maker(material).sheet()


def appendix_part(full: Sheet, resident: UUID) -> AppendixPart | None:
    """One woman's part of the restricted appendix, from the sheet as someone who is listed for her reads it; None where
    she has no line on it."""
    line = next((line for line in full.lines if line.resident == resident), None)
    if line is None:
        return None
    return AppendixPart(
        resident=resident,
        room=line.room,
        name=line.name,
        marks=line.marks,
        presence=line.presence,
        last_seen=line.last_seen,
        next_due=line.next_due,
        first=tuple(
            f"{first.text}. {first.who[0].upper()}{first.who[1:]}."
            for first in full.first
            if first.resident == resident
        ),
        told=line.told,
        do=line.do,
        today=line.today,
        actions=tuple(action for action in full.actions if action.resident == resident),
    )


class _Maker:
    def __init__(self, material: Material) -> None:
        self.material = material
        self.board = material.board
        self.now = material.board.at
        self.zone: ZoneInfo = material.house.zone
        self.refs = {line.id: line.who for line in self.board.lines} | {
            due.who.id: due.who for due in material.dues
        }
        self.lapses = [lapse for due in material.dues if (lapse := self._lapse(due))]
        self.written: dict[UUID | None, list[Written]] = defaultdict(list)
        for written in sorted(material.written, key=lambda it: (it.at, it.seq)):
            self.written[written.resident].append(written)

    def sheet(self) -> Sheet:
        material, house = self.material, self.material.house
        in_period = [due.resolved for due in material.dues]
        return Sheet(
            number=None,
            house=house.name,
            marking=house.marking,
            training=house.training,
            zone=str(house.zone),
            shift=material.shift,
            to_shift=material.to_shift,
            period=material.period,
            since=material.since,
            made_at=self.now,
            off=material.off,
            on=material.on,
            counts=self._counts(),
            first=tuple(self._first()),
            lines=tuple(self._line(line) for line in self.board.lines),
            house_notes=tuple(
                self._told(written) for written in self.written[None] if written.kind is not Event.EMERGENCY
            ),
            expected=tuple(self._expected(expected) for expected in material.expected),
            checks=CheckCounts.of(in_period, material.period),
            lapses=tuple(lapse for lapse in self.lapses if material.period.contains(lapse.due_by)),
            actions=tuple(self._action(action) for action in self._by_due()),
            head_seq=self.board.head_seq,
            head=material.head,
            rounds=tuple(material.conceal(walk.text) for walk in material.rounds),
            events=tuple(material.conceal(event.text) for event in material.events),
            copies_out=tuple(material.conceal(copy) for copy in material.copies_out),
        )

    def _counts(self) -> Counts:
        count = self.board.count
        closed = sum(room.out_of_service is not None for room in self.board.empty_rooms)
        return Counts(
            in_house=count(Presence.IN),
            staff_in=len(self.board.staff_in),
            out=count(Presence.OUT),
            hospital=count(Presence.HOSPITAL),
            leave=count(Presence.LEAVE),
            absent=count(Presence.ABSENT),
            custody=count(Presence.CUSTODY),
            beds_free=len(self.board.empty_rooms) - closed,
            out_of_service=closed,
        )

    # What comes first

    def _first(self) -> Iterable[First]:
        if len(self.board.staff_in) < self.board.least_staff:
            few = f"{len(self.board.staff_in)} staff in the building; {self.board.least_staff} are needed at all times"
            yield First("", self.material.house.name, few, _LEAD)
        if (on := self.board.emergency) is not None:
            yield First(
                "", self.material.house.name, f"an emergency is on since {self._when(on.started)}", _LEAD
            )
        for written in self.written[None]:
            if written.kind is Event.ROLL:
                yield First("", self.material.house.name, self._told(written), _LEAD)
        for line in self.board.lines:
            yield from self._first_told(line)
            yield from self._first_due(line)
        yield from self._first_actions()

    def _first_told(self, line: BoardLine) -> Iterable[First]:
        for written in self.written[line.id]:
            if written.kind is Event.EMERGENCY:
                you = "read it in her record, and ask how she is"
                yield self._first_of(line.who, self._told(written), you)
            elif written.kind is Event.ROLL and self._unseen_since(line, written.at):
                yield self._first_of(line.who, self._told(written), "see her now, or find out where she is")

    def _first_due(self, line: BoardLine) -> Iterable[First]:
        if (case := self.material.cases.get(line.id)) is not None:
            yield self._first_of(
                line.who, self._case(line, case), "the manager decides; you write the next step"
            )
        elif line.late_since is not None:
            text = f"not in; her curfew began {self._when(line.late_since)}; no case open"
            yield self._first_of(line.who, text, "open her case, or write her return")
        if line.presence is Presence.IN:
            for overdue in line.overdue:
                text = f"not seen for her {self._check(overdue)} by {self._when(overdue.slot.closes)}"
                yield self._first_of(line.who, text, "see her now")

    def _first_actions(self) -> Iterable[First]:
        for action in self._by_due():
            if action.due is not None and action.due <= self.now + SOON:
                who = self.refs.get(action.resident) if action.resident else None
                text, owner = self._action_text(action), action.owner or _LEAD
                said = f"to do by {self._when(action.due)}: {text}"
                yield (
                    self._first_of(who, said, owner)
                    if who
                    else First("", self.material.house.name, said, owner)
                )

    @staticmethod
    def _unseen_since(line: BoardLine, at: datetime) -> bool:
        return line.last_seen is None or line.last_seen.seen_at < at

    def _first_of(self, who: ResidentRef, text: str, you: str) -> First:
        return First(_room(who), who.name, text, you, who.id)

    def _case(self, line: BoardLine, case: Case) -> str:
        where = PRESENCE[line.presence] if case.returned is None else f"back {self._when(case.returned)}"
        steps = (
            f"{case.steps} step{'' if case.steps == 1 else 's'} written"
            if case.steps
            else "no step written yet"
        )
        decided = (
            f"decision written {self._when(case.decided)}" if case.decided else "no decision written yet"
        )
        return f"{where}; case open since {self._when(case.opened)}; {steps}; {decided}"

    # One woman

    def _line(self, line: BoardLine) -> Line:
        lapses = [lapse for lapse in self.lapses if lapse.resident == line.id]
        told = [*self._lapses(lapses), *(self._told(written) for written in self.written[line.id])]
        loud = any(written.kind is Event.CONCERN for written in self.written[line.id])
        away = line.presence in {Presence.HOSPITAL, Presence.ABSENT, Presence.CUSTODY}
        return Line(
            resident=line.id,
            room=_room(line.who),
            name=line.who.name,
            restricted=line.who.hidden,
            marks=tuple(self._marks(line)),
            presence=self._presence(line),
            last_seen=self._last_seen(line),
            next_due=self._next_due(line),
            told=tuple(told),
            do=tuple(self._do(line)),
            today=tuple(self._today(line)),
            attention=bool(lapses or line.overdue or line.id in self.material.cases or away or loud),
        )

    def _marks(self, line: BoardLine) -> Iterable[str]:
        if line.watch_day is not None:
            yield f"day {line.watch_day}"
        if line.who.hidden:
            return
        if line.name_alert:
            yield f"name alert: {', '.join(other.rpartition(', ')[2] for other in line.name_alert.split('; '))}"
        if line.alerts and len(line.alerts) <= _SHORT_MARK:
            yield self.material.conceal(line.alerts)

    def _presence(self, line: BoardLine) -> str:
        if line.presence is Presence.IN or line.presence_since is None:
            return PRESENCE[line.presence]
        return f"{PRESENCE[line.presence]} since {self._when(line.presence_since)}"

    def _last_seen(self, line: BoardLine) -> str:
        seen = line.last_seen
        if seen is None:
            return "no sighting written"
        return (
            f"{APPROXIMATELY[seen.precision]}{self._when(seen.seen_at)} {_SEEN.get(seen.how, HOW[seen.how])}"
        )

    def _next_due(self, line: BoardLine) -> str:
        overdue, waiting = line.overdue, [due for due in line.dues if not due.overdue]
        if overdue:
            return f"overdue since {self._when(overdue[0].slot.closes)}"
        following = waiting[0] if waiting else line.next_due
        if following is None or line.presence not in {Presence.IN, Presence.OUT}:
            return ""
        opens, closes = following.slot.opens, following.slot.closes
        return f"{self._when(opens)}–{stamp(closes, self.zone)}" if opens < closes else self._when(closes)

    def _do(self, line: BoardLine) -> Iterable[str]:
        conceal = self.material.conceal
        person = self.material.people.get(line.id)
        if not line.who.hidden:
            if line.rules:
                yield "Checks: " + "; ".join(conceal(rule) for rule in line.rules)
            if line.alerts and len(line.alerts) > _SHORT_MARK:
                yield conceal(line.alerts)
        agreed = (line.agreement.answers.get("wake_when") or "").strip() if line.agreement else ""
        if agreed:
            yield f"Waking: {conceal(agreed)}"
        if person is not None and person.evacuation:
            yield _EVACUATION + conceal(person.evacuation)
        if person is not None and person.allergies:
            yield _ALLERGIES + conceal(person.allergies)

    def _today(self, line: BoardLine) -> Iterable[str]:
        if line.presence is not Presence.IN and line.expected_back is not None:
            due = "back" if line.expected_back > self.now else "was due back"
            yield f"{due} {self._when(line.expected_back)}"
        for action in self._by_due():
            if action.resident == line.id and action.due is not None and self._is_today(action.due):
                yield f"{self._when(action.due)} {_short(self._action_text(action))}"
        for expected in self.material.expected:
            if expected.resident == line.id and not expected.arrives:
                yield f"leaves {self._when(expected.at)}"

    # Checks

    def _lapse(self, due: Due) -> Lapse | None:
        """What is worth telling of one slot: it was late or missed, or is open past its deadline.

        Of the shift before, only what was settled since its sheet was offered.
        """
        resolved, slot = due.resolved, due.resolved.slot
        earlier = slot.closes < self.material.period.start
        if earlier and (resolved.ended is None or resolved.ended < self.material.since):
            return None
        late_open = resolved.outcome is Outcome.DUE and slot.closes <= self.now and not earlier
        if resolved.outcome not in {Outcome.LATE, Outcome.MISSED} and not late_open:
            return None
        why = due.why
        if why is None and resolved.learned is not None:
            reason, learned = resolved.learned
            why = f"learned {self._when(learned)}: {reason}"
        if due.who.hidden:
            why = None
        return Lapse(
            resident=due.who.id,
            room=_room(due.who),
            name=due.who.name,
            check=PURPOSE[slot.purpose],
            outcome=resolved.outcome,
            due_by=slot.closes,
            seen_at=resolved.seen.seen_to if resolved.seen else None,
            late_minutes=resolved.late_minutes,
            why=self.material.conceal(why) if why else None,
        )

    def _lapses(self, lapses: list[Lapse]) -> Iterable[str]:
        """Her late checks one by one with their reasons; those missed or open together, by what they were."""
        for lapse in lapses:
            if lapse.outcome is Outcome.LATE and lapse.seen_at is not None:
                when, minutes = self._when(lapse.seen_at), lapse.late_minutes
                yield f"{when} {lapse.check} late by {minutes} min ({lapse.why or 'no reason written'})"
        for outcome, said in ((Outcome.MISSED, "missed"), (Outcome.DUE, "not met yet")):
            groups: dict[tuple[str, str | None], list[Lapse]] = defaultdict(list)
            for lapse in lapses:
                if lapse.outcome is outcome:
                    groups[lapse.check, lapse.why].append(lapse)
            for (check, why), group in groups.items():
                times = ", ".join(self._when(lapse.due_by) for lapse in group)
                missed = f" ({why or 'no reason written'})" if outcome is Outcome.MISSED else ""
                number = f"{len(group)} × " if len(group) > 1 else ""
                yield f"{number}{check} due by {times}: {said}{missed}"

    # Words

    def _told(self, written: Written) -> str:
        if written.words is not None:
            words = self.material.conceal(written.words)
        elif written.kind in {Event.CONCERN, Event.NOTE}:
            words = IN_HER_RECORD
        else:
            words = ""
        later = f", written {self._when(written.typed_at)}" if written.entered_later else ""
        said = f"{self._when(written.at)} {written.what}".strip()
        by = f" ({written.by}{later})" if written.kind in {Event.CONCERN, Event.NOTE} or later else ""
        return f"{said}: {words}{by}" if words else f"{said}{by}"

    def _by_due(self) -> list[OpenAction]:
        return sorted(self.material.actions, key=lambda it: (it.due is None, it.due or it.opened, it.opened))

    def _action_text(self, action: OpenAction) -> str:
        return self.material.conceal(action.text)

    def _action(self, action: OpenAction) -> ActionLine:
        who = self.refs.get(action.resident) if action.resident else None
        about = f"{who.name} ({_room(who)}): " if who else ""
        if action.first_sheet is None:
            since = f"new, {self._when(action.opened)}"
        elif action.carried < 2:
            since = f"sheet {action.first_sheet}"
        else:
            many = _ORDINALS[action.carried] if action.carried < len(_ORDINALS) else f"{action.carried}th"
            since = f"sheet {action.first_sheet}, {many} carry"
        return ActionLine(
            action.id,
            self._when(action.due) if action.due else "no time set",
            about + self._action_text(action),
            action.owner or "nobody yet",
            since,
            action.due is not None and action.due < self.now,
            action.resident,
        )

    def _expected(self, expected: Expected) -> str:
        return f"{expected.name} {'arrives' if expected.arrives else 'leaves'} {self._when(expected.at, day=True)}"

    def _check(self, resolved: Resolved) -> str:
        return PURPOSE[resolved.slot.purpose]

    def _is_today(self, instant: datetime) -> bool:
        """The rest of this date, and the whole next one when the night has not reached it yet."""
        return instant <= self.now or local_date(instant, self.zone) in {
            local_date(self.now, self.zone),
            local_date(self.material.period.end or self.now, self.zone),
        }

    def _when(self, instant: datetime, day: bool = False) -> str:
        at = stamp(instant, self.zone)
        if day or abs(instant - self.now) > _SAME_SHIFT:
            return f"{day_label(local_date(instant, self.zone))} {at}"
        return at


def _short(text: str) -> str:
    """An action as her own line has it: it stands in full among the open actions."""
    if len(text) <= _SHORT_ACTION:
        return text
    return text[:_SHORT_ACTION].rpartition(" ")[0].rstrip(" ,;:") + " … (open actions)"


def _room(who: ResidentRef) -> str:
    return who.room.label if who.room else "no room"
