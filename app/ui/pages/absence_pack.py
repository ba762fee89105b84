"""Printing the pack of an absence: to whom it goes is asked first, and written down."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.fields import Field, Kind
from app.domain.handovers import Copy
from app.domain.papers import Paper
from app.domain.residents import ResidentRef
from app.domain.results import Refused
from app.services.case_pack import PrintCase, case_pdf
from app.ui.dialogs import FormSheet
from app.ui.papers import choose_printer, has_printer, save_paper
from app.ui.pdf import print_pdf
from app.ui.sitting import Sitting

_TO = Field("names", "To whom", limit=400, required=True)
_HOW = Field(
    "how", "How", Kind.CHOICE, required=True, choices=(("print", "on the printer"), ("save", "as a file"))
)

Use = Callable[[bytes, Paper, Copy], object]


def ask_pack(sitting: Sitting, parent: QWidget, who: ResidentRef) -> None:
    """Ask to whom the pack goes and how; keep it, number its copies, and print or save each."""
    sheet = FormSheet(
        parent,
        f"Print the pack: {who.name}",
        (_TO, _HOW),
        text="Name and office; a semicolon between two. Ring the police back on a known number first. It is numbered and kept.",
        action="Make the pack",
    )
    sheet.form["how"].set_value("print" if has_printer() else "save")

    def make(values: dict[str, Any]) -> None:
        use = _printing(sitting, sheet) if values["how"] == "print" else _saving(sitting)
        if use is None:
            sheet.refuse(
                Refused(
                    ("This computer has no printer, or printing was called off. Nothing was made.",), ("how",)
                )
            )
            return
        names = tuple(name.strip() for name in values["names"].split(";") if name.strip())
        _make(sitting, sheet, PrintCase(resident=who.id, names=names), use)

    sheet.answered.connect(make)
    sheet.open()


def _make(sitting: Sitting, sheet: FormSheet, command: PrintCase, use: Use) -> None:
    desk = sitting.desk

    def work() -> Refused | tuple[Paper, list[bytes]]:
        result = desk.do(command)
        if isinstance(result, Refused):
            return result
        paper: Paper = result.view
        return paper, [case_pdf(desk, paper, copy) for copy in paper.copies]

    def made(result: Refused | tuple[Paper, list[bytes]]) -> None:
        if isinstance(result, Refused):
            sheet.refuse(result)
            return
        paper, contents = result
        sheet.accept()
        for copy, content in zip(paper.copies, contents, strict=True):
            use(content, paper, copy)
        sitting.committed.emit()

    def failed(fault: Any) -> None:
        sheet.refuse(Refused((fault.sentence or f"It could not be made. Reference {fault.reference}.",)))

    sitting.jobs.write(work, made, failed, owner=sheet, doing="Making the pack")


def _printing(sitting: Sitting, sheet: QWidget) -> Use | None:
    """How it is printed, once the printer is chosen; None where there is none or it was called off."""
    printer = choose_printer(sheet) if has_printer() else None
    if printer is None:
        return None
    chosen = printer

    def use(content: bytes, paper: Paper, copy: Copy) -> None:
        print_pdf(content, chosen)
        sitting.tell(f"{paper.named}, {copy.said}: sent to the printer.", "green")

    return use


def _saving(sitting: Sitting) -> Use:
    """Into the person's documents, under a name that names nobody; never over a file that is there."""
    return lambda content, paper, copy: save_paper(
        sitting, f"Pack {paper.number} copy {copy.number}", content
    )
