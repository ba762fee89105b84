"""The handover through the services, on a real encrypted store: what is told, what is hidden, what can be done with it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app.domain.absences import Decision
from app.domain.regimes import Purpose
from app.domain.residents import LegalBasis
from app.domain.sightings import How, Precision
from app.domain.slots import Outcome
from app.domain.time import stamp
from app.services.absences import CaseStep, Decide, OpenCase, StepKind
from app.services.board import read_dues
from app.services.checks import Amend, Strike
from app.services.handovers import (
    Answer,
    Ask,
    Offer,
    PrintCopies,
    ReadSheet,
    ReturnSheet,
    TakeOver,
    draft_sheet,
    list_sheets,
    sheet,
    sheet_pdf,
)
from app.services.movements import ComeIn, GoOut, GoToHospital
from app.services.notes import FinishAction, OpenAction, WriteNote
from app.services.regimes import EndRule, Excuse, StartRule
from app.services.residents import Depart, ExpectResident, ListReader, WriteAgreement
from app.services.staff import ComeOnDuty, GoOffDuty
from app.services.walks import EndWalk, StartWalk
from app.store.store import Store
from app.store.tables.residents import resident
from app.store.verify import verify
from tests.services.handover_house import KEY, Night, make_night

SECRET = ("Wilhelmina", "Secretly", "Billie", "brother")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    Store.create(folder, KEY).close()
    return folder


@pytest.fixture
def night(empty: Path, tmp_path: Path) -> Iterator[Night]:
    made = make_night(shutil.copytree(empty, tmp_path / "house"))
    yield made
    made.store.close()


def line(shown: Any, room: str) -> Any:
    return next(line for line in shown.lines if line.room.startswith(f"{room} "))


def outcomes_sum(shown: Any) -> bool:
    checks = shown.checks
    return checks.due == checks.on_time + checks.late + checks.missed + checks.excused + checks.still_open


# What is told


def test_a_quiet_woman_has_an_empty_line(night: Night) -> None:
    night.at(23, 5).round()
    shown = draft_sheet(night.at(23, 30).desk())
    quiet = line(shown, "1")
    assert quiet.told == ()
    assert quiet.last_seen == "23:05 spoke"
    assert quiet.presence == "in"
    assert quiet.next_due == "07:30–10:00"
    assert not quiet.attention
    said = " ".join(" ".join((*it.told, *it.do, it.last_seen)) for it in shown.lines).lower()
    assert "slept" not in said
    assert "settled" not in said


def test_the_shift_and_its_people(night: Night) -> None:
    shown = draft_sheet(night.at(23, 30).desk())
    assert (shown.shift, shown.to_shift) == ("night", "day")
    assert shown.period.start == datetime(2026, 11, 22, 19, tzinfo=UTC)
    assert shown.period.end == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert [(who.name, who.lead) for who in shown.off] == [("Priya Nair", True), ("Dawn Ellery", False)]
    assert shown.on == ()
    night.at(6, 40, day=23).do(ComeOnDuty(), "hannah")
    shown = draft_sheet(night.at(6, 58, day=23).desk())
    assert {who.name for who in shown.off} == {"Priya Nair", "Dawn Ellery"}
    assert [(who.name, who.lead) for who in shown.on] == [("Hannah Marsh", True)]
    assert shown.counts.staff_in == 3


def test_the_shift_that_has_just_ended_is_handed_over_until_its_sheet_is_offered(night: Night) -> None:
    night.at(7, 20, day=23)
    assert draft_sheet(night.desk()).shift == "night"
    night.do(Offer())
    assert draft_sheet(night.desk()).shift == "day"
    assert draft_sheet(night.desk(), "night").period.start == datetime(2026, 11, 22, 19, tzinfo=UTC)
    with pytest.raises(ValueError, match="no shift called late"):
        draft_sheet(night.desk(), "late")


def test_everyone_is_counted_once_and_listed_in_walking_order(night: Night) -> None:
    night.at(20, 0)
    night.do(
        GoOut(resident=night.women["1"], place="shop", expected_back=night.clock.now() + timedelta(hours=2))
    )
    night.do(GoToHospital(resident=night.women["6"], place="Southmead"))
    shown = draft_sheet(night.at(21, 30).desk())
    counts = shown.counts
    assert (counts.in_house, counts.out, counts.hospital) == (4, 1, 1)
    assert counts.residents == len(shown.lines) == 6
    assert (counts.beds_free, counts.out_of_service) == (2, 0)
    assert [it.room for it in shown.lines] == ["1 Sage", "2 Thyme", "3 Mint", "4 Fennel", "5 Dill", "6 Basil"]
    assert line(shown, "1").presence == "out since 20:00"
    assert line(shown, "1").told == ("20:00 out: shop",)
    assert line(shown, "1").today == ("back 22:00",)
    assert line(shown, "6").presence == "at hospital since 20:00"
    assert line(shown, "6").attention


def test_a_late_check_says_by_how_much_and_why(night: Night) -> None:
    night.at(23, 5).round("1", "2")
    night.at(23, 40).see("1", late_reason="on the absence call")
    night.at(23, 41).see("2")
    shown = draft_sheet(night.at(23, 45).desk())
    assert line(shown, "1").told == ("23:40 curfew sighting late by 20 min (on the absence call)",)
    assert line(shown, "2").told == ("23:41 curfew sighting late by 21 min (no reason written)",)
    assert shown.checks.late == 2
    assert [(it.room, it.why) for it in shown.lapses] == [
        ("1 Sage", "on the absence call"),
        ("2 Thyme", None),
    ]
    assert [it.late_minutes for it in shown.lapses] == [20, 21]


def test_a_reason_given_afterwards_is_the_reason_and_no_correction(night: Night) -> None:
    night.at(23, 5).round("1")
    logged = night.at(23, 40).see("1")
    night.do(Amend(entry=logged.entry, reason="said why", late_reason="alarm in the kitchen"), "dawn")
    shown = draft_sheet(night.at(23, 45).desk())
    assert line(shown, "1").told == ("23:40 curfew sighting late by 20 min (alarm in the kitchen)",)


def test_a_missed_check_is_missed_and_nothing_more(night: Night) -> None:
    night.at(23, 5).round("4")
    shown = draft_sheet(night.at(2, 30, day=23).desk())
    assert line(shown, "4").told == ("curfew sighting due by 23:20: missed (no reason written)",)
    assert shown.checks.missed == 1
    assert outcomes_sum(shown)


def test_many_missed_checks_of_one_rule_are_told_together(night: Night) -> None:
    night.at(19, 0).do(StartRule(resident=night.women["5"], purpose=Purpose.WELFARE, maximum=60))
    night.at(23, 5).round()
    shown = draft_sheet(night.at(23, 10).desk())
    missed = [told for told in line(shown, "5").told if "missed" in told]
    assert len(missed) == 1
    assert missed[0].startswith(f"{shown.checks.missed} × welfare check due by ")
    assert shown.checks.missed > 1


def test_an_overdue_check_comes_first_and_is_still_open(night: Night) -> None:
    night.at(23, 5).round("4")
    shown = draft_sheet(night.at(23, 30).desk())
    assert [(it.room, it.text, it.who) for it in shown.first] == [
        ("4 Fennel", "not seen for her curfew sighting by 23:20", "see her now")
    ]
    assert line(shown, "4").next_due == "overdue since 23:20"
    assert line(shown, "4").told == ("curfew sighting due by 23:20: not met yet",)
    assert (shown.checks.still_open, shown.checks.missed) == (1, 0)


def test_concerns_and_marked_notes_are_told_in_their_own_words_and_other_notes_are_not(night: Night) -> None:
    night.at(21)
    night.do(WriteNote(resident=night.women["1"], text="Asked for her key worker.", hand_over=True), "dawn")
    night.do(WriteNote(resident=night.women["1"], text="Had toast.", hand_over=False), "dawn")
    night.do(WriteNote(text="Fridge not read.", hand_over=True), "dawn")
    night.see("2", concern=True, note="slurred")
    shown = draft_sheet(night.at(21, 30).desk())
    assert line(shown, "1").told == ("21:00: Asked for her key worker. (Dawn Ellery)",)
    assert line(shown, "2").told == ("21:00 concern: slurred (Dawn Ellery)",)
    assert line(shown, "2").attention
    assert shown.house_notes == ("21:00: Fridge not read. (Dawn Ellery)",)


def test_what_was_entered_later_says_when_it_was_written(night: Night) -> None:
    at = night.at(20).clock.now()
    night.at(21).do(WriteNote(resident=night.women["1"], text="Rang.", hand_over=True, seen_at=at), "dawn")
    night.see("1", seen_at=at)
    shown = draft_sheet(night.desk())
    assert line(shown, "1").told == ("20:00: Rang. (Dawn Ellery, written 21:00)",)


def test_rules_started_and_ended_are_told_without_why(night: Night) -> None:
    night.at(20)
    rule = night.do(
        StartRule(
            resident=night.women["5"],
            purpose=Purpose.CLOSE,
            maximum=15,
            title="close, every 15 min",
            why="diagnosis",
        )
    ).id
    night.at(21).do(EndRule(rule=rule, why="diagnosis"), "morag")
    shown = draft_sheet(night.desk())
    told = line(shown, "5").told
    assert "20:00 checks started: close, every 15 min" in told
    assert "21:00 checks ended: close, every 15 min" in told
    assert "diagnosis" not in " ".join((*told, *line(shown, "5").do))


def test_a_struck_key_and_a_corrected_one_are_told_of_both_women(night: Night) -> None:
    wrong = night.at(23, 5).see("1", How.ROUSED)
    night.do(Strike(entry=wrong.entry, reason="wrong key"), "dawn")
    other = night.see("2")
    night.do(Amend(entry=other.entry, resident=night.women["4"], reason="wrong woman"), "dawn")
    shown = draft_sheet(night.at(23, 10).desk())
    assert line(shown, "1").told == ("23:05 check “roused, answered” struck: wrong key",)
    assert line(shown, "1").last_seen == "Sat 21 Nov 18:30 spoke"
    assert line(shown, "2").told == ("23:05 check “spoke” corrected: wrong woman",)
    assert line(shown, "4").told == ("23:05 check “spoke” corrected: wrong woman",)
    assert line(shown, "4").last_seen == "23:05 spoke"


def test_marks_needs_and_instructions(night: Night) -> None:
    night.at(20).do(
        WriteAgreement(
            resident=night.women["5"], answers={"wake_when": "Only if in doubt", "asleep": "Look."}
        )
    )
    shown = draft_sheet(night.desk())
    assert line(shown, "1").marks == ("name alert: 2 Thyme",)
    assert line(shown, "4").marks == ("day 6",)
    assert line(shown, "5").do == ("Waking: Only if in doubt",)
    assert line(shown, "2").do == ("Allergies: penicillin",)
    assert line(shown, "6").do == ("Evacuation: two staff on stairs",)


def test_an_open_case_comes_first_without_what_was_decided(night: Night) -> None:
    her = night.women["1"]
    due = night.at(20).clock.now() + timedelta(hours=3)
    night.do(GoOut(resident=her, expected_back=due))
    night.at(23, 35).do(OpenCase(resident=her, due_back=due))
    night.do(CaseStep(resident=her, kind=StepKind.CALLED_HER, result="no answer"))
    shown = draft_sheet(night.at(23, 40).desk())
    first = shown.first[0]
    assert first.text == "absent; case open since 23:35; 1 step written; no decision written yet"
    assert first.who == "the manager decides; you write the next step"
    assert shown.counts.absent == 1
    night.do(Decide(resident=her, decision=Decision.RECALL_ASKED, decided_by="Morag"), "morag")
    shown = draft_sheet(night.at(23, 50).desk())
    assert "decision written 23:40" in shown.first[0].text
    assert "recall" not in str(shown).lower()
    night.do(ComeIn(resident=her))
    assert draft_sheet(night.desk()).first[0].text.startswith("back 23:50; case open since 23:35")


def test_actions_have_an_owner_and_are_carried_until_they_are_done(night: Night) -> None:
    due = night.at(21).clock.now() + timedelta(hours=13)
    done = night.do(
        OpenAction(text="Ring the ward", resident=night.women["1"], owner=night.staff["hannah"], due=due)
    ).id
    night.do(OpenAction(text="Let the contractor in"))
    shown = draft_sheet(night.desk())
    assert [(it.due, it.what, it.owner, it.since) for it in shown.actions] == [
        ("10:00", "Anne Doyle (1 Sage): Ring the ward", "Hannah Marsh", "new, 21:00"),
        ("no time set", "Let the contractor in", "nobody yet", "new, 21:00"),
    ]
    assert line(shown, "1").today == ("10:00 Ring the ward",)
    assert shown.first == ()
    night.at(6, 58, day=23).do(Offer())
    assert draft_sheet(night.at(7, 30, day=23).desk()).actions[0].since == "sheet 1"
    assert [(it.text, it.who) for it in draft_sheet(night.desk()).first] == [
        ("to do by 10:00: Ring the ward", "Hannah Marsh")
    ]
    night.at(18, 58, day=23).do(Offer())
    assert draft_sheet(night.at(19, 30, day=23).desk()).actions[0].since == "sheet 1, second carry"
    night.do(FinishAction(action=done))
    assert [it.what for it in draft_sheet(night.desk()).actions] == ["Let the contractor in"]


def test_arrivals_and_departures_of_today_and_tomorrow(night: Night) -> None:
    coming = datetime(2026, 11, 23, 14, tzinfo=UTC)
    night.do(
        ExpectResident(name="Ruth Adeyemi", legal_basis=LegalBasis.BAIL, expected_arrival=coming), "morag"
    )
    night.do(
        ExpectResident(
            name="Far Off", legal_basis=LegalBasis.BAIL, expected_arrival=coming + timedelta(days=5)
        ),
        "morag",
    )
    night.do(
        ExpectResident(
            name="Vera Hidden", legal_basis=LegalBasis.BAIL, expected_arrival=coming, restricted=True
        ),
        "morag",
    )
    shown = draft_sheet(night.desk())
    assert shown.expected == (
        "One woman, restricted arrives Mon 23 Nov 14:00",
        "Ruth Adeyemi arrives Mon 23 Nov 14:00",
    )


def test_a_house_with_too_few_staff_says_so_first(night: Night) -> None:
    night.at(20).do(GoOffDuty(), "dawn")
    assert draft_sheet(night.desk()).first[0].text == "1 staff in the building; 2 are needed at all times"


# Checks are counted once


def test_every_slot_is_counted_on_exactly_one_sheet(night: Night) -> None:
    for number, most in (("1", 45), ("2", 60), ("5", 90)):
        night.at(19, 10).do(StartRule(resident=night.women[number], purpose=Purpose.WELFARE, maximum=most))
    night.do(
        StartRule(
            resident=night.women["6"], purpose=Purpose.SIGN_IN, opens=_clock(6, 50), closes=_clock(7, 0)
        )
    )
    for hour, minute, day in (
        (20, 0, 22),
        (23, 5, 22),
        (0, 30, 23),
        (3, 0, 23),
        (6, 30, 23),
        (6, 58, 23),
        (8, 0, 23),
    ):
        night.at(hour, minute, day=day).round("4")
    night.at(15, 0, day=23)
    shown = [draft_sheet(night.desk(), "night"), draft_sheet(night.desk(), "day")]
    start, end = shown[0].period.start, shown[1].period.end
    assert end is not None
    dues = [due.resolved for due in read_dues(night.desk(), start, end)]
    inside = [due for due in dues if start <= due.slot.closes < end]
    assert shown[0].checks.due + shown[1].checks.due == len(inside)
    assert all(outcomes_sum(it) for it in shown)
    late = [due for due in inside if due.outcome is Outcome.LATE]
    missed = [due for due in inside if due.outcome is Outcome.MISSED]
    assert late
    assert missed
    assert sum(it.checks.late for it in shown) == len(late)
    assert sum(it.checks.missed for it in shown) == len(missed)
    # The sign-in's deadline is 07:00 itself: it belongs to the day.
    at_seven = [due for due in inside if due.slot.closes == datetime(2026, 11, 23, 7, tzinfo=UTC)]
    assert len(at_seven) == 1


def test_written_then_and_entered_later_are_counted_apart(night: Night) -> None:
    at = night.at(23, 5).clock.now()
    night.see("1")
    night.at(23, 19)
    night.see("2", seen_at=at)
    shown = draft_sheet(night.desk())
    assert (shown.checks.on_time_written_then, shown.checks.on_time_entered_later) == (1, 1)


def test_excused_checks_are_counted_as_excused(night: Night) -> None:
    night.at(22).do(
        Excuse(resident=night.women["1"], reason="night leave", ends=night.clock.now() + timedelta(hours=9))
    )
    night.at(23, 5).round("1")
    shown = draft_sheet(night.at(2, 30, day=23).desk())
    assert (shown.checks.due, shown.checks.excused, shown.checks.missed) == (6, 1, 0)
    assert line(shown, "1").told == ("22:00 checks excused: night leave",)


def test_a_check_left_open_by_one_shift_is_told_by_the_next_and_counted_by_the_first(night: Night) -> None:
    night.at(19, 10).do(
        StartRule(
            resident=night.women["5"], purpose=Purpose.SIGN_IN, opens=_clock(6, 30), closes=_clock(6, 50)
        )
    )
    night.at(23, 5).round()
    first = night.at(6, 58, day=23).do(Offer())
    assert first.checks.still_open == 1
    night.at(7, 30, day=23).see("5", late_reason="asleep upstairs")
    shown = draft_sheet(night.at(7, 40, day=23).desk())
    assert shown.shift == "day"
    assert shown.lapses == ()
    assert "07:30 sign-in late by 40 min (asleep upstairs)" in line(shown, "5").told


# The restricted woman


def test_nothing_about_a_restricted_woman_but_what_keeps_her_safe(night: Night) -> None:
    her = night.women["3"]
    night.do(ListReader(resident=her, staff=night.staff["priya"], reason="her worker"), "morag")
    night.at(20).do(WriteNote(resident=her, text="Her brother rang.", hand_over=True))
    night.do(WriteNote(text="Billie and Anne argued; Secretly upset.", hand_over=True))
    night.do(WriteNote(resident=night.women["1"], text="Argued with Wilhelmina.", hand_over=True))
    night.see("3", concern=True, note="Billie was crying", user="priya")
    night.do(OpenAction(text="Ring Billie's brother", resident=her, due=night.clock.now()))
    night.do(GoOut(resident=her, place="her brother's", purpose="tea"))
    night.do(
        StartRule(
            resident=her,
            purpose=Purpose.SIGN_IN,
            opens=_clock(21, 0),
            closes=_clock(21, 5),
            title="Billie in",
        )
    )
    night.at(21, 30).do(ComeIn(resident=her, condition="Billie tired", how=How.SPOKE))
    offered = night.do(Offer())
    assert night.desk("priya").can("offer")
    shown = sheet(night.desk("dawn"), offered.number)
    assert shown is not None
    text = str(shown) + str(draft_sheet(night.desk("priya")))
    for name in SECRET:
        assert name not in text, name
    with night.store.read() as connection:
        kept = "".join(str(row) for row in connection.exec_driver_sql("select content from handover"))
    for name in SECRET:
        assert name not in kept, name
    hers = line(shown, "3")
    assert hers.name == "One woman, restricted"
    assert hers.restricted
    assert hers.presence == "in"
    assert hers.last_seen == "21:30 spoke"
    assert hers.next_due == "23:00–23:20"
    assert hers.do == ("Evacuation: vibrating pillow",)
    told = " | ".join(hers.told)
    assert "20:00 out" in told
    assert "21:30 in" in told
    assert "20:00 concern: in her own record: ask someone who is listed for her (Priya Nair)" in told
    assert line(shown, "1").told == ("20:00: Argued with [restricted]. (Priya Nair)",)
    assert "[restricted] and Anne argued; [restricted] upset." in shown.house_notes[0]
    assert shown.counts.residents == 6


def test_her_later_entries_are_hidden_too(night: Night) -> None:
    offered = night.at(6, 58, day=23).do(Offer())
    night.at(7, 5, day=23).do(GoOut(resident=night.women["3"], place="her brother's"))
    night.do(WriteNote(text="Billie left early", hand_over=True))
    shown = sheet(night.desk("priya"), offered.number)
    assert shown is not None
    assert [it.text for it in shown.later] == [
        "3 Mint One woman, restricted out",
        ": [restricted] left early",
    ]


def test_a_woman_restricted_after_the_offer_is_hidden_on_it_from_those_who_are_not_listed(
    night: Night,
) -> None:
    her = night.women["6"]
    night.at(21).do(WriteNote(resident=her, text="Simone cried.", hand_over=True))
    night.do(WriteNote(text="Simone Tavares-Quintanilha has the key.", hand_over=True))
    due = night.clock.now() + timedelta(hours=1)
    night.do(OpenAction(text="Talk with Simone", resident=her, due=due))
    night.do(Offer())
    with night.store.write(night.desk("morag").actor, night.clock, "restrict") as work:
        work.change(resident, her, 1, restricted=True)
    night.do(ListReader(resident=her, staff=night.staff["priya"], reason="her worker"), "morag")
    shown = sheet(night.desk("dawn"))
    assert shown is not None
    assert "Simone" not in str(shown)
    assert "Tavares" not in str(shown)
    assert line(shown, "6").name == "One woman, restricted"
    assert line(shown, "6").do == ("Evacuation: two staff on stairs",)
    assert line(shown, "1").name == "Anne Doyle"
    listed = sheet(night.desk("priya"))
    assert listed is not None
    assert line(listed, "6").name == "Simone Tavares-Quintanilha"


# Offering, reading, taking over


def test_an_offered_sheet_never_changes(night: Night) -> None:
    night.at(23, 5).round("2")
    offered = night.at(23, 30).do(Offer())
    assert offered.number == 1
    night.see("2", late_reason="door")
    night.do(WriteNote(resident=night.women["1"], text="After the offer.", hand_over=True))
    night.at(23, 40).do(GoOut(resident=night.women["4"]))
    shown = sheet(night.desk("hannah"), 1)
    assert shown is not None
    assert replace(shown, id=None, later=()) == replace(offered, id=None)
    assert [it.text for it in shown.later] == [
        "1 Sage Anne Doyle: After the offer.",
        "4 Fennel نور الهدى out",
    ]
    assert sheet(night.desk("hannah"), shown.id) == shown


def test_later_ends_with_the_take_over(night: Night) -> None:
    night.at(6, 58, day=23).do(Offer())
    night.at(7, 1, day=23).do(GoOut(resident=night.women["4"]))
    night.at(7, 6, day=23).do(TakeOver(), "hannah")
    night.at(7, 20, day=23).do(GoOut(resident=night.women["1"]))
    shown = sheet(night.desk())
    assert shown is not None
    assert [it.text for it in shown.later] == ["4 Fennel نور الهدى out"]
    assert shown.taken is not None
    assert (shown.taken.name, shown.taken.at) == ("Hannah Marsh", datetime(2026, 11, 23, 7, 6, tzinfo=UTC))


def test_numbers_run_and_the_head_is_the_spines(night: Night) -> None:
    before = night.at(23, 30).store.head()
    first = night.do(Offer())
    second = night.do(Offer(shift="night"))
    assert (first.number, second.number) == (1, 2)
    assert first.head_seq == before.seq
    assert first.head.replace(" ", "") == before.hash.hex()[:12]
    assert second.head_seq == before.seq + 1
    assert [(it.number, it.offered.name, it.taken) for it in list_sheets(night.desk())] == [
        (2, "Priya Nair", None),
        (1, "Priya Nair", None),
    ]
    assert verify(night.store).ok


def test_what_fell_between_two_sheets_is_on_the_second(night: Night) -> None:
    night.at(6, 50, day=23).do(Offer())
    night.at(6, 55, day=23).do(WriteNote(resident=night.women["1"], text="Between.", hand_over=True))
    shown = draft_sheet(night.at(8, 0, day=23).desk())
    assert shown.since == datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
    assert line(shown, "1").told == ("06:55: Between. (Priya Nair)",)


def test_reading_asking_and_answering(night: Night) -> None:
    night.at(6, 58, day=23).do(Offer())
    night.do(ReadSheet(), "hannah")
    night.do(ReadSheet(), "hannah")
    night.do(ReadSheet(question="Who has the keys?"), "dawn")
    night.do(Ask(question="Is the boiler on?"), "hannah")
    shown = sheet(night.desk(), 1)
    assert shown is not None
    assert [who.name for who in shown.read] == ["Hannah Marsh", "Dawn Ellery"]
    assert [(it.number, it.text) for it in shown.unanswered] == [
        (1, "Who has the keys?"),
        (2, "Is the boiler on?"),
    ]
    night.do(Answer(answer="Yes.", question=2))
    night.do(Answer(answer="I do."))
    shown = sheet(night.desk(), 1)
    assert shown is not None
    assert [(it.text, it.answer) for it in shown.questions] == [
        ("Who has the keys?", "I do."),
        ("Is the boiler on?", "Yes."),
    ]
    assert "no question that waits" in night.refused(Answer(answer="Again."))
    assert "answered by Priya Nair" in night.refused(Answer(answer="Again.", question=1))
    assert "question is needed" in night.refused(Ask(question="  "))
    ref = list_sheets(night.desk())[0]
    assert (ref.readers, ref.unanswered) == (2, 0)


def test_taking_over(night: Night) -> None:
    assert night.refused(TakeOver(), "hannah") == "No sheet has been offered yet."
    night.at(6, 58, day=23).do(Offer())
    assert "You offered this sheet" in night.refused(TakeOver(), "priya")
    assert "no sheet 7" in night.refused(TakeOver(number=7), "hannah")
    night.at(7, 6, day=23).do(TakeOver(), "hannah")
    head = night.store.head().seq
    assert "already" in night.do(TakeOver(), "hannah").said
    assert night.store.head().seq == head
    assert night.refused(TakeOver(), "dawn") == "Sheet 1 was taken over by Hannah Marsh at 07:06."


def test_only_the_last_sheet_can_be_taken_over(night: Night) -> None:
    night.at(6, 50, day=23).do(Offer())
    night.at(6, 58, day=23).do(Offer())
    assert "Sheet 2 has been offered since" in night.refused(TakeOver(number=1), "hannah")
    assert night.do(TakeOver(), "hannah").said == "Sheet 2 taken over by Hannah Marsh"


def test_a_reader_without_a_shift_may_not_offer(night: Night) -> None:
    assert "quality lead" in night.refused(Offer(), "ann")


def test_copies_are_numbered_and_named(night: Night) -> None:
    night.at(6, 58, day=23).do(Offer())
    first = night.at(7, 7, day=23).do(PrintCopies(names=("Hannah Marsh", "Sal Whitt", "Jo Reyes")), "hannah")
    assert [(it.number, it.of, it.name) for it in first] == [
        (1, 3, "Hannah Marsh"),
        (2, 3, "Sal Whitt"),
        (3, 3, "Jo Reyes"),
    ]
    again = night.at(7, 9, day=23).do(PrintCopies(), "dawn")
    assert [(it.number, it.of, it.name) for it in again] == [(4, 4, "Dawn Ellery")]
    shown = sheet(night.desk(), 1)
    assert shown is not None
    assert shown.copies == (*first, *again)
    assert "20 copies at most" in night.refused(PrintCopies(names=("A",) * 21))
    assert sheet_pdf(night.desk(), shown, first[0]) == sheet_pdf(night.desk(), shown, shown.copies[0])


def test_a_woman_who_left_is_counted_but_has_no_line(night: Night) -> None:
    night.at(23, 40).round()
    night.at(23, 50).do(Depart(resident=night.women["6"]), "morag")
    shown = draft_sheet(night.desk())
    assert len(shown.lines) == 5
    assert shown.checks.late == 6
    assert "Simone Tavares-Quintanilha" in {it.name for it in shown.lapses}


def _clock(hour: int, minute: int) -> Any:
    return time(hour, minute)


# Who has not read it, copies, what came later


def test_who_of_the_incoming_shift_has_not_read_it_is_named(night: Night) -> None:
    night.at(6, 50, day=23).do(ComeOnDuty(), "hannah")
    night.do(Offer())
    night.at(7, 4, day=23).do(ComeOnDuty(), "morag")
    shown = sheet(night.desk())
    assert shown is not None
    assert [person.name for person in shown.not_read] == ["Hannah Marsh", "Morag Reid"]
    night.do(ReadSheet(), "hannah")
    night.do(TakeOver(), "hannah")
    shown = sheet(night.desk())
    assert shown is not None
    assert [person.name for person in shown.not_read] == ["Morag Reid"]
    night.do(ReadSheet(), "morag")
    shown = sheet(night.desk())
    assert shown is not None and shown.not_read == ()


def test_a_copy_comes_back_and_those_that_did_not_are_on_the_next_sheet(night: Night) -> None:
    night.at(6, 58, day=23).do(Offer())
    night.do(PrintCopies(names=("Hannah Marsh", "Dawn Ellery")))
    assert "is back and shredded" in night.do(ReturnSheet(copy=1), "hannah").said
    assert "was back already" in night.do(ReturnSheet(copy=1)).said
    assert "Handover 1 has no copy 3. It has 2." in night.refused(ReturnSheet(copy=3))
    (listed,) = list_sheets(night.desk())
    assert (listed.copies, listed.copies_out) == (2, 1)
    night.at(18, 50, day=23)
    drawn = draft_sheet(night.desk())
    assert drawn.copies_out == ("handover 1 copy 2 Dawn Ellery",)
    offered = night.do(Offer())
    assert offered.copies_out == drawn.copies_out
    assert "Copies not back: handover 1 copy 2 Dawn Ellery" in flat(sheet_pdf(night.desk(), offered))
    night.do(ReturnSheet(copy=2, number=1))
    assert draft_sheet(night.desk()).copies_out == ()
    kept = sheet(night.desk(), 2)
    assert kept is not None and kept.copies_out == drawn.copies_out


def test_printing_again_goes_on_counting(night: Night) -> None:
    night.do(Offer())
    night.do(PrintCopies(names=("Hannah Marsh", "Dawn Ellery")))
    (again,) = night.at(19, 10).do(PrintCopies(names=("Dawn Ellery",)))
    assert (again.number, again.of) == (3, 3)
    shown = sheet(night.desk())
    assert shown is not None
    assert "copy 3 of 3, Dawn Ellery, printed Sun 22 Nov 19:10" in flat(sheet_pdf(night.desk(), shown, again))


def test_what_came_after_the_offer_has_both_its_times_and_its_hand(night: Night) -> None:
    offered = night.at(6, 40, day=23).do(Offer())
    night.at(6, 55, day=23).do(
        WriteNote(resident=night.women["5"], text="up with a headache", hand_over=True), "dawn"
    )
    night.see("6", seen_at=datetime(2026, 11, 23, 6, 30, tzinfo=UTC), concern=True, note="limping")
    night.at(7, 5, day=23).do(TakeOver(), "hannah")
    night.at(7, 30, day=23).do(WriteNote(text="Boiler man came", hand_over=True), "hannah")
    shown = sheet(night.desk())
    assert shown is not None
    assert [
        (stamp(it.at, night.house.zone), stamp(it.typed_at, night.house.zone), it.by) for it in shown.later
    ] == [
        ("06:30", "06:55", "Dawn Ellery"),
        ("06:55", "06:55", "Dawn Ellery"),
    ]
    printed = flat(sheet_pdf(night.desk(), shown))
    assert "06:30, typed 06:55" in printed
    assert "Boiler man" not in printed
    assert shown.lines == offered.lines


def test_a_walk_stands_apart_from_the_women(night: Night) -> None:
    night.at(23, 1).do(StartWalk(), "dawn")
    night.round()
    night.at(23, 19).do(EndWalk(), "dawn")
    shown = draft_sheet(night.at(23, 30).desk())
    (walked,) = shown.rounds
    assert "23:01–23:19" in walked and "Dawn Ellery" in walked
    assert all(walked not in told for line_ in shown.lines for told in line_.told)
    assert "Rounds: " in flat(sheet_pdf(night.desk(), shown))


def flat(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_time_that_was_not_exact_is_not_said_as_if_it_were(night: Night) -> None:
    at = datetime(2026, 11, 22, 22, 50, tzinfo=UTC)
    night.at(23, 5).see("1", seen_at=at, precision=Precision.ABOUT)
    until = at + timedelta(minutes=10)
    night.see("2", seen_at=at, seen_until=until, precision=Precision.BETWEEN)
    shown = draft_sheet(night.desk())
    assert line(shown, "1").last_seen == "about 22:50 spoke"
    assert line(shown, "2").last_seen == "by 23:00 spoke"
