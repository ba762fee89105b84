"""What starts: the window, or a headless command."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

_TALK = ("-h", "--help", "--version")


def main(arguments: Sequence[str] | None = None) -> int:
    """Start Daybook. Without a command it opens the window; where there is no display, it says so and plays a night."""
    told = list(sys.argv[1:] if arguments is None else arguments)
    if told[:1] == ["contact-sheet"]:
        return _contact_sheet(told[1:])
    if _is_command(told):
        from app.cli import run

        return run(told)
    if not _has_display():
        print("There is no display here, so the window can't open: playing a night at the house without it.")  # noqa: T201
        from app.cli import run

        return run(["night", *told])
    return _window(told)


def _window(told: Sequence[str]) -> int:
    from app.bootstrap import run_window
    from app.cli import default_house

    options = ArgumentParser(prog="daybook")
    options.add_argument("--house", type=Path, help="the house's folder")
    options.add_argument("--now", help="the instant, in a training house only")
    chosen = options.parse_args(told)
    return run_window(chosen.house or default_house(), chosen.now)


def _contact_sheet(told: Sequence[str]) -> int:
    from app.bootstrap import draw_contact_sheet

    options = ArgumentParser(prog="daybook contact-sheet", description="Every screen and document as PNGs.")
    options.add_argument("--out", type=Path, required=True, help="the folder to draw into")
    chosen = options.parse_args(told)
    count = draw_contact_sheet(chosen.out)
    print(f"{count} pictures and index.html in {chosen.out}")  # noqa: T201
    return 0


def _is_command(told: Sequence[str]) -> bool:
    return any(word in _TALK for word in told) or bool(told and not told[0].startswith("-"))


def _has_display() -> bool:
    """Whether a window can open. A Qt platform that was asked for by name counts: whoever asks for it means it."""
    if not sys.platform.startswith(("linux", "freebsd")):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
