"""The one style sheet, generated from the tokens. Widgets choose a look by a property (`role`, `kind`, `tone`)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_TONES = ("amber", "red", "blue", "green", "accent")


def style_sheet(
    c: Mapping[str, str],
    name: str,
    px: Callable[[float], int],
    points: Callable[[float], float],
    roles: Mapping[str, tuple[float, Any]],
    icons: Path,
) -> str:
    """The application's style sheet for these colours and this scale; `name` picks the icon set."""
    picture = f"{icons.as_posix()}/%s-{name}.svg"
    text = [
        f'QLabel[role="{role}"] {{ font-size: {points(size):.3f}pt; font-weight: {weight.value}; }}'
        for role, (size, weight) in roles.items()
    ]
    tones = [
        rule
        for tone in _TONES
        for rule in (
            f'QLabel[tone="{tone}"], QLabel[role][tone="{tone}"] {{ color: {c[tone]}; }}',
            f'QLabel[pill="{tone}"] {{ color: {c[tone]}; background: {c[tone + "_soft"]}; }}',
        )
    ]
    return "\n".join([*text, _SHEET % _values(c, px, points, picture), *tones])


def _values(
    c: Mapping[str, str], px: Callable[[float], int], points: Callable[[float], float], picture: str
) -> dict[str, str]:
    sizes = {
        f"p{n}": f"{px(n)}px" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 18, 20, 24, 28, 32, 36, 40)
    }
    return {
        **c,
        **sizes,
        "small": f"{points(12.5):.3f}pt",
        "key": f"{points(11.5):.3f}pt",
        "chevron": picture % "chevron",
        "tick": picture % "tick",
        "dot": picture % "dot",
    }


