"""A live house with two members, for the tests of its keys; deriving from passwords is made cheap and counted."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from argon2.low_level import hash_secret_raw

from app.domain.time import SetClock
from app.store import keys, keys_crypto, keys_tries
from app.store.keys import NewMember

HOUSE_ID = UUID("0192b0a0-0000-7000-8000-000000000001")
ANNA = NewMember("anna", "Anna Okafor", "manager", "lantern-harbour-42")
BETH = NewMember("Bethän", "Bethän Rees", "residential", "crème brûlée 🌙 night")
WRONG = "The name or the password is not right."


LiveHouse = tuple[Path, keys.Created]
Runs = list[tuple[int, int, int]]


@pytest.fixture(autouse=True)
def no_memory() -> Iterator[None]:
    yield
    keys_tries._unwritten.clear()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 22, 23, 5, tzinfo=UTC))


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Each Argon2id run's time, memory and lanes; the runs themselves are made cheap."""
    seen: Runs = []

    def counting(
        secret: bytes, salt: bytes, time: int, memory: int, lanes: int, length: int, kind: Any
    ) -> bytes:
        seen.append((time, memory, lanes))
        return hash_secret_raw(secret + b"%d %d %d" % (time, memory, lanes), salt, 1, 64, 1, length, kind)

    monkeypatch.setattr(keys_crypto, "hash_secret_raw", counting)
    return seen


@pytest.fixture
def live(tmp_path: Path, runs: Runs) -> LiveHouse:
    folder = tmp_path / "house"
    created = keys.create(folder, HOUSE_ID, "Eden House", False, "Europe/London", ANNA, BETH)
    runs.clear()
    return folder, created


def wrong(folder: Path, clock: SetClock, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(keys.WrongPassword):
            keys.unlock(folder, "anna", "wrong", clock)


def refuse(code: int) -> Callable[..., Any]:
    def refusing(*_: Any, **__: Any) -> None:
        raise OSError(code, os.strerror(code))

    return refusing
