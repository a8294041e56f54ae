"""``/_troth``: what the toolkit and Pact's verifier ask of a served provider beside its API.

    GET  /_troth/health   what answers here, and whether states can be set
    POST /_troth/message  {"description": …}; answers the webhook that the last state led up to
    POST /_troth/state    {"state": …, "params": {…}, "action": "setup"}; answers the state's values
    GET  /_troth/modelled is the provider's own: which operations of the vendor it has

The state endpoint needs the token of the run, as the header X-Troth-Token or the query parameter
``token``. It answers 404 for an unknown state and 409 for one that could not be set.
"""

from __future__ import annotations

import hmac
import json
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from urllib.parse import urlsplit

from troth.api import Api
from troth.errors import TrothError, UsageProblem
from troth.exchange import Exchange, Headers, Request, Response
from troth.guard import no_message, refusal
from troth.loopback import Handler
from troth.multipart import is_multipart
from troth.pacts.messages import message_response
from troth.provider import JsonScalar, Provider
from troth.scenario import State
from troth.serve.webhooks import Webhooks
from troth.states import (
    EARLIER_STEPS,
    HEALTH_PATH,
    MESSAGE_PATH,
    MODELLED_PATH,
    STATE_PATH,
    TOKEN_HEADER,
    ProviderStates,
    StateCall,
    UnknownState,
    Values,
    is_scalar,
    read_state_call,
)
from troth.steps import StepFailed, Steps

_NOWHERE = ("", 0)
"""In the place of a scenario and a step: no state has led up to one."""


