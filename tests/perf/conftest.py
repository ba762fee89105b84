"""The budgets of the design, measured: each beside its baseline in the same run, and printed as a ratio at the end.

    python3 packaging/bootstrap.py perf

Nothing here fails for being slow: a timed assertion is not a test. It prints what is over its budget and leaves the rest to
whoever reads it.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.ui import theme as themes
from tests.perf.ten_years import Kept, ten_years
from tests.support.houses import House

HERE = Path(__file__).parent
SIDES = ("baseline", "daybook")
_figures: list[tuple[str, float, float, str]] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.perf)


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> themes.Theme:
    """Day at 100 %."""
    theme = themes.install(qapp)
    theme.set_scale(1.0)
    return theme


@pytest.fixture
def against(benchmark: Any) -> Callable[..., None]:
    """Measure one side of a pair: `against(budget, side, baseline=…, daybook=…, rounds=…)`. `setup` runs unmeasured before
    each round of Daybook's side."""

    def measure(
        budget: float, side: str, *, rounds: int = 30, setup: Callable[[], Any] | None = None, **pair: Any
    ) -> None:
        benchmark.extra_info |= {"budget": budget, "side": side}
        prepare = {"setup": setup} if setup is not None and side == "daybook" else {}
        warm = 0 if prepare else 2
        benchmark.pedantic(pair[side], rounds=rounds, warmup_rounds=warm, **prepare)

    return measure


@pytest.fixture
def figure() -> Callable[[str, float, float, str], None]:
    """Note a figure that has no baseline: its name, what it is, its budget, its unit."""

    def note(name: str, found: float, budget: float, unit: str) -> None:
        _figures.append((name, found, budget, unit))

    return note


@pytest.fixture(scope="session")
def decade() -> Kept:
    """The house with ten years behind it, built once and kept."""
    return ten_years()


@pytest.fixture
def old_house(decade: Kept) -> Iterator[House]:
    house = decade.open()
    yield house
    house.desk.store.close()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The budgets, with what each came to."""
    session = getattr(config, "_benchmarksession", None)
    pairs: dict[str, dict[str, Any]] = defaultdict(dict)
    for bench in session.benchmarks if session else ():
        if "budget" in bench.extra_info:
            pairs[bench.group][bench.extra_info["side"]] = bench
    if not pairs and not _figures:
        return
    write = terminalreporter.write_line
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    write("")
    write(f"{'Budget' + load:58} {'baseline':>11} {'Daybook':>11} {'ratio':>7} {'at most':>8}")
    for name, sides in pairs.items():
        if set(sides) != set(SIDES):
            continue
        bare, ours = (sides[side].stats.median for side in SIDES)
        limit, ratio = sides["daybook"].extra_info["budget"], ours / bare
        write(_line(name, f"{bare * 1e3:9.2f}ms", f"{ours * 1e3:9.2f}ms", f"{ratio:6.2f}×", limit, ratio))
    for name, found, limit, unit in _figures:
        write(_line(name, "", f"{found:8.1f} {unit}", "", limit, found))


def _line(name: str, bare: str, ours: str, ratio: str, limit: float, found: float) -> str:
    over = "" if found <= limit else "  over"
    return f"{name:58} {bare:>11} {ours:>11} {ratio:>7} {limit:8g}{over}"
