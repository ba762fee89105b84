"""Text set in one size of type: titles, paragraphs, tables; and what is cut says how much there is left."""

from collections.abc import Iterable, Sequence

from app.reports.paper import FINE, FLOOR, HAIR, LEFT, Block, Pen, readable, text_block
from app.reports.text import LEADING, Line, Span, words_left, wrap

#: White space on either side of a cell.
PAD = 3.0

Spans = Sequence[Span]


class Setting:
    """How a document is set: the size of its type in points, and the most lines that one text may take."""

    def __init__(self, size: float, lines: int) -> None:
        self.size = size
        self.lines = lines

    def title(self, text: str) -> Block:
        """A heading, which stays with what follows it."""
        return text_block([readable(text, bold=True)], self.size + 1.2, after=3, title=True)

    def paragraph(self, lines: list[Line]) -> Block:
        """Lines as wide as the page's text."""
        return Block(
            len(lines) * self.size * LEADING + 1, lambda pen, y: pen.lines(lines, LEFT, y, self.size)
        )

    def table(
        self,
        heads: list[str],
        columns: Sequence[tuple[str, float]],
        rows: list[tuple[list[list[Line]], bool]],
    ) -> Iterable[Block]:
        """A table of (heading, width) columns; each row is its cells, and whether it is shaded. Rows are not broken."""
        wides = [wide for _, wide in columns]
        starts = [LEFT + sum(wides[:index]) + PAD for index in range(len(wides))]
        size = max(FLOOR, self.size - 0.6)
        set_ = [
            wrap([readable(head, bold=True)], wide - PAD, size)
            for head, wide in zip(heads, wides, strict=True)
        ]
        high = max(len(lines) for lines in set_) * size * LEADING + 3

        def paint_head(pen: Pen, y: float) -> None:
            for x, lines in zip(starts, set_, strict=True):
                pen.lines(lines, x, y, size)
            pen.rule(y + high, FINE)

        head = Block(high, paint_head, title=True)
        yield head
        for cells, shaded in rows:
            yield self._row(cells, starts, shaded, head)

    def _row(self, cells: list[list[Line]], starts: list[float], shaded: bool, head: Block) -> Block:
        size = self.size
        high = max(len(cell) for cell in cells) * size * LEADING + 4.2

        def paint(pen: Pen, y: float) -> None:
            if shaded:
                pen.shade(y, y + high)
            for x, cell in zip(starts, cells, strict=True):
                pen.lines(cell, x, y + 1.6, size)
            pen.rule(y + high - HAIR, HAIR, grey=0.6)

        return Block(high, paint, heads=head)

    def whole(self, paragraphs: Sequence[Spans], wide: float) -> list[Line]:
        """The paragraphs, however many lines that takes."""
        return [line for spans in paragraphs for line in wrap(self.readable(spans), wide, self.size)]

    def clipped(self, spans: Spans, wide: float) -> list[Line]:
        """One paragraph, cut as `cut` does it."""
        return self.cut([spans], wide)

    def cut(self, paragraphs: Sequence[Spans], wide: float, most: int | None = None) -> list[Line]:
        """The paragraphs in no more than `most` lines (default: the setting's); the last says how much is left."""
        most = most or self.lines
        lines: list[Line] = []
        whole: list[Span] = []
        for spans in paragraphs:
            clean = self.readable(spans)
            whole += clean
            if len(lines) <= most:
                lines += wrap(clean, wide, self.size, most + 1 - len(lines))
        if len(lines) <= most:
            return lines
        kept = lines[: most - 1]
        return [
            *kept,
            *wrap(
                [Span(f"continues in Daybook: {words_left(whole, kept):,} words", bold=True)],
                wide,
                self.size,
            ),
        ]

    def readable(self, spans: Spans) -> list[Span]:
        """Spans whose own spaces at their ends are kept: they part one from the next."""
        found = []
        for text, bold in spans:
            clean = readable(text, bold).text
            start, end = " " * text[:1].isspace(), " " * text[-1:].isspace()
            found.append(Span(f"{start}{clean}{end}" if clean else "", bold))
        return found


def space(high: float) -> Block:
    """White space."""
    return Block(high, lambda _pen, _y: None)
