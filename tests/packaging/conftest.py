"""The bootstrap as a module, on a tree of its own with no packages to download."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"


def load(name: str) -> ModuleType:
    """A file of packaging/, which is no package: it is run as a script."""
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """bootstrap.py with its tree in a temporary folder and two empty lock files."""
    monkeypatch.setitem(sys.modules, "machine", load("machine"))
    module = load("bootstrap")
    tree = tmp_path / "a house"
    tree.mkdir()
    for name, file in {"RUN_LOCK": "requirements.lock", "TEST_LOCK": "requirements-test.lock"}.items():
        (tree / file).write_text(f"# {file}\n", encoding="utf-8")
        monkeypatch.setattr(module, name, tree / file)
    monkeypatch.setattr(module, "ROOT", tree)
    monkeypatch.setattr(module, "VENV", tree / ".venv")
    return module


@pytest.fixture
def machine() -> ModuleType:
    """machine.py."""
    return load("machine")
