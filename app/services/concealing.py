"""Names of restricted women, taken out of words that were typed or printed before the reader."""

import re
from collections.abc import Callable
from typing import Any

Conceal = Callable[[str], str]


def concealer(names: tuple[str, ...]) -> Conceal:
    """Takes the names of restricted women out of typed words, and marks the place."""
    if not names:
        return lambda text: text
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(name) for name in names) + r")(?!\w)")
    return lambda text: pattern.sub("[restricted]", text)


def everywhere(plain: Any, conceal: Conceal) -> Any:
    """The same for every text in a plain value (JSON as Python has it); its keys stay."""
    match plain:
        case str():
            return conceal(plain)
        case list() | tuple():
            return [everywhere(one, conceal) for one in plain]
        case dict():
            return {name: everywhere(one, conceal) for name, one in plain.items()}
    return plain
