"""Handover sheets (DOMAIN.md 1.10, 7): what one shift tells the next, made from the record and silent otherwise.

The shared sheet hides every restricted woman from every reader: her room, presence, checks, evacuation needs and
allergies are there; her name and whatever was written about her are not. Once offered a sheet never changes; what was
done with it (read, asked, taken over, printed) and what happened after the offer stand beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.slots import Outcome, Resolved, closing_in
from app.domain.time import Span


class Event(StrEnum):
    """What kind of thing was written that a sheet tells of."""

    CONCERN = "concern"
    NOTE = "note"
    MOVEMENT = "movement"
    RULE = "rule"
    EXCUSAL = "excusal"
    CORRECTION = "correction"
    EMERGENCY = "emergency"
    ROLL = "roll"


@dataclass(frozen=True, slots=True)
class Written:
    """One thing that was written since the last sheet, as the sheet's reader may know it.

    `what` says what happened in the program's own words and is safe for everyone on shift; `words` is what somebody
    typed, and None in a record that the reader may not open. `at` is when it was so.
    """

    kind: Event
    entry: UUID
    seq: int
    resident: UUID | None
    at: datetime
    typed_at: datetime
    by: str
    what: str
    words: str | None
    entered_later: bool = False


@dataclass(frozen=True, slots=True)
class OpenAction:
    """Something that somebody owns until it is done. `carried` counts the sheets it has been on already."""

    id: UUID
    text: str
    resident: UUID | None
    owner: str | None
    due: datetime | None
    opened: datetime
    first_sheet: int | None
    carried: int


@dataclass(frozen=True, slots=True)
class Expected:
    """An arrival or a departure that is planned for today or tomorrow."""

    resident: UUID
    name: str
    arrives: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff of a shift. `staff` is None on sheets that were offered before it was kept."""

    name: str
    lead: bool = False
    staff: UUID | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The house in numbers: women by presence, staff in the building, beds."""

    in_house: int
    staff_in: int
    out: int
    hospital: int
    leave: int
    absent: int
    custody: int
    beds_free: int
    out_of_service: int

    @property
    def residents(self) -> int:
        """Everyone who is placed here: each is counted under one presence."""
        return self.in_house + self.out + self.hospital + self.leave + self.absent + self.custody


@dataclass(frozen=True, slots=True)
class First:
    """What needs someone first, and who that is."""

    room: str
    name: str
    text: str
    who: str
    resident: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One woman on the sheet. `told` is what was written since; `do` is what to do, never why."""

    resident: UUID
    room: str
    name: str
    restricted: bool
    marks: tuple[str, ...]
    presence: str
    last_seen: str
    next_due: str
    told: tuple[str, ...]
    do: tuple[str, ...]
    today: tuple[str, ...]
    attention: bool


@dataclass(frozen=True, slots=True)
class Lapse:
    """A check that was late, missed, or still open when the sheet was made. `why` is None where nobody wrote why."""

    resident: UUID
    room: str
    name: str
    check: str
    outcome: Outcome
    due_by: datetime
    seen_at: datetime | None
    late_minutes: int | None
    why: str | None


@dataclass(frozen=True, slots=True)
class CheckCounts:
    """Slots whose deadline lies in the half open period, each with its one outcome (SLOTS.md, "What must always hold").

    Shifts meet, so every slot is counted on exactly one sheet. `still_open` were due and neither met nor missed when
    the sheet was made.
    """

    due: int = 0
    on_time_written_then: int = 0
    on_time_entered_later: int = 0
    late: int = 0
    missed: int = 0
    excused: int = 0
    still_open: int = 0

    @property
    def on_time(self) -> int:
        """However it was written."""
        return self.on_time_written_then + self.on_time_entered_later

    @classmethod
    def of(cls, resolved: Iterable[Resolved], period: Span) -> "CheckCounts":
        """Count the slots that the period has by their deadlines."""
        counted = closing_in(resolved, period)

        def count(outcome: Outcome, later: bool | None = None) -> int:
            return sum(s.outcome is outcome and later in (None, s.entered_later) for s in counted)

        return cls(
            due=len(counted),
            on_time_written_then=count(Outcome.ON_TIME, later=False),
            on_time_entered_later=count(Outcome.ON_TIME, later=True),
            late=count(Outcome.LATE),
            missed=count(Outcome.MISSED),
            excused=count(Outcome.EXCUSED),
            still_open=count(Outcome.DUE),
        )


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An open action as the sheet has it."""

    id: UUID
    due: str
    what: str
    owner: str
    since: str
    overdue: bool
    resident: UUID | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """Who did something with the sheet, and when."""

    name: str
    at: datetime
    staff: UUID


@dataclass(frozen=True, slots=True)
class Question:
    """What an incoming worker asked about the sheet, and the answer once there is one. Numbered from 1 on each sheet."""

    number: int
    asked: Signed
    text: str
    answered: Signed | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A numbered, named copy on paper, to be returned and shredded. `of` is how many there were once it was printed;
    `returned` is who had it back to be shredded, and when. A copy that is printed again gets the next number."""

    number: int
    of: int
    name: str
    printed: datetime
    returned: Signed | None = None

    @property
    def said(self) -> str:
        """ "copy 2 of 2 · for Dawn Ellery"."""
        return f"copy {self.number} of {self.of} · for {self.name}"


