"""Text that runs both ways, put in the order in which it is seen (the Unicode Bidirectional Algorithm, UAX #9).

Only what a printed line needs: no explicit embeddings, because the characters that ask for them are taken out before
(a name must not be able to turn the rest of its line round), and every piece of typed text is its own paragraph, so
that a right-to-left name leaves the room and the times beside it where they are. Brackets are neutral (no rule N0).
"""

import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

_NUMBERS = frozenset({"EN", "AN"})
_STRONG = frozenset({"L", "R", "AL"})
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


class Run(NamedTuple):
    """Letters of one direction, in the order in which they are read."""

    text: str
    right_to_left: bool


def begins_at_the_right(text: str) -> bool:
    """Whether a paragraph runs from the right: its first strong letter says so (rules P2 and P3)."""
    if text.isascii():
        return False
    kinds = map(unicodedata.bidirectional, text)
    return next((kind != "L" for kind in kinds if kind in _STRONG), False)


def mirrored(text: str) -> str:
    """A right-to-left run without letters to join, as it is seen: turned round, its brackets turned with it."""
    return text[::-1].translate(_MIRRORED)


def visual_runs(text: str, right_to_left: bool = False) -> list[Run]:
    """The runs of one line from left to right. `right_to_left` is the direction of its paragraph, not of the line."""
    levels = _levels(text, right_to_left)
    runs = [
        (level, "".join(letter for _, letter in run))
        for level, run in groupby(zip(levels, text, strict=True), lambda it: it[0])
    ]
    for lowest in range(max(levels, default=0), 0, -1):
        runs = _turned(runs, lowest)
    return [Run(letters, bool(level % 2)) for level, letters in runs]


def _turned(runs: list[tuple[int, str]], lowest: int) -> list[tuple[int, str]]:
    """Rule L2: every stretch at or above this level is turned round."""
    found: list[tuple[int, str]] = []
    for high, group in groupby(runs, lambda run: run[0] >= lowest):
        stretch = list(group)
        found += stretch[::-1] if high else stretch
    return found


def _levels(text: str, right_to_left: bool) -> list[int]:
    base = "R" if right_to_left else "L"
    kinds = _neutral(_weak(_marks(map(unicodedata.bidirectional, text), base), base), base)
    lowest = int(right_to_left)
    levels = [_level(kind, lowest) for kind in kinds]
    end = len(text.rstrip())  # rule L1: white space at the end of a line belongs to the paragraph
    return levels[:end] + [lowest] * (len(text) - end)


def _level(kind: str, lowest: int) -> int:
    """Rules I1 and I2: letters against the paragraph are a level up, numbers a level above right-to-left letters."""
    if kind == "L":
        return lowest + lowest % 2
    if kind == "R":
        return 1
    return 2


def _marks(kinds: Iterable[str], base: str) -> list[str]:
    """Rules W1 to W3: a combining mark goes with its letter; a European number after an Arabic letter is Arabic."""
    found: list[str] = []
    strong = base
    for kind in kinds:
        kept = kind or "L"
        if kept == "NSM":
            kept = found[-1] if found else base
        if kept in _STRONG:
            strong = kept
        found.append("AN" if kept == "EN" and strong == "AL" else kept)
    return ["R" if kind == "AL" else kind for kind in found]


def _weak(kinds: list[str], base: str) -> list[str]:
    """Rules W4 to W7: separators and signs belong to the numbers they touch; numbers after Latin letters are Latin."""
    found = list(kinds)
    for at in range(1, len(found) - 1):
        before, here, after = found[at - 1 : at + 2]
        if before == after and ((here == "ES" and before == "EN") or (here == "CS" and before in _NUMBERS)):
            found[at] = before
    for steps in (range(1, len(found)), range(len(found) - 2, -1, -1)):
        for at in steps:
            if found[at] == "ET" and found[at - steps.step] == "EN":
                found[at] = "EN"
    strong = base
    for at, kind in enumerate(found):
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            found[at] = "L"
        elif kind in {"ES", "ET", "CS"}:
            found[at] = "ON"
    return found


def _neutral(kinds: list[str], base: str) -> list[str]:
    """Rules N1 and N2: what is neutral goes with its neighbours where they agree, else with the paragraph."""
    found: list[str] = []
    groups = [
        (plain, list(group)) for plain, group in groupby(kinds, lambda kind: kind in _NUMBERS | {"L", "R"})
    ]
    for index, (plain, group) in enumerate(groups):
        if plain:
            found += group
            continue
        before = _side(groups[index - 1][1][-1]) if index else base
        after = _side(groups[index + 1][1][0]) if index + 1 < len(groups) else base
        found += [before if before == after else base] * len(group)
    return found


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"
