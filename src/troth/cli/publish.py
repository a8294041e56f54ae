"""``troth publish``."""

from __future__ import annotations

import os
from collections.abc import Sequence

from troth.broker.access import USERNAME
from troth.broker.publish import Release, publish_pacts
from troth.cli.broker import open_broker
from troth.cli.output import Output
from troth.errors import UsageProblem
from troth.reporting.report import counted
from troth.workspace import Workspace


def run(
    api: str, *, broker: str | None, version: str, branch: str, tags: Sequence[str], output: Output
) -> int:
    """Publish the pacts of this workspace with ``api``, and return the exit status.

    Raises:
        UsageProblem: no broker is named, or a pact cannot be read.
    """
    if not all(each.strip() for each in (version, branch, *tags)):
        raise UsageProblem("a version, a branch or a tag is empty", hint="name them")
    workspace = Workspace.find()
    contract = workspace.api(api)
    with open_broker(broker, workspace.settings.broker, output) as opened:
        known = {name: os.environ.get(name, "") for name in contract.credentials.values()}
        known |= {name: value for name, value in opened.access.secrets.items() if name != USERNAME}
        result = publish_pacts(
            workspace, contract, opened, Release(version, branch, tags), output.emit, secrets=known
        )
    published = counted(result.counts.matched, "pacts")
    return output.finish([result], closing=f"{published} published as version {version}")
