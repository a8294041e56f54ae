"""``troth verify``."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import typer

from troth.api import Api
from troth.cli.broker import Fetching, open_broker
from troth.cli.output import Output
from troth.errors import UsageProblem
from troth.events import Noted
from troth.target import Target, live_target, open_fake, url_target
from troth.workspace import Workspace


def run(
    api: str,
    scenarios: list[str],
    *,
    url: str | None,
    live: bool,
    yes: bool,
    states_token: str | None,
    pact: list[Path],
    broker: Fetching,
    output: Output,
) -> int:
    """Verify a provider of ``api`` and return the exit status.

    Raises:
        UsageProblem: the options contradict each other, or nobody is there to ask.
    """
    _refuse(url=url, live=live, pact=pact, scenarios=scenarios)
    _refuse_beside_broker(broker, live=live, pact=pact, scenarios=scenarios)
    workspace = Workspace.find()
    contract = workspace.api(api)
    if broker.asked_for:
        return _from_broker(workspace, contract, broker, url or "", states_token, output)
    if live:
        return _live(workspace, contract, scenarios, yes=yes, output=output)
    from troth.pacts.foreign import verify_files
    from troth.pacts.verify import verify

    with _target(workspace, contract, url, states_token, output) as target:
        if pact:
            result = verify_files(contract, target, pact, output.emit, url=url or "")
        else:
            result = verify(workspace, contract, target, output.emit, scenarios=scenarios, url=url or "")
    return output.finish([result])


def _refuse(*, url: str | None, live: bool, pact: Sequence[Path], scenarios: Sequence[str]) -> None:
    if url and live:
        raise UsageProblem("--url and --live name two servers", hint="give one of them")
    if pact and live:
        raise UsageProblem("--live runs scenarios, not pacts", hint="leave out --pact, or name a --url")
    if pact and scenarios:
        raise UsageProblem("a pact of others has no scenarios of ours", hint="leave out the scenarios")


def _refuse_beside_broker(
    broker: Fetching, *, live: bool, pact: Sequence[Path], scenarios: Sequence[str]
) -> None:
    broker.refuse_contradictions()
    if broker.asked_for and live:
        raise UsageProblem("--live runs scenarios, not pacts", hint="leave it out, or name a --url")
    if broker.asked_for and (pact or scenarios):
        raise UsageProblem(
            "the pacts of a broker are verified whole, and no others beside them",
            hint="leave out --pact and the scenarios",
        )


def _from_broker(
    workspace: Workspace, api: Api, told: Fetching, url: str, states_token: str | None, output: Output
) -> int:
    """Verify what the broker wants verified, and publish the results if that was asked for."""
    from troth.broker.fetched import fetch
    from troth.broker.results import publish_results
    from troth.broker.verify import Verified, summed_up, verify_fetched

    wanted = told.wanted
    with open_broker(told.url, workspace.settings.broker, output) as broker:
        place = broker.access.url
        again = told.command(api.name, place, url)
        pacts = fetch(broker, api, wanted, output.emit)
        found: tuple[Verified, ...] = ()
        if pacts:
            with _target(workspace, api, url, states_token, output) as target:
                found = verify_fetched(api, target, pacts, output.emit, url=url, reproduce=again)
        results = [summed_up(api, found, output.emit, broker=place, reproduce=again)]
        if told.publish and found:
            results.append(
                publish_results(broker, api, found, told.of_version, output.emit, verifier=version("troth"))
            )
    # Green is right where all is pending, and yet nothing was proven.
    nothing = bool(found) and not results[0].findings and not results[0].counts.matched
    return output.finish(results, closing="nothing yet, since every pact is pending" if nothing else "")


def _live(workspace: Workspace, api: Api, names: Sequence[str], *, yes: bool, output: Output) -> int:
    from troth.pacts.live import ordered, verify_live

    chosen = [workspace.scenario(api, name) for name in names] or list(workspace.scenarios(api))
    running, _ = ordered(chosen)
    target = live_target(workspace, api)
    writing = sum(1 for each in running if each.writes)
    question = f"Run {len(running)} scenarios, {writing} of which write, against {target.url}?"
    if not yes and not _agreed(question):
        raise UsageProblem("nothing was run")
    return output.finish([verify_live(api, target, chosen, output.emit)])


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageProblem(f"nobody is there to answer: {question}", hint="--yes accepts it")
    return typer.confirm(question, err=True)


@contextlib.contextmanager
def _target(
    workspace: Workspace, api: Api, url: str | None, states_token: str | None, output: Output
) -> Iterator[Target]:
    if not url:
        with open_fake(workspace, api, emit=output.emit) as target:
            yield target
        return
    target = url_target(workspace, api, url, states_token)
    for note in target.notes:
        output.emit(Noted(note))
    yield target
