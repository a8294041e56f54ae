"""The arguments and options that several commands take, each as one type."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

Format: TypeAlias = Annotated[
    Literal["text", "json", "junit"], typer.Option("--format", help="How results are printed.")
]
TextOrJson: TypeAlias = Annotated[
    Literal["text", "json"], typer.Option("--format", help="How results are printed.")
]
ApiName: TypeAlias = Annotated[str, typer.Argument(metavar="API", help="An API: a folder of contracts/.")]
ApiNames: TypeAlias = Annotated[
    list[str] | None, typer.Argument(metavar="API", help="APIs: folders of contracts/. All by default.")
]
Scenarios: TypeAlias = Annotated[
    list[str] | None, typer.Argument(metavar="SCENARIO", help="Scenarios by name. All by default.")
]
OnlyOperations: TypeAlias = Annotated[
    str,
    typer.Option("-k", "--only", metavar="OPERATION", help="Only operations called like this; a glob."),
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
