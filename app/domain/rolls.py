"""The fire roll and the roll call: everyone who lives or works here, where the record has her, and who is accounted for.

The roll is complete: a woman who is out, at hospital or absent is on it with since when, and one who came in and was not
seen since is *not known*. A restricted woman is on it by room, with her evacuation needs and allergies, and never by name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.presence import Presence
from app.domain.sightings import How
from app.domain.wording import HOW, PRESENCE


class Occasion(StrEnum):
    """Why a roll is called."""

    FIRE = "fire"
    DRILL = "drill"
    COUNT = "count"

    @property
    def label(self) -> str:
        """As it is said."""
        return {"fire": "Fire", "drill": "Drill", "count": "Count"}[self.value]


class Mark(StrEnum):
    """What the roll call knows of one person."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Sighted:
    """How the last look for her in a roll call ended."""

    how: How
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class RollWoman:
    """One woman on the roll. `since` is of her presence; `place` where she said she goes; texts are for everyone on shift."""

    id: UUID
    room: str
    floor: int
    position: int
    name: str
    hidden: bool
    presence: Presence
    since: datetime | None
    place: str | None
    unseen_since_return: bool
    last_seen: datetime | None
    last_how: How | None
    evacuation: str | None
    allergies: str | None
    called: Sighted | None = None

    @property
    def inside(self) -> bool:
        """Whether the record has her in the building, or she was found though it has not."""
        return self.presence is Presence.IN or self.mark is Mark.FOUND

    @property
    def mark(self) -> Mark:
        """What the roll call knows of her."""
        if self.called is None:
            return Mark.OPEN
        return Mark.FOUND if self.called.how.counts_by_default else Mark.NOT_FOUND

    @property
    def where(self) -> str:
        """Her presence in words; "in, not seen since" where nobody has seen her since she came in."""
        if self.unseen_since_return:
            return "in, not seen since"
        return PRESENCE[self.presence]

    @property
    def found_though_out(self) -> bool:
        """Found in the building while the record has her elsewhere: someone should write that she is in."""
        return self.mark is Mark.FOUND and self.presence is not Presence.IN


@dataclass(frozen=True, slots=True)
class RollOther:
    """One of the staff in the building (`staff`), or a visitor by name. `since` is when she came in, if that is known."""

    name: str
    staff: UUID | None
    since: datetime | None
    mark: Mark = Mark.OPEN


@dataclass(frozen=True, slots=True)
class RollCall:
    """A roll call: one is open at a time."""

    id: UUID
    occasion: Occasion
    started: datetime
    started_by: str
    place: str | None
    note: str | None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class FireRoll:
    """The whole roll at one instant. `made_by` says for whom; `head` is the short form of the chain's head then."""

    house: str
    marking: str
    training: bool
    zone: str
    made_at: datetime
    made_by: str
    assembly: str
    address: str
    women: tuple[RollWoman, ...]
    others: tuple[RollOther, ...]
    head_seq: int
    head: str
    call: RollCall | None = None

    @property
    def inside(self) -> tuple[RollWoman, ...]:
        """Women in the building, in the order in which the floors are left: from the top down, as one walks."""
        return tuple(sorted((w for w in self.women if w.inside), key=_evacuated))

    @property
    def elsewhere(self) -> tuple[RollWoman, ...]:
        """Women whom the record has elsewhere, as one walks."""
        return tuple(woman for woman in self.women if not woman.inside)

    @property
    def need_help(self) -> tuple[RollWoman, ...]:
        """Women in the building who have evacuation needs."""
        return tuple(woman for woman in self.inside if woman.evacuation)

    @property
    def staff(self) -> tuple[RollOther, ...]:
        return tuple(other for other in self.others if other.staff is not None)

    @property
    def found(self) -> int:
        """How many women are accounted for."""
        return sum(woman.mark is Mark.FOUND for woman in self.inside)

    @property
    def missing(self) -> tuple[RollWoman, ...]:
        """Women in the building who are not accounted for: looked for and not found first, then those not called yet."""
        left = [woman for woman in self.inside if woman.mark is not Mark.FOUND]
        return tuple(sorted(left, key=lambda woman: woman.mark is Mark.OPEN))

    @property
    def others_missing(self) -> tuple[RollOther, ...]:
        """Staff and visitors who are not accounted for."""
        return tuple(other for other in self.others if other.mark is not Mark.FOUND)

    @property
    def counted(self) -> str:
        """ "14 of 18 women accounted for"."""
        return f"{self.found} of {len(self.inside)} women accounted for"


def _evacuated(woman: RollWoman) -> tuple[int, int]:
    return -woman.floor, woman.position


def named(women: Iterable[RollWoman]) -> str:
    """Rooms and names in one line: "4 Fennel Gita Sandhu, 6 Basil One woman, restricted"."""
    return ", ".join(f"{woman.room} {woman.name}" for woman in women)


def sighted_said(sighted: Sighted) -> str:
    """How she was found, or that she was not."""
    return HOW[sighted.how]
