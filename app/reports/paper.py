"""The page that every document of the house stands on: marking, margins, footer, "1 of 2", and the same bytes each time.

Positions are points from the top left corner of an A4 page.
"""

import io
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import TimeStamp
from reportlab.pdfgen.canvas import Canvas

from app.reports.text import LEADING, RISE, Line, Piece, Segment, Span, bundled, shaped, width_of, wrap

WIDTH, HEIGHT = A4
MARGIN = 28.0
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
TOP, BOTTOM = 40.0, HEIGHT - 38.0
#: The width that text has.
MEASURE = RIGHT - LEFT
#: The smallest type on paper; what doesn't fit at it is said to continue in Daybook, never shrunk or dropped.
FLOOR = 7.5
SMALL = 7.5
HAIR, FINE, THICK = 0.4, 0.75, 1.5
GREY, SHADE = 0.45, 0.93

#: Shaped fonts keep their made-up glyphs in one place for the whole process: one document is made at a time.
PRESS = threading.RLock()


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands on every page. `made_at` dates the document; no part of it may name anyone but in `foot_left`."""

    title: str
    marking: str
    training: bool
    foot_left: str
    foot_middle: str
    made_at: datetime


class Pen:
    """Draws on one page."""

    def __init__(self, canvas: Canvas, fresh: set[str]) -> None:
        self._canvas = canvas
        self._fresh = fresh

    def lines(self, lines: Iterable[Line], x: float, y: float, size: float) -> None:
        """Lines of text, the first with its top at `y`."""
        for line in lines:
            self._line(line, x, y + size * RISE, size)
            y += size * LEADING

    def words(
        self, text: str, x: float, y: float, size: float, bold: bool = False, align: float = 0.0
    ) -> None:
        """One line: `align` is how much of its width lies left of `x` (0.5 centres it, 1 ends it there)."""
        line = (Segment(bundled().readable(text), bold, False),)
        self._line(line, x - align * width(line, size), y + size * RISE, size)

    def rule(
        self, y: float, thick: float = HAIR, left: float = LEFT, right: float = RIGHT, grey: float = 0.0
    ) -> None:
        """A line across."""
        self._canvas.setStrokeGray(grey)
        self._canvas.setLineWidth(thick)
        self._canvas.line(left, HEIGHT - y, right, HEIGHT - y)

    def upright(self, x: float, top: float, bottom: float) -> None:
        """A thin line down."""
        self._canvas.setStrokeGray(0.7)
        self._canvas.setLineWidth(HAIR)
        self._canvas.line(x, HEIGHT - top, x, HEIGHT - bottom)

    def sides(self, top: float, bottom: float) -> None:
        """The left and the right side of a box that goes on over several blocks."""
        self._canvas.setStrokeGray(0)
        self._canvas.setLineWidth(FINE)
        for x in (LEFT, RIGHT):
            self._canvas.line(x, HEIGHT - top, x, HEIGHT - bottom)

    def box(self, top: float, bottom: float) -> None:
        """A box as wide as the page's text."""
        self._canvas.setStrokeGray(0)
        self._canvas.setLineWidth(FINE)
        self._canvas.rect(LEFT, HEIGHT - bottom, MEASURE, bottom - top)

    def square(self, x: float, y: float, side: float) -> None:
        """A box to tick, its top left corner here."""
        self._canvas.setStrokeGray(0)
        self._canvas.setLineWidth(THICK)
        self._canvas.rect(x, HEIGHT - y - side, side, side)

    def shade(self, top: float, bottom: float) -> None:
        """A grey band behind a row."""
        self._canvas.setFillGray(SHADE)
        self._canvas.rect(LEFT, HEIGHT - bottom, MEASURE, bottom - top, stroke=0, fill=1)
        self._canvas.setFillGray(0)

    def dot(self, x: float, y: float, size: float) -> None:
        """The dot before an item of a list."""
        self._canvas.circle(x, HEIGHT - y - size * LEADING / 2, size * 0.16, stroke=0, fill=1)

    def _line(self, line: Line, x: float, baseline: float, size: float) -> None:
        pieces = [piece for segment in line for piece in bundled().pieces(segment)]
        for number, piece in enumerate(pieces, 1):
            self._piece(piece, x, baseline, size)
            if number < len(pieces):
                x += width_of(piece, size)

    def _piece(self, piece: Piece, x: float, baseline: float, size: float) -> None:
        if piece.shaped and piece.font not in self._fresh:
            bundled().fresh(piece.font)
            self._fresh.add(piece.font)
        text = self._canvas.beginText(x, HEIGHT - baseline)
        text.setFont(piece.font, size)
        if piece.shaped:
            # Readers and screen readers get the letters, not the glyphs that stand for them.
            spoken = piece.text.encode("utf-16-be").hex().upper()
            text._code.append(f"/Span <</ActualText <FEFF{spoken}>>> BDC")
            text.textOut(shaped(piece, size))
            text._code.append("EMC")
        else:
            text.textOut(piece.text)
        self._canvas.drawText(text)


