"""The board as tiles: of each room the one thing that matters next, in the words of the list."""

from collections.abc import Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardLine
from app.domain.presence import Presence
from app.domain.regimes import Purpose
from app.domain.rooms import RoomState
from app.domain.rounds import HOUSE, asks_from
from app.domain.saying import minutes
from app.domain.time import day_label, local_date, stamp
from app.domain.wording import PRESENCE
from app.ui.pages.now_lines import (
    SHORT_PURPOSE,
    check_cell,
    first_asking,
    floor_name,
    name_cell,
    past_grace,
    presence_cell,
    seen_cell,
    when,
)
from app.ui.widgets.floor_plan import Tile
from app.ui.widgets.marks import Mark

#: How long before a check of her own opens it is what matters next on her tile.
SOON = timedelta(minutes=60)


def tiles(board: Board, zone: ZoneInfo, lines: Iterable[BoardLine], rooms: Iterable[RoomState]) -> list[Tile]:
    """One tile a room in walking order, under a heading for each floor; a woman without a room last."""
    placed = [
        *(
            (line.who.room.position, floor_name(line.who.room), tile(line, board, zone))
            for line in lines
            if line.who.room
        ),
        *((state.room.position, floor_name(state.room), empty_tile(state, zone)) for state in rooms),
    ]
    placed.sort(key=lambda one: one[0])
    homeless = [(0, floor_name(None), tile(line, board, zone)) for line in lines if line.who.room is None]
    shown: list[Tile] = []
    floor = ""
    for _, name, made in (*placed, *homeless):
        if name != floor:
            floor = name
            shown.append(Tile(f"floor {len(shown)} {name}", name=name, section=True))
        shown.append(made)
    return shown


def tile(line: BoardLine, board: Board, zone: ZoneInfo) -> Tile:
    """Her tile: where she is, her name, and what matters next."""
    words, mark, tone = _matters(line, board, zone)
    wrong = line.case_open or past_grace(line, board) or bool(line.overdue and tone == "red")
    own = (
        tone == "amber"
        and (due := first_asking(line, board.at)) is not None
        and due.slot.purpose not in HOUSE
    )
    room = line.who.room.label if line.who.room else "no room"
    spoken = (
        room,
        name_cell(line).spoken,
        presence_cell(line, board.at, zone).spoken,
        check_cell(line, board, zone).spoken,
        f"last seen {seen_cell(line, board.at, zone).spoken}",
    )
    return Tile(
        key=line.id,
        name=line.who.name,
        room=room,
        mark=Mark.of_presence(line.presence.value),
        word=_WORDS.get(line.presence, PRESENCE[line.presence]),
        under=f"not {line.name_alert}" if line.name_alert else "",
        line=words,
        line_mark=mark,
        tone=tone,
        outline="red" if wrong else "amber" if own else None,
        filled=line.case_open or past_grace(line, board),
        spoken=", ".join(part for part in spoken if part),
    )


_WORDS = {Presence.HOSPITAL: "hospital", Presence.LEAVE: "leave", Presence.CUSTODY: "custody"}


def _matters(line: BoardLine, board: Board, zone: ZoneInfo) -> tuple[str, Mark | None, str | None]:
    """The one line: words, the mark before them, and the tone."""
    now = board.at
    if line.late_since is not None:
        late = f"late {minutes(now - line.late_since)}"
        if line.case_open:
            return f"{late}, case open", None, "red"
        return (late, Mark.OVERDUE, "red") if past_grace(line, board) else (late, Mark.LATE, None)
    if line.case_open:
        return "case open", None, "red"
    if line.presence not in (Presence.IN, Presence.OUT):
        return _away(line, board, zone), None, None
    if line.overdue:
        due = line.overdue[0]
        return f"{_asked(due.slot.purpose)} due {stamp(due.slot.closes, zone)}", Mark.OVERDUE, "red"
    asking = first_asking(line, now)
    if asking is not None:
        said = f"{_asked(asking.slot.purpose)} by {stamp(asking.slot.closes, zone)}"
        # A window of the house asks for everyone: only what is hers alone is coloured.
        own = asking.slot.purpose not in HOUSE
        return said, Mark.DUE, "amber" if own else None
    if line.presence is Presence.OUT:
        return _away(line, board, zone), None, None
    if line.unseen_since_return and line.presence_since is not None:
        return f"in {stamp(line.presence_since, zone)}, not seen yet", Mark.INFORMATION, None
    coming = [due for due in (*line.dues, line.next_due) if due is not None and due.slot.purpose not in HOUSE]
    if coming and asks_from(first := min(coming, key=asks_from)) - now <= SOON:
        return f"{_asked(first.slot.purpose)} from {stamp(asks_from(first), zone)}", Mark.NEXT, None
    if line.last_seen is not None and now - line.last_seen.seen_at < timedelta(hours=12):
        return f"seen {stamp(line.last_seen.seen_at, zone)}", None, None
    return "", None, None


def _asked(purpose: Purpose) -> str:
    return SHORT_PURPOSE[purpose]


def _away(line: BoardLine, board: Board, zone: ZoneInfo) -> str:
    """When she is back, or since when and where she is away."""
    if line.expected_back is not None:
        return f"back {when(line.expected_back, board.at, zone)}"
    since = f"since {when(line.presence_since, board.at, zone)}" if line.presence_since else ""
    return f"{line.where} {since}".strip() if line.where and line.presence is not Presence.OUT else since


def empty_tile(state: RoomState, zone: ZoneInfo) -> Tile:
    """A room with nobody in it: free, or closed, why and until when."""
    room = state.room.label
    if not state.out_of_service:
        return Tile(state.room.id, room=room, mark=Mark.FREE, word="free", empty=True, spoken=f"{room}, free")
    until = f" to {day_label(local_date(state.until, zone))[4:]}" if state.until else ""
    why = f"{state.out_of_service}{until}"
    spoken = f"{room}, out of service, {why}"
    return Tile(
        state.room.id,
        room=room,
        mark=Mark.OUT_OF_SERVICE,
        word="closed",
        line=why,
        empty=True,
        spoken=spoken,
    )
