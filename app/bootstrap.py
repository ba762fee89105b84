"""The only place where the parts of the window are joined."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

#: The night of the contact sheet: five past eleven, the curfew round begun, and enough days of history behind it.
LOOKED_AT = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
LOOKED_AT_DAYS = 4


def run_window(folder: Path, now: str | None = None) -> int:
    """Open the window on the house at `folder` and return its exit code; a training house is built where there is none.

    `now` is an instant for a training house (ISO 8601); a live house refuses it.
    """
    from app.ui.app import run

    def make_demo(tell: Callable[[str], None]) -> None:
        from app.services.demo import make_demo as make

        make(folder, tell=tell)

    return run(folder, make_demo, now)


def draw_contact_sheet(out: Path) -> int:
    """Draw every screen and document of a demo house, by day and night, at 100 % and 150 %; returns how many pictures.

    The house is built anew in a temporary folder, on the same invented night each time, and taken away afterwards.
    """
    from app.domain.time import SetClock
    from app.services.demo import make_demo
    from app.ui.scenes import contact_sheet

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with TemporaryDirectory() as folder:
        house = Path(folder) / "house"
        make_demo(house, days=LOOKED_AT_DAYS, now=LOOKED_AT)
        return len(contact_sheet(house, SetClock(LOOKED_AT), out, "priya", "kim"))
