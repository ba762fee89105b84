"""Trouble with the machine or the file, said so that a person knows what to do. None of these holds personal data."""

import errno


class StoreTrouble(Exception):
    """The store could not do what was asked; nothing was half written. Its text is a sentence for the screen."""


class NoHouse(StoreTrouble):
    """There is no house at that path."""


class NoBackup(StoreTrouble):
    """There is no backup at that path."""


class AlreadyThere(StoreTrouble):
    """A store would have been made over another."""


class WrongKey(StoreTrouble):
    """The file does not open with this key: another house's file, or its first page is damaged."""


class Damaged(StoreTrouble):
    """The file is corrupt or cut short."""


class Newer(StoreTrouble):
    """The store was written by a newer Daybook."""


class DiskFull(StoreTrouble):
    """No room left on the disk."""


class ReadOnly(StoreTrouble):
    """The folder or the file can't be written."""


class Busy(StoreTrouble):
    """Another process has held the writer's lock for too long."""


class NetworkFolder(StoreTrouble):
    """SQLite can't be trusted on a folder that several computers share."""


class NoServer(StoreTrouble):
    """The PostgreSQL server can't be reached, or it ended the conversation."""


class Stale(StoreTrouble):
    """Someone changed the record since it was read; `version` is the one that stands now."""

    def __init__(self, table: str, version: int) -> None:
        super().__init__("Someone else has changed this since you opened it. Look at both, then save again.")
        self.table = table
        self.version = version


_FULL = DiskFull, "The disk is full. Nothing was stored. Free some space, then do it again."
_READ_ONLY = (
    ReadOnly,
    "The house's folder can't be written. Ask for the right to write there, then try again.",
)
_BUSY = (
    Busy,
    "Another window is writing and has not let go. Nothing was stored. Wait a moment, then try again.",
)
_UNREACHED = (
    "The server that keeps the house can't be reached. What you did last may not be stored. "
    "Check the network, then look before you do it again."
)
_NO_SERVER = (NoServer, _UNREACHED)

#: Words of the drivers' errors, SQLite's first. They come in English whatever the computer's language.
_BY_WORDS: tuple[tuple[str, type[StoreTrouble], str], ...] = (
    ("disk is full", *_FULL),
    ("readonly", *_READ_ONLY),
    (
        "unable to open",
        ReadOnly,
        "The house's file can't be opened. Check that the folder is there and can be written.",
    ),
    ("is locked", *_BUSY),
    (
        "not a database",
        WrongKey,
        "The house's file does not open with its key: it is another house's, or damaged. Restore the last backup.",
    ),
    (
        "malformed",
        Damaged,
        "The house's file is damaged. Don't write on it: close Daybook and restore the last backup.",
    ),
    (
        "disk i/o",
        Damaged,
        "The disk gave an error. Nothing was stored. Check the disk, then open Daybook again.",
    ),
    (
        "invalid fts5",
        Damaged,
        "The house's search index is damaged. Don't write on it: close Daybook and restore the last backup.",
    ),
    ("no space left", *_FULL),
    ("read-only transaction", *_READ_ONLY),
    ("lock timeout", *_BUSY),
    ("connection failed", *_NO_SERVER),
    ("connection is lost", *_NO_SERVER),
    ("connection to server", *_NO_SERVER),
    ("server closed the connection", *_NO_SERVER),
    ("terminating connection", *_NO_SERVER),
)

_BY_NUMBER = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
}


def trouble(error: BaseException) -> StoreTrouble | None:
    """The plain trouble behind a driver's or the system's error, or None where it is a bug of ours."""
    if isinstance(error, OSError):
        known = _BY_NUMBER.get(error.errno or 0)
        return known[0](known[1]) if known else None
    words = str(getattr(error, "orig", None) or error).lower()
    for part, kind, sentence in _BY_WORDS:
        if part in words:
            return kind(sentence)
    return None
