"""The proof of a pact: the scenario runs once more, against Pact's mock servers.

One mock server a step, behind a relay that is the scenario's one URL and sends the n-th call to the
n-th server. One server for all would answer two interactions of the same request (polling) with the
first, and say that all is well.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from troth import jsontext
from troth.api import Api
from troth.evidence import Finding
from troth.exchange import Exchange, Headers, Request, Response, Source, SourceKind
from troth.links import Link, find_links
from troth.loopback import HOP_BY_HOP, LoopbackServer, direct_loopback
from troth.origins import local_base
from troth.pacts.engine import Difference, MockServer, reified
from troth.pacts.generate import exchange_of
from troth.pacts.hidden import raw_differences
from troth.pacts.messages import delivered
from troth.pacts.model import AnyInteraction, Interaction, Message, example_values
from troth.provider import JsonScalar
from troth.proxy import Judged
from troth.raised import told
from troth.rewrite import UrlMap, changed_body, changed_headers
from troth.scenario import Delivery, Incoming, NoInbox, NothingDelivered, Receive, Scenario, Server, answered
from troth.upstream import Upstream
from troth.webhook import Inbox

_LIKE_NO_OTHER = b"\n"
"""Ends the body of a webhook: no serialiser ends one so, and who checks the signature of JSON that it wrote
anew must not get away with it by chance."""


@dataclass(frozen=True)
class Proof:
    """What became of a scenario against Pact; proven when there is no finding."""

    judged: tuple[Judged, ...]
    findings: tuple[Finding, ...]


def prove(
    scenario: Scenario,
    interactions: Sequence[AnyInteraction],
    values: Mapping[str, JsonScalar] | None = None,
    *,
    consumer: str,
    place: str = "",
) -> Proof:
    """Run ``scenario`` against its interactions. ``values`` are its ``server.values``."""
    relay = _Relay(scenario.api, interactions, consumer)
    error: BaseException | None = None
    with LoopbackServer(relay.handle) as server, direct_loopback():
        relay.open(server.url)
        try:
            scenario.run(Server(url=server.url, values=values or {}, inbox=relay.inbox))
        except KeyboardInterrupt:
            raise
        except BaseException as raised:  # noqa: BLE001 - what a scenario raises is its outcome
            error = raised
    return Proof(tuple(relay.judged), tuple(_findings(scenario, relay, error, place)))


class _Relay:
    """Hands each call to the mock server of its step, and counts the steps."""

    def __init__(self, api: Api, interactions: Sequence[AnyInteraction], consumer: str) -> None:
        self._api = api
        self._consumer = consumer
        self._lock = threading.Lock()
        self._played_on = threading.Condition(self._lock)
        self._examples = [exchange_of(api, interaction) for interaction in interactions]
        self._maps = (UrlMap({}), UrlMap({}))
        self.interactions = interactions
        self.unplayed = list(range(len(interactions)))
        self.differences: list[tuple[int, Difference]] = []
        self.beyond: list[str] = []
        self.answers: list[tuple[int, int]] = []
        """Webhooks that the scenario answered otherwise than recorded: the step, and its status now."""
        self.judged: list[Judged] = []

    @property
    def inbox(self) -> Incoming:
        """What the scenario receives webhooks from."""
        declared = self._api.inbox
        return _PlayedInbox(declared, self) if declared is not None else NoInbox()

    def play_message(self, webhook: str, handle: Callable[[bytes, Headers], int], timeout: float) -> None:
        """Hand the next webhook of the pact, or the next of one name, to ``handle``.

        Raises:
            NothingDelivered: there is none, or its turn does not come within ``timeout`` seconds.
        """
        index = self._next_message(webhook, timeout)
        interaction = self.interactions[index]
        assert isinstance(interaction, Message)
        body = reified(interaction, consumer=self._consumer, provider=self._api.name) + _LIKE_NO_OTHER
        request = delivered(self._api, interaction, body)
        status = handle(request.body, request.headers)
        if status != interaction.answer:
            self.answers.append((index, status))
        source = Source(SourceKind.PACT, interaction.description)
        exchange = Exchange(request, Response(status), source)
        self.judged.append(Judged(exchange, self._api.judge(exchange)))

    def _next_message(self, webhook: str, timeout: float) -> int:
        """The step of the next webhook, once what the scenario called before it was called again: a
        provider delivers nothing that nobody has caused."""
        with self._lock:
            index = next((index for index in self.unplayed if self._is_message(index, webhook)), None)
            if index is None:
                raise NothingDelivered("the pact has no further webhook" + (f" {webhook}" if webhook else ""))
            self.unplayed.remove(index)
            if not self._played_on.wait_for(lambda: not self._calls_before(index), timeout):
                raise NothingDelivered("the scenario waits for a webhook before it calls what causes it")
            return index

    def _calls_before(self, index: int) -> bool:
        return any(each < index and not self._is_message(each, "") for each in self.unplayed)

    def recorded_answer(self, index: int) -> int:
        """The status that the consumer gave when the step was recorded."""
        return self._examples[index].response.status

    def _is_message(self, index: int, webhook: str) -> bool:
        each = self.interactions[index]
        return isinstance(each, Message) and webhook in ("", each.webhook)

    def open(self, url: str) -> None:
        bases = {url + base: self._api.url_of(base) for base in map(local_base, ("", *self._api.origins))}
        self._maps = (UrlMap(bases), UrlMap({public: base for base, public in bases.items()}))

    def handle(self, request: Request) -> Response:
        asked = self._asked(request)
        index = self._next(asked)
        if index is None:
            found = self._api.find(asked.method, asked.url)
            self.beyond.append(found[0].label if found is not None else f"{asked.method} of an unknown path")
            return _refused("the pact has no further step")
        recorded = self._played(index, asked)
        if recorded is None:
            return _refused("the request is not the one of the pact")
        exchange = Exchange(asked, recorded, Source(SourceKind.PACT, self.interactions[index].description))
        self.judged.append(Judged(exchange, self._api.judge(exchange)))
        _, shown = self._maps
        headers = changed_headers(recorded.headers, shown)
        return Response(recorded.status, headers, changed_body(recorded.body, None, shown))

    def _asked(self, request: Request) -> Request:
        """The request as it would go to the real service."""
        recorded, _ = self._maps
        parts = urlsplit(request.url)
        url = self._api.url_of(parts.path) + (f"?{parts.query}" if parts.query else "")
        headers = changed_headers(request.headers.without(*HOP_BY_HOP), recorded)
        return Request(request.method, url, headers, changed_body(request.body, None, recorded))

    def _next(self, asked: Request) -> int | None:
        """The first step that nobody has played; clients with threads may ask for a later one first."""
        with self._lock:
            calls = [each for each in self.unplayed if not self._is_message(each, "")]
            fitting = [index for index in calls if _alike(asked, self._examples[index].request)]
            index = next(iter(fitting or calls), None)
            if index is not None:
                self.unplayed.remove(index)
                self._played_on.notify_all()
            return index

    def _played(self, index: int, asked: Request) -> Response | None:
        interaction = self.interactions[index]
        assert isinstance(interaction, Interaction)
        mock = MockServer(interaction, consumer=self._consumer, provider=self._api.name)
        with mock:
            upstream = Upstream(mock.url)
            query = urlsplit(asked.url).query
            local = self._api.local_path(asked.url) + (f"?{query}" if query else "")
            headers = asked.headers.without("Host")
            answer = upstream.send(Request(asked.method, mock.url + local, headers, asked.body))
            upstream.close()
        found = list(mock.differences)
        found += [
            Difference("BodyMismatch", place, "another value")
            for place in self._raw_differences(index, asked)
        ]
        self.differences += [(index, each) for each in found]
        declared = {name.lower() for name in interaction.response.headers or {}}
        named = Headers(tuple(pair for pair in answer.headers if pair[0].lower() in declared))
        return None if found else Response(answer.status, named, answer.body)

    def _raw_differences(self, index: int, asked: Request) -> tuple[str, ...]:
        """Pact was told nothing of a body that it cannot read: a form, or not what its type says."""
        interaction, example = self.interactions[index], self._examples[index]
        body = interaction.request.body if isinstance(interaction, Interaction) else None
        if body is None or body.encoded != "base64":
            return ()
        return raw_differences(self._api, replace(example, request=asked), example, self._linked(index))

    def _linked(self, index: int) -> list[jsontext.Path]:
        """Where the body of a step holds what an earlier answer said."""
        links = find_links(self._examples, example_values(self.interactions))
        into = [link for link in links if link.target_step == index + 1 and _is_whole(link)]
        return [link.where for link in into if isinstance(link.where, tuple)]


def _is_whole(link: Link) -> bool:
    return link.place == "body" and not link.folder


@dataclass(frozen=True, slots=True)
class _PlayedInbox:
    """A scenario's ``server.inbox`` while it runs against its pact."""

    inbox: Inbox
    relay: _Relay

    @property
    def url(self) -> str:
        return self.inbox.url

    def receive(self, handle: Receive, *, webhook: str = "", timeout: float = 10.0) -> Delivery:
        seen: list[Delivery] = []

        def take(body: bytes, headers: Headers) -> int:
            sent = self.inbox.sent(body)
            seen.append(Delivery(headers, body, time.time() if sent is None else sent))
            return answered(handle, seen[0])

        self.relay.play_message(webhook, take, timeout)
        return seen[0]


