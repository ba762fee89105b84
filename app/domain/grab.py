"""The grab pack: everything that a night without power needs on paper, in one action (DOMAIN.md 7, "Emergency").

It is the shared paper: made for a reader who is listed for nobody. A restricted woman is on it by her room, with where
she is, how she is checked, her evacuation needs and allergies; for the rest it says whom to ask.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.board import Board, BoardLine
from app.domain.house import House
from app.domain.plans import ANSWERS, ContingencyPlan
from app.domain.presence import Presence
from app.domain.residents import AGREEMENT, Resident
from app.domain.rolls import FireRoll
from app.domain.saying import asked_said
from app.domain.slots import Outcome, Resolved
from app.domain.staff import StaffView
from app.domain.time import day_label, local_date, stamp
from app.domain.wording import APPROXIMATELY, HOW, PRESENCE

#: How far ahead the pack says what is due: a whole night and the morning after it.
AHEAD = timedelta(hours=12)
#: What stands for a plan that the pack's reader may not have.
_ASK = "Her record is restricted: ask"
_NOBODY = "a manager"
#: A time further than this from the pack's own is written with its day.
_SAME_NIGHT = timedelta(hours=18)


@dataclass(frozen=True, slots=True)
class GrabContact:
    """Someone to ring: who, for what, on which number."""

    who: str
    role: str
    phone: str


@dataclass(frozen=True, slots=True)
class GrabWoman:
    """One woman in the pack. `rules` are how she is checked tonight, `due` what is due by when until the pack ends, `asleep`
    her own words on being checked. `plan` is question and answer; `ask` says whom to ask instead."""

    resident: UUID
    room: str
    name: str
    restricted: bool
    inside: bool
    presence: str
    last_seen: str
    name_alert: str
    rules: tuple[str, ...]
    due: tuple[str, ...]
    asleep: tuple[tuple[str, str], ...]
    plan: tuple[tuple[str, str], ...]
    contacts: tuple[GrabContact, ...]
    ask: str


@dataclass(frozen=True, slots=True)
class GrabPack:
    """What a grab pack is drawn from, frozen as it was printed. `until` is where what is due ends, exclusive."""

    house: str
    marking: str
    training: bool
    zone: str
    made_at: datetime
    made_by: str
    until: datetime
    address: str
    assembly: str
    on_call: str
    naloxone: str
    least_staff: int
    staff: tuple[str, ...]
    rooms_empty: tuple[str, ...]
    women: tuple[GrabWoman, ...]
    contacts: tuple[GrabContact, ...]
    roll: FireRoll
    #: The number of the round sheet that is bound in, to be typed back when the power is on again.
    round_number: int | None

    @property
    def inside(self) -> tuple[GrabWoman, ...]:
        """Those whom the record has in the building."""
        return tuple(woman for woman in self.women if woman.inside)


@dataclass(frozen=True, slots=True)
class Stores:
    """What the pack is made from, read for a reader who is listed for nobody. `readers` are the names of those who may
    read a restricted woman; `conceal` takes restricted names out of typed words."""

    house: House
    board: Board
    people: Mapping[UUID, Resident]
    dues: Mapping[UUID, tuple[Resolved, ...]]
    plans: Mapping[UUID, ContingencyPlan]
    readers: Mapping[UUID, tuple[str, ...]]
    staff: Iterable[StaffView]
    roll: FireRoll
    made_by: str
    conceal: Callable[[str], str]


def make_pack(stores: Stores, round_number: int | None) -> GrabPack:
    """The pack at the board's instant. Pure: the same stores, the same pack."""
    board, house = stores.board, stores.house
    return GrabPack(
        house=house.name,
        marking=house.marking,
        training=house.training,
        zone=house.zone.key,
        made_at=board.at,
        made_by=stores.made_by,
        until=board.at + AHEAD,
        address=board.address,
        assembly=board.assembly,
        on_call=board.on_call,
        naloxone=board.naloxone,
        least_staff=board.least_staff,
        staff=tuple(one.name for one in board.staff_in),
        rooms_empty=tuple(
            state.room.label + (" (out of service)" if state.out_of_service else "")
            for state in board.empty_rooms
        ),
        women=tuple(_Woman(stores, line).made() for line in board.lines),
        contacts=tuple(
            GrabContact(one.name, one.role.label, one.phone or "") for one in stores.staff if one.phone
        ),
        roll=stores.roll,
        round_number=round_number,
    )


