"""The look: every pair readable, the same words in both themes, sizes that grow, nothing named by hand."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QFontMetricsF, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication, QRadioButton, QStyle, QStyleOptionButton, QWidget
from shiboken6 import delete

from app.ui import theme as themes
from app.ui.style import style_sheet
from app.ui.theme import (
    FAMILY,
    PAIRS,
    RESOURCES,
    SCALES,
    Theme,
    ThemeError,
    colour,
    contrast,
    font,
    load_tokens,
    px,
)
from app.ui.widgets.basics import label
from app.ui.widgets.marks import Mark, MarkLabel, paint_mark

DAY = RESOURCES / "themes" / "day.toml"
LOOK = {
    "ground": ("#F5F3EE", "#12151A"),
    "surface": ("#FFFFFF", "#1A1E25"),
    "sunk": ("#ECE8DF", "#0D1014"),
    "ink": ("#1D2530", "#E9E4D8"),
    "muted": ("#55606E", "#A2A9B3"),
    "line": ("#D9D3C6", "#2E343E"),
    "accent": ("#0B5D5E", "#6CCBC0"),
    "accent_soft": ("#DCEBE9", "#17352F"),
    "amber": ("#8A5300", "#F3BC57"),
    "amber_soft": ("#FBE9C9", "#33270F"),
    "red": ("#A61B1B", "#FF8A7A"),
    "red_soft": ("#FADFDB", "#3A1A17"),
    "blue": ("#27508F", "#8FB4F0"),
    "blue_soft": ("#E0E8F5", "#18243A"),
    "green": ("#1C6B3A", "#7CCB95"),
}


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["day", "night"])
def test_both_themes_hold_the_agreed_colours(name: str) -> None:
    tokens = load_tokens(RESOURCES / "themes" / f"{name}.toml")
    assert {t: tokens[t] for t in LOOK} == {t: pair[name == "night"] for t, pair in LOOK.items()}


def test_every_status_colour_is_tested_as_text_on_its_soft_fill_and_on_cards() -> None:
    tested = {(pair.fore, pair.back): pair.least for pair in PAIRS}
    for tone in ("accent", "amber", "red", "blue", "green"):
        assert tested[tone, f"{tone}_soft"] == 4.5
        assert tested[tone, "surface"] == 4.5


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'muted = "#55606E"',
            'muted = "#8A94A0"',
            "muted on ground has contrast 2.78, at least 4.5 is needed",
        ),
        ('red = "#A61B1B"', "", "red is missing"),
        ('ink = "#1D2530"', 'ink = "dark"', "ink 'dark' is not a colour"),
        ('ink = "#1D2530"', 'ink = "#1D25ZZ"', "ink '#1D25ZZ' is not a colour"),
        ("[colours]", "[colours", "can't be read as a theme"),
        ('name = "Day"', "", "can't be read as a theme"),
    ],
)
def test_a_bad_theme_is_refused_in_words(tmp_path: Path, before: str, after: str, said: str) -> None:
    text = DAY.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "bad.toml"
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ThemeError, match=re.escape(said)):
        load_tokens(path)


def test_a_theme_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"gone\.toml"):
        load_tokens(tmp_path / "gone.toml")


@pytest.mark.parametrize("name", ["day", "night"])
def test_the_pictures_in_the_sheet_use_the_themes_own_colours(name: str) -> None:
    tokens = load_tokens(RESOURCES / "themes" / f"{name}.toml")
    icons = sorted((RESOURCES / "icons").glob(f"*-{name}.svg"))
    assert len(icons) == 3
    for icon in icons:
        used = set(re.findall(r"#[0-9A-F]{6}", icon.read_text(encoding="utf-8")))
        assert used <= {tokens["muted"], tokens["on_accent"]}


def test_the_bundled_fonts_are_used(look: Theme) -> None:
    families = set(QFontDatabase.families())
    assert FAMILY in families
    assert QFontInfo(font("body")).family() == FAMILY
    assert {"Noto Sans Arabic", "Noto Sans Hebrew"} <= families
    assert list((RESOURCES / "fonts").glob("OFL*.txt"))


def test_figures_are_tabular(look: Theme) -> None:
    for role in ("body", "name", "clock", "small"):
        metrics = QFontMetricsF(font(role))
        assert metrics.horizontalAdvance("11:11") == pytest.approx(metrics.horizontalAdvance("08:46"))


def test_without_fonts_the_computers_own_is_used(tmp_path: Path) -> None:
    assert themes.load_fonts(tmp_path) == []
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    assert themes.load_fonts(tmp_path) == []


def test_sizes_grow_with_the_scale_and_stay_between_its_ends(look: Theme) -> None:
    small = font("body").pointSizeF()
    assert px(8) == 8
    look.set_scale(1.5)
    assert px(8) == 12
    assert font("body").pointSizeF() == pytest.approx(small * 1.5)
    look.set_scale(9)
    assert look.scale == 2.0
    look.step_scale(1)
    assert look.scale == 2.0
    look.step_scale(-1)
    assert look.scale == 1.75
    look.set_scale(0.2)
    assert look.scale == 1.0
    assert px(0) == 0
    assert px(0.2) == 1


def test_the_system_decides_when_it_is_asked_to(look: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    hints = QGuiApplication.styleHints()
    look.set_mode("system")
    for dark, name in ((True, "night"), (False, "day")):
        monkeypatch.setattr(themes, "system_is_dark", lambda answer=dark: answer)
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
        assert look.name == name
        assert QApplication.palette().window().color() == QColor(LOOK["ground"][dark])
    with pytest.raises(ValueError, match="dusk"):
        look.set_mode("dusk")


def test_a_chosen_theme_does_not_follow_the_system(look: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(themes, "system_is_dark", lambda: True)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert look.name == "day"
    assert QApplication.palette().window().color() == QColor(LOOK["ground"][0])


def test_switching_repaints_what_is_on_the_screen(look: Theme, shown: Callable[..., Any], qtbot: Any) -> None:
    page = QWidget()
    page.setObjectName("page")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    words = label("Anne Doyle", "title")
    words.setParent(page)
    shown(page, 300, 100)
    assert page.grab().toImage().pixelColor(250, 80) == QColor(LOOK["ground"][0])
    height = words.sizeHint().height()
    with qtbot.waitSignal(look.theme_changed):
        look.toggle()
    assert page.grab().toImage().pixelColor(250, 80) == QColor(LOOK["ground"][1])
    look.set_scale(2.0)
    assert words.sizeHint().height() > height * 1.7


def drawn(mark: Mark, side: int = 48) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_mark(painter, QRectF(0, 0, side, side), mark, QColor("black"))
    painter.end()
    return image


def dark(image: QImage) -> set[tuple[int, int]]:
    return {
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if QColor(image.pixel(x, y)).lightness() < 128
    }


def test_marks_differ_in_shape_alone(look: Theme) -> None:
    shapes = {mark: dark(drawn(mark)) for mark in Mark}
    for one in Mark:
        assert len(shapes[one]) > 40, one
        for other in Mark:
            if one is not other:
                apart = len(shapes[one] ^ shapes[other]) / len(shapes[one] | shapes[other])
                assert apart > 0.15, (one, other)


def test_marks_grow_with_their_box(look: Theme) -> None:
    for mark in Mark:
        small, large = len(dark(drawn(mark, 32))), len(dark(drawn(mark, 96)))
        assert large == pytest.approx(small * 9, rel=0.35)


def test_a_mark_says_its_word(qtbot: Any) -> None:
    made = MarkLabel(Mark.of_presence("hospital"))
    qtbot.addWidget(made)
    assert made.accessibleName() == "hospital"
    made.set_mark(Mark.DUE, "due by 22:00")
    assert made.accessibleName() == made.label.text() == "due by 22:00"


def test_marks_are_drawn_in_their_own_token(look: Theme) -> None:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_mark(painter, QRectF(0, 0, 40, 40), Mark.IN)
    painter.end()
    assert image.pixelColor(20, 20) == colour("accent")


@pytest.fixture
def another(qapp: QApplication, look: Theme) -> Iterator[Callable[[], Theme]]:
    """Makes themes as a fresh start of the program would, and puts the tests' own look back."""
    made: list[Theme] = []

    def make() -> Theme:
        made.append(Theme(qapp))
        return made[-1]

    yield make
    for each in made:
        delete(each)
    look.toggle()


