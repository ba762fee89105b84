"""The board in words: each woman's presence and check state, and what is to be done next and with which key."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardLine
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.residents import RoomRef
from app.domain.rooms import RoomState
from app.domain.rounds import HOUSE, asks_from, asks_now
from app.domain.saying import minutes
from app.domain.sightings import How
from app.domain.slots import Kind, Resolved
from app.domain.time import day_label, local_date, stamp
from app.domain.wording import HOW, PRESENCE, PURPOSE
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Row

FLOORS = ("Ground floor", "First floor", "Second floor", "Third floor", "Fourth floor")
#: How many women who missed a window of the house are named one by one; more are counted.
NAMED = 3
SHORT_HOW = {
    How.SPOKE: "spoke",
    How.AWAKE: "awake",
    How.ASLEEP_BREATHING: "asleep",
    How.ROUSED: "roused",
}
SHORT_PURPOSE = {
    Purpose.CURFEW: "curfew",
    Purpose.MORNING: "morning",
    Purpose.SIGN_IN: "sign-in",
    Purpose.WELFARE: "check",
    Purpose.CLOSE: "close check",
    Purpose.ROUND: "round",
}


def floor_name(room: RoomRef | None) -> str:
    """The heading of a floor's rows."""
    if room is None:
        return "No room"
    return FLOORS[room.floor] if 0 <= room.floor < len(FLOORS) else f"Floor {room.floor}"


