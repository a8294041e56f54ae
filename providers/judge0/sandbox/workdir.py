"""The folders and files of one run, on the host's side.

``box`` and ``tmp`` belong to the program, which may leave anything in them: links, folders as deep as
it likes. So nothing here follows a link in them, and removal is left to ``rm``.
"""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

MAX_ENTRIES = 2_000
MAX_BYTES = 64 * 1024 * 1024
"""What a program may leave in its folders. Judge0 sets no such limit; a shared machine needs one."""


@dataclass(frozen=True, slots=True)
class Workdir:
    """One run's folder. ``owner`` is the user under whom programs run; None for the own one."""

    root: Path
    owner: int | None

    @classmethod
    def create(cls, base: Path, owner: int | None) -> Workdir:
        root = Path(tempfile.mkdtemp(prefix="run-", dir=base))
        root.chmod(0o711)
        workdir = cls(root, owner)
        for folder in (workdir.box, workdir.tmp, workdir.shm):
            folder.mkdir(mode=0o700)
            workdir._give(folder)
        return workdir

    @property
    def box(self) -> Path:
        """The program's working folder."""
        return self.root / "box"

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    @property
    def shm(self) -> Path:
        return self.root / "shm"

    def write(self, name: str, data: bytes) -> None:
        """Put a new file into the box, in the place of whatever has that name.

        Raises:
            OSError: a folder stands there.
        """
        box = os.open(self.box, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if _exists(name, box):
                os.unlink(name, dir_fd=box)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            file = os.open(name, flags, mode=0o644, dir_fd=box)
            with os.fdopen(file, "wb") as stream:
                if self.owner is not None:
                    os.fchown(file, self.owner, self.owner)
                stream.write(data)
        finally:
            os.close(box)

    def has_file(self, name: str) -> bool:
        """A regular file of that name lies in the box, not a link."""
        try:
            return stat.S_ISREG((self.box / name).lstat().st_mode)
        except OSError:
            return False

    def adopt(self) -> None:
        """Give everything in the box to the user of the programs."""
        for folder, folders, files in os.walk(self.box):
            for name in (*folders, *files):
                self._give(Path(folder, name))

    def output(self, name: str) -> Path:
        """Where the program's output of that name goes: beside the box, out of its reach."""
        return self.root / name

    def read_output(self, name: str) -> bytes | None:
        """What the program wrote; None for nothing, as Judge0 says it."""
        with self.output(name).open("rb") as stream:
            return stream.read(MAX_BYTES) or None

    def overfull(self) -> bool:
        """More entries or bytes than allowed; looks no further than it must."""
        return _exceeds((self.root,), MAX_ENTRIES, MAX_BYTES)

    def remove(self) -> None:
        """Remove it with all that the program left."""
        if subprocess.run(["/bin/rm", "-rf", str(self.root)], check=False, capture_output=True).returncode:
            subprocess.run(["/bin/chmod", "-R", "u+rwx", str(self.root)], check=False, capture_output=True)
            subprocess.run(["/bin/rm", "-rf", str(self.root)], check=True, capture_output=True)

    def _give(self, path: Path) -> None:
        if self.owner is not None:
            os.chown(path, self.owner, self.owner, follow_symlinks=False)


def _exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _exceeds(roots: tuple[Path, ...], max_entries: int, max_bytes: int) -> bool:
    entries = size = 0
    pending = [str(root) for root in roots]
    while pending:
        for is_folder, path, length in _listing(pending.pop(), max_entries):
            entries += 1
            size += length
            if entries > max_entries or size > max_bytes or len(path) > _LONGEST_PATH:
                return True
            if is_folder:
                pending.append(path)
    return False


_LONGEST_PATH = 3_500
"""A path near the system's own limit of 4096 could no longer be looked into."""


def _listing(folder: str, at_most: int) -> list[tuple[bool, str, int]]:
    """(is a folder, path, bytes on disk); what vanishes meanwhile is left out."""
    found: list[tuple[bool, str, int]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                found.append(_measured(entry))
                if len(found) > at_most:
                    break
    except OSError:
        return found
    return found


def _measured(entry: os.DirEntry[str]) -> tuple[bool, str, int]:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False, entry.path, 0
    return stat.S_ISDIR(status.st_mode), entry.path, status.st_blocks * 512
