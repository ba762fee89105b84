"""Numbered papers: kept as they were printed, copies numbered and named and asked back, nobody's record on the wrong desk."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.domain.papers import Paper, PaperKind
from app.domain.permissions import MAY
from app.services.acts import Context, Refuse
from app.services.papers import (
    MOST_COPIES,
    PrintPaper,
    ReturnCopy,
    keep_paper,
    mark_typed_back,
    paper,
    paper_view,
    papers,
)
from app.services.play import play, read_script
from app.services.residents import ListReader, Restrict
from app.store.audit import short_head
from app.store.tables.papers import paper_mark
from app.store.verify import verify
from tests.support.houses import NIGHT, House

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Drawn:
    """What a document might be drawn from."""

    at: datetime
    zone: ZoneInfo
    who: tuple[UUID, ...]
    words: str
    every: timedelta | None = None


DRAWN = Drawn(NIGHT, LONDON, (UUID(int=7),), "Room 1, Élodie", timedelta(minutes=30))


def keep(house: House, user: str = "priya", kind: PaperKind = PaperKind.ROUND, **more: Any) -> Paper:
    """Keep a paper as an area's own act does: in one unit of work."""
    desk = house.as_user(user)
    with desk.store.write(desk.actor, desk.clock, "check") as work:
        return keep_paper(Context(work, desk.house), kind, "Round of 23:05", more.pop("view", DRAWN), **more)


def list_for(house: House, woman: UUID, user: str) -> None:
    house.by("hannah", ListReader(resident=woman, staff=house.staff(user), reason="Her keyworker"))


def test_a_paper_is_kept_as_it_was_drawn_and_numbered_by_kind(house: House) -> None:
    head = house.desk.store.head()
    first = keep(house, names=("Dawn Ellery", "Kim Osei"), subject=UUID(int=9))
    assert (first.number, first.named, first.title) == (1, "Round sheet 1", "Round of 23:05")
    assert (first.head_seq, first.head) == (head.seq, short_head(head.hash))
    assert (first.made_by.name, first.made_at, first.subject) == ("Priya Nair", NIGHT, UUID(int=9))
    assert keep(house, kind=PaperKind.ROLL).number == 1
    assert keep(house).number == 2
    assert paper_view(house.desk, first, Drawn) == DRAWN
    found = paper(house.desk, PaperKind.ROUND, 1)
    assert found == first
    assert [it.named for it in papers(house.desk)] == ["Round sheet 2", "Roll 1", "Round sheet 1"]
    assert [it.number for it in papers(house.desk, PaperKind.ROUND)] == [2, 1]
    latest = paper(house.desk, PaperKind.ROUND)
    assert latest is not None and latest.number == 2
    assert paper(house.desk, PaperKind.CASE) is None
    assert verify(house.desk.store).ok


def test_every_copy_has_a_number_and_a_name_and_says_so_at_its_foot(house: House) -> None:
    made = keep(house, names=("Dawn Ellery", "Kim Osei"))
    assert [(it.number, it.of, it.name, it.printed) for it in made.copies] == [
        (1, 2, "Dawn Ellery", NIGHT),
        (2, 2, "Kim Osei", NIGHT),
    ]
    assert made.foot(made.copies[1]) == f"Round sheet 1 · copy 2 of 2 · for Kim Osei · record {made.head}"
    assert keep(house).copies[0].name == "Priya Nair"


def test_printing_again_goes_on_counting(house: House) -> None:
    keep(house, names=("Dawn Ellery", "Kim Osei"))
    house.clock.advance(timedelta(minutes=5))
    again = house.by("dawn", PrintPaper(kind=PaperKind.ROUND, number=1))
    assert [(it.number, it.of, it.name) for it in again] == [(3, 3, "Dawn Ellery")]
    found = paper(house.desk, PaperKind.ROUND, 1)
    assert found is not None
    assert [(it.number, it.of) for it in found.copies] == [(1, 2), (2, 2), (3, 3)]
    assert found.copies[2].printed == NIGHT + timedelta(minutes=5)


