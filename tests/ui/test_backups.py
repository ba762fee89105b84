"""Backups at the window: by themselves when they are due, on a thread of their own, and always said."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget

from app.services.backups import make_backup
from app.store.backup import backups_folder, list_backups
from app.store.errors import DiskFull
from app.ui import backups as watching
from app.ui.actions import Actions
from app.ui.backups import BackupWatch
from app.ui.jobs import Jobs
from app.ui.widgets.topbar import StatusLine
from tests.support.houses import House, small_house

HOUR = timedelta(hours=1)


class Frame(QWidget):
    """As much of a window as says how the backups stand."""

    def __init__(self) -> None:
        super().__init__()
        self.status = StatusLine(training=True, parent=self)


class Watched:
    def __init__(self, house: House, jobs: Jobs, frame: Frame) -> None:
        self.house, self.jobs, self.frame = house, jobs, frame
        self.told: list[tuple[str, str]] = []
        self.watch = BackupWatch(jobs, lambda: [frame], lambda text, tone: self.told.append((text, tone)))  # type: ignore[list-item]
        self.actions = Actions()
        self.watch.add_actions(self.actions, frame)  # type: ignore[arg-type]

    def wait(self) -> None:
        """Until the thread has ended and its answer has been shown."""
        for _ in range(4):
            assert self.jobs.wait_idle()
            if self.watch._thread is not None:
                self.watch._thread.join()
            QApplication.processEvents()

    @property
    def line(self) -> tuple[str, str | None]:
        extra: QLabel = self.frame.status.extra
        return extra.text(), extra.property("tone")

    @property
    def made(self) -> int:
        assert self.house.desk.store.folder is not None
        return len(list_backups(backups_folder(self.house.desk.store.folder)))


@pytest.fixture
def watched(tmp_path: Path, jobs: Jobs, shown: Callable[..., Any]) -> Iterator[Watched]:
    house = small_house(tmp_path / "house")
    made = Watched(house, jobs, shown(Frame()))
    yield made
    made.watch.forget()
    made.wait()
    house.desk.store.close()


def test_it_is_said_at_sign_in_made_when_old_and_proven_when_the_proof_is(watched: Watched) -> None:
    house = watched.house
    watched.watch.begin(house.desk)
    watched.wait()
    assert watched.line == ("Never backed up", "amber")
    assert watched.watch._first.isActive(), "whoever has just signed in has something to do first"
    assert watched.made == 0
    watched.watch.look()
    watched.wait()
    assert watched.line == ("Backed up today 23:05, restore never proven", "amber")
    watched.watch.look()
    watched.wait()
    assert watched.line == ("Backed up today 23:05, restore proven today", None)
    before = house.desk.store.head().seq
    watched.watch.look()
    watched.wait()
    assert (watched.made, house.desk.store.head().seq) == (1, before), "nothing is due"
    house.clock.advance(21 * HOUR)
    watched.watch.look()
    watched.wait()
    assert watched.made == 2
    assert watched.line == ("Backed up today 20:05, restore proven 22 Nov", None)
    assert watched.told == [], "quietly"


def test_a_person_makes_one_where_she_wants_it_and_proves_it(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.watch.begin(watched.house.desk)
    watched.wait()
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(stick))
    assert watched.actions.trigger("window.backup_to")
    watched.wait()
    assert len(list_backups(stick)) == 1
    assert watched.told[0] == ("A backup is being made. You can go on working.", "blue")
    assert watched.told[1][0].startswith("Backed up and verified: ")
    assert watched.told[1][1] == "green"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    watched.actions.trigger("window.backup_to")
    watched.actions.trigger("window.backup")
    watched.wait()
    assert watched.made == 1
    watched.actions.trigger("window.prove_backup")
    watched.wait()
    assert watched.told[-1][0].startswith("The backup was restored and holds: ")


def test_only_one_runs_and_the_window_goes_on(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    started, finish = threading.Event(), threading.Event()
    threads: list[str] = []

    def slowly(*given: Any) -> Any:
        threads.append(threading.current_thread().name)
        started.set()
        assert finish.wait(30)
        return make_backup(*given)

    monkeypatch.setattr(watching, "make_backup", slowly)
    watched.watch.begin(watched.house.desk)
    watched.wait()
    watched.watch.look()
    watched.jobs.wait_idle()
    assert started.wait(30)
    refused: list[str] = []
    watched.actions.refused.connect(refused.append)
    assert not watched.actions.trigger("window.backup")
    assert refused == ["A backup is being made or proven already."]
    watched.watch.look()
    watched.jobs.wait_idle()
    finish.set()
    watched.wait()
    assert threads == ["daybook-backup"]
    assert watched.line[0].startswith("Backed up today")


def test_a_full_disk_is_said_and_what_stands_stays(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Any:
        raise DiskFull("The disk is full, so no backup was made.")

    monkeypatch.setattr(watching, "make_backup", full)
    watched.watch.begin(watched.house.desk)
    watched.wait()
    watched.watch.look()
    watched.wait()
    assert watched.told == [("The disk is full, so no backup was made.", "red")]
    assert watched.line == ("Never backed up", "amber")


def test_whoever_signed_out_meanwhile_hears_and_signs_nothing(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, finish = threading.Event(), threading.Event()

    def slowly(*given: Any) -> Any:
        started.set()
        assert finish.wait(30)
        return make_backup(*given)

    monkeypatch.setattr(watching, "make_backup", slowly)
    watched.watch.begin(watched.house.desk)
    watched.wait()
    watched.actions.trigger("window.backup")
    assert started.wait(30)
    before = watched.house.desk.store.head()
    watched.watch.forget()
    assert watched.line[0] == ""
    finish.set()
    watched.wait()
    assert watched.house.desk.store.head() == before
    assert (watched.made, len(watched.told)) == (1, 1)


def test_who_may_not_is_told_and_nothing_happens_by_itself(watched: Watched, tmp_path: Path) -> None:
    from tests.support.houses import EVERY_ROLE

    house = small_house(tmp_path / "all", staff=EVERY_ROLE)
    assert watched.watch._why_not() == "Sign in first."
    watched.watch.begin(house.as_user("quinn"))
    watched.wait()
    watched.watch.look()
    watched.wait()
    assert house.desk.store.folder is not None
    assert list_backups(backups_folder(house.desk.store.folder)) == []
    assert "does not do this" in str(watched.watch._why_not())
    house.desk.store.close()


def test_a_fault_that_nobody_expected_is_shown(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    faults: list[Any] = []
    watched.jobs.fault.connect(faults.append)

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(watching, "prove_backup", broken)
    watched.watch.begin(watched.house.desk)
    watched.wait()
    watched.watch.prove_now()
    watched.wait()
    assert len(faults) == 1
