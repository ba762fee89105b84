"""The people of the training house, read from db/demo. Every one of them is invented."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.residents import LegalBasis
from app.store.keys import NewMember

DEMO = Path(__file__).resolve().parents[2] / "db" / "demo"

#: For those who lived here before: nobody reads their page, so one life does for all.
_EARLIER: dict[str, Any] = {
    "basis": "licence",
    "key_worker": "sal",
    "practitioner": "Sandra Oyelaran",
    "bed": "23:00",
    "outings": [["appointment", "town", "11:00", "13:30", [0, 2, 4], 6]],
    "asleep": "Breathing, from the door.",
    "family": ["her family", "07700 900530"],
    "suitable": "Her family's address, as her practitioner has it.",
    "unsuitable": "None known.",
    "victims": "None known.",
    "else": "Nothing more.",
}


@dataclass(frozen=True, slots=True)
class Outing:
    """A habit: out and back in local time on some days (Monday 0), so often in ten."""

    purpose: str
    place: str
    out: time
    back: time
    days: frozenset[int]
    in_ten: int


@dataclass(frozen=True, slots=True)
class Person:
    """A woman of the training house. `days` and `left` count back from the last day of the history."""

    name: str
    preferred: str | None
    pronouns: str | None
    room: str
    room_before: str | None
    days: int
    left: int | None
    why: str | None
    basis: LegalBasis
    born: date | None
    key_worker: str
    practitioner: str
    restricted: bool
    watch: bool
    allergies: str | None
    evacuation: str | None
    alerts: str | None
    bed: time
    outings: tuple[Outing, ...]
    rules: tuple[Mapping[str, Any], ...]
    agreement: Mapping[str, str]
    plan: Mapping[str, str]
    contacts: tuple[tuple[str, str, str], ...]

    @property
    def called(self) -> str:
        """What staff call her when they write."""
        return self.preferred or self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone and everything that the training house starts with."""

    name: str
    zone: ZoneInfo
    naloxone: str
    address: str
    assembly: str
    on_call: tuple[str, ...]
    rooms: tuple[tuple[str, str, int], ...]
    members: tuple[NewMember, ...]
    phones: Mapping[str, str]
    people: tuple[Person, ...]
    words: Mapping[str, Any]


def cast() -> Cast:
    """Read db/demo."""
    house, women, words = (_read(name) for name in ("house", "residents", "words"))
    return Cast(
        name=house["name"],
        zone=ZoneInfo(house["zone"]),
        naloxone=house["naloxone"],
        address=house["address"],
        assembly=house["assembly"],
        on_call=tuple(house["on_call"]),
        rooms=tuple(
            (*room.split(" ", 1), floor["floor"]) for floor in house["floors"] for room in floor["rooms"]
        ),
        members=tuple(NewMember(m["user"], m["name"], m["role"], m["password"]) for m in house["staff"]),
        phones={m["user"]: m["phone"] for m in house["staff"]},
        people=tuple(
            _person({**base, **each}, words)
            for base, listed in (({}, women["residents"]), (_EARLIER, women["earlier"]))
            for each in listed
        ),
        words=words,
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DEMO / f"{name}.toml").read_text(encoding="utf-8"))


def _person(told: Mapping[str, Any], words: Mapping[str, Any]) -> Person:
    basis = LegalBasis(told["basis"])
    family, phone = told["family"]
    said = {
        "family": family,
        "else": told["else"],
        "suitable": told["suitable"],
        "basis": basis.label,
        "practitioner": told["practitioner"],
    }
    contacts = [
        ("Probation", told["practitioner"], "07700 900470"),
        ("Out of hours", "On-call manager", "07700 900461"),
    ]
    if phone:
        contacts.append(("Family or friend", family, phone))
    return Person(
        name=told["name"],
        preferred=told.get("preferred"),
        pronouns=told.get("pronouns"),
        room=told["room"],
        room_before=told.get("room_before"),
        days=told["days"],
        left=told.get("left"),
        why=told.get("why"),
        basis=basis,
        born=told.get("born"),
        key_worker=told["key_worker"],
        practitioner=told["practitioner"],
        restricted=told.get("restricted", False),
        watch=told.get("watch", False),
        allergies=told.get("allergies"),
        evacuation=told.get("evacuation"),
        alerts=told.get("alerts"),
        bed=time.fromisoformat(told["bed"]),
        outings=tuple(
            Outing(purpose, place, time.fromisoformat(out), time.fromisoformat(back), frozenset(days), in_ten)
            for purpose, place, out, back, days, in_ten in told["outings"]
        ),
        rules=tuple(told.get("rules", ())),
        agreement={
            name: told[name] for name in ("asleep", "wake_when", "wake_how", "by_whom") if name in told
        },
        plan={
            "no_return": words["plan"][basis.value].format(**said),
            "out_of_hours": words["plan"]["out_of_hours"].format(**said),
            "victims": told["victims"],
            "unsuitable": told["unsuitable"],
            "suitable": told["suitable"],
            "breach": words["plan"]["breach"].format(**said),
            "anything_else": told["else"],
        },
        contacts=tuple(contacts),
    )