class _Woman:
    def __init__(self, stores: Stores, line: BoardLine) -> None:
        self.stores, self.line = stores, line
        self.person = stores.people.get(line.id)
        self.now, self.zone = stores.board.at, stores.house.zone
        self.hidden = line.who.hidden

    def made(self) -> GrabWoman:
        line, conceal = self.line, self.stores.conceal
        due = tuple(self._dues())
        return GrabWoman(
            resident=line.id,
            room=line.who.room.label if line.who.room else "no room",
            name=line.who.name,
            restricted=self.hidden,
            inside=line.presence is Presence.IN,
            presence=self._presence(),
            last_seen=self._last_seen(),
            name_alert=line.name_alert or "",
            rules=tuple(
                rule for rule in map(conceal, () if self.hidden else line.rules) if not _in(rule, due)
            ),
            due=due,
            asleep=tuple(self._asleep()),
            plan=tuple(self._plan()),
            contacts=tuple(self._contacts()),
            ask=self._ask(),
        )

    def _presence(self) -> str:
        line, said = self.line, PRESENCE[self.line.presence]
        if line.presence is Presence.IN:
            return "in, not seen since" if line.unseen_since_return else said
        if line.presence_since is not None:
            said += f" since {_when(line.presence_since, self.now, self.zone)}"
        if line.expected_back is not None:
            due = "back by" if line.expected_back > self.now else "was due back"
            said += f", {due} {_when(line.expected_back, self.now, self.zone)}"
        return said

    def _last_seen(self) -> str:
        seen = self.line.last_seen
        if seen is None:
            return "no sighting written"
        return f"{APPROXIMATELY[seen.precision]}{_when(seen.seen_at, self.now, self.zone)} {HOW[seen.how]}"

    def _dues(self) -> Iterable[str]:
        """What is open for her now, and what opens until the pack ends; nothing while she is not to be looked for here."""
        if self.line.presence not in {Presence.IN, Presence.OUT}:
            return
        for one in self.line.dues:
            yield self._due(one)
        for one in self.stores.dues.get(self.line.id, ()):
            if one.slot.opens > self.now:
                yield self._due(one)

    def _due(self, resolved: Resolved) -> str:
        slot = resolved.slot
        what = self.stores.conceal(asked_said(slot))
        if resolved.overdue or slot.closes <= self.now:
            return f"{what}: overdue since {_when(slot.closes, self.now, self.zone)}"
        if slot.opens <= self.now:
            return f"{what}: by {_when(slot.closes, self.now, self.zone)}"
        opens = _when(slot.opens, self.now, self.zone)
        return f"{what}: {opens}–{stamp(slot.closes, self.zone)}"

    def _asleep(self) -> Iterable[tuple[str, str]]:
        """Her own agreement: how she is checked is for everyone on shift, whoever she is."""
        answers = self.line.agreement.answers if self.line.agreement else {}
        for field in AGREEMENT:
            text = (answers.get(field.name) or "").strip()
            if text:
                yield field.label, self.stores.conceal(text)

    def _plan(self) -> Iterable[tuple[str, str]]:
        plan = self.stores.plans.get(self.line.id)
        if plan is None:
            return
        for field in ANSWERS:
            text = (plan.answers.get(field.name) or "").strip()
            if text:
                yield field.label, self.stores.conceal(text)

    def _contacts(self) -> Iterable[GrabContact]:
        plan, conceal = self.stores.plans.get(self.line.id), self.stores.conceal
        for one in plan.contacts if plan else ():
            who = ", ".join(part for part in (one.agency, one.name) if part)
            yield GrabContact(conceal(who), conceal(one.role or ""), one.phone or "")
        placement = self.person.placement if self.person else None
        there = {one.phone for one in plan.contacts} if plan else set()
        if placement and placement.practitioner and placement.practitioner_phone not in there:
            yield GrabContact(placement.practitioner, "practitioner", placement.practitioner_phone or "")

    def _ask(self) -> str:
        if self.hidden:
            names = self.stores.readers.get(self.line.id, ())
            return f"{_ASK} {' or '.join(names) if names else _NOBODY}."
        if self.line.id not in self.stores.plans:
            return "No plan is written for her. Ring the on-call manager."
        return ""


def _in(rule: str, due: Iterable[str]) -> bool:
    """Whether a rule is said already by what is due of it."""
    return any(rule in text for text in due)


def open_slots(resolved: Iterable[Resolved]) -> tuple[Resolved, ...]:
    """What still asks for a sighting, by when it closes."""
    waiting = (one for one in resolved if one.outcome is Outcome.DUE)
    return tuple(sorted(waiting, key=lambda one: (one.slot.closes, one.slot.opens)))


def _when(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    at = stamp(instant, zone)
    if abs(instant - now) > _SAME_NIGHT:
        return f"{day_label(local_date(instant, zone))} {at}"
    return at