class Desk:
    """Puts a served provider in the states that are asked for.

    ``handler`` is the API, as a client that sends placeholders reaches it; ``steps`` replays the
    earlier steps of a scenario through it, and ``webhooks`` takes what the provider delivers.
    """

    def __init__(
        self, api: Api, provider: Provider, handler: Handler, steps: Steps, webhooks: Webhooks | None = None
    ) -> None:
        self._api = api
        self._webhooks = webhooks
        self._current = _NOWHERE
        self._states = ProviderStates(provider)
        self._handler = handler
        self._steps = steps
        self._values: Values = {}
        self._filling: Values = {}
        """What goes into the form of the next request, if it is one."""
        self._lock = threading.Lock()

    @property
    def secrets(self) -> Mapping[str, str]:
        """What webhooks are signed with, by role: who may set states may check them."""
        return self._webhooks.secrets if self._webhooks is not None else {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every state that can be set."""
        return self._states.names

    def answer(self, call: StateCall, origin: str) -> Values:
        """Make the state hold and return its values. ``origin`` is where the provider is served.

        Raises:
            UnknownState: nobody knows it.
            TrothError: it could not be set.
        """
        if call.action != "setup":
            return {}
        with self._lock:
            if call.state == EARLIER_STEPS:
                return self._run_earlier(call.params, origin)
            params = {name: value for name, value in call.params.items() if is_scalar(value)}
            self._current, self._filling = _NOWHERE, {}
            with self._webhooks.receiver.drained() if self._webhooks is not None else nullcontext():
                self._values = self._states.set(State(call.state, params))
            return self._values

    def _run_earlier(self, params: Mapping[str, object], origin: str) -> Values:
        scenario, step, links = params.get("scenario"), params.get("step"), params.get("links")
        if not isinstance(scenario, str) or not isinstance(step, int):
            raise UsageProblem(f"{EARLIER_STEPS!r} needs the parameters scenario and step")
        self._current, self._filling = _NOWHERE, {}
        values = self._steps.run(
            scenario,
            step,
            lambda request: self._send(request, origin),
            self._values,
            wait=self._webhooks.inbox.again if self._webhooks is not None else None,
        )
        asked = map(str, links) if isinstance(links, Mapping | list) else ()
        lacking = sorted(set(asked) - set(values))
        if lacking:
            # Pact would send the recorded example in its place, and say nothing.
            raise StepFailed(f"the earlier steps of {scenario!r} gave no {', '.join(lacking)}")
        self._current, self._filling = (scenario, step), values
        return values

    def fill(self, request: Request) -> Request:
        """A request of the step that the last state led up to, with the values of this time in the parts of
        its form: Pact puts none there itself."""
        if not is_multipart(request.headers.get("Content-Type")):
            return request  # nor waits for a state that is being set
        with self._lock:
            values = self._filling
            return self._steps.form(*self._current, request, values) if self._is_next(request) else request

    def _is_next(self, request: Request) -> bool:
        if not self._filling:
            return False
        recorded = self._steps.recorded(*self._current).request
        there = self._api.find(recorded.method, recorded.url)
        here = self._api.find(request.method, self._api.url_of(request.path))
        return here is not None and there is not None and here[0] is there[0]

    def message(self) -> Response:
        """The webhook of the step that the last state led up to, as Pact's verifier reads a message.

        Raises:
            TrothError: there is none, it was not delivered, or its signature is wrong.
        """
        with self._lock:
            recorded = self._steps.recorded(*self._current) if self._current != _NOWHERE else None
            if self._webhooks is None or recorded is None or not recorded.inbound:
                raise UsageProblem("the last state leads up to no webhook")
            exchange = self._webhooks.inbox.again(recorded)
            self._refuse_unsigned(exchange)
            return message_response(self._api, exchange)

    def _refuse_unsigned(self, exchange: Exchange) -> None:
        """Pact gets no signature, since it could not check one."""
        signature = self._api.inbox.signature if self._api.inbox is not None else None
        if signature is not None and not signature.holds(exchange.request):
            raise StepFailed(f"the header {signature.header} is not the signature of the webhook")

    def _send(self, request: Request, origin: str) -> Response:
        query = urlsplit(request.url).query
        url = origin + self._api.local_path(request.url) + (f"?{query}" if query else "")
        headers = request.headers.without("Host").with_("Host", urlsplit(origin).netloc)
        return self._handler(Request(request.method, url, headers, request.body))


def with_troth_paths(handler: Handler, provider: Provider, desk: Desk | None, token: str) -> Handler:
    """``handler`` and, beside it, ``/_troth``. Without ``desk`` no state can be set."""

    def handle(request: Request) -> Response:
        of_troth = request.path == "/_troth" or request.path.startswith("/_troth/")
        if not of_troth or request.path == MODELLED_PATH:
            return handler(request if desk is None else desk.fill(request))
        if (request.method, request.path) == ("GET", HEALTH_PATH):
            return _health(request, provider, desk, token)
        if request.method != "POST" or request.path not in (STATE_PATH, MESSAGE_PATH):
            return refusal(404, f"there are GET {HEALTH_PATH}, POST {STATE_PATH} and POST {MESSAGE_PATH}")
        refused = no_message if request.path == MESSAGE_PATH else refusal
        if desk is None:
            return refused(404, "no states can be set here: serve with --states")
        if not _has(token, _given(request)):
            return refused(401, f"the states token of this run is needed, in the header {TOKEN_HEADER}")
        return _set(request, desk) if request.path == STATE_PATH else _message(desk)

    return handle


def _given(request: Request) -> str | None:
    return request.headers.get(TOKEN_HEADER) or dict(request.query).get("token")


def _has(token: str, given: str | None) -> bool:
    return given is not None and hmac.compare_digest(token.encode(), given.encode("utf-8", "surrogateescape"))


def _health(request: Request, provider: Provider, desk: Desk | None, token: str) -> Response:
    given = _given(request)
    if desk is not None and given is not None and not _has(token, given):
        return refusal(401, "this is not the states token of this run")
    return _json(
        {
            "provider": provider.version,
            "states": desk is not None,
            "notes": list(provider.notes),
            "unavailable": dict(provider.unavailable),
            **({"secrets": dict(desk.secrets)} if desk is not None and given is not None else {}),
        }
    )


def _set(request: Request, desk: Desk) -> Response:
    try:
        return _json(desk.answer(read_state_call(request.body), request.origin))
    except UnknownState as error:
        return refusal(404, error.message, known=sorted(desk.names))
    except UsageProblem as error:
        return refusal(400, str(error))
    except TrothError as error:
        return refusal(409, error.message)


def _message(desk: Desk) -> Response:
    try:
        return desk.message()
    except UsageProblem as error:
        return no_message(400, str(error))
    except TrothError as error:
        return no_message(409, error.message)


def _json(document: Mapping[str, JsonScalar | list[str] | dict[str, str]]) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    return Response(200, Headers.of({"Content-Type": "application/json"}), body)
