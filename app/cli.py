"""Headless commands: for scripts, schedulers and support (DESIGN.md "Headless commands").

Exit 0 done, 1 the answer is bad news (a broken chain, a refusal, a broken machine), 2 bad usage. What goes wrong is said
in a sentence on the error stream; an error that nobody expected gives a reference and its place in the program, nothing of
anybody's data.
"""

import json
import os
import secrets
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
import platformdirs

from app.domain.results import Done
from app.domain.slots import Resolved
from app.domain.time import SetClock, SystemClock, parse_instant, stamp, stamp_day
from app.services.demo import make_demo
from app.services.demo_people import cast
from app.services.desk import Desk
from app.services.entrance import NotThisHouse, clock_for, desk_of, sign_in, training_account
from app.services.plain import next_due, plain_board, plain_dues, plain_played, plain_verdict
from app.services.play import BadScript, Line, Played, read_script, repeatable
from app.services.play import play as rehearse_lines
from app.store.errors import AlreadyThere, Damaged, NoBackup, NoHouse, StoreTrouble, WrongKey
from app.store.keys import HouseExists, NotAllowed, TooManyTries, WrongPassword, load

T = TypeVar("T")

#: Trouble that another command line would mend.
_USAGE = (AlreadyThere, NoBackup, NoHouse, NotThisHouse, HouseExists, NotAllowed, WrongPassword, TooManyTries)


def data_folder() -> Path:
    """Where Daybook keeps its houses on this computer unless it is told."""
    return platformdirs.user_data_path("Daybook", appauthor=False)


def default_house() -> Path:
    """The house that is opened when none is named."""
    return data_folder() / "training"


class Answer(Exception):
    """Ends a command whose answer is bad news: the exit code is 1, and the words, if any, go to the error stream."""


