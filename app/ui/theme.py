"""Colours, type and spacing by token, for day and night, from 100 % to 200 %.

Nothing else in `app/ui` names a colour or a pixel: it asks `colour("ink")`, `px(8)`, `font("heading")`. A theme whose
pairs don't reach WCAG 2.2 AA is refused when it loads, so an unreadable screen can't be shipped by a colour edit.
"""

import contextlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.garbage import nothing_collected
from app.ui.style import style_sheet

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
FAMILY = "Atkinson Hyperlegible Next"
BASE_PX = 14.5
SCALES = (1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
MODES = ("day", "night", "system")

#: Text roles: size in px at 100 %, weight.
ROLES: Mapping[str, tuple[float, QFont.Weight]] = {
    "huge": (46, QFont.Weight.Bold),
    "display": (26, QFont.Weight.Bold),
    "title": (20, QFont.Weight.Bold),
    "clock": (18, QFont.Weight.Bold),
    "figure": (20, QFont.Weight.Bold),
    "lead": (17, QFont.Weight.Normal),
    "lead_bold": (17, QFont.Weight.Bold),
    "heading": (15.5, QFont.Weight.Bold),
    "name": (14.5, QFont.Weight.Bold),
    "body": (14.5, QFont.Weight.Normal),
    "muted": (14.5, QFont.Weight.Normal),
    "small": (12.5, QFont.Weight.Normal),
    "small_bold": (12.5, QFont.Weight.Bold),
    "small_muted": (12.5, QFont.Weight.Normal),
    "key": (11.5, QFont.Weight.Normal),
}


class ThemeError(Exception):
    """A theme file that can't be used: missing tokens, a colour that isn't one, or a pair too faint to read."""


class Pair(NamedTuple):
    """Two tokens that meet on a screen and the least contrast between them (WCAG 2.2: 1.4.3 text, 1.4.11 shapes)."""

    fore: str
    back: str
    least: float


TEXT, SHAPE = 4.5, 3.0
_PLAIN = ("ground", "surface", "sunk")
_TONES = ("accent", "amber", "red", "blue", "green")
_SOFT = tuple(f"{tone}_soft" for tone in _TONES)
PAIRS: tuple[Pair, ...] = (
    *(Pair(fore, back, TEXT) for fore in ("ink", "muted") for back in (*_PLAIN, *_SOFT)),
    *(Pair(tone, back, TEXT) for tone in _TONES for back in ("ground", "surface", *_SOFT)),
    Pair("accent", "sunk", TEXT),
    Pair("red", "sunk", SHAPE),
    Pair("on_accent", "accent", TEXT),
    *(Pair("edge", back, SHAPE) for back in ("ground", "surface", *_SOFT[1:])),
)
TOKENS = tuple(dict.fromkeys([t for p in PAIRS for t in (p.fore, p.back)] + ["line"]))


def luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB", 0 to 1 (WCAG 2.2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two "#RRGGBB" colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme: its name, whether it is dark, and a colour for each token."""

    name: str
    dark: bool
    colours: Mapping[str, str]

    def __getitem__(self, token: str) -> str:
        return self.colours[token]


def load_tokens(path: Path) -> Tokens:
    """Read and prove a theme file. Raises ThemeError that names the file and every fault."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        colours = {str(token): str(value) for token, value in data["colours"].items()}
        tokens = Tokens(str(data["name"]), bool(data["dark"]), colours)
    except (OSError, ValueError, KeyError, AttributeError) as fault:
        raise ThemeError(f"{path.name} can't be read as a theme: {fault}") from fault
    faults = [f"{t} is missing" for t in TOKENS if t not in tokens.colours]
    faults += [
        f"{token} {value!r} is not a colour like #1D2530"
        for token, value in tokens.colours.items()
        if not (len(value) == 7 and value[0] == "#" and QColor.isValidColorName(value))
    ]
    if not faults:
        for fore, back, least in PAIRS:
            ratio = contrast(tokens[fore], tokens[back])
            if ratio < least:
                faults.append(f"{fore} on {back} has contrast {ratio:.2f}, at least {least} is needed")
    if faults:
        raise ThemeError(f"{path.name}: " + "; ".join(faults))
    return tokens


def load_fonts(folder: Path = RESOURCES / "fonts") -> list[str]:
    """Register every TTF in the folder with Qt; returns the families. An unreadable file is passed over."""
    families: list[str] = []
    for path in sorted(folder.glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        if number >= 0:
            families += QFontDatabase.applicationFontFamilies(number)
    return list(dict.fromkeys(families))


def system_is_dark() -> bool:
    """Whether the computer asks for dark windows."""
    return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark


class Theme(QObject):
    """The look in force. `theme_changed` comes after colours, fonts and the style sheet have been replaced."""

    theme_changed = Signal()

    def __init__(self, app: QApplication, folder: Path = RESOURCES / "themes") -> None:
        super().__init__(app)
        self._app = app
        self._sets = {name: load_tokens(folder / f"{name}.toml") for name in ("day", "night")}
        self._families = load_fonts()
        self._mode = "system"
        self._scale = 1.0
        self._sound = True
        app.setStyle("Fusion")
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def mode(self) -> str:
        """What was chosen: "day", "night" or "system"."""
        return self._mode

    @property
    def name(self) -> str:
        """What is shown: "day" or "night"."""
        if self._mode != "system":
            return self._mode
        return "night" if system_is_dark() else "day"

    @property
    def tokens(self) -> Tokens:
        return self._sets[self.name]

    @property
    def scale(self) -> float:
        """1.0 to 2.0; multiplies every size."""
        return self._scale

    def set_mode(self, mode: str) -> None:
        """Choose "day", "night" or "system" (what the computer says)."""
        if mode not in MODES:
            raise ValueError(f"no theme is called {mode!r}")
        if mode != self._mode:
            self._mode = mode
            self._apply()

    def toggle(self) -> None:
        """Day to night or back."""
        self.set_mode("day" if self.name == "night" else "night")

    def set_scale(self, scale: float) -> None:
        """Take a scale; anything outside 100 % to 200 % is brought to the nearer end."""
        scale = min(max(scale, SCALES[0]), SCALES[-1])
        if scale != self._scale:
            self._scale = scale
            self._apply()

    def step_scale(self, steps: int) -> None:
        """One or more steps larger (positive) or smaller (negative)."""
        near = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - self._scale))
        self.set_scale(SCALES[min(max(near + steps, 0), len(SCALES) - 1)])

    @property
    def sound(self) -> bool:
        """Whether this computer makes the alarm's sounds."""
        return self._sound

    def set_sound(self, on: bool) -> None:
        """Turn the alarm's sounds on or off on this computer; what is due is shown all the same."""
        if on != self._sound:
            self._sound = on
            self.theme_changed.emit()

    def remember(self, path: Path) -> None:
        """Take up the theme, size and sound chosen last time on this computer, and write down each later choice.

        A file that is missing or spoilt counts for nothing: the look is never a reason not to open. One that can't
        be written is passed over for the same reason.
        """
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            kept = json.loads(path.read_text(encoding="utf-8"))
            self.set_scale(float(kept.get("scale", 1.0)))
            self.set_mode(str(kept.get("mode", "system")))
            self.set_sound(kept.get("sound", True) is not False)

        def write() -> None:
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(
                    json.dumps({"mode": self.mode, "scale": self.scale, "sound": self.sound}),
                    encoding="utf-8",
                )

        self.theme_changed.connect(write)

    def px(self, n: float) -> int:
        """`n` pixels at 100 %, in pixels now; never under 1 for anything above 0."""
        return max(round(n * self._scale), 1) if n > 0 else round(n * self._scale)

    def points(self, n: float) -> float:
        """`n` pixels at 100 % as a font size in points on this screen (keeps halves, which pixel sizes can't)."""
        return n * self._scale * 72.0 / QGuiApplication.primaryScreen().logicalDotsPerInchY()

    def colour(self, token: str) -> QColor:
        return QColor(self.tokens[token])

    def font(self, role: str = "body") -> QFont:
        """The font of a text role, with tabular figures."""
        size, weight = ROLES[role]
        font = QFont([FAMILY, *(f for f in self._families if f != FAMILY)] if self._families else [])
        font.setPointSizeF(self.points(size))
        font.setWeight(weight)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _system_changed(self) -> None:
        if self._mode == "system":
            self._apply()

    def _apply(self) -> None:
        app, tokens = self._app, self.tokens
        # A sheet put on over another is worked out again for each widget and each of its parents: with every page open
        # that held the window still for more than a second, and from nothing it takes a quarter of one.
        sheet = style_sheet(tokens.colours, self.name, self.px, self.points, ROLES, RESOURCES / "icons")
        with nothing_collected():
            app.setStyleSheet("")
            app.setFont(self.font())
            app.setPalette(_palette(tokens))
            app.setStyleSheet(sheet)
        self.theme_changed.emit()


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for qt_role, token in (
        (role.Window, "ground"),
        (role.WindowText, "ink"),
        (role.Base, "surface"),
        (role.AlternateBase, "ground"),
        (role.Text, "ink"),
        (role.Button, "surface"),
        (role.ButtonText, "ink"),
        (role.ToolTipBase, "surface"),
        (role.ToolTipText, "ink"),
        (role.PlaceholderText, "muted"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.Link, "accent"),
        (role.LinkVisited, "accent"),
        (role.Light, "surface"),
        (role.Midlight, "line"),
        (role.Mid, "line"),
        (role.Dark, "edge"),
        (role.Shadow, "edge"),
        (role.BrightText, "red"),
        (role.Accent, "accent"),
    ):
        palette.setColor(qt_role, QColor(tokens[token]))
    for qt_role in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, qt_role, QColor(tokens["muted"]))
    return palette


_current: list[Theme] = []


def install(app: QApplication) -> Theme:
    """Put the theme on the application, once; later calls return the same one."""
    if not _current:
        _current.append(Theme(app))
        app.aboutToQuit.connect(_current.clear)
    return _current[0]


def theme() -> Theme:
    """The theme in force (installed on first use)."""
    if _current:
        return _current[0]
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("the theme needs a QApplication")
    return install(app)


def px(n: float) -> int:
    """Pixels now for `n` pixels at 100 %."""
    return theme().px(n)


def colour(token: str) -> QColor:
    """The colour of a token now."""
    return theme().colour(token)


def font(role: str = "body") -> QFont:
    """The font of a text role now."""
    return theme().font(role)


def is_look_change(event: QEvent) -> bool:
    """Whether a `changeEvent` means that sizes or colours may have moved."""
    return event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange, QEvent.Type.PaletteChange)