def test_the_chosen_look_is_there_next_time(another: Callable[[], Theme], tmp_path: Path) -> None:
    path = tmp_path / "config" / "look.json"
    first = another()
    first.remember(path)
    first.set_mode("night")
    first.set_scale(1.5)
    second = another()
    second.remember(path)
    assert (second.mode, second.scale) == ("night", 1.5)


@pytest.mark.parametrize("text", ["", "[]", '{"mode": "dusk"}', '{"scale": "big"}', '{"scale": 40}'])
def test_a_spoilt_choice_stops_nothing(another: Callable[[], Theme], tmp_path: Path, text: str) -> None:
    path = tmp_path / "look.json"
    path.write_text(text, encoding="utf-8")
    look = another()
    look.remember(path)
    assert look.mode == "system"
    assert 1.0 <= look.scale <= 2.0


def test_every_pair_that_the_sheet_puts_together_is_a_tested_pair() -> None:
    """Text on its own background, and a border on it, as the style sheet itself writes them."""
    names = {token: f"${token}" for token in load_tokens(DAY).colours}
    sheet = style_sheet(names, "day", round, float, themes.ROLES, RESOURCES / "icons")
    tested = {(pair.fore, pair.back): pair.least for pair in PAIRS}
    found, missing = 0, []
    for rule in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        where, what = rule
        text = re.search(r"(?<![-\w])color: \$(\w+)", what)
        ground = re.search(r"(?<![-\w])background: \$(\w+)", what)
        if text is None or ground is None:
            continue
        found += 1
        if tested.get((text[1], ground[1]), 0) < 4.5:
            missing.append((where.strip(), text[1], ground[1]))
    assert found > 20
    assert missing == []


@pytest.mark.parametrize("scale", SCALES)
def test_one_of_several_choices_is_round_at_every_size(look: Theme, qtbot: Any, scale: float) -> None:
    """A corner radius of more than half the side is dropped by Qt: the circle would be a square, which means "any of these"."""
    look.set_scale(scale)
    choice = QRadioButton("Now")
    qtbot.addWidget(choice)
    choice.show()
    drawn = choice.grab().toImage()
    option = QStyleOptionButton()
    option.initFrom(choice)
    box = choice.style().subElementRect(QStyle.SubElement.SE_RadioButtonIndicator, option, choice)
    ground = drawn.pixel(box.right() + 2, box.top())
    assert [
        drawn.pixel(point) for point in (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight())
    ] == [ground] * 4
    assert drawn.pixel(box.left(), box.center().y()) != ground
