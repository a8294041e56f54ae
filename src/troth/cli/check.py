"""``troth check``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from troth.check import check
from troth.cli.output import Output
from troth.cli.selection import chosen
from troth.evidence_store import evidence_path, latest, merge_evidence
from troth.reporting.matrix import coverage, matrix
from troth.workspace import Workspace


def run(apis: Sequence[str], *, evidence: Sequence[Path], output: Output) -> int:
    """Check ``apis``, or all, and return the exit status."""
    workspace = Workspace.find()
    selected = chosen(workspace, apis)
    known = merge_evidence(evidence_path(workspace.root), evidence)
    results = check(workspace, selected, emit=output.emit, now=datetime.now(UTC))
    seen = latest([*known, *(each for result in results for each in result.evidence)])
    return output.finish(results, whole=not apis, coverage=coverage(matrix(selected, seen)))
