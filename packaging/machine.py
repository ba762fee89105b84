"""What bootstrap.py must know of the machine: its Python, its display, its distribution, its system libraries.

Standard library only, and parses on Python 3.8, so that an old Python is told so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Mapping, Sequence, Tuple

OLDEST = (3, 11)

# What Qt's own files link to, by family of distribution. The Debian names also serve Ubuntu and Mint.
DEBIAN_LIBRARIES = (
    "libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libfreetype6 libglib2.0-0 "
    "libgssapi-krb5-2 libwayland-client0 libwayland-cursor0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 "
    "libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1"
).split()
QT_COMMANDS = {
    "debian": "apt-get update && apt-get install -y " + " ".join(DEBIAN_LIBRARIES),
    "fedora": "dnf install -y libglvnd-egl libglvnd-glx libxkbcommon libxkbcommon-x11 dbus-libs fontconfig "
    "freetype glib2 krb5-libs xcb-util-cursor xcb-util-wm xcb-util-image xcb-util-keysyms xcb-util-renderutil",
    "suse": "zypper install -y libglvnd libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 fontconfig libglib-2_0-0 krb5 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0",
    "arch": "pacman -S --needed libglvnd libxkbcommon libxkbcommon-x11 dbus fontconfig glib2 krb5 xcb-util-cursor xcb-util-wm "
    "xcb-util-image xcb-util-keysyms xcb-util-renderutil",
}
FAMILIES = {
    "debian": {"debian", "ubuntu"},
    "fedora": {"fedora", "rhel", "centos"},
    "suse": {"suse", "opensuse", "sles"},
    "arch": {"arch"},
}


class Trouble(Exception):
    """What stands in the way, as a sentence that says what to do."""


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def too_old(version: Tuple[int, int]) -> str:
    """Why this Python can't run Daybook, or nothing; names a newer one if the machine has it."""
    if version >= OLDEST:
        return ""
    newer = next((p for p in (shutil.which("python3.%d" % n) for n in range(15, 10, -1)) if p), "python3.11")
    return (
        "Daybook needs Python 3.11 or newer, and this is Python %d.%d. Install one, then run:\n    %s packaging/bootstrap.py run"
        % (version[0], version[1], newer)
    )


def clean_environment(environ: Mapping[str, str], **more: str) -> dict[str, str]:
    """The user's environment, pip settings included, without what would lead the new Python to other packages."""
    dropped = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
    return {**{k: v for k, v in environ.items() if k not in dropped}, **more}


def has_display(environ: Mapping[str, str], system: str) -> bool:
    """Whether a window can open. A Qt platform that was asked for by name counts: whoever asks for it means it."""
    if not system.startswith(("linux", "freebsd")):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def opens_window(arguments: Sequence[str]) -> bool:
    """Whether daybook with these arguments opens the window: no headless command among them, no plea for help."""
    return not any(a in ("-h", "--help", "--version") for a in arguments) and (
        not arguments or arguments[0].startswith("-")
    )


def family(release: str) -> str:
    """The family of a Linux distribution, by the text of /etc/os-release; "" for one that we have no command for."""
    fields = dict(re.findall(r"^(ID|ID_LIKE)=\"?([^\"\n]*)", release, re.M))
    names = set(
        (fields.get("ID", "") + " " + fields.get("ID_LIKE", "")).replace("opensuse-", "suse ").split()
    )
    return next((key for key, members in FAMILIES.items() if names & members), "")


def os_release() -> str:
    """The text that names the distribution; empty where there is none."""
    try:
        return Path("/etc/os-release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def may_install() -> bool:
    """Whether system packages can be installed without asking: root, with apt."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian packages; raises Trouble with the command when apt says no."""
    environ = clean_environment(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        say("  apt-get " + " ".join(command))
        done = subprocess.run(
            ["apt-get", "-q", *command],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if done.returncode:
        raise Trouble(
            f"{done.stdout[-1500:]}\napt-get could not install them. When it can, run:\n"
            f"    apt-get update && apt-get install -y {' '.join(packages)}"
        )


def missing_library(trouble: str) -> str:
    """The system library that the loader could not find, or nothing."""
    found = re.search(r"(lib\S+\.so\S*): cannot open shared object file", trouble)
    return found.group(1) if found else ""


def qt_advice(trouble: str, release: str) -> str:
    """What to do about it; for a missing system library, the one command that installs it on this distribution."""
    library = missing_library(trouble)
    if not library:
        return f"Qt, which draws the window, does not start here: {trouble}"
    command = QT_COMMANDS.get(family(release))
    if command is None:
        return f"Qt, which draws the window, lacks {library}. Install the system package that holds it."
    sudo = " && ".join("sudo " + part for part in command.split(" && "))
    return f"Qt, which draws the window, lacks {library}. Install it with:\n    {sudo}"
