"""Every table of the store, by area. Importing this package fills `metadata`."""

from app.store.tables import (  # noqa: F401
    absences,
    audit,
    checks,
    drafts,
    emergencies,
    handovers,
    house,
    movements,
    notes,
    papers,
    plans,
    regimes,
    residents,
    rolls,
    rooms,
    staff,
    walks,
)
from app.store.tables.base import metadata

__all__ = ["metadata"]
