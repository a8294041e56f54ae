"""The states token of a served fake, left where the same user finds it in the same workspace.

``troth serve judge0 --states`` in one terminal and ``troth verify judge0 --url …`` in another then need
no token typed. The file is for its owner alone, below ``.troth/``, and gone when serving ends.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from troth.workspace import Workspace


@contextlib.contextmanager
def left_for(workspace: Workspace, url: str, token: str) -> Iterator[None]:
    """Leave the token of what is served at ``url`` for the length of the block.

    Where no file can be written nothing is left: the token was printed as well.
    """
    path = _file(workspace, url)
    with contextlib.suppress(OSError):
        _write(path, token)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def found_for(workspace: Workspace, url: str) -> str:
    """The token that was left for ``url``; empty where there is none."""
    try:
        return _file(workspace, url).read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def _file(workspace: Workspace, url: str) -> Path:
    return workspace.state_folder / "served" / f"{urlsplit(url).port or 80}.token"


def _write(path: Path, token: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A file that stands there is of a run that was killed; its mode and its owner are not to be trusted.
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token)
