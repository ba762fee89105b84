"""Type on paper: the bundled fonts, what they lack, which way the letters run, and where a line breaks.

Typed text is never markup here. What no font can show is written out in words, so that nobody reads an empty box.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont, shapeStr

from app.reports.bidi import begins_at_the_right, mirrored, visual_runs

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
FAMILY = "AtkinsonHyperlegibleNext"
#: Lines are this many times the size of their type apart.
LEADING = 1.19
#: How far below the top of its line a letter stands.
RISE = 0.92
_WORD = re.compile(r"\S+")
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_SELECTORS = range(0xFE00, 0xFE10)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


class Span(NamedTuple):
    """Some text in one weight. Each span runs its own way: a right-to-left name turns nothing round but itself."""

    text: str
    bold: bool = False


class Segment(NamedTuple):
    """A part of a span that stands on one line."""

    text: str
    bold: bool
    right_to_left: bool


Line = tuple[Segment, ...]


class Piece(NamedTuple):
    """Letters that one font draws in one go. Shaped pieces are in reading order, all others as they are seen."""

    text: str
    font: str
    shaped: bool


@dataclass(frozen=True)
class _Face:
    """One font file. `shapes` says that its letters join or turn, so they have to be shaped before they are drawn."""

    name: str
    path: Path
    widths: dict[int, float]
    shapes: bool


class Type:
    """The bundled fonts: the house's own first, and behind it those for other scripts, in either weight."""

    def __init__(self, folder: Path = FONTS) -> None:
        self._faces = {bold: [_face(path) for path in _files(folder, bold)] for bold in (False, True)}

    def fresh(self, name: str) -> None:
        """Forget the glyphs that shaping made up for earlier documents: a document's bytes depend on nothing else."""
        path = next(face.path for faces in self._faces.values() for face in faces if face.name == name)
        pdfmetrics.registerFont(TTFont(name, str(path), shapable=True))

    def readable(self, text: str) -> str:
        """The text with what no font can show written out, and with white space made single spaces."""
        return _readable(self, text)

    def made_readable(self, text: str) -> str:
        """As `readable`, worked out."""
        if text.isascii() and text.isprintable():
            return " ".join(text.split())
        composed = unicodedata.normalize("NFC", text)
        return " ".join("".join(self._shown(letter) for letter in composed).split())

    def pieces(self, segment: Segment) -> list[Piece]:
        """What to draw from left to right."""
        main = self._faces[segment.bold][0]
        if all(ord(letter) in main.widths for letter in segment.text):
            return [Piece(segment.text, main.name, False)]
        found: list[Piece] = []
        for text, right_to_left in visual_runs(segment.text, segment.right_to_left):
            groups = list(self._set(text, segment.bold))
            for face, letters in reversed(groups) if right_to_left else groups:
                turned = right_to_left and not face.shapes
                found.append(Piece(mirrored(letters) if turned else letters, face.name, face.shapes))
        return found

    def width(self, text: str, bold: bool) -> float:
        """How wide the text is in type of size 1."""
        return _width(self, text, bold)

    def measured(self, text: str, bold: bool) -> float:
        """As `width`, worked out."""
        widths = self._faces[bold][0].widths
        try:
            return sum(widths[ord(letter)] for letter in text) / 1000
        except KeyError:
            pieces = self.pieces(Segment(text, bold, begins_at_the_right(text)))
            return sum(width_of(piece, 1) for piece in pieces)

    def _set(self, text: str, bold: bool) -> Iterator[tuple[_Face, str]]:
        """Neighbouring letters that one face has."""
        faces = self._faces[bold]
        chosen = [next((face for face in faces if ord(letter) in face.widths), faces[0]) for letter in text]
        for face, letters in groupby(zip(chosen, text, strict=True), lambda it: it[0]):
            yield face, "".join(letter for _, letter in letters)

    def _shown(self, letter: str) -> str:
        if letter.isspace():
            return " "
        code = ord(letter)
        if any(code in face.widths for face in self._faces[False]):
            return letter if unicodedata.category(letter) not in _INVISIBLE else ""
        if unicodedata.category(letter) in _INVISIBLE or code in _SELECTORS or code in _SKIN_TONES:
            return ""
        plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
        if (
            plain
            and plain != letter
            and all(any(ord(c) in f.widths for f in self._faces[False]) for c in plain)
        ):
            return plain
        if unicodedata.combining(letter):
            return ""
        if unicodedata.category(letter).startswith("L"):
            return f"[U+{code:04X}]"
        return f"[{unicodedata.name(letter, f'U+{code:04X}').lower()}]"


@lru_cache(maxsize=1)
def bundled() -> Type:
    """The fonts that come with Daybook, read once."""
    return Type()


def shaped(piece: Piece, size: float) -> str:
    """The piece as it is drawn: its letters joined and turned, where its font asks for that."""
    drawn: str = shapeStr(piece.text, piece.font, size)
    return drawn


