"""Checks: the four facts, what is refused, and how a slip is mended so that it stays visible."""

from datetime import timedelta

import pytest

from app.domain.sightings import How, Precision, Source
from app.services.board import read_board
from app.services.checks import Amend, Confirm, LogCheck, Occasion, Strike
from app.services.timeline import timeline
from tests.support.houses import House

MINUTE = timedelta(minutes=1)
AWKWARD = "‘She said “O'Brien; DROP TABLE” \\ 100%’ 👩‍🦽🫖 ליילה الحسن é\nsecond line\ttab"


def test_the_four_facts_are_kept_apart(house: House) -> None:
    seen = house.at(22, 50)
    house.do(
        LogCheck(
            resident=house.women["Mary Ellis"],
            how=How.ASLEEP_BREATHING,
            seen_at=seen,
            seen_by=house.staff("dawn"),
            source=Source.RADIO,
        )
    )
    (line,) = [
        it for it in timeline(house.desk, house.women["Mary Ellis"], house.at(12)) if it.kind == "check"
    ]
    assert (line.seen_at, line.seen_by, line.typed_at, line.typed_by) == (
        seen,
        "Dawn Ellery",
        house.at(23, 5),
        "Priya Nair",
    )
    assert (line.source, line.entered_later, line.unconfirmed) == ("radio", True, True)
    last = read_board(house.desk).line(house.women["Mary Ellis"]).last_seen
    assert last is not None
    assert (last.seen_at, last.seen_by, last.typed_at, last.typed_by) == (
        seen,
        "Dawn Ellery",
        house.at(23, 5),
        "Priya Nair",
    )


def test_a_time_may_be_about_or_between_and_from_paper(house: House) -> None:
    her = house.women["Mary Ellis"]
    house.do(LogCheck(resident=her, how=How.SPOKE, seen_at=house.at(22, 40), precision=Precision.ABOUT))
    between = LogCheck(
        resident=her, how=How.AWAKE, seen_at=house.at(22), seen_until=house.at(22, 20), source=Source.PAPER
    )
    house.do(between)
    about, ranged = [it for it in timeline(house.desk, her, house.at(12)) if it.kind == "check"]
    assert (about.precision, about.seen_until) == ("about", None)
    assert (ranged.precision, ranged.seen_until, ranged.source) == ("between", house.at(22, 20), "paper")


def test_a_pair_is_one_entry_with_two_people(house: House) -> None:
    her, kim = house.women["Gita Sandhu"], house.staff("kim")
    house.do(LogCheck(resident=her, how=How.ROUSED, second=kim))
    house.refused("priya", LogCheck(resident=her, how=How.ROUSED, second=house.staff("priya")))
    assert house.refused("priya", LogCheck(resident=her, how=How.ROUSED, second=her)).fields == ("second",)


def test_a_concern_needs_words(house: House) -> None:
    her = house.women["Gita Sandhu"]
    refusal = house.refused("priya", LogCheck(resident=her, how=How.SPOKE, concern=True, note="  \n "))
    assert refusal.fields == ("note",)
    assert "words" in str(refusal)
    house.do(LogCheck(resident=her, how=How.SPOKE, concern=True, note="Slurred."))


def test_times_that_cannot_be_are_refused_by_the_field(house: House) -> None:
    her = house.women["Mary Ellis"]

    def fields(**more: object) -> tuple[str, ...]:
        return house.refused("priya", LogCheck(resident=her, how=How.SPOKE, **more)).fields

    assert fields(seen_at=house.at(23, 10)) == ("seen_at",)
    assert fields(seen_at=house.at(23), seen_until=house.at(23, 30)) == ("seen_until",)
    assert fields(seen_at=house.at(23), seen_until=house.at(22)) == ("seen_until",)
    assert fields(seen_at=house.at(22, day=20), seen_until=house.at(22)) == ("seen_until",)
    assert fields(precision=Precision.BETWEEN) == ("seen_until",)
    assert fields(seen_at=house.at(23, 5, day=13)) == ("seen_at",)
    assert fields(seen_by=her) == ("seen_by",)
    house.by("hannah", LogCheck(resident=her, how=How.SPOKE, seen_at=house.at(23, 5, day=13)))
    early = house.refused("hannah", LogCheck(resident=her, how=How.SPOKE, seen_at=house.at(12, day=12)))
    assert "arrived at 23:05, Thu 12 Nov" in str(early)


def test_a_watch_that_is_a_little_fast_is_no_future(house: House) -> None:
    logged = house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE, seen_at=house.at(23, 5, 40)))
    assert logged.seen_at == house.at(23, 5)


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
def test_what_cannot_be_kept_is_refused_and_not_mangled(house: House, bad: str) -> None:
    house.refused("priya", LogCheck(resident=house.women["Hope"], how=How.SPOKE, note=bad))


def test_long_and_awkward_words_are_kept_whole(house: House) -> None:
    her = house.women["Mary Ellis"]
    long = ("é👩‍🦽ש" * 40_000)[:100_000]
    for text in (long, AWKWARD):
        house.do(LogCheck(resident=her, how=How.SPOKE, note=text))
        house.clock.advance(MINUTE)
    newest, before = [it for it in timeline(house.desk, her, house.at(12)) if it.kind == "check"]
    assert newest.detail == AWKWARD
    assert before.detail == long.strip()
    assert "200,000" in str(house.refused("priya", LogCheck(resident=her, how=How.SPOKE, note="x" * 200_001)))


