"""What the window costs: its start, sign-in to the board, a key in a round, memory; and the handover sheet."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.reports import handover as handover_report
from app.reports.text import Segment, bundled
from app.services.entrance import sign_in
from app.services.handovers import draft_sheet
from app.store.keys import load, unlock
from app.ui.app import Window
from app.ui.contact_sheet import settle
from app.ui.pages.round import RoundPage
from tests.perf.conftest import SIDES
from tests.perf.ten_years import house_of
from tests.support.houses import House

Against = Callable[..., None]
Figure = Callable[[str, float, float, str], None]
both = pytest.mark.parametrize("side", SIDES)
ROOT = Path(__file__).resolve().parents[2]

EMPTY = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.show()
app.processEvents()
window.grab()
"""
OURS = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.store.keys_file import load
from app.ui import theme
from app.ui.app import Window
app = QApplication(sys.argv)
theme.install(app)
folder = Path(sys.argv[1])
window = Window(folder, load(folder))
window.shell.show()
app.processEvents()
window.shell.grab()
assert "sqlalchemy" not in sys.modules
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = house_of(tmp_path / "house")
    made.clock.advance(timedelta(minutes=1))
    yield made
    made.desk.store.close()


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A whole process, its compiled files kept, as on anybody's second start."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True, cwd=ROOT)


@both
@pytest.mark.benchmark(group="start to the sign-in window")
def test_start(against: Against, side: str, house: House, tmp_path: Path) -> None:
    folder = str(tmp_path / "house")
    run(OURS, folder)
    against(1.5, side, baseline=lambda: run(EMPTY), daybook=lambda: run(OURS, folder), rounds=9)


class Watch:
    """The window, with somebody signed in."""

    def __init__(self, folder: Path, house: House) -> None:
        self.window = Window(folder, load(folder), house.clock)
        self.window.shell.resize(1440, 900)
        self.window.shell.show()
        settle()

    def sign_in(self, folder: Path, house: House) -> None:
        self.window.signed_in(sign_in(folder, "hannah", "training", house.clock))
        self.wait()

    def wait(self) -> None:
        assert self.window.jobs.wait_idle()
        settle()

    def close(self) -> None:
        self.window.jobs.wait_idle()
        self.window.shell.close()
        settle()


def test_sign_in_to_the_board(figure: Figure, house: House, tmp_path: Path) -> None:
    folder, took = tmp_path / "house", []
    for _ in range(5):
        watch = Watch(folder, house)
        started = perf_counter()
        unlock(folder, "hannah", "training", house.clock)
        derived = perf_counter()
        watch.window.signed_in(sign_in(folder, "hannah", "training", house.clock))
        page = watch.window.shell.page("now")
        while getattr(page, "board", None) is None:
            QApplication.processEvents()
        page.grab()
        took.append(perf_counter() - derived - (derived - started))
        watch.close()
    figure("sign-in to the board, beside the key derivation", min(took) * 1e3, 300, "ms")


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_key_in_a_round(figure: Figure, house: House, tmp_path: Path, look: Any, scale: float) -> None:
    look.set_scale(scale)
    watch = Watch(tmp_path / "house", house)
    watch.sign_in(tmp_path / "house", house)
    watch.window.shell.go("round")
    watch.wait()
    page = watch.window.shell.page("round")
    assert isinstance(page, RoundPage)
    took = []
    for _ in range(20):
        started = perf_counter()
        QTest.keyClick(page.list, Qt.Key.Key_S)
        page.repaint()
        took.append(perf_counter() - started)
        watch.wait()
        house.clock.advance(timedelta(seconds=8))
    watch.close()
    figure(
        f"a key in a round to its paint, at {scale:.0%}", sorted(took)[len(took) // 2] * 1e3, 1000 / 60, "ms"
    )


def test_memory_with_ten_years_open(figure: Figure, old_house: House, decade: Any) -> None:
    folder = decade.folder
    script = OURS.replace('assert "sqlalchemy" not in sys.modules', _OPENED)
    found = run(script, str(folder))
    figure("memory with ten years open, every page shown", float(found.stdout) / 1024, 250, "MB")


_OPENED = """
from datetime import UTC, datetime
from app.domain.time import SetClock
from app.services.entrance import sign_in
from app.ui.contact_sheet import settle
clock = SetClock(datetime(2026, 11, 23, 0, 6, tzinfo=UTC))
window.clock = clock
window.signed_in(sign_in(folder, "hannah", "training", clock))
for section in ("now", "round", "residents", "handover", "now"):
    window.shell.go(section)
    window.jobs.wait_idle()
    settle()
    window.shell.grab()
for line in open("/proc/self/status"):
    if line.startswith("VmRSS"):
        print(line.split()[1])
window.jobs.wait_idle()
window.shell.close()
"""


@both
@pytest.mark.benchmark(group="handover sheet for 26")
def test_handover_sheet(against: Against, side: str, house: House, figure: Figure) -> None:
    sheet = draft_sheet(house.desk)
    made = handover_report.render(sheet)
    pages = pypdf.PdfReader(BytesIO(made)).pages
    glyphs = [page.extract_text().splitlines() for page in pages]
    name = bundled().pieces(Segment("a", False, False))[0].font

    def bare() -> bytes:
        """The same glyphs in the same font, on as many pages, set by nobody."""
        out = BytesIO()
        canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1, initialFontName="Helvetica")
        for lines in glyphs:
            for number, line in enumerate(lines):
                text = canvas.beginText(40, 800 - number * 5)
                text.setFont(name, 7)
                text.textOut(line)
                canvas.drawText(text)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    against(2, side, baseline=bare, daybook=lambda: handover_report.render(sheet), rounds=20)
    if side == "daybook":
        figure("handover sheet for 26, A4 sides", len(pages), 2, "sides")
