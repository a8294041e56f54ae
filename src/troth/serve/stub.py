"""A stub: the cassettes of an API, replayed on a socket for any client.

Identical requests get the recorded answers in their order, and the last one from then on; when a
scenario's first request comes again, the scenario starts over. Where several scenarios recorded the
same request, one without errors answers, unless the header X-Troth-Scenario names another. A request
that was never recorded is answered with 501 and the nearest recording.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from troth.api import Api, HeaderToken
from troth.cassettes.read import load
from troth.credentials import PLACEHOLDER, WRONG_SECRET
from troth.errors import CouldNotCheck
from troth.exchange import Headers, Request, Response
from troth.guard import refusal
from troth.loopback import Handler
from troth.mock.library import Tape, tape_of
from troth.mock.matching import Asked, asked
from troth.mock.miss import Known, explain, record_command
from troth.mock.offers import Recording
from troth.origins import local_base
from troth.rewrite import UrlMap, changed_headers
from troth.serve.faults import read_orders
from troth.serve.listen import listening
from troth.serve.run import ServeOptions, Serving
from troth.workspace import Workspace

SCENARIO_HEADER = "X-Troth-Scenario"
CASSETTE_HEADER = "X-Troth-Cassette"
NOT_RECORDED = 501


class _Key(NamedTuple):
    """What identical requests have in common; ``roles`` are those of their credentials."""

    roles: tuple[str, ...]
    asked: Asked


class _Reel:
    """The exchanges of one scenario, and how far each request of it has got."""

    def __init__(self, api: Api, tape: Tape) -> None:
        self.scenario = tape.cassette.scenario
        self.recordings = tape.recordings
        self.redactions = tape.recordings[0].redactions if tape.recordings else None
        self._exact: dict[_Key, list[Recording]] = {}
        self._redacted: dict[_Key, list[Recording]] = {}
        self._given: dict[int, int] = {}
        for recording in tape.recordings:
            roles = _roles(api, recording.exchange.request)
            blotted = recording.redactions.keys[recording.step - 1]
            self._exact.setdefault(_Key(roles, recording.asked), []).append(recording)
            self._redacted.setdefault(_Key(roles, blotted), []).append(recording)

    def find(self, request: Request, key: _Key) -> list[Recording] | None:
        """The recordings of the request, exact or but for what was redacted."""
        if key in self._exact or self.redactions is None:
            return self._exact.get(key)
        return self._redacted.get(_Key(key.roles, self.redactions.key(request)))

    def next(self, recordings: list[Recording]) -> Recording:
        """The next of them, or the last again."""
        first = recordings[0].step
        if first == 1 and len(recordings) == 1:
            self._given.clear()
        count = self._given.get(first, 0)
        self._given[first] = count + 1
        return recordings[min(count, len(recordings) - 1)]


class Stub:
    """Answers requests to the API's own URLs from its cassettes. Thread-safe."""

    def __init__(self, api: Api, tapes: Sequence[Tape]) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._reels = [_Reel(api, tape) for tape in sorted(tapes, key=_errors)]

    def answer(self, request: Request) -> Response:
        """The recorded answer, or 501."""
        chosen = request.headers.get(SCENARIO_HEADER)
        reels = [reel for reel in self._reels if chosen in (None, reel.scenario)]
        if not reels:
            names = sorted(reel.scenario for reel in self._reels)
            return refusal(404, f"no scenario with a cassette is named {chosen!r}", known=names)
        with self._lock:
            recording = self._next(request, reels)
        if recording is None:
            return self._missed(request)
        served = recording.served
        headers = served.headers.with_(CASSETTE_HEADER, recording.exchange.source.place)
        return Response(served.status, headers, served.body)

    def _next(self, request: Request, reels: Sequence[_Reel]) -> Recording | None:
        for key in self._keys(request):
            for reel in reels:
                found = reel.find(request, key)
                if found:
                    return reel.next(found)
        return None

    def _keys(self, request: Request) -> Iterable[_Key]:
        roles = _roles(self._api, request)
        # Who tries the stub out without a credential is taken for one who has it.
        somebody = tuple(
            role or ("valid" if auth.role == "valid" else "")
            for role, auth in zip(roles, self._api.auth, strict=True)
        )
        one = asked(request)
        return dict.fromkeys((_Key(roles, one), _Key(somebody, one)))

    def _missed(self, request: Request) -> Response:
        miss = explain(
            self._api, request, [Known(each, played=True) for reel in self._reels for each in reel.recordings]
        )
        nearest = miss.nearest
        hint = (
            f"if a scenario asks this now, record it again: {record_command(self._api, nearest.scenario)}"
            if nearest is not None
            else f"make the call in a scenario, then: troth record {self._api.name} --missing"
        )
        text = miss.text.replace("no mock answers", "no recording answers", 1)
        return refusal(NOT_RECORDED, text, hint=hint)


