"""The front door: making a house, and signing in to one."""

import json
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from app.domain.house import House
from app.domain.staff import Actor, Role
from app.domain.time import Clock, SetClock, SystemClock, parse_instant
from app.services.desk import Desk
from app.services.house import SignIn
from app.store import keys
from app.store.errors import StoreTrouble, WrongKey
from app.store.ids import Chance, new_id
from app.store.keys import Keys, NewMember, Unlocked
from app.store.queries.house import READERS, read_house, read_setting
from app.store.queries.staff import read_staff
from app.store.store import Store
from app.store.tables.house import house as house_table
from app.store.tables.house import setting
from app.store.tables.staff import staff as staff_table

RULES = Path(__file__).resolve().parents[2] / "resources" / "house.toml"
MARKING = "OFFICIAL – SENSITIVE"


class NotThisHouse(StoreTrouble):
    """What was asked is only for a training house, or only for a live one."""


@dataclass(frozen=True, slots=True)
class MadeHouse:
    """A new house. The recovery code is shown and printed once and kept nowhere."""

    store: Store
    house: House
    actor: Actor
    recovery_code: str


def default_rules() -> dict[str, Any]:
    """The settings that a new house starts with (resources/house.toml)."""
    return tomllib.loads(RULES.read_text(encoding="utf-8"))


def make_house(  # noqa: PLR0913  (a house is all of these, and nobody makes one but by name)
    folder: Path,
    name: str,
    zone: str,
    training: bool,
    members: Sequence[NewMember],
    clock: Clock,
    rules: Mapping[str, Any] | None = None,
    phones: Mapping[str, str] | None = None,
    chance: Chance = secrets.token_bytes,
    workstation: str | None = None,
) -> MadeHouse:
    """Make a house: its keys, its store, its settings and its staff. The first member acts; she should be the manager.

    `chance` is where ids and salts come from; only a training house may be given a seeded source. Raises StoreTrouble
    when the folder won't do, ValueError for a zone, role or rule that there isn't; nothing is left behind then.
    """
    if chance is not secrets.token_bytes and not training:
        raise NotThisHouse("Only a training house may be made from a seed.")
    settings = {key: json.dumps(value) for key, value in {**default_rules(), **(rules or {})}.items()}
    _refuse_nonsense(zone, members, settings)
    house_id = new_id(clock, chance)
    before = _files(folder)
    made = keys.create(folder, house_id, name, training, zone, members[0], *members[1:])
    try:
        store = Store.create(folder, made.house_key)
        try:
            store.chance, store.workstation = chance, workstation or store.workstation
            actor = _write_house(store, house_id, made.keys, clock, settings, phones or {})
            with store.read() as connection:
                return MadeHouse(store, read_house(connection), actor, made.recovery_code)
        except BaseException:
            store.close()
            raise
    except BaseException:
        for path in _files(folder) - before:
            path.unlink(missing_ok=True)
        raise


def _refuse_nonsense(zone: str, members: Sequence[NewMember], settings: Mapping[str, str]) -> None:
    """What the keys and the store would take, and nobody could open afterwards."""
    if zone not in available_timezones():
        raise ValueError(f"There is no time zone called {zone}. Europe/London is one.")
    for member in members:
        Role(member.role)
    for key, value in settings.items():
        if key not in READERS:
            raise ValueError(f"There is no setting called {key}.")
        read_setting(key, value)


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set()


def _write_house(
    store: Store,
    house_id: UUID,
    made: Keys,
    clock: Clock,
    settings: Mapping[str, str],
    phones: Mapping[str, str],
) -> Actor:
    """The first entries: the house, its staff, its rules. Returns the first member as the one who made it."""
    ids = {member.user: new_id(clock, store.chance) for member in made.members}
    first = made.members[0]
    actor = Actor(ids[first.user], first.user, first.name, Role(first.role), house_id)
    with store.write(actor, clock, "house") as work:
        work.create(
            house_table, id=house_id, name=made.house, zone=made.zone, training=made.training, marking=MARKING
        )
        for member in made.members:
            work.create(
                staff_table,
                id=ids[member.user],
                user=member.user,
                name=member.name,
                role=member.role,
                phone=phones.get(member.user),
                active=True,
            )
        for key, value in settings.items():
            work.create(setting, key=key, value=value, starts=work.now)
    return actor


def clock_for(folder: Path, now: str | None) -> Clock:
    """The clock of a house: the computer's; or, in a training house only, one that stands at a given instant."""
    if now is None:
        return SystemClock()
    if not keys.load(folder).training:
        raise NotThisHouse("Only a training house may be given another time. Leave out --now.")
    return SetClock(instant(folder, now))


def instant(folder: Path, text: str) -> datetime:
    """An instant as a person types it for this house. LocalTimeError or ValueError in a sentence."""
    return parse_instant(text, ZoneInfo(keys.load(folder).zone))


def sign_in(folder: Path, user: str, password: str, clock: Clock, note: bool = True) -> Desk:
    """Open the house with a password. Raises WrongPassword, TooManyTries, or any other StoreTrouble, in a sentence.

    `note` writes the sign-in into the record; a headless read leaves the record as it is.
    """
    # The wait after wrong passwords is by the computer's own time: a training house's clock may stand still.
    unlocked = keys.unlock(folder, user, password, SystemClock())
    store = _open(folder, unlocked)
    try:
        desk = desk_of(store, unlocked.user, clock)
        if note or unlocked.wrong_before:
            desk.must(SignIn(failures=unlocked.wrong_before))
            desk.since_seq = store.head().seq
    except BaseException:
        store.close()
        raise
    return desk


def _open(folder: Path, unlocked: Unlocked) -> Store:
    """The store; after a turn of the house key that a crash cut short, whichever of the two keys it has."""
    try:
        store = Store.open(folder, unlocked.house_key)
    except WrongKey:
        if unlocked.previous_key is None:
            raise
        return Store.open(folder, unlocked.previous_key)
    if unlocked.previous_key is not None:
        keys.settle_turn(folder, unlocked.house_key)
    return store


def desk_of(store: Store, user: str, clock: Clock) -> Desk:
    """The desk of a member of staff in an open store."""
    with store.read() as connection:
        house = read_house(connection)
        found = [
            member for member in read_staff(connection).values() if member.user == user and member.active
        ]
    if not found:
        raise NotThisHouse(
            "The record has no member of staff with that name. Ask a manager to look at your account."
        )
    member = found[0]
    return Desk(store, house, Actor(member.id, member.user, member.name, member.role, house.id), clock)


def training_account(folder: Path) -> tuple[str, str] | None:
    """The account that a training house prints first, as (user, password); None in a live house."""
    printed = [member for member in keys.load(folder).present if member.printed]
    return (printed[0].user, printed[0].printed or "") if printed else None
