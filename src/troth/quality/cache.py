"""What files came to last time: .troth/lint-cache/, by content.

One JSON file for each environment (settings, versions, contracts: ``project.environment``); in it each
linted file with the content that it had, and that of the files that had a say in it.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from troth.quality.context import Files
from troth.quality.outcome import FileReport

KEPT = 4
"""Environments whose results are kept; the oldest go first."""

_REPORT = TypeAdapter(FileReport)


class Cache:
    """The results of one environment. ``folder`` None keeps nothing."""

    def __init__(self, folder: Path | None, environment: str, files: Files) -> None:
        self._folder = folder
        self._path = None if folder is None else folder / f"{environment}.json"
        self._files = files
        self._entries = _read(self._path)
        self._changed = False

    def get(self, path: Path) -> FileReport | None:
        """What the file came to, if it and what it reads are as they were."""
        entry = self._entries.get(str(path))
        if entry is None or entry["content"] != self._files.digest(path):
            return None
        reads: dict[str, str] = entry["reads"]
        if any(self._files.digest(Path(each)) != known for each, known in reads.items()):
            return None
        try:
            return _REPORT.validate_python(entry["report"])
        except ValidationError:
            return None

    def put(self, path: Path, report: FileReport, reads: Iterable[Path]) -> None:
        """Keep what the file came to."""
        self._entries[str(path)] = {
            "content": self._files.digest(path),
            "reads": {str(each): self._files.digest(each) for each in sorted(reads)},
            "report": _REPORT.dump_python(report, mode="json"),
        }
        self._changed = True

    def save(self) -> None:
        """Write what is new. A disk that does not take it costs the next run its time, and nothing else."""
        if self._path is None or self._folder is None or not self._changed:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(dir=self._folder, suffix=".new")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(self._entries, file)
            Path(made).replace(self._path)
            _prune(self._folder)


def _read(path: Path | None) -> dict[str, Any]:
    """The entries of a file; none where it is not there, or broken: it is only a cache."""
    if path is None:
        return {}
    try:
        read = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _prune(folder: Path) -> None:
    kept = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEPT:]:
        path.unlink(missing_ok=True)
