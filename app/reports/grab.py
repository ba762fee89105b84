"""The grab pack on paper: a cover to read by torchlight, the roll, tonight's checks, what to do if she is not back, whom to
ring, and a round sheet to write on. Nothing is cut: a pack that needs another side has another side.
"""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from app.domain.grab import GrabContact, GrabPack, GrabWoman
from app.domain.handovers import Copy
from app.domain.papers import Paper
from app.domain.residents import AGREEMENT
from app.domain.round_sheet import RoundSheet
from app.domain.time import stamp_day
from app.reports import fire as fire_report
from app.reports import round_sheet as round_report
from app.reports.paper import (
    FINE,
    LEFT,
    MEASURE,
    PRESS,
    THICK,
    Block,
    Frame,
    Pen,
    bound,
    paged,
    readable,
    text_block,
)
from app.reports.setting import PAD, Setting, space
from app.reports.text import LEADING, Line, Span, wrap

_SIZE, _LARGE, _HUGE = 9.6, 13.0, 22.0
_WHOLE = 10_000
_TONIGHT = (
    ("Room", 60.0),
    ("Resident", 110.0),
    ("Last seen", 82.0),
    ("Due until then", 142.0),
    ("Asleep: how she is checked", 145.2),
)
_CONTACTS = (("Who", 220.0), ("For", 189.2), ("Number", 130.0))
_EMPTY_LINES = 6
#: The agreement's questions, short: the column says what the first is about.
_SHORT = {
    field.label: short for field, short in zip(AGREEMENT, ("", "Woken: ", "How: ", "By: "), strict=True)
}


def render(kept: Paper, copy: Copy, pack: GrabPack, walked: tuple[Paper, RoundSheet] | None = None) -> bytes:
    """One numbered copy of the pack. `walked` is the round sheet that is bound in, a numbered paper of its own."""
    with PRESS:
        setter = _Setter(pack, kept, copy)
        pages = [*paged(list(setter.cover())), *fire_report.fitted(pack.roll)]
        pages += [page for section in setter.sections() for page in paged(list(section))]
        parts = [(_frame(kept, copy, pack), pages)]
        if walked is not None:
            paper, sheet = walked
            theirs = next((one for one in paper.copies if one.name == copy.name), paper.copies[-1])
            parts.append(round_report.sides(sheet, paper, theirs))
        return bound(parts)


def _frame(kept: Paper, copy: Copy, pack: GrabPack) -> Frame:
    return Frame(
        title=kept.named,
        marking=pack.marking,
        training=pack.training,
        foot_left=kept.foot(copy),
        foot_middle="return and shred",
        made_at=copy.printed,
    )


