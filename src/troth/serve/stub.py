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
from troth.credentials import PLACEHOLDER
from troth.errors import CouldNotCheck
from troth.exchange import Headers, Request, Response
from troth.guard import guarded, refusal
from troth.loopback import Handler, LoopbackServer
from troth.mock.library import Tape, tape_of
from troth.mock.matching import Asked, Mask, asked, masked
from troth.mock.miss import Known, explain, record_command
from troth.mock.offers import Recording
from troth.rewrite import UrlMap, changed_headers
from troth.serve.run import ServeOptions, Serving
from troth.workspace import Workspace

SCENARIO_HEADER = "X-Troth-Scenario"
CASSETTE_HEADER = "X-Troth-Cassette"
NOT_RECORDED = 501


class _Key(NamedTuple):
    """What identical requests have in common; ``roles`` are those of their credentials."""

    roles: tuple[str, ...]
    mask: Mask
    asked: Asked


class Stub:
    """Answers requests to the API's own URLs from its cassettes. Thread-safe."""

    def __init__(self, api: Api, tapes: Sequence[Tape]) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._names = tuple(tape.cassette.scenario for tape in tapes)
        self._all = [recording for tape in sorted(tapes, key=_errors) for recording in tape.recordings]
        self._found: dict[_Key, dict[str, list[Recording]]] = {}
        self._given: dict[tuple[str, _Key], int] = {}
        for recording in self._all:
            for key in self._keys_of(recording):
                self._found.setdefault(key, {}).setdefault(recording.scenario, []).append(recording)
        # Exact requests first: a redacted place matches anything.
        self._masks = sorted({key.mask for key in self._found}, key=lambda mask: sum(map(len, mask)))

    def answer(self, request: Request) -> Response:
        """The recorded answer, or 501."""
        chosen = request.headers.get(SCENARIO_HEADER)
        if chosen is not None and chosen not in self._names:
            return refusal(404, f"no scenario with a cassette is named {chosen!r}", known=sorted(self._names))
        with self._lock:
            recording = self._next(request, chosen)
        if recording is None:
            return self._missed(request)
        served = recording.served
        headers = served.headers.with_(CASSETTE_HEADER, recording.exchange.source.place)
        return Response(served.status, headers, served.body)

    def _next(self, request: Request, chosen: str | None) -> Recording | None:
        for key in self._keys(request):
            by_scenario = self._found.get(key, {})
            scenario = chosen if chosen is not None else next(iter(by_scenario), "")
            if scenario in by_scenario:
                return self._step(scenario, key, by_scenario[scenario])
        return None

    def _step(self, scenario: str, key: _Key, recordings: list[Recording]) -> Recording:
        if len(recordings) == 1 and recordings[0].step == 1:
            self._given = {place: count for place, count in self._given.items() if place[0] != scenario}
        count = self._given.get((scenario, key), 0)
        self._given[scenario, key] = count + 1
        return recordings[min(count, len(recordings) - 1)]

    def _keys_of(self, recording: Recording) -> Iterable[_Key]:
        roles = self._roles(recording.exchange.request)
        return dict.fromkeys(
            (_Key(roles, Mask(), recording.asked), _Key(roles, recording.mask, recording.blotted))
        )

    def _keys(self, request: Request) -> Iterator[_Key]:
        one = asked(request)
        roles = self._roles(request)
        # Who tries the stub out without a credential is taken for who has one.
        somebody = tuple(
            role or ("valid" if auth.role == "valid" else "")
            for role, auth in zip(roles, self._api.auth, strict=True)
        )
        for mask in self._masks:
            blotted = masked(request, one, mask) if any(mask) else one
            if blotted is not None:
                yield from (_Key(each, mask, blotted) for each in dict.fromkeys((roles, somebody)))

    def _roles(self, request: Request) -> tuple[str, ...]:
        return tuple(_role(request, auth) for auth in self._api.auth)

    def _missed(self, request: Request) -> Response:
        miss = explain(self._api, request, [Known(each, played=True) for each in self._all])
        nearest = miss.nearest
        hint = (
            f"if a scenario asks this now, record it again: {record_command(self._api, nearest.scenario)}"
            if nearest is not None
            else f"make the call in a scenario, then: troth record {self._api.name} --missing"
        )
        return refusal(NOT_RECORDED, miss.text, hint=hint)


def _role(request: Request, auth: HeaderToken) -> str:
    """The role of the credential that the request holds; whatever is no placeholder may be the right one."""
    value = request.headers.get(auth.header)
    if value is None:
        return ""
    found = PLACEHOLDER.search(value)
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
        UsageProblem: the port cannot be opened.
        CouldNotCheck: there is no cassette.
        BrokenFile: a cassette cannot be read, or was edited by hand.
    """
    tapes = _tapes(workspace, api)
    stub = Stub(api, tapes)
    holder: list[Handler] = []
    handler = guarded(lambda request: holder[0](request), cors=options.cors)
    with LoopbackServer(handler, port=options.port, on_error=on_error) as server:
        holder.append(_translated(api, server.url, stub.answer))
        simulated = sum(tape.cassette.provenance.simulated for tape in tapes)
        exchanges = sum(len(tape.recordings) for tape in tapes)
        notes = (f"{exchanges} exchanges of {len(tapes)} scenarios, {simulated} of them simulated by a fake",)
        yield Serving(server.url, f"the cassettes of {api.name}", notes, {}, {})


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
    bases = {
        f"{url}/_troth/origin/{index}": origin.rstrip("/")
        for index, origin in enumerate(api.origins, start=1)
    } | {url: api.server}
    inwards, outwards = UrlMap(bases), UrlMap({public: base for base, public in bases.items()})

    def handle(request: Request) -> Response:
        headers = Headers(
            tuple((n, v) for n, v in changed_headers(request.headers, inwards) if n.lower() != "host")
        )
        meant = Request(request.method, inwards.text(request.url), headers, inwards(request.body))
        answer = handler(meant)
        return Response(answer.status, changed_headers(answer.headers, outwards), outwards(answer.body))

    return handle