def test_a_copy_comes_back_once_and_the_rest_are_still_out(house: House) -> None:
    keep(house, names=("Dawn Ellery", "Kim Osei"))
    house.clock.advance(timedelta(hours=8))
    assert "is back and shredded" in house.by("kim", ReturnCopy(kind=PaperKind.ROUND, number=1, copy=2)).said
    head = house.desk.store.head()
    assert "was back already, 07:05" in house.do(ReturnCopy(kind=PaperKind.ROUND, number=1, copy=2)).said
    assert house.desk.store.head() == head
    found = paper(house.desk, PaperKind.ROUND)
    assert found is not None
    assert [it.name for it in found.out] == ["Dawn Ellery"]
    back = found.copies[1].returned
    assert back is not None and (back.name, back.at) == ("Kim Osei", NIGHT + timedelta(hours=8))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (ReturnCopy(kind=PaperKind.ROUND, number=1, copy=4), "Round sheet 1 has no copy 4. It has 1."),
        (ReturnCopy(kind=PaperKind.ROUND, number=2, copy=1), "There is no round sheet 2 that you may read."),
        (PrintPaper(kind=PaperKind.GRAB, number=1), "There is no grab pack 1 that you may read."),
        (PrintPaper(kind=PaperKind.ROUND, number=1, names=(" ",)), "The name is needed."),
        (PrintPaper(kind=PaperKind.ROUND, number=1, names=("A",) * (MOST_COPIES + 1)), "20 copies at most"),
        (PrintPaper(kind=PaperKind.ROUND, number=1, names=("Dawn\x00",)), "can't be kept"),
    ],
)
def test_what_can_not_be_done_is_said(house: House, command: Any, said: str) -> None:
    keep(house)
    assert said in str(house.refused("dawn", command))


def test_typed_back_once(house: House) -> None:
    made = keep(house)
    assert made.typed_back is None
    desk = house.as_user("kim")
    with desk.store.write(desk.actor, desk.clock, "check") as work:
        done = mark_typed_back(Context(work, desk.house), PaperKind.ROUND, 1)
    assert done.typed_back is not None and done.typed_back.name == "Kim Osei"
    with (
        pytest.raises(Refuse, match="was typed back by Kim Osei, 23:05, Sun 22 Nov"),
        desk.store.write(desk.actor, desk.clock, "check") as work,
    ):
        mark_typed_back(Context(work, desk.house), PaperKind.ROUND, 1)


def test_only_who_may_read_her_reads_a_paper_about_her(house: House) -> None:
    woman = house.women["Hope"]
    list_for(house, woman, "priya")
    hers = keep(house, kind=PaperKind.CASE, resident=woman)
    assert paper(house.desk, PaperKind.CASE) == hers
    assert paper_view(house.desk, hers, Drawn) == DRAWN
    dawn = house.as_user("dawn")
    assert paper(dawn, PaperKind.CASE) is None
    assert paper(dawn, PaperKind.CASE, 1) is None
    assert papers(dawn) == ()
    with pytest.raises(LookupError):
        paper_view(dawn, hers, Drawn)
    for command in (
        PrintPaper(kind=PaperKind.CASE, number=1),
        ReturnCopy(kind=PaperKind.CASE, number=1, copy=1),
    ):
        assert "no absence pack 1 that you may read" in str(house.refused("dawn", command))
    with house.desk.read() as connection:
        marks = connection.execute(paper_mark.select()).all()
    assert {mark.resident_id for mark in marks} == {woman}
    other = keep(house, "dawn", PaperKind.CASE)
    assert other.number == 2
    assert [it.number for it in papers(dawn)] == [2]


def test_a_name_that_was_restricted_later_is_taken_out_of_what_others_read(house: House) -> None:
    made = keep(house, view=Drawn(NIGHT, LONDON, (), "Knocked at Gita Sandhu's door"))
    woman = house.women["Gita Sandhu"]
    house.by("hannah", Restrict(resident=woman, restricted=True, reason="Her family must not find her"))
    list_for(house, woman, "priya")
    assert "Gita Sandhu" in paper_view(house.desk, made, Drawn).words
    shown = paper_view(house.as_user("dawn"), made, Drawn)
    assert shown.words == "Knocked at [restricted]'s door"
    assert shown.at == NIGHT


def test_papers_in_a_played_night(house: House) -> None:
    keep(house)
    lines = [
        {"do": "print_paper", "kind": "round", "number": 1, "names": ["Kim Osei"]},
        {"do": "return_copy", "kind": "round", "number": 1, "copy": 2},
        {"do": "return_copy", "kind": "round", "number": 1, "copy": 9},
    ]
    script = [json.dumps({"at": "2026-11-22T23:10", "by": "dawn"} | line) for line in lines]
    played = list(play(house.as_user, read_script(script, LONDON, ("dawn",)), house.clock))
    assert [one.done for one in played] == [True, True, False]
    assert played[2].refused == ("Round sheet 1 has no copy 9. It has 2.",)


def test_whoever_is_on_shift_may_have_copies_back() -> None:
    assert MAY["print_paper"] == MAY["return_copy"] == MAY["print"]
