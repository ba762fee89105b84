"""Handover: made from the record, offered with a number, read, asked about, taken over by name, printed (DOMAIN.md 7).

The sheet is the shared one: it is built for a reader who is listed for nobody, whoever offers it, so that a restricted
woman's name can't be on it. What was offered is kept as it was; what came after stands beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from app.domain.handovers import AFTER_THE_OFFER, Copy, Later, Sheet, SheetRef, Signed, next_copies
from app.domain.time import Span, stamp
from app.reports.handover import render
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.concealing import concealer
from app.services.desk import Desk
from app.services.papers import copy_names
from app.services.sheets import (
    as_now_readable,
    make_draft,
    nobody,
    said,
    shared_desk,
    wanted_shift,
)
from app.store.queries.access import hidden
from app.store.queries.handovers import (
    ANSWER,
    COPY,
    QUESTION,
    READ,
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
from app.store.queries.staff import read_staff
from app.store.tables.handovers import handover, handover_mark
from app.store.work import Reading


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


@act("offer")
def offer(context: Context, do: Offer) -> Sheet:
    """Freeze the sheet as it stands and give it the next number. The writer's lock makes numbers run without gaps."""
    shared = shared_desk(context.house, context.work.clock, context.actor.house_id, lambda: _within(context))
    drawn = make_draft(
        shared, wanted_shift(context.connection, context.settings, do.shift, context.now, context.house)
    )
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
        concealed = hidden(connection, desk.actor, desk.clock.now())
        frozen = as_now_readable(_thawed(offered), concealed, conceal)
        until = marks.taken.at if marks.taken else desk.clock.now()
        later = read_written(
            connection, nobody(desk.actor.house_id), until, offered.offered_at, offered.head_seq + 1
        )
    names = {line.resident: f"{line.room} {line.name}" for line in frozen.lines}
    return replace(
        frozen,
        id=offered.id,
        read=marks.read,
        questions=marks.questions,
        taken=marks.taken,
        copies=marks.copies,
        later=tuple(
            Later(
                it.at,
                it.typed_at,
                said(names.get(it.resident, "") if it.resident else "", it.what, it.words, conceal),
            )
            for it in later
        ),
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


def _thawed(offered: Offered) -> Sheet:
    return msgspec.json.decode(offered.content, type=Sheet)


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


@contextmanager
def _within(context: Context) -> Iterator[Reading]:
    yield context.connection
