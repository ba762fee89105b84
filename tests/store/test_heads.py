"""The heads outside the store: what they keep, what they notice, and many writers at once."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.store.heads import Heads

SLOT = 80
WRITER = """
import sys, hashlib
from pathlib import Path
from app.store.heads import Heads
heads, start = Heads(Path(sys.argv[1])), int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for seq in range(start, 3000, 2):
    assert heads.note(seq, hashlib.sha256(b"%d" % seq).digest())
"""


def chain(seq: int) -> bytes:
    return hashlib.sha256(b"%d" % seq).digest()


@pytest.fixture
def heads(tmp_path: Path) -> Heads:
    return Heads(tmp_path / "heads")


def test_no_file_is_no_heads(heads: Heads) -> None:
    assert heads.all() == {}
    assert heads.latest() is None
    assert heads.damaged == 0


@pytest.mark.parametrize("prepared", [True, False])
def test_heads_are_kept_in_any_order_in_a_file_of_constant_size(heads: Heads, prepared: bool) -> None:
    if prepared:
        heads.reset()
    for seq in (7, 3, 5, 1, 0):
        assert heads.note(seq, chain(seq))
        assert heads.path.stat().st_size == Heads.size * SLOT
    assert heads.all() == {seq: chain(seq) for seq in (0, 1, 3, 5, 7)}
    assert heads.latest() == (7, chain(7))
    assert heads.damaged == 0


def test_the_file_is_plain_text_with_the_hash_as_it_is_printed(heads: Heads) -> None:
    heads.reset()
    heads.note(42, chain(42))
    text = heads.path.read_text("ascii")
    assert text.isascii()
    assert "\0" not in text
    assert next(line for line in text.splitlines() if line.strip()).startswith(f"000000042 {chain(42).hex()}")


def test_the_ring_keeps_the_latest(heads: Heads) -> None:
    for seq in range(1, Heads.size + 11):
        heads.note(seq, chain(seq))
    kept = heads.all()
    assert sorted(kept) == list(range(11, Heads.size + 11))
    assert all(kept[seq] == chain(seq) for seq in kept)
    assert heads.path.stat().st_size == Heads.size * SLOT


def test_any_changed_byte_of_a_line_is_noticed(heads: Heads) -> None:
    heads.reset({seq: chain(seq) for seq in (10, 11, 12)})
    whole = heads.path.read_bytes()
    for place in range(11 * SLOT, 12 * SLOT):
        heads.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert heads.all() == {10: chain(10), 12: chain(12)}
        assert heads.damaged == 1


def test_a_line_moved_to_another_slot_is_noticed(heads: Heads) -> None:
    heads.reset({10: chain(10)})
    whole = heads.path.read_bytes()
    heads.path.write_bytes(whole[: 11 * SLOT] + whole[10 * SLOT : 11 * SLOT] + whole[12 * SLOT :])
    assert heads.all() == {10: chain(10)}
    assert heads.damaged == 1


@pytest.mark.parametrize(("length", "lost"), [(11 * SLOT, 4096 - 11), (10 * SLOT + 7, 4096 - 10), (0, 4096)])
def test_a_cut_file_counts_what_it_lost_and_is_mended_by_the_next_note(
    heads: Heads, length: int, lost: int
) -> None:
    heads.reset({2: chain(2), 10: chain(10)})
    os.truncate(heads.path, length)
    readable = {seq: chain(seq) for seq in (2, 10) if length >= (seq + 1) * SLOT}
    assert heads.all() == readable
    assert heads.damaged == lost
    heads.note(4000, chain(4000))
    assert heads.all() == readable | {4000: chain(4000)}
    assert heads.damaged == (1 if length % SLOT else 0)


def test_a_longer_file_is_damage(heads: Heads) -> None:
    heads.reset({1: chain(1)})
    with heads.path.open("ab") as file:
        file.write(b"x")
    assert heads.all() == {1: chain(1)}
    assert heads.damaged == 1


@pytest.mark.parametrize(("seq", "head"), [(-1, bytes(32)), (10**9, bytes(32)), (1, b""), (1, bytes(31))])
def test_what_no_chain_can_have_is_a_bug(heads: Heads, seq: int, head: bytes) -> None:
    with pytest.raises(ValueError, match="no head of a chain"):
        heads.note(seq, head)
    assert not heads.path.exists()


def test_a_disk_that_refuses_is_said_and_not_raised(heads: Heads, monkeypatch: pytest.MonkeyPatch) -> None:
    heads.note(1, chain(1))

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.store.heads._write_at", full)
    assert heads.note(2, chain(2)) is False
    assert heads.all() == {1: chain(1)}
    assert Heads(heads.path.parent / "gone" / "heads").note(1, chain(1)) is False


def test_a_reset_keeps_only_what_was_proven(heads: Heads) -> None:
    for seq in range(20):
        heads.note(seq, chain(seq))
    heads.reset({seq: chain(seq) for seq in range(5)})
    assert heads.all() == {seq: chain(seq) for seq in range(5)}
    assert heads.damaged == 0
    assert [path.name for path in heads.path.parent.iterdir()] == ["heads"]


def test_a_reset_that_fails_leaves_the_heads(heads: Heads, monkeypatch: pytest.MonkeyPatch) -> None:
    heads.note(9, chain(9))

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        heads.reset()
    assert heads.latest() == (9, chain(9))
    assert [path.name for path in heads.path.parent.iterdir()] == ["heads"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights elsewhere")
@pytest.mark.parametrize("prepared", [True, False])
def test_only_its_owner_may_read_it(heads: Heads, prepared: bool) -> None:
    if prepared:
        heads.reset()
    heads.note(1, chain(1))
    assert heads.path.stat().st_mode & 0o777 == 0o600


def test_two_processes_write_at_once_and_lose_nothing(heads: Heads) -> None:
    root = Path(__file__).parents[2]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(heads.path), str(start)],
            cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for start in (0, 1)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    assert [(writer.communicate(), writer.returncode)[1] for writer in writers] == [0, 0]
    assert heads.all() == {seq: chain(seq) for seq in range(3000)}
    assert heads.damaged == 0
