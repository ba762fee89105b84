"""A rehearsed night without a window: a curfew round in a copy of a training house, so that the house itself stays as it is."""

import shutil
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

from app.domain.presence import Presence
from app.domain.sightings import How
from app.domain.time import DAY, Clock, SetClock, local_date, opening
from app.services.acts import ACTS
from app.services.board import read_board
from app.services.demo import make_demo
from app.services.demo_people import cast
from app.services.desk import Desk
from app.services.entrance import NotThisHouse, sign_in, training_account
from app.services.play import Line
from app.store.engine import STORE_FILE
from app.store.keys import load
from app.store.keys_file import KEYS_FILE

_ROUND = time(23, 1)
_KNOCK = timedelta(seconds=35)


def last_evening(clock: Clock) -> datetime:
    """The last 23:01 on the wall of the demo house."""
    zone, now = cast().zone, clock.now()
    tonight = opening(local_date(now, zone), _ROUND, zone)
    return tonight if tonight <= now else opening(local_date(now, zone) - DAY, _ROUND, zone)


def rehearse(house: Path | None, data: Path, end: datetime, tell: Callable[[str], None]) -> Desk:
    """A fresh copy of a training house, opened at the next 23:01 after its last entry.

    Without `house`, of one that is built once in the `data` folder with a history up to `end`. Raises NotThisHouse for a
    live house, StoreTrouble where a folder won't do.
    """
    base = house or data / "night"
    if house is None and not (base / KEYS_FILE).is_file():
        base.parent.mkdir(parents=True, exist_ok=True)
        tell("Building the training house.")
        make_demo(base, now=end, tell=tell)
    account = training_account(base) if load(base).training else None
    if account is None:
        raise NotThisHouse(
            "Only a training house can be rehearsed in: this is a live one, and nothing was done."
        )
    copy = data / "night-rehearsed"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    source = sign_in(base, *account, SetClock(end), note=False)
    try:
        source.store.copy_to(copy / STORE_FILE)
    finally:
        source.store.close()
    shutil.copyfile(base / KEYS_FILE, copy / KEYS_FILE)
    desk = sign_in(copy, *account, SetClock(end), note=False)
    desk.clock = SetClock(_evening(desk, end))
    return desk


def curfew_round(desk: Desk) -> tuple[Line, ...]:
    """The round as a script: one check for each woman who is in, in walking order, by those on duty."""
    board, at = read_board(desk), desk.clock.now()
    walkers = [one.user for one in board.staff_in] or [desk.actor.user]
    lines: list[Line] = []
    for line in board.lines:
        if line.presence is not Presence.IN:
            continue
        at += _KNOCK
        how = How.ASLEEP_BREATHING if len(lines) % 3 == 2 else How.SPOKE
        told = {"resident": str(line.id), "how": how.value}
        lines.append(Line(len(lines) + 1, at, walkers[0], ACTS["check"], told))
    return tuple(lines)


def _evening(desk: Desk, end: datetime) -> datetime:
    last, zone = desk.store.head().at or end, desk.house.zone
    tonight = opening(local_date(last, zone), _ROUND, zone)
    return tonight if tonight >= last else opening(local_date(last, zone) + DAY, _ROUND, zone)
