"""Answers in plain values with stable keys, as the headless commands print them: instants are ISO 8601 with the offset of
the house's zone. Keys are added, never renamed: scripts read them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardLine
from app.domain.slots import Resolved
from app.services.board import DueLine
from app.services.play import Played
from app.store.verify import Verdict


def plain_instant(value: datetime | None, zone: ZoneInfo) -> str | None:
    """ "2026-10-25T01:30:00+01:00": which of two 01:30s it was is in the offset."""
    return value.astimezone(zone).isoformat() if value else None


def plain_board(board: Board, zone: ZoneInfo) -> dict[str, Any]:
    """The board."""
    return {
        "at": plain_instant(board.at, zone),
        "staff_in": [one.name for one in board.staff_in],
        "residents": [
            {
                "id": str(line.id),
                "name": line.who.name,
                "room": line.who.room.label if line.who.room else None,
                "presence": line.presence.value,
                "last_seen": plain_instant(line.last_seen.seen_at if line.last_seen else None, zone),
                "overdue": [_due(slot, zone) for slot in line.overdue],
                "next_due": _due(coming, zone) if (coming := next_due(line)) else None,
            }
            for line in board.lines
        ],
    }


def next_due(line: BoardLine) -> Resolved | None:
    """What is due for her next: what is open and not overdue, else what opens first."""
    return next((due for due in line.dues if not due.overdue), line.next_due)


def plain_dues(lines: Iterable[DueLine], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Slots with what became of them. Of a sighting given as *between*, `seen_at` is the later end (SLOTS.md)."""
    return [
        {
            "resident": line.who.name,
            "resident_id": str(line.who.id),
            "room": line.who.room.label if line.who.room else None,
            "kind": line.resolved.slot.kind.value,
            "rule": line.rule,
            "from": plain_instant(line.resolved.slot.opens, zone),
            "to": plain_instant(line.resolved.slot.closes, zone),
            "outcome": line.resolved.outcome.value,
            "seen_at": plain_instant(seen.seen_to if seen else None, zone),
            "typed_at": plain_instant(seen.typed_at if seen else None, zone),
            "entered_later": line.resolved.entered_later,
            "late_minutes": line.resolved.late_minutes,
            "why": line.why,
            "entry": str(seen.entry_id) if seen else None,
        }
        for line in lines
        for seen in (line.resolved.seen,)
    ]


def plain_verdict(verdict: Verdict) -> dict[str, Any]:
    """What `verify` found."""
    broken = verdict.first_broken
    where = None
    if broken is not None:
        where = {"entry": broken.seq or None, "table": broken.table, "row": broken.row, "what": broken.what}
    return {"ok": verdict.ok, "entries": verdict.entries, "head": verdict.head.hex(), "first_broken": where}


def plain_played(played: Played, zone: ZoneInfo) -> dict[str, Any]:
    """What one line of a script returned."""
    told: dict[str, Any] = {
        "line": played.line,
        "at": plain_instant(played.at, zone),
        "by": played.by,
        "do": played.do,
        "done": played.done,
    }
    if played.seq is not None:
        told["seq"] = played.seq
    if played.entry is not None:
        told["entry"] = str(played.entry)
    if not played.done:
        told["refused"] = list(played.refused)
    return told


def _due(resolved: Resolved, zone: ZoneInfo) -> dict[str, Any]:
    slot = resolved.slot
    return {
        "kind": slot.kind.value,
        "rule": slot.title,
        "from": plain_instant(slot.opens, zone),
        "to": plain_instant(slot.closes, zone),
    }
