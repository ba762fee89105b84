"""The official code lists, as they come with Daybook."""

from functools import cache
from pathlib import Path

from app.domain.codes import Code, Codes, read_codes
from app.domain.time import local_date
from app.services.acts import Context, Refuse

REFERENCE = Path(__file__).resolve().parents[2] / "db" / "reference"


@cache
def codes(name: str) -> Codes:
    """The list with this name: "departure_reason". Raises ValueError for a file that can't be read as one."""
    return read_codes(name, (REFERENCE / f"{name}.csv").read_text(encoding="utf-8"))


def chosen(context: Context, name: str, code: str | None, what: str, field: str) -> Code:
    """The code that was chosen, if it may be chosen today; refused in words if not."""
    row, today = codes(name).get(code), local_date(context.now, context.house.zone)
    if not code:
        raise Refuse(f"{what} is needed.", fields=(field,))
    if row is None or not row.offered(today):
        raise Refuse(
            f"{what} must be one of: {', '.join(label for _, label in codes(name).choices(today))}.",
            fields=(field,),
        )
    if codes(name).under(row.code, today):
        raise Refuse(f"{row.label}: say which.", fields=(field,))
    return row
