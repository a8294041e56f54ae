"""A run from its first question to its clean-up: what surrounds the fuzzing of a service at a URL."""

from __future__ import annotations

import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import FrameType

from troth.api import Api
from troth.events import Emit, Noted
from troth.evidence import StepResult
from troth.fuzz.cleanup import clean_up
from troth.fuzz.document import Document, at_own_server
from troth.fuzz.gate import INTERRUPTED, Gate
from troth.fuzz.manners import Wishes, manners
from troth.fuzz.ready import Deployed, Waiting, asking, deployed, until_ready
from troth.fuzz.routes import Routes
from troth.fuzz.run import Choice
from troth.fuzz.served import COMMITTED, Chosen, choose
from troth.fuzz.service import Service, at_url
from troth.fuzz.settings import FuzzSettings
from troth.workspace import LiveSettings, Workspace


@dataclass(frozen=True, slots=True)
class Staging:
    """What the user typed of how a service is met."""

    url: str | None = None
    states_token: str | None = None
    wait: float = 30.0
    document: str = COMMITTED
    """``committed``, ``served``, or the URL or path of one."""
    wishes: Wishes = field(default_factory=Wishes)

    @property
    def options(self) -> list[str]:
        """As they are typed."""
        wishes = self.wishes
        found = [f"--url {self.url}"] if self.url else []
        found += [f"--document {shlex.quote(self.document)}"] if self.document != COMMITTED else []
        found += [f"--rate {wishes.rate:g}"] if wishes.rate else []
        found += ["--read-only"] if wishes.read_only else []
        found += ["--writes"] if wishes.writes else []
        found += ["--on-429 wait"] if wishes.on_429 == "wait" else []
        return [*found, *(f"--method {each}" for each in wishes.methods)]


@dataclass(frozen=True)
class Stage:
    """A service that is ready, and what is fuzzed of it in which manner."""

    service: Service
    document: Document
    gate: Gate
    deployed: Deployed
    compared: StepResult | None
    clean: Callable[[], StepResult | None]
    """Removes what was made; at a URL only."""

    def chosen(self, choice: Choice) -> Choice:
        """``choice``, held to the manners."""
        return replace(choice, gate=self.gate)

    @property
    def further(self) -> dict[str, object]:
        """For JSON."""
        held = self.gate.manners
        version = {"version": self.deployed.version, "source": self.deployed.source}
        return {
            "deployed": version,
            "manners": {
                "methods": sorted(held.methods),
                "writes": None if held.writes_only is None else sorted(held.writes_only),
                "rate": held.rate,
                "tag": dict(held.headers),
            },
        }

    @contextmanager
    def cleaned(self, emit: Emit) -> Iterator[list[StepResult]]:
        """What was compared, and after the block what was removed; also where it raises or is interrupted."""
        results = [self.compared] if self.compared is not None else []
        with interruptible(self.gate, emit):
            try:
                yield results
            finally:
                removed = self.clean()
                results += [removed] if removed is not None else []
                for finding in removed.findings if removed is not None else ():
                    emit(Noted(finding.message))


def reached(
    workspace: Workspace,
    api: Api,
    staging: Staging,
    committed: Document,
    settings: FuzzSettings,
    *,
    seed: int,
    emit: Emit,
) -> Stage:
    """The service at the URL, as soon as it is there.

    Raises:
        CouldNotCheck: it is not, or the document that was asked for.
        UsageProblem: options or settings cannot be used.
    """
    url = staging.url or ""
    live = workspace.settings.live.get(api.name, LiveSettings())
    cleaned = [each.create for each in settings.cleanup]
    held = manners(url, staging.wishes, live, seed=seed, cleaned=cleaned)
    ask = asking(held.headers)
    health = until_ready(url, settings.served, ask, Waiting(staging.wait), emit=emit)
    service = at_url(workspace, api, url, staging.states_token, emit)
    chosen = choose(api.name, committed, staging.document, settings.served, url, ask)
    _say(api, service, chosen, held.said, emit)
    routes = Routes(at_own_server(chosen.document.operations), service.url)
    gate = Gate(held, routes=routes, keep=cleaned, emit=emit)
    version = deployed(settings.served, health, chosen.content)
    return Stage(
        _told(service, version),
        chosen.document,
        gate,
        version,
        chosen.result,
        lambda: clean_up(api, service, chosen.document, settings, gate, emit=emit),
    )


def _told(service: Service, version: Deployed) -> Service:
    """``service`` with its version; a provider of ours has told it already."""
    if service.simulated or not version.version:
        return service
    return replace(service, version=f"{service.version}, {version}")


def within(api: Api, service: Service, staging: Staging, committed: Document) -> Stage:
    """The same for a provider in this process, which needs nothing of it but the choices.

    Raises:
        UsageProblem: options contradict each other, or the document is not to be had.
        CouldNotCheck: the document at a URL is not.
    """
    held = manners(None, staging.wishes, LiveSettings(), seed=0)
    ask = asking({})
    chosen = choose(api.name, committed, staging.document, FuzzSettings().served, None, ask)
    return Stage(service, chosen.document, Gate(held), Deployed(), chosen.result, lambda: None)


def _say(api: Api, service: Service, chosen: Chosen, manner: str, emit: Emit) -> None:
    compared = ""
    if chosen.result is not None and chosen.other is not None:
        differ = f"differs, see the {len(chosen.result.findings)} findings"
        compared = f"{chosen.other.place}: {differ if chosen.result.findings else 'the committed document'}"
    is_open = service.simulated and service.states is None
    opened = "it lets in whoever has no credential; troth serve --states does not" if is_open else ""
    for said in filter(None, (chosen.note, compared, manner, opened)):
        emit(Noted(f"{api.name}: {said}"))


@contextmanager
def interruptible(gate: Gate, emit: Emit) -> Iterator[None]:
    """Let Ctrl-C end the run in order: what was seen is told, and what was made is removed. A second one
    ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def end(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        gate.stop(INTERRUPTED)
        emit(Noted("interrupted: telling what was seen, and cleaning up; once more ends at once"))

    signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
