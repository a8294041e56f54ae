"""``troth fuzz``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from troth.api import Api
from troth.cli.output import Output
from troth.errors import UsageProblem
from troth.events import Noted
from troth.fuzz import (
    Budget,
    Choice,
    Document,
    FuzzSettings,
    fuzz,
    in_process,
    read_document,
    read_settings,
    settings_path,
)
from troth.fuzz.har import refuse_unwritable, write_har
from troth.fuzz.save import save
from troth.fuzz.staging import Stage, Staging, reached, within
from troth.openapi import openapi_path
from troth.reporting import fuzz as shown
from troth.reporting.report import counted
from troth.workspace import Workspace


def run(
    api: str,
    *,
    only: str,
    budget: Budget,
    workers: int | None,
    staging: Staging,
    output: Output,
    save_in: Path | None = None,
    har: Path | None = None,
) -> int:
    """Fuzz a provider of ``api`` and return the exit status.

    ``save_in`` gets a test for each finding, ``har`` every exchange.

    Raises:
        UsageProblem: the document, the settings or the names cannot be used.
        CouldNotCheck: the service is not there.
    """
    workspace = Workspace.find()
    contract = workspace.api(api)
    path = openapi_path(workspace, contract)
    document = read_document(path, workspace.relative(path))
    settings = read_settings(settings_path(workspace, contract))
    if har is not None:
        refuse_unwritable(har)
    choice = Choice(
        only=only,
        budget=budget,
        workers=workers or len(os.sched_getaffinity(0)),
        reproduce=_command(api, staging, only, budget),
    )
    with _stage(workspace, contract, staging, document, settings, budget, output) as stage:
        service = stage.service
        output.emit(Noted(f"{api}: {service.version}, {service.place}, seed {budget.seed}"))
        with stage.cleaned(output.emit) as results:
            ran = fuzz(
                workspace,
                contract,
                service,
                stage.document,
                settings,
                stage.chosen(choice),
                now=datetime.now(UTC),
                emit=output.emit,
            )
            results.append(ran.result)
    for saved in save(ran.found, save_in) if save_in is not None else ():
        output.say(str(saved))
    if har is not None:
        write_har(har, contract, ran.service, ran.sent, version=version("troth"))
        output.say(f"{har}: {counted(len(ran.sent), 'exchanges')}")
    if output.format == "text":
        output.table(shown.table(ran.tallies))
    return output.finish(
        results,
        closing=shown.closing(ran),
        further={**shown.document(ran, budget), **stage.further},
    )


@contextmanager
def _stage(
    workspace: Workspace,
    api: Api,
    staging: Staging,
    document: Document,
    settings: FuzzSettings,
    budget: Budget,
    output: Output,
) -> Iterator[Stage]:
    if staging.url:
        yield reached(workspace, api, staging, document, settings, seed=budget.seed, emit=output.emit)
        return
    if not workspace.has_provider(api):
        raise UsageProblem(
            f"there is no providers/{api.name} to fuzz in process", hint="name a server with --url"
        )
    with in_process(workspace, api, output.emit) as service:
        yield within(api, service, staging, document)


def _command(api: str, staging: Staging, only: str, budget: Budget) -> str:
    """What repeats the run."""
    parts = [f"troth fuzz {api} --seed {budget.seed} --max-examples {budget.max_examples}"]
    parts += staging.options
    parts += [f"-k '{only}'"] if only else []
    return " ".join(parts)
