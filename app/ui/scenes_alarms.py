"""The alarm bar at every level, for the contact sheet."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.domain.alarms import Alarm, Alarms, Cause, Group, Level
from app.domain.outcomes import Kind, Slot
from app.domain.regimes import Purpose
from app.ui.alarms import AlarmBar
from app.ui.widgets.basics import column


def alarm_bars() -> QWidget:
    """The alarm bar as it is calm, and at each level, one above the other; the last while an emergency holds the sounds."""
    zone, at = ZoneInfo("Europe/London"), datetime(2026, 11, 22, 23, 20, tzinfo=UTC)
    began = at - timedelta(minutes=20)
    slot = Slot(
        UUID(int=1), UUID(int=2), Purpose.CURFEW, "curfew", Kind.AT, began, at, at + timedelta(hours=3)
    )

    def alarm(level: Level, who: str) -> Alarm:
        return Alarm(Cause.CHECK, level, at, UUID(int=1), who, slot)

    carr = "Leanne Carr, 11 Oak"
    due = Group(tuple(alarm(Level.DUE, carr) for _ in range(14)))
    over, told = (Group((alarm(level, carr),)) for level in (Level.OVERDUE, Level.ESCALATED))
    late = Group((Alarm(Cause.LATE, Level.DUE, at, UUID(int=1), "Jo Hale, 23 Swift", late_since=began),))
    on_call = "Olive Brandt 07700 900461"
    shown = (
        Alarms(began),
        Alarms(began, (due,)),
        Alarms(at, (Group((alarm(Level.SOON, carr),)), late)),
        Alarms(at - timedelta(minutes=8), (late,)),
        Alarms(at + timedelta(minutes=8), (over, late, due)),
        Alarms(at + timedelta(minutes=18), (told, late), None, on_call),
        Alarms(began, (Group((Alarm(Cause.STAFF, Level.SOON),)),), None, on_call, (1, 2)),
        Alarms(at + timedelta(minutes=18), (told, late), began, on_call),
    )
    page = QWidget()
    page.setObjectName("page")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    bars = [AlarmBar() for _ in shown]
    for bar, now in zip(bars, shown, strict=True):
        bar.show_alarms(now, zone)
    column(page, *bars, 1, gap=6)
    return page
