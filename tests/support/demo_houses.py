"""Training houses for tests: each is built once a process, and every test gets a copy of its folder."""

import io
import json
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from app.cli import run
from app.services.demo import make_demo

#: A Sunday evening with someone late back, one at hospital, and a check that is overdue.
EVENING = datetime(2026, 11, 22, 21, 42, tzinfo=UTC)


@cache
def _built(days: int, seed: int, now: datetime, all_well: bool) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="demo-")) / "house"
    make_demo(folder, seed, days, now, all_well=all_well)
    return folder


def demo_house(
    at: Path, days: int = 6, seed: int = 1, now: datetime = EVENING, all_well: bool = False
) -> Path:
    """A copy, in `at`, of the training house with this history."""
    return Path(shutil.copytree(_built(days, seed, now, all_well), at / "house"))


class Said(NamedTuple):
    """What a headless command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The answer of `play`: one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def daybook(*arguments: object) -> Said:
    """One headless command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(one) for one in arguments])
    return Said(code, out.getvalue(), err.getvalue())


def script(at: Path, *acts: dict[str, Any], name: str = "script.jsonl") -> Path:
    """A script of these acts."""
    path = at / name
    path.write_text("".join(json.dumps(act, ensure_ascii=False) + "\n" for act in acts), encoding="utf-8")
    return path