def _roles(api: Api, request: Request) -> tuple[str, ...]:
    return tuple(_role(request, auth) for auth in api.auth)


def _role(request: Request, auth: HeaderToken) -> str:
    """The role of the credential that the request holds; whatever is no placeholder may be the right one."""
    value = request.headers.get(auth.header)
    if value is None:
        return ""
    found = PLACEHOLDER.search(value) or WRONG_SECRET.search(value)
    return found[1] if found else auth.role


def _errors(tape: Tape) -> bool:
    return any(recording.exchange.response.status >= 400 for recording in tape.recordings)


@contextlib.contextmanager
def serve_stub(
    workspace: Workspace,
    api: Api,
    options: ServeOptions,
    *,
    on_error: Callable[[Exception], None] | None = None,
) -> Iterator[Serving]:
    """Serve the cassettes of ``api`` until the block ends.

    Raises:
        UsageProblem: the port cannot be opened, or a fault is not one.
        CouldNotCheck: there is no cassette.
        BrokenFile: a cassette cannot be read, or was edited by hand.
    """
    orders = read_orders(api, options.faults)
    tapes = _tapes(workspace, api)
    stub = Stub(api, tapes)
    simulated = sum(tape.cassette.provenance.simulated for tape in tapes)
    exchanges = sum(len(tape.recordings) for tape in tapes)
    notes = (f"{exchanges} exchanges of {len(tapes)} scenarios, {simulated} of them simulated by a fake",)
    with listening(
        workspace,
        api,
        lambda url: _translated(api, url, stub.answer),
        port=options.port,
        cors=options.cors,
        tls=options.tls,
        orders=orders,
        on_error=on_error,
    ) as served:
        served.begin()
        yield Serving(served, f"the cassettes of {api.name}", notes, {}, {})


def _tapes(workspace: Workspace, api: Api) -> list[Tape]:
    folder = workspace.root / "cassettes" / api.name
    tapes = [tape_of(api, load(path)) for path in sorted(folder.glob("*.yaml"))]
    if not tapes:
        raise CouldNotCheck(
            f"{api.name} has no cassettes in {workspace.relative(folder)}",
            hint=f"record them: troth record {api.name}",
        )
    return tapes


def _translated(api: Api, url: str, handler: Handler) -> Handler:
    """``handler`` for the API's own URLs, each origin of which stands for a path of ``url``."""
    bases = {url + base: api.url_of(base) for base in map(local_base, ("", *api.origins))}
    inwards, outwards = UrlMap(bases), UrlMap({public: base for base, public in bases.items()})

    def handle(request: Request) -> Response:
        headers = Headers(
            tuple((n, v) for n, v in changed_headers(request.headers, inwards) if n.lower() != "host")
        )
        meant = Request(request.method, inwards.text(request.url), headers, inwards(request.body))
        answer = handler(meant)
        return Response(answer.status, changed_headers(answer.headers, outwards), outwards(answer.body))

    return handle
