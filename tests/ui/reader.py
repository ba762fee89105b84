"""What a screen reader hears of a screen, and what the keyboard alone can do on it; each answer is a list of faults."""

import re
from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QRadioButton,
    QScrollArea,
    QTableView,
    QTextEdit,
    QWidget,
)

from app.ui.contact_sheet import tab_order
from app.ui.theme import PAIRS, TOKENS, theme
from app.ui.widgets.buttons import ActionButton, KeyButton
from app.ui.widgets.rows import RowsView

Role = QAccessible.Role
#: What somebody can be told she is on. A plain region takes no focus.
ROLES = {
    Role.Button, Role.ButtonMenu, Role.Cell, Role.CheckBox, Role.ComboBox, Role.Document, Role.EditableText, Role.List,
    Role.ListItem, Role.MenuItem, Role.RadioButton, Role.Table,
}  # fmt: skip
#: Names that a programmer gave, not a person.
CODE = re.compile(r"[a-z]+(?:[._][a-z]+)+|Q[A-Z]\w+|None|.*[0-9a-f]{8}-[0-9a-f]{4}.*|.*</?\w+>.*")


def name(node: QAccessibleInterface) -> str:
    return node.text(QAccessible.Text.Name).strip()


def described(node: QAccessibleInterface) -> str:
    return node.text(QAccessible.Text.Description).strip()


