"""``troth matrix``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from troth.cassettes import check_cassettes
from troth.cli.output import Output
from troth.cli.selection import chosen
from troth.events import silent
from troth.evidence_store import evidence_path, merge_evidence
from troth.reporting import faults, matrix
from troth.workspace import Workspace


def run(apis: Sequence[str], *, evidence: Sequence[Path], output: Output) -> int:
    """Print the matrix of ``apis``, or of all. An empty cell is no failure: it is what one came to see."""
    workspace = Workspace.find()
    selected = chosen(workspace, apis)
    stored = merge_evidence(evidence_path(workspace.root), evidence)
    now = datetime.now(UTC)
    recorded = [check_cassettes(workspace, api, now=now, emit=silent).evidence for api in selected]
    rows = matrix.matrix(selected, [*stored, *(each for found in recorded for each in found)])
    struck = faults.fault_rows(selected, stored)
    if output.format == "json":
        output.document(matrix.render_json(rows, version=version("troth"), faults=struck))
        return 0
    output.table(matrix.table(rows))
    output.say(matrix.summary(rows))
    if struck:
        output.say("")
        output.table(faults.table(struck))
        output.say(faults.summary(struck))
    return 0
