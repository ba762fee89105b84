"""The fonts that are shipped: loaded by Qt and ReportLab, with the letters that names need."""

from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QRawFont
from pytestqt.qtbot import QtBot
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
NAMES = "Zoë Ñáñez Łukasiewicz Őry Ștefan Çağla Ījs Þóra Ħelu"
SAMPLES = {
    "AtkinsonHyperlegibleNext": NAMES + "0123456789–—·•×½£€°",
    "NotoSans": "Олена Шевченко Ελένη Nguyễn Thị Hằng",
    "NotoSansArabic": "فاطمة الزهراء، محمد",
    "NotoSansHebrew": "שרה כהן",
    "DaybookMarks": "●○▲◆✓✕⊞▮→",
}
FILES = sorted(FONTS.glob("*.ttf"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_programs_load_it_and_it_has_its_letters(path: Path, qtbot: QtBot) -> None:
    sample = SAMPLES[path.stem.partition("-")[0]]
    screen = QRawFont(str(path), 14)
    assert screen.isValid()
    assert [c for c in sample if not screen.supportsCharacter(ord(c))] == []
    paper = TTFont(path.stem, str(path))
    assert [c for c in sample if ord(c) not in paper.face.charToGlyph] == []
    assert paper.face.name.decode() == path.stem


def test_one_family_with_three_weights_and_an_italic(qtbot: QtBot) -> None:
    for path in FILES:
        QFontDatabase.addApplicationFont(str(path))
    family = "Atkinson Hyperlegible Next"
    assert sorted(QFontDatabase.styles(family)) == ["Bold", "Italic", "Regular", "SemiBold"]
    for weight in (400, 600, 700):
        font = QFont(family)
        font.setWeight(QFont.Weight(weight))
        assert (QFontInfo(font).family(), QFontInfo(font).weight()) == (family, weight)


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.stem.startswith("Atkinson")], ids=lambda path: path.stem
)
def test_figures_are_tabular_on_screen_and_paper(path: Path, qtbot: QtBot) -> None:
    paper = TTFont(path.stem, str(path))
    assert len({paper.stringWidth(figure, 10) for figure in "0123456789"}) == 1
    assert paper.stringWidth("i", 10) != paper.stringWidth("m", 10)
    number = QFontDatabase.addApplicationFont(str(path))
    font = QFont(QFontDatabase.applicationFontFamilies(number)[0], 20)
    metrics = QFontMetricsF(font)
    assert metrics.horizontalAdvance("11:11") == metrics.horizontalAdvance("08:48")


def test_every_font_has_its_licence() -> None:
    licences = sorted(FONTS.glob("OFL-*.txt"))
    assert len(licences) == 6
    for licence in licences:
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text(encoding="utf-8")
