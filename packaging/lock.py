"""Renew the two lock files from pyproject.toml (for whoever changes a dependency; needs `uv` on the path).

    python packaging/lock.py             after pyproject.toml changed: keeps every version it can
    python packaging/lock.py --upgrade   the newest version of everything that pyproject.toml allows

The files hold names, versions and hashes for every system and every Python from 3.11 on, and never an address: where packages
come from is the business of each computer's own pip settings.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "packaging" / "requirements.lock"
TEST = ROOT / "packaging" / "requirements-test.lock"

HEADER = """\
# {what}
# Written by packaging/lock.py from pyproject.toml: change that, then run
#     python packaging/lock.py             (keeps every version it can)
#     python packaging/lock.py --upgrade   (takes the newest)
# Every line is pinned and hashed; pip installs it with --require-hashes --no-deps. No address belongs here.
"""
COMPILE = (
    "uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url "
    "--no-header --quiet"
).split()


def renew(lock: Path, what: str, *more: str) -> None:
    """Have uv resolve into `lock`, then put our own header on it; refuses a file that holds an address."""
    subprocess.run(
        [*COMPILE, *more, "--output-file", str(lock)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    body = re.sub(r"\A(#.*\n)+", "", lock.read_text(encoding="utf-8"))
    if "://" in body:
        raise SystemExit(f"{lock.name} holds an address; it was written but must not be committed.")
    lock.write_text(HEADER.format(what=what) + body, encoding="utf-8", newline="\n")
    print(f"{lock.name}: {len(re.findall(r'^[a-z0-9].*==', body, re.M))} packages")


def main(args: list[str]) -> None:
    """Renew both files; the second takes the first's versions, so that tests run on what people run."""
    renew(RUN, "What Daybook runs on.", *args)
    renew(
        TEST,
        "What Daybook runs on, and what tests it.",
        "--group",
        "dev",
        "--constraint",
        str(RUN.relative_to(ROOT)),
        *args,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