def _house(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options common to all."""

    @click.option("--house", type=click.Path(path_type=Path), help="The house's folder.")
    @click.option("--user", help="Sign in as (a training house: its printed account).")
    @click.option(
        "--password-file",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Its first line is the password.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Stable keys, instants with offset.")
    @wraps(function)
    def command(house: Path | None, **more: Any) -> Any:
        return function(house=house or default_house(), **more)

    return command


_now = click.option("--now", help="The instant, in a training house only (ISO 8601).")
_known = click.option("--known-at", help="Only what had been written by then.")


@click.group()
@click.version_option("0.1.0", prog_name="Daybook")
def main() -> None:
    """Daybook, the operations record of an approved premises. Without a command it opens the window."""


@main.command()
@click.option("--house", type=click.Path(path_type=Path), help="The folder to make it in.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another history.")
@click.option(
    "--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="How long the history is."
)
@click.option("--now", help="When it ends (default: now).")
@click.option(
    "--all-well",
    is_flag=True,
    help="Everyone in and well, nobody restricted, nothing overdue; an open curfew round not begun.",
)
@click.option("--json", "as_json", is_flag=True)
def demo(house: Path | None, seed: int, days: int, now: str | None, all_well: bool, as_json: bool) -> None:
    """Build a training house of invented people whose history ends now."""
    end = _typed(partial(parse_instant, now, cast().zone)) if now else None
    made = make_demo(house or default_house(), seed, days, end, all_well=all_well, tell=_tell)
    accounts = [{"user": m.user, "role": m.role, "password": m.password} for m in made.staff]
    if as_json:
        _json({"house": str(made.folder), "residents": made.residents, "staff": accounts})
        return
    click.echo(f"{made.folder}: {made.residents} residents, up to {stamp_day(made.now, cast().zone)}.")
    _table(("user", "role", "password"), [tuple(one.values()) for one in accounts])


@main.command()
@_house
@_now
@_known
def board(known_at: str | None, as_json: bool, **which: Any) -> None:
    """Who is where, last seen when, and what is due."""
    desk = _desk(**which)
    show_board(desk, _instant(desk, known_at), as_json)


def show_board(desk: Desk, known_at: datetime | None = None, as_json: bool = False) -> None:
    """Print the board."""
    from app.services.board import read_board

    zone = desk.house.zone
    shown = read_board(desk, known_at=known_at)
    if as_json:
        _json(plain_board(shown, zone))
        return
    click.echo(
        f"{desk.house.name}, {stamp_day(shown.at, zone)}. Staff in: {_listed(one.name for one in shown.staff_in)}."
    )
    _table(
        ("room", "name", "presence", "last seen", "overdue", "next due"),
        [
            (
                line.who.room.label if line.who.room else "",
                line.who.name,
                line.presence.value,
                stamp(line.last_seen.seen_at, zone) if line.last_seen else "",
                ", ".join(f"{due.slot.title} by {stamp(due.slot.closes, zone)}" for due in line.overdue),
                _window(next_due(line), zone),
            )
            for line in shown.lines
        ],
    )


@main.command()
@_house
@_now
@_known
@click.option("--from", "start", help="Default: 24 hours before the end.")
@click.option("--to", "end", help="Default: now.")
def due(start: str | None, end: str | None, known_at: str | None, as_json: bool, **which: Any) -> None:
    """What was due in a range of time, and what became of it (SLOTS.md)."""
    from app.services.board import read_dues

    desk = _desk(**which)
    zone, known = desk.house.zone, _instant(desk, known_at)
    to = _instant(desk, end) or known or desk.clock.now()
    since = _instant(desk, start) or to - timedelta(hours=24)
    if since >= to:
        raise click.UsageError("The range has to end after it begins: give --from before --to.")
    rows = plain_dues(read_dues(desk, since, to, known), zone)
    if as_json:
        _json({"slots": rows})
        return
    _table(
        ("room", "resident", "rule", "from", "to", "outcome", "seen", "late"),
        [
            [str(row[name] or "") for name in ("room", "resident", "rule")]
            + [row["from"][:16].replace("T", " "), row["to"][11:16], row["outcome"]]
            + [(row["seen_at"] or "")[11:16], str(row["late_minutes"] or "")]
            for row in rows
        ],
    )


@main.command()
@_house
@_now
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write."
)
def handover(out: Path, as_json: bool, **which: Any) -> None:
    """Offer the shift's sheet as it stands, number a copy, and write it as a PDF."""
    desk = _desk(**which)
    number, pages, head = write_handover(desk, out)
    if as_json:
        _json({"number": number, "pages": pages, "head": head})
    else:
        click.echo(f"Sheet {number}, {pages} pages, record {head}: {out}")


def write_handover(desk: Desk, out: Path) -> tuple[int, int, str]:
    """Offer, print copy and write; the sheet's number, its pages, and the head as it is printed."""
    from pypdfium2 import PdfDocument

    from app.services.handovers import Offer, PrintCopies, sheet_pdf

    _writable(out)
    if desk.house.training:
        repeatable(desk)
    sheet = _done(desk, Offer())
    copies = _done(desk, PrintCopies(number=sheet.number))
    paper = sheet_pdf(desk, sheet, copies[0])
    out.write_bytes(paper)
    return sheet.number, len(PdfDocument(paper)), sheet.head


@main.command()
@_house
@_now
@click.option("--number", type=int, help="The sheet's number (default: the last).")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write."
)
def appendix(out: Path, number: int | None, as_json: bool, **which: Any) -> None:
    """Number a copy of a sheet's restricted appendix for yourself, and write it as a PDF; only if you are listed."""
    from app.services.appendix import PrintAppendix, appendix_pdf
    from app.services.appendix import appendix as read_appendix
    from app.services.handovers import sheet

    desk = _desk(**which)
    _writable(out)
    if desk.house.training:
        repeatable(desk)
    copies = _done(desk, PrintAppendix(number=number))
    shown = sheet(desk, number)
    hers = read_appendix(desk, shown) if shown else None
    assert hers is not None
    out.write_bytes(appendix_pdf(desk, hers, copies[0]))
    if as_json:
        _json({"number": hers.sheet.number, "copy": copies[0].number, "women": len(hers.parts)})
    else:
        click.echo(f"{hers.title}, copy {copies[0].number}, for {hers.reader.name} only: {out}")


@main.command()
@_house
@_now
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF to write."
)
def grab(out: Path, as_json: bool, **which: Any) -> None:
    """Make a grab pack for a night without power: roll, tonight's checks, plans, contacts, a round sheet."""
    from pypdfium2 import PdfDocument

    from app.services.grab import MakeGrabPack, grab_pdf

    desk = _desk(**which)
    _writable(out)
    if desk.house.training:
        repeatable(desk)
    kept = _done(desk, MakeGrabPack())
    made = grab_pdf(desk, kept.number)
    assert made is not None
    out.write_bytes(made[1])
    pages = len(PdfDocument(made[1]))
    if as_json:
        _json({"number": kept.number, "pages": pages, "head": kept.head})
    else:
        click.echo(f"{kept.named}, {pages} pages, record {kept.head}: {out}")


def _writable(out: Path) -> None:
    """Bad usage where the file can't be written: found before anything is numbered. An act that is refused leaves none."""
    there = out.exists()
    try:
        with out.open("ab"):
            pass
        if not there:
            out.unlink()
    except OSError as error:
        raise click.UsageError(f"{out} can't be written ({error.strerror}). Choose another file.") from None


