"""Work off the GUI thread: in order, never stale, never lost, never after its owner has gone."""

import logging
import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from app.ui.faults import Fault
from app.ui.jobs import Jobs


class Asker(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []
        self.threads: list[QThread] = []

    def take(self, value: Any) -> None:
        self.got.append(value)
        self.threads.append(QThread.currentThread())


def broken() -> None:
    raise ValueError("Kelly-Ann Moss is late")


def test_writes_are_made_one_at_a_time_in_order(jobs: Jobs) -> None:
    made: list[int] = []
    inside = threading.Semaphore(1)

    def write(number: int) -> int:
        assert inside.acquire(blocking=False), "two writes at once"
        made.append(number)
        inside.release()
        return number

    asker = Asker()
    for number in range(50):
        jobs.write(lambda n=number: write(n), asker.take)
    assert jobs.wait_idle()
    assert made == asker.got == list(range(50))


def test_answers_come_on_the_gui_thread_and_work_does_not(jobs: Jobs, qapp: QApplication) -> None:
    asker, threads = Asker(), []
    jobs.read(lambda: threads.append(threading.current_thread()), asker.take)
    assert jobs.wait_idle()
    assert asker.threads == [qapp.thread()]
    assert threads[0] is not threading.main_thread()


def test_only_the_newest_answer_of_a_key_is_given(jobs: Jobs) -> None:
    asker, go = Asker(), threading.Event()

    def slow() -> str:
        assert go.wait(20)
        return "old"

    jobs.read(slow, asker.take, key="board")
    jobs.read(lambda: "new", asker.take, key="board")
    jobs.read(lambda: "other", asker.take, key="round")
    go.set()
    assert jobs.wait_idle()
    assert sorted(asker.got) == ["new", "other"]


def test_a_read_that_was_overtaken_while_it_waited_is_not_made(qapp: QApplication) -> None:
    jobs, asker, ran, go = Jobs(readers=1), Asker(), [], threading.Event()
    jobs.read(lambda: go.wait(20), asker.take)
    for number in range(5):
        jobs.read(lambda n=number: ran.append(n), lambda _value: None, key="search", owner=asker)
    go.set()
    assert jobs.wait_idle()
    jobs.close()
    assert ran == [4]


def test_the_same_key_of_two_askers_is_two_keys(jobs: Jobs) -> None:
    one, two = Asker(), Asker()
    jobs.read(lambda: 1, one.take, key="list")
    jobs.read(lambda: 2, two.take, key="list")
    assert jobs.wait_idle()
    assert (one.got, two.got) == ([1], [2])


def test_one_that_has_gone_gets_no_answer_but_its_write_is_made(jobs: Jobs) -> None:
    gone, go, made = Asker(), threading.Event(), []
    got = gone.got
    jobs.read(lambda: go.wait(20), gone.take)
    jobs.write(lambda: made.append("kept"), gone.take)
    jobs.read(lambda: go.wait(20), got.append, owner=gone)
    delete(gone)
    go.set()
    assert jobs.wait_idle()
    assert got == []
    assert made == ["kept"]


def test_a_failure_goes_to_whoever_asked(jobs: Jobs, caplog: pytest.LogCaptureFixture) -> None:
    asker, faults, shown = Asker(), [], []
    jobs.fault.connect(shown.append)
    jobs.read(broken, asker.take, faults.append, doing="Reading the board")
    assert jobs.wait_idle()
    assert asker.got == shown == []
    (fault,) = faults
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.doing) == ("ValueError", "Reading the board")
    assert any("broken" in place and "test_jobs.py" in place for place in fault.places)


def test_a_failure_that_nobody_takes_is_shown(jobs: Jobs) -> None:
    shown: list[Fault] = []
    jobs.fault.connect(shown.append)
    gone = Asker()
    jobs.write(broken, gone.take, doing="Saving the check")
    delete(gone)
    assert jobs.wait_idle()
    assert [fault.doing for fault in shown] == ["Saving the check"]


def test_after_a_failed_write_the_next_is_made(jobs: Jobs) -> None:
    asker, faults = Asker(), []
    jobs.write(broken, None, faults.append)
    jobs.write(lambda: "next", asker.take)
    assert jobs.wait_idle()
    assert len(faults) == 1
    assert asker.got == ["next"]


def test_no_personal_data_reaches_the_log_or_the_details(
    jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    faults: list[Fault] = []
    with caplog.at_level(logging.DEBUG):
        jobs.read(broken, lambda _value: None, faults.append)
        assert jobs.wait_idle()
    assert faults[0].reference in caplog.text
    assert "Kelly" not in caplog.text + faults[0].details
    assert "ValueError" in faults[0].details


def test_how_much_is_waiting_is_told(jobs: Jobs) -> None:
    told: list[int] = []
    jobs.writes_changed.connect(told.append)
    go = threading.Event()
    jobs.write(lambda: go.wait(20))
    jobs.write(lambda: None)
    assert jobs.writes_waiting == 2
    go.set()
    assert jobs.drain()
    assert told == [1, 2, 1, 0]


def test_closing_finishes_what_is_queued_and_takes_no_more(qapp: QApplication) -> None:
    jobs, made = Jobs(), []
    for number in range(20):
        jobs.write(lambda n=number: made.append(n))
    jobs.close()
    assert made == list(range(20))
    with pytest.raises(RuntimeError, match="closed"):
        jobs.write(lambda: None)
    answered: list[object] = []
    jobs.read(lambda: 1, answered.append)  # a page's timer was still on its way
    assert answered == []
    jobs.close()


def test_a_wait_that_runs_out_says_so(jobs: Jobs) -> None:
    go = threading.Event()
    jobs.write(lambda: go.wait(20))
    assert jobs.wait_idle(timeout_ms=1) is False
    go.set()
    assert jobs.wait_idle()


def test_an_answer_may_ask_again_and_wait(jobs: Jobs) -> None:
    asker = Asker()

    def then(_value: Any) -> None:
        jobs.read(lambda: "second", asker.take)
        assert jobs.wait_idle()

    jobs.read(lambda: "first", then)
    assert jobs.wait_idle()
    assert asker.got == ["second"]
