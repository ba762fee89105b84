"""The numbered round sheet on paper: as it would be printed now or as one was, printed or saved in named copies."""

import os
from typing import Any

import platformdirs
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QBoxLayout, QComboBox, QLineEdit, QWidget

from app.domain.papers import Paper, PaperKind
from app.domain.results import Done, Refused
from app.domain.round_sheet import PASSES
from app.domain.time import stamp_day
from app.services.papers import PrintPaper, papers
from app.services.round_sheet import PrintRound, printed_sheet, round_sheet_pdf, sheet_now
from app.ui.dialogs import Sheet
from app.ui.layout import screen_of
from app.ui.papers import choose_printer, has_printer, write_new
from app.ui.pdf import PdfView, page_images, print_pdf
from app.ui.sitting import Sitting
from app.ui.theme import px
from app.ui.widgets.basics import column, label, row, scrolled
from app.ui.widgets.states import Stateful

_SCALE = 2.0


class PaperSheet(Sheet):
    """Chooses a sheet (a new one to begin with), shows it as it prints, and prints or saves it with its copies numbered.

    A new sheet has no number until it is printed; a sheet that was printed is printed again as further copies.
    """

    def __init__(self, parent: QWidget | None, sitting: Sitting) -> None:
        super().__init__(parent, "Paper round sheet", width=900)
        self._sitting = sitting
        self._busy = False
        self.which, self.passes, self.names = QComboBox(), QComboBox(), QLineEdit(sitting.desk.actor.name)
        self.which.addItem("A new sheet, as the round stands now", None)
        for count in PASSES:
            self.passes.addItem(f"{count} {'pass' if count == 1 else 'passes'}", count)
        self.passes.setCurrentIndex(self.passes.findData(4))
        self.names.setToolTip("A numbered copy for each name; commas between them")
        wide = screen_of(self).availableGeometry().width() >= px(700)
        named: QBoxLayout = row(gap=16) if wide else column(gap=8)
        for name, control, stretch in (
            ("Sheet", self.which, 3),
            ("Passes", self.passes, 0),
            ("Copies for", self.names, 3),
        ):
            control.setAccessibleName(name)
            caption = label(name, "small_muted")
            caption.setBuddy(control)
            named.addLayout(column(None, caption, control, gap=3), stretch)
        self.preview = PdfView()
        self.state = Stateful(scrolled(self.preview))
        self.state.setMinimumHeight(px(240))
        self.body.addLayout(named)
        self.body.addWidget(self.state, 1)
        self.add_button("Close", self.reject, key="Esc")
        self.save = self.add_button("Save PDF", self._save, key="Ctrl+S")
        self.print = self.add_button("Print", self._print, key="Ctrl+P", kind="main", default=True)
        self.which.currentIndexChanged.connect(self._load)
        self.passes.currentIndexChanged.connect(self._load)
        room = screen_of(self).availableGeometry()
        self.resize(min(px(900), room.width() - 40), min(px(820), room.height() - 60))
        self.state.loading()
        self.state.panel.acted.connect(self._load)
        desk = sitting.desk
        sitting.jobs.read(lambda: papers(desk, PaperKind.ROUND), self._offer, owner=self)
        self._load()
        self.print.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        run = {Qt.Key.Key_S: self._save, Qt.Key.Key_P: self._print}.get(Qt.Key(event.key()))
        if run is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not event.isAutoRepeat():
                run()
            return
        super().keyPressEvent(event)

    def _offer(self, there: tuple[Paper, ...]) -> None:
        """The sheets that were printed before, the newest first."""
        zone = self._sitting.desk.house.zone
        for kept in there:
            at = stamp_day(kept.made_at, zone)
            back = ", typed back" if kept.typed_back else ""
            self.which.addItem(f"{kept.named}, {at}, {len(kept.copies)} printed{back}", kept.number)

    def _load(self) -> None:
        desk, number, passes = self._sitting.desk, self.which.currentData(), self.passes.currentData()
        self.passes.setEnabled(number is None)

        def read() -> list[QImage]:
            if number is None:
                return page_images(round_sheet_pdf(sheet_now(desk, passes)), _SCALE)
            found = printed_sheet(desk, number)
            assert found is not None
            return page_images(round_sheet_pdf(found.sheet, found.paper), _SCALE)

        self._sitting.jobs.read(
            read, self._show, self.state.failed, key="paper", owner=self, doing="Making the sheet"
        )

    def _show(self, pages: list[QImage]) -> None:
        self.preview.show_pages(pages, self.which.currentText())
        self.state.ready()

    @property
    def _for_whom(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.names.text().split(",") if name.strip())

    def _made(self, use: Any) -> None:
        """Number the copies, make their pages, and give them to `use`: in order, off the GUI thread."""
        if self._busy:
            return
        self._busy = True
        desk, number, names = self._sitting.desk, self.which.currentData(), self._for_whom
        passes = self.passes.currentData()
        command: Any = PrintRound(passes=passes, names=names)
        if number is not None:
            command = PrintPaper(kind=PaperKind.ROUND, number=number, names=names)

        def work() -> Refused | tuple[Paper, list[tuple[int, bytes]]]:
            answer = desk.do(command)
            if isinstance(answer, Refused):
                return answer
            assert isinstance(answer, Done)
            made = answer.view if number is None else None
            found = printed_sheet(desk, made.number if made else number)
            assert found is not None
            copies = made.copies if made else answer.view
            pages = [(copy.number, round_sheet_pdf(found.sheet, found.paper, copy.number)) for copy in copies]
            return found.paper, pages

        def made(result: Refused | tuple[Paper, list[tuple[int, bytes]]]) -> None:
            self._busy = False
            if isinstance(result, Refused):
                self.show_error(str(result))
                return
            self._sitting.committed.emit()
            use(*result)

        self._sitting.jobs.write(work, made, owner=self, doing="Numbering the sheet")

    def _print(self) -> None:
        if not has_printer():
            self.show_error("This computer has no printer. Save the PDF instead (Ctrl S).")
            return
        printer = choose_printer(self)
        if printer is not None:
            self._made(lambda kept, copies: self._printed(kept, copies, printer))

    def _printed(self, kept: Paper, copies: list[tuple[int, bytes]], printer: QPrinter) -> None:
        for _, content in copies:
            print_pdf(content, printer)
        self._sitting.tell(f"{kept.named} is printed. Ctrl R types it back.", "green")
        self.accept()

    def _save(self) -> None:
        self._made(self._saved)

    def _saved(self, kept: Paper, copies: list[tuple[int, bytes]]) -> None:
        """Into the person's documents, under a name that names nobody; never over a file that is there."""
        folder = platformdirs.user_documents_path() / "Daybook"
        path = folder
        try:
            for number, content in copies:
                path = folder / f"{kept.named} copy {number}.pdf"
                write_new(path, content)
        except OSError as error:
            why = os.strerror(error.errno or 0)
            self.show_error(
                f"The sheet could not be saved in {folder} ({why}). Print it, or free some space."
            )
            return
        self._sitting.tell(
            f"Saved: {path}. The file is not encrypted: delete it when it is no longer needed.", "green"
        )
        self.accept()
