"""Two people at two windows: what one writes the other sees, with her place in the list kept."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.ui.app import POLL_MS
from tests.journeys.conftest import NIGHT, Person

#: What the other process does: signs in, writes one check, and says so after the commit.
OTHER = """
import sys
from datetime import datetime
from pathlib import Path
from app.domain.sightings import How
from app.domain.time import SetClock
from app.services.board import read_board
from app.services.checks import LogCheck
from app.services.entrance import sign_in

folder, now, name = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3]
desk = sign_in(folder, "dawn", sys.argv[4], SetClock(now))
who = next(line for line in read_board(desk).lines if line.who.name == name)
done = desk.do(LogCheck(resident=who.id, how=How.ASLEEP_BREATHING))
print(type(done).__name__, done.seq)
desk.store.close()
"""


def test_a_check_in_another_process_shows_here_with_the_place_kept(
    at_the_window: Callable[..., Person], well_house: Path, qtbot: Any
) -> None:
    priya = at_the_window(well_house)
    page: Any = priya.page()
    page.show_view("list")
    priya.wait()
    last = priya.board().lines[-1]
    page.list.select(last.id)
    priya.wait()
    place = page.list.verticalScrollBar().value()
    assert place > 0
    name = priya.board().lines[2].who.name
    dawn = priya.window.keys.member("dawn")
    assert dawn is not None
    run = subprocess.run(
        [sys.executable, "-c", OTHER, str(priya.folder), NIGHT.isoformat(), name, dawn.printed or ""],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert run.stdout.startswith("Done"), run.stderr
    seq = int(run.stdout.split()[1])

    assert POLL_MS <= 1000
    qtbot.waitUntil(lambda: priya.window._seq >= seq, timeout=10_000)
    priya.wait()
    row = page.list.model().place(priya.line(name).id)
    cells = " ".join(
        str(page.list.model().index(row, n).data()) for n in range(page.list.model().columnCount())
    )
    assert "asleep" in cells
    assert "Dawn" in cells
    assert page.list.current_key == last.id
    assert page.list.verticalScrollBar().value() == place
