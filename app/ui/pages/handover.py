"""Handover: the sheet as it would be offered now, and every sheet that was; offered, printed, saved, read, taken over."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.fields import Field, Kind
from app.domain.handovers import Copy, Sheet, SheetRef
from app.domain.results import Done, Refused
from app.domain.time import day_label, local_date
from app.services.handovers import (
    Answer,
    Ask,
    Offer,
    PrintCopies,
    ReadSheet,
    TakeOver,
    draft_sheet,
    list_sheets,
    sheet,
    sheet_pdf,
)
from app.ui.actions import Act, Scope, Why
from app.ui.dialogs import AskSheet, TellSheet
from app.ui.pages.person_sheets import ask
from app.ui.pdf import PdfView, page_images, print_pdf
from app.ui.shell import Page
from app.ui.sitting import Sitting
from app.ui.widgets.basics import Card, clear_layout, column, label, row, scrolled
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.states import Stateful

DRAFT = "draft"
_PREVIEW_SCALE = 2.0


class HandoverPage(Page):
    """Sheets on the left, the one that is chosen in the middle as it prints, what became of it on the right."""

    page_id = "handover"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._chosen: object = DRAFT
        self._sheet: Sheet | None = None
        self._register()
        button = partial(ActionButton, sitting.actions)
        self.title = label("Handover", "title", wrap=True)
        self.list = RowsView([Column("Sheet", 190, 1)], "Sheets")
        self.list.moved.connect(self._choose)
        self.preview = PdfView()
        self.state = Stateful(scrolled(self.preview))
        # As tall as there is room for: the pages scroll inside, not the window around them.
        self.state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.after = Card("After the offer")
        self._after = column(gap=8)
        self.after.add(self._after)
        self.buttons = [
            button(f"handover.{word}", kind=kind)
            for word, kind in (
                ("offer", ""),
                ("save", "main"),
                ("print", ""),
                ("read", ""),
                ("take_over", ""),
            )
        ]
        sheets = Card("Sheets")
        sheets.add(self.list)
        side = column(
            None,
            self.after,
            row(None, button("handover.ask", kind="quiet"), button("handover.answer", kind="quiet"), 1),
            1,
        )
        body = row(None, sheets, self.state, side, gap=12)
        for place, share in enumerate((2, 5, 2)):
            body.setStretch(place, share)
        head = row(None, self.title, *self.buttons, gap=6)
        head.setStretch(0, 1)
        column(self, head, body, margins=(20, 16), gap=12)

    def _register(self) -> None:
        def act(word: str, text: str, run: Callable[[], object], *keys: str, hint: str = "") -> Act:
            return Act(
                f"handover.{word}",
                text,
                run,
                keys,
                Scope.PAGE,
                "handover",
                partial(self._why_not, word),
                hint=hint,
            )

        self._sitting.actions.add(
            act("offer", "Offer", self._offer, "F2", hint="Freeze the sheet and give it its number"),
            act(
                "save",
                "Save the PDF",
                self._save,
                "Ctrl+S",
                hint="Offer it if it is new, number a copy, save it",
            ),
            act(
                "print", "Print", self._print, "Ctrl+P", hint="Offer it if it is new, number a copy, print it"
            ),
            act("read", "I have read it", self._read, "F6"),
            act("take_over", "Take over", self._take_over, "F5"),
            act("ask", "Ask a question", self._ask, "F7"),
            act("answer", "Answer", self._answer, "Shift+F7"),
        )

    def opened(self) -> None:
        self.state.loading()
        self._load()

    def changed(self, seq: int) -> None:
        self._load()

    def home(self) -> QWidget:
        return self.list

    def _choose(self, key: object) -> None:
        if key is not None and key != self._chosen:
            self._chosen = key
            self._load()

    def _load(self) -> None:
        desk, chosen = self._sitting.desk, self._chosen

        def read() -> tuple[tuple[SheetRef, ...], Sheet | None, list[QImage]]:
            wanted = draft_sheet(desk) if chosen == DRAFT else sheet(desk, chosen)  # type: ignore[arg-type]
            pages = page_images(sheet_pdf(desk, wanted), _PREVIEW_SCALE) if wanted else []
            return list_sheets(desk), wanted, pages

        self._sitting.jobs.read(read, self._show, self.state.failed, key="sheet", doing="Making the sheet")

    def _show(self, read: tuple[tuple[SheetRef, ...], Sheet | None, list[QImage]]) -> None:
        sheets, shown, pages = read
        self._sheet = shown
        rows = [Row(DRAFT, (Cell("Now", Mark.NEXT, bold=True, under="as it would be offered"),))]
        self.list.set_rows(rows + [self._row(one) for one in sheets])
        self.list.select(self._chosen)
        if shown is None:
            self.state.empty("There is no such sheet.")
            return
        self.title.setText(shown.title)
        self.preview.show_pages(pages, shown.title)
        self._show_after(shown)
        for button in self.findChildren(ActionButton):
            button.refresh()
        self.state.ready()

    def _row(self, one: SheetRef) -> Row:
        day = day_label(local_date(one.period.start, self._sitting.desk.house.zone))
        time = self._sitting.time
        if one.taken:
            became, mark = f"taken over {time(one.taken.at)} by {one.taken.name}", Mark.DONE
        else:
            became, mark = (
                f"offered {time(one.offered.at)} by {one.offered.name}, not taken over",
                Mark.OVERDUE,
            )
        if one.unanswered:
            became += f", {one.unanswered} to answer"
        return Row(one.id, (Cell(f"{one.number}", mark, f"{one.shift} of {day}", became, bold=True),))

    def _show_after(self, shown: Sheet) -> None:
        clear_layout(self._after)
        add, time = self._after.addWidget, self._sitting.time
        if shown.offered is None:
            add(label("Not offered yet: it changes with the record until it is.", "muted", wrap=True))
            return
        add(label(f"Offered by {shown.offered.name}, {time(shown.offered.at)}", wrap=True))
        for reader in shown.read:
            add(label(f"Read by {reader.name}, {time(reader.at)}", wrap=True))
        if shown.taken:
            add(label(f"Taken over by {shown.taken.name}, {time(shown.taken.at)}", "name", wrap=True))
        else:
            add(label("Not taken over yet", "name", tone="red", wrap=True))
        for question in shown.questions:
            add(label(f"{question.number}. {question.asked.name} asks: {question.text}", wrap=True))
            if question.answered:
                add(label(f"{question.answered.name}: {question.answer}", "muted", wrap=True))
            else:
                add(label("not answered yet", "small_bold", tone="amber"))
        for later in shown.later:
            add(label(f"Later, {time(later.at)}: {later.text}", "small", wrap=True))
        for copy in shown.copies:
            add(label(f"Copy {copy.number}: {copy.name}, {time(copy.printed)}", "small_muted", wrap=True))

    def _why_not(self, word: str) -> Why:
        if self._sheet is None:
            return "The sheet is still being made."
        if word == "offer" and self._sheet.offered is not None:
            return "This sheet was offered already. Choose Now for a new one."
        if word in {"read", "take_over", "ask", "answer"} and self._sheet.offered is None:
            return "This sheet is not offered yet."
        return self._sitting.desk.can("offer" if word == "save" else word)

    def _offer(self) -> None:
        self._sitting.do(Offer(), self._offered, owner=self, doing="Offering the sheet")

    def _offered(self, done: Done) -> None:
        self._chosen = done.view.id
        self._load()

    def _with_copy(self, use: Callable[[bytes, Sheet, Copy], object]) -> None:
        """Offer the sheet if it is a draft, number a copy for me, and make its paper: in order, off the GUI thread."""
        desk, shown = self._sitting.desk, self._sheet
        assert shown is not None

        def work() -> Refused | tuple[bytes, Sheet, Copy]:
            offered: Any = shown
            if shown.offered is None:
                result = desk.do(Offer())
                if isinstance(result, Refused):
                    return result
                offered = result.view
            numbered = desk.do(PrintCopies(number=offered.number))
            if isinstance(numbered, Refused):
                return numbered
            copy: Copy = numbered.view[0]
            kept = sheet(desk, offered.number)
            assert kept is not None
            return sheet_pdf(desk, kept, copy), kept, copy

        def made(result: Refused | tuple[bytes, Sheet, Copy]) -> None:
            if isinstance(result, Refused):
                TellSheet(self, "Not done", result).open()
                return
            content, kept, copy = result
            self._chosen = kept.id or DRAFT
            use(content, kept, copy)
            self._sitting.committed.emit()
            self._load()

        self._sitting.jobs.write(work, made, owner=self, doing="Making the sheet")

    def _save(self) -> None:
        self._with_copy(self._saved)

    def _saved(self, content: bytes, kept: Sheet, copy: Copy) -> None:
        """Into the person's documents, under a name that names nobody; never over a file that is there."""
        folder = platformdirs.user_documents_path() / "Daybook"
        path = folder / f"Handover {kept.number} copy {copy.number}.pdf"
        try:
            write_new(path, content)
        except OSError as error:
            sentence = f"The sheet could not be saved in {folder} ({os.strerror(error.errno or 0)}). Print it, or free some space."
            self._sitting.tell(sentence, "red")
            return
        self._sitting.tell(
            f"Saved: {path}. The file is not encrypted: delete it when it is no longer needed.", "green"
        )

    def _print(self) -> None:
        if not QPrinterInfo.availablePrinterNames():
            self._sitting.tell("This computer has no printer. Save the PDF instead (Ctrl S).", "amber")
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec():
            self._with_copy(lambda content, *_: print_pdf(content, printer))

    def _read(self) -> None:
        assert self._sheet is not None
        self._sitting.do(ReadSheet(number=self._sheet.number), owner=self)

    def _take_over(self) -> None:
        assert self._sheet is not None
        number, me = self._sheet.number, self._sitting.desk.actor.name
        question = AskSheet(
            self,
            f"Take over on sheet {number}",
            f"{me} takes the house over now. Everyone sees it on the sheet.",
            "I take over",
        )
        question.confirmed.connect(
            lambda: self._sitting.do(TakeOver(number=number), owner=self, doing="Taking over")
        )
        question.open()

    def _ask(self) -> None:
        assert self._sheet is not None
        number = self._sheet.number
        field = Field(
            "question",
            "Question",
            Kind.MULTILINE,
            "The one who offered the sheet answers it.",
            4000,
            required=True,
        )
        ask(
            self._sitting, self, f"A question about sheet {number}", (field,),
            lambda values: Ask(question=values["question"], number=number), action="Ask",
        )  # fmt: skip

    def _answer(self) -> None:
        assert self._sheet is not None
        number, waiting = self._sheet.number, self._sheet.unanswered
        if not waiting:
            self._sitting.tell("Nobody waits for an answer on this sheet.", "amber")
            return
        first = waiting[0]
        field = Field("answer", "Answer", Kind.MULTILINE, limit=4000, required=True)
        ask(
            self._sitting, self, f"{first.asked.name} asks", (field,),
            lambda values: Answer(answer=values["answer"], question=first.number, number=number),
            text=first.text, action="Answer",
        )  # fmt: skip


def write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there, whole or not at all. Raises OSError (FileExistsError where it is there)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    try:
        with half.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            raise FileExistsError(17, "there already", str(path))
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
