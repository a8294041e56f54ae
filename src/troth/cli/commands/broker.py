"""The commands that talk to a Pact Broker: publish, can-i-deploy."""

from __future__ import annotations

from typing import Annotated

import typer

from troth.cli.options import ApiName, BrokerUrl, Format
from troth.cli.session import end, plain_output, workspace_output


def publish(
    context: typer.Context,
    api: ApiName,
    *,
    version: Annotated[
        str, typer.Option("--version", metavar="VERSION", help="The consumer's version, such as its commit.")
    ],
    branch: Annotated[str, typer.Option(metavar="BRANCH", help="The branch that the version is of.")],
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="A tag of the version. Repeatable.")
    ] = None,
    broker: BrokerUrl = None,
    format: Format = "text",
) -> None:
    """Publish the pacts of this workspace to a Pact Broker.

    Those with API, each as VERSION of its consumer. Publishing the same again changes nothing; another
    content for the same version is refused.

    \b
    Examples:
      troth publish judge0 --broker https://broker.example --version 1a2b3c4 --branch main
      troth publish judge0 --version 1a2b3c4 --branch main --tag nightly
    """
    output = workspace_output(context, format, [api])
    from troth.cli import publish as command

    end(command.run(api, broker=broker, version=version, branch=branch, tags=tag or [], output=output))


def can_i_deploy(
    context: typer.Context,
    pacticipant: Annotated[str, typer.Argument(metavar="PACTICIPANT", help="A name in the Pact Broker.")],
    *,
    version: Annotated[str, typer.Option("--version", metavar="VERSION", help="Which version of it.")],
    to: Annotated[str, typer.Option(metavar="ENVIRONMENT", help="Where it would go.")],
    broker: BrokerUrl = None,
    format: Format = "text",
) -> None:
    """Ask a Pact Broker whether a version may be deployed.

    It may where every pact between it and what is in ENVIRONMENT was verified. The exit status is 0 for
    yes, 1 for no, and 3 where the broker cannot be asked or results are missing.

    \b
    Examples:
      troth can-i-deploy campus --version 1a2b3c4 --to production --broker https://broker.example
    """
    output = plain_output(context, format)
    from troth.cli import can_i_deploy as command

    end(command.run(pacticipant, version=version, to=to, broker=broker, output=output))
