"""What a test holds in its hands: the mock of one API."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from pydantic import BaseModel

from troth.api import Api, Operation, Text
from troth.errors import ContractProblem, CouldNotCheck, UnknownName, UsageProblem
from troth.exchange import Exchange, Headers, Request, Response, Source, SourceKind
from troth.faults import off_contract
from troth.faults.catalogue import Fault, Kind, fault
from troth.jsontext import Json
from troth.mock.endpoint import Endpoint
from troth.mock.errors import NotAllowed
from troth.mock.intercept import Dispatcher
from troth.mock.library import Library, Tape
from troth.origins import local_base
from troth.provider import JsonScalar
from troth.scenario import Delivery, NoInbox, Server
from troth.webhook import Inbox


class ApiMock:
    """The mock of one API in one test.

    judge0.play("a correct program is accepted")
    judge0.reply(create_submission, 503, ErrorMessage(error="queue is full"))
    judge0.fault("read_timeout")
    """

    def __init__(self, api: Api, dispatcher: Dispatcher, library: Library) -> None:
        self.api = api
        self._dispatcher = dispatcher
        self._desk = dispatcher.desk
        self._library = library
        self._values: dict[str, JsonScalar] = {}
        self._tapes: list[Tape] = []
        self._endpoint: Endpoint | None = None
        self._desk.serve(api, lambda: library.known(api))

    def play(self, scenario: str) -> None:
        """Offer every recorded exchange of a scenario, each once, in its order.

        Raises:
            UnknownName: no scenario of the API has that name.
            NotAllowed: the recording breaks the contract.
            CouldNotCheck: there is no recording, or it is older than ``max_age`` allows.
            BrokenFile: the cassette cannot be read, or was edited by hand.
        """
        tape = self._library.tape(self.api, scenario)
        self._tapes.append(tape)
        self._values.update(tape.cassette.provenance.values)
        self._desk.offers.play(self.api, tape.recordings)

    def deliveries(self, scenario: str, *, secret: str = "") -> tuple[Delivery, ...]:
        """The webhooks that were recorded of a scenario, in their order, as they reach a receiver.

        They are signed with ``secret``, or with its placeholder, ``{{secret:signing}}``, which a scenario's
        receiver checks them with. ``received_at`` is when their body says that they were sent, or when they
        were recorded.

        Raises:
            ContractProblem: the contract declares no inbox.
            UnknownName: no scenario of the API has that name.
            NotAllowed: the recording breaks the contract.
            CouldNotCheck: there is no recording, or it holds no webhook.
            BrokenFile: the cassette cannot be read, or was edited by hand.
        """
        inbox = self.api.inbox
        if inbox is None:
            raise ContractProblem(f"the contract of {self.api.name} declares no inbox")
        tape = self._library.tape(self.api, scenario)
        found = [each for each in tape.cassette.exchanges if each.inbound]
        if not found:
            raise CouldNotCheck(f"{self.api.name}: no webhook was recorded of the scenario {scenario!r}")
        self._tapes.append(tape)
        self._desk.handed(self.api.name, found)
        recorded_at = tape.cassette.provenance.recorded_at.timestamp()
        return tuple(_delivery(inbox, each.request, secret, recorded_at) for each in found)

    def reply(
        self,
        operation: Operation,
        status: int,
        payload: BaseModel | Json = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        times: int = 1,
    ) -> None:
        """Answer the next ``times`` calls of ``operation``; the answer is shown as synthetic.

        ``payload`` is a model, JSON, or the text of an answer that is declared as text; None is no
        body. ``query``: only for calls with these parameters, such as the one that chooses the fields
        of the answer.

        Raises:
            NotAllowed: the contract does not allow the answer. What depends on the request (echoes,
                conditions) is judged again with the request that comes.
            UnknownName: the operation is not of this API.
        """
        self._refuse_unknown(operation)
        if times < 1:
            raise UsageProblem(f"{self.api.name}: times is {times}; a reply is given once at least")
        wanted = dict(query or {})
        response = _response(operation, status, payload, headers or {})
        self._refuse_wrong(operation, response, wanted)
        for _ in range(times):
            self._desk.offers.reply(self.api, operation, frozenset(wanted.items()), response)

    def fault(
        self, *names: str, then: str = "", operation: Operation | None = None, times: int | None = 1
    ) -> None:
        """Let the next calls go wrong, one fault a call, in this order; then play a scenario.

        ``troth faults`` lists the names. One that breaks a field may say which: ``field_missing:$.id``.
        ``operation``: only calls of this one. ``times`` repeats the whole sequence; None strikes for good.
        What a call would have been answered with is not used up when a fault strikes it.

        Raises:
            UnknownName: no fault has that name, the operation is not of this API, or no scenario is
                called as ``then``.
            UsageProblem: the contract has no such place, or the fault cannot strike this API.
        """
        if operation is not None:
            self._refuse_unknown(operation)
        if times is not None and times < 1:
            raise UsageProblem(f"{self.api.name}: times is {times}; a fault strikes once at least")
        if not names:
            raise UsageProblem(f"{self.api.name}: name a fault", hint="troth faults lists them all")
        found = [self._usable(name, operation) for name in names]
        if times is None and len(found) > 1:
            raise UsageProblem(f"{self.api.name}: after a fault that strikes for good no other can come")
        if then:
            self.play(then)
        for each in found * (times or 1):
            self._desk.plan(self.api.name).add(each, operation=operation, times=1 if times else None)

    def _usable(self, name: str, operation: Operation | None) -> Fault:
        found = fault(name)
        if found.has_places:
            off_contract.refuse_unknown_place(self.api, found, operation)
        if found.kind is Kind.UNTRUSTED and not self.api.server.startswith("https:"):
            raise UsageProblem(f"{self.api.name}: {name} needs https, and the API has none")
        return found

    def _refuse_unknown(self, operation: Operation) -> None:
        if operation not in self.api.operations:
            known = (each.name for each in self.api.operations)
            raise UnknownName(f"operation of {self.api.name}", operation.name, known)

    @property
    def calls(self) -> list[Exchange]:
        """What was asked and answered so far, in order.

        A call that a fault struck is synthetic, its place is ``fault <name>``, and its status is 0 where
        no answer came.
        """
        return list(self._desk.calls(self.api.name))

    @property
    def url(self) -> str:
        """A URL on loopback that gives the same plays and replies to any client.

        ``requests`` may call it as well.
        """
        if self._endpoint is None:
            self._endpoint = Endpoint(self.api, self._desk)
            self._endpoint.start()
            for url in self._endpoint.urls:
                self._dispatcher.let_through(url)
        return self._endpoint.url

    @property
    def server(self) -> Server:
        """The mock as a scenario sees a server: placeholders for credentials, recorded values."""
        nothing = NoInbox(
            "a mock delivers no webhooks by itself",
            f"hand {self.api.name}.deliveries(scenario) to what receives them",
        )
        server = Server(self.api.server, values=dict(self._values), inbox=nothing)
        clock = self._desk.clock
        return server if clock is None else replace(server, clock=clock)

    @property
    def provenance(self) -> tuple[str, ...]:
        """Where each played recording came from, one line each."""
        return tuple(tape.origin for tape in self._tapes)

    def close(self) -> None:
        """Close the socket, if there is one."""
        if self._endpoint is not None:
            self._endpoint.close()

    def _refuse_wrong(self, operation: Operation, response: Response, query: Mapping[str, str]) -> None:
        exchange = Exchange(_made_up(self.api, operation, query), response, Source(SourceKind.SYNTHETIC))
        wrong = [each for each in _alone(self.api, operation).judge(exchange) if each.side == "response"]
        if wrong:
            said = "\n".join(f"  {mismatch}" for mismatch in wrong)
            raise NotAllowed(
                f"{self.api.name}: the contract does not allow this reply:\n{said}",
                hint=f"see {operation.label} in the contract of {self.api.name}",
            )


def _delivery(inbox: Inbox, request: Request, secret: str, recorded_at: float) -> Delivery:
    if inbox.signature is not None and secret:
        request = inbox.signature.signed(request, secret)
    sent = inbox.sent(request.body)
    return Delivery(request.headers, request.body, recorded_at if sent is None else sent)


def _alone(api: Api, operation: Operation) -> Api:
    """The contract of the operation's answers, without the rules that also read the request."""
    alone = Api(api.name, server=api.server, origins=api.origins)
    alone.operations.append(replace(operation, echoes=(), conditions=()))
    return alone


def _response(
    operation: Operation, status: int, payload: BaseModel | Json, headers: Mapping[str, str]
) -> Response:
    given = Headers.of(headers)
    answer = operation.answers.get(status)
    is_text = answer is not None and any(isinstance(form, Text) for form in answer.forms())
    body = payload.encode() if is_text and isinstance(payload, str) else _body(payload)
    if body and answer is not None and "Content-Type" not in given:
        given = given.with_("Content-Type", answer.content_type)
    return Response(status, given, body)


def _body(payload: BaseModel | Json) -> bytes:
    if payload is None:
        return b""
    if isinstance(payload, BaseModel):
        # Only what was said: a default that the service does not send would be made up.
        return payload.model_dump_json(by_alias=True, exclude_unset=True).encode()
    return json.dumps(payload, ensure_ascii=False, allow_nan=False).encode()


def _made_up(api: Api, operation: Operation, query: Mapping[str, str]) -> Request:
    path = re.sub(r"\{\w+(?:=([^}]+))?\}", lambda found: (found[1] or "*").replace("*", "x"), operation.path)
    url = api.url_of(f"{local_base(operation.origin)}{path}")
    return Request(operation.method, url + (f"?{urlencode(query)}" if query else ""))