def next_copies(copies: Iterable[Copy], names: Iterable[str], printed: datetime) -> tuple[Copy, ...]:
    """One more copy for each name, numbered on from those there are: no number is ever used twice."""
    last = max((copy.number for copy in copies), default=0)
    wanted = list(names)
    of = last + len(wanted)
    return tuple(Copy(number, of, name, printed) for number, name in enumerate(wanted, last + 1))


@dataclass(frozen=True, slots=True)
class Later:
    """Something that was written between the offer and the take-over, marked as later than the sheet: when it was so,
    when it was typed, and by whom. `resident` is None where it is about the house."""

    at: datetime
    typed_at: datetime
    text: str
    by: str = ""
    resident: UUID | None = None


@dataclass(frozen=True, slots=True)
class HouseEvent:
    """What happened to the house in the shift: a round that was walked, an emergency, a roll call. In the program's own
    words, in which nobody restricted is named. `typed_at` is when its last part was written."""

    at: datetime
    typed_at: datetime
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet. `number`, `offered` and everything after it are empty while it is a draft.

    `since` is where "since" begins: the last sheet's offer or the start of the shift, whichever is earlier. `head` is
    the short form of the chain's head, and `head_seq` its entry, when the sheet was made.
    """

    number: int | None
    house: str
    marking: str
    training: bool
    zone: str
    shift: str
    to_shift: str
    period: Span
    since: datetime
    made_at: datetime
    off: tuple[Person, ...]
    on: tuple[Person, ...]
    counts: Counts
    first: tuple[First, ...]
    lines: tuple[Line, ...]
    house_notes: tuple[str, ...]
    expected: tuple[str, ...]
    checks: CheckCounts
    lapses: tuple[Lapse, ...]
    actions: tuple[ActionLine, ...]
    head_seq: int
    head: str
    offered: Signed | None = None
    #: Rounds that were walked; emergencies and roll calls: the house's own, apart from the women's lines.
    rounds: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    #: Copies of earlier papers that nobody has brought back yet.
    copies_out: tuple[str, ...] = ()
    read: tuple[Signed, ...] = ()
    questions: tuple[Question, ...] = ()
    taken: Signed | None = None
    later: tuple[Later, ...] = ()
    copies: tuple[Copy, ...] = ()
    #: Who is of the incoming shift and has not marked it read.
    not_read: tuple[Person, ...] = ()
    id: UUID | None = field(default=None)

    @property
    def title(self) -> str:
        """ "Handover 413, night to day"; a draft has no number."""
        name = f"Handover {self.number}" if self.number is not None else "Handover, not offered yet"
        return f"{name}, {self.shift} to {self.to_shift}"

    @property
    def waiting(self) -> bool:
        """Offered, and nobody has taken the house over on it."""
        return self.offered is not None and self.taken is None

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """Questions that nobody has answered yet."""
        return tuple(question for question in self.questions if question.answered is None)


#: What is added to a sheet when it is read, and is never part of what was offered.
AFTER_THE_OFFER = ("read", "questions", "taken", "later", "copies", "not_read", "id")
assert set(AFTER_THE_OFFER) <= {f.name for f in fields(Sheet)}


@dataclass(frozen=True, slots=True)
class AppendixPart:
    """One restricted woman as those who are listed for her may know her: her line of the sheet in full, frozen with it.

    `first` and `lapses` are in whole phrases; `actions` are hers alone.
    """

    resident: UUID
    room: str
    name: str
    marks: tuple[str, ...]
    presence: str
    last_seen: str
    next_due: str
    first: tuple[str, ...]
    told: tuple[str, ...]
    do: tuple[str, ...]
    today: tuple[str, ...]
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True, slots=True)
class Appendix:
    """The restricted appendix of a sheet as one reader may have it: only of the women she is listed for.

    It is never part of the shared sheet, has numbered, named copies of its own, and is printed for its reader alone.
    """

    sheet: Sheet
    reader: Signed
    parts: tuple[AppendixPart, ...]
    later: tuple[Later, ...] = ()
    copies: tuple[Copy, ...] = ()

    @property
    def title(self) -> str:
        """ "Handover 413, restricted appendix"."""
        return f"Handover {self.sheet.number}, restricted appendix"


@dataclass(frozen=True, slots=True)
class SheetRef:
    """A sheet in the list of sheets."""

    id: UUID
    number: int
    shift: str
    period: Span
    offered: Signed
    taken: Signed | None
    readers: int
    unanswered: int
    copies: int
    copies_out: int = 0
