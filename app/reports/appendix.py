"""The restricted appendix on paper: for one named reader, marked so on every page, with a number of its own."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from app.domain.handovers import Appendix, AppendixPart, Copy
from app.domain.time import day_label, local_date, stamp
from app.reports.paper import FINE, LEFT, MEASURE, PRESS, THICK, Block, Frame, Pen, paged, printed, readable
from app.reports.setting import PAD, Setting, space
from app.reports.text import LEADING, Span, wrap

_SIZE = 9.6
_LARGE = 15.0
#: However long a text is, it is printed whole: nothing of hers is cut where only few may read it.
_WHOLE = 10_000
_FACTS = (("Now", 110.0), ("Last seen", 150.0), ("Next due", 120.0), ("Today", 159.2))
_ACTIONS = (("Due", 70.0), ("What", 270.0), ("Owner", 98.0), ("Since", 101.2))


def render(appendix: Appendix, copy: Copy | None = None) -> bytes:
    """The appendix as a PDF: as its reader sees it on the screen, or one of its numbered copies."""
    with PRESS:
        return printed(_frame(appendix, copy), paged(list(_Setter(appendix, copy).blocks())))


def _frame(appendix: Appendix, copy: Copy | None) -> Frame:
    sheet, zone = appendix.sheet, ZoneInfo(appendix.sheet.zone)
    name = f"Sheet {sheet.number}, restricted appendix"
    if copy is None:
        left, made = f"{name}, on the screen of {appendix.reader.name}", sheet.made_at
    else:
        day = day_label(local_date(copy.printed, zone))
        left = f"{name}, {copy.said}, printed {day} {stamp(copy.printed, zone)} · return and shred"
        made = copy.printed
    return Frame(
        title=appendix.title,
        marking=f"{sheet.marking} · RESTRICTED APPENDIX, FOR {appendix.reader.name} ONLY",
        training=sheet.training,
        foot_left=left,
        foot_middle=f"Record {sheet.head}",
        made_at=made,
    )


class _Setter(Setting):
    def __init__(self, appendix: Appendix, copy: Copy | None) -> None:
        super().__init__(_SIZE, _WHOLE)
        self.appendix, self.copy = appendix, copy
        self.zone = ZoneInfo(appendix.sheet.zone)

    def blocks(self) -> Iterable[Block]:
        yield self._head()
        for part in self.appendix.parts:
            yield from self._part(part)
        if self.appendix.later:
            yield self.title("Later: written after this sheet was offered")
            for later in self.appendix.later:
                at, typed = stamp(later.at, self.zone), stamp(later.typed_at, self.zone)
                when = at if at == typed else f"{at}, typed {typed}"
                yield from self._lines([Span(f"{when} ", True), Span(f"{later.text} ({later.by})")])

    def _head(self) -> Block:
        appendix, sheet = self.appendix, self.appendix.sheet
        day = local_date(sheet.period.start, self.zone)
        under = f"{sheet.shift.capitalize()} of {day_label(day)} {day.year} · {sheet.house}"
        whom = f"For {appendix.reader.name} only. Not for the office wall, nor for anyone else's folder."
        if self.copy is not None:
            whom = f"Copy {self.copy.number} of {self.copy.of}. {whom}"
        title = wrap([readable(appendix.title, bold=True)], MEASURE, _LARGE)
        below = self.whole([[Span(under)], [Span(whom, True)]], MEASURE)
        high = len(title) * _LARGE * LEADING + len(below) * self.size * LEADING

        def paint(pen: Pen, y: float) -> None:
            pen.lines(title, LEFT, y, _LARGE)
            pen.lines(below, LEFT, y + len(title) * _LARGE * LEADING, self.size)
            pen.rule(y + high + 4, THICK)

        return Block(high + 14, paint)

    def _part(self, part: AppendixPart) -> Iterable[Block]:
        marks = f" · {' · '.join(part.marks)}" if part.marks else ""
        yield self.title(f"{part.room} {part.name}{marks}")
        wides = [wide - 2 * PAD for _, wide in _FACTS]
        facts = (part.presence, part.last_seen, part.next_due or "–", " · ".join(part.today) or "–")
        cells = [self.whole([[Span(fact)]], wide) for fact, wide in zip(facts, wides, strict=True)]
        yield from self.table([heading for heading, _ in _FACTS], _FACTS, [(cells, False)])
        yield space(5)
        for heading, texts in (
            ("First", part.first),
            ("Since the last sheet", part.told),
            ("To do", part.do),
        ):
            for number, text in enumerate(texts):
                lead = [Span(f"{heading}: ", True)] if number == 0 else []
                yield from self._lines([*lead, Span(text)])
            if texts:
                yield space(3)
        if part.actions:
            rows = [
                (
                    [
                        self.whole([[Span(text)]], wide - 2 * PAD)
                        for text, (_, wide) in zip(
                            (action.due, action.what, action.owner, action.since), _ACTIONS, strict=True
                        )
                    ],
                    action.overdue,
                )
                for action in part.actions
            ]
            yield from self.table([heading for heading, _ in _ACTIONS], _ACTIONS, rows)
        yield space(8)
        yield Block(6, lambda pen, y: pen.rule(y, FINE, grey=0.6))

    def _lines(self, spans: list[Span]) -> Iterable[Block]:
        """A paragraph that may go over the end of a page: a block for each line."""
        for line in self.whole([spans], MEASURE):
            yield self.paragraph([line])
