"""The facts on top of every page, from the board."""

from app.domain.alarms import Group, alarms
from app.domain.board import Board
from app.domain.presence import Presence
from app.domain.rounds import asks_now
from app.domain.time import stamp
from app.services.desk import Desk
from app.ui.pages.now_lines import NextItem, next_items
from app.ui.shell import TopBar
from app.ui.widgets.marks import Mark


def top_bar(board: Board, desk: Desk) -> TopBar:
    """What the shell shows on top. The alarm bar below says what is overdue and what presses most; here stands what comes
    after it, or nothing."""
    zone = desk.house.zone
    items = [item for item in next_items(board, zone) if item.mark is not Mark.ABSENT]
    pressing = alarms(board, board.settings).groups
    after = [item for item in items if not item.overdue and not (pressing and _same(item, pressing[0]))]
    said, tone = "" if items else "Nothing is due", "neutral"
    if after:
        first = after[0]
        tone = first.tone or "neutral"
        what = first.what.split(",")[0].split(" every ")[0]
        said = f"Next: {stamp(first.at, zone)} {what}" + (f", {first.name}" if first.resident else "")
    return TopBar(
        house=desk.house.name,
        next_due=said,
        next_tone=tone,
        staff_in=len(board.staff_in),
        staff_needed=board.least_staff,
        staff_since=stamp(board.staff_as_since, zone) if board.staff_as_since else "",
        on_call=board.on_call,
        naloxone=board.naloxone,
        who=desk.actor.name,
        role=desk.actor.role.label,
    )


def _same(item: NextItem, group: Group) -> bool:
    """Whether the alarm bar's first alarm is this item: the same woman, or the same window of the house."""
    if item.resident is not None:
        return any(alarm.resident == item.resident for alarm in group.members)
    slot = group.first.slot
    return slot is not None and slot.closes == item.at


def round_badge(board: Board) -> int:
    """How many women who are in need to be seen now."""
    return sum(
        line.presence is Presence.IN and any(asks_now(due, board.at) for due in line.dues)
        for line in board.lines
    )
