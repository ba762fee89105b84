"""The keys of the board, and the sheets that some of them open: out, in, a check, a note, her plan, a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.domain.board import BoardLine
from app.domain.presence import Presence
from app.domain.results import Done, Refused
from app.domain.saying import minutes
from app.domain.sightings import How
from app.domain.time import LocalTimeError
from app.services.absences import OpenCase
from app.services.checks import Amend, Confirm, LogCheck, Occasion
from app.services.movements import ComeIn, GoOnLeave, GoOut, GoToHospital, TakenIntoCustody
from app.services.notes import WriteNote
from app.services.rounds import late_reasons
from app.ui.actions import Act, Scope, Why, always
from app.ui.dialogs import AskSheet, FormSheet
from app.ui.pages.now_counts import COUNTS
from app.ui.pages.now_lines import past_grace
from app.ui.pages.round_sheets import (
    HAND_OVER,
    LATE,
    NOTE,
    WHERE,
    HowSheet,
    PlanSheet,
    ReasonSheet,
    WordsSheet,
    next_instant,
    send,
)
from app.ui.pages.round_undo import undo_last
from app.ui.pages.round_walk import WORDS
from app.ui.sitting import Sitting

if TYPE_CHECKING:
    from app.ui.pages.now import NowPage

AWAY = {"out": GoOut, "leave": GoOnLeave, "hospital": GoToHospital, "custody": TakenIntoCustody}


class NowActs:
    """What the keys of the board do, for the woman whose line the cursor is on. It belongs to its page."""

    def __init__(self, page: NowPage, sitting: Sitting) -> None:
        self._page, self._sitting = page, sitting
        self._reasons: tuple[str, ...] = ()
        self._register()

    def _register(self) -> None:
        def on_line(
            number: str, text: str, key: str, run: Callable[[], object], why: Callable[[], Why]
        ) -> Act:
            return Act(f"now.{number}", text, run, (key,), Scope.LIST, "now", why)

        def on_page(number: str, text: str, key: str, run: Callable[[], object]) -> Act:
            return Act(f"now.{number}", text, run, (key,), Scope.PAGE, "now")

        actions = self._sitting.actions
        actions.add(
            on_line("details", "Out or away, with details", "Shift+O", self._details, self._nobody),
            on_line("out", "Out", "O", self._out, self._cannot_go),
            on_line("in", "In", "I", self._in, self._cannot_come),
            on_line("check", "Check now", "C", self._check, self._cannot_be_seen),
            on_line("note", "Note", "N", self._note, self._nobody),
            on_line("plan", "If she is not back", "P", self._plan, self._nobody),
            on_line("case", "Open a case", "K", self._case, self._no_case),
            on_line("find", "Find a name", "/", self._page.to_find, always),
            on_line("view", "Floor plan or list", "V", self._page.switch_view, always),
            on_line("confirm", "Confirm that I saw her", "Y", self._confirm, self._nothing_to_confirm),
            *(
                on_line(
                    f"only.{name}",
                    f"Only {what.says}",
                    str(number % 10),
                    partial(self._only, name),
                    always,
                )
                for number, (name, what) in enumerate(COUNTS.items(), 1)
            ),
            on_line("everyone", "Everyone again", "Esc", self._everyone, always),
            on_page("round", "Start a round", "F2", lambda: self._sitting.page_asked.emit("round")),
            on_page("where", "Out or away, with details", "F4", self._details),
            on_page("since", "Everything that changed", "F7", self._page.show_all_changes),
            on_page("undo", "Strike my last entry", "Ctrl+Z", self._undo),
        )

    def _nobody(self) -> str | None:
        return None if self._page.line is not None else "Choose a woman first."

    def _cannot(self, word: str) -> str | None:
        why = self._sitting.desk.can(word)
        return self._nobody() or (str(why) if hasattr(why, "reason") else None)

    def _cannot_go(self) -> str | None:
        line = self._page.line
        if line is not None and line.presence is Presence.OUT:
            return f"{line.who.name} is out already, as the record has it."
        return self._cannot("out")

    def _cannot_come(self) -> str | None:
        line = self._page.line
        if line is not None and line.presence is Presence.IN:
            return f"{line.who.name} is in already, as the record has it."
        return self._cannot("in")

    def _cannot_be_seen(self) -> str | None:
        line = self._page.line
        if line is not None and line.presence is not Presence.IN:
            return f"{line.who.name} is not in, as the record has it. I says that she is back."
        return self._cannot("check")

    def _no_case(self) -> str | None:
        line = self._page.line
        if line is None:
            return self._nobody()
        if line.case_open:
            return f"{line.who.name} has an open case: Enter opens her page."
        if line.late_since is None:
            return f"{line.who.name} is not late for her curfew."
        return self._cannot("open_case")

    def _nothing_to_confirm(self) -> str | None:
        item = self._page.item
        if item is None or item.entry is None:
            return "Nothing waits here for you to confirm."
        return None

    def _confirm(self) -> None:
        """She was seen by whoever is signed in, and a colleague typed it: she says that it was so."""
        item = self._page.item
        if item is None or item.entry is None:
            return
        said = f"Confirmed: {item.name}."

        def confirmed(_answer: Done) -> None:
            self._sitting.tell(said, "green")
            self._page.load()

        self._sitting.do(Confirm(entry=item.entry), confirmed, owner=self._page)

    def _only(self, name: str) -> None:
        self._page.counts.choose(name)

    def _everyone(self) -> None:
        self._page.counts.choose(None)
        self._page.finder.clear()

    def _out(self) -> None:
        if (line := self._page.line) is not None:
            self._page.do(line, GoOut(resident=line.id, seen_at=self._sitting.now), "out")

    def _in(self) -> None:
        if (line := self._page.line) is not None:
            self._page.do(line, ComeIn(resident=line.id, seen_at=self._sitting.now), "in")

    def _details(self) -> None:
        if (line := self._page.line) is None:
            self._sitting.tell("Choose a woman first.", "amber")
            return
        sheet = FormSheet(
            self._page,
            f"{line.who.name} goes out",
            WHERE,
            text="The time is now; a wrong one is corrected on her page.",
        )
        sheet.form["kind"].set_value("out")
        sheet.answered.connect(partial(self._go, sheet, line))
        sheet.open()

    def _go(self, sheet: FormSheet, line: BoardLine, values: dict[str, Any]) -> None:
        now = self._sitting.now
        try:
            back: datetime | None = (
                next_instant(values["back"], now, self._sitting.desk.house.zone) if values["back"] else None
            )
        except LocalTimeError as why:
            sheet.refuse(Refused((str(why),), ("back",)))
            return
        command = AWAY[values["kind"]](
            resident=line.id,
            seen_at=now,
            place=values["place"],
            purpose=values["purpose"],
            expected_back=back,
        )
        send(self._sitting, sheet, command, lambda _answer: self._page.current.setFocus())

    def _check(self) -> None:
        if (line := self._page.line) is None:
            return
        if line.overdue:
            desk = self._sitting.desk
            self._sitting.jobs.read(lambda: late_reasons(desk), self._keep_reasons, owner=self._page)
        sheet = HowSheet(self._page, line.who.name, "Seen now, by you. How?")
        sheet.chosen.connect(partial(self._checked, line))
        sheet.open()

    def _keep_reasons(self, reasons: tuple[str, ...]) -> None:
        self._reasons = reasons

    def _checked(self, line: BoardLine, how: How) -> None:
        """Write the check at once; where it is late, ask why, and write that when both are known."""
        command = LogCheck(resident=line.id, how=how, occasion=Occasion.TALK, seen_at=self._sitting.now)
        entries: list[UUID] = []
        reasons: list[str] = []

        def say_why() -> None:
            if entries and reasons:
                self._sitting.do(
                    Amend(entry=entries[0], reason=LATE, late_reason=reasons[0]), owner=self._page
                )

        def written(answer: Done) -> None:
            entries.append(answer.view.entry)
            say_why()

        def reasoned(reason: object) -> None:
            reasons.append(str(reason))
            say_why()

        self._page.do(line, command, WORDS[how], written)
        if not line.overdue or not how.counts_by_default:
            return
        board, closes = self._page.board, line.overdue[0].slot.closes
        if board is not None and board.emergency is not None and board.emergency.explains(closes):
            return
        late = minutes(self._sitting.now - closes)
        text = f"{line.who.name}: {late} after the deadline. It is written down as it was; this says why."
        sheet = ReasonSheet(self._page, text, self._reasons)
        sheet.same.hide()
        sheet.chosen.connect(reasoned)
        sheet.open()

    def _note(self) -> None:
        if (line := self._page.line) is None:
            return
        sheet = WordsSheet(
            self._page, f"Note about {line.who.name}", (NOTE, HAND_OVER), self._sitting, "note", line.id
        )
        sheet.answered.connect(partial(self._noted, sheet, line))
        sheet.open()

    def _noted(self, sheet: FormSheet, line: BoardLine, values: dict[str, Any]) -> None:
        command = WriteNote(resident=line.id, text=values["text"], hand_over=values["hand_over"])
        said = f"Noted for {line.who.name}."
        send(self._sitting, sheet, command, lambda _answer: self._sitting.tell(said, "green"))

    def _plan(self) -> None:
        if (line := self._page.line) is None:
            return
        sheet = PlanSheet(self._page, line.who.name, self._sitting, line.id)
        sheet.change_asked.connect(lambda: self._sitting.plan_asked.emit(line.id))
        sheet.open()

    def _case(self) -> None:
        line, board = self._page.line, self._page.board
        if line is None or board is None or line.late_since is None:
            return
        grace = "" if past_grace(line, board) else " The house's grace is not over yet."
        text = (
            f"{line.who.name} was due back at {self._sitting.time(line.late_since)} and is not in.{grace} From now on she "
            "is absent in the record, until she is seen at the door. Her plan says whom to ring."
        )
        sheet = AskSheet(self._page, "Open an absence case?", text, "Open a case")
        sheet.confirmed.connect(partial(self._open_case, line))
        sheet.open()

    def _open_case(self, line: BoardLine) -> None:
        assert line.late_since is not None
        command = OpenCase(resident=line.id, due_back=line.late_since, seen_at=self._sitting.now)
        self._page.do(line, command, "case open")

    def _undo(self) -> None:
        undo_last(self._sitting, self._page, self._page.struck)
