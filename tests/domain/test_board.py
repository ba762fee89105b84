"""A woman's line on the board, from what is known of her."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.domain.board import BoardLine, board_line, last_sighting
from app.domain.movements import Whereabouts
from app.domain.presence import Move, Presence
from app.domain.regimes import Purpose
from app.domain.residents import NightAgreement, Resident, ResidentRef
from app.domain.sightings import How
from tests.domain.life import SHE, Life, at

HER = Resident(
    ResidentRef(SHE, "Hope", None, None),
    1,
    None,
    None,
    date(1990, 11, 11),
    None,
    None,
    None,
    None,
    at("12:00", 1),
    None,
    None,
)


def line(life: Life, now: Any, where: Whereabouts | None = None, person: Resident = HER) -> BoardLine:
    history = life.history()
    return board_line(
        person,
        history,
        now,
        last_seen=None,
        whereabouts=where,
        case_open=False,
        name_alert=None,
    )


def curfew() -> Life:
    life = Life().arrives()
    life.at("23:00", "23:20", until=at("06:00").time(), purpose=Purpose.CURFEW)
    return life


def test_what_is_open_comes_first_and_what_opens_later_next() -> None:
    life = curfew()
    life.every(30, 60, at("22:00"), purpose=Purpose.WELFARE, title="every 30–60")
    found = line(life, at("23:10"))
    assert [one.slot.closes for one in found.dues] == [at("23:00"), at("23:20")]
    assert [one.slot.title for one in found.overdue] == ["every 30–60"]
    assert found.next_due is not None
    assert found.next_due.slot.opens == at("23:00", 11)
    assert found.rules == ("every 30–60",)


def test_she_is_late_when_she_is_out_in_her_curfew_and_only_then() -> None:
    out = Whereabouts(Presence.OUT, at("20:00"), "town", None)
    assert line(curfew(), at("22:59"), out).late_since is None
    assert line(curfew(), at("23:00"), out).late_since == at("23:00")
    assert line(curfew(), at("23:30"), replace(out, presence=Presence.HOSPITAL)).late_since is None
    assert line(curfew(), at("23:30"), replace(out, presence=Presence.ABSENT)).late_since == at("23:00")


def test_where_is_not_told_of_a_hidden_woman() -> None:
    hidden = replace(HER, ref=ResidentRef(SHE, "One woman, restricted", None, None, True, True))
    assert (
        line(curfew(), at("22:00"), Whereabouts(Presence.OUT, at("20:00"), "town", None), hidden).where
        is None
    )


def test_wakings_are_counted_for_the_night() -> None:
    life = curfew()
    for when in ("22:59", "23:10", "23:50"):
        life.sees(at(when), How.ROUSED)
    life.sees(at("23:55"), How.SPOKE)
    assert line(life, at("23:58")).woken_tonight == 2


def test_the_watch_runs_from_release_and_ends_after_a_fortnight() -> None:
    days = [line(curfew(), at("12:00", 1) + timedelta(days=n)).watch_day for n in (-1, 0, 13, 14)]
    assert days == [None, 1, 14, None]


def test_last_seen_is_the_last_that_counts_struck_ones_left_out() -> None:
    life = curfew()
    seen = life.sees(at("22:00"))
    struck = life.sees(at("22:30"))
    life.sees(at("22:30"), amends=struck.entry_id, struck=True)
    life.sees(at("22:40"), How.DOOR_ONLY)
    life.moves(Move.OUT, at("22:50"))
    life.sees(at("23:59"))
    last = last_sighting(life.history().seen, at("23:30"))
    assert last is not None
    assert last.entry_id == seen.entry_id


def test_her_age_and_her_agreement_in_a_line() -> None:
    assert [HER.age(date(2026, 11, day)) for day in (10, 11)] == [35, 36]
    said = NightAgreement(
        UUID(int=5), 1, {"asleep": "Breathing. ", "wake_when": None, "wake_how": "Her name"}, None
    )
    assert said.summary == "Breathing. Her name."
    assert NightAgreement(UUID(int=5), 1, {}, None).summary == ""


def test_who_is_excused_from_her_curfew_is_late_only_when_that_is_over() -> None:
    out = Whereabouts(Presence.OUT, at("20:00"), "work", None)
    life = curfew()
    life.moves(Move.OUT, at("20:00"))
    assert line(life, at("23:10"), out).late_since == at("23:00")
    life.excuses(at("22:00"), at("00:30", 11), typed=at("23:12"), reason="a late shift")
    assert line(life, at("23:11"), out).late_since == at("23:00"), "nobody had written it yet"
    assert line(life, at("23:12"), out).late_since is None
    assert line(life, at("00:29", 11), out).late_since is None
    assert line(life, at("00:40", 11), out).late_since == at("00:30", 11)
    life.excuses(at("00:30", 11), None, reason="until she is back")
    assert line(life, at("03:00", 11), out).late_since is None


def test_an_excusal_from_another_rule_or_of_another_night_changes_nothing() -> None:
    out = Whereabouts(Presence.OUT, at("20:00"), None, None)
    life = curfew()
    own = life.every(30, 60, at("12:00"), purpose=Purpose.WELFARE)
    life.moves(Move.OUT, at("20:00"))
    life.excuses(at("22:00"), at("06:00", 11), rule=own)
    life.excuses(at("20:00", 9), at("06:00"))
    assert line(life, at("23:30"), out).late_since == at("23:00")
