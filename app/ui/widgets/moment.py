"""When she was seen: now, at a time, about a time, or between two; the clock-change nights included.

A typed time is the latest such time that has already been, unless a day is chosen. A time that the clocks repeated
offers both with their zones; one that they skipped is refused in the words of `app.domain.time`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLineEdit, QRadioButton, QWidget

from app.domain.sightings import Precision, Source
from app.domain.time import (
    LocalTimeError,
    RepeatedTime,
    SkippedTime,
    day_label,
    local_date,
    local_instant,
    stamp,
)
from app.ui.widgets.basics import column, label, restyle, row
from app.ui.widgets.fields import read_time

SOURCES = (
    (Source.LIVE, "seen and typed now"),
    (Source.PAPER, "from the paper round sheet"),
    (Source.RADIO, "by radio"),
    (Source.MEMORY, "from memory"),
    (Source.PHONE_LOG, "from a phone log"),
    (Source.CAMERA, "from the camera clock"),
)


@dataclass(frozen=True, slots=True)
class SeenAt:
    """What was typed: [seen_from, seen_to] in UTC, equal unless the time is given as between."""

    seen_from: datetime
    seen_to: datetime
    precision: Precision
    source: Source
    now: bool = False


class NotYetError(ValueError):
    """What stands in the boxes is not a time that has been; its text says so."""


def latest_before(at: time, before: datetime, zone: ZoneInfo, fold: int | None = None) -> datetime:
    """The latest instant at or before `before` (UTC) whose local time is `at`.

    Raises RepeatedTime when both readings have been and `fold` doesn't choose, SkippedTime when that night skipped it.
    """
    today = local_date(before, zone)
    for day in (today, today - timedelta(days=1), today - timedelta(days=2)):
        try:
            found = [local_instant(day, at, zone, fold)]
        except RepeatedTime as both:
            found = [i for i in both.instants if i <= before]
            if len(found) == 2:
                raise
        except SkippedTime as skipped:
            if skipped.after <= before:
                raise
            found = []
        found = [i for i in found if i <= before]
        if found:
            return found[-1]
    raise NotYetError("That time has not been yet.")


class Moment(QWidget):
    """The entry of a seen time. `value()` is a SeenAt, or None while `problem()` gives a sentence."""

    changed = Signal()

    def __init__(
        self,
        zone: ZoneInfo,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
        *,
        earlier: bool = False,
        with_source: bool = True,
    ) -> None:
        super().__init__(parent)
        self._zone, self._now = zone, now
        self._modes = QButtonGroup(self)
        self._choices: dict[str, QRadioButton] = {}
        line = row(gap=12)
        for mode, word in (("now", "&Now"), ("exact", "A&t"), ("about", "A&bout"), ("between", "Bet&ween")):
            choice = QRadioButton(word)
            choice.setAccessibleName(word.replace("&", ""))
            self._choices[mode] = choice
            self._modes.addButton(choice)
            line.addWidget(choice)
        line.addStretch(1)
        self.first, self.second = self._box("Time, 24-hour"), self._box("Second time, 24-hour")
        self._and = label("and", "muted")
        self.day = QComboBox()
        self.day.setAccessibleName("Day")
        self._fill_days()
        self.fold = QComboBox()
        self.fold.setAccessibleName("Which of the two times")
        self.source = QComboBox()
        self.source.setAccessibleName("Where the time comes from")
        for source, words in SOURCES:
            self.source.addItem(words, source)
        self.read = label("", "small_muted", wrap=True)
        times = row(None, self.first, self._and, self.second, self.day, self.fold, 1, gap=8)
        column(self, line, times, *([self.source] if with_source else []), self.read, gap=6)
        self._with_source = with_source
        for box in (self.first, self.second):
            box.textChanged.connect(self._typed)
        for combo in (self.day, self.fold, self.source):
            combo.currentIndexChanged.connect(self._show)
        self._choices["exact" if earlier else "now"].setChecked(True)
        self._modes.buttonToggled.connect(self._mode_changed)
        if earlier:
            self.source.setCurrentIndex(1)
        self._mode_changed()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Where typing begins: the time, where one is wanted. Tab comes to the choice first, and passes nothing over."""
        where = self._choices[self.mode] if self.mode == "now" else self.first
        where.setFocus(reason)

    def _box(self, name: str) -> QLineEdit:
        box = QLineEdit()
        box.setPlaceholderText("hh:mm")
        box.setAccessibleName(name)
        box.setMaximumWidth(box.fontMetrics().horizontalAdvance("00:00 hh:mm") * 2)
        return box

    def _fill_days(self) -> None:
        today = local_date(self._now(), self._zone)
        self.day.addItem("the latest such time", None)
        for back in range(8):
            day = today - timedelta(days=back)
            self.day.addItem(day_label(day) + (" (today)" if back == 0 else ""), day)

    @property
    def mode(self) -> str:
        return next(mode for mode, choice in self._choices.items() if choice.isChecked())

    def set_mode(self, mode: str) -> None:
        """now, exact, about or between."""
        self._choices[mode].setChecked(True)

    def _source(self) -> Source:
        return Source(self.source.currentData())  # Qt hands an enumeration of words back as a plain word

    def _mode_changed(self) -> None:
        mode = self.mode
        self.setFocusProxy(self._choices[mode])
        self.first.setVisible(mode != "now")
        self.day.setVisible(mode != "now")
        self.second.setVisible(mode == "between")
        self._and.setVisible(mode == "between")
        self.source.setVisible(self._with_source and mode != "now")
        if mode != "now" and self._source() is Source.LIVE:
            self.source.setCurrentIndex(1)
        self._typed()

    def _typed(self) -> None:
        self._offer_folds()
        self._show()

    def _offer_folds(self) -> None:
        """Show the two readings when the typed time was repeated."""
        chosen = self.fold.currentIndex()
        self.fold.blockSignals(True)
        self.fold.clear()
        try:
            self._resolve(None)
        except RepeatedTime as both:
            self.fold.addItem("which of the two?", None)
            for number, words in enumerate(both.labels):
                self.fold.addItem(words, number)
            self.fold.setCurrentIndex(max(chosen, 0))
        except ValueError:
            pass
        self.fold.setVisible(self.fold.count() > 0)
        self.fold.blockSignals(False)

    def _instant(self, box: QLineEdit, before: datetime, fold: int | None) -> datetime:
        at = read_time(box.text())
        if at is None:
            raise NotYetError("Type a 24-hour time like 21:05.")
        day: date | None = self.day.currentData()
        if day is None:
            return latest_before(at, before, self._zone, fold)
        found = local_instant(day, at, self._zone, fold)
        if found > before:
            raise NotYetError(f"{stamp(found, self._zone)} on {day_label(day)} has not been yet.")
        return found

    def _resolve(self, fold: int | None) -> SeenAt:
        mode, now = self.mode, self._now()
        if mode == "now":
            return SeenAt(now, now, Precision.EXACT, Source.LIVE, now=True)
        source = self._source()
        if mode != "between":
            at = self._instant(self.first, now, fold)
            return SeenAt(at, at, Precision(mode), source)
        end = self._instant(self.second, now, fold)
        start = self._instant(self.first, end, fold)
        return SeenAt(start, end, Precision.BETWEEN, source)

    def value(self) -> SeenAt | None:
        try:
            return self._resolve(self.fold.currentData() if self.fold.count() else None)
        except ValueError:
            return None

    def problem(self) -> str | None:
        """Why there is no value yet, in a sentence; None when there is one."""
        try:
            self._resolve(self.fold.currentData() if self.fold.count() else None)
        except (LocalTimeError, NotYetError) as why:
            return str(why)
        return None

    def _show(self) -> None:
        problem = self.problem()
        typed = bool(self.first.text().strip()) and (
            self.mode != "between" or bool(self.second.text().strip())
        )
        if self.mode == "now":
            text = ""
        elif problem:
            text = problem if typed else ""
        else:
            seen = self.value()
            text = self._words(seen) if seen else ""
        self.read.setText(text)
        self.read.setVisible(bool(text))
        restyle(self.read, tone="red" if problem and typed else None)
        self.changed.emit()

    def _words(self, seen: SeenAt) -> str:
        def say(instant: datetime) -> str:
            return f"{day_label(local_date(instant, self._zone))} {stamp(instant, self._zone)}"

        if seen.precision is Precision.BETWEEN:
            return f"Between {say(seen.seen_from)} and {say(seen.seen_to)}"
        return ("About " if seen.precision is Precision.ABOUT else "") + say(seen.seen_from)
