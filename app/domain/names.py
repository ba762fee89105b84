"""Names that are easily mistaken for one another: the wrong one of two women is the commonest slip of a round."""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from uuid import UUID

#: How alike two names are before both get an alert: Anne Doyle and Anne Doyles, Kelly-Ann and Kellyanne.
ALIKE = 0.84


def folded(name: str) -> str:
    """A name without case, accents and punctuation, for comparing and finding."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())


@lru_cache(maxsize=8192)
def alike(one: str, other: str) -> bool:
    """Whether two names are easily mistaken, read or heard."""
    a, b = folded(one), folded(other)
    return bool(a and b) and (a == b or SequenceMatcher(None, a, b).ratio() >= ALIKE)


def name_alerts(people: Iterable[tuple[UUID, str, str]]) -> dict[UUID, str]:
    """For each (id, name, where): who else here has a name like hers, as "Anne Doyle, 1 Sage"."""
    everyone = list(people)
    alerts: dict[UUID, str] = {}
    for id_, name, _ in everyone:
        others = [
            f"{theirs}, {where}" for who, theirs, where in everyone if who != id_ and alike(name, theirs)
        ]
        if others:
            alerts[id_] = "; ".join(others)
    return alerts
