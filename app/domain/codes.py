"""Official code lists as dated rows with stable codes: retired, never deleted, so that an old row can always be read.

A list is a CSV of db/reference, one row a code, in the order in which it is offered. `state` is empty for a code that may
be chosen, "system" for one that is only stored, "retired" for one that old rows still name; `ends` says since when, where
that is known. The labels are the shared vocabulary of the service and are quoted (REFERENCE.md); the codes are ours.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import StringIO

COLUMNS = ("code", "label", "parent", "official", "note", "state", "starts", "ends")


class State(StrEnum):
    """Whether a code may be chosen."""

    OFFERED = ""
    SYSTEM = "system"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Code:
    """One row. `official` is the code of the national record; `words_needed`: whoever chooses it says what it was."""

    code: str
    label: str
    parent: str | None
    official: str | None
    words_needed: bool
    state: State
    starts: date | None
    ends: date | None

    def offered(self, day: date) -> bool:
        """Whether it may be chosen on that local date; from `starts` on, and before `ends`."""
        begun = self.starts is None or self.starts <= day
        return self.state is State.OFFERED and begun and (self.ends is None or day < self.ends)


class Codes:
    """One list."""

    def __init__(self, name: str, rows: Iterable[Code]) -> None:
        self.name = name
        self._rows = {row.code: row for row in rows}

    def __iter__(self) -> Iterator[Code]:
        return iter(self._rows.values())

    def get(self, code: str | None) -> Code | None:
        """The row of a code, retired or not; None for none."""
        return self._rows.get(code) if code else None

    def under(self, parent: str | None, day: date) -> tuple[Code, ...]:
        """What may be chosen on that date: of the first level, or of those under a code."""
        return tuple(row for row in self if row.parent == parent and row.offered(day))

    def choices(self, day: date) -> tuple[tuple[str, str], ...]:
        """What a form offers: each code that stands for itself with its label; of a code with others under it, only those."""
        found = []
        for row in self.under(None, day):
            below = self.under(row.code, day)
            found += [(each.code, f"{row.label}: {each.label}") for each in below] or [(row.code, row.label)]
        return tuple(found)

    def label(self, code: str | None) -> str:
        """How a code is said, with the one it belongs under; an unknown one stands for itself."""
        row = self.get(code)
        if row is None:
            return code or ""
        above = self.get(row.parent)
        return f"{above.label}: {row.label}" if above else row.label


def read_codes(name: str, text: str) -> Codes:
    """The list in a CSV's text. Raises ValueError that names the line, what is wrong and how to mend it."""
    lines = csv.DictReader(StringIO(text))
    if tuple(lines.fieldnames or ()) != COLUMNS:
        raise ValueError(f"{name}: the first line must be {','.join(COLUMNS)}.")
    rows: dict[str, Code] = {}
    for told in lines:
        try:
            row = _row(told)
        except (ValueError, TypeError) as fault:
            raise ValueError(f"{name}, line {lines.line_num}: {fault}") from None
        if row.code in rows:
            raise ValueError(
                f"{name}, line {lines.line_num}: the code {row.code} stands twice. Codes are never used again."
            )
        if row.parent is not None and row.parent not in rows:
            raise ValueError(
                f"{name}, line {lines.line_num}: {row.parent} must stand above what belongs under it."
            )
        rows[row.code] = row
    return Codes(name, rows.values())


def _row(told: dict[str, str]) -> Code:
    if None in told.values() or None in told:
        raise ValueError(f"there must be {len(COLUMNS)} columns, with a comma between each and the next.")
    if not told["code"].isidentifier() or told["code"] != told["code"].lower():
        raise ValueError(f"the code {told['code']!r} must be small letters, digits and _.")
    if not told["label"] or told["label"] != told["label"].strip():
        raise ValueError("the label is missing, or has a blank at an end.")
    if told["note"] not in ("", "needed"):
        raise ValueError(f"the note is “needed” or nothing, not {told['note']!r}.")
    starts, ends = (date.fromisoformat(told[name]) if told[name] else None for name in ("starts", "ends"))
    if starts and ends and ends <= starts:
        raise ValueError("it ends before it starts.")
    return Code(
        told["code"],
        told["label"],
        told["parent"] or None,
        told["official"] or None,
        told["note"] == "needed",
        State(told["state"]),
        starts,
        ends,
    )
