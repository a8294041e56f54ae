"""The ``troth`` command: its options and their help. What a command does is imported when it runs.

Exit status: 0 proven, 1 broken, 2 usage, 3 could not check.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from troth.cli.streams import open_closed_streams
from troth.errors import CouldNotCheck, TrothError

if TYPE_CHECKING:
    from troth.cli.output import Output
    from troth.reporting.mask import Mask

app = typer.Typer(
    name="troth",
    # Rich help costs a quarter of a second; plain help reads as well.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)

Format: TypeAlias = Annotated[
    Literal["text", "json", "junit"], typer.Option("--format", help="How results are printed.")
]
ApiName: TypeAlias = Annotated[str, typer.Argument(metavar="API", help="An API: a folder of contracts/.")]
ApiNames: TypeAlias = Annotated[
    list[str] | None, typer.Argument(metavar="API", help="APIs: folders of contracts/. All by default.")
]
Scenarios: TypeAlias = Annotated[
    list[str] | None, typer.Argument(metavar="SCENARIO", help="Scenarios by name. All by default.")
]
Url: TypeAlias = Annotated[
    str | None, typer.Option(metavar="URL", help="A server to run against, such as staging.")
]
Live: TypeAlias = Annotated[
    bool, typer.Option("--live", help="Run against the real service, with credentials of the environment.")
]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
StatesToken: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="TOKEN",
        envvar="TROTH_STATES_TOKEN",
        help="The token that opens the state endpoint of a served fake.",
    ),
]
EvidenceFiles: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--evidence", metavar="FILE", help="Evidence of another run, merged in. Repeatable."),
]
BrokerUrl: TypeAlias = Annotated[
    str | None,
    typer.Option("--broker", metavar="URL", help="The Pact Broker; else PACT_BROKER_BASE_URL, or as set."),
]


def _version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"troth {version('troth')}")
        raise typer.Exit


@app.callback()
def troth(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda value: _version(wanted=value),
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """Mocks of external HTTP APIs that can be believed.

    A team writes its use of an API once, as a scenario. From it troth records a cassette, generates a
    pact, replays a mock in unit tests, and verifies the provider.

    \b
    Examples:
      troth check                          all that can be proved offline; the gate for CI
      troth record judge0                  record cassettes again, against the fake
      troth verify judge0 --url URL        pact verification against staging
      troth serve judge0 --port 8123       the fake on a socket
      troth matrix                         which answers have evidence, and which have none

    Exit status: 0 proven, 1 broken, 2 usage, 3 could not check.
    """


@app.command()
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
    output = _output(context, format, apis)
    from troth.cli import check as command

    _end(command.run(apis or [], evidence=evidence or [], output=output))


@app.command()
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
    output = _output(context, format, [api], states_token)
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
    _end(status)


@app.command()
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
    output = _output(context, format, [api], states_token)
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
    _end(status)


@app.command()
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

    
    Examples:
      troth publish judge0 --broker https://broker.example --version 1a2b3c4 --branch main
      troth publish judge0 --version 1a2b3c4 --branch main --tag nightly
    """
    output = _output(context, format, [api])
    from troth.cli import publish as command

    _end(command.run(api, broker=broker, version=version, branch=branch, tags=tag or [], output=output))


