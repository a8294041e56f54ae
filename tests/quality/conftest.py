"""The corpus is read, not run."""

from __future__ import annotations

collect_ignore = ["corpus"]