# Corrections


def test_a_struck_check_stays_visible_and_does_not_count(house: House) -> None:
    her = house.women["Mary Ellis"]
    logged = house.do(LogCheck(resident=her, how=How.SPOKE))
    assert read_board(house.desk).line(her).dues == ()
    house.do(Strike(entry=logged.entry, reason="Wrong woman"))
    assert [one.slot.title for one in read_board(house.desk).line(her).dues] == ["curfew"]
    strike, check = [it for it in timeline(house.desk, her, house.at(12)) if it.kind == "check"]
    assert check.struck
    assert strike.amends == check.entry
    assert "struck: Wrong woman" in strike.detail
    assert "already" in str(house.refused("priya", Strike(entry=logged.entry, reason="again")))
    assert "strike" in str(house.refused("priya", Strike(entry=strike.entry, reason="again")))


def test_an_amendment_changes_what_is_named_and_nothing_else(house: House) -> None:
    her = house.women["Mary Ellis"]
    logged = house.do(
        LogCheck(
            resident=her,
            how=How.AWAKE,
            seen_at=house.at(22),
            seen_until=house.at(22, 30),
            source=Source.PAPER,
            note="tea",
            occasion=Occasion.TALK,
        )
    )
    house.do(Amend(entry=logged.entry, reason="It was Dawn", seen_by=house.staff("dawn")))
    after, before = [it for it in timeline(house.desk, her, house.at(12)) if it.kind == "check"]
    assert before.amended_by == after.entry
    assert (after.seen_at, after.seen_until, after.precision, after.source) == (
        before.seen_at,
        before.seen_until,
        "between",
        "paper",
    )
    assert after.seen_by == "Dawn Ellery"
    assert after.detail == "tea · corrected: It was Dawn"
    assert "later entry" in str(house.refused("priya", Amend(entry=before.entry, reason="x", how=How.SPOKE)))
    assert "different" in str(house.refused("priya", Amend(entry=after.entry, reason="x", how=How.AWAKE)))
    assert house.refused("priya", Amend(entry=after.entry, reason=" ", how=How.SPOKE)).fields == ("reason",)


def test_a_concern_cannot_lose_its_words(house: House) -> None:
    logged = house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE, concern=True, note="Slurred."))
    assert house.refused("priya", Amend(entry=logged.entry, reason="x", note="")).fields == ("note",)


def test_a_check_of_the_wrong_woman_becomes_the_right_ones(house: House) -> None:
    wrong, right = house.women["Anne Doyle"], house.women["Anne Doyles"]
    logged = house.do(LogCheck(resident=wrong, how=How.SPOKE))
    house.do(Amend(entry=logged.entry, reason="It was Anne Doyles", resident=right))
    board = read_board(house.desk)
    assert board.line(wrong).last_seen.seen_at < logged.seen_at
    assert [due.slot.title for due in board.line(wrong).dues] == ["curfew"]
    assert board.line(right).last_seen.seen_at == logged.seen_at
    assert board.line(right).dues == ()


def test_the_board_names_who_saw_her_as_it_was_corrected(house: House) -> None:
    her = house.women["Mary Ellis"]
    logged = house.do(LogCheck(resident=her, how=How.SPOKE))
    before = house.clock.now()
    house.clock.advance(MINUTE)
    house.by("hannah", Amend(entry=logged.entry, reason="Dawn saw her", seen_by=house.staff("dawn")))
    last = read_board(house.desk).line(her).last_seen
    assert last is not None
    assert (last.seen_by, last.typed_by, last.typed_at) == ("Dawn Ellery", "Priya Nair", before)
    then = read_board(house.desk, known_at=before).line(her).last_seen
    assert then is not None
    assert then.seen_by == "Priya Nair"


def test_only_the_writer_or_a_manager_corrects(house: House) -> None:
    logged = house.do(LogCheck(resident=house.women["Hope"], how=How.SPOKE))
    assert "Someone else" in str(house.refused("dawn", Strike(entry=logged.entry, reason="x")))
    assert "Someone else" in str(house.refused("kim", Amend(entry=logged.entry, reason="x", how=How.AWAKE)))
    house.by("gwen", Strike(entry=logged.entry, reason="It was another woman"))


def test_she_who_saw_it_confirms_and_nobody_else(house: House) -> None:
    her = house.women["Mary Ellis"]
    logged = house.do(LogCheck(resident=her, how=How.SPOKE, seen_by=house.staff("dawn")))
    assert logged.unconfirmed
    for user in ("priya", "hannah"):
        assert "Only the person" in str(house.refused(user, Confirm(entry=logged.entry)))
    house.by("dawn", Confirm(entry=logged.entry))
    assert house.by("dawn", Confirm(entry=logged.entry)).said == "Confirmed already"
    (line,) = [it for it in timeline(house.desk, her, house.at(12)) if it.kind == "check"]
    assert not line.unconfirmed
    own = house.do(LogCheck(resident=her, how=How.SPOKE))
    assert "yourself" in str(house.refused("priya", Confirm(entry=own.entry)))
