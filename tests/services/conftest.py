"""One small house with someone in every role, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from app.domain.time import SetClock, SystemClock
from app.services.entrance import desk_of
from app.store import keys
from app.store.store import Store
from tests.support.houses import EVERY_ROLE, NIGHT, House, small_house


@dataclass(frozen=True)
class Built:
    """A closed house, and what opens it."""

    folder: Path
    key: bytes
    women: dict[str, UUID]
    rooms: list[UUID]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built") / "house"
    made = small_house(
        folder,
        staff=EVERY_ROLE,
        told=[("Hope", {"restricted": True, "allergies": "Penicillin", "evacuation": "Two staff on stairs"})],
    )
    made.desk.store.close()
    key = keys.unlock(folder, "priya", "training", SystemClock()).house_key
    return Built(folder, key, made.women, made.rooms)


@pytest.fixture
def house(built: Built, tmp_path: Path) -> Iterator[House]:
    """Sunday 22 November, 23:05; five women in, of whom Hope is restricted and nobody is listed. Priya is at the desk."""
    folder = shutil.copytree(built.folder, tmp_path / "house")
    store = Store.open(folder, built.key)
    clock = SetClock(NIGHT)
    yield House(desk_of(store, "priya", clock), clock, dict(built.women), list(built.rooms))
    store.close()
