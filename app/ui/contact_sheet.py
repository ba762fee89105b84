"""Every screen as a picture, by day and night, at 100 % and 150 %; and the checks that tests make on any widget."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from app.ui.theme import colour, font, theme

Factory = Callable[[], QWidget | QImage]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: what it shows, in which theme, at which scale, and its file."""

    name: str
    theme: str
    scale: float
    path: Path

    @property
    def caption(self) -> str:
        return f"{self.name} · {self.theme} · {round(self.scale * 100)} %"


def render(
    factories: Mapping[str, Factory],
    out_dir: Path,
    themes: Sequence[str] = ("day", "night"),
    scales: Sequence[float] = (1.0, 1.5),
    size: QSize | None = None,
) -> list[Shot]:
    """Draw each named window, page or document (a ready QImage, drawn once) to PNG, and an index of all of them.

    A factory makes its widget anew for each look. `size` is the window at 100 % (1440 × 900 when None); it grows with
    the scale, as a window does on a larger screen. The theme is put back afterwards.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    look, before = theme(), (theme().mode, theme().scale)
    shots: list[Shot] = []
    try:
        for mode in themes:
            for scale in scales:
                look.set_mode(mode)
                look.set_scale(scale)
                for name, factory in factories.items():
                    shot = Shot(name, mode, scale, out_dir / f"{name}-{mode}-{round(scale * 100)}.png")
                    made = factory()
                    if isinstance(made, QImage):
                        if (mode, scale) != (themes[0], scales[0]):
                            continue
                        picture = made
                    else:
                        picture = picture_of(made, (size or QSize(1440, 900)) * scale)
                        made.close()
                        made.deleteLater()
                    if not picture.save(str(shot.path)):
                        raise OSError(f"{shot.path.name} could not be written")
                    shots.append(shot)
    finally:
        look.set_mode(before[0])
        look.set_scale(before[1])
    _index(shots, out_dir)
    return shots


def picture_of(widget: QWidget, size: QSize) -> QImage:
    """The widget as it is painted: a window at this size, a sheet at its own."""
    if isinstance(widget, QDialog):
        widget.adjustSize()
    else:
        widget.resize(size)
    widget.show()
    settle()
    return widget.grab().toImage()


def settle() -> None:
    """Let layouts, style changes and posted events come to rest."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def _index(shots: Sequence[Shot], out_dir: Path) -> None:
    figures = "\n".join(
        f'<figure><a href="{html.escape(s.path.name)}"><img src="{html.escape(s.path.name)}" alt="{html.escape(s.caption)}">'
        f"</a><figcaption>{html.escape(s.caption)}</figcaption></figure>"
        for s in shots
    )
    page = (
        '<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Contact sheet</title><style>'
        "body{font-family:sans-serif;margin:16px;display:grid;gap:16px;"
        "grid-template-columns:repeat(auto-fill,minmax(420px,1fr))}figure{margin:0}img{width:100%;border:1px solid #888}"
        f"</style>\n{figures}\n</html>\n"
    )
    (out_dir / "index.html").write_text(page, encoding="utf-8")
    if shots:
        _montage(shots).save(str(out_dir / "index.png"))


def _montage(shots: Sequence[Shot]) -> QImage:
    across, cell, caption = min(4, len(shots)), QSize(480, 340), 24
    down = -(-len(shots) // across)
    sheet = QImage(
        across * (cell.width() + 12) + 12,
        down * (cell.height() + caption + 12) + 12,
        QImage.Format.Format_RGB32,
    )
    sheet.fill(colour("ground"))
    painter = QPainter(sheet)
    painter.setFont(font("small"))
    painter.setPen(colour("ink"))
    for i, shot in enumerate(shots):
        at = QPoint(
            12 + (i % across) * (cell.width() + 12), 12 + (i // across) * (cell.height() + caption + 12)
        )
        image = QImage(str(shot.path)).scaled(
            cell, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(at, image)
        painter.drawText(QRect(at + QPoint(0, cell.height()), QSize(cell.width(), caption)), 0, shot.caption)
    painter.end()
    return sheet


def _shown(widget: QWidget) -> Iterator[QWidget]:
    """The widget and everything visible inside it, item views' own parts left out."""
    if widget.isVisible():
        yield widget
        for child in widget.children():
            if isinstance(child, QWidget) and not child.isWindow():
                yield from _shown(child)


def clipped_text(widget: QWidget) -> list[str]:
    """Labels, buttons and boxes in a shown widget whose words don't fit, or that stick out of their parent."""
    found = []
    for each in _shown(widget):
        words = _words(each)
        if words and (_too_small(each) or _sticks_out(each)):
            found.append(f"{type(each).__name__}: {words!r} in {each.width()} × {each.height()}")
    return found


def _words(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QAbstractButton):
        return widget.text()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QLineEdit):
        return widget.placeholderText()
    return ""


def _too_small(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) > widget.height() + 1
        hint = widget.sizeHint()
        return hint.width() > widget.width() + 1 or hint.height() > widget.height() + 2
    if isinstance(widget, QAbstractButton):
        return widget.sizeHint().width() > widget.width() + 1
    return widget.fontMetrics().horizontalAdvance(_words(widget)) + 12 > widget.width()


def _sticks_out(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if parent is None or isinstance(parent, QAbstractScrollArea):
        return False
    grand = parent.parentWidget()
    if isinstance(grand, QScrollArea) and grand.viewport() is parent:
        return False
    return not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry())


def tab_order(widget: QWidget) -> list[QWidget]:
    """The controls inside a shown widget in the order that Tab visits them. The focus goes round, and back to where it was.

    Not by `nextInFocusChain`: PySide takes what that gives for the child of the widget that was asked, away from its real
    parent, and the next collection of garbage then deletes it under Qt.
    """
    window, order = widget.window(), list[QWidget]()
    was = window.focusWidget()
    widget.setFocus()
    home = window.focusWidget()
    while window.focusNextChild():
        at = window.focusWidget()
        if at in order:
            break
        order.append(at)
    if was is not None:
        was.setFocus()
    inside = [widget.isAncestorOf(each) for each in order]
    if all(inside):
        begin = order.index(home) if home in order else 0
    else:
        begin = next((i for i, one in enumerate(inside) if one and not inside[i - 1]), 0)
    return [each for each in order[begin:] + order[:begin] if widget.isAncestorOf(each)]


def unnamed_controls(widget: QWidget) -> list[str]:
    """Visible controls that take the focus and that a screen reader couldn't name."""
    return [
        f"{type(each).__name__} {each.objectName()}".strip()
        for each in _shown(widget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.focusProxy() is None
        and not each.accessibleName().strip()
        and not (isinstance(each, QAbstractButton) and each.text().strip())
    ]
