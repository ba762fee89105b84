"""A private PostgreSQL server in a temporary folder: no TCP, no password, gone when the tests are."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from app.store.store import Store

_TEMPLATE = "daybook_template"


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, or None where they are not installed."""
    found = [Path(path).resolve().parent for name in ("pg_ctl",) if (path := shutil.which(name))]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    needed = ("initdb", "pg_ctl", "postgres")
    return next((folder for folder in found if all((folder / name).is_file() for name in needed)), None)


class Server:
    """A running server. Each `database` is fresh, with the schema, guards and index of an empty house."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._run(f"CREATE DATABASE {_TEMPLATE}")
        Store.on_postgres(self._url(_TEMPLATE)).close()

    def database(self) -> str:
        """The address of a new store."""
        name = f"house_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self._url(name)

    def blank(self) -> str:
        """The address of a database in which nothing was ever made."""
        name = f"blank_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return self._url(name)

    def _run(self, sql: str) -> None:
        with psycopg.connect(
            host=str(self._folder), user="daybook", dbname="postgres", autocommit=True
        ) as db:
            db.execute(sql)  # type: ignore[arg-type, unused-ignore]

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://daybook@/{name}?host={self._folder}"


@contextmanager
def private_server(bin_folder: Path) -> Iterator[Server]:
    """Start a server, as an unprivileged account when we are root, and stop it at the end."""
    top = "/tmp" if Path("/tmp").is_dir() else None  # a socket's path has room for about 100 characters
    folder = Path(tempfile.mkdtemp(prefix="daybook-pg-", dir=top))
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        import pwd  # which Windows has not

        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(bin_folder / program), "-D", str(folder / "data"), *arguments],
            check=True, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            env={"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C"}, **account,
        )  # fmt: skip

    quick = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"
    try:
        run("initdb", "-U", "daybook", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "-w", "-s", "-l", str(folder / "log"), "-o", f"-k {folder} -h '' {quick}", "start")
        try:
            yield Server(folder)
        finally:
            run("pg_ctl", "-w", "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
