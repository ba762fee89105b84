"""The round sheet on paper: A4, a line a woman in walking order, boxes to write in by torchlight, several passes.

It is made from the frozen sheet and nothing else: the same sheet and copy are the same bytes. A line is at least as high
as handwriting needs, and grows with what has to stand on it; the rows are never squeezed to save a side.
"""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from app.domain.handovers import Copy
from app.domain.papers import Paper
from app.domain.round_sheet import CODES, Box, RoundSheet, SheetLine
from app.domain.time import day_label, local_date, stamp
from app.reports.paper import (
    FINE,
    FLOOR,
    HAIR,
    LEFT,
    PRESS,
    RIGHT,
    THICK,
    Block,
    Frame,
    Pen,
    paged,
    printed,
    readable,
    width,
)
from app.reports.text import LEADING, Line, Span, wrap

#: Points. A line of the sheet is 11 mm high at least: a pen in a hand that also holds a torch.
_LINE, _CODES, _HEAD = 31.0, 21.0, 42.0
_NUMBER, _WHO, _PASS, _CODE = 24.0, 176.0, 62.0, 24.0
#: With more passes than this each is narrower, and the note with it.
_WIDE, _NARROW = 4, 50.0
_NAME, _SMALL, _BIG, _TITLE = 9.5, FLOOR, 12.0, 15.0
_PAD = 3.0


def render(sheet: RoundSheet, kept: Paper | None = None, copy: Copy | None = None) -> bytes:
    """The sheet as a PDF: as it would be printed, or one of its numbered copies."""
    return printed(*sides(sheet, kept, copy))


def sides(
    sheet: RoundSheet, kept: Paper | None = None, copy: Copy | None = None
) -> tuple[Frame, list[list[Block]]]:
    """The frame and the pages of the sheet, for whoever binds it with others."""
    with PRESS:
        return _frame(sheet, kept, copy), paged(list(_Setter(sheet, kept).blocks()))


def _frame(sheet: RoundSheet, kept: Paper | None, copy: Copy | None) -> Frame:
    left = kept.foot(copy) if kept and copy else "Not printed yet: no number"
    return Frame(
        title=kept.named if kept else sheet.title,
        marking=sheet.marking,
        training=sheet.training,
        foot_left=left,
        foot_middle="return and shred once typed back",
        made_at=copy.printed if copy else sheet.made_at,
    )


class _Setter:
    def __init__(self, sheet: RoundSheet, kept: Paper | None) -> None:
        self.sheet, self.kept = sheet, kept
        self.zone = ZoneInfo(sheet.zone)
        self.passed = _PASS if sheet.passes <= _WIDE else _NARROW
        self.passes = [LEFT + _NUMBER + _WHO + self.passed * n for n in range(sheet.passes)]
        self.note = LEFT + _NUMBER + _WHO + self.passed * sheet.passes

    def blocks(self) -> Iterable[Block]:
        """The top, the head of the columns (again on every side), and the lines."""
        yield self._top()
        head = self._head()
        yield head
        for line in self.sheet.lines:
            yield self._line(line, head)
        yield Block(4.0, lambda pen, y: pen.rule(y, THICK))

    def _top(self) -> Block:
        sheet = self.sheet
        named = f"{sheet.title} {self.kept.number}" if self.kept else sheet.title
        made = f"{day_label(local_date(sheet.made_at, self.zone))} {stamp(sheet.made_at, self.zone)}"
        about = f"{sheet.house} · {sheet.night} · printed {made}, by {sheet.made_by}"
        how = (
            "A time with four digits and a letter in each box. About: a2304. Between: 2300–2310. A box that is left "
            "empty says nothing. Afterwards: Ctrl R on the Round page types it back."
        )
        said = wrap([readable(how)], RIGHT - LEFT, _SMALL + 0.5)

        def paint(pen: Pen, y: float) -> None:
            pen.words(named, LEFT, y, _TITLE, bold=True)
            pen.words(about, RIGHT, y + 5.0, _NAME - 0.5, align=1)
            pen.lines(said, LEFT, y + 24.0, _SMALL + 0.5)

        return Block(24.0 + len(said) * (_SMALL + 0.5) * LEADING + 6.0, paint)

    def _head(self) -> Block:
        """The letters; and over each pass its name, and room for who walked it. It stands on every side."""

        def paint(pen: Pen, y: float) -> None:
            x = LEFT
            for letter, _, words in CODES:
                pen.words(letter, x, y, _BIG, bold=True)
                x += width(wrap([readable(letter, bold=True)], 60.0, _BIG)[0], _BIG) + 4.0
                pen.words(words, x, y + 2.5, _NAME - 0.5)
                x += width(wrap([readable(words)], 200.0, _NAME - 0.5)[0], _NAME - 0.5) + 11.0
            y += _CODES
            pen.rule(y, THICK)
            pen.words(
                "Room, name, how to check her, what is due", LEFT + _NUMBER + _PAD, y + 4.0, _SMALL, bold=True
            )
            pen.words("Seen by, in each pass →", LEFT + _NUMBER + _WHO - _PAD, y + 27.0, _SMALL, align=1)
            for name, x in zip(self.sheet.columns, self.passes, strict=True):
                pen.words(f"Pass {name}", x + _PAD, y + 3.0, _NAME, bold=True)
            pen.words("Note", self.note + _PAD, y + 3.0, _NAME, bold=True)
            for x in (*self.passes, self.note):
                pen.upright(x, y, y + _HEAD)
            pen.rule(y + _HEAD, THICK)

        return Block(_CODES + _HEAD, paint, title=True)

    def _line(self, line: SheetLine, head: Block) -> Block:
        who = self._who(line)
        high = max(_LINE, sum(size * LEADING * len(lines) for size, lines in who) + 6.0)

        def paint(pen: Pen, y: float) -> None:
            if line.now:
                pen.shade(y + FINE, y + high)
            pen.words(str(line.number), LEFT + _NUMBER - 5.0, y + 4.0, _BIG, bold=True, align=1)
            top = y + 3.0
            for size, lines in who:
                pen.lines(lines, LEFT + _NUMBER + _PAD, top, size)
                top += size * LEADING * len(lines)
            for column, x in enumerate(self.passes):
                pen.words(Box(line.number, column).name, x + 2.0, y + 1.5, _SMALL)
                pen.upright(x + self.passed - _CODE, y + high - 22.0, y + high - 4.0)
            for x in (LEFT, LEFT + _NUMBER, *self.passes, self.note, RIGHT):
                pen.upright(x, y, y + high)
            pen.rule(
                y + high, FINE if line.number % 5 == 0 else HAIR, grey=0.0 if line.number % 5 == 0 else 0.4
            )

        return Block(high, paint, heads=head)

    def _who(self, line: SheetLine) -> list[tuple[float, list[Line]]]:
        """What stands on her line: room and name, how she is checked, what is due."""
        wide = _WHO - 2 * _PAD
        spans = [readable(f"{line.room}  "), Span(" "), readable(line.name, bold=True)]
        about = " ".join(
            part for part in (line.alert and f"({line.alert})", line.now and f"{line.now}.") if part
        )
        by_whom = f"By {line.by_whom}." if line.by_whom else ""
        how = " ".join(part for part in (line.agreement, by_whom) if part)
        said: list[tuple[float, list[Line]]] = [(_NAME, wrap(spans, wide, _NAME))]
        told = [readable(about), readable(how), readable("; ".join(line.due), bold=True)]
        return said + [(_SMALL, wrap([text], wide, _SMALL)) for text in told if text.text]
