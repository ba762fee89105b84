"""The lines of the roll: women who are in by floor from the top, staff and visitors, women who are elsewhere."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from app.domain.rolls import FireRoll, RollOther, RollWoman, sighted_said
from app.domain.rolls import Mark as Called
from app.domain.time import day_label, local_date, stamp
from app.reports.fire import floor_said
from app.ui.widgets.marks import Mark
from app.ui.widgets.rows import Cell, Row

_NOBODY = Cell("")


def roll_rows(
    roll: FireRoll, zone: ZoneInfo, saving: Mapping[UUID | str, str], writes_in: bool = True
) -> list[Row]:
    """Everyone. `saving` says of whom a mark is on its way; `writes_in`, that one key writes that she is in."""
    return [
        *_inside(roll, zone, saving, writes_in),
        *_others(roll, zone, saving),
        *_elsewhere(roll, zone, saving, writes_in),
    ]


def _inside(
    roll: FireRoll, zone: ZoneInfo, saving: Mapping[UUID | str, str], writes_in: bool
) -> Iterator[Row]:
    for floor, women in groupby(roll.inside, lambda woman: woman.floor):
        there = list(women)
        yield Row(f"floor {floor}", (Cell(f"{floor_said(floor)}: {len(there)} in", bold=True),), section=True)
        for woman in there:
            yield _woman(woman, roll, zone, saving, writes_in)


def _others(roll: FireRoll, zone: ZoneInfo, saving: Mapping[UUID | str, str]) -> Iterator[Row]:
    yield Row("staff", (Cell("Staff in the building, and visitors", bold=True),), section=True)
    for other in roll.others:
        yield _other(other, roll, zone, saving)
    if not roll.others:
        yield Row("no staff", (_NOBODY, Cell("Nobody of the staff, as the record has it", muted=True)))


def _elsewhere(
    roll: FireRoll, zone: ZoneInfo, saving: Mapping[UUID | str, str], writes_in: bool
) -> Iterator[Row]:
    if not roll.elsewhere:
        return
    yield Row("elsewhere", (Cell("Not in the building, as the record has it", bold=True),), section=True)
    for woman in roll.elsewhere:
        yield _woman(woman, roll, zone, saving, writes_in)


def _woman(
    woman: RollWoman, roll: FireRoll, zone: ZoneInfo, saving: Mapping[UUID | str, str], writes_in: bool
) -> Row:
    help_ = Cell(
        woman.evacuation or "",
        bold=bool(woman.evacuation),
        tone="red" if woman.evacuation else None,
        under=f"Allergies: {woman.allergies}" if woman.allergies else "",
    )
    return Row(
        woman.id,
        (
            Cell(woman.room, bold=True),
            Cell(woman.name, Mark.RESTRICTED if woman.hidden else None, bold=True),
            help_,
            _where(woman, roll.made_at, zone),
            _called(woman, roll, zone, saving, writes_in),
        ),
        tone="red" if woman.mark is Called.NOT_FOUND else None,
    )


def _where(woman: RollWoman, now: datetime, zone: ZoneInfo) -> Cell:
    since = _when(woman.since, now, zone) if woman.since else ""
    if woman.unseen_since_return:
        return Cell(f"in since {since}", Mark.DUE, under="not seen since: not known", tone="amber")
    mark = Mark.of_presence(woman.presence.value)
    if woman.inside and not woman.found_though_out:
        seen = f"last seen {_when(woman.last_seen, now, zone)}" if woman.last_seen else "no sighting written"
        return Cell("in", mark, second="" if woman.called else seen)
    away = f"{woman.where} since {since}" if since else woman.where
    return Cell(away, mark, under=woman.place or "")


def _called(
    woman: RollWoman, roll: FireRoll, zone: ZoneInfo, saving: Mapping[UUID | str, str], writes_in: bool
) -> Cell:
    if woman.id in saving:
        return Cell(saving[woman.id], Mark.SAVING, muted=True)
    if roll.call is None or woman.called is None:
        return Cell("to find", Mark.FREE, muted=True) if roll.call and woman.inside else _NOBODY
    at, by = stamp(woman.called.at, zone), woman.called.by
    if woman.mark is Called.NOT_FOUND:
        return Cell("not found", Mark.MISSED, second=f"{at}{f', {by}' if by else ''}", bold=True)
    under = "I writes that she is in" if woman.found_though_out and writes_in else ""
    return Cell(sighted_said(woman.called), Mark.DONE, second=at, under=under)


def _other(other: RollOther, roll: FireRoll, zone: ZoneInfo, saving: Mapping[UUID | str, str]) -> Row:
    key = other.staff or other.name
    what = "staff" if other.staff else "visitor"
    since = f"in since {_when(other.since, roll.made_at, zone)}" if other.since else ""
    if key in saving:
        called = Cell(saving[key], Mark.SAVING, muted=True)
    elif roll.call is None:
        called = _NOBODY
    elif other.mark is Called.OPEN:
        called = Cell("to find", Mark.FREE, muted=True)
    elif other.mark is Called.FOUND:
        called = Cell("here", Mark.DONE)
    else:
        called = Cell("not found", Mark.MISSED, bold=True)
    tone = "red" if other.mark is Called.NOT_FOUND else None
    return Row(
        key, (Cell(what, muted=True), Cell(other.name, bold=True), _NOBODY, Cell(since), called), tone=tone
    )


def _when(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    at, day = stamp(instant, zone), local_date(instant, zone)
    return at if day == local_date(now, zone) else f"{day_label(day)} {at}"
