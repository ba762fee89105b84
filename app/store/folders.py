"""Where a store may be: on this computer's own disk, never in a folder that several computers share."""

import os
import re
import subprocess
import sys
from pathlib import Path

from app.store.errors import NetworkFolder

#: File systems that other computers write too. (Not 9p: it is how a virtual machine sees its own computer's disk.)
_NETWORK = frozenset(
    {
        "afpfs", "afs", "ceph", "cifs", "coda", "davfs", "fuse.ceph", "fuse.davfs2", "fuse.glusterfs",
        "fuse.rclone", "fuse.smbnetfs", "fuse.sshfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
        "smb2", "smb3", "smbfs", "webdav",
    }
)  # fmt: skip
_ESCAPE = re.compile(r"\\([0-7]{3})")
_MAC_MOUNT = re.compile(r".* on (?P<point>/.*) \((?P<kind>\w+)[,)]")


def refuse_network_folder(folder: Path) -> None:
    """Raise NetworkFolder for a folder on a network: two computers would corrupt the file (DESIGN.md "One PC or
    several")."""
    if _file_system(folder) in _NETWORK:
        raise NetworkFolder(
            f"The folder {folder} is on a network. Daybook's file must be on this computer's own disk: choose another. "
            "For several computers, use a PostgreSQL server."
        )


def linux_mounts(content: str) -> list[tuple[str, str]]:
    """Mount point and kind from each line of /proc/mounts, where a space in a path is written in octal."""
    lines = (line.split(" ") for line in content.splitlines())
    return [
        (_ESCAPE.sub(lambda found: chr(int(found[1], 8)), parts[1]), parts[2])
        for parts in lines
        if len(parts) > 2
    ]


def mac_mounts(content: str) -> list[tuple[str, str]]:
    """Mount point and kind from each line that macOS's `mount` prints."""
    found = (_MAC_MOUNT.match(line) for line in content.splitlines())
    return [(match["point"], match["kind"]) for match in found if match]


def kind_under(folder: str, mounts: list[tuple[str, str]]) -> str:
    """The kind of the mount that `folder` lies in: the longest point wins, and of two on one point the later."""
    best, kind = "", ""
    for point, name in mounts:
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, name
    return kind


def _file_system(folder: Path) -> str:
    """The kind of file system under `folder`, "cifs" for any Windows network path, "" where it can't be told."""
    where = str(folder.resolve())
    if sys.platform == "win32":
        import ctypes

        drive_remote = 4
        drive = os.path.splitdrive(where)[0] + "\\"
        remote = drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive) == drive_remote
        return "cifs" if remote else ""
    if sys.platform == "darwin":
        listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
        return kind_under(where, mac_mounts(listed))
    mounts = Path("/proc/mounts")
    if not mounts.is_file():
        return ""
    return kind_under(where, linux_mounts(mounts.read_text(encoding="utf-8", errors="replace")))
