"""Boards for the tests of what is read off one: lines from lives, or from nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.board import Board, BoardLine
from app.domain.presence import Presence
from app.domain.residents import ResidentRef, RoomRef
from app.domain.slots import History, Outcome, Resolved, due
from app.domain.staff import Role, StaffView
from app.domain.time import Span

DAY = timedelta(days=1)


def open_slots(history: History, now: datetime) -> tuple[Resolved, ...]:
    """What asks for a sighting at `now`, by the slots alone."""
    found = due(history, Span(now - DAY, now + DAY), now)
    return tuple(one for one in found if one.outcome is Outcome.DUE and one.slot.opens <= now)


def a_line(dues: Iterable[Resolved] = (), presence: Presence = Presence.IN, **more: Any) -> BoardLine:
    """A woman's line. `number` gives her another id, name and room; `late` the start of the curfew that she is late for."""
    number = more.pop("number", 1)
    room = RoomRef(UUID(int=900 + number), str(number), "Dill", 0, number)
    ref = ResidentRef(UUID(int=number), more.pop("name", f"Woman {number}"), None, room)
    return BoardLine(
        who=ref,
        presence=presence,
        presence_since=None,
        where=None,
        expected_back=None,
        last_seen=None,
        dues=tuple(dues),
        next_due=None,
        curfew=None,
        late_since=more.pop("late", None),
        case_open=more.pop("case_open", False),
        watch_day=None,
        alerts=None,
        agreement=None,
        rules=(),
        woken_tonight=0,
        name_alert=None,
    )


def a_board(now: datetime, *lines: BoardLine, staff: int = 2, **more: Any) -> Board:
    """A board of these lines, with two down as in the building unless said otherwise."""
    people = tuple(
        StaffView(UUID(int=800 + n), f"w{n}", f"Worker {n}", Role.RESIDENTIAL, None, True)
        for n in range(staff)
    )
    return Board(
        at=now,
        lines=lines,
        empty_rooms=(),
        staff_in=people,
        least_staff=2,
        on_call="07700 900461",
        naloxone="office",
        head_seq=1,
        head=b"",
        last_saved=now,
        **more,
    )
