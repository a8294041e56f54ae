"""``troth openapi``."""

from __future__ import annotations

from collections.abc import Sequence

from troth.cli.output import Output
from troth.cli.selection import chosen
from troth.openapi import write_openapi
from troth.workspace import Workspace


def run(apis: Sequence[str], *, output: Output) -> int:
    """Write the document of each API."""
    workspace = Workspace.find()
    for api in chosen(workspace, apis):
        output.say(f"wrote {workspace.relative(write_openapi(workspace, api))}")
    return 0
