"""Tells whether a path lies on a network share, where SQLite's locks cannot be trusted.

Source: sqlite.org/howtocorrupt.html, section 2.1.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import psutil

_NETWORK = {
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "afpfs", "ncpfs", "9p", "ceph", "glusterfs",
    "lustre", "webdav", "davfs", "davfs2", "fuse.sshfs", "fuse.davfs2", "fuse.rclone", "fuse.glusterfs",
    "fuse.s3fs", "fuse.gvfsd-fuse", "macfuse", "osxfuse",
}  # fmt: skip


class Mount(NamedTuple):
    """A mounted file system: where, of which type, with which options."""

    mountpoint: str
    fstype: str
    opts: str


def mounts() -> list[Mount]:
    """What is mounted on this computer."""
    return [Mount(part.mountpoint, part.fstype, part.opts) for part in psutil.disk_partitions(all=True)]


def share_kind(path: Path, mounted: Iterable[Mount]) -> str | None:
    """The kind of network share that holds the path ("nfs4"), or None for a disk of this computer."""
    text = str(path)
    if text.startswith(("\\\\", "//")):
        return "Windows"
    holder = max(
        (one for one in mounted if _holds(one.mountpoint, text)),
        key=lambda one: len(one.mountpoint),
        default=None,
    )
    if holder is None:
        return None
    kind = holder.fstype.lower()
    return kind if kind in _NETWORK or "remote" in holder.opts.split(",") else None


def _holds(mountpoint: str, path: str) -> bool:
    root, inside = os.path.normcase(mountpoint), os.path.normcase(path)
    return inside == root or inside.startswith(root.rstrip("/\\") + os.sep)
