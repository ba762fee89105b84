"""A random user at the real window: keys and clicks anywhere, from a seed, and what she may never bring about.

She may not raise an exception or a warning of Qt's, hold the window still for a second, lose what was said to be saved,
or lose what she was typing.
"""

import json
import random
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from shiboken6 import isValid
from sqlalchemy import select

from app.domain.results import Done
from app.services.desk import Desk
from app.services.drafts import KeepDraft
from app.store.tables.audit import audit
from app.store.tables.drafts import draft
from app.store.verify import verify
from app.ui import alarms, papers
from app.ui import app as windows
from app.ui.contact_sheet import settle
from app.ui.faults import Fault
from app.ui.shell import Shell
from app.ui.sitting import Sitting
from app.ui.widgets import drafts
from tests.journeys.conftest import Person
from tests.ui.conftest import PLATFORM

KEY, NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
#: Seconds of the GUI thread's own time (what a busy machine takes from it is not counted) in one turn of its loop.
FROZEN = 1.0
USERS = ("priya", "dawn", "hannah", "kim")
SECTIONS = (("1", CTRL), ("2", CTRL), ("3", CTRL), ("8", CTRL), (KEY.Key_F8, NONE), (KEY.Key_F9, NONE))
MOVES = (
    *(KEY.Key_Up, KEY.Key_Down, KEY.Key_Left, KEY.Key_Right) * 3,
    *(KEY.Key_Tab, KEY.Key_Return, KEY.Key_Space) * 3,
    *(KEY.Key_Escape, KEY.Key_Backspace, KEY.Key_Delete, KEY.Key_Backtab),
    *(KEY.Key_Home, KEY.Key_End, KEY.Key_PageUp, KEY.Key_PageDown),
)
FUNCTION = (KEY.Key_F1, KEY.Key_F2, KEY.Key_F4, KEY.Key_F5, KEY.Key_F7, KEY.Key_F10, KEY.Key_F12)
CHORDS = (
    *"kkkdgtpprrzzssfaxcv0",
    *(
        KEY.Key_Plus,
        KEY.Key_Minus,
        KEY.Key_Return,
        KEY.Key_Return,
        KEY.Key_Left,
        KEY.Key_Right,
        KEY.Key_Up,
        KEY.Key_Down,
    ),
    *(KEY.Key_Home, KEY.Key_End),
)
LETTERS = "ssuubbccooiinnppkkaammvvyywwhhqrtdefgjlxz0123456789/?+-.,"
WORDS = (
    "Crying, would not say why.",
    "2304",
    "a2310",
    "2300-2310",
    "Anne",
    "burst pipe\n",
    "-1",
    "25:99",
    "'; --",
    "%",
    "Ås é",
)


