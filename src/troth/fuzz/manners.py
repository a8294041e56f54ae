"""How a service that somebody else relies on is treated: where requests go, which may, and how fast.

A provider in this process is reset at will, so that none of this holds for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from troth.errors import UsageProblem
from troth.evidence import Finding, Verdict
from troth.fuzz.config import Table
from troth.fuzz.document import Described
from troth.loopback import LOOPBACK_NAMES
from troth.workspace import LiveSettings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ON_429 = Literal["stop", "wait"]
UNEXPECTED = ("get", "put", "post", "delete", "options", "patch", "trace", "query")
"""Methods that coverage tries where the document has none of them; Schemathesis has the same."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user typed."""

    read_only: bool = False
    writes: bool = False
    methods: tuple[str, ...] = ()
    rate: float | None = None
    on_429: ON_429 = "stop"


@dataclass(frozen=True, slots=True)
class Manners:
    """What holds for one run. By default nothing does."""

    origin: str = ""
    """``scheme://host[:port]``: no request goes anywhere else. Empty in process."""
    methods: frozenset[str] = frozenset()
    """Only these are ever sent; empty for all."""
    writes_only: frozenset[str] | None = None
    """The labels of the operations that may write; None for all."""
    rate: float | None = None
    """Requests a second at most."""
    on_429: ON_429 | None = None
    """What a 429 means that no state provokes; None where it is an ordinary answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The tag: goes with every request."""
    named: frozenset[str] = frozenset()
    """The methods that the user typed."""
    hint: str = ""
    """What lets operations be tried that are left out."""

    def admits(self, method: str, label: str | None) -> bool:
        """Whether a request may go to the operation of that label, or to what the document has not."""
        if self.methods and method not in self.methods:
            return False
        return method in SAFE_METHODS or self.writes_only is None or label in self.writes_only

    def why_not(self, method: str) -> str:
        """Why an operation of this method is left out."""
        if self.methods and method not in self.methods:
            return f"only {', '.join(sorted(self.methods))} may be sent"
        return "what it makes would stay: [[cleanup]] of fuzz.toml does not say how it is removed"

    @property
    def said(self) -> str:
        """For a person, in a line; empty where nothing holds."""
        read_only = "read-only" if self.methods and self.methods <= SAFE_METHODS else ""
        methods = f"only {', '.join(sorted(self.methods))}" if self.methods and not read_only else ""
        limited = self.writes_only is not None and not read_only
        writes = f"writes only by {_listed(self.writes_only or ())}" if limited else ""
        rate = f"at most {self.rate:g} requests a second" if self.rate else ""
        tag = f"tagged {self.headers['X-Troth-Run']}" if "X-Troth-Run" in self.headers else ""
        return ", ".join(filter(None, (read_only, methods, writes, rate, tag)))


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(sorted(labels)) or "nothing"


def manners(
    url: str | None, wishes: Wishes, live: LiveSettings, *, seed: int, cleaned: Collection[str] = ()
) -> Manners:
    """What holds at ``url``, or in process without one.

    A host that is not this machine is only read unless ``--writes`` is typed; with ``--method POST`` it is
    written to by the operations of ``cleaned``, whose doings are removed afterwards. It is asked at the
    workspace's rate unless another is typed.

    Raises:
        UsageProblem: two options contradict each other, a method is none, or the URL is none of a server.
    """
    methods = _methods(wishes)
    named = methods if wishes.methods or wishes.read_only else frozenset()
    if not url:
        return Manners(methods=methods, rate=wishes.rate, named=named)
    if not origin(url):
        raise UsageProblem(f"{url!r} is no server", hint="write it as https://host[:port][/base]")
    near = urlsplit(url).hostname in LOOPBACK_NAMES
    told = near or wishes.writes
    return Manners(
        origin=origin(url),
        methods=methods or (frozenset() if told else SAFE_METHODS),
        writes_only=None if told else frozenset(cleaned),
        rate=wishes.rate or (None if near else live.rate),
        on_429=wishes.on_429,
        named=named,
        hint="" if told or wishes.read_only else "--writes tries them",
        headers={"User-Agent": f"troth-fuzz/{seed}", "X-Troth-Run": secrets.token_hex(4)},
    )


def _methods(wishes: Wishes) -> frozenset[str]:
    named = frozenset(each.upper() for each in wishes.methods)
    if unknown := sorted(each for each in named if each.lower() not in (*UNEXPECTED, "head")):
        raise UsageProblem(f"{unknown[0]!r} is no method", hint="such as --method GET --method POST")
    if wishes.read_only and (wishes.writes or named - SAFE_METHODS):
        raise UsageProblem("--read-only contradicts --writes and a --method that writes")
    return named or (SAFE_METHODS if wishes.read_only else frozenset())


_PORTS = {"http": 80, "https": 443}


def origin(url: str) -> str:
    """``scheme://host:port`` of a URL, in one form; empty where it has none."""
    try:
        parts = urlsplit(url)
        scheme, port = parts.scheme.lower(), parts.port
    except ValueError:
        return ""
    return (
        f"{scheme}://{parts.hostname}:{port or _PORTS[scheme]}" if scheme in _PORTS and parts.hostname else ""
    )


def sorted_out(
    operations: Iterable[Described], held: Manners, *, simulated: bool
) -> tuple[tuple[Described, ...], tuple[tuple[Described, str], ...]]:
    """The operations that may be tried, and those that may not with the reason.

    What the document has at another host is only reached where the same service answers for it.
    """
    tried, left = [], []
    for each in operations:
        if each.server and not simulated:
            left.append((each, f"it is at {origin(each.server)}, which nobody named"))
        elif held.admits(each.method, each.label):
            tried.append(each)
        else:
            left.append((each, held.why_not(each.method)))
    return tuple(tried), tuple(left)


def left_out(
    api: str, left: Iterable[tuple[Described, str]], held: Manners, *, asked: bool
) -> Iterator[Finding]:
    """What is said of operations that were left out, once a reason.

    What was asked for could not be checked: by its method, or ``asked``, by its name.
    """
    reasons: dict[tuple[str, str, Verdict], list[str]] = {}
    for each, why in left:
        helps = each.method not in SAFE_METHODS and (not held.named or each.method in held.named)
        hint = held.hint if helps and not each.server else ""
        wanted = each.method in held.named if held.named else asked
        verdict = Verdict.UNCHECKED if wanted else Verdict.PROVEN
        reasons.setdefault((why, hint, verdict), []).append(each.label)
    for (why, hint, verdict), labels in reasons.items():
        yield Finding(
            "fuzz-left-out",
            f"{len(labels)} left out, since {why}{hint and f' ({hint})'}: {', '.join(labels)}",
            api=api,
            operation=labels[0] if len(labels) == 1 else "",
            verdict=verdict,
        )


def mannered(config: Table, held: Manners) -> Table:
    """A configuration of the engine that plans nothing that would not be sent.

    Without it every such request would be refused, and told as one that could not be tried.
    """
    plain = held.writes_only is not None
    allowed = held.methods or frozenset(each.upper() for each in UNEXPECTED)
    if not held.methods and not plain:
        return config
    phases = dict(config.get("phases", {}))
    coverage = dict(phases.get("coverage", {}))
    planned = coverage.get("unexpected-methods", UNEXPECTED)
    coverage["unexpected-methods"] = [
        each for each in planned if each.upper() in allowed and (each.upper() in SAFE_METHODS or not plain)
    ]
    return {**config, "phases": {**phases, "coverage": coverage}}
