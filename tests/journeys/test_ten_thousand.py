"""Random keys and clicks over every page and every sheet: no exception, no frozen second, nothing lost."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Person
from tests.journeys.monkey import FROZEN, Monkey

PAGES = {"now", "round", "residents", "handover", "emergency", "fire"}


def let_loose(
    open_on: Callable[..., Person],
    house: Path,
    seed: int,
    events: int,
    patch: pytest.MonkeyPatch,
    scratch: Path,
    frozen: float | None = None,
) -> Monkey:
    user = Monkey(open_on, house, seed, patch, scratch, frozen)
    try:
        user.run(events)
        user.ends()
    finally:
        print(user.report())
    return user


def pages(user: Monkey) -> set[str]:
    return {place.split(" / ")[0] for place in user.places}


def test_some_hundred_keys_and_clicks(
    at_the_window: Callable[..., Person], well_house: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    user = let_loose(at_the_window, well_house, 1, 400, monkeypatch, tmp_path)
    assert pages(user) >= PAGES
    assert user.saved


@pytest.mark.soak
def test_ten_thousand_keys_and_clicks(
    at_the_window: Callable[..., Person], well_house: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`DAYBOOK_SEED` and `DAYBOOK_EVENTS` choose another run; a failure names its seed and the last thirty events."""
    seed = int(os.environ.get("DAYBOOK_SEED", "2026"))
    events = int(os.environ.get("DAYBOOK_EVENTS", "10000"))
    user = let_loose(at_the_window, well_house, seed, events, monkeypatch, tmp_path, FROZEN)
    assert pages(user) >= PAGES
    assert len({place for place in user.places if " / " in place}) > 12