@main.command()
@_house
@click.option(
    "--sheet",
    "sheets",
    multiple=True,
    metavar='"ENTRY HEAD"',
    help="A head from a printed sheet, to compare.",
)
def verify(
    house: Path, user: str | None, password_file: Path | None, as_json: bool, sheets: tuple[str, ...]
) -> None:
    """Prove the record: every row against the chain, and the chain against the heads outside it."""
    from app.store.backup import verify_with_backups as prove

    witnessed = dict(_witness(text) for text in sheets)
    try:
        desk = _desk(house, user, password_file, None)
    except (Damaged, WrongKey) as trouble:
        if as_json:
            _json(
                {
                    "ok": False,
                    "entries": 0,
                    "head": None,
                    "first_broken": {"entry": None, "what": str(trouble)},
                }
            )
            raise Answer from None
        raise
    verdict = prove(desk.store, witnessed)
    if as_json:
        _json(plain_verdict(verdict))
    elif verdict.ok:
        click.echo(f"The record holds: {verdict.entries:,} entries, head {verdict.short}.")
    else:
        click.echo(f"The record is broken at {verdict.first_broken}. {len(verdict.breaches)} in all.")
    if not verdict.ok:
        raise Answer


@main.command()
@click.argument("script", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@_house
def play(script: Path, house: Path, user: str | None, password_file: Path | None, as_json: bool) -> None:
    """Rehearse a scripted night in a training house: one act a line (JSON), each at its own instant."""
    if not load(house).training:
        raise NotThisHouse(
            "Only a training house can be played in: this is a live one, and nothing was done."
        )
    desk = _desk(house, user, password_file, None)
    lines = read_script(_lines(script), desk.house.zone, _users(desk))
    for played in perform(desk, lines):
        if as_json:
            click.echo(json.dumps(plain_played(played, desk.house.zone), ensure_ascii=False))
        else:
            said = "done" if played.done else " ".join(played.refused)
            click.echo(
                f"{played.line:>4}  {stamp(played.at, desk.house.zone)}  {played.by:8} {played.do:12} {said}"
            )


def perform(desk: Desk, lines: Iterable[Line]) -> Iterable[Played]:
    """Play lines in the desk's house, each by the person it names; names are read as this desk's person may."""
    clock = SetClock(desk.clock.now())
    desks: dict[str, Desk] = {}

    def desk_for(user: str) -> Desk:
        if user not in desks:
            desks[user] = desk_of(desk.store, user, clock)
        return desks[user]

    return rehearse_lines(desk_for, lines, clock, desk)


@main.command()
@click.option("--house", type=click.Path(path_type=Path), help="A training house to rehearse a copy of.")
@click.option("--now", help="When the night's house ends, if it has to be built (default: last 23:01).")
def night(house: Path | None, now: str | None) -> None:
    """Play a curfew round without a window, in a copy of a training house, and write the handover."""
    from app.services.rehearsal import curfew_round, last_evening, rehearse

    end = _typed(partial(parse_instant, now, cast().zone)) if now else last_evening(SystemClock())
    desk = rehearse(house, data_folder(), end, _tell)
    show_board(desk)
    click.echo()
    done, last = 0, desk.clock.now()
    for played in perform(desk, curfew_round(desk)):
        done, last = done + played.done, played.at
    click.echo(f"Curfew round: {done} women seen, the last at {stamp_day(last, desk.house.zone)}.")
    desk.clock = SetClock(last + timedelta(minutes=1))
    out = data_folder() / "night-rehearsed" / "handover.pdf"
    number, pages, head = write_handover(desk, out)
    click.echo(f"Handover sheet {number}, {pages} pages, record {head}: {out}")


@main.command()
@_house
@_now
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), help="Another folder than the house's own."
)
@click.option("--prove", is_flag=True, help="Restore the newest one into a temporary folder, and compare.")
def backup(to: Path | None, prove: bool, as_json: bool, **which: Any) -> None:
    """Make a backup and verify it; or, with --prove, restore the newest and look."""
    from app.services.backups import make_backup, prove_backup

    desk = _desk(**which)
    done = prove_backup(desk, to) if prove else make_backup(desk, to)
    manifest = done.manifest
    if as_json:
        made_at = manifest.made_at.astimezone(desk.house.zone).isoformat()
        _json(
            {
                "path": str(done.path),
                "made_at": made_at,
                "entries": manifest.entries,
                "head": manifest.head,
                "proven": prove,
            }
        )
        return
    said = "Restored and compared" if prove else "Backed up and verified"
    click.echo(f"{said}: {manifest.entries:,} entries, head {manifest.head[:12]}: {done.path}")


