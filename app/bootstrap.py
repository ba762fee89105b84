"""The only place where the parts of the window are joined."""

from collections.abc import Callable
from pathlib import Path


def run_window(folder: Path, now: str | None = None) -> int:
    """Open the window on the house at `folder` and return its exit code; a training house is built where there is none.

    `now` is an instant for a training house (ISO 8601); a live house refuses it.
    """
    from app.ui.app import run

    def make_demo(tell: Callable[[str], None]) -> None:
        from app.services.demo import make_demo as make

        make(folder, tell=tell)

    return run(folder, make_demo, now)
