"""What a person can do, one module per area. Importing this package registers every act."""

from app.services import (  # noqa: F401
    absences,
    case_pack,
    checks,
    corrections,
    drafts,
    emergencies,
    grab,
    handovers,
    house,
    movements,
    notes,
    plans,
    regimes,
    residents,
    rolls,
    rooms,
    round_sheet,
    staff,
    undo,
    walks,
)