def nodes(node: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
    """The node and everything under it that is shown; a table is heard by its rows."""
    if node is None or not node.isValid() or node.state().invisible:
        return
    yield node
    if not isinstance(node.object(), QTableView):
        for place in range(node.childCount()):
            yield from nodes(node.child(place))


def misheard(screen: QWidget) -> list[str]:
    """Controls that would be announced wrongly: no name or a code, no role, a wrong state, no reason for being off."""
    found = []
    for node in nodes(QAccessible.queryAccessibleInterface(screen)):
        widget = node.object()
        if not (node.state().focusable or isinstance(widget, QAbstractButton)) or node.role() is Role.Window:
            continue
        if isinstance(widget, QAbstractButton) and isinstance(widget.parentWidget(), QLineEdit | QTableView):
            continue
        who = f"{type(widget).__name__} {name(node)!r}"
        if not name(node) or CODE.fullmatch(name(node)):
            found.append(f"{who} has no name")
        if node.role() not in ROLES and not _scrolls(widget):
            found.append(f"{who} is a {node.role().name}")
        found += [f"{who} {fault}" for fault in _states(node, widget)]
        if isinstance(widget, RowsView):
            found += _rows(node, widget)
    return found


def _scrolls(widget: object) -> bool:
    """A text that is longer than its place takes the focus to be moved by keys; it is announced by its name."""
    return isinstance(widget, QScrollArea | QTextEdit) and bool(widget.accessibleName())


def _states(node: QAccessibleInterface, widget: object) -> Iterator[str]:
    state = node.state()
    if isinstance(widget, QAbstractButton):
        if widget.isCheckable() and bool(state.checked) is not widget.isChecked():
            yield "is not heard as it stands"
        if not widget.isEnabled() and not (described(node) or widget.toolTip()):
            yield "is off and does not say why"
    if isinstance(widget, QWidget) and bool(state.disabled) is widget.isEnabled():
        yield "is heard as on when it is off"
    if isinstance(widget, ActionButton):
        reason = widget._actions.get(widget._number).reason
        if reason is not None and reason not in described(node):
            yield f"does not say {reason!r}"
    secret = isinstance(widget, QLineEdit) and widget.echoMode() is QLineEdit.EchoMode.Password
    if secret and not state.passwordEdit:
        yield "is not heard as a password"


def _rows(node: QAccessibleInterface, view: RowsView) -> Iterator[str]:
    """Each row is whole in what its first cell says, and each of its cells says its own part."""
    heard = [node.child(place) for place in range(node.childCount())]
    cells = [each for each in heard if each is not None and each.role() is Role.Cell]
    across = len(view.rows_model.columns)
    rows = view.rows_model.rows
    if len(cells) != across * len(rows):
        yield f"{view.accessibleName()!r} has {len(cells)} cells for {len(rows)} rows of {across}"
        return
    for number, row in enumerate(rows):
        own = cells[number * across : (number + 1) * across]
        whole = f"{name(own[0])}, {described(own[0])}"
        for cell, one in zip(row.cells, own, strict=False):
            if name(one) != cell.spoken.strip() or cell.spoken.strip() not in whole:
                yield f"{view.accessibleName()!r}: {cell.spoken!r} is heard as {name(one)!r} of {whole!r}"


def by_tab(screen: QWidget) -> tuple[list[QWidget], QWidget | None]:
    """Where Tab goes from the first control on, and to which of them it comes for the second time (None: out of sight)."""
    order = tab_order(screen)
    if not order:
        return [], None
    focus = QApplication.focusWidget()
    begin = focus if focus in order else order[0]
    begin.setFocus(Qt.FocusReason.TabFocusReason)
    visited = [begin]
    while True:
        QTest.keyClick(visited[-1], Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        if at is None or at in visited:
            return visited, at
        visited.append(at)


def unreached(screen: QWidget) -> list[str]:
    """Controls that Tab alone does not come to, because they are left out or because another one keeps it; and a way that
    does not come round."""
    visited, at = by_tab(screen)
    if not visited:
        return ["nothing here takes the focus"]
    found = [
        f"Tab does not reach {_who(each)}"
        for each in tab_order(screen)
        if each not in visited and not _beside_the_chosen(each)
    ]
    if at is not visited[0]:
        found.append(f"after {_who(visited[-1])} Tab goes to {_who(at) if at else 'nothing'}")
    QTest.keyClick(visited[0], Qt.Key.Key_Backtab)
    if QApplication.focusWidget() is not visited[-1]:
        found.append(f"Shift Tab does not go back from {_who(visited[0])}")
    return found


def _beside_the_chosen(widget: QWidget) -> bool:
    """Of radio buttons that belong together Tab stops at the chosen one; the arrows go to the others."""
    parent = widget.parentWidget()
    if not isinstance(widget, QRadioButton) or widget.isChecked() or parent is None:
        return False
    return any(each.isChecked() for each in parent.findChildren(QRadioButton))


def unordered(screen: QWidget) -> list[str]:
    """Steps of Tab that go against reading: up, or to the left in one line, within the smallest group that holds both."""
    found, (order, _) = [], by_tab(screen)
    begin = next((place for place, each in enumerate(order) if each is tab_order(screen)[0]), 0)
    order = order[begin:] + order[:begin]
    for one, other in pairwise(order):
        group = one.parentWidget()
        while group is not None and not group.isAncestorOf(other):
            group = group.parentWidget()
        if group is None:
            continue
        first, then = _box(_branch(one, group), group), _box(_branch(other, group), group)
        above = then.bottom() < first.top() and then.left() < first.right()
        before = then.right() < first.left() and then.top() <= first.bottom() and then.bottom() >= first.top()
        if above or before:
            found.append(f"{_who(other)} comes after {_who(one)}")
    return found


def _branch(widget: QWidget, group: QWidget) -> QWidget:
    at = widget
    while (parent := at.parentWidget()) is not None and parent is not group:
        at = parent
    return at


def _box(widget: QWidget, group: QWidget) -> QRect:
    return QRect(widget.mapTo(group, QPoint(0, 0)), widget.size())


def mouse_only(screen: QWidget) -> list[str]:
    """What a click does and no key: no Tab stop, no arrows from a neighbour's, no key of its own, or deaf to Space."""
    found = []
    for each in screen.findChildren(QWidget):
        if not each.isVisible() or not each.isEnabled():
            continue
        stops = bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if isinstance(each, QAbstractButton):
            if not (stops or _has_another_way(each)):
                found.append(f"{_who(each)} has no key")
            elif stops and not each.isCheckable() and not _presses(each):
                found.append(f"{_who(each)} is deaf to Space")
        elif isinstance(each, QLabel):
            if (
                each.textInteractionFlags() & Qt.TextInteractionFlag.LinksAccessibleByMouse
                and "<a " in each.text()
            ):
                found.append(f"{_who(each)} has a link for the mouse only")
        elif _clickable(each) and not stops and each.focusProxy() is None:
            found.append(f"{_who(each)} can only be clicked")
    return found


def _has_another_way(button: QAbstractButton) -> bool:
    parent = button.parentWidget()
    if isinstance(parent, QLineEdit | QTableView):
        return True
    if isinstance(button, KeyButton) and button._key:
        return True
    neighbours = parent.findChildren(type(button)) if parent is not None else []
    return button.isCheckable() and any(
        each.focusPolicy() & Qt.FocusPolicy.TabFocus for each in neighbours if each.isVisible()
    )


def _presses(button: QAbstractButton) -> bool:
    button.blockSignals(True)
    QTest.keyPress(button, Qt.Key.Key_Space)
    down = button.isDown()
    button.setDown(False)
    button.blockSignals(False)
    return down


def _clickable(widget: QWidget) -> bool:
    return any(
        each.__module__.startswith("app.") and {"mousePressEvent", "mouseReleaseEvent"} & set(vars(each))
        for each in type(widget).__mro__
    )


def _who(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()!r}"


#: What is painted upon. White is the surface and what is written on a main button; here it counts as the surface.
GROUNDS = frozenset(
    token for token in TOKENS if token in {"ground", "surface", "sunk"} or token.endswith("_soft")
)
INKS = frozenset(TOKENS) - GROUNDS - {"line", "on_accent"}


def untested(screen: QWidget) -> list[str]:
    """Colours that meet on the screen as it is painted, one two pixels from the other, and are not a tested pair.

    Whatever painted them is seen: style sheet, delegate or picture. The same tokens meet by night.
    """
    image = screen.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    tokens = {int(f"ff{theme().tokens[token][1:]}", 16): token for token in (*INKS, *GROUNDS)}
    dots = memoryview(image.constBits()).cast("B").cast("I")
    met = {
        frozenset((tokens[a], tokens[b]))
        for a, b in set(zip(dots, dots[2:], strict=False))
        if a in tokens and b in tokens
    }
    tested = {(pair.fore, pair.back) for pair in PAIRS}
    return sorted(
        f"{fore} on {back}"
        for pair in met
        for fore in pair & INKS
        for back in pair & GROUNDS
        if (fore, back) not in tested
    )
