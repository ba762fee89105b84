#!/usr/bin/env python3
"""Daybook from a bare machine, with nothing but Python 3.11 or newer.

    python3 packaging/bootstrap.py run  [arguments of daybook]   install what is missing, then open Daybook
    python3 packaging/bootstrap.py test [arguments of pytest]    install the test tools too, then check everything
    python3 packaging/bootstrap.py soak [arguments of pytest]    the long versions of the fault and property tests
    python3 packaging/bootstrap.py perf [arguments of pytest]    the design's budgets, each measured beside its baseline

Everything goes into .venv beside this folder; nothing else on the machine is touched, except that Qt's system libraries are
installed where that is allowed (root on Debian or Ubuntu). This file parses on Python 3.8, so that an old Python is told so.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import IO, Iterator, Sequence, Tuple

from machine import (
    DEBIAN_LIBRARIES,
    Trouble,
    apt_install,
    clean_environment,
    family,
    has_display,
    may_install,
    missing_library,
    opens_window,
    os_release,
    qt_advice,
    say,
    too_old,
)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUN_LOCK = ROOT / "packaging" / "requirements.lock"
TEST_LOCK = ROOT / "packaging" / "requirements-test.lock"

# Run inside the environment; says what Qt lacks, or nothing. The window's own plugin is loaded by hand, since Qt ends the
# process when it can't be.
QT_PROBE = """
import ctypes, pathlib, sys
try:
    import PySide6
    from PySide6.QtWidgets import QApplication
    folder = pathlib.Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms"
    for plugin in sys.argv[1:]:
        ctypes.CDLL(str(folder / plugin))
except (ImportError, OSError) as fault:
    sys.exit(str(fault))
QApplication([])
"""


# --- the environment -----------------------------------------------------------------------------------------------------


def scripts() -> Path:
    """Where the environment keeps its programs."""
    return VENV / ("Scripts" if os.name == "nt" else "bin")


def python() -> Path:
    """The environment's Python."""
    return scripts() / ("python.exe" if os.name == "nt" else "python")


def fingerprint(
    lock: bytes, version: Tuple[int, int] = sys.version_info[:2], machine: str = platform.machine()
) -> str:
    """What an installation was made from: the lock file, the Python and the machine."""
    return hashlib.sha256(lock + f"|{version[0]}.{version[1]}|{machine}|{sys.platform}".encode()).hexdigest()


def stamps() -> dict[str, str]:
    """What the environment holds whole: the fingerprint of each lock installed to its end. Empty when nothing is certain."""
    try:
        held = json.loads((VENV / "daybook.stamp").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}


