"""The last heads of the audit chain, kept outside the store, so that a cut tail or an older file put back
shows.

The file is plain text of constant size and holds no personal data: a ring of slots, one line each, where a
line is the sequence number, the chain's hash in hex, and a checksum. The slot follows from the sequence
number alone, so writers need not know of one another and the order in which they write does not matter.
"""

import binascii
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from app.store.keys_file import replace_whole

_SLOT = 80
_LAST_SEQ = 10**9 - 1
_BLANK = b" " * (_SLOT - 1) + b"\n"
# A file that `note` made, not `reset`, has NULs in its unused slots.
_UNUSED = frozenset((_BLANK, bytes(_SLOT)))
_LINE = re.compile(rb"([0-9]{9}) ([0-9a-f]{64}) ([0-9a-f]{4})\n")


class Heads:
    """The ring of heads at `path`. Any number of threads and processes may note and read at once."""

    #: How many of the latest heads the ring keeps.
    size = 4096

    def __init__(self, path: Path) -> None:
        self.path = path
        #: Slots that the last `all` found unreadable; a file cut short has lost the slots that it lacks.
        self.damaged = 0

    def note(self, seq: int, head: bytes) -> bool:
        """Write one head into its slot; False when the disk would not take it.

        Called after the store's own durable commit, so a failure is no reason to tell anyone that her entry
        was not stored. There is no fsync for the same reason: a power cut leaves this file behind the store,
        never ahead of it, and behind proves no less than it did before. Raises ValueError for a head that no
        chain can have.
        """
        line = _line(seq, head)
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                if os.fstat(fd).st_size < self.size * _SLOT:
                    os.ftruncate(fd, self.size * _SLOT)
                return _write_at(fd, line, seq % self.size * _SLOT) == _SLOT
            finally:
                os.close(fd)
        except OSError:
            return False

    def all(self) -> dict[int, bytes]:
        """Every readable head, by sequence number. Sets `damaged`. No file gives no heads and no damage.

        Raises OSError when the file is there and may not be read.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            self.damaged = 0
            return {}
        found: dict[int, bytes] = {}
        self.damaged = max(0, -(-(len(content) - self.size * _SLOT) // _SLOT))
        for slot in range(self.size):
            line = content[slot * _SLOT : (slot + 1) * _SLOT]
            if line in _UNUSED:
                continue
            read = _read(line)
            if read is None or read[0] % self.size != slot:
                self.damaged += 1
            else:
                found[read[0]] = read[1]
        return found

    def latest(self) -> tuple[int, bytes] | None:
        """The head with the highest sequence number, or None when none was ever noted."""
        return max(self.all().items(), default=None)

    def reset(self, heads: Mapping[int, bytes] | None = None) -> None:
        """Start the ring again with these heads: at set-up with none, and after a restore that was proven.

        The one place that forgets heads on purpose. The file is replaced whole and durably; the house must be
        closed, or a head noted meanwhile is lost. Raises OSError, with the old file as it was.
        """
        slots = [_BLANK] * self.size
        for seq in sorted(heads or ()):
            slots[seq % self.size] = _line(seq, (heads or {})[seq])
        replace_whole(self.path, b"".join(slots))


def _line(seq: int, head: bytes) -> bytes:
    if not 0 <= seq <= _LAST_SEQ or len(head) != 32:
        raise ValueError(f"no head of a chain: sequence {seq}, hash of {len(head)} bytes")
    body = b"%09d %s" % (seq, head.hex().encode())
    return b"%s %04x\n" % (body, binascii.crc_hqx(body, 0))


def _read(line: bytes) -> tuple[int, bytes] | None:
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    seq, head = int(match[1]), bytes.fromhex(match[2].decode())
    return (seq, head) if _line(seq, head) == line else None


if sys.platform == "win32":

    def _write_at(fd: int, data: bytes, offset: int) -> int:
        # The descriptor is this call's own, so nobody else moves its position in between.
        os.lseek(fd, offset, os.SEEK_SET)
        return os.write(fd, data)

else:

    def _write_at(fd: int, data: bytes, offset: int) -> int:
        return os.pwrite(fd, data, offset)
