"""Which APIs a command is about."""

from __future__ import annotations

from collections.abc import Sequence

from troth.api import Api
from troth.errors import ContractProblem
from troth.workspace import Workspace


def chosen(workspace: Workspace, names: Sequence[str]) -> tuple[Api, ...]:
    """The APIs of those names, each once; every API when none is named.

    Raises:
        UnknownName: an API is not there.
        ContractProblem: the workspace has none.
    """
    wanted = tuple(dict.fromkeys(names)) or workspace.api_names
    if not wanted:
        raise ContractProblem(
            f"{workspace.root} has no API", hint="an API is declared in contracts/<api>/operations.py"
        )
    return tuple(workspace.api(name) for name in wanted)
