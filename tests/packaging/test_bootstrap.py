"""bootstrap.py: what it installs when, what it survives, and what it starts."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import IO

import pytest

posix = pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for Python")


@pytest.fixture
def installs(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A bootstrap whose environment is a link to this Python and whose pip only writes down what it was asked for."""
    done: list[str] = []

    def make_venv() -> None:
        done.append("new")
        bootstrap.VENV.mkdir(exist_ok=True)
        bootstrap.scripts().mkdir(exist_ok=True)
        bootstrap.python().unlink(missing_ok=True)
        bootstrap.python().symlink_to(sys.executable)

    monkeypatch.setattr(bootstrap, "make_venv", make_venv)
    monkeypatch.setattr(bootstrap, "install", lambda lock, hold: done.append(lock.name))
    monkeypatch.setattr(bootstrap, "join_tree", lambda: None)
    return done


@posix
def test_the_second_time_installs_nothing(bootstrap: ModuleType, installs: list[str]) -> None:
    bootstrap.prepare(testing=False)
    assert installs == ["new", "requirements.lock"]
    bootstrap.prepare(testing=False)
    assert installs == ["new", "requirements.lock"]


@posix
def test_test_tools_join_what_is_there_and_serve_run(bootstrap: ModuleType, installs: list[str]) -> None:
    bootstrap.prepare(testing=False)
    bootstrap.prepare(testing=True)
    bootstrap.prepare(testing=False)
    bootstrap.prepare(testing=True)
    assert installs == ["new", "requirements.lock", "requirements-test.lock"]


@posix
@pytest.mark.parametrize("name", ["RUN_LOCK", "TEST_LOCK"])
def test_a_changed_lock_builds_anew(bootstrap: ModuleType, installs: list[str], name: str) -> None:
    bootstrap.prepare(testing=True)
    getattr(bootstrap, name).write_text("changed\n", encoding="utf-8")
    bootstrap.prepare(testing=True)
    assert installs == ["new", "requirements-test.lock"] * 2


@posix
def test_an_install_cut_short_is_begun_anew(
    bootstrap: ModuleType, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(lock: Path, hold: IO[str]) -> None:
        raise KeyboardInterrupt

    bootstrap.prepare(testing=False)
    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "install", cut)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.prepare(testing=True)
    assert bootstrap.stamps() == {}
    bootstrap.prepare(testing=False)
    assert installs == ["new", "requirements.lock"] * 2


@posix
@pytest.mark.parametrize(
    "damage", ["python gone", "stamp not JSON", "stamp not an object", "stamp of another kind"]
)
def test_a_damaged_environment_is_rebuilt(bootstrap: ModuleType, installs: list[str], damage: str) -> None:
    bootstrap.prepare(testing=False)
    stamp = bootstrap.VENV / "daybook.stamp"
    if damage == "python gone":
        bootstrap.python().unlink()
    elif damage == "stamp not JSON":
        stamp.write_text('{"run": "', encoding="utf-8")
    elif damage == "stamp not an object":
        stamp.write_text("[]", encoding="utf-8")
    else:
        stamp.write_text(json.dumps({"run": bootstrap.stamps()["run"], "other": "x"}), encoding="utf-8")
    bootstrap.prepare(testing=False)
    assert installs == ["new", "requirements.lock"] * 2


def test_the_stamp_tells_lock_python_and_machine_apart(bootstrap: ModuleType) -> None:
    marks = {
        bootstrap.fingerprint(lock, version, machine)
        for lock in (b"one", b"two")
        for version in ((3, 11), (3, 12))
        for machine in ("x86_64", "arm64")
    }
    assert len(marks) == 8
    assert bootstrap.fingerprint(b"one", (3, 11), "arm64") in marks


@posix
def test_a_real_environment_finds_the_tree_and_its_command(bootstrap: ModuleType) -> None:
    """The tree's path has a blank, and the command is reached through a link, from another folder."""
    bootstrap.make_venv()
    bootstrap.join_tree()
    (bootstrap.ROOT / "app").mkdir()
    (bootstrap.ROOT / "app" / "__init__.py").touch()
    (bootstrap.ROOT / "app" / "__main__.py").write_text(
        "import sys; print('house', *sys.argv[1:])", encoding="utf-8"
    )
    elsewhere = bootstrap.ROOT.parent / "elsewhere"
    (elsewhere / "app").mkdir(parents=True)
    (elsewhere / "app" / "__init__.py").write_text("raise SystemExit('the wrong app')", encoding="utf-8")
    link = elsewhere / "daybook"
    link.symlink_to(bootstrap.scripts() / "daybook")
    said = subprocess.run(
        [link, "board", "two words"], cwd=elsewhere, capture_output=True, text=True, check=True
    )
    assert said.stdout == "house board two words\n"


