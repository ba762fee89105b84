"""Handover: the sheet as it would be offered now, and every sheet that was; offered, printed, saved, read, taken over."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.fields import Field, Kind
from app.domain.handovers import Appendix, Copy, Sheet, SheetRef
from app.domain.results import Done, Refused
from app.domain.time import day_label, local_date
from app.services.appendix import PrintAppendix, ReturnAppendix, appendix, appendix_pdf
from app.services.handovers import (
    Answer,
    Ask,
    Offer,
    PrintCopies,
    ReadSheet,
    ReturnSheet,
    TakeOver,
    draft_sheet,
    list_sheets,
    sheet,
    sheet_pdf,
)
from app.ui.actions import Act, Scope, Why
from app.ui.dialogs import AskSheet, TellSheet
from app.ui.pages.handover_after import COPIES, AfterTheOffer
from app.ui.pages.person_sheets import ask
from app.ui.papers import choose_printer, has_printer, save_paper
from app.ui.pdf import PdfView, page_images, print_pdf
from app.ui.shell import Page
from app.ui.sitting import Sitting
from app.ui.theme import px, theme
from app.ui.widgets.basics import Card, column, label, restyle, row, scrolled
from app.ui.widgets.buttons import ActionButton
from app.ui.widgets.flow import Flow
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView
from app.ui.widgets.states import Stateful

DRAFT = "draft"
_PREVIEW_SCALE = 2.0
#: How a button looks when it is not what comes next.
_KINDS = {"ask": "quiet", "answer": "quiet", "appendix": "quiet"}


@dataclass(frozen=True, slots=True)
class _Read:
    """What the page shows: every sheet, the chosen one, her appendix of it, and the pages of whichever is in front."""

    sheets: tuple[SheetRef, ...]
    sheet: Sheet | None
    appendix: Appendix | None
    pages: list[QImage]


class HandoverPage(Page):
    """Sheets on the left, the one that is chosen in the middle as it prints, what became of it on the right."""

    page_id = "handover"

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._chosen: object = DRAFT
        self._sheet: Sheet | None = None
        self._appendix: Appendix | None = None
        self._in_appendix = False
        self._register()
        self.title = label("Handover", "title", wrap=True)
        self.waits = label("", "name", wrap=True)
        self.list = RowsView([Column("Sheet", 120, 1)], "Sheets")
        self.list.moved.connect(self._choose)
        self.preview = PdfView()
        self.state = Stateful(scrolled(self.preview))
        # As tall as there is room for: the pages scroll inside, not the window around them.
        self.state.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.after = AfterTheOffer(sitting)
        button = partial(ActionButton, sitting.actions)
        words = ("offer", "save", "print", "read", "take_over", "ask", "answer", "appendix")
        self.buttons = {word: button(f"handover.{word}", kind=_KINDS.get(word, "")) for word in words}
        self.sheets = Card("Sheets")
        self.sheets.add(self.list)
        self.side = scrolled(self.after, sideways=False)
        body = row(None, self.sheets, self.state, self.side, gap=12)
        for place, share in enumerate((4, 10, 5)):
            body.setStretch(place, share)
        theme().theme_changed.connect(self._fit)
        self._fit()
        column(self, self.title, self.waits, Flow(*self.buttons.values()), body, margins=(20, 16), gap=10)

    def _register(self) -> None:
        def act(word: str, text: str, run: Callable[[], object], *keys: str, hint: str = "") -> Act:
            why = partial(self._why_not, word)
            return Act(f"handover.{word}", text, run, keys, Scope.PAGE, "handover", why, hint=hint)

        offers = "Offer it if it is new, number a copy,"
        self._sitting.actions.add(
            act("offer", "Offer", self._offer, "F2", hint="Freeze the sheet and give it its number"),
            act("save", "Save the PDF", self._save, "Ctrl+S", hint=f"{offers} save it"),
            act("print", "Print", self._print, "Ctrl+P", hint=f"{offers} print it"),
            act("read", "I have read it", self._read, "F6"),
            act("take_over", "Take over", self._take_over, "F4"),
            act("ask", "Ask a question", self._ask, "F7"),
            act("answer", "Answer", self._answer, "Shift+F7"),
            act("appendix", "Restricted appendix", self._turn, "F3", hint="Show what only those listed for her may read, or the shared sheet again"),
            Act(
                "handover.back", "This copy is back and shredded", self._back, ("B",), Scope.LIST, COPIES,
                self._why_not_back, Mark.DONE,
            ),
        )  # fmt: skip

    def _fit(self) -> None:
        """The lists stay readable where the type is large; the sheet in the middle scrolls."""
        self.sheets.setMinimumWidth(px(210))
        self.side.setMinimumWidth(px(230))

    def opened(self) -> None:
        self.state.loading()
        self._load()

    def changed(self, seq: int) -> None:
        self._load()

    def home(self) -> QWidget:
        return self.list

    def _choose(self, key: object) -> None:
        if key is not None and key != self._chosen:
            self._chosen, self._in_appendix = key, False
            self._load()

    def _load(self) -> None:
        desk, chosen, turned = self._sitting.desk, self._chosen, self._in_appendix

        def read() -> _Read:
            shown = draft_sheet(desk) if chosen == DRAFT else sheet(desk, chosen)  # type: ignore[arg-type]
            hers = appendix(desk, shown) if shown else None
            paper = b"" if shown is None else sheet_pdf(desk, shown)
            if turned and hers:
                paper = appendix_pdf(desk, hers)
            return _Read(list_sheets(desk), shown, hers, page_images(paper, _PREVIEW_SCALE) if paper else [])

        self._sitting.jobs.read(read, self._show, self.state.failed, key="sheet", doing="Making the sheet")

    def _show(self, read: _Read) -> None:
        shown = self._sheet = read.sheet
        self._appendix = read.appendix
        self._in_appendix = self._in_appendix and read.appendix is not None
        rows = [Row(DRAFT, (Cell("Now", Mark.NEXT, bold=True, under="as it would be offered"),))]
        self.list.set_rows(rows + [self._row(one) for one in read.sheets])
        self.list.select(self._chosen)
        if shown is None:
            self.state.empty("There is no such sheet.")
            return
        in_front = read.appendix if self._in_appendix else None
        self.title.setText(f"{in_front.title}, for {in_front.reader.name} only" if in_front else shown.title)
        self._say_what_waits(shown)
        self.preview.show_pages(read.pages, self.title.text())
        self.after.show_sheet(shown, in_front)
        self.buttons["appendix"].setVisible(read.appendix is not None)
        next_ = "offer" if shown.offered is None else "take_over" if shown.waiting else "print"
        for word, button in self.buttons.items():
            restyle(button, kind="main" if word == next_ else _KINDS.get(word, ""))
            button.refresh()
        self.state.ready()

    def _say_what_waits(self, shown: Sheet) -> None:
        """In a line under the title, as long as it is so: nobody has taken over, or who has not read it."""
        said = ""
        if shown.waiting and shown.offered is not None:
            said = f"Offered {self._sitting.time(shown.offered.at)} by {shown.offered.name}. Nobody has taken over yet."
        if shown.not_read:
            said += f" Not read yet: {', '.join(person.name for person in shown.not_read)}."
        self.waits.setText(said.strip())
        self.waits.setVisible(bool(said))
        late = shown.waiting and shown.period.end is not None and self._sitting.now >= shown.period.end
        self.waits.setProperty("tone", "red" if late else "amber")
        self.waits.style().unpolish(self.waits)
        self.waits.style().polish(self.waits)

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
        if one.copies_out:
            became += f", {one.copies_out} {'copy' if one.copies_out == 1 else 'copies'} not back"
        return Row(one.id, (Cell(f"{one.number}", mark, f"{one.shift} of {day}", became, bold=True),))

    def _why_not(self, word: str) -> Why:
        if self._sheet is None:
            return "The sheet is still being made."
        if word == "appendix":
            return None if self._appendix else "This sheet has no restricted appendix that you may read."
        if word == "offer" and self._sheet.offered is not None:
            return "This sheet was offered already. Choose Now for a new one."
        if word in {"read", "take_over", "ask", "answer"} and self._sheet.offered is None:
            return "This sheet is not offered yet."
        return self._done_already(word, self._sheet) or self._sitting.desk.can(
            {"save": "offer"}.get(word, word)
        )

    def _done_already(self, word: str, shown: Sheet) -> str | None:
        me = self._sitting.desk.actor.staff_id
        if word == "read" and any(reader.staff == me for reader in shown.read):
            return "You have marked it read already."
        if word == "take_over" and shown.taken is not None:
            return f"{shown.taken.name} took over at {self._sitting.time(shown.taken.at)}."
        if word == "answer" and not shown.unanswered:
            return "Nobody waits for an answer on this sheet."
        return None

    # Offering, and paper

    def _offer(self) -> None:
        self._sitting.do(Offer(), self._offered, owner=self, doing="Offering the sheet")

    def _offered(self, done: Done) -> None:
        self._chosen = done.view.id
        out = done.view.copies_out
        if out:
            self._sitting.tell(f"Offered. Copies not back yet: {'; '.join(out)}.", "amber")
        self._load()

    def _turn(self) -> None:
        """From the shared sheet to her restricted appendix, and back."""
        self._in_appendix = not self._in_appendix
        self._load()

    def _with_copy(self, use: Callable[[bytes, str], object]) -> None:
        """Number a copy of what is in front and make its paper; a draft is offered first. In order, off the GUI thread."""
        shown = self._sheet
        assert shown is not None
        work = partial(self._appendix_copy, shown) if self._in_appendix else partial(self._copy, shown)

        def made(result: Refused | tuple[bytes, str, object]) -> None:
            if isinstance(result, Refused):
                TellSheet(self, "Not done", result).open()
                return
            content, name, self._chosen = result
            use(content, name)
            self._sitting.committed.emit()
            self._load()

        self._sitting.jobs.write(work, made, owner=self, doing="Making the sheet")

    def _copy(self, shown: Sheet) -> Refused | tuple[bytes, str, object]:
        desk = self._sitting.desk
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
        return sheet_pdf(desk, kept, copy), f"Handover {kept.number} copy {copy.number}", kept.id or DRAFT

    def _appendix_copy(self, shown: Sheet) -> Refused | tuple[bytes, str, object]:
        desk = self._sitting.desk
        numbered = desk.do(PrintAppendix(number=shown.number))
        if isinstance(numbered, Refused):
            return numbered
        copy: Copy = numbered.view[0]
        hers = appendix(desk, shown)
        assert hers is not None
        name = f"Handover {shown.number} appendix copy {copy.number}"
        return appendix_pdf(desk, hers, copy), name, shown.id or DRAFT

    def _save(self) -> None:
        self._with_copy(lambda content, name: save_paper(self._sitting, name, content))

    def _print(self) -> None:
        if not has_printer():
            self._sitting.tell("This computer has no printer. Save the PDF instead (Ctrl S).", "amber")
            return
        printer = choose_printer(self)
        if printer is not None:
            self._with_copy(lambda content, _: print_pdf(content, printer))

    def _why_not_back(self) -> Why:
        if self._sheet is None or self.after.copies.current_key is None:
            return "Choose a copy first."
        return self._sitting.desk.can("return_sheet")

    def _back(self) -> None:
        """The chosen copy is back and shredded; the cursor stays, so that the next is one key away."""
        assert self._sheet is not None
        copy = self.after.copies.current_key
        assert isinstance(copy, int)
        command = ReturnAppendix if self._in_appendix else ReturnSheet
        self._sitting.do(command(number=self._sheet.number, copy=copy), owner=self, doing="Writing it down")

    # Reading and taking over

    def _read(self) -> None:
        assert self._sheet is not None
        self._sitting.do(ReadSheet(number=self._sheet.number), owner=self)

    def _take_over(self) -> None:
        assert self._sheet is not None
        shown, me = self._sheet, self._sitting.desk.actor
        said = [
            f"{me.name} takes the house over now. Everyone sees it on the sheet.",
            *(f"Not answered yet: {one.asked.name} asks “{one.text}”" for one in shown.unanswered),
        ]
        leads = [person.name for person in shown.on if person.lead]
        if leads and me.name not in leads:
            said.append(f"The lead of this shift is {' and '.join(leads)}.")
        if not any(reader.staff == me.staff_id for reader in shown.read):
            said.append("You have not marked it read yet.")
        word = "I take over with that open" if shown.unanswered else "I take over"
        question = AskSheet(self, f"Take over on sheet {shown.number}", "\n\n".join(said), word)
        command = TakeOver(number=shown.number)
        question.confirmed.connect(lambda: self._sitting.do(command, owner=self, doing="Taking over"))
        question.open()

    def _ask(self) -> None:
        assert self._sheet is not None
        number = self._sheet.number
        help_ = "The one who offered the sheet answers it."
        field = Field("question", "Question", Kind.MULTILINE, help_, 4000, required=True)
        ask(
            self._sitting, self, f"A question about sheet {number}", (field,),
            lambda values: Ask(question=values["question"], number=number), action="Ask",
        )  # fmt: skip

    def _answer(self) -> None:
        assert self._sheet is not None
        number, waiting = self._sheet.number, self._sheet.unanswered
        first = waiting[0]
        field = Field("answer", "Answer", Kind.MULTILINE, limit=4000, required=True)
        ask(
            self._sitting, self, f"{first.asked.name} asks", (field,),
            lambda values: Answer(answer=values["answer"], question=first.number, number=number),
            text=first.text, action="Answer",
        )  # fmt: skip