@app.command()
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

    
    Examples:
      troth can-i-deploy campus --version 1a2b3c4 --to production --broker https://broker.example
    """
    from troth.cli.output import Output

    output = Output(format, mask=_mask(context))
    run: _Run = context.obj
    run.opened.callback(output.close)
    from troth.cli import can_i_deploy as command

    _end(command.run(pacticipant, version=version, to=to, broker=broker, output=output))


@app.command()
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
    _learn(context, [api], states_token)
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
    _end(status)


@app.command()
def matrix(
    context: typer.Context,
    apis: ApiNames = None,
    *,
    evidence: EvidenceFiles = None,
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How results are printed.")
    ] = "text",
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
    output = _output(context, format, apis)
    from troth.cli import matrix as command

    _end(command.run(apis or [], evidence=evidence or [], output=output))


@app.command()
def openapi(context: typer.Context, apis: ApiNames = None) -> None:
    """Write the OpenAPI documents.

    contracts/<api>/openapi.json is generated from the contract; a stale one is red in troth check.

    \b
    Examples:
      troth openapi
      troth openapi judge0
    """
    output = _output(context, "text", apis)
    from troth.cli import openapi as command

    _end(command.run(apis or [], output=output))


@app.command()
def drift(
    context: typer.Context,
    api: ApiName,
    *,
    spec: Annotated[
        str,
        typer.Option(metavar="FILE|URL", help="The vendor's document: OpenAPI 3, or Google discovery."),
    ],
    only: Annotated[
        str,
        typer.Option("-k", "--only", metavar="OPERATION", help="Only operations called like this; a glob."),
    ] = "",
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
    output = _output(context, format, [api])
    from troth.cli import drift as command

    _end(command.run(api, spec=spec, only=only, verbose=verbose, output=output))


@app.command()
def triage(
    context: typer.Context,
    report: Annotated[
        Path | None,
        typer.Argument(
            metavar="REPORT", help="The JSON report of coverage.py; coverage.json in the root by default."
        ),
    ] = None,
    *,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--compare", metavar="BEFORE AFTER", help="Tell what a batch did between two reports."),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Run the test files that changed, and no other, with coverage.")
    ] = False,
    since: Annotated[
        str, typer.Option(metavar="COMMIT", help="What tests are new against; HEAD by default.")
    ] = "HEAD",
    command: Annotated[
        str, typer.Option(metavar="TEXT", help="The command that ran between two reports, to be told.")
    ] = "",
    evidence: EvidenceFiles = None,
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How results are printed.")
    ] = "text",
) -> None:
    """Say what to test next.

    The files that coverage.py measured, the least covered first, with the functions, lines and branches
    that no test reaches, the kinds of test that are missing, and the errors of the APIs that nothing
    shows; in batches of 20 tests at most. A batch after which coverage did not rise is rejected.

    \b
    Examples:
      troth triage coverage.json
      troth triage coverage.json --run
      troth triage --compare before.json after.json
      troth triage coverage.json --format json
    """
    output = _output(context, format, None)
    from troth.cli import triage as command_of_triage

    status = command_of_triage.run(
        report,
        pair=compare,
        execute=run,
        since=since,
        command=command,
        evidence=evidence or [],
        output=output,
    )
    _end(status)


@app.command()
def faults(
    context: typer.Context,
    api: Annotated[
        str | None,
        typer.Argument(metavar="API", help="The API whose consumer is held to its promises."),
    ] = None,
    *,
    only: Annotated[
        str,
        typer.Option("-k", "--only", metavar="OPERATION", help="Only operations called like this; a glob."),
    ] = "",
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
        _end(command.catalogue(chosen=bool(only or fault or places), format=format))
    else:
        output = _output(context, format, [api])
        _end(command.run(api, only=only, names=fault or [], places=places, output=output))


@app.command()
def lint(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Folders and files of tests. The current folder by default."),
    ] = None,
    *,
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Only this rule, or this group of rules. Repeatable."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Not this rule, or this group. Repeatable.")
    ] = None,
    fail_on: Annotated[
        Literal["error", "warning", "info"] | None,
        typer.Option("--fail-on", help="From which severity on a problem fails the run; warning by default."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Problems that are known, and do not fail.")
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option("--write-baseline", metavar="FILE", help="Write what is found there as known."),
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Look at each file anew.")] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show what is excepted, with the reasons.")
    ] = False,
    format: Format = "text",
) -> None:
    """Look for what is wrong with tests.

    Each problem names a rule of docs/testing-standard.md and what to do. [tool.troth.lint] chooses rules,
    severities and thresholds; # troth: ignore[Q201] and a reason makes an exception, which is counted.

    \b
    Examples:
      troth lint tests
      troth lint tests --select Q2 --select Q301
      troth lint tests --fail-on info
      troth lint tests --write-baseline lint-baseline.json
      troth lint tests --baseline lint-baseline.json --format json
    """
    from troth.cli import lint as command

    status = command.run(
        paths or [],
        select=select or [],
        ignore=ignore or [],
        fail_on=fail_on,
        known=baseline,
        write=write_baseline,
        cache=not no_cache,
        verbose=verbose,
        format=format,
    )
    _end(status)


@dataclass
class _Run:
    """What one run of the command line holds: the credentials to hide, and what to close at its end."""

    masks: list[Mask] = field(default_factory=list)
    opened: ExitStack = field(default_factory=ExitStack)

    def masked(self, message: str) -> str:
        for mask in self.masks:
            message = mask.text(message)
        return message


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; no exception leaves it."""
    open_closed_streams()
    run = _Run()
    args = None if arguments is None else list(arguments)
    try:
        # An error must not leave a terminal without its cursor.
        with run.opened:
            typer.main.get_command(app).main(args=args, prog_name="troth", obj=run)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    except TrothError as error:
        sys.stderr.write(f"troth: {run.masked(str(error))}\n")
        return 3 if isinstance(error, CouldNotCheck) else 2
    except Exception as error:  # noqa: BLE001 - The last resort: it is told, with its place.
        if os.environ.get("TROTH_DEBUG") == "1":
            sys.stderr.write(run.masked("".join(traceback.format_exception(error))))
        sys.stderr.write(f"troth: {run.masked(_unexpected(error))}\n")
        return 2
    return 0


def _end(status: int) -> None:
    raise typer.Exit(status)


def _output(
    context: typer.Context,
    format: Literal["text", "json", "junit"],
    apis: Sequence[str] | None,
    states_token: str | None = None,
) -> Output:
    """Where the command prints. Raises what is wrong with the workspace or with the names."""
    from troth.cli.output import Output
    from troth.evidence_store import evidence_path
    from troth.workspace import Workspace

    mask = _learn(context, apis, states_token)
    workspace = Workspace.find()
    kept = evidence_path(workspace.root)
    output = Output(format, mask=mask, accept=workspace.settings.accept, evidence=kept)
    run: _Run = context.obj
    run.opened.callback(output.close)
    return output


def _learn(context: typer.Context, apis: Sequence[str] | None, states_token: str | None) -> Mask:
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
    run: _Run = context.obj
    run.masks.append(mask)
    for name in ("PACT_BROKER_TOKEN", "PACT_BROKER_PASSWORD"):
        mask.hide(name, os.environ.get(name, "").strip())
    return mask


def _unexpected(error: Exception) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = "" if last is None else f" at {last.tb_frame.f_code.co_filename}:{last.tb_lineno}"
    return (
        f"an error that troth did not expect: {type(error).__name__}: {error}{where}\n"
        "  TROTH_DEBUG=1 shows the whole traceback"
    )