@pytest.mark.parametrize(("root", "does"), [(True, "installs it"), (False, "names the command")])
def test_a_debian_python_without_its_venv_part(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, root: bool, does: str
) -> None:
    asked: list[str] = []
    package = f"python3.{sys.version_info[1]}-venv"
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap, "os_release", lambda: "ID=debian\n")
    monkeypatch.setattr(bootstrap, "may_install", lambda: root)
    monkeypatch.setattr(bootstrap, "apt_install", asked.extend)
    if does == "installs it":
        bootstrap.make_venv()
        assert asked == [package]
        assert bootstrap.starts()
    else:
        with pytest.raises(bootstrap.Trouble, match=rf"sudo apt-get install -y {package}$"):
            bootstrap.make_venv()
        assert asked == []


@posix
def test_a_second_copy_waits_its_turn(bootstrap: ModuleType) -> None:
    with bootstrap.alone(), (bootstrap.ROOT / ".venv.lock").open("a+") as other:
        assert not bootstrap.try_hold(other)
    with (bootstrap.ROOT / ".venv.lock").open("a+") as other:
        assert bootstrap.try_hold(other)


@posix
def test_a_pip_that_outlives_us_keeps_the_next_one_waiting(bootstrap: ModuleType) -> None:
    bootstrap.scripts().mkdir(parents=True)
    with bootstrap.alone() as hold:
        same = f"import os; assert os.path.sameopenfile({hold.fileno()}, os.open({hold.name!r}, os.O_RDONLY))"
        bootstrap.python().write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{same}"\n', encoding="utf-8")
        bootstrap.python().chmod(0o755)
        bootstrap.install(bootstrap.RUN_LOCK, hold)


def pip_that(bootstrap: ModuleType, words: str, code: int) -> None:
    """Put a Python in place that prints `words` whatever it is asked, and notes what it was asked."""
    bootstrap.scripts().mkdir(parents=True)
    note = bootstrap.ROOT / "asked"
    bootstrap.python().write_text(
        f"#!/bin/sh\necho \"$@\" > '{note}'\ncat <<'END'\n{words}\nEND\nexit {code}\n", encoding="utf-8"
    )
    bootstrap.python().chmod(0o755)


@posix
def test_install_is_hashed_and_shows_each_package(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.RUN_LOCK.write_text(
        "alembic==1.20.1 \\\n    --hash=x\ncolorama==0.4.6 ; win\nsix==1.17.0\n", encoding="utf-8"
    )
    pip_that(
        bootstrap,
        "Ignoring colorama: markers 'win' don't match your environment\n"
        "Collecting alembic==1.20.1 (from -r requirements.lock (line 1))\n"
        "  Downloading alembic-1.20.1-py3-none-any.whl (12.5 MB)\n"
        "Requirement already satisfied: six==1.17.0 in somewhere\n"
        "Installing collected packages: alembic",
        0,
    )
    with bootstrap.alone() as hold:
        bootstrap.install(bootstrap.RUN_LOCK, hold)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Installing 3 packages")
    assert lines[1:] == [
        "  [ 1/3] colorama not needed here",
        "  [ 2/3] alembic 1.20.1",
        "          downloading 12.5 MB",
        "  [ 3/3] six is there",
        "  Unpacking them.",
    ]
    asked = (bootstrap.ROOT / "asked").read_text(encoding="utf-8")
    assert "--require-hashes --no-deps --only-binary=:all:" in asked
    assert "index" not in asked


@posix
@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "not the one that was locked",
        ),
        ("ERROR: [Errno 28] No space left on device", "The disk is full"),
        ("NewConnectionError: failed\nERROR: No matching distribution found for six", "Check the network"),
        ("ERROR: No matching distribution found for six==1.17.0", "no ready-made package for this system"),
        ("ERROR: something else", "Its last lines, above, say why"),
    ],
)
def test_a_failed_install_says_what_to_do(bootstrap: ModuleType, words: str, advice: str) -> None:
    pip_that(bootstrap, words, 1)
    with bootstrap.alone() as hold, pytest.raises(bootstrap.Trouble, match=advice) as raised:
        bootstrap.install(bootstrap.RUN_LOCK, hold)
    assert words.splitlines()[-1] in str(raised.value)


class Started(Exception):
    """Stands where this process would become Daybook."""


