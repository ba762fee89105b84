"""Handover: made from the record, offered with a number, read, asked about, taken over by name, printed (DOMAIN.md 7).

The sheet is the shared one: it is built for a reader who is listed for nobody, whoever offers it, so that a restricted
woman's name can't be on it. What was offered is kept as it was; what came after stands beside it.
"""

from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from app.domain.handovers import AFTER_THE_OFFER, Copy, Event, Later, Sheet, SheetRef, Signed, next_copies
from app.domain.time import Span, stamp, stamp_day
from app.reports.handover import render
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.appendix import keep_parts
from app.services.concealing import concealer
from app.services.desk import Desk
from app.services.papers import copy_names, copy_to_return, thawed
from app.services.sheets import (
    as_now_readable,
    make_draft,
    nobody,
    not_read,
    said,
    shared_desk,
    shared_within,
    wanted_shift,
)
from app.store.queries.access import hidden
from app.store.queries.handovers import (
    ANSWER,
    COPY,
    QUESTION,
    READ,
    RETURNED,
    TAKEN,
    Marks,
    Offered,
    read_all_offered,
    read_marks,
    read_offered,
    read_restricted_names,
    read_written,
)
from app.store.queries.house import read_settings
from app.store.queries.sheets import read_house_events, read_walked
from app.store.queries.staff import read_staff
from app.store.tables.handovers import handover, handover_mark


@dataclass(frozen=True, kw_only=True)
class Offer:
    """Offer the sheet of a shift by its name (default: the one that is on, or has just ended)."""

    shift: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReadSheet:
    """I have read it, with or without a question. `number` defaults to the last sheet."""

    number: int | None = None
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question about a sheet."""

    question: str
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to a question by its number (default: the one that waits longest)."""

    answer: str
    question: int | None = None
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class TakeOver:
    """The incoming lead takes the house over, by name."""

    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class PrintCopies:
    """Numbered copies, one for each name (default: mine). Printing again makes new numbers: none is ever used twice."""

    number: int | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReturnSheet:
    """A copy of a sheet came back and was shredded."""

    copy: int
    number: int | None = None


@act("offer")
def offer(context: Context, do: Offer) -> Sheet:
    """Freeze the sheet as it stands, with its restricted appendix, and give it the next number. The writer's lock makes
    numbers run without gaps."""
    wanted = wanted_shift(context.connection, context.settings, do.shift, context.now, context.house)
    drawn = make_draft(shared_within(context), wanted)
    last = read_offered(context.connection)
    number = last.number + 1 if last else 1
    by = Signed(context.actor.name, context.now, context.actor.staff_id)
    sheet = replace(drawn, number=number, offered=by)
    written = context.work.enter(
        handover,
        number=number,
        shift=sheet.shift,
        starts=sheet.period.start,
        ends=sheet.period.end,
        content=_frozen(sheet),
        head_seq=context.work.head.seq,
        head=context.work.head.hash,
    )
    keep_parts(context, written.id, wanted)
    return replace(sheet, id=written.id)


@act("read")
def read(context: Context, do: ReadSheet) -> Ref:
    """Mark it read. Reading it twice is no error; the question, if there is one, is asked either way."""
    sheet, marks = _sheet(context, do.number)
    mine = any(reader.staff == context.actor.staff_id for reader in marks.read)
    mark = None if mine else _mark(context, sheet, READ)
    if do.question is not None:
        return _ask(context, sheet, marks, do.question)
    return Ref(mark or sheet.id, f"Sheet {sheet.number} read")


@act("ask")
def ask(context: Context, do: Ask) -> Ref:
    """Ask about it; the question stays open until it is answered."""
    sheet, marks = _sheet(context, do.number)
    return _ask(context, sheet, marks, do.question)


@act("answer")
def answer(context: Context, do: Answer) -> Ref:
    """Answer a question."""
    sheet, marks = _sheet(context, do.number)
    waiting = [question for question in marks.questions if question.answered is None]
    if do.question is None:
        chosen = waiting[0] if waiting else None
    else:
        chosen = next((question for question in marks.questions if question.number == do.question), None)
    if chosen is None:
        raise Refuse(f"Sheet {sheet.number} has no question that waits for an answer.", fields=("question",))
    if chosen.answered is not None:
        raise Refuse(
            f"Question {chosen.number} was answered by {chosen.answered.name}.", fields=("question",)
        )
    said = words(do.answer, "The answer", needed=True, field="answer")
    return Ref(
        _mark(context, sheet, ANSWER, text=said, copy=chosen.number), f"Question {chosen.number} answered"
    )


@act("take_over")
def take_over(context: Context, do: TakeOver) -> Ref:
    """Take the house over. Not by the person who offered it; once only, by one person; her doing it twice is no error."""
    sheet, marks = _sheet(context, do.number)
    if marks.taken is not None and marks.taken.staff == context.actor.staff_id:
        return Ref(sheet.id, f"You took over on sheet {sheet.number} already")
    if marks.taken is not None:
        at = stamp(marks.taken.at, context.house.zone)
        raise Refuse(f"Sheet {sheet.number} was taken over by {marks.taken.name} at {at}.")
    if sheet.offered_by == context.actor.staff_id:
        raise Refuse("You offered this sheet. Someone of the next shift takes it over.")
    last = read_offered(context.connection)
    if last is not None and last.number != sheet.number:
        raise Refuse(f"Sheet {last.number} has been offered since. Take that one over.", fields=("number",))
    return Ref(_mark(context, sheet, TAKEN), f"Sheet {sheet.number} taken over by {context.actor.name}")


