"""A stay, from referral to after: where it stands, and what may still be written of it (DOMAIN.md 1.1; REFERENCE.md 1, 2.8).

Nothing of a stay's status is stored: it follows from its dates and from what was written of it. A rule here says what may
be written; who may write it is `permissions`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.domain.results import Availability, Available, Unavailable
from app.domain.time import DAY, day_label, local_date, stamp_day

#: How far back an arrival or a departure may be written without a manager and a reason (DOMAIN.md 3: 7 days).
BACK_DATING = timedelta(days=7)
_TWO_WEEKS, _SIX_WEEKS = 14, 42


class Status(StrEnum):
    """Where a stay stands, by what was written of it; the first that holds, in this order (REFERENCE.md 1.1)."""

    CANCELLED = "cancelled"
    NOT_ARRIVED = "not_arrived"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    UPCOMING = "upcoming"


class Stage(StrEnum):
    """What staff are shown of a stay: its status, and how near its next day is (REFERENCE.md 1.2)."""

    UPCOMING = "upcoming"
    WITHIN_SIX_WEEKS = "arriving_within_6_weeks"
    WITHIN_TWO_WEEKS = "arriving_within_2_weeks"
    ARRIVING_TODAY = "arriving_today"
    OVERDUE_ARRIVAL = "overdue_arrival"
    ARRIVED = "arrived"
    DEPARTING_SOON = "departing_within_2_weeks"
    DEPARTING_TODAY = "departing_today"
    OVERDUE_DEPARTURE = "overdue_departure"
    DEPARTED = "departed"
    NOT_ARRIVED = "not_arrived"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """As staff read it."""
        return _LABELS[self]

    @property
    def needs_someone(self) -> bool:
        """Whether its day has gone by with nothing written."""
        return self in (Stage.OVERDUE_ARRIVAL, Stage.OVERDUE_DEPARTURE)


_LABELS = {stage: stage.value.replace("_", " ").capitalize() for stage in Stage}


@dataclass(frozen=True, slots=True)
class Stay:
    """The instants of one stay. `not_arrived` and `cancelled` are when that was written; departure is exclusive."""

    expected_arrival: datetime | None = None
    expected_departure: datetime | None = None
    arrived: datetime | None = None
    departed: datetime | None = None
    not_arrived: datetime | None = None
    cancelled: datetime | None = None

    @property
    def status(self) -> Status:
        """Where it stands."""
        if self.cancelled is not None:
            return Status.CANCELLED
        if self.not_arrived is not None:
            return Status.NOT_ARRIVED
        if self.departed is not None:
            return Status.DEPARTED
        return Status.UPCOMING if self.arrived is None else Status.ARRIVED

    @property
    def over(self) -> bool:
        """Whether nothing more can happen in it."""
        return self.status in (Status.CANCELLED, Status.NOT_ARRIVED, Status.DEPARTED)

    def stage(self, today: date, zone: ZoneInfo) -> Stage:
        """What is shown of it on that local date. A stay without an expected day is never near, nor overdue."""
        match self.status:
            case Status.UPCOMING:
                return _stage(_days_to(self.expected_arrival, today, zone), _COMING, Stage.UPCOMING)
            case Status.ARRIVED:
                return _stage(_days_to(self.expected_departure, today, zone), _GOING, Stage.ARRIVED)
            case ended:
                return Stage(ended.value)

    def fills_a_bed(self, day: date, zone: ZoneInfo) -> bool:
        """Whether she counts on that local date: from her arrival's day, expected or real, to the day before she leaves."""
        begins = self.arrived or self.expected_arrival
        ends = self.departed or self.expected_departure
        if begins is None or self.status in (Status.CANCELLED, Status.NOT_ARRIVED):
            return False
        return local_date(begins, zone) <= day and (ends is None or day < local_date(ends, zone))


#: From fewer days than these on (the last first), a stay has this stage.
_COMING = (
    (0, Stage.OVERDUE_ARRIVAL),
    (1, Stage.ARRIVING_TODAY),
    (_TWO_WEEKS + 1, Stage.WITHIN_TWO_WEEKS),
    (_SIX_WEEKS + 1, Stage.WITHIN_SIX_WEEKS),
)
_GOING = ((0, Stage.OVERDUE_DEPARTURE), (1, Stage.DEPARTING_TODAY), (_TWO_WEEKS + 1, Stage.DEPARTING_SOON))