@dataclass(frozen=True, slots=True)
class Block:
    """Something that is not cut by the end of a page. `paint` is given a pen and its top.

    `title` blocks stay with the block after them; `heads` is drawn again where the block begins a page by itself.
    """

    height: float
    paint: Callable[[Pen, float], None]
    title: bool = False
    heads: "Block | None" = None


def width(line: Line, size: float) -> float:
    """How wide a line is, in points."""
    return sum(width_of(piece, size) for segment in line for piece in bundled().pieces(segment))


def readable(text: str, bold: bool = False) -> Span:
    """Typed text as a span that the bundled fonts can show."""
    return Span(bundled().readable(text), bold)


def text_block(
    spans: Iterable[Span], size: float, before: float = 0.0, after: float = 0.0, title: bool = False
) -> Block:
    """A paragraph as wide as the page's text."""
    lines = wrap(spans, MEASURE, size)
    height = before + len(lines) * size * LEADING + after
    return Block(height, lambda pen, y: pen.lines(lines, LEFT, y + before, size), title)


def paged(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks in pages: a title goes with what follows it, a table's head is repeated."""
    pages: list[list[Block]] = [[]]
    room = BOTTOM - TOP
    for group in _groups(blocks):
        tall = sum(block.height for block in group)
        if tall > room and pages[-1]:
            pages.append([])
            room = BOTTOM - TOP
            if group[0].heads is not None:
                group = [group[0].heads, *group]
        pages[-1] += group
        room -= sum(block.height for block in group)
    return pages


def printed(frame: Frame, pages: Sequence[Sequence[Block]]) -> bytes:
    """The document. The same frame and pages make the same bytes, whenever and wherever they are printed."""
    return bound([(frame, pages)])


def bound(parts: Sequence[tuple[Frame, Sequence[Sequence[Block]]]]) -> bytes:
    """Several documents as one, numbered through: each page has the frame of its own, the whole is the first one's."""
    sides = [(frame, blocks) for frame, pages in parts for blocks in pages]
    with PRESS:
        fresh: set[str] = set()
        out = io.BytesIO()
        canvas = Canvas(
            out, pagesize=A4, invariant=1, pageCompression=1, lang="en-GB", initialFontName="Helvetica"
        )
        _describe(canvas, parts[0][0])
        for number, (frame, blocks) in enumerate(sides, 1):
            pen = Pen(canvas, fresh)
            _frame(pen, frame, number, len(sides))
            y = TOP
            for block in blocks:
                block.paint(pen, y)
                y += block.height
            canvas.showPage()
        canvas.save()
    return out.getvalue()


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    groups: list[list[Block]] = []
    together = False
    for block in blocks:
        if together:
            groups[-1].append(block)
        else:
            groups.append([block])
        together = block.title
    return groups


def _frame(pen: Pen, frame: Frame, number: int, of: int) -> None:
    """Marking above, foot below; a name too long for its line takes a second one rather than lie over what is beside it."""
    marking = f"{frame.marking} · TRAINING HOUSE" if frame.training else frame.marking
    above = wrap([readable(marking, bold=True)], MEASURE, SMALL)
    for index, line in enumerate(above):
        y = 22.0 - (len(above) - 1 - index) * SMALL * LEADING
        pen.lines([line], (WIDTH - width(line, SMALL)) / 2, y, SMALL)
    pen.rule(HEIGHT - 30.0, FINE)
    middle, right = frame.foot_middle, f"{number} of {of}"
    beside = width(wrap([readable(middle)], MEASURE, SMALL)[0], SMALL) if middle else 0.0
    pen.lines(wrap([readable(frame.foot_left)], MEASURE - beside - 44.0, SMALL), LEFT, HEIGHT - 26.0, SMALL)
    pen.words(right, RIGHT, HEIGHT - 26.0, SMALL, align=1)
    pen.words(middle, RIGHT - 34.0, HEIGHT - 26.0, SMALL, align=1)


def _describe(canvas: Canvas, frame: Frame) -> None:
    canvas.setTitle(frame.title)
    canvas.setAuthor("Daybook")
    canvas.setCreator("Daybook")
    canvas.setSubject(frame.marking)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    stamp = TimeStamp(invariant=1)
    utc = frame.made_at.utctimetuple()
    stamp.t, stamp.lt, stamp.YMDhms = frame.made_at.timestamp(), utc, tuple(utc)[:6]
    canvas._doc._timeStamp = stamp
