"""Play: a scripted night, rehearsed in a training house through the same services, one act a line (JSON Lines).

A line is `{"at": ISO, "by": user, "do": word, …}` with the fields of that act's command. The whole script is read before
its first act, so a slip of the pen does nothing by halves; what the house then refuses is an answer, given in words.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime, time
from enum import EnumType
from random import Random
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.domain.results import Done
from app.domain.time import SetClock, parse_instant
from app.services.acts import ACTS, Act
from app.services.demo import WORKSTATION
from app.services.desk import Desk
from app.services.entrance import NotThisHouse
from app.services.play_names import REFERENCES, Names, Unknown

_OF_EVERY_LINE = ("at", "by", "do")


class BadScript(ValueError):
    """The script can't be read: each problem is a sentence that names its line. Nothing was done."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Line:
    """One act as it was written. `number` counts the script's lines from 1, empty ones included."""

    number: int
    at: datetime
    by: str
    act: Act
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Played:
    """What one line returned: done, with its place in the chain and the id it wrote, or why not."""

    line: int
    at: datetime
    by: str
    do: str
    done: bool
    seq: int | None = None
    entry: UUID | None = None
    refused: tuple[str, ...] = ()


def read_script(lines: Iterable[str], zone: ZoneInfo, users: Iterable[str]) -> tuple[Line, ...]:
    """The script's acts. Raises BadScript with every problem of JSON, words, fields, people and times at once."""
    known, problems, script = set(users), [], []
    latest: Line | None = None
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            line = _line(number, text, zone, known)
            if latest is not None and line.at < latest.at:
                raise ValueError(
                    f"its time is before that of line {latest.number}. Put the lines in order of time."
                )
        except ValueError as error:
            problems.append(f"Line {number}: {error}")
        else:
            script.append(line)
            latest = line
    if problems:
        raise BadScript(problems)
    return tuple(script)


def play(
    desk_for: Callable[[str], Desk], script: Iterable[Line], clock: SetClock, reader: Desk | None = None
) -> Iterator[Played]:
    """Do each line at its instant, as the person it names. Ids and salts come from the chain's head, so that the same
    script on the same house gives the same record. `reader` is whoever plays it: names are looked up as far as she may
    read them (default: as each line's own person may). Raises NotThisHouse outside a training house.
    """
    written: dict[int, UUID] = {}
    for line in script:
        clock.set(line.at)
        desk = desk_for(line.by)
        if not desk.house.training:
            raise NotThisHouse(
                "Only a training house can be played in: this is a live one, and nothing was done."
            )
        repeatable(desk)
        played = _play(desk, reader or desk, line, written)
        if played.entry is not None:
            written[line.number] = played.entry
        yield played


def repeatable(desk: Desk) -> None:
    """Let what a training house writes next follow from what it has: the same acts give the same record, to the byte."""
    desk.store.workstation = WORKSTATION
    desk.store.chance = Random(desk.store.head().hash).randbytes


def _play(desk: Desk, reader: Desk, line: Line, written: Mapping[int, UUID]) -> Played:
    names = Names(reader, line.at, line.told, written)
    try:
        told = {name: names.resolve(name, value) for name, value in line.told.items()}
        command = _command(line.act, told, desk.house.zone)
    except (Unknown, ValueError) as error:
        return Played(line.number, line.at, line.by, line.act.word, False, refused=(str(error),))
    answer = desk.do(command)
    if not isinstance(answer, Done):
        return Played(line.number, line.at, line.by, line.act.word, False, refused=answer.reasons)
    entry = getattr(answer.view, "entry", None) or getattr(answer.view, "id", None)
    return Played(line.number, line.at, line.by, line.act.word, True, answer.seq, entry)


def _line(number: int, text: str, zone: ZoneInfo, users: set[str]) -> Line:
    try:
        told = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg}, at character {error.pos + 1}).") from None
    if not isinstance(told, dict):
        raise ValueError('it has to be an object such as {"at": …, "by": …, "do": …}.')
    for name in _OF_EVERY_LINE:
        if not isinstance(told.get(name), str):
            raise ValueError(f'it needs "{name}" with a text.')
    at, by, word = (told.pop(name) for name in _OF_EVERY_LINE)
    if by not in users:
        raise ValueError(f"nobody here signs in as {by}. There are: {', '.join(sorted(users))}.")
    if word not in ACTS:
        raise ValueError(f"there is no act called {word}. There are: {', '.join(sorted(ACTS))}.")
    act = ACTS[word]
    _check_fields(act, told)
    _command(act, {name: _stand_in(name, value) for name, value in told.items()}, zone)
    return Line(number, parse_instant(at, zone), by, act, told)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("it has the same field twice.")
    return told


def _check_fields(act: Act, told: Mapping[str, Any]) -> None:
    there = {field.name: field for field in fields(act.command)}
    for name in told:
        if name not in there:
            raise ValueError(f"{act.word} has no field called {name}. It has: {', '.join(there)}.")
    for name, field in there.items():
        if name not in told and field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f'{act.word} needs "{name}".')


def _stand_in(name: str, value: Any) -> Any:
    """A reference as it will be once it is looked up: fields are checked before there is anything to look up."""
    if name not in REFERENCES or value is None:
        return value
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'"{name}" has to be a name or an id.')
    return UUID(int=0)


def _command(act: Act, told: Mapping[str, Any], zone: ZoneInfo) -> Any:
    """The command, decoded strictly. ValueError in words for a value that a field can't take."""
    hints = get_type_hints(act.command)
    ready = {name: _timed(name, value, hints[name], zone) for name, value in told.items()}
    try:
        return msgspec.convert(ready, act.command, strict=True, builtin_types=(datetime, time, UUID))
    except msgspec.ValidationError as error:
        raise ValueError(_plain(str(error))) from None


def _timed(name: str, value: Any, hint: Any, zone: ZoneInfo) -> Any:
    kinds = set(get_args(hint)) if get_origin(hint) in (Union, UnionType) else {hint}
    if not isinstance(value, str):
        return value
    for kind in kinds:
        if isinstance(kind, EnumType) and value not in set(kind):
            raise ValueError(f'"{name}" is one of: {", ".join(kind)}.')
    if datetime in kinds:
        try:
            return parse_instant(value, zone)
        except ValueError as error:
            raise ValueError(f'"{name}": {error}') from None
    if time in kinds - {NoneType}:
        try:
            return time.fromisoformat(value)
        except ValueError:
            raise ValueError(f'"{name}" has to be a local time such as 23:00.') from None
    return value


def _plain(said: str) -> str:
    """msgspec's words with the field first: ‘"how": Invalid enum value 'seen'.’"""
    what, _, where = said.partition(" - at `$.")
    field = where.rstrip("`")
    return f'"{field}": {what}.' if field else f"{what}."
