"""Where the windows stood and how their pages were set out, remembered on this computer. It holds no personal data:
numbers, yes or no, and words that the program itself gave; whatever else is in the file counts for nothing.
"""

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

#: A word of the program: a section, a choice. A person's name has a capital or a blank in it.
_WORD = re.compile(r"[a-z0-9_.-]{0,32}")
_ID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")
#: How much of a window's title must lie on a screen for a hand to reach it.
_GRIP = QSize(160, 32)
_MOST_WINDOWS = 4
LEAST = QSize(480, 360)


@dataclass(frozen=True, slots=True)
class Place:
    """One window: x, y, width and height in screen pixels, the section it showed, and each page's choices."""

    at: tuple[int, int, int, int] = (0, 0, 1440, 900)
    maximised: bool = False
    screen: str = ""
    section: str = ""
    pages: Mapping[str, dict[str, Any]] = field(default_factory=dict)


class Layout:
    """The remembered windows, the first one first. A file that is missing, spoilt or can't be written is no trouble."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.places: tuple[Place, ...] = ()
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            self.places = tuple(_place(one) for one in kept["windows"][:_MOST_WINDOWS])

    def keep(self, places: Sequence[Place]) -> None:
        """Write them down, over what was there before."""
        self.places = tuple(places)
        windows = [asdict(place) | {"pages": _plain(place.pages)} for place in places]
        text = json.dumps({"windows": windows}, indent=1)
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            beside = self._path.with_suffix(".new")
            beside.write_text(text, encoding="utf-8")
            beside.replace(self._path)


def screen_of(widget: QWidget) -> QScreen:
    """The screen that a window's middle lies on; for a sheet that isn't shown yet, that of the window it will stand over.

    Not by its own `screen`: PySide takes the screen for a child of the widget that was asked, to go when it goes.
    """
    window = (widget.parentWidget() or widget).window()
    return QGuiApplication.screenAt(window.frameGeometry().center()) or QGuiApplication.primaryScreen()


def _place(kept: Any) -> Place:
    x, y, width, height = (int(number) for number in kept["at"])
    if max(abs(x), abs(y), width, height) > 100_000:
        raise ValueError("no screen is so large")
    return Place(
        at=(x, y, max(width, LEAST.width()), max(height, LEAST.height())),
        maximised=kept.get("maximised") is True,
        screen=str(kept.get("screen", ""))[:64],
        section=_word(kept.get("section", "")),
        pages={_word(name): _plain(page) for name, page in kept.get("pages", {}).items()},
    )


def _word(value: Any) -> str:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _plain(value: Any) -> Any:
    """The value with whatever is not a number, a yes or no, or a word of the program left out."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if _word(key) and _keeps(one)}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value if _keeps(one)]
    return value


def _keeps(value: Any) -> bool:
    if isinstance(value, str):
        return bool(_WORD.fullmatch(value)) and not _ID.fullmatch(value)
    return value is None or isinstance(value, bool | int | float | dict | list | tuple)


def on_a_screen(place: Place) -> QRect:
    """The window's place, if a hand could take hold of it there; else the same size, where it fits, on a screen that is."""
    box = QRect(*place.at)
    screens = QGuiApplication.screens()
    grip = QRect(box.topLeft(), QSize(box.width(), _GRIP.height()))
    for screen in screens:
        seen = screen.availableGeometry().intersected(grip)
        if seen.width() >= _GRIP.width() and seen.height() >= _GRIP.height() // 2:
            return QRect(box.topLeft(), box.size().boundedTo(screen.availableGeometry().size()))
    named = [screen for screen in screens if screen.name() == place.screen]
    room = (named or [QGuiApplication.primaryScreen()])[0].availableGeometry()
    size = box.size().boundedTo(room.size())
    left_over = (room.size() - size) / 2
    return QRect(room.topLeft() + QPoint(left_over.width(), left_over.height()), size)
