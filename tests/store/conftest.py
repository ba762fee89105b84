"""A store on each engine that this machine has. The schema is made once and copied, which is much faster."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.store import Store
from tests.support.postgres import Server, private_server, programs
from tests.support.stores import ENGINES, KEY, Place, copy_house, fill


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed house without a single entry."""
    folder = tmp_path_factory.mktemp("empty")
    Store.create(folder, KEY).close()
    return folder


@pytest.fixture(scope="session")
def filled_house(empty_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a closed house with rows in every table."""
    folder = copy_house(empty_house, tmp_path_factory.mktemp("filled"))
    store = Store.open(folder, KEY)
    fill(store)
    store.close()
    return folder


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all the tests of this process; only asked for where there is one."""
    there = programs()
    assert there is not None
    with private_server(there) as running:
        yield running


@pytest.fixture
def folder(empty_house: Path, tmp_path: Path) -> Path:
    """The folder of a closed, empty house of this test's own."""
    return copy_house(empty_house, tmp_path / "house")


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty store on each engine."""
    if request.param == "sqlite":
        return Place(request.getfixturevalue("folder"))
    return Place(tmp_path, request.getfixturevalue("server").database())


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """An open, empty store on each engine."""
    with_engine = place.open()
    yield with_engine
    with_engine.close()


@pytest.fixture
def house(folder: Path) -> Iterator[Store]:
    """An open, empty store in a house's folder, for what only the local file does."""
    local = Store.open(folder, KEY)
    yield local
    local.close()


@pytest.fixture
def filled(filled_house: Path, tmp_path: Path) -> Iterator[Store]:
    """An open store with rows in every table, in a house's folder."""
    local = Store.open(copy_house(filled_house, tmp_path / "filled"), KEY)
    yield local
    local.close()