def _alike(asked: Request, example: Request) -> bool:
    sides = [(each.method, each.origin, each.path, each.query) for each in (asked, example)]
    return sides[0] == sides[1]


def _refused(why: str) -> Response:
    body = json.dumps({"error": why, "by": "troth"}).encode()
    return Response(500, Headers.of({"Content-Type": "application/json"}), body)


def _findings(scenario: Scenario, relay: _Relay, error: BaseException | None, place: str) -> list[Finding]:
    def finding(
        message: str, step: str = "", *, path: str = "", expected: str = "", actual: str = ""
    ) -> Finding:
        return Finding(
            "pact-not-proven",
            message,
            api=scenario.api.name,
            scenario=scenario.name,
            operation=step,
            path=path,
            expected=expected,
            actual=actual,
            place=place or scenario.place,
            reproduce=f"troth check {scenario.api.name}",
        )

    names = [interaction.description.rpartition(" / ")[2] for interaction in relay.interactions]
    found = [
        finding(
            f"the scenario's request of step {names[index]} is not the one of the pact",
            names[index],
            path=each.place,
            expected="the same as in the recording",
            actual="another one",
        )
        for index, each in relay.differences
    ]
    found += [
        finding(f"the scenario made a call that the pact does not have: {call}") for call in relay.beyond
    ]
    found += [
        finding(f"the answer of the pact is against the contract: {mismatch}", mismatch.operation)
        for judged in relay.judged
        for mismatch in judged.mismatches
    ]
    found += [
        finding(
            f"the scenario does not answer the webhook of step {names[index]} as it did",
            names[index],
            path="status",
            expected=str(relay.recorded_answer(index)),
            actual=str(status),
        )
        for index, status in relay.answers
    ]
    if error is not None and not found:
        found.append(finding(f"the scenario fails against its own pact: {told(error)}"))
    if not found:
        found += [finding(f"the scenario never asked for step {names[index]}") for index in relay.unplayed]
    return found
