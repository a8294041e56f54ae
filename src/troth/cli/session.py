"""What one run of the command line holds from its start to its end: credentials to hide, output to close."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import typer

if TYPE_CHECKING:
    from troth.cli.output import Output
    from troth.reporting.mask import Mask


@dataclass
class Session:
    """What one run holds: the credentials to hide, and what to close at its end."""

    masks: list[Mask] = field(default_factory=list)
    opened: ExitStack = field(default_factory=ExitStack)

    def masked(self, message: str) -> str:
        for mask in self.masks:
            message = mask.text(message)
        return message


def end(status: int) -> None:
    """End the command with this exit status."""
    raise typer.Exit(status)


def workspace_output(
    context: typer.Context,
    format: Literal["text", "json", "junit"],
    apis: Sequence[str] | None,
    states_token: str | None = None,
) -> Output:
    """Where the command prints. Raises what is wrong with the workspace or with the names."""
    from troth.cli.output import Output
    from troth.evidence_store import evidence_path
    from troth.workspace import Workspace

    mask = learn(context, apis, states_token)
    workspace = Workspace.find()
    kept = evidence_path(workspace.root)
    output = Output(format, mask=mask, accept=workspace.settings.accept, evidence=kept)
    return _closed_at_the_end(context, output)


def plain_output(context: typer.Context, format: Literal["text", "json", "junit"]) -> Output:
    """Where a command prints that needs no workspace."""
    from troth.cli.output import Output

    return _closed_at_the_end(context, Output(format, mask=_mask(context)))


def learn(context: typer.Context, apis: Sequence[str] | None, states_token: str | None) -> Mask:
    """Know the credentials before anything can be printed; ``main`` hides them in errors too."""
    from troth.workspace import Workspace

    mask = _mask(context)
    mask.hide("TROTH_STATES_TOKEN", states_token or "")
    workspace = Workspace.find()
    mask.learn(workspace.api(name) for name in apis or workspace.api_names)
    return mask


def _mask(context: typer.Context) -> Mask:
    """What hides credentials, which knows those of a Pact Broker."""
    from troth.reporting.mask import Mask

    mask = Mask(os.environ)
    session: Session = context.obj
    session.masks.append(mask)
    for name in ("PACT_BROKER_TOKEN", "PACT_BROKER_PASSWORD"):
        mask.hide(name, os.environ.get(name, "").strip())
    return mask


def _closed_at_the_end(context: typer.Context, output: Output) -> Output:
    session: Session = context.obj
    session.opened.callback(output.close)
    return output
