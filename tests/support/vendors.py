"""The documents of vendors: not ours to keep, they stand beside the repository, or where we are told."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.pages import ROOT

BESIDE = ROOT.parent / "shared" / "apis" / "data"


def vendor_document(name: str) -> Path:
    """Where the document of that name stands, if it is to be had."""
    return Path(os.environ.get("TROTH_VENDOR_DOCUMENTS") or BESIDE) / name
