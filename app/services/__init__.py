"""What a person can do, one module per area. Importing this package registers every act."""

from app.services import (  # noqa: F401
    absences,
    checks,
    corrections,
    drafts,
    handovers,
    house,
    movements,
    notes,
    plans,
    regimes,
    residents,
    rooms,
    round_sheet,
    staff,
    undo,
    walks,
)
