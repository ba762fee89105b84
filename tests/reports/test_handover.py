"""The printed sheet, read back: everyone is on it, it adds up, it fits, and it is the same each time."""

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from pypdf import PdfReader

from app.domain.handovers import ActionLine, CheckCounts, Copy, First, Sheet
from app.domain.slots import Outcome
from app.reports.handover import render, said
from app.reports.paper import BOTTOM, HEIGHT, LEFT, RIGHT, TOP
from tests.reports.sheets import COPY, END, START, lapse, sheet_of, with_marks, woman

LONGEST = "Marguerite Élodie Alexandra de la Croix-Montgomery-Featherstonehaugh of Ashby"


def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def text(sheet: Sheet, copy: Copy | None = None) -> str:
    return " ".join(pages(render(sheet, copy)))


def boxes(content: bytes) -> list[list[tuple[float, float, float, float]]]:
    """The box of every printed letter: left, top, right, bottom in points from the page's top left, page by page."""
    found = []
    document = pypdfium2.PdfDocument(content)
    for page in document:
        written = page.get_textpage()
        letters = [
            written.get_charbox(n)
            for n in range(written.count_chars())
            if written.get_text_range(n, 1).strip()
        ]
        found.append([(left, HEIGHT - top, right, HEIGHT - bottom) for left, bottom, right, top in letters])
        written.close()
    document.close()
    return found


def crowd(number: int, **changes: Any) -> list[Any]:
    """So many women with the longest of names and much to tell."""
    told = (f"02:14 concern: {'she said this and that and much more; ' * 12}(Dawn Ellery)", "21:52 in")
    facts: dict[str, Any] = {
        "marks": ("day 6", "name alert: 3 Sage"),
        "told": told,
        "do": ("Checks: every 15–30 min", "Waking: only if in doubt"),
        "today": ("11:20 GP (Sal Whitt)",),
    }
    return [woman(n, f"{LONGEST} {n}", **facts | changes, attention=n % 3 == 0) for n in range(1, number + 1)]


def test_everyone_is_on_it_with_what_was_written() -> None:
    sheet = sheet_of(
        woman(1, "Anne Doyle", marks=("name alert: 9 Elm",)),
        woman(2, "Mary Ellis", presence="at hospital since 01:30", do=("Evacuation: two staff on stairs",)),
        woman(3, "One woman, restricted", restricted=True),
    )
    shown = text(sheet, COPY)
    for wanted in (
        "Handover 413, night to day",
        "Night of Sun 22 Nov 2026 · 19:00 to 07:00 · Eden House",
        "Off: Priya Nair (lead), Dawn Ellery",
        "On: Hannah Marsh (lead), Sal Whitt",
        "Kelly-Ann Moss (14 Rowan) absent; case open since 21:00",
        "The manager decides; you write the next step.",
        "Anne Doyle",
        "name alert: 9 Elm",
        "Mary Ellis",
        "Evacuation: two staff on",
        "One woman, restricted",
        "kitchen fridge not read (Dawn Ellery)",
        "Ruth Adeyemi arrives Mon 23 Nov 14:00",
        "Ring the ward",
        "sheet 409, fourth carry",
        "Offered by Priya Nair, 06:58",
        "Since 19:00, and what to do",
    ):
        assert wanted in shown, wanted


def test_the_frame_is_on_every_side() -> None:
    for number, side in enumerate(pages(render(sheet_of(*crowd(26)), COPY)), 1):
        assert "OFFICIAL – SENSITIVE · TRAINING HOUSE" in side
        assert "Sheet 413, copy 1 of 3, Hannah Marsh, printed Mon 23 Nov 07:07 · return and shred" in side
        assert "Record 7f3a 91c0 22be to entry 48,506" in side
        assert f"{number} of 2" in side


def test_a_live_house_is_not_marked_as_training() -> None:
    assert "TRAINING" not in text(sheet_of(woman(1), training=False))