_SHEET = """
* { outline: none; }
QMainWindow, QDialog, QWidget#page, QWidget#stack, QScrollArea, QScrollArea > QWidget > QWidget#page { background: %(ground)s; }
QScrollArea { border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QLabel { color: %(ink)s; background: transparent; }
QLabel[role="muted"], QLabel[role="small_muted"], QLabel[role="key"] { color: %(muted)s; }
QLabel[pill] { border-radius: %(p4)s; padding: %(p2)s %(p8)s; font-size: %(small)s; font-weight: 700; }
QLabel[pill="neutral"] { color: %(muted)s; background: %(surface)s; border: 1px solid %(line)s; padding: %(p1)s %(p7)s; }
QLabel[keycap="true"] { color: %(ink)s; background: %(ground)s; border: 1px solid %(line)s; border-bottom: 2px solid %(line)s;
    border-radius: %(p4)s; padding: 0px %(p5)s; font-size: %(key)s; font-weight: 400; }
QLabel[keycap="true"][kind="main"] { color: %(on_accent)s; background: transparent; border-color: %(on_accent)s; }
QLabel[badge="true"] { color: %(red)s; background: %(red_soft)s; border-radius: %(p9)s; font-size: %(small)s; font-weight: 700;
    padding: 0px %(p6)s; min-height: %(p18)s; }

QFrame#card { background: %(surface)s; border: 1px solid %(line)s; border-radius: %(p8)s; }
QFrame#card[outline="accent"] { border: 2px solid %(accent)s; }
QFrame#card[outline="red"] { border: 2px solid %(red)s; }
QFrame#card[outline="amber"] { border: 2px solid %(amber)s; }
QFrame#card[tone="red"] { background: %(red_soft)s; }
QFrame#card[tone="amber"] { background: %(amber_soft)s; }
QFrame#card[tone="blue"] { background: %(blue_soft)s; }
QFrame#card[band="accent"] { border-left: %(p4)s solid %(accent)s; }
QFrame#rule { background: %(line)s; border: none; }
QFrame#well { background: %(sunk)s; border: none; border-radius: %(p6)s; }

QPushButton { color: %(ink)s; background: %(surface)s; border: 1px solid %(line)s; border-radius: %(p6)s;
    padding: %(p5)s %(p12)s; min-height: %(p20)s; font-weight: 700; }
QPushButton:hover { background: %(accent_soft)s; border-color: %(edge)s; }
QPushButton:pressed { background: %(sunk)s; }
QPushButton:focus { border: 2px solid %(accent)s; padding: %(p4)s %(p11)s; }
QPushButton:disabled { color: %(muted)s; background: %(ground)s; border-color: %(line)s; font-weight: 400; }
QPushButton[unavailable="true"] { color: %(muted)s; background: %(ground)s; font-weight: 400; }
QPushButton[kind="main"] { color: %(on_accent)s; background: %(accent)s; border: 1px solid %(accent)s; }
QPushButton[kind="main"]:focus { border: 2px solid %(ink)s; }
QPushButton[kind="main"]:disabled, QPushButton[kind="main"][unavailable="true"] { color: %(muted)s; background: %(sunk)s; border-color: %(line)s; }
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; color: %(muted)s; font-weight: 400; }
QPushButton[kind="quiet"]:hover { background: %(accent_soft)s; color: %(ink)s; }
QPushButton[kind="quiet"]:focus { border: 2px solid %(accent)s; color: %(ink)s; }
QPushButton[kind="grave"] { color: %(red)s; border-color: %(red)s; }
QPushButton[kind="find"] { background: %(ground)s; border: 1px solid %(edge)s; color: %(muted)s; font-weight: 400; text-align: left; }
QPushButton[kind="find"]:hover { background: %(accent_soft)s; color: %(ink)s; }
QPushButton[kind="find"]:focus { border: 2px solid %(accent)s; color: %(ink)s; }
QPushButton[kind="outcome"] { text-align: left; padding: %(p8)s %(p12)s; }
QPushButton[kind="outcome"]:focus { padding: %(p7)s %(p11)s; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit, QTimeEdit { color: %(ink)s; background: %(surface)s;
    border: 1px solid %(edge)s; border-radius: %(p6)s; padding: %(p5)s %(p8)s; min-height: %(p20)s;
    selection-background-color: %(accent)s; selection-color: %(on_accent)s; }
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: %(muted)s; }
QPlainTextEdit, QTextEdit { padding: %(p3)s %(p4)s; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus, QTimeEdit:focus {
    border: 2px solid %(accent)s; padding: %(p4)s %(p7)s; }
QPlainTextEdit:focus, QTextEdit:focus { padding: %(p2)s %(p3)s; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] { border: 2px solid %(red)s; }
QLineEdit:read-only, QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled { background: %(ground)s; color: %(muted)s;
    border-color: %(line)s; }
QComboBox::drop-down { border: none; width: %(p28)s; }
QComboBox::down-arrow { image: url("%(chevron)s"); width: %(p12)s; height: %(p12)s; }
QComboBox QAbstractItemView { background: %(surface)s; border: 1px solid %(edge)s; color: %(ink)s;
    selection-background-color: %(accent)s; selection-color: %(on_accent)s; }
QCheckBox, QRadioButton { color: %(ink)s; spacing: %(p8)s; padding: %(p2)s; border: 2px solid transparent; border-radius: %(p4)s; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid %(accent)s; }
QCheckBox:disabled, QRadioButton:disabled { color: %(muted)s; }
QCheckBox::indicator, QRadioButton::indicator { width: %(p16)s; height: %(p16)s; background: %(surface)s; border: 1px solid %(edge)s; }
QCheckBox::indicator { border-radius: %(p4)s; }
QRadioButton::indicator { border-radius: %(p8)s; }
QCheckBox::indicator:checked { background: %(accent)s; border-color: %(accent)s; image: url("%(tick)s"); }
QRadioButton::indicator:checked { background: %(accent)s; border-color: %(accent)s; image: url("%(dot)s"); }

QAbstractItemView { background: %(surface)s; alternate-background-color: %(surface)s; color: %(ink)s; border: none;
    selection-background-color: %(accent_soft)s; selection-color: %(ink)s; }
QListView::item { padding: %(p5)s %(p8)s; }
QListView::item:selected { background: %(accent_soft)s; color: %(ink)s; }
QFrame#framed, QAbstractItemView[framed="true"] { border: 1px solid %(line)s; border-radius: %(p8)s; }
QAbstractItemView[framed="true"]:focus { border: 1px solid %(edge)s; }
QHeaderView::section { background: %(surface)s; color: %(muted)s; border: none; border-bottom: 1px solid %(line)s;
    padding: %(p4)s %(p8)s; font-size: %(small)s; font-weight: 700; }

QScrollBar:vertical { background: transparent; width: %(p12)s; margin: 0px; }
QScrollBar:horizontal { background: transparent; height: %(p12)s; margin: 0px; }
QScrollBar::handle { background: %(edge)s; border-radius: %(p3)s; margin: %(p3)s; min-height: %(p28)s; min-width: %(p28)s; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: %(muted)s; border: none; border-bottom: 2px solid transparent; padding: %(p8)s %(p12)s; }
QTabBar::tab:selected { color: %(accent)s; border-bottom: 2px solid %(accent)s; font-weight: 700; }
QTabBar::tab:focus { color: %(ink)s; }
QTabWidget::pane { border: none; border-top: 1px solid %(line)s; }
QToolTip { color: %(ink)s; background: %(surface)s; border: 1px solid %(edge)s; padding: %(p4)s; }
QMenu { menu-scrollable: 1; color: %(ink)s; background: %(surface)s; border: 1px solid %(edge)s; padding: %(p4)s; }
QMenu::item { padding: %(p6)s %(p28)s %(p6)s %(p16)s; border-radius: %(p4)s; }
QMenu::item:selected { background: %(accent_soft)s; }
QMenu::item:disabled { color: %(muted)s; }

QWidget#rail { background: %(sunk)s; border-right: 1px solid %(line)s; }
QWidget#rail QLabel[role="heading"] { color: %(accent)s; }
QWidget#topbar { background: %(surface)s; border-bottom: 1px solid %(line)s; }
QWidget#alarmbar { background: %(surface)s; border-bottom: 1px solid %(line)s; border-left: %(p4)s solid transparent; }
QWidget#alarmbar[tone="amber"] { background: %(amber_soft)s; }
QWidget#alarmbar[tone="red"] { background: %(red_soft)s; }
QWidget#alarmbar[escalated="true"] { border-left: %(p4)s solid %(red)s; }
QWidget#statusline { background: %(surface)s; border-top: 1px solid %(line)s; }
QWidget#statusline QLabel { font-size: %(small)s; color: %(muted)s; }
QWidget#statusline QLabel[tone="red"] { color: %(red)s; font-weight: 700; }
QWidget#statusline QLabel[tone="amber"] { color: %(amber)s; font-weight: 700; }
QLabel#training { font-weight: 700; }
QWidget#notice { background: %(blue_soft)s; border: 1px solid %(blue)s; border-radius: %(p6)s; }
QWidget#notice[tone="amber"] { background: %(amber_soft)s; border-color: %(amber)s; }
QWidget#notice[tone="red"] { background: %(red_soft)s; border-color: %(red)s; }
QWidget#notice[tone="green"] { background: %(green_soft)s; border-color: %(green)s; }
"""
