"""What bootstrap.py says of a machine, and the command that it prints for one it may not touch."""

import ast
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
MISSING = "libEGL.so.1: cannot open shared object file: No such file or directory"


@pytest.mark.parametrize("name", ["bootstrap.py", "machine.py"])
def test_an_old_python_can_read_it_as_far_as_its_refusal(name: str) -> None:
    tree = ast.parse((PACKAGING / name).read_text(encoding="utf-8"), feature_version=(3, 8))
    # What an annotation says is never evaluated; without this, `dict[str, str]` would end an old Python with a traceback.
    assert "annotations" in {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    }
    wanted = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    wanted |= {
        node.module.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert wanted - set(sys.stdlib_module_names) <= {"machine"}


@pytest.mark.parametrize("version", [(2, 7), (3, 8), (3, 10)])
def test_an_old_python_is_told_what_to_do(machine: ModuleType, version: tuple[int, int]) -> None:
    refusal = machine.too_old(version)
    assert "needs Python 3.11 or newer" in refusal
    assert "this is Python {}.{}".format(*version) in refusal
    assert refusal.endswith("packaging/bootstrap.py run")


@pytest.mark.parametrize("version", [(3, 11), (3, 14), (4, 0)])
def test_a_new_python_is_taken(machine: ModuleType, version: tuple[int, int]) -> None:
    assert machine.too_old(version) == ""


def test_bootstrap_refuses_an_old_python_before_it_does_anything(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 4))
    assert bootstrap.main(["run"]) == 1
    assert "this is Python 3.10" in capsys.readouterr().err
    assert not bootstrap.VENV.exists()


@pytest.mark.parametrize(
    ("environ", "system", "answer"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_display(machine: ModuleType, environ: dict[str, str], system: str, answer: bool) -> None:
    assert machine.has_display(environ, system) is answer


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ([], True),
        (["--house", "x"], True),
        (["board", "--json"], False),
        (["--help"], False),
        (["--version"], False),
    ],
)
def test_only_the_window_needs_a_display(machine: ModuleType, arguments: list[str], answer: bool) -> None:
    assert machine.opens_window(arguments) is answer


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ("ID=debian\n", "sudo apt-get update && sudo apt-get install -y libegl1"),
        (
            'NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n',
            "sudo apt-get update && sudo apt-get install",
        ),
        ("ID=fedora\n", "sudo dnf install -y libglvnd-egl"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "sudo dnf install -y"),
        ('ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', "sudo zypper install -y"),
        ("ID=manjaro\nID_LIKE=arch\n", "sudo pacman -S --needed"),
    ],
)
def test_the_one_command_for_this_distribution(machine: ModuleType, release: str, command: str) -> None:
    advice = machine.qt_advice(MISSING, release)
    assert "lacks libEGL.so.1" in advice
    assert advice.splitlines()[-1].strip().startswith(command)
    assert advice.count("\n") == 1


def test_an_unknown_distribution_is_told_the_library(machine: ModuleType) -> None:
    assert machine.qt_advice(MISSING, "ID=nixos\n") == (
        "Qt, which draws the window, lacks libEGL.so.1. Install the system package that holds it."
    )


def test_another_fault_of_qt_is_told_as_it_is(machine: ModuleType) -> None:
    assert machine.missing_library("no such thing") == ""
    assert "does not start here: no such thing" in machine.qt_advice("no such thing", "ID=debian\n")


def test_pip_settings_pass_and_foreign_pythons_do_not(machine: ModuleType) -> None:
    environ = {"PIP_INDEX_URL": "a", "PIP_CERT": "b", "PYTHONPATH": "c", "VIRTUAL_ENV": "d", "PATH": "e"}
    assert machine.clean_environment(environ, LANG="f") == {
        "PIP_INDEX_URL": "a",
        "PIP_CERT": "b",
        "PATH": "e",
        "LANG": "f",
    }
