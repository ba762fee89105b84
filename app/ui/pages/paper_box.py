"""One box of a paper round sheet on the screen, and the rows of the sheet around it."""

from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.domain.round_sheet import CODES, Box, SheetLine, Typed
from app.services.round_sheet import OnTheDesk
from app.ui.widgets.basics import Card, column, label, restyle, row
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Row

_CODES = " · ".join(f"{letter} {words}" for letter, _, words in CODES)


class BoxCard(Card):
    """Time, letter, note of one box. The fields are named as the command's, so that a refusal finds its own."""

    def __init__(self) -> None:
        super().__init__(gap=6)
        self.outline("accent")
        self.number, self.name = label("", "title"), label("", "title", wrap=True)
        self.about = label("", "muted", wrap=True)
        self.time, self.code, self.note = QLineEdit(), QLineEdit(), QLineEdit()
        self.time.setPlaceholderText("2304")
        self.code.setPlaceholderText("S")
        self.code.setMaxLength(1)
        self.note.setPlaceholderText("note, if there is one")
        self.error = label("", "small_bold", tone="red", wrap=True)
        self.typed = label("", "name", wrap=True)
        head = row(gap=12)
        head.addWidget(self.number, 0, Qt.AlignmentFlag.AlignBaseline)
        head.addWidget(self.name, 1, Qt.AlignmentFlag.AlignBaseline)
        line = row(gap=12)
        for name, control, stretch in (
            ("Time", self.time, 2),
            ("Letter", self.code, 1),
            ("Note", self.note, 6),
        ):
            control.setAccessibleName(name)
            caption = label(name, "small_muted")
            caption.setBuddy(control)
            line.addLayout(column(None, caption, control, gap=2), stretch)
        self.hint = label(f"{_CODES}. About: a2304. Between: 2300-2310.", "small_muted", wrap=True)
        for item in (head, self.about, self.typed, line, self.error, self.hint):
            self.add(item)

    @property
    def fields(self) -> tuple[QLineEdit, ...]:
        """The fields in the order in which they are typed."""
        return self.time, self.code, self.note

    def field(self, name: str) -> QLineEdit:
        """The field of this name of the command; the time for any other."""
        return {"code": self.code, "note": self.note}.get(name, self.time)

    @property
    def words(self) -> tuple[str, str, str]:
        """What stands in the fields."""
        return self.time.text(), self.code.text(), self.note.text()

    def fill(self, time: str, code: str, note: str) -> None:
        """Put back what was typed before, without a sound."""
        for field, words in zip(self.fields, (time, code, note), strict=True):
            field.blockSignals(True)
            field.setText(words)
            field.blockSignals(False)

    def show_error(self, field: str, why: str) -> None:
        """What is wrong, beside its field; "" takes it away."""
        self.error.setText(why)
        self.error.setVisible(bool(why))
        for name in ("seen_at", "code", "note"):
            control = self.field(name)
            restyle(control, wrong=bool(why) and self.field(field) is control)
            control.setAccessibleDescription(why if self.field(field) is control else "")

    def show_box(self, box: Box, line: SheetLine, name: str, typed: Typed | None, zone: ZoneInfo) -> None:
        """Which box it is, about whom, and what was typed back of it."""
        self.number.setText(box.name)
        self.name.setText(f"{line.room}  {name}")
        self.about.setText(" · ".join(part for part in (line.now, "; ".join(line.due)) if part))
        self.about.setVisible(bool(self.about.text()))
        said = f"{typed.said(zone)}, seen by {typed.seen_by}, typed by {typed.typed_by}" if typed else ""
        self.typed.setText(f"Typed back: {said}" if said else "")
        self.typed.setVisible(bool(said))
        for field in self.fields:
            field.setReadOnly(typed is not None)
        self.setAccessibleName(f"Box {box.name}, {self.name.text()}")


def sheet_rows(
    on: OnTheDesk,
    typing: Mapping[Box, tuple[str, str, str]],
    saving: Collection[Box],
    wrong: Mapping[Box, tuple[str, str]],
    zone: ZoneInfo,
) -> list[Row]:
    """The sheet as it lies on the desk: typed back, being saved, typed and not saved, or nothing written."""

    def cell(box: Box) -> Cell:
        if (typed := on.typed.get(box)) is not None:
            return Cell(typed.said(zone), Mark.DONE, under="note" if typed.noted else "")
        words = " ".join(part for part in typing.get(box, ("", "", ""))[:2] if part)
        if box in saving:
            return Cell(words, Mark.SAVING)
        if box in wrong:
            return Cell(words, Mark.MISSED, under="not saved", tone="red")
        return Cell(words, Mark.DUE, under="not saved") if words else Cell("")

    return [
        Row(
            line.number,
            (
                Cell(str(line.number), muted=True),
                Cell(line.room, muted=True),
                Cell(on.names.get(line.resident, line.name), under=line.now, bold=True),
                *(cell(Box(line.number, column)) for column in range(on.sheet.passes)),
            ),
        )
        for line in on.sheet.lines
    ]