@pytest.fixture
def starts(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A bootstrap that raises Started with the command it would become."""

    def execve(path: str, command: list[str], environ: dict[str, str]) -> None:
        raise Started(command[1:])

    monkeypatch.setattr(bootstrap, "prepare", lambda testing: None)
    monkeypatch.setattr(bootstrap.os, "execve", execve)
    monkeypatch.setattr(bootstrap.sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return bootstrap


def started(bootstrap: ModuleType, *arguments: str) -> list[str]:
    with pytest.raises(Started) as raised:
        bootstrap.run(arguments)
    command: list[str] = raised.value.args[0]
    return command


@posix
def test_with_a_display_the_window_opens(starts: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(starts, "qt_trouble", lambda name: "")
    assert started(starts, "--house", "x") == ["-P", "-m", "app", "--house", "x"]


@posix
def test_without_a_display_the_night_is_played(
    starts: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert started(starts, "--house", "x") == ["-P", "-m", "app", "night", "--house", "x"]
    assert "There is no display here" in capsys.readouterr().out


@posix
def test_a_display_that_nobody_answers_is_none(starts: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.setattr(starts, "qt_trouble", lambda name: "qt.qpa.xcb: could not connect to display :77")
    assert started(starts) == ["-P", "-m", "app", "night"]


@posix
def test_a_headless_command_passes_as_it_is(starts: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert started(starts, "board", "--json") == ["-P", "-m", "app", "board", "--json"]
    assert capsys.readouterr().out == ""


@pytest.fixture
def lacking(starts: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine with a display whose Qt lacks a library until apt has been asked; the packages it was asked for."""
    asked: list[list[str]] = []
    trouble = "libxcb-cursor.so.0: cannot open shared object file: No such file or directory"
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(starts, "qt_trouble", lambda name: "" if asked else trouble)
    monkeypatch.setattr(starts, "apt_install", asked.append)
    return asked


@posix
def test_root_on_debian_has_the_library_installed(
    starts: ModuleType, lacking: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starts, "os_release", lambda: "ID=debian\n")
    monkeypatch.setattr(starts, "may_install", lambda: True)
    assert started(starts) == ["-P", "-m", "app"]
    assert "libxcb-cursor0" in lacking[0]


@posix
@pytest.mark.parametrize(("release", "root"), [("ID=debian\n", False), ("ID=fedora\n", True)])
def test_anyone_else_is_told_the_command(
    starts: ModuleType, lacking: list[list[str]], monkeypatch: pytest.MonkeyPatch, release: str, root: bool
) -> None:
    monkeypatch.setattr(starts, "os_release", lambda: release)
    monkeypatch.setattr(starts, "may_install", lambda: root)
    with pytest.raises(starts.Trouble, match=r"lacks libxcb-cursor\.so\.0. Install it with:\n    sudo "):
        starts.run([])
    assert lacking == []


@posix
def test_qt_starts_in_this_environment(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "python", lambda: Path(sys.executable))
    assert bootstrap.qt_trouble("offscreen") == ""
    assert "nonsense" in bootstrap.qt_trouble("nonsense")


@posix
def test_every_check_runs_and_any_failure_counts(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def call(command: list[str], **_: object) -> int:
        ran.append(" ".join(command[1:4]))
        return int("mypy" in command)

    monkeypatch.setattr(bootstrap, "prepare", lambda testing: None)
    monkeypatch.setattr(bootstrap, "ensure_qt", lambda name: True)
    monkeypatch.setattr(bootstrap.subprocess, "call", call)
    assert bootstrap.test(["-k", "x"]) == 1
    assert ran == ["-m ruff check", "-m ruff format", "-m mypy", "", "-m pytest -n"]
    assert capsys.readouterr().out.splitlines()[-1] == "Failed: mypy."


def test_a_wrong_word_prints_the_usage(bootstrap: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["rnu"]) == 2
    assert bootstrap.main([]) == 2
    assert capsys.readouterr().err.count("packaging/bootstrap.py run") == 2
    assert bootstrap.main(["--help"]) == 0
    assert "packaging/bootstrap.py run" in capsys.readouterr().out


def test_a_read_only_folder_is_a_sentence(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(testing: bool) -> None:
        raise PermissionError(13, "Permission denied", str(bootstrap.ROOT / ".venv.lock"))

    monkeypatch.setattr(bootstrap, "prepare", refuse)
    assert bootstrap.main(["run"]) == 1
    said = capsys.readouterr().err
    assert ".venv.lock" in said
    assert "must be writable" in said


def test_stopping_it_is_no_error_report(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(testing: bool) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "prepare", stop)
    assert bootstrap.main(["run"]) == 130
    assert "Run the same command again" in capsys.readouterr().err
