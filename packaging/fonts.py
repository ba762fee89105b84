r"""Make the TTF files of resources/fonts from the npm packages of Fontsource (for whoever renews them).

    npm install --prefix /tmp/fonts @fontsource/atkinson-hyperlegible-next @fontsource/noto-sans \
        @fontsource/noto-sans-arabic @fontsource/noto-sans-hebrew @fontsource/noto-sans-math @fontsource/noto-sans-symbols-2
    pip install fonttools brotli
    python packaging/fonts.py /tmp/fonts/node_modules/@fontsource

The packages carry each typeface cut by script into WOFF2; Qt wants one file a style and ReportLab reads no WOFF2. So the cuts
are joined, and named as static styles. Figures are made tabular (one width), as every time on screen and paper stands in a column.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parent.parent / "resources" / "fonts"
MARKS = "●○▲△◆◇■□▮✓✕⊞→←↑↓↵▸▾≈≤≥⌘⇧⏎"
WEIGHTS = {"Regular": 400, "Italic": 400, "SemiBold": 600, "Bold": 700}


def join(cuts: list[Path], only: str = "") -> Any:
    """One font of several cuts of the same units; `only` keeps these characters of each and no layout tables."""
    with tempfile.TemporaryDirectory() as folder:
        parts: list[str] = []
        seen: set[int] = set()
        for number, cut in enumerate(cuts):
            font = TTFont(cut)
            options = Options(
                layout_features=["*"], glyph_names=True, notdef_outline=True, name_IDs=["*"], hinting=not only
            )
            options.drop_tables += [
                "STAT",
                *(["GSUB", "GPOS", "GDEF", "MATH", "vhea", "vmtx"] if only else []),
            ]
            wanted = set(font.getBestCmap()) & ({ord(c) for c in only} if only else set(font.getBestCmap()))
            wanted -= seen
            seen |= wanted
            cutter = Subsetter(options)
            cutter.populate(
                unicodes=wanted, glyphs=[g for g in font.getGlyphOrder() if "." in g and not only]
            )
            cutter.subset(font)
            font.flavor = None
            font["OS/2"].version = min(font["OS/2"].version, 4)
            parts.append(str(Path(folder, f"{number}.ttf")))
            font.save(parts[-1])
        return TTFont(parts[0]) if len(parts) == 1 else Merger().merge(parts)


def tabular(font: Any) -> None:
    """Make the tabular figures the plain ones; `pnum` still gives the proportional."""
    for table in font["cmap"].tables:
        for code, glyph in table.cmap.items():
            if 0x30 <= code <= 0x39 and glyph + ".tf" in font["glyf"].glyphs:
                table.cmap[code] = glyph + ".tf"


def name(font: Any, family: str, style: str) -> None:
    """Name a static style: four linked styles share a family, any other weight is a family of its own for old programs."""
    linked = style in ("Regular", "Bold", "Italic")
    post = f"{family}-{style}".replace(" ", "")
    names = {
        1: family if linked else f"{family} {style}",
        2: style if linked else "Regular",
        3: post,
        4: f"{family} {style}",
        6: post,
    }
    if not linked:
        names |= {16: family, 17: style}
    table = font["name"]
    table.names = [n for n in table.names if n.nameID in (0, 5, 13, 14)]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = WEIGHTS[style]
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & 0x80) | {"Bold": 0x20, "Italic": 0x01}.get(
        style, 0x40
    )
    font["head"].macStyle = {"Bold": 1, "Italic": 2}.get(style, 0)


def make(source: Path, package: str, scripts: str, family: str, style: str) -> None:
    """Write one style of one family."""
    weight = f"{WEIGHTS[style]}-{'italic' if style == 'Italic' else 'normal'}"
    font = join([source / package / "files" / f"{package}-{s}-{weight}.woff2" for s in scripts.split()])
    tabular(font)
    name(font, family, style)
    path = TARGET / f"{family}-{style}.ttf".replace(" ", "")
    font.save(path)
    print(f"{path.name}: {len(font.getBestCmap())} characters, {path.stat().st_size // 1024} KB")


def main(source: Path) -> None:
    """Write every file, and each package's licence beside them."""
    for style in WEIGHTS:
        make(source, "atkinson-hyperlegible-next", "latin latin-ext", "Atkinson Hyperlegible Next", style)
    for style in ("Regular", "Bold"):
        make(
            source, "noto-sans", "cyrillic cyrillic-ext greek greek-ext vietnamese latin", "Noto Sans", style
        )
        make(source, "noto-sans-arabic", "arabic latin", "Noto Sans Arabic", style)
        make(source, "noto-sans-hebrew", "hebrew latin", "Noto Sans Hebrew", style)
    marks = join(
        [
            source / "noto-sans-math/files/noto-sans-math-latin-400-normal.woff2",
            source / "noto-sans-symbols-2/files/noto-sans-symbols-2-symbols-400-normal.woff2",
        ],
        only=MARKS,
    )
    name(marks, "Daybook Marks", "Regular")
    marks.save(TARGET / "DaybookMarks-Regular.ttf")
    print("DaybookMarks-Regular.ttf:", "".join(map(chr, sorted(marks.getBestCmap()))))
    for package in (
        "atkinson-hyperlegible-next",
        "noto-sans",
        "noto-sans-arabic",
        "noto-sans-hebrew",
        "noto-sans-math",
        "noto-sans-symbols-2",
    ):
        shutil.copyfile(source / package / "LICENSE", TARGET / f"OFL-{package}.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
