"""The restricted appendix of a handover sheet: for named readers, frozen with the sheet, never part of it (DOMAIN.md 7).

One entry a woman, filed under her, so that whoever is not listed for her finds neither the words nor that there are any.
"""

from dataclasses import dataclass
from uuid import UUID

from app.domain.handovers import Appendix, AppendixPart, Copy, Later, Sheet, Signed
from app.domain.time import stamp_day
from app.reports.appendix import render
from app.services.acts import Context, Ref, Refuse, act
from app.services.concealing import concealer
from app.services.desk import Desk
from app.services.papers import copy_to_return, frozen, thawed
from app.services.sheets import Wanted, make_parts, said
from app.store.queries.handovers import Offered, read_offered, read_restricted_names, read_written
from app.store.queries.sheets import (
    APPENDIX_COPY,
    APPENDIX_RETURNED,
    KeptPart,
    next_appendix_copy,
    read_appendix_copies,
    read_parts,
)
from app.store.tables.handovers import handover_appendix, handover_mark


@dataclass(frozen=True, kw_only=True)
class PrintAppendix:
    """A numbered copy of a sheet's restricted appendix, for myself alone. `number` defaults to the last sheet."""

    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReturnAppendix:
    """A copy of the restricted appendix came back and was shredded."""

    copy: int
    number: int | None = None


@act("print_appendix")
def print_appendix(context: Context, do: PrintAppendix) -> tuple[Copy, ...]:
    """Number a copy for the actor, of the parts that she may read. Nobody prints it for anyone else."""
    offered, parts = _readable(context, do.number)
    number = next_appendix_copy(context.connection, offered.id)
    for part in parts:
        context.work.enter(
            handover_mark,
            resident_id=part.resident,
            handover_id=offered.id,
            kind=APPENDIX_COPY,
            staff_id=context.actor.staff_id,
            copy=number,
            text=context.actor.name,
        )
    return (Copy(number, number, context.actor.name, context.now),)


@act("return_appendix")
def return_appendix(context: Context, do: ReturnAppendix) -> Ref:
    """Write down that a copy came back and was shredded; to do it twice is no error."""
    offered, parts = _readable(context, do.number)
    women = [part.resident for part in parts]
    named = f"The appendix of handover {offered.number}"
    copy = copy_to_return(read_appendix_copies(context.connection, offered.id, women), do.copy, named)
    if copy.returned is not None:
        at = stamp_day(copy.returned.at, context.house.zone)
        return Ref(offered.id, f"{named}, copy {copy.number} was back already, {at}")
    written = [
        context.work.enter(
            handover_mark,
            resident_id=woman,
            handover_id=offered.id,
            kind=APPENDIX_RETURNED,
            staff_id=context.actor.staff_id,
            copy=copy.number,
        )
        for woman in women
    ]
    return Ref(written[0].id, f"{named}, copy {copy.number} is back and shredded")


def keep_parts(context: Context, sheet: UUID, wanted: Wanted) -> None:
    """Freeze the appendix beside the sheet that was just offered, within the same act."""
    for part in make_parts(context, wanted):
        context.work.enter(
            handover_appendix, resident_id=part.resident, handover_id=sheet, content=frozen(part)
        )


def appendix(desk: Desk, sheet: Sheet) -> Appendix | None:
    """The restricted appendix of an offered sheet as this person may read it: only of the women she is listed for. None
    where that is nobody, whether or not the sheet has one."""
    if sheet.id is None or sheet.offered is None:
        return None
    now = desk.clock.now()
    until = sheet.taken.at if sheet.taken else now
    with desk.read() as connection:
        kept = read_parts(connection, desk.actor, now, sheet.id)
        if not kept:
            return None
        women = [part.resident for part in kept]
        copies = read_appendix_copies(connection, sheet.id, women)
        after = sheet.offered.at
        written = read_written(connection, desk.actor, until, after, sheet.head_seq + 1)
        conceal = concealer(read_restricted_names(connection, frozenset(_restricted(sheet)) - set(women)))
    parts = tuple(thawed(part.content, AppendixPart) for part in kept)
    names = {part.resident: f"{part.room} {part.name}" for part in parts}
    return Appendix(
        sheet=sheet,
        reader=Signed(desk.actor.name, now, desk.actor.staff_id),
        parts=parts,
        later=tuple(
            Later(
                it.at,
                it.typed_at,
                said(names[it.resident], it.what, it.words, conceal),
                it.by,
                it.resident,
            )
            for it in written
            if it.resident in names
        ),
        copies=copies,
    )


def appendix_pdf(desk: Desk, appendix: Appendix, copy: Copy | None = None) -> bytes:
    """The appendix on paper, for its reader alone. The same appendix and copy are the same bytes."""
    return render(appendix, copy)


def _restricted(sheet: Sheet) -> list[UUID]:
    return [line.resident for line in sheet.lines if line.restricted]


def _readable(context: Context, number: int | None) -> tuple[Offered, tuple[KeptPart, ...]]:
    offered = read_offered(context.connection, number)
    parts = (
        read_parts(context.connection, context.actor, context.now, offered.id) if offered is not None else ()
    )
    if offered is None or not parts:
        which = f"Handover {offered.number}" if offered is not None else "The handover"
        raise Refuse(f"{which} has no restricted appendix that you may read.", fields=("number",))
    return offered, parts