@main.command()
@click.argument("backup", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--house", type=click.Path(path_type=Path), required=True, help="The new folder to restore into."
)
@click.option("--user", help="Open it as (a training house: its printed account).")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Its first line is the password.",
)
@click.option("--json", "as_json", is_flag=True)
def restore(backup: Path, house: Path, user: str | None, password_file: Path | None, as_json: bool) -> None:
    """Restore a backup into a new folder, open it and verify it. A house that is there is never touched."""
    from app.services.backups import restore_backup
    from app.store.backup import read_backup

    read_backup(backup)
    user, password = _credentials(backup, user, password_file)
    manifest = restore_backup(backup, house, user, password, SystemClock()).manifest
    if as_json:
        _json({"house": str(house), "entries": manifest.entries, "head": manifest.head})
        return
    click.echo(f"Restored and verified: {manifest.entries:,} entries, head {manifest.head[:12]}: {house}")


# How a command signs in, reads its options and says what it found


def _desk(house: Path, user: str | None, password_file: Path | None, now: str | None) -> Desk:
    keys = load(house)
    clock = _typed(partial(clock_for, house, now))
    user, password = _credentials(house, user, password_file)
    desk = sign_in(house, user, password, clock, note=False)
    last = desk.store.head().at
    if now is None and keys.training and last is not None and last > desk.clock.now():
        desk.clock = SetClock(last)  # a rehearsal ran ahead of the computer's clock
    return desk


def _credentials(house: Path, user: str | None, password_file: Path | None) -> tuple[str, str]:
    """The name and the password to open a house with; a training house has them printed."""
    keys = load(house)
    printed = training_account(house)
    if user is None and printed:
        user = printed[0]
    if user is None:
        raise click.UsageError("This is a live house: give --user and --password-file.")
    if password_file is not None:
        return user, (_text(password_file).splitlines() or [""])[0]
    member = keys.member(user)
    if not keys.training or member is None or member.printed is None:
        raise click.UsageError("Give --password-file: there is no printed password for that name.")
    return user, member.printed


def _done(desk: Desk, command: Any) -> Any:
    answer = desk.do(command)
    if not isinstance(answer, Done):
        raise Answer(str(answer))
    return answer.view


def _instant(desk: Desk, text: str | None) -> datetime | None:
    return _typed(partial(parse_instant, text, desk.house.zone)) if text else None


def _typed(read: Callable[[], T]) -> T:
    """What somebody typed, read; a ValueError there is a sentence for her."""
    try:
        return read()
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _users(desk: Desk) -> list[str]:
    from app.store.queries.staff import read_staff

    with desk.read() as connection:
        return [one.user for one in read_staff(connection).values() if one.active]


def _text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"{path} is not a text in UTF-8.") from None


def _lines(path: Path) -> list[str]:
    return _text(path).split("\n")


def _witness(text: str) -> tuple[int, str]:
    number, _, head = text.strip().partition(" ")
    digits = number.replace(",", "")
    if not digits.isdigit() or not head.strip():
        raise click.UsageError(
            '--sheet takes the entry and the head as printed: --sheet "48,506 7f3a 91c0 22be".'
        )
    return int(digits), head


def _window(resolved: Resolved | None, zone: ZoneInfo) -> str:
    slot = resolved.slot if resolved else None
    return f"{stamp(slot.opens, zone)}–{stamp(slot.closes, zone)} {slot.title}" if slot else ""


def _json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _tell(said: str) -> None:
    click.echo(said, err=True)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nobody"


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    texts = [[str(cell) for cell in row] for row in (heads, *rows)]
    wide = [max(len(row[column]) for row in texts) for column in range(len(heads))]
    for row in texts:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip())


# The door


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        main.main(list(arguments), prog_name="daybook", standalone_mode=False)
    except Answer as answer:
        return _sorry(str(answer), 1)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return _sorry("Stopped.", 1)
    except BadScript as bad:
        return _sorry(f"{bad}\nNothing was done.", 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except StoreTrouble as trouble:
        return _sorry(str(trouble), 2 if isinstance(trouble, _USAGE) else 1)
    except Exception as error:  # noqa: BLE001 - the last door: no traceback with anybody's data on a screen
        return _unexpected(error)
    return 0


def _sorry(said: str, code: int) -> int:
    if said:
        _tell(said)
    return code


def _unexpected(error: Exception) -> int:
    places = [f"{Path(at.filename).name}:{at.lineno}" for at in traceback.extract_tb(error.__traceback__)][
        -4:
    ]
    reference = secrets.token_hex(3).upper()
    _tell(
        f"Something went wrong that Daybook did not expect. Reference {reference} "
        f"({type(error).__name__} at {' '.join(places)}). Nothing of this command was stored by halves."
    )
    return 1