def starts() -> bool:
    """Whether the environment's Python runs at all: a moved or half-deleted one doesn't."""
    try:
        return subprocess.run([str(python()), "-I", "-c", ""], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


@contextlib.contextmanager
def alone() -> Iterator[IO[str]]:
    """Hold the environment: a second bootstrap waits until the first has installed. The system lets go when we end.

    Gives the open file: on POSIX a pip that inherits it holds on too, should it outlive us.
    """
    with (ROOT / ".venv.lock").open("a+") as handle:
        if not try_hold(handle):
            say("Another copy of this command is installing; waiting for it.")
            while not try_hold(handle):
                time.sleep(0.5)
        yield handle


def try_hold(handle: IO[str]) -> bool:
    """Take the lock of an open file, or say that another process has it."""
    try:
        if os.name == "nt":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True


def make_venv() -> None:
    """A new, empty environment in place of whatever is there."""
    if VENV.exists():
        shutil.rmtree(VENV)
    command = [sys.executable, "-m", "venv", str(VENV)]
    package = f"python3.{sys.version_info[1]}-venv"
    if importlib.util.find_spec("ensurepip") is None and family(os_release()) == "debian":
        if not may_install():
            raise Trouble(
                f"Python lacks the part that makes environments. Install it, then come back:\n    sudo apt-get install -y {package}"
            )
        say("Python lacks the part that makes environments; installing it.")
        apt_install([package])
    made = subprocess.run(
        command,
        env=clean_environment(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode:
        raise Trouble(
            f"{made.stdout.strip()}\n{shlex.join(command)} failed. Python's own venv and ensurepip modules are needed: on many "
            "systems they are a package of their own, called python3-venv or python3-pip."
        )


def prepare(testing: bool) -> None:
    """Have `.venv` hold all that the lock names, and do nothing where it does.

    The stamp goes first and comes back last, so whatever was cut short is built anew.
    """
    key = "test" if testing else "run"
    wanted = {"run": fingerprint(RUN_LOCK.read_bytes()), "test": fingerprint(TEST_LOCK.read_bytes())}

    def whole(held: dict[str, str]) -> bool:
        return held.items() <= wanted.items() and "run" in held and starts()

    if key in stamps() and whole(stamps()):
        return
    with alone() as hold:
        held = stamps()
        if not whole(held):
            if VENV.exists():
                say("Building .venv anew: it is unfinished, damaged, or made for another version.")
            else:
                say("Making .venv, a Python environment of Daybook's own.")
            make_venv()
            held = {}
        if key not in held:
            (VENV / "daybook.stamp").unlink(missing_ok=True)
            install(TEST_LOCK if testing else RUN_LOCK, hold)
            join_tree()
            # The test lock holds the run lock's packages at the same versions.
            held = {**held, "run": wanted["run"], key: wanted[key]}
            unfinished = VENV / "daybook.stamp.new"
            unfinished.write_text(json.dumps(held), encoding="utf-8")
            unfinished.replace(VENV / "daybook.stamp")
            say("Installed.")


def install(lock: Path, hold: IO[str]) -> None:
    """Install a lock file with the environment's pip and the user's pip settings, a line a package."""
    total = len(re.findall(r"^[A-Za-z0-9][^\n]*==", lock.read_text(encoding="utf-8"), re.M))
    say(f"Installing {total} packages; the first time, about 150 MB are downloaded.")
    # Hashed, without dependencies of its own finding, and never built from source: what was locked is what runs.
    command = [
        str(python()),
        "-I",
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
    ]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar=off", "-r", str(lock)]
    tail: list[str] = []
    count = 0
    environ = clean_environment(os.environ, PIP_USER="0")
    with subprocess.Popen(
        command,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=[hold.fileno()] if os.name == "posix" else [],
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            tail = [*tail[-19:], line.rstrip()]
            met = re.match(
                r"(Collecting|Requirement already satisfied:|Ignoring) ([A-Za-z0-9._-]+)(?:==(\S+))?", line
            )
            size = re.match(r"\s+Downloading \S+ \(([\d.]+ [MG]B)\)", line)
            if met:
                count += 1
                note = {"C": met[3] or "", "R": "is there", "I": "not needed here"}[met[1][0]]
                say(f"  [{count:2}/{total}] {met[2].rstrip(':')} {note}")
            elif size:
                say(f"          downloading {size[1]}")
            elif line.startswith("Installing collected packages"):
                say("  Unpacking them.")
    if pip.returncode:
        raise Trouble(pip_trouble("\n".join(tail)))


def pip_trouble(output: str) -> str:
    """The last lines of a failed pip with a sentence on what to do."""
    if "DO NOT MATCH THE HASHES" in output:
        advice = "A package is not the one that was locked, so nothing of it was used. Try again; if it stays so, tell us."
    elif "No space left" in output:
        advice = "The disk is full. Free about 1 GB and run the same command again."
    elif (
        "NewConnectionError" in output
        or "ConnectTimeout" in output
        or "ReadTimeout" in output
        or "resolve" in output
    ):
        advice = "The packages can't be reached. Check the network and pip's own settings, then run the same command again."
    elif "No matching distribution" in output:
        advice = (
            "There is no ready-made package for this system and Python (%s, Python %d.%d), or pip's settings lead to a place "
            "without it. Daybook runs on 64-bit Linux (glibc 2.34 or newer), macOS on Apple silicon, and 64-bit Windows on Intel or AMD."
        ) % (platform.platform(), sys.version_info[0], sys.version_info[1])
    else:
        advice = "pip could not install the packages. Its last lines, above, say why; then run the same command again."
    return output + "\n" + advice


def join_tree() -> None:
    """Make `app` importable in the environment and `daybook` a command of it.

    A line in a .pth file and a two-line script do what an editable install would, without a build tool to download.
    Both hold relative paths only: plain ASCII on every system, and still right when the folder is moved.
    """
    base = {"base": str(VENV), "platbase": str(VENV)}
    packages = Path(sysconfig.get_path("purelib", "venv", vars=base))
    (packages / "daybook.pth").write_text(
        Path(os.path.relpath(ROOT, packages)).as_posix() + "\n", encoding="ascii"
    )
    if os.name == "nt":
        (scripts() / "daybook.cmd").write_text('@"%~dp0python.exe" -P -m app %*\n', encoding="ascii")
    else:
        script = scripts() / "daybook"
        script.write_text(
            '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/python" -P -m app "$@"\n', encoding="ascii"
        )
        script.chmod(0o755)


# --- Qt ------------------------------------------------------------------------------------------------------------------


def qt_trouble(platform_name: str) -> str:
    """What keeps Qt from starting here, in the loader's own words, or nothing. "offscreen", or "" for the real display."""
    plugin = "libqxcb.so" if os.environ.get("DISPLAY") else "libqwayland.so"
    by_hand = [plugin] if sys.platform.startswith("linux") and not platform_name else []
    environ = clean_environment(os.environ, **({"QT_QPA_PLATFORM": platform_name} if platform_name else {}))
    probe = subprocess.run(
        [str(python()), "-I", "-c", QT_PROBE, *by_hand],
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    return "" if probe.returncode == 0 else probe.stderr.strip() or f"it ended with code {probe.returncode}"


def ensure_qt(platform_name: str) -> bool:
    """Have Qt start: install its system libraries where that is allowed, or raise Trouble with the command.

    False when all is there but nobody answers at the display, as in a session whose screen is gone.
    """
    trouble = qt_trouble(platform_name)
    if missing_library(trouble) and family(os_release()) == "debian" and may_install():
        say(f"Qt lacks a system library ({missing_library(trouble)}); installing what it needs.")
        apt_install(DEBIAN_LIBRARIES)
        trouble = qt_trouble(platform_name)
    if "could not connect to display" in trouble or "Failed to create wl_display" in trouble:
        return False
    if trouble:
        raise Trouble(qt_advice(trouble, os_release()))
    return True


# --- the commands --------------------------------------------------------------------------------------------------------


def run(arguments: Sequence[str]) -> int:
    """Open Daybook, or play a night where there is no display; its exit code."""
    prepare(testing=False)
    command = [str(python()), "-P", "-m", "app", *arguments]
    if opens_window(arguments):
        asked = os.environ.get("QT_QPA_PLATFORM", "")
        if not has_display(os.environ, sys.platform) or not ensure_qt(asked):
            say(
                "There is no display here, so the window can't open: playing a night at the house without it."
            )
            command = [*command[:4], "night", *arguments]
    environ = clean_environment(os.environ)
    if os.name == "posix":
        os.execve(command[0], command, environ)
    return subprocess.call(command, env=environ)


def pytest_command(*more: str) -> list[str]:
    """pytest on every core up to four; idle workers take tests over from busy ones."""
    workers = max(2, min(os.cpu_count() or 2, 4))
    return [
        str(python()),
        "-m",
        "pytest",
        "-n",
        str(workers),
        "--dist",
        "worksteal",
        "--benchmark-disable",
        *more,
    ]


def test(arguments: Sequence[str]) -> int:
    """Every check, none of which stops the next; 0 when all passed. pytest comes last, so that its own line closes."""
    prepare(testing=True)
    ensure_qt("offscreen")
    tool = [str(python()), "-m"]
    steps = {
        "ruff check": [*tool, "ruff", "check", "--output-format=concise", "."],
        "ruff format": [*tool, "ruff", "format", "--check", "--output-format=concise", "."],
        "mypy": [*tool, "mypy"],
        "import-linter": [str(scripts() / "lint-imports")],
        "pytest": pytest_command(*arguments),
    }
    environ = clean_environment(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONUTF8="1")
    failed = []
    for name, command in steps.items():
        say(f"\n== {name}")
        if subprocess.call(command, cwd=ROOT, env=environ):
            failed.append(name)
    say("Failed: " + ", ".join(failed) + "." if failed else "All checks passed: " + ", ".join(steps) + ".")
    return 1 if failed else 0


def soak(arguments: Sequence[str]) -> int:
    """The long fault tests, and every property test with many more examples; pytest's exit code."""
    prepare(testing=True)
    ensure_qt("offscreen")
    environ = clean_environment(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONUTF8="1")
    command = pytest_command("-m", "soak or hypothesis", "--hypothesis-profile=soak", *arguments)
    return subprocess.call(command, cwd=ROOT, env=environ)


def perf(arguments: Sequence[str]) -> int:
    """The budgets, one at a time on an otherwise quiet machine; pytest's exit code."""
    prepare(testing=True)
    ensure_qt("offscreen")
    environ = clean_environment(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONUTF8="1")
    options = ["-m", "perf", "-p", "no:randomly", "-p", "no:xdist", "-q", "--benchmark-columns=median,rounds"]
    command = [str(python()), "-m", "pytest", "tests/perf", *options, *arguments]
    return subprocess.call(command, cwd=ROOT, env=environ)


def main(arguments: Sequence[str]) -> int:
    """Do what was asked; what goes wrong is a sentence on standard error and exit code 1, a wrong word 2."""
    refusal = too_old(sys.version_info[:2])
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    verbs = {"run": run, "test": test, "soak": soak, "perf": perf}
    if not arguments or arguments[0] not in verbs:
        asked = bool(arguments) and arguments[0] in ("-h", "--help", "help")
        print(__doc__, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        return verbs[arguments[0]](arguments[1:])
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    except OSError as fault:
        print(f"{fault}. Daybook's folder must be writable and have about 1 GB free.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
