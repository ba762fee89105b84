"""What every page needs of the person who is signed in: her desk, the worker threads, and one way to do an act.

A page calls `do(command, then)`: it says "saving" at once, the act runs on the writer in the order it was asked for,
and `then` is called after the commit. A refusal is said in words and nothing is stored.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from app.domain.results import Done, Refused
from app.domain.time import stamp
from app.services.desk import Desk
from app.ui.actions import Actions
from app.ui.faults import Fault
from app.ui.jobs import Jobs


class Teller(Protocol):
    """The part of the shell that says how it went."""

    def tell(self, text: str, tone: str = "blue") -> None: ...
    def saved(self, text: str) -> None: ...


class Sitting(QObject):
    """One person at one window. `resident_asked` opens her page; `page_asked` opens a section."""

    resident_asked = Signal(object)
    plan_asked = Signal(object)
    page_asked = Signal(str)
    #: Something was committed here: look at the record now rather than at the next tick.
    committed = Signal()

    def __init__(
        self, desk: Desk, jobs: Jobs, actions: Actions, teller: Teller, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.jobs, self.actions, self._teller = desk, jobs, actions, teller

    @property
    def now(self) -> datetime:
        """The instant, by the house's clock."""
        return self.desk.clock.now()

    def time(self, instant: datetime) -> str:
        """A local time, "23:05"."""
        return stamp(instant, self.desk.house.zone)

    def tell(self, text: str, tone: str = "blue") -> None:
        """A sentence at the foot of the page."""
        self._teller.tell(text, tone)

    def do(
        self,
        command: Any,
        then: Callable[[Done], object] | None = None,
        refused: Callable[[Refused], object] | None = None,
        *,
        owner: QObject | None = None,
        doing: str = "Saving",
    ) -> None:
        """Do an act off the GUI thread. `then` runs after the commit; without `refused`, a refusal is said at the foot.

        When the machine fails (a full disk, a locked file) the act was not done, and that is said where a refusal would
        be: nothing may stand as "saving" that never will be saved.
        """

        def not_done(why: Refused) -> None:
            if refused is not None:
                refused(why)
            else:
                self.tell(str(why), "red")

        def failed(fault: Fault) -> None:
            not_done(Refused((fault.sentence or f"It could not be saved. Reference {fault.reference}.",)))
            if not fault.sentence:
                self.jobs.fault.emit(fault)

        def answered(result: Done | Refused) -> None:
            if isinstance(result, Refused):
                not_done(result)
                return
            self._teller.saved(f"Saved {self.now.astimezone(self.desk.house.zone):%H:%M:%S}")
            if then is not None:
                then(result)
            self.committed.emit()

        self.jobs.write(lambda: self.desk.do(command), answered, failed, owner=owner or self, doing=doing)

    def keep_draft(self, form: str, subject: UUID | None) -> "KeptDraft":
        """A draft keeper's `save` for one form about one woman (None: about the house)."""
        return KeptDraft(self, form, subject)


class KeptDraft:
    """Queues the text of one draft: `key` says whose, of which form and about whom."""

    def __init__(self, sitting: Sitting, form: str, subject: UUID | None) -> None:
        self._sitting, self._form, self._subject = sitting, form, subject
        self.key = (sitting.desk.actor.staff_id, form, subject)

    def __call__(self, text: str) -> None:
        from app.services.drafts import KeepDraft

        desk = self._sitting.desk
        command = KeepDraft(form=self._form, subject=self._subject, content=text)
        self._sitting.jobs.write(lambda: desk.do(command), owner=self._sitting, doing="Keeping a draft")
