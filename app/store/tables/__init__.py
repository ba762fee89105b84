"""Every table of the store, by area. Importing this package fills `metadata`."""

from app.store.tables import (  # noqa: F401
    absences,
    audit,
    checks,
    drafts,
    handovers,
    house,
    movements,
    notes,
    plans,
    regimes,
    residents,
    rooms,
    staff,
)
from app.store.tables.base import metadata

__all__ = ["metadata"]
