"""``troth can-i-deploy``."""

from __future__ import annotations

from troth.broker.deploy import can_i_deploy
from troth.cli.broker import open_broker
from troth.cli.output import Output
from troth.errors import NoWorkspace, UsageProblem
from troth.workspace import BrokerSettings, Workspace


def run(pacticipant: str, *, version: str, to: str, broker: str | None, output: Output) -> int:
    """Ask whether ``version`` of ``pacticipant`` may go to the environment ``to``; 0 is yes, 1 no.

    Raises:
        UsageProblem: no broker is named.
        CouldNotCheck: it does not say.
    """
    if not all(each.strip() for each in (pacticipant, version, to)):
        raise UsageProblem("a name or a version is empty", hint="name what goes where")
    with open_broker(broker, _settings(), output) as opened:
        found = can_i_deploy(opened, pacticipant, version, to)
    return output.finish([found.result], closing=found.closing)


def _settings() -> BrokerSettings:
    """Those of the workspace, if this is one: a pipeline that deploys may have no sources at hand."""
    try:
        return Workspace.find().settings.broker
    except NoWorkspace:
        return BrokerSettings()
