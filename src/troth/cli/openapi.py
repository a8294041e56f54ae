"""``troth openapi``."""

from __future__ import annotations

from collections.abc import Sequence

from troth.cli.output import Output
from troth.cli.selection import chosen
from troth.openapi import is_exported, openapi_path, write_openapi
from troth.workspace import Workspace


def run(apis: Sequence[str], *, output: Output) -> int:
    """Write the document of each API, but for those that services export."""
    workspace = Workspace.find()
    for api in chosen(workspace, apis):
        if is_exported(workspace, api):
            path = workspace.relative(openapi_path(workspace, api))
            output.say(f"left {path} as it is: the service of {api.name} exports it")
            continue
        output.say(f"wrote {workspace.relative(write_openapi(workspace, api))}")
    return 0
