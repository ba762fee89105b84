"""Sheets for tests of paper, made by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.handovers import (
    ActionLine,
    CheckCounts,
    Copy,
    Counts,
    First,
    Lapse,
    Later,
    Line,
    Person,
    Question,
    Sheet,
    Signed,
)
from app.domain.slots import Outcome
from app.domain.time import Span

START = datetime(2026, 11, 22, 19, tzinfo=UTC)
END = START + timedelta(hours=12)
OFFERED = END - timedelta(minutes=2)
COPY = Copy(1, 3, "Hannah Marsh", END + timedelta(minutes=7))


def woman(number: int, name: str = "Anne Doyle", **changes: Any) -> Line:
    """One woman in room `number`, about whom nothing was written."""
    plain: dict[str, Any] = {
        "resident": UUID(int=number),
        "room": f"{number} Sage",
        "name": name,
        "restricted": False,
        "marks": (),
        "presence": "in",
        "last_seen": "23:02 spoke",
        "next_due": "07:30–10:00",
        "told": (),
        "do": (),
        "today": (),
        "attention": False,
    }
    return Line(**plain | changes)


def lapse(number: int, outcome: Outcome, **changes: Any) -> Lapse:
    """A late or a missed check of hers."""
    plain: dict[str, Any] = {
        "resident": UUID(int=number),
        "room": f"{number} Sage",
        "name": "Anne Doyle",
        "check": "welfare check",
        "outcome": outcome,
        "due_by": START + timedelta(hours=2, minutes=34),
        "seen_at": None,
        "late_minutes": 20 if outcome is Outcome.LATE else None,
        "why": None,
    }
    return Lapse(**plain | changes)


def sheet_of(*lines: Line, **changes: Any) -> Sheet:
    """An offered sheet."""
    plain: dict[str, Any] = {
        "number": 413,
        "house": "Eden House",
        "marking": "OFFICIAL – SENSITIVE",
        "training": True,
        "zone": "Europe/London",
        "shift": "night",
        "to_shift": "day",
        "period": Span(START, END),
        "since": START,
        "made_at": OFFERED,
        "off": (Person("Priya Nair", lead=True), Person("Dawn Ellery")),
        "on": (Person("Hannah Marsh", lead=True), Person("Sal Whitt")),
        "counts": Counts(20, 2, 1, 1, 0, 1, 0, 2, 1),
        "first": (
            First(
                "14 Rowan",
                "Kelly-Ann Moss",
                "absent; case open since 21:00; 5 steps written; decision written 22:10",
                "the manager decides; you write the next step",
            ),
        ),
        "lines": lines,
        "house_notes": ("02:00: kitchen fridge not read (Dawn Ellery)",),
        "expected": ("Ruth Adeyemi arrives Mon 23 Nov 14:00",),
        "checks": CheckCounts(96, 90, 3, 1, 2),
        "lapses": (lapse(1, Outcome.LATE), lapse(1, Outcome.MISSED)),
        "actions": (
            ActionLine(
                UUID(int=1), "09:00", "Ring the ward", "Hannah Marsh", "sheet 409, fourth carry", False
            ),
        ),
        "head_seq": 48506,
        "head": "7f3a 91c0 22be",
        "offered": Signed("Priya Nair", OFFERED, UUID(int=90)),
    }
    return Sheet(**plain | changes)


def with_marks(sheet: Sheet) -> dict[str, Any]:
    """What was done with a sheet after it was offered."""
    assert sheet.offered is not None
    at = END + timedelta(minutes=4)
    asked = Signed("Sal Whitt", at, UUID(int=91))
    return {
        "read": (asked,),
        "questions": (
            Question(1, asked, "Who has the keys?", Signed("Dawn Ellery", at, UUID(int=92)), "I do."),
        ),
        "taken": Signed("Hannah Marsh", END + timedelta(minutes=6), UUID(int=93)),
        "later": (Later(END, END, "2 Thyme Mary Ellis in"),),
    }
