"""The handover sheet on paper: A4, two sides, made from the frozen sheet and nothing else.

Type shrinks to a floor before anything is left out; what then doesn't fit is cut with the words "continues in Daybook"
and how much there is. Names are never cut: with names longer than any house has, the sheet grows a third side instead.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.handovers import CheckCounts, Copy, Lapse, Person, Sheet
from app.domain.handovers import Line as Woman
from app.domain.slots import Outcome
from app.domain.time import day_label, local_date, stamp
from app.reports.paper import (
    BOTTOM,
    FINE,
    FLOOR,
    LEFT,
    MEASURE,
    PRESS,
    RIGHT,
    THICK,
    TOP,
    Block,
    Frame,
    Pen,
    paged,
    printed,
    readable,
    text_block,
    width,
)
from app.reports.setting import PAD, Setting, Spans, space
from app.reports.text import LEADING, Line, Span, wrap

SIDES = 2
#: No row is higher than a side: so many lines, and so many of them what to do.
_ROW, _MOST_TO_DO = 64, 32
_GAP = 9.0
_NOTHING: Sequence[Span] = (Span("–"),)
#: (heading, width in points) of the residents' table; together as wide as the page's text.
_COLUMNS = (
    ("Room", 50.0), ("Resident", 103.0), ("Now", 44.0), ("Last seen", 60.0), ("Next due", 61.0), ("", 155.0), ("Today", 66.2),
)  # fmt: skip
#: "Since" a time this little before the shift needs no day beside it.
_SAME_EVENING = timedelta(hours=2)
#: How much wider the column of names may get, in points, and where that comes from.
_FOR_NAMES = (0.0, 12.0, 24.0, 36.0)
_GIVES = {"Resident": 1.0, "Now": -0.15, "Last seen": -0.25, "": -0.3, "Today": -0.3}
_ACTIONS = (("Due", 62.0), ("What", 273.0), ("Owner", 102.0), ("Since", 102.2))


@dataclass(frozen=True, slots=True)
class _Plan:
    """How to set it: the size of type, the most lines that one text may take, the most items that a list may have.

    Both begin with what a side can hold at most.
    """

    size: float
    lines: int = 60
    items: int = 180


_SIZES = (8.8, 8.4, 8.0, FLOOR)
_CUTS = ((40, 60), (24, 40), (16, 30), (12, 24), (9, 20), (7, 16), (5, 12), (4, 10), (3, 8), (2, 6))
#: Type this much smaller is worth a side less.
_ONE_SIDE = 8.4


def render(sheet: Sheet, copy: Copy | None = None) -> bytes:
    """The sheet as a PDF: a draft, an offered sheet, or one of its numbered copies. The same bytes for the same input."""
    with PRESS:
        return printed(_frame(sheet, copy), _fitted(sheet, copy))


def _fitted(sheet: Sheet, copy: Copy | None) -> list[list[Block]]:
    """The pages in the largest type that keeps to the sides it may have; else cut, and least cut, at the smallest."""

    def pages(plan: _Plan) -> list[list[Block]]:
        return paged(list(_Setter(sheet, copy, plan).blocks()))

    for size in _SIZES:
        found = pages(_Plan(size))
        if len(found) == SIDES and size > _ONE_SIDE and _nearly_one(found):
            smaller = pages(_Plan(_ONE_SIDE))
            return smaller if len(smaller) < SIDES else found
        if len(found) <= SIDES:
            return found
    for lines, items in _CUTS:
        found = pages(_Plan(FLOOR, lines, items))
        if len(found) <= SIDES:
            break
    return found


def _nearly_one(pages: list[list[Block]]) -> bool:
    """Whether so little stands on the second side that somewhat smaller type may save it."""
    height = sum(block.height for page in pages for block in page)
    return bool(height < (BOTTOM - TOP) * 1.12)


def _frame(sheet: Sheet, copy: Copy | None) -> Frame:
    zone = ZoneInfo(sheet.zone)
    name = f"Sheet {sheet.number}" if sheet.number is not None else "Draft, not offered"
    if copy is not None:
        at = copy.printed
        left = f"{name}, copy {copy.number} of {copy.of}, {copy.name}, printed {_day(at, zone)} {stamp(at, zone)} · return and shred"
    else:
        left = f"{name} · made {_day(sheet.made_at, zone)} {stamp(sheet.made_at, zone)}"
    return Frame(
        title=sheet.title,
        marking=sheet.marking,
        training=sheet.training,
        foot_left=left,
        foot_middle=f"Record {sheet.head} to entry {sheet.head_seq:,}",
        made_at=copy.printed if copy else sheet.made_at,
    )


class _Setter(Setting):
    def __init__(self, sheet: Sheet, copy: Copy | None, plan: _Plan) -> None:
        super().__init__(plan.size, plan.lines)
        self.sheet = sheet
        self.copy = copy
        self.plan = plan
        self.zone = ZoneInfo(sheet.zone)
        self.columns = self._columns()

    def blocks(self) -> Iterable[Block]:
        yield self._head()
        yield self._counts()
        yield from self._first()
        yield from self._residents()
        yield from self._house()
        yield from self._checks()
        yield from self._actions()
        yield from self._after()

    # The top

    def _head(self) -> Block:
        sheet, size = self.sheet, self.size
        end = sheet.period.end or sheet.made_at
        when = f"{stamp(sheet.period.start, self.zone)} to {stamp(end, self.zone)}"
        day = local_date(sheet.period.start, self.zone)
        under = f"{sheet.shift.capitalize()} of {day_label(day)} {day.year} · {when} · {sheet.house}"
        names = [[Span("Off: " + _people(sheet.off))], [Span("On: " + _people(sheet.on))]]
        if self.copy is not None:
            names.append([Span(f"Copy {self.copy.number} of {self.copy.of}, {self.copy.name}", bold=True)])
        half = MEASURE * 0.42
        left = MEASURE - half - 12
        right = self.whole(names, half)
        name = [readable(sheet.title, bold=True)]
        large = next((large for large in (16.0, 14.5, 13.0) if len(wrap(name, left, large)) == 1), 13.0)
        title, below = wrap(name, left, large), self.whole([[Span(under)]], left)
        left_high = len(title) * large * LEADING + len(below) * size * LEADING
        high = max(left_high, len(right) * size * LEADING)

        def paint(pen: Pen, y: float) -> None:
            pen.lines(title, LEFT, y + high - left_high, large)
            pen.lines(below, LEFT, y + high - len(below) * size * LEADING, size)
            top = y + high - len(right) * size * LEADING
            for number, line in enumerate(right):
                pen.lines([line], RIGHT - width(line, size), top + number * size * LEADING, size)
            pen.rule(y + high + 4, THICK)

        return Block(high + 11, paint)

    def _counts(self) -> Block:
        counts = self.sheet.counts
        cells = [
            (counts.in_house, f"in · staff {counts.staff_in}", True),
            (counts.out, "out", True),
            (counts.hospital, "at hospital", True),
            (counts.leave, "on leave", counts.leave > 0),
            (counts.custody, "in custody", counts.custody > 0),
            (counts.absent, "not in, case open", True),
            (counts.beds_free, "beds free", True),
            (counts.out_of_service, "out of service", True),
        ]
        shown = [(number, word) for number, word, wanted in cells if wanted]
        wide, high = MEASURE / len(shown), 30.0

        def paint(pen: Pen, y: float) -> None:
            pen.box(y, y + high)
            for index, (number, word) in enumerate(shown):
                x = LEFT + index * wide
                if index:
                    pen.upright(x, y, y + high)
                pen.words(str(number), x + 6, y + 2, 12.5, bold=True)
                pen.words(word, x + 6, y + 17.5, 8.0)

        return Block(high + _GAP, paint)

    def _first(self) -> Iterable[Block]:
        items = [
            self.clipped(
                [
                    Span(f"{first.name} ({first.room}) " if first.room else f"{first.name} ", bold=True),
                    Span(f"{first.text}. "),
                    Span(f"{first.who[0].upper()}{first.who[1:]}.", bold=True),
                ],
                MEASURE - 22,
            )
            for first in self.sheet.first[: self.plan.items]
        ]
        if not items:
            return
        more = len(self.sheet.first) - len(items)
        if more:
            items.append(wrap([Span(f"continues in Daybook: {more} more")], MEASURE - 22, self.size))
        yield self.title("First")
        for index, lines in enumerate(items):
            yield self._boxed(lines, first=index == 0, last=index == len(items) - 1)

    def _boxed(self, lines: list[Line], first: bool, last: bool) -> Block:
        size, above, below = self.size, 4.0 if first else 1.0, 4.0 if last else 1.0
        high = above + len(lines) * size * LEADING + below

        def paint(pen: Pen, y: float) -> None:
            pen.sides(y, y + high)
            if first:
                pen.rule(y, FINE)
            if last:
                pen.rule(y + high, FINE)
            pen.dot(LEFT + 9, y + above, size)
            pen.lines(lines, LEFT + 16, y + above, size)

        return Block(high + (_GAP if last else 0), paint)

    # The women

    def _columns(self) -> list[tuple[str, float]]:
        """The columns of the residents' table. Long names get room from what is beside them where that saves lines."""
        wides = dict(_COLUMNS)
        names = [
            self.whole([[Span(line.name, bold=True)]], wides["Resident"] - 2 * PAD)
            for line in self.sheet.lines
        ]
        if all(len(name) <= 2 for name in names):
            return list(_COLUMNS)

        def lines(wider: float) -> int:
            """How many lines the rows have by what stands in them in any case."""
            name, now, seen = (
                wides[heading] + wider * _GIVES[heading] - 2 * PAD
                for heading in ("Resident", "Now", "Last seen")
            )
            return sum(
                max(
                    len(self.whole([[Span(line.name, bold=True)], [Span(" · ".join(line.marks))]], name)),
                    len(self.whole([[Span(line.presence)]], now)),
                    len(self.whole([[Span(line.last_seen)]], seen)),
                )
                for line in self.sheet.lines
            )

        wider = min(_FOR_NAMES, key=lambda wider: (lines(wider), wider))
        return [(heading, wide + wider * _GIVES.get(heading, 0.0)) for heading, wide in _COLUMNS]

    def _residents(self) -> Iterable[Block]:
        since = stamp(self.sheet.since, self.zone)
        if self.sheet.period.start - self.sheet.since > _SAME_EVENING:
            since = f"{_day(self.sheet.since, self.zone)} {since}"
        heads = [heading or f"Since {since}, and what to do" for heading, _ in self.columns]
        yield self.title("Residents")
        yield from self.table(
            heads, self.columns, [(self._woman(line), line.attention) for line in self.sheet.lines]
        )
        yield space(_GAP - 3)

    def _woman(self, line: Woman) -> list[list[Line]]:
        """Her cells. Long notes are cut before what to do is, and who and where she is never."""
        *plain, since, today = [wide - 2 * PAD for _, wide in self.columns]
        names: list[Spans] = [[Span(line.name, bold=True)], [Span(" · ".join(line.marks))]]
        facts = [line.presence, line.last_seen, line.next_due or "–"]
        cells: list[list[Spans]] = [[[Span(line.room)]], names]
        cells += [[[Span(fact)]] for fact in facts]
        do = self.cut([[Span(text)] for text in line.do], since, _MOST_TO_DO)
        told = self.cut([[Span(text)] for text in line.told], since, min(self.lines, _ROW - len(do)))
        return [
            *(self.whole(cell, wide) for cell, wide in zip(cells, plain, strict=True)),
            [*told, *do] or self.cut([_NOTHING], since),
            self.cut([[Span(text)] for text in line.today] or [_NOTHING], today),
        ]

    # What follows

    def _house(self) -> Iterable[Block]:
        """What is about the building and the shift, apart from the women: events, rounds, notes, copies still out."""
        notes = [*self.sheet.house_notes[: self.plan.items]]
        if len(notes) < len(self.sheet.house_notes):
            notes.append(f"continues in Daybook: {len(self.sheet.house_notes) - len(notes)} more notes")
        told = [[Span(event)] for event in self.sheet.events]
        told += [[Span(note)] for note in notes]
        for heading, texts in (("Rounds", self.sheet.rounds), ("Copies not back", self.sheet.copies_out)):
            if texts:
                told.append([Span(f"{heading}: ", bold=True), Span("; ".join(texts))])
        if told:
            yield self.title("The house")
            for spans in told:
                yield self.paragraph(self.clipped(spans, MEASURE))
            yield space(_GAP - 3)
        if self.sheet.expected:
            yield self.paragraph(
                self.clipped(
                    [Span("Today and tomorrow: ", bold=True), Span(" · ".join(self.sheet.expected))], MEASURE
                )
            )
            yield space(_GAP - 3)

    def _checks(self) -> Iterable[Block]:
        yield text_block(
            [readable(f"Checks of residents: {said(self.sheet.checks)}", bold=True)], self.size + 0.7, after=2
        )
        words = (
            (Outcome.LATE, "Late", lambda lapse: f" ({lapse.late_minutes} min)"),
            (Outcome.MISSED, "Missed", lambda _: ""),
            (Outcome.DUE, "Not met yet", lambda _: ""),
        )
        for outcome, word, how in words:
            lapses = [lapse for lapse in self.sheet.lapses if lapse.outcome is outcome]
            if lapses:
                listed = "; ".join(self._grouped(lapses, how))
                yield self.paragraph(self.clipped([Span(f"{word}: ", bold=True), Span(listed)], MEASURE))
        yield space(_GAP - 3)

    def _grouped(self, lapses: list[Lapse], how: Callable[[Lapse], str]) -> Iterable[str]:
        """By woman. Whoever no longer lives here has no line of her own, so why it was late stands here."""
        here = {line.resident for line in self.sheet.lines}
        women: dict[tuple[str, str], list[Lapse]] = {}
        for lapse in lapses:
            women.setdefault((lapse.room, lapse.name), []).append(lapse)
        for (room, name), hers in women.items():
            times = [f"due by {stamp(lapse.due_by, self.zone)}{how(lapse)}" for lapse in hers]
            whys = (
                {lapse.why or "no reason written" for lapse in hers}
                if hers[0].resident not in here
                else set()
            )
            why = f" ({'; '.join(sorted(whys))})" if whys else ""
            yield f"{room} {name}, {', '.join(times)}{why}"

    def _actions(self) -> Iterable[Block]:
        actions = self.sheet.actions
        if not actions:
            return
        yield self.title("Open actions")
        rows: list[tuple[list[list[Line]], bool]] = []
        for action in actions[: self.plan.items]:
            cells = ([Span(action.due)], [Span(action.what)], [Span(action.owner)], [Span(action.since)])
            wides = [wide - 2 * PAD for _, wide in _ACTIONS]
            rows.append(
                ([self.clipped(cell, wide) for cell, wide in zip(cells, wides, strict=True)], action.overdue)
            )
        if len(actions) > len(rows):
            more = f"continues in Daybook: {len(actions) - len(rows)} more actions"
            rows.append(([[], wrap([Span(more)], _ACTIONS[1][1], self.size), [], []], False))
        yield from self.table([heading for heading, _ in _ACTIONS], _ACTIONS, rows)
        yield space(_GAP)

    def _after(self) -> Iterable[Block]:
        sheet = self.sheet
        for question in sheet.questions:
            asked = (
                f"Question {question.number} ({question.asked.name}, {stamp(question.asked.at, self.zone)}): "
            )
            spans = [Span(asked, bold=True), Span(question.text + " ")]
            if question.answered is not None:
                by = f"Answer ({question.answered.name}, {stamp(question.answered.at, self.zone)}): "
                spans += [Span(by, bold=True), Span(question.answer or "")]
            else:
                spans.append(Span("Not answered yet.", bold=True))
            yield self.paragraph(self.clipped(spans, MEASURE))
        yield self._signatures()
        if sheet.later:
            yield self.title("Later: written after this sheet was offered")
            for later in sheet.later[: self.plan.items]:
                seen, typed = stamp(later.at, self.zone), stamp(later.typed_at, self.zone)
                when = seen if seen == typed else f"{seen}, typed {typed}"
                by = f" ({later.by})" if later.by else ""
                spans = [Span(f"{when} ", bold=True), Span(f"{later.text}{by}")]
                yield self.paragraph(self.clipped(spans, MEASURE))
            if len(sheet.later) > self.plan.items:
                yield self.paragraph(
                    self.clipped(
                        [Span(f"continues in Daybook: {len(sheet.later) - self.plan.items} more")], MEASURE
                    )
                )

    def _signatures(self) -> Block:
        sheet, size = self.sheet, self.size
        offered = (
            f"Offered by {sheet.offered.name}, {stamp(sheet.offered.at, self.zone)}"
            if sheet.offered
            else "Not offered yet"
        )
        taken = (
            f"Taken over by {sheet.taken.name}, {stamp(sheet.taken.at, self.zone)}"
            if sheet.taken
            else "Taken over by"
        )
        if sheet.read:
            taken += " · read by " + ", ".join(f"{who.name} {stamp(who.at, self.zone)}" for who in sheet.read)
        if sheet.not_read and sheet.offered:
            taken += " · not read yet: " + ", ".join(who.name for who in sheet.not_read)
        if sheet.questions:
            open_ = len(sheet.unanswered)
            taken += f" · {len(sheet.questions)} question{'s' if len(sheet.questions) > 1 else ''}, "
            taken += f"{open_} not answered" if open_ else "answered"
        half = (MEASURE - 20) / 2
        left, right = self.clipped([Span(offered)], half), self.clipped([Span(taken)], half)
        high = 6 + max(len(left), len(right)) * size * LEADING + 16

        def paint(pen: Pen, y: float) -> None:
            pen.lines(left, LEFT, y + 6, size)
            pen.lines(right, RIGHT - half, y + 6, size)
            pen.rule(y + high, FINE, right=LEFT + half)
            pen.rule(y + high, FINE, left=RIGHT - half)

        return Block(high + _GAP, paint)


def said(checks: CheckCounts) -> str:
    """The counts of a period in one line; its parts add up to what was due."""
    parts = [
        f"{checks.due} due",
        f"{checks.on_time} on time ({checks.on_time_written_then} written then, {checks.on_time_entered_later} entered later)",
        f"{checks.late} late",
        f"{checks.missed} missed",
        f"{checks.excused} excused",
    ]
    if checks.still_open:
        parts.append(f"{checks.still_open} still open")
    return " · ".join(parts)


def _people(people: Sequence[Person]) -> str:
    return (
        ", ".join(f"{person.name} (lead)" if person.lead else person.name for person in people)
        or "nobody written in yet"
    )


def _day(instant: datetime, zone: ZoneInfo) -> str:
    return day_label(local_date(instant, zone))
