"""The commands that read what a contract declares: matrix, openapi, drift."""

from __future__ import annotations

from typing import Annotated

import typer

from troth.cli.options import ApiName, ApiNames, EvidenceFiles, Format, OnlyOperations, TextOrJson
from troth.cli.session import end, workspace_output


def matrix(
    context: typer.Context,
    apis: ApiNames = None,
    *,
    evidence: EvidenceFiles = None,
    format: TextOrJson = "text",
) -> None:
    """Show which answers have evidence.

    A row for each answer that a contract declares, a column for each kind of evidence. Rows without
    any come first.

    \b
    Examples:
      troth matrix
      troth matrix judge0 --format json
      troth matrix --evidence ci/evidence.jsonl
    """
    output = workspace_output(context, format, apis)
    from troth.cli import matrix as command

    end(command.run(apis or [], evidence=evidence or [], output=output))


def openapi(context: typer.Context, apis: ApiNames = None) -> None:
    """Write the OpenAPI documents.

    contracts/<api>/openapi.json is generated from the contract; a stale one is red in troth check.

    \b
    Examples:
      troth openapi
      troth openapi judge0
    """
    output = workspace_output(context, "text", apis)
    from troth.cli import openapi as command

    end(command.run(apis or [], output=output))


def drift(
    context: typer.Context,
    api: ApiName,
    *,
    spec: Annotated[
        str,
        typer.Option(metavar="FILE|URL", help="The vendor's document: OpenAPI 3, or Google discovery."),
    ],
    only: OnlyOperations = "",
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show all that is not red, and all that is accepted.")
    ] = False,
    format: Format = "text",
) -> None:
    """Compare a contract with its vendor's own document.

    What the vendor may send and ours refuses is an error, and so is what ours may send and the vendor
    refuses; the other way round is told. Each difference names the culprit: model stricter, model
    looser, undocumented, could not compare. [[tool.troth.drift]] accepts one, with a reason.

    \b
    Examples:
      troth drift kms --spec cloudkms.v1.discovery.json
      troth drift kms --spec https://vendor.example/openapi.yaml
      troth drift kms --spec openapi.yaml -k create_key -v
    """
    output = workspace_output(context, format, [api])
    from troth.cli import drift as command

    end(command.run(api, spec=spec, only=only, verbose=verbose, output=output))
