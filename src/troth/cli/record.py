"""``troth record``."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import typer

from troth.api import Api
from troth.cassettes.age import is_expired, max_age
from troth.cassettes.check import scenario_paths
from troth.cassettes.read import load
from troth.cassettes.record import Recorder, record
from troth.cli.output import Output
from troth.errors import UsageProblem
from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.scenario import Scenario
from troth.target import Target, live_target, open_fake, url_target
from troth.workspace import Workspace


def run(
    api: str,
    scenarios: Sequence[str],
    *,
    url: str | None,
    live: bool,
    yes: bool,
    dry_run: bool,
    missing: bool,
    expired: bool,
    states_token: str | None,
    output: Output,
) -> int:
    """Record scenarios of ``api`` and return the exit status.

    Raises:
        UsageProblem: CI is set, the options contradict each other, or nobody is there to ask.
    """
    _refuse(url=url, live=live)
    workspace, now = Workspace.find(), datetime.now(UTC)
    contract = workspace.api(api)
    chosen = _chosen(workspace, contract, scenarios, now, missing=missing, expired=expired)
    if not chosen:
        output.say(f"{api}: nothing to record")
        return 0
    refused = [each for each in chosen if live and each.writes and each.cleanup is None]
    chosen = [each for each in chosen if each not in refused]
    if live:
        chosen.sort(key=lambda each: each.writes)  # read-only first
        _ask_for_quota(contract, chosen, yes=yes)
    with _target(workspace, contract, url, states_token, live=live) as target:
        recorder = Recorder(workspace, contract, target, now, output.emit, twice=not live)
        outcome = record(
            recorder, chosen, ask=lambda question: _agreed(question, yes=yes), say=output.say, dry_run=dry_run
        )
    results = [outcome.result, *_without_cleanup(contract, refused)]
    if outcome.settled:
        results.append(_pacts(workspace, contract, output))
    return output.finish(results)


def _refuse(*, url: str | None, live: bool) -> None:
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        raise UsageProblem(
            "cassettes are not recorded where CI is set: nobody would look at the change",
            hint="record on your machine and commit the cassettes; CI runs troth check",
        )
    if url and live:
        raise UsageProblem("--url and --live name two servers", hint="give one of them")


def _chosen(
    workspace: Workspace, api: Api, names: Sequence[str], now: datetime, *, missing: bool, expired: bool
) -> list[Scenario]:
    paths = {scenario: path for path, scenario in scenario_paths(workspace, api).items()}
    wanted = [workspace.scenario(api, name) for name in names] or list(paths)
    if not wanted:
        raise UsageProblem(
            f"{api.name} has no scenario", hint="scenarios are declared in consumers/<name>/scenarios.py"
        )
    if not (missing or expired):
        return wanted
    limit = max_age(workspace, api.name)
    absent = [each for each in wanted if missing and not paths[each].exists()]
    present = [each for each in wanted if expired and paths[each].exists()]
    return absent + [each for each in present if is_expired(load(paths[each], edited=True), limit, now)]


def _ask_for_quota(api: Api, scenarios: Sequence[Scenario], *, yes: bool) -> None:
    writing = sum(1 for each in scenarios if each.writes)
    question = f"Run {len(scenarios)} scenarios, {writing} of which write, against {api.server}?"
    if not _agreed(question, yes=yes):
        raise UsageProblem("nothing was run")


def _agreed(question: str, *, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageProblem(
            f"nobody is there to answer: {question}", hint="--yes accepts it; --dry-run only shows it"
        )
    return typer.confirm(question, err=True)


@contextlib.contextmanager
def _target(
    workspace: Workspace, api: Api, url: str | None, states_token: str | None, *, live: bool
) -> Iterator[Target]:
    if live:
        yield live_target(workspace, api)
    elif url:
        yield url_target(workspace, api, url, states_token)
    else:
        # Recording tells the notes of whatever it runs against.
        with open_fake(workspace, api) as target:
            yield target


def _without_cleanup(api: Api, refused: Sequence[Scenario]) -> list[StepResult]:
    findings = tuple(
        Finding(
            "live-without-cleanup",
            "the scenario writes and declares no clean-up, so it was not run against the real service",
            api=api.name,
            scenario=each.name,
            place=each.place,
            expected="cleanup=... at its declaration",
            actual="none",
            verdict=Verdict.UNCHECKED,
        )
        for each in refused
    )
    counts = Counts(len(refused), skipped=len(refused))
    return [StepResult("record", api.name, counts, findings, unit="scenarios")] if refused else []


def _pacts(workspace: Workspace, api: Api, output: Output) -> StepResult:
    from troth.pacts.write import write_pacts

    return write_pacts(workspace, api, output.emit)
