"""What the commands that speak to a Pact Broker have in common."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from troth.broker.access import access
from troth.broker.broker import Broker, Wanted
from troth.broker.results import ProviderVersion
from troth.broker.selectors import selectors
from troth.cli.output import Output
from troth.errors import UsageProblem
from troth.events import Noted
from troth.workspace import BrokerSettings


@dataclass(frozen=True, slots=True)
class Fetching:
    """What ``troth verify`` was told of a broker. ``configured``: the one that is set is asked."""

    url: str | None = None
    configured: bool = False
    selectors: Sequence[str] = ()
    pending: bool = False
    wip_since: str = ""
    publish: bool = False
    version: str = ""
    branch: str = ""

    @property
    def asked_for(self) -> bool:
        """Whether a broker takes part."""
        return bool(self.url) or self.configured

    def refuse_contradictions(self) -> None:
        """Raise what does not go together.

        Raises:
            UsageProblem: options of a broker without one, or less than a broker needs.
        """
        told = (*self.selectors, self.pending, self.wip_since, self.publish, self.version, self.branch)
        if not self.asked_for and any(told):
            raise UsageProblem(
                "these options are about a broker, and none takes part",
                hint="add --broker URL, or --from-broker for the one that is set",
            )
        if self.url and self.configured:
            raise UsageProblem("--broker and --from-broker name two brokers", hint="give one of them")
        if (self.pending or self.wip_since) and not self.branch:
            raise UsageProblem("a pact is pending for a branch of the provider", hint="name it with --branch")
        if self.publish and not (self.version and self.branch):
            raise UsageProblem(
                "results are published for a version of the provider on a branch",
                hint="name them with --provider-version and --branch",
            )
        if self.version and not self.publish:
            raise UsageProblem(
                "--provider-version is what results are published for", hint="add --publish-results"
            )

    @property
    def wanted(self) -> Wanted:
        """What the broker is asked for.

        Raises:
            UsageProblem: a selector or the date cannot be read.
        """
        if self.wip_since:
            _refuse_no_date(self.wip_since)
        return Wanted(selectors(self.selectors), self.branch, self.pending, self.wip_since)

    @property
    def of_version(self) -> ProviderVersion:
        """What results are published for."""
        return ProviderVersion(self.version, self.branch)

    def command(self, api: str, broker: str, url: str) -> str:
        """The command that verifies the same pacts again."""
        words = ["troth", "verify", api, "--broker", broker]
        words += [word for each in self.selectors for word in ("--selector", each)]
        words += ["--pending"] if self.pending else []
        words += ["--wip-since", self.wip_since] if self.wip_since else []
        words += ["--branch", self.branch] if self.branch else []
        words += ["--url", url] if url else []
        return shlex.join(words)


def open_broker(url: str | None, settings: BrokerSettings, output: Output) -> Broker:
    """The broker that is named or set; nothing is sent to it yet.

    Raises:
        UsageProblem: there is none, or it cannot be used.
    """
    found = access(url, settings.url, os.environ)
    if found.exposed:
        output.emit(Noted(f"the credential goes to {found.url} in clear: it is no https"))
    return Broker(found)


def _refuse_no_date(text: str) -> None:
    try:
        date.fromisoformat(text[:10])
    except ValueError as error:
        raise UsageProblem(f"{text!r} is no date", hint="write it as 2026-01-31") from error
