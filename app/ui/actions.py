"""One registry of what a person can do: its words, keys, scope, whether it is available, and how to do it.

Menus, buttons, the palette, tooltips and the keys overlay read it, so a key is written down once. Two actions can't
have one key in one place: registration refuses it. Single letters belong to lists and work only while their list has the
focus; a held key counts once. What is about the chosen line of a list is offered elsewhere (menu, palette) only while
that list has the focus, with the name of whom it is about: never for a woman who happens to be chosen out of sight.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.domain.results import Available, Unavailable
from app.ui.thesaurus import THESAURUS
from app.ui.widgets.basics import key_text
from app.ui.widgets.marks import Mark

Why = Available | Unavailable | str | None


class Scope(Enum):
    """Where an action's keys work."""

    WINDOW = "Everywhere"
    PAGE = "On this page"
    LIST = "In the list"


def always() -> Why:
    """Available at any time; a list's action that is, is about no line of it."""
    return None


@dataclass(frozen=True, slots=True)
class Act:
    """One action. `place` is the page's id ("" for the window); `available` gives None, or why not; `area` is the part
    of the menu that it stands in (default: by its scope)."""

    id: str
    text: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()
    scope: Scope = Scope.WINDOW
    place: str = ""
    available: Callable[[], Why] = always
    mark: Mark | None = None
    hint: str = ""
    area: str = ""

    @property
    def title(self) -> str:
        """Its text as it stands by itself, with a capital: a round's keys are in small letters."""
        return self.text[:1].upper() + self.text[1:]

    @property
    def words(self) -> str:
        """Everything by which the palette finds it: its text, its hint, its keys, and what else people call it."""
        keys = " ".join(key_text(key) for key in self.keys)
        return " ".join((self.text, self.hint, keys, THESAURUS.get(self.id, "")))

    @property
    def about_line(self) -> bool:
        """Whether it is about the chosen line of its list."""
        return self.scope is Scope.LIST and self.available is not always

    @property
    def reason(self) -> str | None:
        """Why it can't be done now, in plain words with who can; None when it can."""
        why = self.available()
        if why is None or isinstance(why, Available):
            return None
        return str(why)

    @property
    def tooltip(self) -> str:
        """Text, keys, and the reason when it is not available."""
        keys = ", ".join(key_text(key) for key in self.keys)
        return " · ".join(part for part in (self.hint or self.text, keys, self.reason) if part)


#: The area of what belongs to the whole window; it stands last.
DAYBOOK = "Daybook"
#: Why what is about a line can't be done from outside its list.
NO_LINE = "Choose a line in the list first."


class DuplicateKeyError(ValueError):
    """Two actions claim one key in one place."""


def normal_key(key: str) -> str:
    """A key in Qt's portable spelling, so that "ctrl+l" and "Ctrl+L" are one. Raises ValueError for no key at all."""
    text = QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
    if not text:
        raise ValueError(f"{key!r} is not a key")
    return text


