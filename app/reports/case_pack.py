"""The pack of an absence on paper: A4, made from what was frozen with it and nothing else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.case_pack import CasePack, PackStep
from app.domain.handovers import Copy
from app.domain.papers import Paper
from app.domain.time import day_label, local_date, stamp
from app.reports.paper import LEFT, MEASURE, PRESS, THICK, Block, Frame, Pen, paged, printed, readable
from app.reports.setting import PAD, Setting, Spans, space
from app.reports.text import LEADING, Line, Span, wrap

_SIZE, _LINES = 9.4, 60
_NAME = 17.0
_FACT = 118.0
_STEPS = (("Step", 150.0), ("Who, number", 118.0), ("Due", 44.0), ("What came of it", MEASURE - 312.0))
_GAP = 8.0
_SAME_NIGHT = timedelta(hours=12)


def render(pack: CasePack, paper: Paper, copy: Copy) -> bytes:
    """One numbered copy as a PDF. The same pack and copy are the same bytes."""
    frame = Frame(
        title=paper.named,
        marking=pack.marking,
        training=pack.training,
        foot_left=paper.foot(copy),
        foot_middle="Return and shred",
        made_at=copy.printed,
    )
    with PRESS:
        return printed(frame, paged(list(_Setter(pack, paper, copy).blocks())))


class _Setter(Setting):
    def __init__(self, pack: CasePack, paper: Paper, copy: Copy) -> None:
        super().__init__(_SIZE, _LINES)
        self.pack, self.paper, self.copy = pack, paper, copy
        self.zone = ZoneInfo(pack.zone)

    def blocks(self) -> Iterable[Block]:
        yield self._head()
        yield from self._facts("Who she is", self._who())
        yield from self._facts("Her absence", self._absence())
        yield from self._decisions()
        yield from self._steps()
        yield from self._contacts()
        yield from self._answers()
        yield self.title("What this paper does not have")
        yield self.paragraph(
            self.whole(
                [
                    [Span("No photograph is kept, and no description. ")],
                    [
                        Span(
                            "Victim considerations go to the liaison officer by way of her practitioner, and are not "
                            "printed here."
                        )
                    ],
                ],
                MEASURE,
            )
        )

    def _head(self) -> Block:
        name = wrap([readable(self.pack.name, bold=True)], MEASURE, _NAME)
        made = f"{self.paper.named} · {self.paper.title} · made {self._when(self.pack.made_at, day=True)} by {self.pack.made_by}"
        to = f"For {self.copy.name}"
        under = self.whole([[Span(to, bold=True)], [Span(made)], [Span(self._house())]], MEASURE)
        size = self.size
        high = len(name) * _NAME * LEADING + len(under) * size * LEADING

        def paint(pen: Pen, y: float) -> None:
            pen.lines(name, LEFT, y, _NAME)
            pen.lines(under, LEFT, y + len(name) * _NAME * LEADING, size)
            pen.rule(y + high + 4, THICK)

        return Block(high + 12, paint)

    def _house(self) -> str:
        return ", ".join(part for part in (self.pack.house, self.pack.address) if part)

    def _who(self) -> Iterable[tuple[str, str]]:
        pack = self.pack
        yield "Name", pack.name
        yield "Known as", pack.preferred or ""
        yield "Pronouns", pack.pronouns or ""
        yield "Date of birth", f"{pack.born:%d/%m/%Y}" if pack.born else ""
        yield "CRN", pack.crn or ""
        yield "Here on", pack.legal_basis
        yield "Practitioner", _joined(pack.practitioner, pack.practitioner_phone)
        yield "Allergies", pack.allergies or ""
        yield "Staff are told", pack.alerts or ""

    def _absence(self) -> Iterable[tuple[str, str]]:
        pack = self.pack
        yield "How it stands", pack.stands
        if pack.curfew is not None:
            start, end = pack.curfew.start, pack.curfew.end
            until = f"–{stamp(end, self.zone)}" if end else ""
            yield "Her curfew", f"{self._when(start, day=True)}{until}"
        yield "Due back", self._when(pack.due_back, day=True)
        yield "First noticed", self._when(pack.first_noticed, day=True)
        yield "Case opened", f"{self._when(pack.opened, day=True)} by {pack.opened_by}"
        seen = pack.last_seen
        if seen is None:
            yield "Last seen", pack.last_seen_said
            return
        typed = (
            f"; typed {self._when(seen.typed_at)} by {seen.typed_by}" if seen.typed_by != seen.seen_by else ""
        )
        day = day_label(local_date(seen.seen_at, self.zone))
        yield "Last seen", f"{day}, {pack.last_seen_said}{typed}"
        yield "On-call manager", pack.on_call

    def _facts(self, title: str, facts: Iterable[tuple[str, str]]) -> Iterable[Block]:
        yield self.title(title)
        for label, text in facts:
            if text.strip():
                yield self._fact(label, self.whole([[Span(text)]], MEASURE - _FACT))
        yield space(_GAP)

    def _fact(self, label: str, lines: list[Line]) -> Block:
        size = self.size
        left = wrap([readable(label, bold=True)], _FACT - 6, size)
        high = max(len(left), len(lines)) * size * LEADING + 1.5

        def paint(pen: Pen, y: float) -> None:
            pen.lines(left, LEFT, y, size)
            pen.lines(lines, LEFT + _FACT, y, size)

        return Block(high, paint)

    def _decisions(self) -> Iterable[Block]:
        yield self.title("What was decided")
        for one in self.pack.decisions:
            typed = (
                "" if one.typed_by == one.by else f"; written {self._when(one.typed_at)} by {one.typed_by}"
            )
            text = f"{self._when(one.at)} {one.what}, decided by {one.by}{typed}"
            yield self.paragraph(self.whole([[Span(text)]], MEASURE))
        if not self.pack.decisions:
            yield self.paragraph(self.whole([[Span("Nothing is decided yet.")]], MEASURE))
        yield space(_GAP)

    def _steps(self) -> Iterable[Block]:
        yield self.title("Steps")
        wides = [wide for _, wide in _STEPS]
        rows = [
            (
                [
                    self.clipped([Span(step.what, bold=True)], wides[0] - 2 * PAD),
                    self.clipped([Span(step.whom)], wides[1] - 2 * PAD),
                    self.whole([[Span(self._when(step.due))]], wides[2] - 2 * PAD),
                    self.cut(self._came(step), wides[3] - 2 * PAD),
                ],
                False,
            )
            for step in self.pack.steps
        ]
        yield from self.table([head for head, _ in _STEPS], _STEPS, rows)
        yield space(_GAP)

    def _came(self, step: PackStep) -> list[Spans]:
        if step.at is None:
            waits = "not done yet" if step.state == "to do" else step.state
            return [[Span(_joined(waits, step.said))]]
        hands = f"by {step.done_by or step.typed_by}"
        if step.typed_by and step.done_by and step.typed_by != step.done_by:
            hands += f", typed by {step.typed_by}"
        lines: list[Spans] = [[Span(f"{step.state} {self._when(step.at)} ", bold=True), Span(hands)]]
        if step.said:
            lines.append([Span(step.said)])
        return lines

    def _contacts(self) -> Iterable[Block]:
        if not self.pack.contacts:
            return
        yield self.title("Whom her plan says to ring")
        for who, phone in self.pack.contacts:
            yield self._fact(phone, self.whole([[Span(who)]], MEASURE - _FACT))
        yield space(_GAP)

    def _answers(self) -> Iterable[Block]:
        for label, text in self.pack.answers:
            yield self.title(label)
            for part in text.splitlines():
                if part.strip():
                    yield self.paragraph(self.whole([[Span(part)]], MEASURE))
            yield space(_GAP)

    def _when(self, instant: datetime, day: bool = False) -> str:
        said = stamp(instant, self.zone)
        if day or abs(instant - self.pack.made_at) > _SAME_NIGHT:
            return f"{day_label(local_date(instant, self.zone))} {said}"
        return said


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
