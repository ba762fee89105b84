"""The fire roll on paper: large type for a torch, a box to tick for each person, one side of A4 or two.

It is made from the frozen roll and nothing else: the same roll and copy are the same bytes. Type shrinks to a floor before a
third side is begun; nobody and no evacuation need is ever cut.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from app.domain.handovers import Copy
from app.domain.papers import Paper
from app.domain.rolls import FireRoll, Mark, RollOther, RollWoman
from app.domain.time import day_label, local_date, stamp
from app.reports.paper import (
    FINE,
    HAIR,
    LEFT,
    MEASURE,
    PRESS,
    RIGHT,
    THICK,
    Block,
    Frame,
    Pen,
    paged,
    printed,
    readable,
)
from app.reports.text import LEADING, Span, wrap

SIDES = 2
#: Points, the largest that keeps to two sides is taken. The smallest is still read at arm's length by torch.
_SIZES = (15.0, 13.5, 12.0, 11.0, 10.0)
_LARGE = 12.0
_TITLE, _TOP = 26.0, 15.0


def render(roll: FireRoll, kept: Paper | None = None, copy: Copy | None = None) -> bytes:
    """The roll as a PDF: as it would be printed, or one of its numbered copies."""
    with PRESS:
        frame = _frame(roll, kept, copy)
        return printed(frame, fitted(roll, kept))


def fitted(roll: FireRoll, kept: Paper | None = None) -> list[list[Block]]:
    """The sides of the roll, also for whoever binds it with others. On one side in type that is still large; else on two, in the largest that does it."""

    def pages(size: float) -> list[list[Block]]:
        return paged(list(_Setter(roll, kept, size).blocks()))

    for size in _SIZES:
        if size >= _LARGE and len(found := pages(size)) == 1:
            return found
    for size in _SIZES:
        if len(found := pages(size)) <= SIDES:
            break
    return found


def floor_said(floor: int) -> str:
    """ "Ground floor", "Floor 2", "Basement"."""
    return "Ground floor" if floor == 0 else f"Floor {floor}" if floor > 0 else "Basement"


def _frame(roll: FireRoll, kept: Paper | None, copy: Copy | None) -> Frame:
    return Frame(
        title=kept.named if kept else "Fire roll",
        marking=roll.marking,
        training=roll.training,
        foot_left=kept.foot(copy) if kept and copy else "Not printed yet: no number",
        foot_middle=f"to entry {roll.head_seq:,} · return and shred",
        made_at=copy.printed if copy else roll.made_at,
    )


class _Setter:
    def __init__(self, roll: FireRoll, kept: Paper | None, size: float) -> None:
        self.roll, self.kept, self.size = roll, kept, size
        self.zone = ZoneInfo(roll.zone)
        self.box = size * 1.15
        self.room = size * 6.2

    def blocks(self) -> Iterable[Block]:
        yield self._top()
        inside = self.roll.inside
        yield self._title(f"Women in the building: {len(inside)}")
        for floor, women in groupby(inside, lambda woman: woman.floor):
            yield self._floor(floor_said(floor))
            for woman in women:
                yield self._woman(woman)
        if not inside:
            yield self._line("Nobody, as the record has it.")
        yield self._title(f"Staff in the building: {len(self.roll.staff)}")
        for other in self.roll.staff:
            yield self._other(other)
        yield self._title("Visitors: look in the visitors’ book")
        visitors = [other for other in self.roll.others if other.staff is None]
        for other in visitors:
            yield self._other(other)
        for _ in range(max(2 - len(visitors), 1)):
            yield self._blank()
        elsewhere = self.roll.elsewhere
        yield self._title(f"Not in the building, as the record has it: {len(elsewhere)}")
        for woman in elsewhere:
            yield self._away(woman)

    def _top(self) -> Block:
        roll = self.roll
        named = f"Fire roll {self.kept.number}" if self.kept else "Fire roll"
        help_ = ", ".join(woman.room for woman in roll.need_help)
        lines = [
            (f"Gather: {roll.assembly or 'at the assembly point (none is set in Daybook)'}", True),
            (f"Help to get out: {help_ or 'nobody has needs written down'}", True),
            ("Tell the fire brigade who is not accounted for, and her room.", False),
            (f"Address: {roll.address}", False) if roll.address else ("", False),
        ]
        set_ = [wrap([readable(text, bold)], MEASURE, _TOP) for text, bold in lines if text]
        high = _TITLE * LEADING + 8 + sum(len(one) for one in set_) * _TOP * LEADING + 8

        def paint(pen: Pen, y: float) -> None:
            pen.words(named, LEFT, y, _TITLE, bold=True)
            pen.words(stamp(roll.made_at, self.zone), RIGHT, y, _TITLE, bold=True, align=1)
            pen.words(
                f"{roll.house} · {day_label(local_date(roll.made_at, self.zone))}",
                RIGHT - 86,
                y + 10,
                11,
                align=1,
            )
            y += _TITLE * LEADING + 4
            for one in set_:
                pen.lines(one, LEFT, y, _TOP)
                y += len(one) * _TOP * LEADING
            pen.rule(y + 4, THICK)

        return Block(high, paint)

    def _title(self, text: str) -> Block:
        size = self.size + 1.5
        lines = wrap([readable(text, True)], MEASURE, size)
        high = len(lines) * size * LEADING + 8

        def paint(pen: Pen, y: float) -> None:
            pen.lines(lines, LEFT, y + 5, size)
            pen.rule(y + high, FINE)

        return Block(high, paint, title=True)

    def _floor(self, text: str) -> Block:
        size = self.size - 1.5
        return Block(
            size * LEADING + 4, lambda pen, y: pen.words(text, LEFT, y + 3, size, bold=True), title=True
        )

    def _woman(self, woman: RollWoman) -> Block:
        about = [
            Span(text, bold)
            for text, bold in (
                (f"Help: {woman.evacuation} ", True) if woman.evacuation else ("", False),
                (f"Allergies: {woman.allergies} ", False) if woman.allergies else ("", False),
                (f"In since {self._when(woman.since)}, not seen since. ", True)
                if woman.unseen_since_return and woman.since
                else ("", False),
                ("Found, though the record has her elsewhere. ", True)
                if woman.found_though_out
                else ("", False),
            )
            if text
        ]
        return self._ticked(woman.room, woman.name, about, woman.mark, shaded=bool(woman.evacuation))

    def _other(self, other: RollOther) -> Block:
        about = [Span(f"in since {self._when(other.since)}")] if other.since else []
        return self._ticked("", other.name, about, other.mark)

    def _ticked(self, room: str, name: str, about: list[Span], mark: Mark, shaded: bool = False) -> Block:
        size, small = self.size, self.size - 2
        left = LEFT + self.box + 8
        named = left + (self.room if room else 0)
        wide = RIGHT - named - (70 if mark is not Mark.OPEN else 0)
        rooms = wrap([readable(room)], self.room - 4, size) if room else []
        names = wrap([readable(name, True)], wide, size)
        spans = [Span(readable(text).text + " ", bold) for text, bold in about]
        said = wrap(spans, RIGHT - named, small) if spans else []
        tall = max(len(rooms), len(names)) * size * LEADING
        high = max(tall + len(said) * small * LEADING + 5, self.box + 5)

        def paint(pen: Pen, y: float) -> None:
            if shaded:
                pen.shade(y, y + high)
            pen.square(LEFT + 2, y + 2.5, self.box)
            pen.lines(rooms, left, y + 2, size)
            pen.lines(names, named, y + 2, size)
            pen.lines(said, named, y + 2 + tall, small)
            if mark is not Mark.OPEN:
                word = "found" if mark is Mark.FOUND else "NOT FOUND"
                pen.words(word, RIGHT - 2, y + 2, small, bold=True, align=1)
            pen.rule(y + high, HAIR, grey=0.5)

        return Block(high, paint)

    def _away(self, woman: RollWoman) -> Block:
        since = f" since {self._when(woman.since)}" if woman.since else ""
        place = f", {woman.place}" if woman.place else ""
        size = self.size - 1.5
        spans = [
            readable(f"{woman.room} "), Span(" "), readable(woman.name, True), Span(" "), readable(f"{woman.where}{since}{place}"),
        ]  # fmt: skip
        lines = wrap(spans, MEASURE, size)
        high = len(lines) * size * LEADING + 3
        return Block(high, lambda pen, y: pen.lines(lines, LEFT, y + 1, size))

    def _line(self, text: str) -> Block:
        size = self.size
        return Block(size * LEADING + 4, lambda pen, y: pen.words(text, LEFT, y + 2, size))

    def _blank(self) -> Block:
        """A line to write on."""

        def paint(pen: Pen, y: float) -> None:
            pen.square(LEFT + 2, y + 5, self.box)
            pen.rule(y + self.box + 6, HAIR, left=LEFT + self.box + 8, grey=0.4)

        return Block(self.box + 9, paint)

    def _when(self, instant: datetime | None) -> str:
        if instant is None:
            return ""
        at = stamp(instant, self.zone)
        day = local_date(instant, self.zone)
        return at if day == local_date(self.roll.made_at, self.zone) else f"{day_label(day)} {at}"