class Actions(QObject):
    """The registry. `refused` carries the reason when someone tries what is not available."""

    refused = Signal(str)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._acts: dict[str, Act] = {}
        self._qactions: dict[str, QAction] = {}
        self._lists: dict[str, _ListKeys] = {}
        self._views: dict[str, list[QWidget]] = {}

    def add(self, *acts: Act) -> None:
        """Register actions. Raises DuplicateKeyError or ValueError; then none of them is registered."""
        taken = {(place, key): act for act in self._acts.values() for place, key in self._claims(act)}
        fresh: dict[str, Act] = {}
        for act in acts:
            if act.id in self._acts or act.id in fresh:
                raise ValueError(f"action {act.id} is registered twice")
            if act.scope is not Scope.WINDOW and not act.place:
                raise ValueError(f"action {act.id} belongs to a page or list and must name it")
            for place, key in self._claims(act):
                for where in {place, ""} if place else {p for p, _ in taken} | {""}:
                    if (other := taken.get((where, key))) is not None:
                        raise DuplicateKeyError(
                            f"{key} is both {other.id} and {act.id} in {place or 'the window'}"
                        )
                taken[place, key] = act
            fresh[act.id] = act
        self._acts.update(fresh)
        self.changed.emit()

    @staticmethod
    def _claims(act: Act) -> list[tuple[str, str]]:
        return [("" if act.scope is Scope.WINDOW else act.place, normal_key(key)) for key in act.keys]

    def drop(self, place: str) -> None:
        """Forget the actions of a page that is going, and of its parts. Their Qt actions are kept, dead, for when it comes
        again."""

        def gone(where: str) -> bool:
            return where == place or where.startswith(f"{place}.")

        for where in [each for each in self._views if gone(each)]:
            del self._views[where]
        for number in [act.id for act in self._acts.values() if gone(act.place)]:
            del self._acts[number]
            if (action := self._qactions.get(number)) is not None:
                action.setShortcuts([])
                action.setEnabled(False)
        self.changed.emit()

    def get(self, number: str) -> Act:
        return self._acts[number]

    def of(self, scope: Scope, place: str = "") -> list[Act]:
        """The actions of one scope, in the order they were registered."""
        return [
            a for a in self._acts.values() if a.scope is scope and (a.place == place or scope is Scope.WINDOW)
        ]

    def at(self, place: str) -> list[Act]:
        """Everything that can be asked for at a place: about the chosen line, on the page, everywhere. Two keys' actions
        with the same words stand there once."""
        found: dict[tuple[str, str], Act] = {}
        for scope in (Scope.LIST, Scope.PAGE, Scope.WINDOW):
            for act in self._around(scope, place):
                found.setdefault((act.place, act.title), act)
        return list(found.values())

    def _around(self, scope: Scope, place: str) -> list[Act]:
        """Of a scope at a place and in its parts ("handover.copies" is a part of "handover")."""
        parts = (
            {act.place for act in self._acts.values() if act.place.startswith(f"{place}.")}
            if place
            else set()
        )
        return [
            act
            for where in (place, *sorted(parts))
            for act in self.of(scope, where)
            if act.place in ("", where)
        ]

    def by_area(self, place: str, title: str) -> dict[str, list[Act]]:
        """The same by area, the place's own areas first; `title` is the name of the place."""
        areas: dict[str, list[Act]] = {}
        for act in self.at(place):
            areas.setdefault(act.area or self._area(act, title), []).append(act)
        return dict(sorted(areas.items(), key=lambda area: area[0] == DAYBOOK))

    @staticmethod
    def _area(act: Act, title: str) -> str:
        if act.scope is Scope.WINDOW:
            return "Go to" if act.id.startswith("go.") else DAYBOOK
        return f"{title}: {'the list' if act.scope is Scope.LIST else 'this page'}"

    def chosen(self, place: str) -> str | None:
        """Whom or what the chosen line of the place's list is about, while that list has the focus; else None."""
        focus = QApplication.focusWidget()
        if focus is None or focus not in self._views.get(place, []):
            return None
        name: str | None = getattr(focus, "current_name", None)
        return name

    def why_not(self, act: Act) -> str | None:
        """Why it can't be done from here, a list's action from outside its list included; None when it can."""
        if act.about_line and self.chosen(act.place) is None:
            return NO_LINE
        return act.reason

    def trigger(self, number: str) -> bool:
        """Do it, or say why not (by `refused`). True when it was done."""
        act = self._acts[number]
        if (reason := act.reason) is not None:
            self.refused.emit(reason)
            return False
        act.run()
        return True

    def qaction(self, number: str) -> QAction:
        """The Qt action (made once): for menus, and for its keys when attached to a window or page."""
        act = self._acts[number]
        action = self._qactions.get(number)
        if action is None:
            action = self._qactions[number] = QAction(self)
            action.setObjectName(number)
            action.setAutoRepeat(False)
            action.triggered.connect(lambda _checked=False, n=number: self.trigger(n))
        action.setText(act.text)
        action.setEnabled(True)
        if act.scope is not Scope.LIST:
            action.setShortcuts([QKeySequence(key) for key in act.keys])
            action.setShortcutContext(
                Qt.ShortcutContext.WindowShortcut
                if act.scope is Scope.WINDOW
                else Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
        return action

    def attach(self, widget: QWidget, scope: Scope, place: str = "") -> None:
        """Give a window or page the keys of its actions; call again after adding more."""
        for act in self.of(scope, place):
            action = self.qaction(act.id)
            if action not in widget.actions():
                widget.addAction(action)

    def bind_list(self, view: QWidget, place: str) -> None:
        """Give a list the single-letter keys of its place. They work only while it has the focus."""
        keys = self._lists.get(place)
        if keys is None:
            keys = self._lists[place] = _ListKeys(self, place)
        view.installEventFilter(keys)
        self._views.setdefault(place, []).append(view)

    def menu(self, numbers: Iterable[str | None], parent: QWidget) -> QMenu:
        """A menu; None is a separator. What is not available is greyed and says why."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        for number in numbers:
            if number is None:
                menu.addSeparator()
            else:
                act = self._acts[number]
                self._item(menu, act, act.text, act.reason)
        return menu

    def menu_of_everything(self, place: str, title: str, parent: QWidget) -> QMenu:
        """Everything by area, each area a menu; letters and arrows work in it."""
        whole = QMenu(parent)
        areas = self.by_area(place, title)
        for (name, acts), marked in zip(areas.items(), mnemonics(areas), strict=True):
            menu = whole.addMenu(marked)
            menu.setToolTipsVisible(True)
            menu.setAccessibleName(name)
            if places := {act.place for act in acts if act.about_line}:
                chosen = next(filter(None, map(self.chosen, places)), NO_LINE)
                menu.addAction(chosen.replace("&", "&&")).setEnabled(False)
                menu.addSeparator()
            for act, text in zip(acts, mnemonics(act.title for act in acts), strict=True):
                self._item(menu, act, text, self.why_not(act))
        return whole

    def _item(self, menu: QMenu, act: Act, text: str, reason: str | None) -> None:
        keys = "\t" + key_text(act.keys[0]) if act.keys else ""
        said = f" ({reason})" if reason and reason != NO_LINE else ""
        item = menu.addAction(text + said + keys)
        item.setEnabled(reason is None)
        item.setToolTip(act.tooltip)
        item.triggered.connect(lambda _checked=False, n=act.id: self.trigger(n))

    def by_key(self, place: str, event: QKeyEvent) -> Act | None:
        """The list action that a key press means, if any."""
        pressed = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
        text = event.text().upper()
        for act in self.of(Scope.LIST, place):
            for key in act.keys:
                wanted = normal_key(key)
                if wanted == pressed or (len(wanted) == 1 and wanted == text and not _commands(event)):
                    return act
        return None


def mnemonics(texts: Iterable[str]) -> list[str]:
    """Menu texts with a letter marked in each, no letter twice while there are letters left."""
    taken: set[str] = set()
    made = []
    for text in texts:
        starts = [i for i, c in enumerate(text) if c.isalnum() and (i == 0 or not text[i - 1].isalnum())]
        places = [*starts, *(i for i, c in enumerate(text) if c.isalnum())]
        at = next((i for i in places if text[i].casefold() not in taken), None)
        if at is None:
            made.append(text.replace("&", "&&"))
            continue
        taken.add(text[at].casefold())
        made.append(text[:at].replace("&", "&&") + "&" + text[at:].replace("&", "&&"))
    return made


def _commands(event: QKeyEvent) -> bool:
    return bool(
        event.modifiers()
        & (
            Qt.KeyboardModifier.ControlModifier
            | Qt.KeyboardModifier.AltModifier
            | Qt.KeyboardModifier.MetaModifier
        )
    )


class _ListKeys(QObject):
    """Turns key presses of a focused list into its actions. A repeat of a held key is swallowed."""

    def __init__(self, actions: Actions, place: str) -> None:
        super().__init__(actions)
        self._actions, self._place = actions, place

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) and isinstance(
            event, QKeyEvent
        ):
            act = self._actions.by_key(self._place, event)
            if act is not None:
                if event.type() is QEvent.Type.ShortcutOverride:
                    event.accept()
                    return True
                if not event.isAutoRepeat():
                    self._actions.trigger(act.id)
                return True
        return False
