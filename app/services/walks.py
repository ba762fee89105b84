"""Walking a round: begun, paused, gone on with, ended, by whom and with whom (DOMAIN.md 1.5).

Walks are written beside the checks and change none of them. Two people who begin the same round walk one walk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.rounds import Round
from app.domain.walks import TONIGHT, State, Step, Tally, Walk, walk_of
from app.services.acts import Context, Ref, Refuse, act, words
from app.services.desk import Desk
from app.services.rounds import read_round
from app.services.seen import member
from app.services.sheets import shared_desk
from app.store.queries.walks import read_walks
from app.store.tables.walks import walk
from app.store.work import Reading

NOTE_LIMIT = 1000
#: How long the first key of a walk may have waited to be written.
AGO = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class StartWalk:
    """I walk the round that is open now, since `began` (default now; minutes ago at most: my first key). `second` walks
    with me: a declared pair."""

    began: datetime | None = None
    second: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PauseWalk:
    """I stop for now. `walk` defaults to the one that I am walking."""

    walk: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ResumeWalk:
    """I go on with a walk, mine or a colleague's. `walk` defaults to the one of the round that is open now."""

    walk: UUID | None = None
    second: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class EndWalk:
    """The walk is over, whether or not everyone was seen. `note` is hers: why it ended here."""

    walk: UUID | None = None
    note: str | None = None


@act("start_walk")
def start_walk(context: Context, do: StartWalk) -> Ref:
    """Begin the walk of the round that is open now. Where a colleague walks it already, join her; where I do, it is no
    error and nothing is written."""
    began = _began(context, do.began)
    found = _round(context, began)
    there = walk_of(_walks(context), found.span, context.now)
    if there is None or there.state is State.ENDED:
        if not found.total:
            raise Refuse("Nobody needs to be seen now: there is no round to walk.")
        span = found.span
        written = context.work.enter(
            walk,
            seen_at=began,
            kind=Step.STARTED.value,
            title=found.title,
            opens=span.start if span else None,
            closes=span.end if span else None,
            second_id=_second(context, do.second),
        )
        return Ref(written.id, f"{found.title}: begun")
    if context.actor.staff_id in there.walking:
        return Ref(there.id, f"You are walking the {_name(there)} already")
    step = Step.JOINED if there.state is State.WALKING else Step.RESUMED
    _write(context, there, step, second=_second(context, do.second), at=began)
    return Ref(there.id, f"{there.title}: {'with' if step is Step.JOINED else 'after'} {there.people}")


@act("pause_walk")
def pause_walk(context: Context, do: PauseWalk) -> Ref:
    """Stop for now; whoever walks with me goes on. Pausing twice is no error."""
    found = _wanted(context, do.walk, mine=True)
    if context.actor.staff_id not in found.walking:
        return Ref(found.id, "Paused already")
    _write(context, found, Step.PAUSED)
    return Ref(found.id, f"{found.title}: paused")


@act("resume_walk")
def resume_walk(context: Context, do: ResumeWalk) -> Ref:
    """Go on. A colleague may take a paused walk over; going on twice is no error."""
    found = _wanted(context, do.walk)
    if context.actor.staff_id in found.walking:
        return Ref(found.id, f"You are walking the {_name(found)} already")
    step = Step.JOINED if found.walking else Step.RESUMED
    _write(context, found, step, second=_second(context, do.second))
    return Ref(found.id, f"{found.title}: gone on with")


@act("end_walk")
def end_walk(context: Context, do: EndWalk) -> Ref:
    """End it. How many had been seen is kept with it, while its round is still open; ending it twice is no error."""
    found = _wanted(context, do.walk, ended=True)
    if found.ended is not None:
        return Ref(found.id, f"{found.title}: ended already, by {found.ended.name}")
    said = words(do.note, "The note", NOTE_LIMIT, field="note")
    now = _round(context, found.started)
    same = now.span == found.span if found.span else now.span is None
    tally = Tally(now.done, now.total).said if same and now.total else None
    _write(context, found, Step.ENDED, note="\n".join(part for part in (tally, said) if part) or None)
    return Ref(found.id, f"{found.title}: ended" + (f", {tally}" if tally else ""))


def walks(desk: Desk, since: datetime, until: datetime | None = None) -> tuple[Walk, ...]:
    """The walks that were begun in [since, until), the earliest first."""
    with desk.read() as connection:
        return read_walks(connection, since, until)


def _walks(context: Context) -> tuple[Walk, ...]:
    return read_walks(context.connection, context.now - TONIGHT)


def _round(context: Context, since: datetime | None = None) -> Round:
    """The round as it stands in this act, counted as nobody in particular reads it."""

    @contextmanager
    def within() -> Iterator[Reading]:
        yield context.connection

    return read_round(
        shared_desk(context.house, context.work.clock, context.actor.house_id, within), since, walks=False
    )


def _wanted(context: Context, id_: UUID | None, *, mine: bool = False, ended: bool = False) -> Walk:
    """The walk that an act is about; refused in words where there is none."""
    found = _walks(context)
    if id_ is not None:
        chosen = next((one for one in found if one.id == id_), None)
    else:
        open_ = [one for one in found if one.ended is None]
        own = [one for one in open_ if any(step.by == context.actor.staff_id for step in one.steps)]
        fitting = own or ([] if mine else open_)
        chosen = fitting[-1] if fitting else None
    if chosen is None:
        raise Refuse("There is no walk of tonight to go on with. Begin one.", fields=("walk",))
    if chosen.ended is not None and not ended:
        raise Refuse(f"{chosen.ended.name} ended the {_name(chosen)}. Begin another.", fields=("walk",))
    return chosen


def _began(context: Context, given: datetime | None) -> datetime:
    """When the walk was begun: the key's own instant, however long the writer was busy."""
    if given is None:
        return context.now
    if not context.now - AGO <= given <= context.now + AGO:
        raise Refuse("A walk is begun now. Checks of an earlier one are typed back.", fields=("began",))
    return min(given, context.now)


def _second(context: Context, given: UUID | None) -> UUID | None:
    if given is None:
        return None
    if member(context, given, "second") == context.actor.staff_id:
        raise Refuse("The second person of a pair is somebody else.", fields=("second",))
    return given


def _name(found: Walk) -> str:
    name = found.title.partition(",")[0]
    return name[0].lower() + name[1:]


def _write(
    context: Context,
    found: Walk,
    kind: Step,
    *,
    second: UUID | None = None,
    note: str | None = None,
    at: datetime | None = None,
) -> None:
    context.work.enter(
        walk, seen_at=at or context.now, kind=kind.value, walk_id=found.id, second_id=second, note=note
    )
