"""Small training houses for tests: real stores, made through the same acts as everything else."""

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from app.domain.residents import LegalBasis
from app.domain.results import Done, Refused
from app.domain.time import SetClock
from app.services.desk import Desk
from app.services.entrance import desk_of, make_house
from app.services.residents import Arrive, ExpectResident
from app.services.rooms import MakeRoom
from app.services.staff import ComeOnDuty
from app.store import keys
from app.store.keys import NewMember
from app.store.store import Store

#: Sunday 22 November 2026, five past eleven at night: the curfew window is open.
NIGHT = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
ROOMS = (
    "Sage Thyme Mint Fennel Dill Basil Rue Sorrel Tansy Oak Ash Elm Rowan Birch Hazel Alder Maple Holly Wren Heron Swift"
    " Finch Robin Lark Plover Teal"
).split()
NAMES = (
    "Anne Doyle|Mary Ellis|Anne Doyles|Gita Sandhu|Hope|Laura Quill|Simone Tavares-Quintanilha|Paula Vance|Leanne Carr"
    "|Tamsin Reid|Beatrix Fox-Pemberton|Kelly-Ann Moss|Ruth Adeyemi|Ifeoma Chukwu|Sunniva Ås|Deb Turner|Carys Powell"
    "|Amara Okafor|Niamh Ní Bhriain|Jo Hale|ليلى الحسن|Marguerite Élodie de la Croix-Montgomery-Featherstonehaugh"
).split("|")
STAFF = (
    NewMember("hannah", "Hannah Marsh", "manager", "training"),
    NewMember("priya", "Priya Nair", "shift_lead", "training"),
    NewMember("dawn", "Dawn Ellery", "residential", "training"),
    NewMember("kim", "Kim Osei", "residential", "training"),
)

#: One in each role, where it matters who does it.
EVERY_ROLE = (
    *STAFF,
    NewMember("sal", "Sal Byrne", "key_worker", "training"),
    NewMember("gwen", "Gwen Parry", "deputy", "training"),
    NewMember("olive", "Olive Brandt", "on_call", "training"),
    NewMember("quinn", "Quinn Abbot", "quality", "training"),
)


@dataclass
class House:
    """A house that stands still at the time of its clock. `women` is name to id, in walking order."""

    desk: Desk
    clock: SetClock
    women: dict[str, UUID] = field(default_factory=dict)
    rooms: list[UUID] = field(default_factory=list)

    def do(self, command: Any) -> Any:
        """The view of an act that must be done."""
        answer = self.desk.do(command)
        assert isinstance(answer, Done), str(answer)
        return answer.view

    def at(self, *clock: int, day: int = 22) -> datetime:
        """An instant of that night, local time being UTC in November."""
        hour, minute, second = (*clock, 0, 0)[:3]
        return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC)

    def as_user(self, user: str) -> Desk:
        return desk_of(self.desk.store, user, self.clock)

    def by(self, user: str, command: Any) -> Any:
        """The view of an act that this person must be let do."""
        answer = self.as_user(user).do(command)
        assert isinstance(answer, Done), str(answer)
        return answer.view

    def refused(self, user: str, command: Any) -> Refused:
        """The refusal of an act that this person must not be let do; nothing is stored."""
        desk = self.as_user(user)
        before = desk.store.head()
        answer = desk.do(command)
        assert isinstance(answer, Refused), answer
        assert desk.store.head() == before
        assert all(reason.rstrip("”)").endswith(".") for reason in answer.reasons)
        return answer

    def staff(self, user: str) -> UUID:
        return self.as_user(user).actor.staff_id


@dataclass(frozen=True)
class _Template:
    """A house that was made once and is copied for each test: making keys and tables is the slow part."""

    folder: Path
    key: bytes
    women: dict[str, UUID]
    rooms: list[UUID]


_templates: dict[Any, _Template] = {}
_kept: list[Any] = []


def small_house(
    folder: Path,
    names: Sequence[str] = NAMES[:5],
    *,
    now: datetime = NIGHT,
    user: str = "priya",
    spare_rooms: int = 2,
    told: Iterable[tuple[str, dict[str, Any]]] = (),
    staff: Sequence[NewMember] = STAFF,
) -> House:
    """A house whose women arrived ten days ago, in rooms along the walk. `told` adds facts to a woman's record."""
    told = tuple(told)
    wanted = (tuple(names), now, spare_rooms, repr(told), tuple(staff))
    if wanted not in _templates:
        _templates[wanted] = _make(names, now, spare_rooms, dict(told), staff)
    made = _templates[wanted]
    shutil.copytree(made.folder, folder)
    clock = SetClock(now)
    desk = desk_of(Store.open(folder, made.key), user, clock)
    return House(desk, clock, dict(made.women), list(made.rooms))


def _make(
    names: Sequence[str],
    now: datetime,
    spare_rooms: int,
    more: dict[str, dict[str, Any]],
    staff: Sequence[NewMember],
) -> _Template:
    kept = tempfile.TemporaryDirectory()
    _kept.append(kept)
    folder = Path(kept.name) / "house"
    clock = SetClock(now - timedelta(days=10))
    rules = {"on_call": "07700 900461", "naloxone": "office"}
    made = make_house(folder, "Eden House", "Europe/London", True, staff, clock, rules)
    house = House(Desk(made.store, made.house, made.actor, clock), clock)
    for number, room in enumerate(ROOMS[: len(names) + spare_rooms]):
        floor = min(number // 9, 2)
        command = MakeRoom(number=str(floor * 10 + number % 9 + 1), name=room, floor=floor, position=number)
        house.rooms.append(house.do(command).id)
    for place, name in enumerate(names):
        facts = {"legal_basis": LegalBasis.LICENCE} | more.get(name, {})
        house.women[name] = house.do(ExpectResident(name=name, **facts)).id
        house.do(Arrive(resident=house.women[name], room=house.rooms[place]))
    clock.set(now - timedelta(hours=4))
    for user in ("priya", "dawn"):
        house.do(ComeOnDuty(staff=house.staff(user)))
    made.store.close()
    key = keys.unlock(folder, "hannah", "training", clock).house_key
    return _Template(folder, key, house.women, house.rooms)
