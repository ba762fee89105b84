"""Numbered papers: what the house prints and carries about, each kept as it was printed (DOMAIN.md 7, "Handover").

Round sheets, rolls, absence packs and grab packs are numbered by kind; handover sheets have their own numbers. Every
copy has a number and a name and is returned and shredded. A number is never used twice: printing again goes on
counting, so that two copies on a table can always be told apart, and each is asked back by itself.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.handovers import Copy, Signed


class PaperKind(StrEnum):
    """What kind of paper it is; each kind counts from 1."""

    ROUND = "round"
    ROLL = "roll"
    CASE = "case"
    GRAB = "grab"

    @property
    def label(self) -> str:
        """As it is headed, "Round sheet"."""
        return _LABELS[self]


_LABELS = {
    PaperKind.ROUND: "Round sheet",
    PaperKind.ROLL: "Roll",
    PaperKind.CASE: "Absence pack",
    PaperKind.GRAB: "Grab pack",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as it was printed, and what became of its copies.

    `subject` is what it was made for (a walk, a case, a roll); `resident` is set where it is about one woman, and then
    only those who may read her may read it. `head` is the chain's head when it was made, short, as printed.
    """

    id: UUID
    kind: PaperKind
    number: int
    title: str
    made_at: datetime
    made_by: Signed
    subject: UUID | None
    resident: UUID | None
    head_seq: int
    head: str
    copies: tuple[Copy, ...] = ()
    typed_back: Signed | None = None

    @property
    def named(self) -> str:
        """ "Round sheet 14"."""
        return f"{self.kind.label} {self.number}"

    @property
    def out(self) -> tuple[Copy, ...]:
        """The copies that nobody has brought back to be shredded."""
        return tuple(copy for copy in self.copies if copy.returned is None)

    def foot(self, copy: Copy) -> str:
        """What stands at the foot of every page of a copy:
        "Round sheet 14 · copy 2 of 2 · for Dawn Ellery · record e15b 669b 8d8f"."""
        return f"{self.named} · {copy.said} · record {self.head}"
