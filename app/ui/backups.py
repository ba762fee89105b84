"""Backups at the window: made quietly when the last is old, proven when the last proof is, and always said in the status line.

The copying runs on a thread of its own, not on the window's readers: a sign-out, a lock or a close waits for nothing. If the
program ends meanwhile, the next backup clears away what was not finished.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from app.domain.backups import BackupState
from app.services.backups import backup_state, make_backup, prove_backup
from app.store.backup import Backup
from app.store.errors import Busy, StoreTrouble
from app.ui.actions import Act, Actions, Scope
from app.ui.faults import fault_of
from app.ui.jobs import Jobs
from app.ui.shell import Shell

if TYPE_CHECKING:
    from app.services.desk import Desk

#: How long after a sign-in the first look is: whoever signed in has something to do first. And how often afterwards.
FIRST_MS, EVERY_MS = 90_000, 30 * 60_000

Tell = Callable[[str, str], None]


class BackupWatch(QObject):
    """Looks after the backups of a house for whoever is signed in. `shells` are the windows whose status line says so."""

    _done = Signal(object, object, object)

    def __init__(
        self, jobs: Jobs, shells: Callable[[], Sequence[Shell]], tell: Tell, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._shells, self._tell = jobs, shells, tell
        self._desk: Desk | None = None
        self._thread: threading.Thread | None = None
        self.state = BackupState()
        self._first, self._timer = QTimer(self), QTimer(self)
        self._first.setSingleShot(True)
        self._first.setInterval(FIRST_MS)
        self._timer.setInterval(EVERY_MS)
        for timer in (self._first, self._timer):
            timer.timeout.connect(self.look)
        self._done.connect(self._answered, Qt.ConnectionType.QueuedConnection)

    # Whoever is signed in

    def begin(self, desk: Desk) -> None:
        """Somebody has signed in: say how it stands, and look after it in a while."""
        self._desk = desk
        self._first.start()
        self._timer.start()
        self._read(lambda: None)

    def forget(self) -> None:
        """She has signed out: what still runs is finished, but nothing is written in her name."""
        self._desk = None
        self._first.stop()
        self._timer.stop()
        for shell in self._shells():
            shell.status.show_extra("")

    @property
    def busy(self) -> bool:
        """Whether a backup is being made or proven."""
        return self._thread is not None and self._thread.is_alive()

    def look(self) -> None:
        """Make one if the last is old; or else prove one if the last proof is."""
        self._read(self._see_to_it)

    def _see_to_it(self) -> None:
        if self._desk is None or self._why_not() is not None:
            return
        now = self._desk.clock.now()
        if self.state.to_make(now):
            self._start(make_backup, None)
        elif self.state.to_prove(now):
            self._start(prove_backup, None)

    def _read(self, then: Callable[[], None]) -> None:
        desk = self._desk
        if desk is None:
            return

        def known(state: BackupState) -> None:
            self.state = state
            self.show()
            then()

        self._jobs.read(
            partial(backup_state, desk), known, key="backups", owner=self, doing="Reading the backups"
        )

    def show(self) -> None:
        """Say in every window how it stands."""
        if self._desk is None:
            return
        now = self._desk.clock.now()
        for shell in self._shells():
            shell.status.show_extra(self.state.said(now, self._desk.house.zone), self.state.tone(now))

    # Asked for by a person

    def add_actions(self, actions: Actions, shell: Shell) -> None:
        """The acts of the menu and the palette, once for each window."""
        why = self._why_not
        if any(act.id == "window.backup" for act in actions.of(Scope.WINDOW)):
            return
        actions.add(
            Act("window.backup", "Back up now", self.make_now, available=why),
            Act("window.backup_to", "Back up to another folder", partial(self._choose, shell), available=why),
            Act("window.prove_backup", "Prove the last backup by a restore", self.prove_now, available=why),
        )

    def _why_not(self) -> str | None:
        if self._desk is None:
            return "Sign in first."
        if self.state.server:
            return "The house is on a server, whose own backup (pg_dump) is what counts."
        if self.busy:
            return "A backup is being made or proven already."
        may = self._desk.can("backup")
        return str(may) if hasattr(may, "reason") else None

    def make_now(self, to: Path | None = None) -> None:
        """Make one because somebody asked."""
        if self._why_not() is None:
            self._tell("A backup is being made. You can go on working.", "blue")
            self._start(make_backup, to, asked=True)

    def prove_now(self) -> None:
        """Restore the newest one into a temporary folder, because somebody asked."""
        if self._why_not() is None:
            self._tell("The last backup is being restored and compared. You can go on working.", "blue")
            self._start(prove_backup, None, asked=True)

    def _choose(self, shell: Shell) -> None:
        chosen = QFileDialog.getExistingDirectory(shell, "Back up to which folder?")
        if chosen:
            self.make_now(Path(chosen))

    # The thread

    def _start(self, work: Callable[..., Backup], folder: Path | None, *, asked: bool = False) -> None:
        desk = self._desk
        assert desk is not None

        def run() -> None:
            result: object
            try:
                result = work(desk, folder, lambda: self._desk is not desk)
            except BaseException as error:  # noqa: BLE001 - carried to the GUI thread, never lost
                result = error
            self._done.emit(desk, result, asked and work)

        self._thread = threading.Thread(target=run, name="daybook-backup", daemon=True)
        self._thread.start()

    def _answered(self, desk: object, result: Any, asked: object) -> None:
        if desk is not self._desk or self._desk is None:
            return
        if isinstance(result, Backup):
            if asked:
                said = (
                    "The backup was restored and holds" if asked is prove_backup else "Backed up and verified"
                )
                self._tell(f"{said}: {result.manifest.entries:,} entries, {result.path}.", "green")
        elif isinstance(result, StoreTrouble):
            if asked or not isinstance(result, Busy):
                self._tell(str(result), "red")
        elif isinstance(result, BaseException):
            self._jobs.fault.emit(fault_of(result, "Backing up"))
        if self._thread is not None:
            self._thread.join()
        self._read(lambda: None)
