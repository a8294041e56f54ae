"""Unpacking ``additional_files`` into a box: no traversal, no links, no bombs.

As with Judge0, an archive that cannot be unpacked is no error of the submission: what could be taken
out is there, the rest is missing, and files that exist already are kept.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

_MAX_ENTRIES = 1_000
_CHUNK = 64 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
)
"""What zipfile raises over a broken, encrypted or unwritable entry."""


def unpack(archive: bytes, box: Path, *, max_kilobytes: int) -> list[str]:
    """Unpack into ``box``; returns the names of entries that were left out."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(archive))
    except _UNREADABLE:
        return ["(the archive)"]
    left_out = []
    budget = max_kilobytes * 1024
    for number, entry in enumerate(entries.infolist()):
        if number >= _MAX_ENTRIES or budget < 0 or not _harmless(entry):
            left_out.append(entry.filename)
            continue
        try:
            budget -= _take_out(entries, entry, box, budget)
        except _UNREADABLE:
            left_out.append(entry.filename)
    return left_out


def _harmless(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    path = PurePosixPath(entry.filename)
    return (
        kind in (0, stat.S_IFREG, stat.S_IFDIR)
        and entry.compress_type in _METHODS
        and not path.is_absolute()
        and ".." not in path.parts
        and "\\" not in entry.filename
        and "\0" not in entry.filename
    )


def _take_out(entries: zipfile.ZipFile, entry: zipfile.ZipInfo, box: Path, budget: int) -> int:
    """Bytes written. The box holds only what this module and the sources put there, so no links.

    Raises:
        OSError: the entry is larger than the budget, or its path is taken.
    """
    target = box.joinpath(*PurePosixPath(entry.filename).parts)
    if entry.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return 0
    with entries.open(entry) as source, target.open("xb") as file:
        written = 0
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > budget:
                raise OSError("the archive unpacks to more than is allowed")
            file.write(chunk)
    target.chmod(0o755 if entry.external_attr >> 16 & stat.S_IXUSR else 0o644)
    return written
