"""The facts on top of every page, from the board."""

from app.domain.board import Board
from app.domain.presence import Presence
from app.domain.rounds import asks_now
from app.domain.time import stamp
from app.services.desk import Desk
from app.ui.pages.now_lines import next_items
from app.ui.shell import TopBar
from app.ui.widgets.marks import Mark


def top_bar(board: Board, desk: Desk) -> TopBar:
    """What the shell shows on top: the next thing due first, overdue things before all."""
    zone = desk.house.zone
    items = [item for item in next_items(board, zone) if item.mark is not Mark.ABSENT]
    said, tone = "Nothing is due", "neutral"
    if items:
        first = items[0]
        tone = first.tone or "neutral"
        if first.overdue:
            others = sum(item.overdue for item in items) - 1
            said = f"{first.name}: {first.what}" + (f", and {others} more" if others else "")
        else:
            said = f"Next: {stamp(first.at, zone)} {first.what}" + (
                f", {first.name}" if first.resident else ""
            )
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


def round_badge(board: Board) -> int:
    """How many women who are in need to be seen now."""
    return sum(
        line.presence is Presence.IN and any(asks_now(due, board.at) for due in line.dues)
        for line in board.lines
    )