def test_counts_are_said_and_add_up() -> None:
    assert said(CheckCounts(96, 88, 3, 1, 2, 1, 1)) == (
        "96 due · 91 on time (88 written then, 3 entered later) · 1 late · 2 missed · 1 excused · 1 still open"
    )
    shown = text(sheet_of(woman(1)))
    assert (
        "Checks of residents: 96 due · 93 on time (90 written then, 3 entered later) · 1 late · 2 missed"
        in shown
    )
    assert "Late: 1 Sage Anne Doyle, due by 21:34 (20 min)" in shown
    assert "Missed: 1 Sage Anne Doyle, due by 21:34" in shown


def test_why_a_woman_who_left_was_late_stands_with_the_checks() -> None:
    shown = text(sheet_of(woman(2), lapses=(lapse(1, Outcome.LATE, why="at the door"),)))
    assert "due by 21:34 (20 min) (at the door)" in shown


@pytest.mark.parametrize("changes", [{}, {"told": (), "do": ()}, {"told": ("word " * 20_000,)}])
def test_two_sides_hold_26_women_with_the_longest_names(changes: dict[str, Any]) -> None:
    sheet = sheet_of(*crowd(26, **changes), **with_marks(sheet_of()))
    content = render(sheet, COPY)
    shown = pages(content)
    assert len(shown) == 2
    together = " ".join(shown).replace("- ", "-")
    for number in range(1, 27):
        assert f"{LONGEST} {number}" in together
    for wanted in (
        "Taken over by Hannah Marsh, 07:06",
        "read by Sal Whitt 07:04",
        "1 question, answered",
        "I do.",
    ):
        assert wanted in together


def test_a_house_of_short_names_and_few_words_stays_in_large_type() -> None:
    few = render(sheet_of(*(woman(n, f"Woman {n}") for n in range(1, 23))))
    sizes = {round(size, 1) for size in _sizes(few)}
    assert len(pages(few)) <= 2
    assert 8.8 in sizes or 8.4 in sizes


def _sizes(content: bytes) -> list[float]:
    found: list[float] = []
    for page in PdfReader(io.BytesIO(content)).pages:
        page.extract_text(
            visitor_text=lambda words, _cm, _tm, _font, size: found.append(size) if words.strip() else None
        )
    return found


def test_no_type_is_smaller_than_the_floor() -> None:
    assert min(_sizes(render(sheet_of(*crowd(26)), COPY))) >= 7.5


def test_nothing_runs_off_the_page_or_into_the_foot() -> None:
    for sheet in (sheet_of(*crowd(26)), sheet_of(*crowd(3, told=("word " * 9000,), do=("do this " * 900,)))):
        for side in boxes(render(sheet, COPY)):
            for left, top, right, bottom in side:
                assert left >= LEFT - 1
                assert right <= RIGHT + 1
                assert top >= TOP - 20
                assert bottom <= BOTTOM + 1 or top >= BOTTOM + 6


def test_what_is_cut_says_how_much_there_is() -> None:
    long = " ".join(f"w{n}" for n in range(5000))
    shown = text(sheet_of(*(woman(n, told=(long,)) for n in range(1, 27))))
    assert shown.count("continues in Daybook:") == 26
    # What stands there and what is said to be left make the whole.
    first = shown[shown.index("w0 ") : shown.index("continues in Daybook:")].split()
    kept = [word for word in first if word.startswith("w")]
    left = int(shown.split("continues in Daybook: ")[1].split(" ")[0].replace(",", ""))
    assert kept == [f"w{n}" for n in range(len(kept))]
    assert len(kept) + left == 5000


def test_what_to_do_is_kept_when_a_note_is_cut() -> None:
    shown = text(
        sheet_of(
            *(woman(n, told=("word " * 5000,), do=("Evacuation: vibrating pillow",)) for n in range(1, 27))
        )
    )
    assert shown.replace("vibrating pillow", "*").count("Evacuation: *") == 26


def test_long_lists_say_how_many_more_there_are() -> None:
    actions = tuple(ActionLine(UUID(int=n), "09:00", f"action {n}", "Sal", "new", False) for n in range(400))
    first = tuple(First("1 Sage", f"Woman {n}", "overdue", "see her now") for n in range(400))
    shown = text(sheet_of(*crowd(26), actions=actions, first=first))
    listed = len(re.findall(r"action \d+", shown))
    more = int(re.search(r"continues in Daybook: (\d+) more actions", shown).group(1))  # type: ignore[union-attr]
    assert listed + more == 400
    assert re.search(r"continues in Daybook: \d+ more ", shown)


