"""Type on paper: which way letters run, what no font has, where lines break."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.bidi import begins_at_the_right, mirrored, visual_runs
from app.reports.text import Line, Segment, Span, Type, bundled, words_left, wrap

SARAH = "שרה"
NOUR = "نور الهدى"


def seen(text: str, from_right: bool = False) -> str:
    """A line as it is seen, letter by letter from the left."""
    return "".join(
        mirrored(run.text) if run.right_to_left else run.text for run in visual_runs(text, from_right)
    )


def words(lines: list[Line]) -> str:
    return "\n".join("".join(segment.text for segment in line) for line in lines)


@pytest.mark.parametrize(
    ("text", "from_right", "expected"),
    [
        ("plain 12:30", False, "plain 12:30"),
        (SARAH, False, "הרש"),
        (f"room 11 {SARAH} in", False, "room 11 הרש in"),
        (f"{SARAH} (Sarah)", True, "(Sarah) הרש"),
        (f"{SARAH} 12:30", True, "12:30 הרש"),
        (f"{SARAH} 12:30", False, "12:30 הרש"),
        ("شقة 3", True, "3 ةقش"),
        (f"{SARAH} ", False, "הרש "),
        ("", False, ""),
    ],
)
def test_letters_are_put_in_the_order_in_which_they_are_seen(
    text: str, from_right: bool, expected: str
) -> None:
    assert seen(text, from_right) == expected


@given(st.text(alphabet="abZ אבג مدن 0123 ٣ .,:+-%$/()", max_size=20), st.booleans())
def test_no_letter_is_lost_or_made_up(text: str, from_right: bool) -> None:
    assert sorted("".join(run.text for run in visual_runs(text, from_right))) == sorted(text)


@given(st.text(alphabet="abcXYZ 0123.,:()-", max_size=20))
def test_left_to_right_text_stays_as_it_is(text: str) -> None:
    assert seen(text) == text


def test_a_paragraph_begins_where_its_first_letter_does() -> None:
    assert begins_at_the_right(f"12 {SARAH}")
    assert not begins_at_the_right(f"Sarah {SARAH}")
    assert not begins_at_the_right("12:30")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Hope 🌟", "Hope [glowing star]"),
        ("❤\ufe0f", "[heavy black heart]"),
        ("a\u200d\u202eb", "ab"),
        ("two\n\nlines\tand  spaces", "two lines and spaces"),
        ("Zoë Ní Bhriain Ås", "Zoë Ní Bhriain Ås"),
        ("Zoe\u0308", "Zoë"),
        ("Nguyễn Thị Hằng, Олена", "Nguyễn Thị Hằng, Олена"),
        ("王", "[U+738B]"),
        (NOUR, NOUR),
        ("\ud800x", "x"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_what_no_font_has_is_written_out(typed: str, shown: str) -> None:
    assert bundled().readable(typed) == shown


@given(st.text(max_size=60))
def test_readable_text_is_always_covered_by_the_fonts(typed: str) -> None:
    text = bundled().readable(typed)
    assert "\n" not in text
    for bold in (False, True):
        for piece in bundled().pieces(Segment(text, bold, begins_at_the_right(text))):
            widths = next(f.widths for f in bundled()._faces[bold] if f.name == piece.font)
            assert all(ord(letter) in widths for letter in piece.text)


def test_a_right_to_left_name_is_shaped_and_keeps_its_reading_order() -> None:
    pieces = bundled().pieces(Segment(NOUR, True, True))
    assert [piece.text for piece in pieces if piece.shaped] == ["الهدى", "نور"]
    # Joined letters are narrower than the same letters apart.
    apart = sum(bundled().measured(letter, True) for letter in "الهدى")
    assert bundled().measured("الهدى", True) < apart


@given(st.lists(st.text(alphabet="abcdefgh ijk-–", max_size=60), max_size=4), st.integers(30, 200))
def test_lines_are_never_wider_than_asked_and_lose_nothing(texts: list[str], width: int) -> None:
    spans = [Span(bundled().readable(text) + " ") for text in texts]
    lines = wrap(spans, width, 9.0, most=1000)
    for line in lines:
        assert sum(bundled().width(segment.text, segment.bold) for segment in line) * 9.0 <= width + 0.01
    assert "".join(words(lines).split()) == "".join("".join(texts).split())
    assert words_left(spans, lines) == 0


def test_lines_break_at_spaces_then_hyphens_then_where_they_must() -> None:
    assert words(wrap([Span("Simone Tavares-Quintanilha")], 60, 9.0)) == "Simone\nTavares-\nQuintanilha"
    assert words(wrap([Span("aaaaaaaaaaaaaaaaaaaa")], 40, 9.0)).replace("\n", "") == "a" * 20


def test_spans_that_touch_stay_together_and_those_that_do_not_keep_their_space() -> None:
    assert (
        words(wrap([Span("Moss", bold=True), Span(", out "), Span("You:", bold=True)], 300, 9.0))
        == "Moss, out You:"
    )


def test_what_is_left_is_counted_in_whole_words() -> None:
    spans = [Span("one two three four five")]
    assert words_left(spans, []) == 5
    assert words_left(spans, wrap([Span("one two")], 300, 9.0)) == 3
    assert words_left(spans, wrap([Span("one tw")], 300, 9.0)) == 4


def test_a_folder_without_the_typeface_is_refused_in_words(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="typeface is missing"):
        Type(tmp_path)
