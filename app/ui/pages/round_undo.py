"""Undo, the same on the board and in a round: strike my latest entry; it stays readable."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.domain.results import Done, Refused
from app.services.undo import Undo, Undoable, undoable
from app.ui.sitting import Sitting


def undo_last(sitting: Sitting, page: QWidget, struck: Callable[[UUID | None], object]) -> None:
    """Strike the actor's latest entry after everything that was asked for before. `struck` is told whom it was about."""
    desk = sitting.desk

    def strike() -> tuple[Undoable | None, Done | Refused | None]:
        found = undoable(desk)
        return found, desk.do(Undo(entry=found.entry, since=desk.since_seq)) if found else None

    def answered(answer: tuple[Undoable | None, Done | Refused | None]) -> None:
        found, result = answer
        if found is None:
            sitting.tell(
                "There is nothing of yours to undo: only your last ten minutes, of this sign-in.", "amber"
            )
        elif isinstance(result, Refused):
            sitting.tell(str(result), "red")
        else:
            struck(found.resident)
            sitting.tell(
                f"Struck: {found.said[0].lower()}{found.said[1:]}. The entry stays readable.", "green"
            )
            sitting.committed.emit()

    sitting.jobs.write(strike, answered, owner=page, doing="Striking the last entry")
