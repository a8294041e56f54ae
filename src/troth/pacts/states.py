"""What Pact's verifier asks before each interaction: that its provider state holds, and that the
scenario's earlier steps have run.

Verification is serial, and a scenario's interactions follow each other. Where the step before was just
verified, the provider is where it must be: nothing is reset and nothing is sent twice. Otherwise the
world starts anew and the earlier steps are replayed, through the judging proxy like everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from pydantic import ValidationError

from troth.api import Api
from troth.errors import CouldNotCheck, TrothError, UsageProblem
from troth.exchange import Exchange, Request, Response
from troth.pacts.messages import message_response
from troth.pacts.model import StepParams
from troth.provider import JsonScalar
from troth.proxy import Judged, JudgingProxy
from troth.scenario import State
from troth.states import EARLIER_STEPS, is_scalar
from troth.steps import StepFailed, Steps
from troth.target import Target, unknown_credential
from troth.upstream import Upstream

_REFUSED = (401, 403)

Key: TypeAlias = "tuple[str, int]"
"""A scenario's name and a step, counted from 1."""


@dataclass
class Seen:
    """What happened for one interaction."""

    judged: list[Judged] = field(default_factory=list)
    replayed: list[Judged] = field(default_factory=list)
    """The answers of earlier steps that had to run again first."""
    problem: TrothError | None = None
    """Why its states did not hold, or why no answer came."""


class StateDesk:
    """Answers the state calls of one verification, and keeps what was seen for each interaction."""

    def __init__(self, api: Api, target: Target, steps: Steps) -> None:
        self._api = api
        self._target = target
        self._steps = steps
        self._given = State()
        self._current: Key | None = None
        self._held = State()
        """The provider state from which the current interaction started."""
        self._values: Mapping[str, JsonScalar] = {}
        self._proxy: JudgingProxy | None = None
        self._ready = False
        """Whether the next request is that of the current interaction, from Pact's verifier."""
        self.seen: dict[Key, Seen] = {}

    def open(self, proxy: JudgingProxy) -> None:
        """Take the proxy that everything goes through."""
        self._proxy = proxy

    def answer(self, name: str, params: Mapping[str, object]) -> Mapping[str, JsonScalar]:
        """Make a state hold; the values of both states are the answer to the second.

        Raises:
            TrothError: it cannot be made to hold.
        """
        if name != EARLIER_STEPS:
            self._harvest()
            self._given = State(name, {key: value for key, value in params.items() if is_scalar(value)})
            return {}
        try:
            place = StepParams.model_validate(params)
        except ValidationError as error:
            raise UsageProblem(f"{EARLIER_STEPS!r} needs the parameters scenario and step") from error
        return self._prepared(place)

    def finish(self) -> None:
        """Take what is left of the current interaction, before the world is set back or forgotten."""
        assert self._proxy is not None
        self._proxy.settle()
        self._harvest()

    def _harvest(self) -> None:
        """Take what the proxy saw since the last state call: the current interaction's own exchange."""
        judged, trouble = self._taken()
        if self._current is not None and (judged or trouble):
            seen = self.seen[self._current]
            seen.judged += judged
            seen.problem = seen.problem or trouble

    def _taken(self) -> tuple[list[Judged], CouldNotCheck | None]:
        assert self._proxy is not None
        judged, troubles = self._proxy.seen, self._proxy.troubles
        trouble = next(iter(troubles), None)
        if any(each.exchange.inbound or each.exchange.response.status in _REFUSED for each in judged):
            trouble = trouble or unknown_credential(self._api, self._proxy)
        self._proxy.clear()
        return judged, trouble

    def _prepared(self, place: StepParams) -> Mapping[str, JsonScalar]:
        before, key = self._current, (place.scenario, place.step)
        values = self._continued(place, before)
        if values is None:
            self.finish()
        self._current, self._ready = key, False
        seen = self.seen[key] = Seen()
        try:
            if values is None:
                values = self._from_the_start(place, seen)
            _refuse_lacking(place, values)
        except TrothError as problem:
            seen.problem = problem
            raise
        self._values, self._held, self._ready = values, self._given, True
        return values

    def fill(self, request: Request) -> Request:
        """A request on its way to the provider; into the parts of a form Pact puts no values itself."""
        if self._current is None or not self._ready:
            return request
        return self._steps.form(*self._current, request, self._values)

    def _continued(self, place: StepParams, before: Key | None) -> Mapping[str, JsonScalar] | None:
        """The values so far, if the provider stands where the step before left it."""
        if before != (place.scenario, place.step - 1) or self._held != self._given:
            return None
        last = self.seen[before]
        if last.problem is not None or len(last.judged) != 1:
            return None
        try:
            return {**self._values, **self._steps.outcome(*before, last.judged[0].exchange)}
        except StepFailed:
            return None  # told when the replay fails in the same way

    def _from_the_start(self, place: StepParams, seen: Seen) -> Mapping[str, JsonScalar]:
        states = self._target.states
        assert self._proxy is not None
        with self._proxy.drained():
            made = states.set(self._given) if states is not None else {}
        values = {**self._target.values, **made}
        upstream = Upstream(self._proxy.url)
        try:
            return self._steps.run(
                place.scenario,
                place.step,
                lambda request: self._send(upstream, request),
                values,
                wait=self._awaited,
            )
        finally:
            upstream.close()
            judged, trouble = self._taken()
            seen.replayed += judged
            seen.problem = trouble

    def deliver(self, description: str) -> Response:
        """The webhook of the current interaction, as Pact's verifier reads a message.

        Raises:
            TrothError: it was not delivered.
        """
        if self._current is None:
            raise UsageProblem(f"no state was set before the message {description!r}")
        try:
            exchange = self._awaited(self._steps.recorded(*self._current))
        except TrothError as problem:
            self.seen[self._current].problem = problem
            raise
        return message_response(self._api, exchange)

    def _awaited(self, recorded: Exchange) -> Exchange:
        assert self._proxy is not None
        return self._proxy.again(recorded)

    def _send(self, upstream: Upstream, request: Request) -> Response:
        assert self._proxy is not None
        query = urlsplit(request.url).query
        url = self._proxy.url + self._api.local_path(request.url) + (f"?{query}" if query else "")
        headers = request.headers.without("Host", "Content-Length")
        return upstream.send(Request(request.method, url, headers, request.body))


def _refuse_lacking(place: StepParams, values: Mapping[str, JsonScalar]) -> None:
    """Pact would send the recorded example in the place of a value that it is not given."""
    lacking = sorted({*place.links, *place.values} - values.keys())
    if lacking:
        raise StepFailed(f"the states of step {place.step} gave no {', '.join(lacking)}")
