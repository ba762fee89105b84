"""A person at the real window on a real house: every key she presses is counted."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.board import Board, BoardLine
from app.domain.time import SetClock
from app.services.board import read_board
from app.services.demo import make_demo
from app.services.desk import Desk
from app.store.keys import load
from app.ui import theme as themes
from app.ui.app import Window
from app.ui.contact_sheet import settle

#: Five past eleven on a Sunday night in November: the curfew round is open.
NIGHT = datetime(2026, 11, 22, 23, 5, tzinfo=UTC)
KEY = Qt.Key


class Person:
    """Someone on shift at the window. `keys` counts what she has pressed since `count()`."""

    def __init__(self, folder: Path, clock: SetClock, **how: Any) -> None:
        self.folder, self.clock, self.keys = folder, clock, 0
        self.window = Window(folder, load(folder), clock, **how)
        self.window.shell.resize(1440, 900)
        self.window.shell.show()
        QTest.qWaitForWindowExposed(self.window.shell)
        self.window.shell.activateWindow()
        settle()

    @property
    def desk(self) -> Desk:
        assert self.window.desk is not None
        return self.window.desk

    def count(self) -> None:
        self.keys = 0

    def wait(self) -> None:
        """Until everything asked for has been answered and shown."""
        for _ in range(3):
            assert self.window.jobs.wait_idle()
            settle()

    def press(
        self, key: Qt.Key | str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """One key into whatever has the focus."""
        self.keys += 1
        target = QApplication.focusWidget() or self._last_focus()
        if isinstance(key, str):
            QTest.keyClick(target, key, modifier)
        else:
            QTest.keyClick(target, key, modifier)
        self.wait()

    def _last_focus(self) -> QWidget:
        """Without a window manager nothing gives the focus back when a sheet closes; a person's desktop does."""
        self.window.shell.activateWindow()
        settle()
        return QApplication.focusWidget() or self.window.shell.focusWidget() or self.window.shell

    def type(self, text: str) -> None:
        for letter in text:
            self.press(letter)

    def sign_in(self, user: str) -> None:
        """By the training house's list of accounts, with the keyboard."""
        cover = self.window.shell._cover
        assert cover is not None
        cover.accounts.select(user)  # type: ignore[attr-defined]
        cover.accounts.setFocus()  # type: ignore[attr-defined]
        self.press(KEY.Key_Return)
        assert self.window.desk is not None
        assert self.desk.actor.user == user

    def later(self, **how: float) -> None:
        """Time passes, and the window looks at the record again."""
        self.clock.advance(timedelta(**how))
        self.window._time_passed()
        self.wait()

    def board(self) -> Board:
        return read_board(self.desk)

    def line(self, name: str) -> BoardLine:
        return next(line for line in self.board().lines if line.who.name == name)

    def sitting_draft(self, form: str, text: str) -> None:
        """Something half typed, kept as a draft."""
        assert self.window.sitting is not None
        self.window.sitting.keep_draft(form, None)(text)
        self.wait()

    def page(self) -> QWidget:
        return self.window.shell.page(self.window.shell.page_id)

    def said(self) -> str:
        """Everything that the page says in labels."""
        from tests.ui.test_person import texts

        return texts(self.window.shell)

    def close(self) -> None:
        self.window.jobs.wait_idle()
        for pane in [*self.window.panes]:
            pane.shell.close()
        settle()


@pytest.fixture(scope="session")
def well_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house of the 23:05 rehearsal, built once: all 22 in and well."""
    folder = tmp_path_factory.mktemp("well") / "house"
    make_demo(folder, seed=1, days=2, now=NIGHT, all_well=True)
    return folder


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: tmp_path / "documents")
    return tmp_path / "documents" / "Daybook"


@pytest.fixture
def at_the_window(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Opens the window on a copy of a house at a time; closed when the test ends."""
    opened: list[Person] = []
    themes.install(qapp)

    def open_on(house: Path, now: datetime = NIGHT, user: str = "priya", **how: Any) -> Person:
        folder = tmp_path / f"house{len(opened)}"
        shutil.copytree(house, folder)
        person = Person(folder, SetClock(now), **how)
        opened.append(person)
        person.sign_in(user)
        return person

    yield open_on
    for person in opened:
        person.close()


@pytest.fixture(autouse=True)
def quiet_faults(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """A fault in the window fails the journey."""
    from app.ui.shell import Shell

    faults: list[Any] = []
    monkeypatch.setattr(Shell, "show_fault", lambda _, fault: faults.append(fault))
    yield faults
    assert [fault.details for fault in faults] == []