def when(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time today, or with its day: "22:08", "Sat 21 Nov 09:10"."""
    day = local_date(instant, zone)
    said = stamp(instant, zone)
    near = abs(instant - now) < timedelta(hours=12) or day == local_date(now, zone)
    return said if near else f"{day_label(day)} {said}"


def short_name(name: str | None) -> str:
    """ "Dawn E.": staff by first name and initial, as they are spoken of."""
    first, _, last = (name or "").partition(" ")
    return f"{first} {last[0]}." if last else first


def presence_cell(line: BoardLine, now: datetime, zone: ZoneInfo) -> Cell:
    """Where she is, since when, and what was said when she left."""
    about = []
    if line.presence is not Presence.IN:
        if line.where:
            about.append(line.where)
        if line.presence_since:
            about.append(f"since {when(line.presence_since, now, zone)}")
        if line.expected_back:
            about.append(f"back by {when(line.expected_back, now, zone)}")
    return Cell(PRESENCE[line.presence], Mark.of_presence(line.presence.value), under=", ".join(about))


def past_grace(line: BoardLine, board: Board) -> bool:
    """Late for her curfew, the grace over, and no case open: it is time to ask whether to open one."""
    since = line.late_since
    return since is not None and not line.case_open and board.at >= since + board.grace


def late_said(line: BoardLine, now: datetime, zone: ZoneInfo) -> str:
    """ "late 42 min for her 21:00 curfew"; nothing when she is not."""
    if line.late_since is None:
        return ""
    return f"late {minutes(now - line.late_since)} for her {stamp(line.late_since, zone)} curfew"


def check_cell(line: BoardLine, board: Board, zone: ZoneInfo) -> Cell:
    """The state of her checks, apart from where she is."""
    now = board.at
    if line.case_open:
        return Cell("case open", Mark.ABSENT, under=late_said(line, now, zone), bold=True, tone="red")
    if line.late_since is not None:
        over = past_grace(line, board)
        return Cell(
            late_said(line, now, zone),
            Mark.OVERDUE if over else Mark.LATE,
            under="K opens a case" if over else "",
            bold=over,
            tone="red" if over else None,
        )
    if line.presence not in (Presence.IN, Presence.OUT):
        return Cell("not asked", muted=True)
    if line.overdue:
        late = line.overdue[0]
        return Cell(
            f"overdue {minutes(now - late.slot.closes)}",
            Mark.OVERDUE,
            second=late.slot.title if late.slot.kind is Kind.EVERY else SHORT_PURPOSE[late.slot.purpose],
            bold=True,
            tone="red",
        )
    due = first_asking(line, now)
    unseen = _unseen(line, now, zone)
    if due is not None:
        said = f"due by {stamp(due.slot.closes, zone)}"
        return Cell(said, Mark.DUE, SHORT_PURPOSE[due.slot.purpose], under=unseen, bold=True, tone="amber")
    if unseen:
        return Cell(unseen, Mark.INFORMATION)
    return Cell("nothing due", muted=True)


def _unseen(line: BoardLine, now: datetime, zone: ZoneInfo) -> str:
    if not line.unseen_since_return or line.presence_since is None:
        return ""
    return f"in, not seen since {when(line.presence_since, now, zone)}"


def first_asking(line: BoardLine, now: datetime) -> Resolved | None:
    """The open slot of hers that asks for a sighting now, the nearest deadline first."""
    return next((due for due in line.dues if asks_now(due, now)), None)


def what_said(due: Resolved) -> str:
    """What a slot asks for; a rule of her own by its title ("every 30–60 min")."""
    purpose = PURPOSE[due.slot.purpose]
    return (
        purpose
        if due.slot.purpose in HOUSE
        else f"{purpose} {due.slot.title}".replace(f"{purpose} {purpose}", purpose)
    )


def seen_cell(line: BoardLine, now: datetime, zone: ZoneInfo) -> Cell:
    """When she was last seen, how, and by whom."""
    last = line.last_seen
    if last is None:
        return Cell("not yet", muted=True)
    how = SHORT_HOW.get(last.how, HOW[last.how])
    by = f", {short_name(last.seen_by)}" if last.seen_by else ""
    return Cell(when(last.seen_at, now, zone), second=f"{how}{by}")


def next_cell(line: BoardLine, now: datetime, zone: ZoneInfo) -> Cell:
    """The next slot that is still to come."""
    coming = [due for due in line.dues if not asks_now(due, now)] + ([line.next_due] if line.next_due else [])
    if not coming or line.presence not in (Presence.IN, Presence.OUT):
        return Cell()
    first = min(coming, key=asks_from)
    return Cell(f"{when(asks_from(first), now, zone)} {SHORT_PURPOSE[first.slot.purpose]}", muted=True)


def name_cell(line: BoardLine) -> Cell:
    """Her name, with what keeps her from being mistaken or overlooked."""
    under = []
    if line.name_alert:
        under.append(f"not {line.name_alert}")
    if line.watch_day is not None:
        under.append(f"first fortnight, day {line.watch_day}")
    mark = Mark.RESTRICTED if line.who.restricted else None
    return Cell(line.who.name, mark, under=" · ".join(under), bold=True)


def board_rows(
    board: Board,
    zone: ZoneInfo,
    lines: Iterable[BoardLine] | None = None,
    rooms: Iterable[RoomState] = (),
) -> list[Row]:
    """One row a woman in walking order, under a heading for each floor; after them these rooms with nobody in them."""
    rows: list[Row] = []
    floor = ""
    for line in board.lines if lines is None else lines:
        room = line.who.room
        if (name := floor_name(room)) != floor:
            floor = name
            rows.append(Row(f"floor {len(rows)} {name}", (Cell(name, bold=True),), section=True))
        check = check_cell(line, board, zone)
        cells = (
            Cell(room.label if room else "no room", muted=True),
            name_cell(line),
            presence_cell(line, board.at, zone),
            check,
            seen_cell(line, board.at, zone),
            next_cell(line, board.at, zone),
        )
        rows.append(Row(line.id, cells, tone="red" if check.tone == "red" and not line.case_open else None))
    rows += [_room_row(state, zone) for state in rooms]
    return rows


def _room_row(state: RoomState, zone: ZoneInfo) -> Row:
    closed = state.out_of_service
    until = f"to {day_label(local_date(state.until, zone))}" if state.until else ""
    said = Cell(closed, Mark.OUT_OF_SERVICE, under=until) if closed else Cell("free", Mark.FREE)
    return Row(state.room.id, (Cell(state.room.label, muted=True), Cell(), said))


@dataclass(frozen=True, slots=True)
class NextItem:
    """One thing to do: when it falls due, for whom (None: several), what, and the key that deals with it.

    `entry` is what that key confirms, `section` the page that Enter opens where it is not hers; `waits` marks what waits
    for the reader rather than for a woman's check.
    """

    at: datetime
    name: str
    what: str
    mark: Mark
    do: str
    key: str
    resident: UUID | None = None
    room: str = ""
    tone: str | None = None
    overdue: bool = False
    entry: UUID | None = None
    section: str = ""
    waits: bool = False


def next_items(board: Board, zone: ZoneInfo) -> list[NextItem]:
    """What there is to do, the overdue first, then what is due, then what comes; the house's windows as one item each."""
    windows = _windows(board)
    named = {id(due) for members in windows.values() if _apart(members) for _, due in members}
    found = [item for line in board.lines for item in _own(line, board, zone, named)]
    found += [_window(members, board, zone) for members in windows.values() if not _apart(members)]
    found += [item for line in board.lines if (item := _late(line, board, zone)) is not None]
    return sorted(found, key=lambda item: (not item.overdue, item.at, item.name))


def _late(line: BoardLine, board: Board, zone: ZoneInfo) -> NextItem | None:
    if line.late_since is None:
        return None
    over = past_grace(line, board)
    what = "case open" if line.case_open else late_said(line, board.at, zone)
    do, key = ("Open her page", "Enter") if line.case_open else ("Open a case", "K") if over else ("In", "I")
    mark = Mark.ABSENT if line.case_open else Mark.OVERDUE if over else Mark.LATE
    tone = "red" if line.case_open or over else None
    return NextItem(
        line.late_since,
        line.who.name,
        what,
        mark,
        do,
        key,
        line.id,
        _room(line),
        tone,
        over,
    )


def _own(line: BoardLine, board: Board, zone: ZoneInfo, named: set[int]) -> Iterable[NextItem]:
    """Her own checks, and a window of the house that only a few women missed."""
    if line.presence not in (Presence.IN, Presence.OUT):
        return
    coming = [line.next_due] if line.next_due else []
    for due in (*line.dues, *coming):
        if due.slot.purpose not in HOUSE or id(due) in named:
            yield _item(line, due, board, zone, line.presence is Presence.OUT)


def _item(line: BoardLine, due: Resolved, board: Board, zone: ZoneInfo, out: bool) -> NextItem:
    now, asking = board.at, asks_now(due, board.at)
    what = what_said(due)
    if due.overdue:
        rule = due.slot.title if due.slot.kind is Kind.EVERY else what
        what = f"overdue {minutes(now - due.slot.closes)}, {rule}"
    if out:
        what += f", out since {when(line.presence_since, now, zone)}" if line.presence_since else ", out"
    mark = Mark.OVERDUE if due.overdue else Mark.DUE if asking else Mark.NEXT
    tone = "red" if due.overdue else "amber" if asking else None
    at = due.slot.closes if due.overdue or asking else asks_from(due)
    do, key = ("In", "I") if out else ("Check", "C")
    return NextItem(at, line.who.name, what, mark, do, key, line.id, _room(line), tone, due.overdue)


Members = list[tuple[BoardLine, Resolved]]


def _windows(board: Board) -> dict[tuple[datetime, datetime, str, bool], Members]:
    """The windows that everyone is walked for, each with the women who are in and are still to be seen in it."""
    groups: dict[tuple[datetime, datetime, str, bool], Members] = defaultdict(list)
    for line in board.lines:
        coming = [line.next_due] if line.next_due else []
        for due in (*line.dues, *coming):
            if due.slot.purpose in HOUSE and line.presence is Presence.IN:
                slot = due.slot
                groups[slot.opens, slot.closes, PURPOSE[slot.purpose], due.overdue].append((line, due))
    return groups


def _apart(members: Members) -> bool:
    """Whether a window is overdue for so few women that each is named."""
    return members[0][1].overdue and len(members) <= NAMED


def _window(members: Members, board: Board, zone: ZoneInfo) -> NextItem:
    line, due = members[0]
    slot, what, alone = due.slot, what_said(due), len(members) == 1
    asking = slot.opens <= board.at
    if due.overdue:
        what = f"overdue {minutes(board.at - slot.closes)}, {what}"
    elif asking:
        what = f"{what}, due by {stamp(slot.closes, zone)}"
    else:
        what = f"{what} {stamp(slot.opens, zone)}–{stamp(slot.closes, zone)}"
    return NextItem(
        slot.closes if asking else slot.opens,
        line.who.name if alone else f"{len(members)} women",
        what,
        Mark.OVERDUE if due.overdue else Mark.DUE if asking else Mark.NEXT,
        "Start" if asking else "Round",
        "F2",
        line.id if alone else None,
        _room(line) if alone else "",
        "red" if due.overdue else "amber" if asking else None,
        due.overdue,
    )


def _room(line: BoardLine) -> str:
    return line.who.room.label if line.who.room else "no room"


def round_said(board: Board, zone: ZoneInfo) -> str:
    """What the key of the round starts: "Start the 23:00 round"."""
    opened = Counter(
        due.slot.opens
        for line in board.lines
        for due in line.dues
        if due.slot.purpose in HOUSE and line.presence is Presence.IN
    )
    if not opened:
        return "Start a round"
    return f"Start the {stamp(max(opened, key=lambda it: (opened[it], it)), zone)} round"
