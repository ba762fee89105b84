"""Find: women by the beginning of any name, rooms, entries newest first; a restricted woman is in none of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from app.domain.absences import StepKind
from app.domain.find import Found, Standing, snippet
from app.domain.presence import Presence
from app.domain.residents import RESTRICTED_NAME, LegalBasis
from app.domain.sightings import How
from app.services.absences import CaseStep, OpenCase
from app.services.checks import Amend, LogCheck, Strike
from app.services.desk import Desk
from app.services.find import find, people
from app.services.house import ClockJumped
from app.services.movements import GoOut
from app.services.notes import WriteNote
from app.services.residents import (
    BreakGlass,
    ChangeResident,
    Depart,
    ExpectResident,
    ListReader,
    UnlistReader,
)
from app.services.rooms import CloseRoom
from app.store.store import Store
from app.store.tables import metadata
from tests.support.houses import EVERY_ROLE, NAMES, House, small_house
from tests.support.postgres import Server, private_server, programs
from tests.support.stores import ENGINES

MARK = "Xyzzy"
MINUTE = timedelta(minutes=1)
LONG = NAMES[-1]
WOMEN = ("Anne Doyle", "Niamh Ní Bhriain", "Sunniva Ås", "Gita Sandhu", "Hope", LONG)
HOPE = {"restricted": True, "allergies": "Penicillin"}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    there = programs()
    assert there is not None
    with private_server(there) as running:
        yield running


@pytest.fixture(params=ENGINES)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """The same house on each engine: six women in, of whom Hope is restricted and nobody is listed."""
    made = small_house(
        tmp_path / "house",
        WOMEN,
        staff=EVERY_ROLE,
        told=[("Hope", HOPE), ("Gita Sandhu", {"preferred_name": "Gigi"})],
    )
    if request.param == "postgres":
        store = Store.on_postgres(request.getfixturevalue("server").database())
        _copy(made.desk.store, store)
        made.desk.store.close()
        made.desk = Desk(store, made.desk.house, made.desk.actor, made.clock)
    yield made
    made.desk.store.close()


def _copy(source: Store, target: Store) -> None:
    with source.read() as old, target.engine.begin() as new:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in old.execute(select(table)).mappings()]
            if rows:
                new.execute(insert(table), rows)


def names(found: Found) -> list[str]:
    return [each.who.name for each in found.residents]


def said(found: Found) -> list[str]:
    return [each.snippet for each in found.entries]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ann", "Anne Doyle"),
        ("DOY", "Anne Doyle"),
        ("doyle anne", "Anne Doyle"),
        ("nia", "Niamh Ní Bhriain"),
        ("NI BHR", "Niamh Ní Bhriain"),
        ("ås", "Sunniva Ås"),
        ("as", "Sunniva Ås"),
        ("gigi", "Gita Sandhu"),
        ("elodie", LONG),
        ("croix-mont", LONG),
    ],
)
def test_a_woman_is_found_by_the_beginning_of_any_name(house: House, typed: str, name: str) -> None:
    assert names(find(house.desk, typed)) == [name]


def test_not_by_the_middle_of_a_name_and_not_by_nothing(house: House) -> None:
    assert names(find(house.desk, "oyle")) == []
    for nothing in ("", "   ", "-", "🎉"):
        assert find(house.desk, nothing).nothing


def test_a_room_is_found_with_who_is_in_it_and_so_is_she(house: House) -> None:
    found = find(house.desk, "thyme")
    assert [room.room.label for room in found.rooms] == ["2 Thyme"]
    assert [ref.name for ref in found.rooms[0].who] == names(found) == ["Niamh Ní Bhriain"]
    assert [room.room.label for room in find(house.desk, "room 2").rooms] == ["2 Thyme"]
    assert len(find(house.desk, "room").rooms) == len(WOMEN) + 2


def test_a_room_with_nobody_in_it_is_free_or_out_of_service(house: House) -> None:
    empty = house.rooms[-1]
    (room,) = (each for each in find(house.desk, "room").rooms if each.room.id == empty)
    assert (room.who, room.out_of_service) == ((), None)
    house.by("hannah", CloseRoom(room=empty, reason="repair"))
    (room,) = (each for each in find(house.desk, "room").rooms if each.room.id == empty)
    assert room.out_of_service == "repair"


def test_where_she_is_stands_beside_her_name(house: House) -> None:
    house.do(GoOut(resident=house.women["Anne Doyle"], place="clinic"))
    (anne,) = find(house.desk, "anne").residents
    assert (anne.standing, anne.presence, anne.where) == (Standing.HERE, Presence.OUT, "clinic")
    assert anne.since == house.clock.now()


def test_who_has_left_and_who_is_expected_are_found_as_such_behind_those_here(house: House) -> None:
    her = house.women["Anne Doyle"]
    house.do(Depart(resident=her))
    house.by("hannah", ExpectResident(name="Annette Moss", legal_basis=LegalBasis.BAIL))
    house.by("hannah", ChangeResident(resident=house.women["Gita Sandhu"], preferred_name="Ann"))
    found = find(house.desk, "ann").residents
    assert [(each.who.name, each.standing) for each in found] == [
        ("Gita Sandhu", Standing.HERE),
        ("Annette Moss", Standing.EXPECTED),
        ("Anne Doyle", Standing.LEFT),
    ]
    assert found[-1].when == house.clock.now()
    everyone = people(house.desk)
    assert [each.standing for each in everyone].count(Standing.LEFT) == 1
    assert "Anne Doyle" not in [each.who.name for each in people(house.desk, left=0)]


def test_entries_of_every_kind_newest_first(house: House) -> None:
    her, anne = house.women["Gita Sandhu"], house.women["Anne Doyle"]
    house.do(LogCheck(resident=her, how=How.SPOKE, note="Heard the kettle, kettle on."))
    house.clock.advance(MINUTE)
    house.do(GoOut(resident=anne, place="the kettle shop", purpose="a Kettle"))
    house.clock.advance(MINUTE)
    house.do(OpenCase(resident=anne, due_back=house.clock.now() - MINUTE))
    house.do(CaseStep(resident=anne, kind=StepKind.CALLED_HER, result="Kettlewell answered"))
    house.clock.advance(MINUTE)
    house.by("dawn", WriteNote(resident=None, text="The kettle in the office is broken."))
    found = find(house.desk, "kettle")
    assert [each.kind for each in found.entries] == ["note", "absence_step", "movement", "check_entry"]
    assert [each.who.name if each.who else "" for each in found.entries] == [
        "",
        "Anne Doyle",
        "Anne Doyle",
        "Gita Sandhu",
    ]
    note, check = found.entries[0], found.entries[-1]
    assert (note.title, note.typed_by, note.seen_at) == ("Note", "Dawn Ellery", house.clock.now())
    assert check.snippet == "Heard the kettle, kettle on."
    assert not found.more_entries


def test_a_struck_entry_stands_once_as_struck_and_a_corrected_one_beside_its_correction(house: House) -> None:
    her = house.women["Gita Sandhu"]
    wrong = house.do(WriteNote(resident=her, text="The teapot was hers.")).id
    house.do(Strike(entry=wrong, reason="not hers, a jug"))
    (found,) = find(house.desk, "teapot").entries
    assert (found.entry, found.struck, found.why) == (wrong, True, "not hers, a jug")
    assert [each.entry for each in find(house.desk, "jug").entries] == [wrong]
    saucer = house.do(WriteNote(resident=her, text="A saucer broke.")).id
    house.do(Amend(entry=saucer, reason="two of them", text="Two saucers broke."))
    now, before = find(house.desk, "saucer").entries
    assert (now.words, now.corrected, now.why) == ("Two saucers broke.", False, "two of them")
    assert (before.entry, before.corrected, before.struck) == (saucer, True, False)


def test_at_most_so_many_and_whether_there_are_more(house: House) -> None:
    her = house.women["Gita Sandhu"]
    for number in range(5):
        house.do(WriteNote(resident=her, text=f"Jigsaw {number}"))
    found = find(house.desk, "jigsaw", 4)
    assert said(found) == [f"Jigsaw {number}" for number in (4, 3, 2, 1)]
    assert found.more_entries
    assert not find(house.desk, "jigsaw", 5).more_entries


def test_two_letters_find_women_but_search_no_entries(house: House) -> None:
    house.do(WriteNote(resident=house.women["Gita Sandhu"], text="Anorak found."))
    assert find(house.desk, "an").entries == ()
    assert said(find(house.desk, "ano")) == ["Anorak found."]
    house.do(WriteNote(resident=house.women["Gita Sandhu"], text="她 来了"))
    assert said(find(house.desk, "来")) == ["她 来了"]


def test_what_is_about_the_record_itself_is_not_found(house: House) -> None:
    house.do(ClockJumped(seconds=4000))
    assert find(house.desk, "clock").entries == ()


@pytest.fixture
def planted(house: House) -> House:
    """Hope with a marked word in every column that is searched; Sal alone is listed. Many of hers are the newest."""
    her = house.women["Hope"]
    house.by("hannah", ListReader(resident=her, staff=house.staff("sal"), reason=f"{MARK} listed"))
    mary = house.women["Gita Sandhu"]
    house.do(WriteNote(resident=mary, text="Porridge for Gita."))
    house.by("sal", ChangeResident(resident=her, name=f"{MARK}a Hope", preferred_name=f"{MARK}y"))
    for number in range(30):
        house.by("sal", WriteNote(resident=her, text=f"{MARK} porridge {number}"))
    house.by("sal", LogCheck(resident=her, how=How.SPOKE, concern=True, note=f"{MARK} porridge"))
    wrong = house.by("sal", WriteNote(resident=her, text=f"{MARK} porridge, wrong")).id
    house.by("sal", Amend(entry=wrong, reason=f"{MARK} why porridge", text=f"{MARK} porridge, right"))
    gone = house.by("sal", WriteNote(resident=her, text=f"{MARK} porridge, gone")).id
    house.by("sal", Strike(entry=gone, reason=f"{MARK} struck porridge"))
    house.by("sal", GoOut(resident=her, place=f"{MARK} porridge", purpose=MARK))
    house.by("sal", OpenCase(resident=her, due_back=house.clock.now() - MINUTE))
    house.by("sal", CaseStep(resident=her, kind=StepKind.TOLD_POLICE, who=MARK, result=f"{MARK} porridge"))
    return house


TYPED = (
    MARK,
    MARK.lower(),
    "xyz",
    "hope",
    "porridge",
    "porridge right",
    "mint",
    "dill",
    "room",
    "restricted",
    "one",
)


@pytest.mark.parametrize("user", ["dawn", "priya", "hannah", "gwen", "olive", "quinn"])
def test_who_is_not_listed_finds_no_word_of_hers_and_no_count(planted: House, user: str) -> None:
    desk, her = planted.as_user(user), planted.women["Hope"]
    for typed in TYPED:
        for limit in (1, 8, 50):
            found = find(desk, typed, limit)
            assert MARK not in repr(replace(found, text="")), typed
            assert her not in [each.who.id for each in found.residents]
            assert her not in [each.who.id for each in found.entries if each.who]
    for limit in (1, 8):
        found = find(desk, "porridge", limit)
        assert (said(found), found.more_entries) == (["Porridge for Gita."], False)
    assert MARK not in repr(people(desk))
    assert her not in [each.who.id for each in people(desk)]


def test_who_is_listed_finds_what_others_do_not(planted: House) -> None:
    """The control: the same words, read by Sal."""
    desk = planted.as_user("sal")
    assert names(find(desk, MARK)) == [f"{MARK}a Hope"]
    assert len(find(desk, "porridge", 100).entries) == 37
    assert find(desk, "porridge", 8).more_entries
    assert f"{MARK} porridge, gone" in said(find(desk, "porridge gone"))
    assert f"{MARK}a Hope" in [each.who.name for each in people(desk)]


def test_her_room_is_found_with_one_woman_restricted_in_it(planted: House) -> None:
    (room,) = find(planted.as_user("dawn"), "dill").rooms
    assert [(ref.name, ref.hidden) for ref in room.who] == [(RESTRICTED_NAME, True)]


def test_broken_glass_finds_her_until_it_ends(planted: House) -> None:
    her = planted.women["Hope"]
    planted.by("dawn", BreakGlass(resident=her, reason="Collapsed"))
    assert names(find(planted.as_user("dawn"), MARK)) == [f"{MARK}a Hope"]
    planted.by("hannah", UnlistReader(resident=her, staff=planted.staff("sal")))
    assert find(planted.as_user("sal"), MARK).nothing


def test_an_entry_that_is_mended_away_from_her_leaves_no_word_of_hers(planted: House) -> None:
    """Written about the wrong woman, then put right: each reader sees the part she may."""
    her, gita = planted.women["Hope"], planted.women["Gita Sandhu"]
    wrong = planted.by("sal", WriteNote(resident=gita, text="Quince tart.")).id
    planted.by("sal", Amend(entry=wrong, reason=f"it was {MARK}", resident=her))
    (found,) = find(planted.as_user("dawn"), "quince").entries
    assert (found.entry, found.corrected) == (wrong, True)
    assert MARK not in repr(found)
    assert len(find(planted.as_user("sal"), "quince").entries) == 2


def test_a_long_entry_is_shown_around_what_was_found() -> None:
    words = "word " * 60 + "the needle itself " + "hay " * 60
    shown = snippet(words, "Needl")
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "needle itself" in shown
    assert len(shown) < 130
    assert snippet("one\n\ttwo", "two") == "one two"
    assert len(snippet("x" * 5000, "x")) < 130
    assert "naïve" in snippet("a " * 90 + "naïve " + "b " * 90, "NAIVE")