@act("print")
def print_copies(context: Context, do: PrintCopies) -> tuple[Copy, ...]:
    """Number the copies and write down whom each is for. The paper is made from what this returns."""
    sheet, marks = _sheet(context, do.number)
    copies = next_copies(marks.copies, copy_names(context, do.names), context.now)
    for copy in copies:
        _mark(context, sheet, COPY, text=copy.name, copy=copy.number)
    return copies


@act("return_sheet")
def return_sheet(context: Context, do: ReturnSheet) -> Ref:
    """Write down that a copy came back and was shredded; to do it twice is no error."""
    sheet, marks = _sheet(context, do.number)
    copy = copy_to_return(marks.copies, do.copy, f"Handover {sheet.number}")
    said = f"Handover {sheet.number}, copy {copy.number}"
    if copy.returned is not None:
        return Ref(sheet.id, f"{said} was back already, {stamp_day(copy.returned.at, context.house.zone)}")
    return Ref(_mark(context, sheet, RETURNED, copy=copy.number), f"{said} is back and shredded")


# Reads


def draft_sheet(desk: Desk, shift: str | None = None) -> Sheet:
    """The sheet as it would be offered now: of the shift that is on or has just ended, or the last one of that name.

    Raises ValueError in words when the house has no shift of that name.
    """
    shared = shared_desk(desk.house, desk.clock, desk.actor.house_id, desk.read)
    with desk.read() as connection:
        now = desk.clock.now()
        try:
            wanted = wanted_shift(connection, read_settings(connection).at(now), shift, now, desk.house)
        except Refuse as refusal:
            raise ValueError(str(refusal)) from None
    return make_draft(shared, wanted)


def sheet(desk: Desk, which: int | UUID | None = None) -> Sheet | None:
    """A sheet as it was offered (default: the last), with what was done with it and what was written until it was taken
    over, marked as later. None when there is no such sheet."""
    with desk.read() as connection:
        offered = read_offered(connection, which)
        if offered is None:
            return None
        marks = read_marks(connection, [offered.id])[offered.id]
        conceal = concealer(read_restricted_names(connection))
        now = desk.clock.now()
        concealed = hidden(connection, desk.actor, now)
        frozen = as_now_readable(thawed(offered.content, Sheet), concealed, conceal)
        following = read_offered(connection, offered.number + 1)
        ends = following.offered_at if following else now
        until = marks.taken.at if marks.taken else ends
        after, nobody_ = offered.offered_at, nobody(desk.actor.house_id)
        written = read_written(connection, nobody_, until, after, offered.head_seq + 1)
        events = (
            *read_walked(connection, until, after, desk.house.zone),
            *read_house_events(connection, nobody_, until, after, desk.house.zone),
        )
        unread = not_read(connection, frozen, marks.read, ends)
    names = {line.resident: f"{line.room} {line.name}" for line in frozen.lines}
    hers = [
        Later(
            it.at,
            it.typed_at,
            said(names.get(it.resident, "") if it.resident else "", it.what, it.words, conceal),
            it.by,
            it.resident,
        )
        for it in written
        if it.kind is not Event.EMERGENCY
    ]
    house = [Later(it.at, it.typed_at, conceal(it.text), it.by) for it in events if it.typed_at > after]
    return replace(
        frozen,
        id=offered.id,
        read=marks.read,
        questions=marks.questions,
        taken=marks.taken,
        copies=marks.copies,
        later=tuple(sorted([*hers, *house], key=lambda it: (it.at, it.typed_at))),
        not_read=unread,
    )


def list_sheets(desk: Desk, limit: int = 60) -> tuple[SheetRef, ...]:
    """The sheets that were offered, the newest first."""
    with desk.read() as connection:
        offered = read_all_offered(connection, limit)
        marks = read_marks(connection, [one.id for one in offered])
        names = {id_: member.name for id_, member in read_staff(connection).items()}
    found = []
    for one in offered:
        mark, period = marks[one.id], Span(one.starts, one.ends)
        by = Signed(names[one.offered_by], one.offered_at, one.offered_by)
        waiting = sum(question.answered is None for question in mark.questions)
        found.append(
            SheetRef(
                one.id,
                one.number,
                one.shift,
                period,
                by,
                mark.taken,
                len(mark.read),
                waiting,
                len(mark.copies),
                sum(copy.returned is None for copy in mark.copies),
            )
        )
    return tuple(found)


def sheet_pdf(desk: Desk, sheet: Sheet, copy: Copy | None = None) -> bytes:
    """The sheet on paper. The same sheet and copy are the same bytes."""
    return render(sheet, copy)


# How a sheet is kept


def _frozen(sheet: Sheet) -> str:
    content = msgspec.to_builtins(sheet)
    return msgspec.json.encode(
        {name: value for name, value in content.items() if name not in AFTER_THE_OFFER}
    ).decode()


def _sheet(context: Context, number: int | None) -> tuple[Offered, Marks]:
    offered = read_offered(context.connection, number)
    if offered is None:
        none = "No sheet has been offered yet." if number is None else f"There is no sheet {number}."
        raise Refuse(none, fields=("number",))
    return offered, read_marks(context.connection, [offered.id])[offered.id]


def _mark(
    context: Context, sheet: Offered, kind: str, text: str | None = None, copy: int | None = None
) -> UUID:
    return context.work.enter(
        handover_mark, handover_id=sheet.id, kind=kind, staff_id=context.actor.staff_id, copy=copy, text=text
    ).id


def _ask(context: Context, sheet: Offered, marks: Marks, question: str) -> Ref:
    asked = words(question, "The question", needed=True, field="question")
    number = len(marks.questions) + 1
    return Ref(_mark(context, sheet, QUESTION, text=asked, copy=number), f"Question {number} asked")
