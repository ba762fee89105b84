"""What holds for every test: no screen, no network, no home folder of anybody's, and Hypothesis without a clock."""

import os
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Set before anything imports Qt or platformdirs, and inherited by the processes that tests start.
HOME = Path(tempfile.mkdtemp(prefix="daybook-tests-"))
os.environ.update(
    QT_QPA_PLATFORM="offscreen",
    HOME=str(HOME),
    USERPROFILE=str(HOME),
    APPDATA=str(HOME / "roaming"),
    LOCALAPPDATA=str(HOME / "local"),
    XDG_CONFIG_HOME=str(HOME / "config"),
    XDG_DATA_HOME=str(HOME / "data"),
    XDG_STATE_HOME=str(HOME / "state"),
    XDG_CACHE_HOME=str(HOME / "cache"),
    XDG_RUNTIME_DIR=str(HOME / "run"),
)
(HOME / "run").mkdir(mode=0o700)

# In the suite the same examples every time, so that a red run can be had again; the soak looks for new ones.
_slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "ci", deadline=None, derandomize=True, database=None, print_blob=True, suppress_health_check=_slow
)
settings.register_profile(
    "soak", deadline=None, max_examples=5000, print_blob=True, suppress_health_check=_slow
)
settings.load_profile("ci")


def _no_network(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse to reach another machine. An audit hook sees every Python socket, whoever opens it."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("", "127.0.0.1", "::1", "localhost"):
            raise PermissionError(f"a test tried to reach {host}")


sys.addaudithook(_no_network)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None, Any, Any]:
    """Let every window go with its test, and put the look back: day, 100 %, sound.

    Without an event loop nothing that was closed is deleted, and each later change of theme would be put on it as well. A
    window for several tests says so by its property "kept".
    """
    done = yield
    if "app.ui.theme" in sys.modules:
        from PySide6.QtWidgets import QApplication
        from shiboken6 import delete, isValid

        from app.ui.theme import theme

        for window in QApplication.topLevelWidgets():
            if isValid(window) and not window.property("kept"):
                delete(window)
        if QApplication.instance() is not None:
            theme().set_mode("day")
            theme().set_scale(1.0)
            theme().set_sound(True)
    return done


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    shutil.rmtree(HOME, ignore_errors=True)
