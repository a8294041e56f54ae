"""Provider states: how a scenario's ``given`` comes to hold, on a fake in this process or a served one."""

from __future__ import annotations

import json
import threading
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeGuard

from pydantic import BaseModel, ConfigDict, ValidationError

from troth import jsontext
from troth.errors import CouldNotCheck, TrothError, UnknownName, UsageProblem
from troth.exchange import Headers, Request
from troth.provider import JsonScalar, Provider
from troth.scenario import State
from troth.upstream import Upstream

STATE_PATH = "/_troth/state"
MESSAGE_PATH = "/_troth/message"
HEALTH_PATH = "/_troth/health"
MODELLED_PATH = "/_troth/modelled"
TOKEN_HEADER = "X-Troth-Token"
EARLIER_STEPS = "the scenario's earlier steps have run"
"""The second state of every interaction; its parameters are ``scenario``, ``step`` and ``links``."""

Values = Mapping[str, JsonScalar]


class UnknownState(UnknownName):
    """A state that the provider does not know."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("provider state", name, known)


class StateCall(BaseModel):
    """What Pact's verifier posts: ``{"state": …, "params": {…}, "action": "setup"}``."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    state: str = ""
    params: dict[str, object] = {}
    action: str = "setup"


def read_state_call(body: bytes) -> StateCall:
    """Read the body of a state call.

    Raises:
        UsageProblem: it is not what Pact posts.
    """
    try:
        return StateCall.model_validate_json(body or b"{}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageProblem(
            f"the state call cannot be read: {first['msg']}",
            hint='post {"state": "…", "params": {}, "action": "setup"}',
        ) from error


class _MessageCall(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    description: str


def read_message_call(body: bytes) -> str:
    """The description of the message that Pact's verifier asks for: ``{"description": …}``.

    Raises:
        UsageProblem: the body is not what Pact posts.
    """
    try:
        return _MessageCall.model_validate_json(body).description
    except ValidationError as error:
        raise UsageProblem(
            "the message call cannot be read", hint='post {"description": "…", "providerStates": []}'
        ) from error


class StateClient(Protocol):
    """Puts a provider in a state."""

    def set(self, state: State) -> Values:
        """Reset the provider, make ``state`` hold, and return the values that it made.

        Raises:
            UnknownState: the provider does not know it.
            CouldNotCheck: the provider could not be asked.
        """
        ...


class ProviderStates:
    """The states of a provider in this process. One at a time."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """Every state that can be set."""
        return tuple(self._provider.states)

    def set(self, state: State) -> Values:
        """See ``StateClient``."""
        handler = self._provider.states.get(state.name)
        if state.name and handler is None:
            raise UnknownState(state.name, self._provider.states)
        with self._lock:
            try:
                self._provider.reset()
                return {} if handler is None else handler(state.params)
            except TrothError:
                raise
            except (Exception, SystemExit) as error:
                raise CouldNotCheck(
                    f"the state {state.name!r} could not be set: {described(error)}"
                ) from error


def described(error: BaseException) -> str:
    """``ValueError: no (providers/x/provider.py:12)``."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{where}"


class ServedStates:
    """The states of a provider that ``troth serve API --states`` serves at ``url``.

    ``timeout`` is in seconds.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 30.0) -> None:
        self._asked = _Asked(url, token, timeout)

    def set(self, state: State) -> Values:
        """See ``StateClient``."""
        call = {"state": state.name, "params": dict(state.params), "action": "setup"}
        status, answer = self._asked.call("POST", STATE_PATH, call)
        if status == 404 and isinstance(known := answer.get("known"), list):
            raise UnknownState(state.name, map(str, known))
        if status != 200:
            raise CouldNotCheck(
                f"the state {state.name!r} was not set: {answer.get('error', f'status {status}')}"
            )
        return {key: value for key, value in answer.items() if is_scalar(value)}


def is_scalar(value: object) -> TypeGuard[JsonScalar]:
    """Whether a value may stand among the values of a state."""
    return value is None or isinstance(value, str | int | float | bool)


class _Asked:
    """The ``/_troth`` paths of a served provider."""

    def __init__(self, url: str, token: str, timeout: float) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._upstream = Upstream(self._url, timeout=timeout)

    def call(
        self, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> tuple[int, dict[str, object]]:
        """The status, and the JSON object of the answer; ``{}`` where it is none."""
        headers = {TOKEN_HEADER: self._token} if self._token else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = b"" if body is None else json.dumps(body).encode()
        answer = self._upstream.send(Request(method, self._url + path, Headers.of(headers), data))
        try:
            read = jsontext.read(answer.content)
        except ValueError:
            return answer.status, {}
        return answer.status, dict(read) if isinstance(read, dict) else {}


@dataclass(frozen=True, slots=True)
class Health:
    """What a served provider says of itself."""

    provider: str
    open_states: bool
    """States can be set, and placeholders stand for credentials."""
    notes: tuple[str, ...] = ()
    unavailable: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the provider signs webhooks with, by role; told to who may set states."""


def health(url: str, token: str, *, timeout: float = 5.0) -> Health | None:
    """Ask ``url`` whether ``troth serve`` answers there; None when something else does.

    Raises:
        CouldNotCheck: nothing answers.
        UsageProblem: the states token is not the one.
    """
    status, answer = _Asked(url, token, timeout).call("GET", HEALTH_PATH)
    # Many a service answers 401 to whatever comes without its own credential.
    if status == 401 and answer.get("by") == "troth":
        raise UsageProblem(
            f"the states token is not the one of {url}",
            hint="give the one that troth serve printed, with --states-token or TROTH_STATES_TOKEN",
        )
    if status != 200 or "provider" not in answer:
        return None
    notes = answer.get("notes")
    return Health(
        str(answer["provider"]),
        answer.get("states") is True,
        tuple(map(str, notes)) if isinstance(notes, list) else (),
        _texts(answer.get("unavailable")),
        _texts(answer.get("secrets")),
    )


def _texts(found: object) -> dict[str, str]:
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