def test_an_empty_house_has_a_sheet() -> None:
    shown = text(
        sheet_of(
            first=(), actions=(), house_notes=(), expected=(), lapses=(), checks=CheckCounts(), off=(), on=()
        )
    )
    assert "0 due" in shown
    assert "Off: nobody written in yet" in shown


def test_the_same_sheet_is_the_same_bytes() -> None:
    names = ("نور الهدى", "שרה כהן", "Hope 🌟", LONGEST)
    sheet = sheet_of(*(woman(n, name) for n, name in enumerate(names, 1)))
    first = render(sheet, COPY)
    render(sheet_of(woman(1, "ليلى الحسن بنت عبد الرحمن")), COPY)
    assert render(sheet, COPY) == first
    assert render(sheet, Copy(2, 3, "Sal Whitt", COPY.printed)) != first


def test_words_are_printed_as_they_were_typed_and_never_as_markup() -> None:
    shown = text(sheet_of(woman(1, 'O\'Brien & "Kit" <b>', told=("<font size=90>&amp;</font> 100% (a\\b)",))))
    assert 'O\'Brien & "Kit" <b>' in shown
    assert "<font size=90>&amp;</font> 100% (a\\b)" in shown


def test_right_to_left_names_can_be_read_and_leave_their_row_in_order() -> None:
    sheet = sheet_of(woman(1, "نور الهدى"), woman(2, "שרה כהן"), woman(3, "\u202egnihsif"), first=())
    document = pypdfium2.PdfDocument(render(sheet))
    written = document[0].get_textpage()
    got = " ".join(written.get_text_range().split())
    written.close()
    document.close()
    for name in ("نور", "الهدى", "שרה", "כהן", "gnihsif"):
        assert name in got or name[::-1] in got, name
    rows = text(sheet)
    for number in (1, 2, 3):
        assert f"{number} Sage" in rows
    assert rows.count("23:02 spoke 07:30–10:00") == 3


def test_an_emoji_is_written_out() -> None:
    assert "Hope [glowing star]" in text(sheet_of(woman(1, "Hope 🌟")))


def test_what_was_done_with_it_and_what_came_later_are_told_apart() -> None:
    sheet = sheet_of(woman(1), **with_marks(sheet_of()))
    shown = text(sheet)
    assert "Question 1 (Sal Whitt, 07:04): Who has the keys? Answer (Dawn Ellery, 07:04): I do." in shown
    assert shown.index("Offered by Priya Nair") < shown.index("Later: written after this sheet was offered")
    assert "07:00 2 Thyme Mary Ellis in" in shown


def test_a_draft_says_so() -> None:
    shown = text(sheet_of(woman(1), number=None, offered=None))
    assert "Handover, not offered yet, night to day" in shown
    assert "Draft, not offered · made Mon 23 Nov 06:58" in shown
    assert "Not offered yet" in shown


def test_the_document_names_nobody_outside_its_pages() -> None:
    reader = PdfReader(io.BytesIO(render(sheet_of(woman(1, "Leanne Carr")), COPY)))
    facts = reader.metadata
    assert facts is not None
    assert facts.title == "Handover 413, night to day"
    assert facts.creation_date == COPY.printed
    assert not {"Leanne", "Carr", "Hannah", "Priya"} & set(" ".join(map(str, facts.values())).split())
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"  # type: ignore[index]


def test_since_names_the_day_when_it_is_not_this_shift() -> None:
    assert "Since Sun 22 Nov 06:50, and what" in text(
        sheet_of(woman(1), since=START - timedelta(hours=12, minutes=10))
    )


def test_the_zone_is_the_houses() -> None:
    summer = {
        "period": type(sheet_of().period)(START.replace(month=7), END.replace(month=7)),
        "since": START.replace(month=7),
    }
    assert "20:00 to 08:00" in text(sheet_of(woman(1), **summer))