class _Setter(Setting):
    def __init__(self, pack: GrabPack, kept: Paper, copy: Copy) -> None:
        super().__init__(_SIZE, _WHOLE)
        self.pack, self.kept, self.copy = pack, kept, copy
        self.zone = ZoneInfo(pack.zone)

    def sections(self) -> Iterable[Iterable[Block]]:
        """Each begins on a side of its own."""
        yield self._tonight()
        yield self._plans()

    # The cover

    def cover(self) -> Iterable[Block]:
        """What is needed first: numbers, places, who is not in, what is in the pack."""
        pack = self.pack
        yield text_block([readable(self.kept.named, bold=True)], _HUGE, before=4)
        made = stamp_day(pack.made_at, self.zone)
        yield text_block([readable(f"{pack.house} · as it stood at {made}", bold=True)], _LARGE, after=2)
        said = (
            "For a night without power. Nothing in it changes: what happens after that time is for your pen."
        )
        yield text_block(
            [readable(f"{said} {self.copy.said[0].upper()}{self.copy.said[1:]}.")], self.size, after=8
        )
        yield Block(4, lambda pen, y: pen.rule(y, THICK))
        rows = (
            ("On-call manager", pack.on_call, "no number is set"),
            ("Naloxone", pack.naloxone, "its place is not set"),
            ("Address, for 999", pack.address, "not set: ask the lead"),
            ("Gather at", pack.assembly, "not set: ask the lead"),
        )
        for heading, text, missing in rows:
            yield self._large(heading, text or missing)
        yield Block(8, lambda pen, y: pen.rule(y + 2, FINE))
        inside, all_ = len(pack.inside), len(pack.women)
        numbers = f"{inside} of {all_} women in the building · staff in: {', '.join(pack.staff) or 'nobody written in'}"
        yield text_block([readable(numbers, bold=True)], self.size + 0.8, after=3)
        away = [f"{one.room} {one.name}, {one.presence}" for one in pack.women if not one.inside]
        if away:
            yield from self._words("Not in: ", "; ".join(away))
        if pack.rooms_empty:
            yield from self._words("Empty rooms: ", ", ".join(pack.rooms_empty))
        yield space(6)
        yield self.title("In this pack")
        for text in self._contents():
            yield from self._words("", text)
        yield space(6)
        if pack.contacts:
            yield self.title("Staff to ring")
            yield from self._contacts(pack.contacts)
        yield space(6)
        yield from self._written()

    def _contents(self) -> Iterable[str]:
        yield "The roll: everyone who lives here, where she was, how she gets out. Tick each as she is found."
        yield f"Tonight: what is due for each woman until {stamp_day(self.pack.until, self.zone)}, and how she is checked."
        yield "If she is not back: her plan and whom to ring."
        if self.pack.round_number is not None:
            yield (
                f"Round sheet {self.pack.round_number}: write the time and a letter for each look. When the power is back it is "
                "typed back (Round, Ctrl R), and both papers are shredded."
            )

    def _written(self) -> Iterable[Block]:
        """Empty lines, for what no sheet has a box for."""
        yield self.title("Written by hand (time, what, who)")

        def paint(pen: Pen, y: float) -> None:
            pen.rule(y + 20, grey=0.5)

        for _ in range(_EMPTY_LINES):
            yield Block(22, paint)

    def _large(self, heading: str, text: str) -> Block:
        left = 130.0
        lines = wrap([readable(text, bold=True)], MEASURE - left, _LARGE)
        high = max(len(lines), 1) * _LARGE * LEADING + 6

        def paint(pen: Pen, y: float) -> None:
            pen.words(heading, LEFT, y + 3, self.size + 0.8)
            pen.lines(lines, LEFT + left, y + 2, _LARGE)

        return Block(high, paint)

    # Tonight

    def _tonight(self) -> Iterable[Block]:
        until = stamp_day(self.pack.until, self.zone)
        yield from self._headed(
            "Tonight",
            f"What is due until {until}, as the rules stood. A check that repeats is due again after each look: her rule says when.",
        )
        rows = []
        for one in self.pack.women:
            due = [*(f"Rule: {rule}" for rule in one.rules), *one.due] or ["–"]
            how = [f"{_SHORT.get(label, label)}{text}" for label, text in one.asleep] or [
                "no agreement written"
            ]
            alert = [f"name alert: {one.name_alert}"] if one.name_alert else []
            where = [one.last_seen, *([] if one.inside else [one.presence])]
            cells: list[list[str]] = [[one.room], [one.name, *alert], where, due, how]
            wides = [wide - 2 * PAD for _, wide in _TONIGHT]
            set_: list[list[Line]] = [
                self.whole([[Span(text, index == 1 and n == 0)] for n, text in enumerate(cell)], wide)
                for index, (cell, wide) in enumerate(zip(cells, wides, strict=True))
            ]
            rows.append((set_, not one.inside))
        yield from self.table([heading for heading, _ in _TONIGHT], _TONIGHT, rows)

    # If she is not back

    def _plans(self) -> Iterable[Block]:
        yield from self._headed(
            "If she is not back",
            "The manager on call decides; you write the time of each call. Ring the numbers in the order they stand.",
        )
        for one in self.pack.women:
            yield from self._plan(one)

    def _plan(self, one: GrabWoman) -> Iterable[Block]:
        yield self.title(f"{one.room} {one.name}")
        if one.ask:
            yield from self._words("", one.ask)
        for label, text in one.plan:
            yield from self._words(f"{label}: ", text)
        if one.contacts:
            spans = [Span("Ring: ", True)]
            for number, contact in enumerate(one.contacts):
                role = f" ({contact.role})" if contact.role else ""
                spans += [
                    Span(f"{' · ' if number else ''}{contact.who}{role} "),
                    Span(contact.phone or "no number", True),
                ]
            for line in self.whole([spans], MEASURE):
                yield self.paragraph([line])
        yield space(7)

    # Parts

    def _headed(self, title: str, under: str) -> Iterable[Block]:
        yield text_block([readable(title, bold=True)], _LARGE + 2, title=True)
        yield text_block([readable(under)], self.size, after=5, title=True)

    def _contacts(self, contacts: Iterable[GrabContact]) -> Iterable[Block]:
        rows = [
            self._cells(_CONTACTS, [one.who, one.role, one.phone or "no number"], bold=(2,))
            for one in contacts
        ]
        yield from self.table([heading for heading, _ in _CONTACTS], _CONTACTS, rows)

    def _cells(
        self,
        columns: tuple[tuple[str, float], ...],
        texts: list[str],
        bold: tuple[int, ...] = (),
        shaded: bool = False,
    ) -> tuple[list[list[Line]], bool]:
        cells = [
            self.whole([[Span(text, index in bold)]], wide - 2 * PAD)
            for index, (text, (_, wide)) in enumerate(zip(texts, columns, strict=True))
        ]
        return cells, shaded

    def _words(self, lead: str, text: str) -> Iterable[Block]:
        """A paragraph that may go over the end of a side: a block for each line."""
        spans = [*([Span(lead, True)] if lead else []), Span(text)]
        for line in self.whole([spans], MEASURE):
            yield self.paragraph([line])
