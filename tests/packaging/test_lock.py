"""The lock files: pinned, hashed, without an address, and true to pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-test.lock"]
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; .+)?")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}")


def entries(lock: str) -> dict[str, tuple[str, list[str]]]:
    """Name: version and hash lines. Any line of another form fails."""
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in (ROOT / "packaging" / lock).read_text(encoding="utf-8").splitlines():
        text = line.removesuffix(" \\")
        if text.lstrip().startswith("#") or not text:
            continue
        if pin := PIN.fullmatch(text):
            name = pin["name"]
            assert name not in found
            found[name] = (pin["version"], [])
        else:
            assert HASH.fullmatch(text), line
            found[name][1].append(text)
    return found


def project() -> tuple[list[Requirement], list[Requirement]]:
    """What Daybook asks for to run, and to be tested."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run = [Requirement(text) for text in data["project"]["dependencies"]]
    return run, [Requirement(text) for text in data["dependency-groups"]["dev"]]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_and_hashed(lock: str) -> None:
    held = entries(lock)
    assert len(held) > 20
    assert [name for name, (_, hashes) in held.items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address_or_setting_of_an_index(lock: str) -> None:
    text = (ROOT / "packaging" / lock).read_text(encoding="utf-8")
    assert re.findall(r"://|--(?:extra-)?index|--find-links|--trusted|@ ", text) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_header_says_how_to_renew(lock: str) -> None:
    head = (ROOT / "packaging" / lock).read_text(encoding="utf-8").partition("\n")[2][:400]
    assert "python packaging/lock.py" in head
    assert (ROOT / "packaging" / "lock.py").is_file()


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], 1), (LOCKS[1], 2)])
def test_lock_satisfies_pyproject(lock: str, groups: int) -> None:
    held = entries(lock)
    asked = [one for group in project()[:groups] for one in group]
    wrong = [
        str(one)
        for one in asked
        if one.name.lower() not in held or Version(held[one.name.lower()][0]) not in one.specifier
    ]
    assert wrong == []


def test_tests_run_on_what_people_run() -> None:
    run, test = (entries(lock) for lock in LOCKS)
    assert run.items() <= test.items()


def test_nothing_of_the_test_tools_is_installed_for_a_house() -> None:
    assert {"pytest", "mypy", "ruff", "hypothesis", "packaging"}.isdisjoint(entries(LOCKS[0]))


def test_the_refused_qt_versions_stay_refused() -> None:
    qt = next(one for one in project()[0] if one.name == "PySide6-Essentials")
    assert list(qt.specifier.filter(["6.11.0", "6.11.1", "6.11.3", "6.12.0"])) == ["6.11.3"]


def test_the_licence_of_every_shipped_package_is_named() -> None:
    text = (ROOT / "packaging" / "licences" / "README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| ([a-z0-9-]+) \| (\d\S*) \|", text, re.MULTILINE))
    assert listed == {name: version for name, (version, _) in entries(LOCKS[0]).items()}
