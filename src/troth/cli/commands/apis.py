"""The commands that run scenarios, a provider or a consumer: check, record, verify, serve, faults, fuzz."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from troth.cli.options import (
    ApiName,
    ApiNames,
    EvidenceFiles,
    Format,
    Live,
    OnlyOperations,
    Scenarios,
    StatesToken,
    Url,
    Yes,
)
from troth.cli.session import end, learn, workspace_output


def check(
    context: typer.Context,
    apis: ApiNames = None,
    *,
    evidence: EvidenceFiles = None,
    format: Format = "text",
) -> None:
    """Prove everything that can be proved offline.

    Contracts, generated documents, scenarios, cassettes, pacts, and each provider of the workspace
    against its pacts. A step that checked nothing is red.

    \b
    Examples:
      troth check
      troth check judge0
      troth check --format junit > troth.xml
      troth check --evidence ci/evidence.jsonl
    """
    output = workspace_output(context, format, apis)
    from troth.cli import check as command

    end(command.run(apis or [], evidence=evidence or [], output=output))


def record(
    context: typer.Context,
    api: ApiName,
    scenarios: Scenarios = None,
    *,
    url: Url = None,
    live: Live = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the change, write nothing.")] = False,
    missing: Annotated[bool, typer.Option("--missing", help="Only scenarios without a cassette.")] = False,
    expired: Annotated[bool, typer.Option("--expired", help="Only cassettes past their max_age.")] = False,
    states_token: StatesToken = None,
    format: Format = "text",
) -> None:
    """Run scenarios and record cassettes and pacts.

    Runs against the workspace's fake, unless --url or --live says otherwise. Shows what changed in
    meaning before it writes.

    \b
    Examples:
      troth record judge0
      troth record judge0 "a correct program is accepted" --dry-run
      troth record judge0 --missing --yes
      troth record judge0 --live
    """
    output = workspace_output(context, format, [api], states_token)
    from troth.cli import record as command

    status = command.run(
        api,
        scenarios or [],
        url=url,
        live=live,
        yes=yes,
        dry_run=dry_run,
        missing=missing,
        expired=expired,
        states_token=states_token,
        output=output,
    )
    end(status)


def verify(
    context: typer.Context,
    api: ApiName,
    scenarios: Scenarios = None,
    *,
    url: Url = None,
    live: Live = False,
    yes: Yes = False,
    states_token: StatesToken = None,
    pact: Annotated[
        list[Path] | None,
        typer.Option("--pact", metavar="FILE", help="A pact to verify in place of our own. Repeatable."),
    ] = None,
    broker: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A Pact Broker whose pacts are verified in place of our own."),
    ] = None,
    from_broker: Annotated[
        bool, typer.Option("--from-broker", help="The same, with the broker that is set.")
    ] = False,
    selector: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SELECTOR",
            help="Which versions of consumers: main, deployed, branch=NAME, ... Repeatable.",
        ),
    ] = None,
    pending: Annotated[
        bool, typer.Option("--pending", help="Let a pact fail that this branch never held.")
    ] = False,
    wip_since: Annotated[
        str, typer.Option(metavar="DATE", help="Take pacts in progress that are newer; they may fail too.")
    ] = "",
    publish_results: Annotated[
        bool, typer.Option("--publish-results", help="Tell the broker what came of it.")
    ] = False,
    provider_version: Annotated[
        str, typer.Option(metavar="VERSION", help="What results are published for.")
    ] = "",
    branch: Annotated[str, typer.Option(metavar="BRANCH", help="The branch of the provider.")] = "",
    format: Format = "text",
) -> None:
    """Verify a provider against the pacts.

    Each of its answers is judged as well. The provider is the workspace's own, unless --url names a
    server. With --live the scenarios themselves run against the real service. With --broker the pacts
    are those of a Pact Broker.

    \b
    Examples:
      troth verify judge0
      troth verify judge0 --url http://127.0.0.1:8123
      troth verify judge0 --pact theirs.json
      troth verify judge0 --live
      troth verify judge0 --broker https://broker.example --selector main --selector deployed
    """
    output = workspace_output(context, format, [api], states_token)
    from troth.cli import verify as command
    from troth.cli.broker import Fetching

    status = command.run(
        api,
        scenarios or [],
        url=url,
        live=live,
        yes=yes,
        states_token=states_token,
        pact=pact or [],
        broker=Fetching(
            broker,
            from_broker,
            selector or [],
            pending,
            wip_since,
            publish_results,
            provider_version,
            branch,
        ),
        output=output,
    )
    end(status)


def serve(
    context: typer.Context,
    api: ApiName,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 0,
    stub: Annotated[bool, typer.Option("--stub", help="Replay the cassettes in place of the fake.")] = False,
    states: Annotated[bool, typer.Option("--states", help="Open the state endpoint /_troth.")] = False,
    states_token: StatesToken = None,
    cors: Annotated[
        list[str] | None, typer.Option(metavar="ORIGIN", help="An origin that browsers may call from.")
    ] = None,
    callback_host: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="A host that the fake may call back, beside loopback."),
    ] = None,
    unsafe_no_sandbox: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="Run programs of others without isolation.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep what is made there in this folder.")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[:OPERATION][:TIMES]",
            help="A fault that strikes calls, as troth faults lists them. Repeatable.",
        ),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Serve https, with a certificate of an authority of this run.")
    ] = False,
) -> None:
    """Serve the fake of an API on loopback, until interrupted.

    A fault strikes every call, or TIMES calls, of OPERATION, or of any. While it runs, faults are
    switched with any HTTP client: what is printed at the start says how.

    \b
    Examples:
      troth serve judge0 --port 8123
      troth serve judge0 --port 8123 --states
      troth serve judge0 --stub
      troth serve kms --port 8124 --data keys
      troth serve judge0 --fault http_503:create_submission:2 --fault body_drips
      troth serve kms --fault tls_expired
    """
    learn(context, [api], states_token)
    from troth.cli import serve as command

    status = command.run(
        api,
        port=port,
        stub=stub,
        states=states,
        states_token=states_token,
        cors=cors or [],
        callback_host=callback_host or [],
        unsafe_no_sandbox=unsafe_no_sandbox,
        data=data,
        faults=fault or [],
        tls=tls,
    )
    end(status)


def faults(
    context: typer.Context,
    api: Annotated[
        str | None,
        typer.Argument(metavar="API", help="The API whose consumer is held to its promises."),
    ] = None,
    *,
    only: OnlyOperations = "",
    fault: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this fault. Repeatable.")
    ] = None,
    places: Annotated[
        bool, typer.Option("--places", help="Break each field of an answer, not only the first.")
    ] = False,
    format: Format = "text",
) -> None:
    """List faults, or try each of them on a consumer of an API.

    With an API: each operation that its consumers use is run under each fault, once and for good, in this
    process and in no time, and what the caller sees is compared with consumers/<consumer>/promises.py.

    Without: the list. Each has a name, which unit tests and troth serve take, and a kind: what a client
    can know when it strikes. "processed" is whether the provider has acted on the request all the same. Those
    that break a field may say which one: field_missing:$.status.id.

    \b
    Examples:
      troth faults
      troth faults --format json
      troth faults judge0
      troth faults judge0 -k create_submission --fault http_503 --fault read_timeout
      troth faults judge0 --fault field_null --places
      judge0.fault("http_429", then="a correct program is accepted")     in a unit test
    """
    from troth.cli import faults as command

    if api is None:
        end(command.catalogue(chosen=bool(only or fault or places), format=format))
    else:
        output = workspace_output(context, format, [api])
        end(command.run(api, only=only, names=fault or [], places=places, output=output))


def fuzz(
    context: typer.Context,
    api: ApiName,
    *,
    url: Url = None,
    only: OnlyOperations = "",
    seed: Annotated[int, typer.Option(min=0, help="The same seed repeats a run.")] = 1,
    max_examples: Annotated[
        int, typer.Option(min=1, help="Generated requests for each operation, beside those of coverage.")
    ] = 25,
    time_budget: Annotated[
        int | None,
        typer.Option(min=1, metavar="SECONDS", help="Go on drawing examples until this time is over."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that fuzz in process; as many as cores. Results are the same."),
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="How long a service at --url may take to answer.")
    ] = 30.0,
    document: Annotated[
        str,
        typer.Option(metavar="DOCUMENT", help="What is fuzzed: committed, served, or a URL or path."),
    ] = "committed",
    rate: Annotated[
        float | None,
        typer.Option(metavar="N", help="Requests a second at most; elsewhere as [tool.troth.live] says."),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Send GET, HEAD and OPTIONS alone: the default elsewhere.")
    ] = False,
    writes: Annotated[
        bool, typer.Option("--writes", help="Write to a service that is not on this machine.")
    ] = False,
    method: Annotated[
        list[str] | None, typer.Option(metavar="METHOD", help="Send this method alone. Repeatable.")
    ] = None,
    on_429: Annotated[
        Literal["stop", "wait"], typer.Option("--on-429", help="What a 429 at --url means.")
    ] = "stop",
    save: Annotated[
        bool, typer.Option("--save", help="Write a test for each finding, red until it is mended.")
    ] = False,
    save_in: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write them there, not in tests/fuzz_regressions.")
    ] = None,
    har: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every exchange there, redacted, as HAR 1.2.")
    ] = None,
    states_token: StatesToken = None,
    format: Format = "text",
) -> None:
    """Fuzz a provider by its OpenAPI document.

    Schemathesis makes the requests, and every answer is judged as well. The provider is the workspace's own,
    in this process, unless --url names a server. All checks are on. contracts/<api>/fuzz.toml says in which
    state a run starts and in which others parts of it are repeated.
    An operation that accepted nothing is weak: it could not be checked.

    A service at --url is waited for, asked for its version and its document, and tagged. Elsewhere than on
    this machine it is only read, slowly, unless --writes is typed; [[cleanup]] of fuzz.toml removes what a
    run makes. It ends at the first 429.

    \b
    Examples:
      troth fuzz campus
      troth fuzz campus --seed 7 --max-examples 100 -k create_submission
      troth fuzz campus --save
      troth fuzz campus --har campus.har
      troth fuzz campus --url http://127.0.0.1:8130
      troth fuzz campus --url https://staging.example --rate 5
      troth fuzz campus --url https://staging.example --method GET --method POST --on-429 wait
      troth fuzz judge0 --format junit > fuzz.xml
    """
    output = workspace_output(context, format, [api], states_token)
    from troth.cli import fuzz as command
    from troth.fuzz import Budget
    from troth.fuzz.manners import Wishes
    from troth.fuzz.save import FOLDER
    from troth.fuzz.staging import Staging

    wishes = Wishes(read_only, writes, tuple(method or ()), rate, on_429)
    status = command.run(
        api,
        only=only,
        budget=Budget(seed, max_examples, time_budget),
        workers=workers,
        staging=Staging(url, states_token, wait, document, wishes),
        output=output,
        save_in=save_in or (FOLDER if save else None),
        har=har,
    )
    end(status)
