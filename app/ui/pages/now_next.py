"""Everything that asks for someone, most pressing first: what is due for the women, and what waits for the reader."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.absence_steps import CaseLine, due_by
from app.domain.board import Board, BoardLine
from app.domain.saying import minutes
from app.domain.time import stamp
from app.domain.waiting import Waiting
from app.ui.pages.now_lines import NAMED, NextItem, next_items, when
from app.ui.widgets.marks import Mark

#: What comes is shown this long ahead; the rest is on the board.
AHEAD = timedelta(hours=12)


def pressing(board: Board, waiting: Waiting | None, zone: ZoneInfo) -> list[NextItem]:
    """What is overdue and who is late, then what is due now, then what waits for the reader, then what comes."""
    cases = {line.case.resident: line for line in board.cases}
    found = [
        item for item in next_items(board, zone) if not (item.resident in cases and item.mark is Mark.ABSENT)
    ]
    found += [_case(line, board, zone) for line in board.cases]
    waiting = waiting or Waiting()
    found += [*_confirm(waiting, board, zone), *_sheet(waiting, zone)]
    found += [*_actions(waiting, board, zone), *_expected(waiting, board, zone)]
    return sorted(
        found, key=lambda item: (_rank(item), item.at, item.waits and item.entry is None, item.name)
    )


def _rank(item: NextItem) -> int:
    if item.overdue:
        return 0
    if item.waits:
        return 2
    return 1 if item.tone == "amber" else 3


def _case(line: CaseLine, board: Board, zone: ZoneInfo) -> NextItem:
    """How late she is, and the next step of her case with its time."""
    case, on = line.case, board.line(line.case.resident)
    late = case.returned is None
    parts = (
        [_late(on, case.due_back, board.at, zone)]
        if late
        else [f"back since {when(case.returned or board.at, board.at, zone)}"]
    )
    step = line.next
    if step is not None:
        said = step.what[0].lower() + step.what[1:] if step.what else ""
        parts.append(f"Step {line.number} of {line.of}: {said} {due_by(step, board.at, zone)}")
    elif not late:
        parts.append("write what came of it, and close the case")
    over = step is not None and step.due <= board.at
    return NextItem(
        at=line.due,
        name=line.who.name,
        what=". ".join(parts),
        mark=Mark.ABSENT,
        do="Open her page",
        key="Enter",
        resident=case.resident,
        room=line.who.room.label if line.who.room else "",
        tone="red" if late or over else "amber",
        overdue=late or over,
    )


def _late(line: BoardLine | None, due_back: datetime, now: datetime, zone: ZoneInfo) -> str:
    if line is not None and line.late_since is not None:
        return f"{minutes(now - line.late_since)} late for her {stamp(line.late_since, zone)} curfew"
    return f"{minutes(now - due_back)} past {when(due_back, now, zone)}, when she was due back"


def _confirm(waiting: Waiting, board: Board, zone: ZoneInfo) -> Iterable[NextItem]:
    """Sightings that a colleague typed for the reader; beyond a few they are counted, and move up as they are confirmed."""
    shown = waiting.confirm if len(waiting.confirm) <= NAMED else waiting.confirm[: NAMED - 1]
    for one in shown:
        yield NextItem(
            at=one.seen_at,
            name=one.who.name,
            what=f"{one.typed_by} typed that you saw her at {when(one.seen_at, board.at, zone)}",
            mark=Mark.INFORMATION,
            do="Confirm",
            key="Y",
            resident=one.who.id,
            room=one.who.room.label if one.who.room else "",
            entry=one.entry,
            waits=True,
        )
    rest = waiting.confirm[len(shown) :]
    if rest:
        yield NextItem(
            rest[0].seen_at,
            f"{len(rest)} more sightings",
            "typed for you, to confirm after these",
            Mark.INFORMATION,
            "",
            "",
            waits=True,
        )


def _sheet(waiting: Waiting, zone: ZoneInfo) -> Iterable[NextItem]:
    """The last handover, in words what it waits for from the reader; taking it over says that it was read."""
    sheet = waiting.sheet
    if sheet is None:
        return
    offered = f"offered {stamp(sheet.offered, zone)} by {sheet.offered_by}"
    said = []
    if sheet.to_take:
        said.append(f"{offered}: nobody has taken it over")
    elif sheet.to_read:
        said.append(f"{offered}: you have not marked it read")
    if sheet.unanswered:
        asked = "a question has" if sheet.unanswered == 1 else f"{sheet.unanswered} questions have"
        said.append(f"{asked} no answer yet")
    for what in said:
        yield NextItem(
            sheet.offered,
            f"Handover {sheet.number}",
            what,
            Mark.INFORMATION,
            "Open",
            "Enter",
            tone="amber" if sheet.overdue else None,
            waits=True,
            section="handover",
        )


def _actions(waiting: Waiting, board: Board, zone: ZoneInfo) -> Iterable[NextItem]:
    """The reader's own actions: overdue ones wait, the others come."""
    for action in waiting.actions:
        if action.due is None:
            continue
        over = action.due <= board.at
        name = waiting.names.get(action.resident, "") if action.resident else ""
        said = f"{action.text}, {'was due' if over else 'due by'} {when(action.due, board.at, zone)}"
        yield NextItem(
            at=action.due,
            name=name or "For you",
            what=said,
            mark=Mark.DUE if over else Mark.NEXT,
            do="Open",
            key="Enter",
            resident=action.resident,
            waits=over,
            section="" if action.resident else "handover",
        )


def _expected(waiting: Waiting, board: Board, zone: ZoneInfo) -> Iterable[NextItem]:
    """Planned arrivals and departures; one whose time is over and that nobody has written waits."""
    for one in waiting.expected:
        past = one.at <= board.at
        verb = "arrives" if one.arrives else "leaves"
        said = f"{'was to arrive' if one.arrives else 'was to leave'}" if past else verb
        yield NextItem(
            at=one.at,
            name=one.name,
            what=f"{said} {when(one.at, board.at, zone)}",
            mark=Mark.INFORMATION if past else Mark.NEXT,
            do="Open",
            key="Enter",
            resident=one.resident,
            waits=past,
        )
