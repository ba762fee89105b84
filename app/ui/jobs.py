"""Work off the GUI thread: one writer, first in first out, and a few readers.

Answers come back on the GUI thread. A stale answer is dropped (only the newest read of a key is delivered), a widget
that has gone gets none, and an exception is never lost: it goes to `failed`, or to the `fault` signal.
"""

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from app.ui.faults import Fault, fault_of

Then = Callable[[Any], None]
Failed = Callable[[Fault], None]


@dataclass(slots=True)
class _Job:
    run: Callable[[], Any]
    then: Then | None
    failed: Failed | None
    owner: QObject | None
    ticket: tuple[Hashable, int] | None
    doing: str
    written: bool


@dataclass(slots=True)
class _Answer:
    """What a worker hands back. It holds no callback: widgets must never be let go on a worker thread."""

    number: int
    value: Any = None
    error: BaseException | None = None
    skipped: bool = False


def _attempt(answer: _Answer, run: Callable[[], Any]) -> None:
    try:
        answer.value = run()
    except BaseException as error:  # noqa: BLE001 - carried to the GUI thread, never lost
        answer.error = error


def _owner_of(*calls: Callable[..., Any] | None) -> QObject | None:
    for call in calls:
        target = getattr(call, "__self__", None)
        if isinstance(target, QObject):
            return target
    return None


class Jobs(QObject):
    """The window's worker threads. Make one, hand it to pages, `close()` it last."""

    #: A job failed and nobody took it: show it to the person.
    fault = Signal(object)
    #: How many writes are waiting or running (0: everything is in the record).
    writes_changed = Signal(int)
    _wake = Signal()

    def __init__(self, parent: QObject | None = None, readers: int = 2) -> None:
        super().__init__(parent)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="daybook-write")
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="daybook-read")
        self._answers: deque[_Answer] = deque()
        self._open: dict[int, _Job] = {}
        self._count = 0
        self._newest: dict[Hashable, int] = {}
        self._lock = threading.Lock()
        self._writes = 0
        self._closed = False
        self._idle: QEventLoop | None = None
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def writes_waiting(self) -> int:
        return self._writes

    def read(
        self,
        fn: Callable[[], Any],
        then: Then,
        failed: Failed | None = None,
        *,
        key: Hashable = None,
        owner: QObject | None = None,
        doing: str = "Reading the record",
    ) -> None:
        """Run `fn` on a reader and give its value to `then`. With a `key`, an older answer of that key is dropped.

        `owner` (found by itself when `then` is a widget's method) must still exist when the answer comes. Once the window
        is closing nothing is read: a page's own timer may still be on its way.
        """
        if self._closed:
            return
        owner = owner or _owner_of(then, failed)
        ticket = None
        if key is not None:
            place = (id(owner), key)
            with self._lock:
                number = self._newest[place] = self._newest.get(place, 0) + 1
            ticket = (place, number)
        self._start(self._readers, _Job(fn, then, failed, owner, ticket, doing, False))

    def write(
        self,
        fn: Callable[[], Any],
        then: Then | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        doing: str = "Saving",
    ) -> None:
        """Run `fn` on the writer, after every write asked for before it. The write itself is never dropped."""
        self._writes += 1
        self.writes_changed.emit(self._writes)
        self._start(self._writer, _Job(fn, then, failed, owner or _owner_of(then, failed), None, doing, True))

    def _start(self, pool: ThreadPoolExecutor, job: _Job) -> None:
        if self._closed:
            raise RuntimeError("the window's work has been closed")
        self._count += 1
        self._open[self._count] = job
        pool.submit(self._run, self._count)

    def _run(self, number: int) -> None:
        answer = _Answer(number)
        if self._stale(self._open[number].ticket):
            answer.skipped = True
        else:
            _attempt(answer, self._open[number].run)
        self._answers.append(answer)
        with contextlib.suppress(RuntimeError):
            self._wake.emit()

    def _stale(self, ticket: tuple[Hashable, int] | None) -> bool:
        if ticket is None:
            return False
        place, number = ticket
        with self._lock:
            return self._newest.get(place) != number

    @Slot()
    def _deliver(self) -> None:
        while self._answers:
            answer = self._answers.popleft()
            job = self._open.pop(answer.number)
            if job.written:
                self._writes -= 1
                self.writes_changed.emit(self._writes)
            if not (answer.skipped or self._stale(job.ticket)):
                self._hand_over(job, answer)
        if not self._open and self._idle is not None:
            self._idle.quit()

    def _hand_over(self, job: _Job, answer: _Answer) -> None:
        gone = job.owner is not None and not isValid(job.owner)
        if answer.error is not None:
            fault = fault_of(answer.error, job.doing)
            if job.failed is not None and not gone:
                job.failed(fault)
            elif job.written or not gone:
                self.fault.emit(fault)
        elif job.then is not None and not gone:
            job.then(answer.value)

    def wait_idle(self, timeout_ms: int = 30_000) -> bool:
        """Turn the event loop until every job asked for so far has been answered; False when the time ran out."""
        return self._turn(timeout_ms)

    def drain(self, timeout_ms: int = 30_000) -> bool:
        """Finish everything that is queued and deliver it: before lock, sign-out and close."""
        return self._turn(timeout_ms)

    def _turn(self, timeout_ms: int) -> bool:
        self._deliver()
        if not self._open:
            return True
        loop, timer = QEventLoop(), QTimer()
        timer.setSingleShot(True)
        timer.timeout.connect(loop.quit)
        timer.start(timeout_ms)
        outer, self._idle = self._idle, loop
        # An answer may ask for more, or turn a loop of its own: idle is when nothing is open, not when a loop has ended.
        while self._open and timer.isActive():
            loop.exec()
        self._idle = outer
        if outer is not None and not self._open:
            outer.quit()
        return not self._open

    def close(self) -> None:
        """Finish queued writes, drop queued reads, end the threads. Nothing can be asked for afterwards."""
        if self._closed:
            return
        self._closed = True
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)
        self._deliver()
        if QCoreApplication.instance() is not None:
            QCoreApplication.removePostedEvents(self)
