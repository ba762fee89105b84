"""The spine's arithmetic: what a row's digest covers, and how each line is chained to the one before."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.store.ids import Chance
from app.store.types import to_micros

#: Version of the canonical form below; it is part of what is hashed.
FORMAT = 1
#: What the first line is chained to.
GENESIS = bytes(32)
_UNCOVERED = frozenset({"salt", "digest"})


def plain(value: Any) -> Any:
    """A value as the canonical form writes it: the same for a Python value and for either driver's own."""
    match value:
        case None | str():
            return value
        case bool() | int():
            return int(value)
        case UUID():
            return [value.hex]
        case bytes() | memoryview() | bytearray():
            # In a list, so that bytes are never taken for the text of their hex.
            return [bytes(value).hex()]
        case datetime():
            return to_micros(value)
        case date():
            return value.isoformat()
    return repr(value)


def canonical(table: str, row: Mapping[str, Any]) -> bytes:
    """The row's content as bytes: columns named and sorted, absent values left out (so a table may gain columns).

    Every Python value of a column and what either driver gives back for it come out the same.
    """
    content = {
        name: plain(value) for name, value in row.items() if value is not None and name not in _UNCOVERED
    }
    return json.dumps(
        [FORMAT, table, content], sort_keys=True, separators=(",", ":"), ensure_ascii=True
    ).encode()


def new_salt(chance: Chance = secrets.token_bytes) -> bytes:
    """So that a digest kept after disposal can't be guessed back to the content."""
    return chance(16)


def digest(table: str, salt: bytes | None, row: Mapping[str, Any]) -> bytes:
    """SHA-256 over the salt and the row's canonical content."""
    return hashlib.sha256(bytes(salt or b"") + canonical(table, row)).digest()


def chained(previous: bytes, line: Mapping[str, Any]) -> bytes:
    """The hash of an audit line: over the previous hash and every column but the hash itself."""
    content = {name: plain(value) for name, value in line.items() if name != "hash"}
    packed = json.dumps([FORMAT, content], sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    return hashlib.sha256(previous + packed).digest()


def short_head(hash_: bytes) -> str:
    """The head as it is printed on paper and in the status line: "7f3a 91c0 22be"."""
    text = hash_.hex()
    return f"{text[:4]} {text[4:8]} {text[8:12]}"
