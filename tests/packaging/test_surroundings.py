"""What tests/conftest.py promises to every other test."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings


def test_home_is_a_temporary_folder_of_the_run() -> None:
    assert Path.home().name.startswith("daybook-tests-")
    assert Path(os.environ["XDG_DATA_HOME"]).is_relative_to(Path.home())


def test_another_machine_cannot_be_reached() -> None:
    with socket.socket() as line, pytest.raises(PermissionError, match=r"reach 192\.0\.2\.1"):
        line.connect(("192.0.2.1", 443))


def test_this_machine_can_be_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as line,
    ):
        assert line.getpeername() == server.getsockname()


def test_examples_are_never_timed() -> None:
    assert settings.default.deadline is None