def width_of(piece: Piece, size: float) -> float:
    """How wide the piece is, in points."""
    drawn: Any = shaped(piece, size) if piece.shaped else piece.text
    if isinstance(drawn, ShapedStr):
        return float(sum(letter.x_advance for letter in drawn.__shapeData__)) * size / 1000
    return float(pdfmetrics.stringWidth(drawn, piece.font, size))


def wrap(spans: Iterable[Span], width: float, size: float, most: int = 400) -> list[Line]:
    """The spans as lines no wider than `width` points in type of `size`.

    Lines break at spaces and after hyphens; a word wider than the line is broken where it must be. Wrapping stops after
    `most` lines: whoever prints knows by `words_in` how much is left.
    """
    room = width / size
    lines: list[Line] = []
    line: list[Segment] = []
    used = 0.0
    for segment, before in _atoms(spans):
        wide = _width(bundled(), segment.text, segment.bold)
        gap = _width(bundled(), " ", segment.bold) if before and line else 0.0
        if line and used + gap + wide > room:
            lines.append(_joined(line))
            line, used, gap = [], 0.0, 0.0
        while wide > room and len(segment.text) > 1:
            head, segment = _broken(segment, room)
            lines.append((head,))
            wide = _width(bundled(), segment.text, segment.bold)
        if gap:
            line.append(Segment(" ", line[-1].bold and segment.bold, segment.right_to_left))
        line.append(segment)
        used += gap + wide
        if len(lines) >= most:
            return lines[:most]
    return [*lines, _joined(line)] if line else lines


def words_left(spans: Iterable[Span], lines: Iterable[Line]) -> int:
    """How many words of the spans, whole or in part, do not stand on these lines."""
    text = " ".join(span.text for span in spans)
    shown = sum(not letter.isspace() for line in lines for segment in line for letter in segment.text)
    for word in _WORD.finditer(text):
        shown -= word.end() - word.start()
        if shown < 0:
            return len(text[word.start() :].split())
    return 0


def _atoms(spans: Iterable[Span]) -> Iterator[tuple[Segment, bool]]:
    """Each unbreakable bit, and whether a space stands before it. Lazy: a long note is read as far as it is printed."""
    spaced = False
    for text, bold in spans:
        right_to_left = begins_at_the_right(text)
        end = 0
        for word in _WORD.finditer(text):
            spaced = spaced or word.start() > end
            end = word.end()
            for bit in _bits(word.group()):
                yield Segment(bit, bold, right_to_left), spaced
                spaced = False
        spaced = spaced or end < len(text)


def _bits(word: str) -> list[str]:
    if "-" not in word and "–" not in word:
        return [word] if word else []
    bits, start = [], 0
    for at, letter in enumerate(word):
        if letter in "-–" and 0 < at < len(word) - 1:
            bits.append(word[start : at + 1])
            start = at + 1
    return [*bits, word[start:]]


def _broken(segment: Segment, room: float) -> tuple[Segment, Segment]:
    """The part of a too long word that fits, and the rest."""
    low, high = 1, len(segment.text)
    while high - low > 1:
        middle = (low + high) // 2
        if bundled().measured(segment.text[:middle], segment.bold) <= room:
            low = middle
        else:
            high = middle
    return segment._replace(text=segment.text[:low]), segment._replace(text=segment.text[low:])


def _joined(line: list[Segment]) -> Line:
    """Neighbours of one weight and one way made one, so that the letters of a line are put in order together."""
    return tuple(
        Segment("".join(segment.text for segment in group), *kind)
        for kind, group in groupby(line, lambda segment: (segment.bold, segment.right_to_left))
    )


@lru_cache(maxsize=256)
def _readable(type_: Type, text: str) -> str:
    return type_.made_readable(text)


@lru_cache(maxsize=20_000)
def _width(type_: Type, text: str, bold: bool) -> float:
    return type_.measured(text, bold)


def _files(folder: Path, bold: bool) -> list[Path]:
    """The font files of one weight, the house's own first. A script without a bold is better plain than not at all."""
    wanted = {path.stem.rpartition("-")[0]: path for path in sorted(folder.glob("*-Regular.ttf"))}
    if bold:
        wanted |= {path.stem.rpartition("-")[0]: path for path in sorted(folder.glob("*-Bold.ttf"))}
    if FAMILY not in wanted:
        raise FileNotFoundError(f"Daybook's typeface is missing from {folder.name}.")
    return [wanted.pop(FAMILY), *(wanted[name] for name in sorted(wanted))]


def _face(path: Path) -> _Face:
    name = f"Daybook-{path.stem}"
    font = TTFont(name, str(path), shapable=True)
    codes = font.face.charWidths
    shapes = any(unicodedata.bidirectional(chr(code)) in ("R", "AL") for code in codes if code < 0x10FFFF)
    if not shapes:
        font = TTFont(name, str(path))
    pdfmetrics.registerFont(font)
    return _Face(name, path, dict(font.face.charWidths), shapes)
