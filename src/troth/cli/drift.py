"""``troth drift``."""

from __future__ import annotations

from troth.acceptance import Accepted
from troth.cli.output import Output
from troth.drift import drift, load
from troth.workspace import Workspace


def run(api: str, *, spec: str, only: str, verbose: bool, output: Output) -> int:
    """Compare the contract of ``api`` with the document ``spec``, and return the exit status.

    Raises:
        UsageProblem: there is no such document, or none that can be read.
        UnknownName: no operation is called like ``only``.
        CouldNotCheck: the address does not answer with a document.
    """
    workspace = Workspace.find()
    found = drift(
        workspace.api(api),
        load(spec),
        acceptances=workspace.settings.drift,
        only=only,
        emit=output.emit,
    )
    accepted = [Accepted(finding, reason) for finding, reason in found.accepted]
    return output.finish([found.result], accepted=accepted, closing=found.closing, verbose=verbose)