class Monkey:
    """`seed` decides everything that she does; `steps` are the last things she did."""

    def __init__(
        self,
        open_on: Any,
        house: Path,
        seed: int,
        monkeypatch: pytest.MonkeyPatch,
        scratch: Path,
        frozen: float | None = None,
    ) -> None:
        #: The longest turn of the event loop that is let pass, in seconds of CPU; None only reports it.
        self.frozen = frozen
        self.random, self.seed, self.scratch = random.Random(seed), seed, scratch
        self.steps: deque[str] = deque(maxlen=30)
        self.wrong: list[str] = []
        self.saved: list[tuple[int, str, UUID | None]] = []
        self.places: Counter[str] = Counter()
        self.count, self.longest, self.longest_at = 0, 0.0, ""
        self.said_saved = self.drafts_kept = 0
        self._turn = time.thread_time()
        self._edges(monkeypatch)
        self.person: Person = open_on(house)

    # What she may not reach, and what is watched

    def _edges(self, patch: pytest.MonkeyPatch) -> None:
        """The desktop's own dialogs and the printer are beyond the window; timers are hers, so that a seed is a run."""
        folder = self.scratch / "chosen"
        patch.setattr(QFileDialog, "getExistingDirectory", lambda *_: self.random.choice(("", str(folder))))
        patch.setattr(QPrintDialog, "exec", lambda _: 0)
        patch.setattr(papers.platformdirs, "user_documents_path", lambda: self.scratch / "documents")
        patch.setattr(alarms.Sound, "sound", lambda _, level: None)
        for name in ("POLL_MS", "MINUTE_MS"):
            patch.setattr(windows, name, 10**8)
        patch.setattr(Shell, "show_fault", lambda _, fault: self._fault(fault))
        real_do, real_sit, real_forget = Desk.do, Sitting.__init__, windows.Window._forget

        def do(desk: Desk, command: Any) -> Any:
            answer = real_do(desk, command)
            if isinstance(answer, Done):
                view = answer.view
                row = getattr(view, "entry", None) or getattr(view, "id", None)
                self.saved.append(
                    (answer.seq, type(command).__name__, row if isinstance(row, UUID) else None)
                )
            return answer

        def sit(sitting: Sitting, *args: Any, **more: Any) -> None:
            real_sit(sitting, *args, **more)
            sitting.committed.connect(self._said)

        def forget(window: Any) -> None:
            desk = window.desk
            typed = self._typed() if desk is not None else {}
            close, closing = (desk.store.close if desk is not None else None), []
            if desk is not None:
                desk.store.close = lambda: closing.append(1)
            real_forget(window)
            if desk is not None:
                self._drafts_are_kept(desk, typed)
                del desk.store.close
                if closing and close is not None:
                    close()

        patch.setattr(Desk, "do", do)
        patch.setattr(Sitting, "__init__", sit)
        patch.setattr(windows.Window, "_forget", forget)

    def _said(self) -> None:
        self.said_saved += 1

    def _fault(self, fault: Fault) -> None:
        self.wrong.append(fault.details)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Hear every exception and warning, and time every turn of the event loop."""
        hooks = sys.excepthook, threading.excepthook
        sys.excepthook = lambda kind, value, trace: self._raised(value)
        threading.excepthook = lambda args: self._raised(args.exc_value)
        before = qInstallMessageHandler(self._warned)
        loop = QAbstractEventDispatcher.instance()
        loop.awake.connect(self._turned)
        loop.aboutToBlock.connect(self._turned)
        self._turn = time.thread_time()
        try:
            yield
        finally:
            loop.awake.disconnect(self._turned)
            loop.aboutToBlock.disconnect(self._turned)
            qInstallMessageHandler(before)
            sys.excepthook, threading.excepthook = hooks

    def _raised(self, error: BaseException | None) -> None:
        import traceback

        self.wrong.append("".join(traceback.format_exception(error)) if error else "an exception")

    def _warned(self, kind: QtMsgType, _: Any, text: str | None) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(known in (text or "") for known in PLATFORM):
            self.wrong.append(f"Qt: {text}")

    def _turned(self) -> None:
        now = time.thread_time()
        taken, self._turn = now - self._turn, now
        if taken > self.longest:
            self.longest, self.longest_at = taken, self.steps[-1] if self.steps else "the first turn"
        if self.frozen is not None and taken > self.frozen:
            self.wrong.append(f"The window stood still for {taken:.2f} s")

    # What she does

    def run(self, events: int) -> None:
        """Do so many things, and look after each burst whether all is well."""
        with self.watched():
            while self.count < events:
                for _ in range(min(self.random.randint(1, 9), events - self.count)):
                    self._act()
                self._look()
            self._settle()
            self._look()

    def _act(self) -> None:
        self.count += 1
        self._turned()
        roll = self.random.random()
        if self.count % 50 == 0:
            self._sit_down()
            self._key(*SECTIONS[self.count // 50 % len(SECTIONS)])
            self._note("there")
        elif roll < 0.30:
            self._key(self.random.choice(LETTERS), NONE)
        elif roll < 0.56:
            self._key(self.random.choice(MOVES), SHIFT if self.random.random() < 0.08 else NONE)
        elif roll < 0.66:
            self._key(self.random.choice(CHORDS), CTRL)
        elif roll < 0.71:
            self._key(self.random.choice(FUNCTION), NONE)
        elif roll < 0.75:
            self._type(self.random.choice(WORDS))
        elif roll < 0.97:
            self._click()
        else:
            self._rarely()
        self._turned()

    def _rarely(self) -> None:
        kind = self.random.choice(("lock", "another", "new", "close", "shut", "resize", "later", "alt"))
        person, window = self.person, self.person.window
        if kind == "lock":
            self._key("l", CTRL)
        elif kind == "another":
            self._key("l", CTRL | SHIFT)
        elif kind == "new" and len(window.panes) < 3:
            self._key("n", CTRL)
        elif kind == "close" and len(window.panes) > 1:
            self._note("close a window")
            window.panes[-1].shell.close()
        elif kind == "shut" and (sheet := QApplication.activeModalWidget()) is not None:
            self._note("shut the sheet by its title bar")
            sheet.close()
        elif kind == "resize":
            size = self.random.randint(700, 1600), self.random.randint(500, 1000)
            self._note(f"resize to {size}")
            window.front.shell.resize(*size)
        elif kind == "later":
            minutes = self.random.randint(1, 25)
            self._note(f"{minutes} minutes later")
            for _ in range(minutes):
                person.later(minutes=1)
        else:
            self._key(self.random.choice("abdefhilnorstuwy"), ALT)

    def _window(self) -> QWindow:
        """Where the keys go: the front of what is open."""
        for widget in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            window = widget.windowHandle() if widget is not None else None
            if window is not None and isValid(window):
                return window
        focus = QGuiApplication.focusWindow()
        if focus is not None and isValid(focus) and focus.isVisible():
            return focus
        shell = self.person.window.front.shell
        shell.activateWindow()
        settle()
        return shell.windowHandle()

    def _key(self, key: Any, modifier: Qt.KeyboardModifier) -> None:
        window = self._window()
        self._note(f"key {_said(modifier)}{key.name[4:] if isinstance(key, Qt.Key) else key}")
        _press(window, key, modifier)

    def _type(self, words: str) -> None:
        self._note(f"type {words!r}")
        for letter in words:
            window = self._window()
            if letter.isascii():
                _press(window, KEY.Key_Return if letter == "\n" else letter, NONE)
            elif isValid(window):
                QTest.sendKeyEvent(QTest.KeyAction.Press, window, KEY.Key_unknown, letter, NONE)

    def _click(self) -> None:
        window = self._window()
        if not isValid(window):
            return
        if self.random.random() < 0.15 and (others := self._others()):
            window = self.random.choice(others)
        spot = QPoint(
            self.random.randrange(max(window.width(), 1)), self.random.randrange(max(window.height(), 1))
        )
        inside = self._controls(window)
        if inside and self.random.random() < 0.6:
            spot = self.random.choice(inside)
        how = self.random.random()
        if how < 0.08:
            self._note(f"right click at {spot.toTuple()}")
            _point(window, spot, Qt.MouseButton.RightButton)
        elif how < 0.15:
            self._note(f"double click at {spot.toTuple()}")
            _point(window, spot)
            _point(window, spot)
        else:
            self._note(f"click at {spot.toTuple()}")
            _point(window, spot)

    def _others(self) -> list[QWindow]:
        shells = [pane.shell.windowHandle() for pane in self.person.window.panes if pane.shell.isVisible()]
        return [window for window in shells if window is not None]

    def _controls(self, window: QWindow) -> list[QPoint]:
        """The middles of what can be pressed or typed into, so that a click is not always beside everything."""
        top = next((w for w in QApplication.topLevelWidgets() if w.windowHandle() is window), None)
        if top is None:
            return []
        spots = [
            each.mapTo(top, each.rect().center())
            for each in top.findChildren(QWidget)
            if each.isVisible() and each.focusPolicy() != Qt.FocusPolicy.NoFocus and not each.isWindow()
        ]
        return [spot for spot in spots if top.rect().contains(spot)]

    def _note(self, what: str) -> None:
        sheet = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        shell = self.person.window.front.shell
        page = "covered" if shell.covered else "curtain" if shell.curtained else shell.page_id
        place = f"{page} / {type(sheet).__name__}" if sheet is not None else page
        self.places[place] += 1
        self.steps.append(f"{self.count}: {what}   [{place}]")
        # On disk as well: a crash of the whole program leaves nobody to print them.
        with (self.scratch / "steps.txt").open("a", encoding="utf-8") as file:
            file.write(self.steps[-1] + "\n")

    def _sit_down(self) -> None:
        """Whoever she is, she signs in again before long."""
        self._settle()
        window = self.person.window
        if window.shell.curtained:
            window.show_names()
        if window.desk is None or window.shell.covered:
            self._note("sign in")
            window.lock()
            user = self.random.choice(USERS)
            cover: Any = window.shell._cover
            if cover is None:
                window._sign_in_page()
                cover = window.shell._cover
            cover._choose(user)
            self._settle()
            if window.desk is None or window.shell.covered:
                self.wrong.append(f"{user} could not sign in: {cover.error.text()}")

    # Whether all is well

    def _settle(self) -> None:
        for _ in range(2):
            if not self.person.window.jobs.wait_idle():
                self.wrong.append("What was asked for was not answered")
            settle()

    def _look(self) -> None:
        self.person.clock.advance(_seconds(self.random.randint(1, 40)))
        window = self.person.window
        if self.random.random() < 0.3:
            window._time_passed()
        window.look()
        window.idle.look()
        self._settle()
        if self.wrong:
            pytest.fail(self.story())

    def _typed(self) -> dict[tuple[Any, ...], str]:
        """What stands in a box of hers that keeps drafts, and is not saved."""
        return {
            keeper._key[:3]: keeper._box.toPlainText()
            for keeper in list(drafts._open)
            if isValid(keeper)
            and isinstance(keeper._key, tuple)
            and keeper._box.toPlainText().strip()
            and (keeper.waiting or keeper._saved)
        }

    def _drafts_are_kept(self, desk: Desk, typed: dict[tuple[Any, ...], str]) -> None:
        with desk.store.read() as connection:
            rows = connection.execute(
                select(draft.c.author_id, draft.c.form, draft.c.subject_id, draft.c.content)
            )
            kept = {(author, form, subject): content for author, form, subject, content in rows}
        for (author, form, subject), text in typed.items():
            self.drafts_kept += 1
            content = kept.get((author, form[:40], subject or desk.house.id), "")
            if text not in content and json.dumps(text)[1:-1] not in content:
                self.wrong.append(f"A draft of {form} is lost: {text!r}")

    def ends(self) -> None:
        """What was said to be saved is in the record, and the record verifies."""
        self._sit_down()
        self._settle()
        window = self.person.window
        assert window.desk is not None
        with window.desk.store.read() as connection:
            spine = {row.seq: row.row for row in connection.execute(select(audit.c.seq, audit.c.row))}
        rows = set(spine.values())
        for seq, what, row in self.saved:
            assert seq in spine, f"{what} was acknowledged as {seq}\n{self.story()}"
            assert row is None or row in rows, f"{what} was acknowledged as {row}\n{self.story()}"
        acts = sum(what != KeepDraft.__name__ for _, what, _ in self.saved)
        assert self.said_saved <= acts, f"{self.said_saved} said to be saved, {acts} done"
        verdict = verify(window.desk.store)
        assert verdict.ok, verdict.first_broken
        if self.wrong:
            pytest.fail(self.story())

    def story(self) -> str:
        """What went wrong, and the last things she did."""
        return "\n".join((f"seed {self.seed}, after {self.count}:", *self.wrong, "", *self.steps))

    def report(self) -> str:
        """How far she came."""
        acts = Counter(what for _, what, _ in self.saved)
        return "\n".join(
            (
                f"seed {self.seed}: {self.count} keys and clicks; {len(self.saved)} acts done",
                f"{self.said_saved} times said to be saved, {self.drafts_kept} drafts looked for",
                f"longest turn {self.longest * 1000:.0f} ms: {self.longest_at}",
                f"places: {dict(self.places.most_common())}",
                f"acts: {dict(acts.most_common())}",
            )
        )


def _press(window: QWindow, key: Any, modifier: Qt.KeyboardModifier) -> None:
    """Press a key and let it go, unless what it was pressed in has gone by then."""
    if isValid(window):
        QTest.keyPress(window, key, modifier)
    if isValid(window):
        QTest.keyRelease(window, key, modifier)


def _point(window: QWindow, spot: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    for act in (QTest.mousePress, QTest.mouseRelease):
        if isValid(window):
            act(window, button, NONE, spot)


def _said(modifier: Qt.KeyboardModifier) -> str:
    return "".join(
        word for one, word in ((CTRL, "Ctrl+"), (SHIFT, "Shift+"), (ALT, "Alt+")) if modifier & one
    )


def _seconds(number: int) -> Any:
    from datetime import timedelta

    return timedelta(seconds=number)
