"""What became of a sheet, beside it: who has read it and who has not, questions, what came later, and its copies."""

from PySide6.QtWidgets import QWidget

from app.domain.handovers import Appendix, Copy, Later, Sheet
from app.domain.time import stamp
from app.ui.sitting import Sitting
from app.ui.widgets.basics import Card, clear_layout, column, label
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Column, Row, RowsView

#: The place of the copies' list in the registry of actions: its keys work while it has the focus.
COPIES = "handover.copies"


class AfterTheOffer(QWidget):
    """The cards right of the sheet. `copies` is a list: a key marks the chosen copy as back and shredded."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self.card = Card("After the offer")
        self._told = column(gap=7)
        self.card.add(self._told)
        self.copies_card = Card("Copies on paper")
        self.copies = RowsView([Column("Copy", 150, 1)], "Copies on paper")
        sitting.actions.bind_list(self.copies, COPIES)
        self.copies_card.add(self.copies)
        column(self, self.card, self.copies_card, 1, gap=12)
        self.copies_card.hide()

    def show_sheet(self, shown: Sheet, appendix: Appendix | None) -> None:
        """Show what became of this sheet; with `appendix`, the copies are the appendix's own."""
        clear_layout(self._told)
        copies = () if shown.offered is None else appendix.copies if appendix else shown.copies
        rows = [self._copy(copy) for copy in copies]
        self.copies.set_rows(rows)
        self.copies.fit_height()
        self.copies_card.setVisible(bool(rows))
        self.copies_card.set_title("Copies of the appendix" if appendix else "Copies on paper")
        if shown.offered is None:
            self._line("Not offered yet: it changes with the record until it is.", "muted")
            if shown.copies_out:
                self._line("Copies not back yet: " + "; ".join(shown.copies_out) + ".", "small")
            return
        self._people(shown)
        self._questions(shown)
        self._later(appendix.later if appendix else shown.later)

    def _people(self, shown: Sheet) -> None:
        time = self._sitting.time
        assert shown.offered is not None
        self._line(f"Offered by {shown.offered.name}, {time(shown.offered.at)}")
        if shown.taken:
            self._line(f"Taken over by {shown.taken.name}, {time(shown.taken.at)}", "name")
        else:
            over = shown.period.end is not None and self._sitting.now >= shown.period.end
            said = "Not taken over yet"
            if over and shown.period.end is not None:
                said += f": the shift ended at {time(shown.period.end)}"
            self._line(said, "name", tone="red" if over else "amber")
        for reader in shown.read:
            self._line(f"Read by {reader.name}, {time(reader.at)}")
        if shown.not_read:
            names = ", ".join(person.name for person in shown.not_read)
            self._line(f"Not read yet: {names}", "small_bold", tone="amber")

    def _questions(self, shown: Sheet) -> None:
        for question in shown.questions:
            self._line(f"{question.number}. {question.asked.name} asks: {question.text}")
            if question.answered:
                self._line(f"{question.answered.name}: {question.answer}", "muted")
            else:
                self._line("not answered yet", "small_bold", tone="amber")

    def _later(self, later: tuple[Later, ...]) -> None:
        if later:
            self._line("Later, written after it was offered", "small_bold")
        for one in later:
            self._line(f"{_when(one, self._sitting)} {one.text}{f' ({one.by})' if one.by else ''}", "small")

    def _copy(self, copy: Copy) -> Row:
        time = self._sitting.time
        back = copy.returned
        if back is None:
            mark, became = Mark.OUT, f"printed {time(copy.printed)}, not back yet"
        else:
            mark, became = Mark.DONE, f"back {time(back.at)}, shredded ({back.name})"
        return Row(copy.number, (Cell(f"{copy.number}. {copy.name}", mark, under=became, bold=True),))

    def _line(self, text: str, role: str = "body", tone: str | None = None) -> None:
        self._told.addWidget(label(text, role, tone=tone, wrap=True))


def _when(later: Later, sitting: Sitting) -> str:
    """ "06:50, typed 07:02", or the one time where both are the same minute."""
    zone = sitting.desk.house.zone
    seen, typed = stamp(later.at, zone), stamp(later.typed_at, zone)
    return seen if seen == typed else f"{seen}, typed {typed}:"
