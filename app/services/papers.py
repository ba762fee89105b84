"""Numbered papers: keeping what is printed, printing further copies, having copies back (DOMAIN.md 7, "Handover").

An area that prints something calls `keep_paper` inside its own act: the view that the paper is drawn from is frozen
with it, so that the very same pages can be made again years later.
"""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.domain.handovers import Copy, next_copies
from app.domain.papers import Paper, PaperKind
from app.domain.time import stamp_day
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.concealing import Conceal, concealer, everywhere
from app.services.desk import Desk
from app.store.queries.access import hidden
from app.store.queries.handovers import read_restricted_names
from app.store.queries.papers import (
    COPY,
    RETURNED,
    TYPED_BACK,
    read_content,
    read_last_number,
    read_papers,
)
from app.store.tables.papers import paper as paper_table
from app.store.tables.papers import paper_mark

V = TypeVar("V")

MOST_COPIES = 20


@dataclass(frozen=True, kw_only=True)
class PrintPaper:
    """Further copies of a paper, one for each name (default: mine). They go on counting: no number is used twice."""

    kind: PaperKind
    number: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReturnCopy:
    """A copy came back and was shredded."""

    kind: PaperKind
    number: int
    copy: int


@act("print_paper")
def print_paper(context: Context, do: PrintPaper) -> tuple[Copy, ...]:
    """Number further copies and write down whom each is for. The paper is drawn from what was frozen with it."""
    found = wanted(context, do.kind, do.number)
    copies = next_copies(found.copies, copy_names(context, do.names), context.now)
    for copy in copies:
        _mark(context, found, COPY, copy.number, copy.name)
    return copies


@act("return_copy")
def return_copy(context: Context, do: ReturnCopy) -> Ref:
    """Write down that a copy came back and was shredded; to do it twice is no error."""
    found = wanted(context, do.kind, do.number)
    copy = copy_to_return(found.copies, do.copy, found.named)
    if copy.returned is not None:
        at = stamp_day(copy.returned.at, context.house.zone)
        return Ref(found.id, f"{found.named}, copy {copy.number} was back already, {at}")
    mark = _mark(context, found, RETURNED, copy.number)
    return Ref(mark, f"{found.named}, copy {copy.number} is back and shredded")


def keep_paper(
    context: Context,
    kind: PaperKind,
    title: str,
    view: Any,
    *,
    subject: UUID | None = None,
    resident: UUID | None = None,
    names: tuple[str, ...] = (),
) -> Paper:
    """Keep what is about to be printed under the next number of its kind, with a numbered copy for each name.

    `view` is a frozen dataclass of whatever the document is drawn from. `names` defaults to the actor's own. `resident`
    makes it readable only by those who may read her; a view without one must hold nothing restricted.
    """
    for_whom = copy_names(context, names)
    number = read_last_number(context.connection, kind) + 1
    context.work.enter(
        paper_table,
        resident_id=resident,
        kind=kind.value,
        number=number,
        title=title,
        subject_id=subject,
        content=frozen(view),
        head_seq=context.work.head.seq,
        head=context.work.head.hash,
    )
    kept = wanted(context, kind, number)
    for copy in next_copies((), for_whom, context.now):
        _mark(context, kept, COPY, copy.number, copy.name)
    return wanted(context, kind, number)


def mark_typed_back(context: Context, kind: PaperKind, number: int) -> Paper:
    """Write down, within an act, that what was written on a paper is typed in. Raises Refuse where that is done."""
    found = wanted(context, kind, number)
    if found.typed_back is not None:
        at = stamp_day(found.typed_back.at, context.house.zone)
        raise Refuse(f"{found.named} was typed back by {found.typed_back.name}, {at}.", fields=("number",))
    _mark(context, found, TYPED_BACK)
    return wanted(context, kind, number)


# Reads


def paper(desk: Desk, kind: PaperKind, number: int | None = None) -> Paper | None:
    """A paper by its number, or the last of its kind; None where there is none that this person may read."""
    with desk.read() as connection:
        found = read_papers(connection, desk.actor, desk.clock.now(), kind, number, limit=1)
    return found[0] if found else None


def papers(desk: Desk, kind: PaperKind | None = None, limit: int = 60) -> tuple[Paper, ...]:
    """The papers that this person may read, of one kind or all, the newest first."""
    with desk.read() as connection:
        return read_papers(connection, desk.actor, desk.clock.now(), kind, limit=limit)


def paper_view(desk: Desk, paper: Paper, type_: type[V]) -> V:
    """What the paper was drawn from, as it was; the names of women who were hidden from this person since are taken out.

    Raises LookupError where she may not read it.
    """
    now = desk.clock.now()
    with desk.read() as connection:
        content = read_content(connection, desk.actor, now, paper.id)
        conceal = concealer(read_restricted_names(connection, hidden(connection, desk.actor, now)))
    if content is None:
        raise LookupError(paper.named)
    return thawed(content, type_, conceal)


# Shared with the handover sheet


def copy_names(context: Context, names: tuple[str, ...]) -> tuple[str, ...]:
    """Whom the copies are for, the actor herself where nobody is named. Refuses empty names and too many."""
    if len(names) > MOST_COPIES:
        raise Refuse(f"{MOST_COPIES} copies at most at once.", fields=("names",))
    return tuple(
        words(name, "The name", 200, needed=True, field="names") or ""
        for name in names or (context.actor.name,)
    )


def copy_to_return(copies: tuple[Copy, ...], number: int, named: str) -> Copy:
    """The copy with this number. Refuses in words where there is none."""
    for copy in copies:
        if copy.number == number:
            return copy
    many = f"It has {len(copies)}." if copies else "It was not printed yet."
    raise Refuse(f"{named} has no copy {number}. {many}", fields=("copy",))


def wanted(context: Context, kind: PaperKind, number: int) -> Paper:
    """The paper that an act is about. Refuses in words where there is none that the actor may read."""
    found = read_papers(context.connection, context.actor, context.now, kind, number, limit=1)
    if not found:
        raise Refuse(f"There is no {kind.label.lower()} {number} that you may read.", fields=("number",))
    return found[0]


def frozen(view: Any) -> str:
    """A frozen dataclass as the JSON that is kept; instants with their offset, zones by name."""
    return msgspec.json.encode(view, enc_hook=_zone_name).decode()


def thawed(content: str, type_: type[V], conceal: Conceal | None = None) -> V:
    """What `frozen` kept, as the dataclass it was; `conceal` is done to every text of it."""
    if conceal is None:
        return msgspec.json.decode(content, type=type_, dec_hook=_zone)
    plain = everywhere(msgspec.json.decode(content), conceal)
    return msgspec.json.decode(msgspec.json.encode(plain), type=type_, dec_hook=_zone)


def _zone_name(value: Any) -> Any:
    if isinstance(value, ZoneInfo):
        return value.key
    raise NotImplementedError(f"{type(value).__name__} can't be kept on paper")


def _zone(type_: type[Any], value: Any) -> Any:
    if type_ is ZoneInfo:
        return ZoneInfo(value)
    raise NotImplementedError(f"{type_.__name__} can't be read from paper")


def _mark(
    context: Context, paper: Paper, kind: str, copy: int | None = None, text: str | None = None
) -> UUID:
    return context.work.enter(
        paper_mark, resident_id=paper.resident, paper_id=paper.id, kind=kind, copy=copy, text=text
    ).id
