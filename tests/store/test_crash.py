"""`kill -9` in the middle of logging, and many processes at once: what was acknowledged is there, and the chain holds."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.store import Store
from app.store.tables.checks import check
from app.store.verify import missing_tail, verify
from tests.support.stores import KEY, rows_of

WRITER = """
import sys
from pathlib import Path
from app.store.store import Store
from tests.support.stores import KEY, log_check
store = Store.open(Path(sys.argv[1]), KEY)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    print(log_check(store, f"check {number} of {sys.argv[3]}").seq, flush=True)
"""
NURSERY = """
import os
import sys
from pathlib import Path
from app.store.store import Store
from tests.support.stores import KEY, log_check
for folder in iter(sys.stdin.readline, ""):
    process = os.fork()
    if not process:
        store = Store.open(Path(folder.strip()), KEY)
        print(os.getpid(), flush=True)
        while True:
            print(log_check(store, "seen in the kitchen").seq, flush=True)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""
ROOT = Path(__file__).parents[2]


def writer(folder: Path, entries: int, name: str) -> "subprocess.Popen[str]":
    """A process that opens the house, waits for a line, then logs, printing each entry's number when it is stored."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(entries), name],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


@pytest.fixture
def nursery() -> Iterator["subprocess.Popen[str]"]:
    """A process with everything loaded, that makes a writer of itself for each folder it is told, and says how it
    ended: a kill costs no start of Python."""
    command = [sys.executable, "-c", NURSERY]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        process.communicate()


def acknowledged_before_the_kill(
    nursery: "subprocess.Popen[str]", folder: Path, chance: random.Random
) -> list[int]:
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write(f"{folder}\n")
    nursery.stdin.flush()
    said = nursery.stdout
    process = int(said.readline())
    seen = [int(said.readline()) for _ in range(chance.randrange(1, 12))]
    for _ in range(chance.randrange(100_000)):  # not at the moment of an answer, but anywhere between two
        pass
    os.kill(process, signal.SIGKILL)
    # Everything that it said before it died was acknowledged.
    seen += [int(line) for line in iter(said.readline, f"ended {-signal.SIGKILL}\n")]
    return seen


def killed(nursery: "subprocess.Popen[str]", folder: Path, times: int) -> None:
    chance = random.Random(20261024)
    acknowledged: set[int] = set()
    for _ in range(times):
        acknowledged.update(acknowledged_before_the_kill(nursery, folder, chance))
        store = Store.open(folder, KEY)
        head = store.head().seq
        assert store.heads is not None
        latest = store.heads.latest()
        assert latest is not None
        assert latest[0] <= head, "the heads are never ahead"
        assert missing_tail(store) == 0
        assert acknowledged <= set(range(1, head + 1))
        store.close()
    store = Store.open(folder, KEY)
    verdict = verify(store)
    with store.read() as connection:
        assert {row["seq"] for row in rows_of(connection, check)} == set(range(1, verdict.entries + 1))
    store.close()
    assert verdict.breaches == ()
    assert acknowledged <= set(range(1, verdict.entries + 1))
    assert len(acknowledged) >= times


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_was_acknowledged_before_a_kill_is_there(nursery: "subprocess.Popen[str]", folder: Path) -> None:
    killed(nursery, folder, 6)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_was_acknowledged_before_200_kills_is_there(
    nursery: "subprocess.Popen[str]", folder: Path
) -> None:
    killed(nursery, folder, 200)


def test_writers_of_many_processes_leave_no_gap(folder: Path) -> None:
    each = 25
    processes = [writer(folder, each, f"window {number}") for number in range(3)]
    for process in processes:
        start(process)
    told = [[int(line) for line in process.communicate()[0].split()] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert all(seqs == sorted(seqs) for seqs in told)
    assert sorted(seq for seqs in told for seq in seqs) == list(range(1, 3 * each + 1))
    store = Store.open(folder, KEY)
    verdict = verify(store)
    assert store.heads is not None
    assert sorted(store.heads.all()) == list(range(1, 3 * each + 1))
    store.close()
    assert (verdict.breaches, verdict.entries) == ((), 3 * each)
