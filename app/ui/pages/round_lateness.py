"""Why a sighting was late: asked in one sheet, and written beside the check; left unanswered it stays asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.rounds import RoundLine
from app.services.checks import Amend
from app.ui.pages.round_sheets import LATE, ReasonSheet
from app.ui.sitting import Sitting

if TYPE_CHECKING:
    from app.ui.pages.round import RoundPage


class Lateness:
    """The reasons of one page's round."""

    def __init__(self, page: RoundPage, sitting: Sitting) -> None:
        self._page, self._sitting = page, sitting
        self._owed: dict[UUID, str] = {}

    def saved(self, resident: UUID, entry: UUID | None) -> None:
        """Her sighting is in the record: a reason that was given meanwhile goes with it."""
        if (reason := self._owed.pop(resident, "")) and entry is not None:
            self._amend(entry, reason)

    def explained(self, deadline: datetime) -> bool:
        """Whether an emergency that is on made it late: its reason is asked for once, when it is over."""
        found = self._page.walk.round
        return found is not None and found.emergency is not None and found.emergency.explains(deadline)

    def ask(self, line: RoundLine, late: timedelta | None = None) -> None:
        """Ask why a sighting was late, in one sheet; Esc leaves it asked."""
        found = self._page.walk.round
        late_minutes = int(late.total_seconds() // 60) if late else line.late_minutes or 0
        text = f"{line.board.who.name}: {late_minutes} min after the deadline. It is written down as it was; this says why."
        sheet = ReasonSheet(self._page, text, found.reasons if found else ())
        sheet.chosen.connect(lambda reason: self._reasoned(line, str(reason), same=sheet.same.isChecked()))
        sheet.open()

    def _reasoned(self, line: RoundLine, reason: str, *, same: bool) -> None:
        if same:
            self._page.walk.mode = replace(self._page.walk.mode, late_reason=reason)
        found = self._page.walk.round
        if found is not None and reason not in found.reasons:
            self._page.walk.round = replace(found, reasons=(reason, *found.reasons))
        typed = self._page.walk.typed.get(line.id)
        if typed is not None:
            self._page.walk.typed[line.id] = replace(typed, reason=reason)
        if typed is not None and typed.saving:
            self._owed[line.id] = reason
        elif typed is not None and typed.entry is not None:
            self._amend(typed.entry, reason)
        else:
            now = found.line(line.id) if found else None
            if now is not None and now.met is not None:
                self._amend(now.met.entry_id, reason)
        self._page.paint()

    def _amend(self, entry: UUID, reason: str) -> None:
        self._sitting.do(Amend(entry=entry, reason=LATE, late_reason=reason), owner=self._page)