def _days_to(at: datetime | None, today: date, zone: ZoneInfo) -> int | None:
    return None if at is None else (local_date(at, zone) - today) // DAY


def _stage(days: int | None, steps: tuple[tuple[int, Stage], ...], far: Stage) -> Stage:
    if days is None:
        return far
    return next((stage for limit, stage in steps if days < limit), far)


@dataclass(frozen=True, slots=True)
class Already:
    """The same was written before: saying it again succeeds, and writes nothing."""


Verdict = Availability | Already


@dataclass(frozen=True, slots=True)
class Asked:
    """The moment of an act about a stay: `manages` and `why_late` (a reason was given) lift the limit on back-dating."""

    now: datetime
    zone: ZoneInfo
    manages: bool = False
    why_late: bool = False

    def said(self, at: datetime) -> str:
        """An instant as a sentence names it."""
        return stamp_day(at, self.zone)

    def too_late(self, at: datetime) -> Unavailable | None:
        """Why an instant can't be written at this moment, or None."""
        if at > self.now:
            return Unavailable(f"{self.said(at)} is in the future. Write it when it has happened.")
        if at >= self.now - BACK_DATING:
            return None
        if not self.manages:
            return Unavailable("That is more than seven days ago.", "A manager")
        return (
            None
            if self.why_late
            else Unavailable("That is more than seven days ago. Say why it is written only now.")
        )


def arrival(stay: Stay, at: datetime, asked: Asked) -> Verdict:
    """Whether it may be written that she came at `at`."""
    if stay.arrived == at and stay.departed is None:
        return Already()
    if stay.arrived is not None and stay.departed is None:
        return Unavailable(
            f"She is here already: she arrived at {asked.said(stay.arrived)}, as the record has it."
        )
    return _ended(stay) or asked.too_late(at) or Available()


def non_arrival(stay: Stay, same: bool) -> Verdict:
    """Whether it may be written that she did not come. `same`: it is written, with this reason and note."""
    if stay.status is Status.NOT_ARRIVED:
        return (
            Already()
            if same
            else Unavailable("It is written already that she did not arrive, with another reason.")
        )
    if stay.arrived is not None:
        return Unavailable("She arrived, as the record has it.")
    return _ended(stay) or Available()


def departure(stay: Stay, at: datetime, same: bool, asked: Asked) -> Verdict:
    """Whether it may be written that she left at `at`. `same`: it is written, with this reason and where she went."""
    if stay.status is Status.DEPARTED:
        assert stay.departed is not None
        if stay.departed == at and same:
            return Already()
        return Unavailable(f"She left at {asked.said(stay.departed)}, as the record has it.")
    if stay.arrived is None:
        return _ended(stay) or Unavailable(
            "She has not arrived, as the record has it. Write her arrival first."
        )
    if at < stay.arrived:
        return Unavailable(f"She arrived at {asked.said(stay.arrived)}; that is before.")
    return asked.too_late(at) or Available()


def cancellation(stay: Stay, same: bool) -> Verdict:
    """Whether the stay may be called off. `same`: it is, with this reason and note."""
    if stay.status is Status.CANCELLED:
        return Already() if same else Unavailable("The stay is cancelled already, with another reason.")
    if stay.arrived is not None:
        return Unavailable("She arrived, as the record has it. Write her departure instead.")
    return _ended(stay) or Available()


def change_of_dates(stay: Stay, comes: datetime | None, leaves: datetime | None, zone: ZoneInfo) -> Verdict:
    """Whether the expected days may become these. The day of arrival is fixed once she has come."""
    if (ended := _ended(stay)) is not None:
        return ended
    if (comes, leaves) == (stay.expected_arrival, stay.expected_departure):
        return Already()
    if stay.arrived is not None and comes != stay.expected_arrival:
        return Unavailable("She has arrived: her expected arrival stays as it was.")
    begins = stay.arrived or comes
    if begins is not None and leaves is not None and leaves < begins:
        return Unavailable(
            f"She would leave before {day_label(local_date(begins, zone))}, when she comes. Give a later day."
        )
    return Available()


_ENDS: dict[Status, str] = {
    Status.CANCELLED: "This stay is cancelled. Write that she is expected again first.",
    Status.NOT_ARRIVED: "She did not arrive, as the record has it. Write that she is expected again first.",
    Status.DEPARTED: "Her last stay is over. Write that she is expected again first.",
}


def _ended(stay: Stay) -> Unavailable | None:
    return Unavailable(_ENDS[stay.status]) if stay.over else None
