"""The receiver: deliveries on a socket, taken in the scenario's own order."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import requests

from tests.support.wire import sent_raw, status_of
from tests.webhooks.stage import HOOK, LIT, SECRET, SIGNATURE, lamp_api, written
from troth.errors import ContractProblem, CouldNotCheck, UsageProblem
from troth.exchange import Exchange, SourceKind
from troth.loopback import LoopbackServer
from troth.proxy import JudgingProxy
from troth.receiver import LiveInbox, NoWayIn, PublicUrl, Receiver
from troth.scenario import Delivery, NoInbox, NothingDelivered
from troth.steps import NotDelivered

SOON = 5.0
"""Seconds; long enough for whatever does come."""
NEVER = 0.05
"""Seconds for what does not come."""


@dataclass
class Stage:
    """A receiver, a scenario's inbox before it, and senders in threads of their own."""

    receiver: Receiver
    senders: ThreadPoolExecutor
    kept: list[tuple[int, Exchange]] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    def inbox(self, secrets: dict[str, str] | None = None) -> LiveInbox:
        inbox, tickets = lamp_api().inbox, itertools.count()
        assert inbox is not None
        return LiveInbox(
            inbox,
            self.receiver,
            {"signing": SECRET} if secrets is None else secrets,
            conceal=lambda data: data.replace(b"http://real.example", b"https://lamp.example"),
            shown=lambda data: data.replace(b"https://lamp.example", b"http://here.example"),
            ticket=lambda: next(tickets),
            keep=lambda ticket, exchange: self.kept.append((ticket, exchange)),
            lacking=self.lacking.append,
            clock=lambda: 12.5,
        )

    def send(self, document: object, url: str = "", **headers: str) -> Future[int]:
        """Deliver ``document``, signed; the future has the status of the answer."""
        body = written(document)
        named = {"Content-Type": "application/json", "X-Signature": SIGNATURE.of(body, SECRET), **headers}
        return self.senders.submit(self._post, url or self.receiver.url, body, named)

    def arrived(self, document: object) -> Future[int]:
        """The same; returns when it waits to be taken."""
        sent = self.send(document)
        with self.receiver._changed:
            assert self.receiver._changed.wait_for(
                lambda: any(each.request.body == written(document) for each in self.receiver._waiting), SOON
            )
        return sent

    @staticmethod
    def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
        with requests.Session() as session:
            session.trust_env = False
            return session.post(url, data=body, headers=headers, timeout=SOON).status_code


@contextmanager
def staged(public: PublicUrl | None = None) -> Iterator[Stage]:
    """A stage; senders are waited for once the receiver is closed."""
    with ThreadPoolExecutor(4) as senders, Receiver(lamp_api(), public) as receiver:
        yield Stage(receiver, senders)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged() as made:
        yield made


def event(number: int, **more: object) -> dict[str, object]:
    """A delivery of the webhook ``lit`` that no other equals."""
    return {**LIT, "level": number, **more}


def level(delivery: Delivery) -> object:
    """Which one it is."""
    return json.loads(delivery.body)["level"]


OUT = {"type": "out", "why": "broken"}
STRANGE = {"type": "fused"}


# What a scenario gets


def test_the_sender_of_a_delivery_gets_the_answer_of_who_takes_it(stage: Stage) -> None:
    sent = stage.send(event(1))

    got = stage.inbox().receive(lambda _: 204, timeout=SOON)

    assert (level(got), got.received_at, sent.result(SOON)) == (1, 12.5, 204)


def test_deliveries_are_taken_in_the_order_in_which_they_came(stage: Stage) -> None:
    stage.arrived(event(1))
    stage.arrived(event(2))
    inbox = stage.inbox()

    found = [level(inbox.receive(lambda _: 200, timeout=SOON)) for _ in range(2)]

    assert found == [1, 2]


def test_a_named_webhook_is_taken_before_others(stage: Stage) -> None:
    stage.arrived(event(1))
    stage.arrived(OUT)
    inbox = stage.inbox()

    first = inbox.receive(lambda _: 200, webhook="out", timeout=SOON)
    second = inbox.receive(lambda _: 200, timeout=SOON)

    assert [json.loads(each.body)["type"] for each in (first, second)] == ["out", "lit"]


def test_two_deliveries_in_two_threads_are_answered_each_by_itself(stage: Stage) -> None:
    sent = [stage.arrived(event(1)), stage.arrived(event(2))]
    inbox = stage.inbox()
    statuses = {1: 200, 2: 503}

    taken = [
        stage.senders.submit(inbox.receive, lambda delivery: statuses[int(str(level(delivery)))])
        for _ in sent
    ]

    assert sorted(str(level(each.result(SOON))) for each in taken) == ["1", "2"]
    assert [each.result(SOON) for each in sent] == [200, 503]


def test_a_delivery_is_recorded_as_the_contract_names_it(stage: Stage) -> None:
    stage.send(event(1), **{"X-Lamp": "1"})

    stage.inbox().receive(lambda _: 401, timeout=SOON)

    [(ticket, exchange)] = stage.kept
    assert (ticket, exchange.request.url, exchange.response.status) == (0, "webhook:lit", 401)
    assert exchange.request.body == written(event(1))
    assert exchange.request.headers.get("X-Lamp") == "1"
    assert not {"host", "content-length", "connection"} & {
        name.lower() for name, _ in exchange.request.headers
    }


def test_a_delivery_that_no_webhook_fits_is_recorded_as_unknown(stage: Stage) -> None:
    stage.send(STRANGE)

    stage.inbox().receive(lambda _: 200, timeout=SOON)

    assert stage.kept[0][1].request.url == "webhook:unknown"


def test_each_side_sees_its_own_urls(stage: Stage) -> None:
    stage.send(event(1, link="http://real.example/1"), **{"X-Link": "http://real.example/2"})

    got = stage.inbox().receive(lambda _: 200, timeout=SOON)

    recorded = stage.kept[0][1].request
    assert json.loads(got.body)["link"] == "http://here.example/1"
    assert json.loads(recorded.body)["link"] == "https://lamp.example/1"
    assert (got.headers.get("X-Link"), recorded.headers.get("X-Link")) == (
        "http://here.example/2",
        "https://lamp.example/2",
    )


def test_both_are_signed_anew_with_the_placeholder(stage: Stage) -> None:
    stage.send(event(1, link="http://real.example/1"))

    got = stage.inbox().receive(lambda _: 200, timeout=SOON)

    assert got.headers.get("X-Signature") == SIGNATURE.of(got.body)
    assert SIGNATURE.holds(stage.kept[0][1].request)


def test_a_wrong_signature_stays_as_it_is(stage: Stage) -> None:
    stage.send(event(1), **{"X-Signature": "wrong"})

    got = stage.inbox().receive(lambda _: 401, timeout=SOON)

    assert (got.headers.get("X-Signature"), stage.lacking) == ("wrong", [])


def test_a_secret_that_is_not_known_is_told(stage: Stage) -> None:
    stage.send(event(1))

    stage.inbox(secrets={}).receive(lambda _: 200, timeout=SOON)

    assert stage.lacking == ["signing"]


# What does not come


def test_nothing_delivered_says_so(stage: Stage) -> None:
    with pytest.raises(NothingDelivered, match=r"^a webhook was not delivered within 0.05 s$"):
        stage.inbox().receive(lambda _: 200, timeout=NEVER)


def test_what_came_in_its_place_is_named_once(stage: Stage) -> None:
    stage.arrived(OUT)
    stage.arrived(STRANGE)
    stage.arrived({**STRANGE, "again": True})

    with pytest.raises(NothingDelivered, match=r"^the webhook lit was .* 0.05 s, but out, unknown$"):
        stage.inbox().receive(lambda _: 200, webhook="lit", timeout=NEVER)


def test_a_replay_fails_where_nothing_is_delivered(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.receiver.DELIVERY_SECONDS", NEVER)
    stage.send(event(1))
    inbox = stage.inbox()
    inbox.receive(lambda _: 401, timeout=SOON)

    with pytest.raises(NotDelivered, match="the webhook lit was not delivered"):
        inbox.again(stage.kept[0][1])


def test_a_replay_answers_as_it_was_answered(stage: Stage) -> None:
    inbox, recorded = stage.inbox(), stage.send(event(1))
    inbox.receive(lambda _: 409, timeout=SOON)
    again = stage.send(event(2))

    found = inbox.again(stage.kept[0][1])

    assert (recorded.result(SOON), again.result(SOON), found.response.status) == (409, 409, 409)
    assert found.request.body == written(event(2))


# What goes wrong


class Refused(Exception):
    """What a test's receiver raises."""


def test_a_receiver_that_raises_answers_500(stage: Stage) -> None:
    sent = stage.send(event(1))

    def handle(_: Delivery) -> int:
        raise Refused

    with pytest.raises(Refused):
        stage.inbox().receive(handle, timeout=SOON)
    assert (sent.result(SOON), stage.kept) == (500, [])


@pytest.mark.parametrize("status", [None, "200", 0, 100, 600])
def test_an_answer_that_is_no_status_is_refused(stage: Stage, status: object) -> None:
    sent = stage.send(event(1))
    handle: Callable[[Delivery], int] = lambda _: status  # type: ignore[assignment, return-value]  # noqa: E731

    with pytest.raises(TypeError, match="must return the status"):
        stage.inbox().receive(handle, timeout=SOON)
    assert sent.result(SOON) == 500


def test_what_nobody_takes_is_let_go_at_the_end() -> None:
    with staged() as stage:
        sent = stage.arrived(event(1))

    assert sent.result(SOON) == 200


def test_a_world_that_is_set_back_delivers_nothing(stage: Stage) -> None:
    before = stage.arrived(event(1))
    with stage.receiver.drained():
        between = stage.send(event(2)).result(SOON)
    stage.send(event(3))

    got = stage.inbox().receive(lambda _: 202, timeout=SOON)

    assert (before.result(SOON), between, level(got)) == (200, 200, 3)


def test_a_port_that_is_taken_is_told() -> None:
    with staged() as stage, pytest.raises(UsageProblem, match="cannot be opened"):
        Receiver(lamp_api(), PublicUrl("https://keeper.example/lamp", stage.receiver._server.port))


# What comes twice


def test_what_comes_again_after_it_was_accepted_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("troth.receiver.REPEAT_SECONDS", SOON)
    inbox = stage.inbox()
    stage.send(event(1))
    inbox.receive(lambda _: 202, timeout=SOON)
    again = stage.send(event(1))

    [found] = inbox.repeated()

    assert (found.request.url, again.result(SOON)) == ("webhook:lit", 200)
    assert SIGNATURE.holds(found.request)


@pytest.mark.parametrize(
    ("status", "second"),
    [(401, event(1)), (500, event(1)), (200, event(2))],
    ids=["refused", "failed", "other"],
)
def test_what_may_come_is_not(stage: Stage, status: int, second: dict[str, object]) -> None:
    inbox = stage.inbox()
    stage.send(event(1))
    inbox.receive(lambda _: status, timeout=SOON)
    stage.arrived(second)

    assert inbox.repeated() == ()
    assert inbox.receive(lambda _: 200, timeout=SOON).body == written(second)


def test_what_was_accepted_in_a_world_before_may_come(stage: Stage) -> None:
    inbox = stage.inbox()
    stage.send(event(1))
    inbox.receive(lambda _: 200, timeout=SOON)
    with stage.receiver.drained():
        pass
    stage.arrived(event(1))

    assert inbox.repeated() == ()


# Where it stands


def test_the_path_cannot_be_guessed(stage: Stage) -> None:
    assert stage.send(event(1), stage.receiver.url + "0").result(SOON) == 404
    assert stage.send(event(1), stage.receiver._server.url + "/").result(SOON) == 404


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_webhook_is_posted(stage: Stage, method: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(method, stage.receiver.url, data=b"{}", timeout=SOON)

    assert answer.status_code == 405


def raw(stage: Stage, host: str, path: str) -> int:
    """The status of a delivery that names ``host``, as it comes through a tunnel; another one is taken."""
    here = stage.receiver._server.url
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    sent = stage.senders.submit(sent_raw, here, head.encode())
    return status_of(sent.result(SOON))


@pytest.mark.parametrize("host", ["hooks.example", "hooks.example:8443", "HOOKS.example", "127.0.0.1"])
def test_a_public_url_is_answered_under_its_own_name(host: str) -> None:
    with staged(PublicUrl("https://hooks.example:8443/lamp", 0)) as stage, stage.receiver.drained():
        assert stage.receiver.url == "https://hooks.example:8443/lamp"
        assert raw(stage, host, "/lamp") == 200


@pytest.mark.parametrize("host", ["elsewhere.example", "hooks.example.elsewhere", "sub.hooks.example"])
def test_another_name_is_refused(host: str) -> None:
    with staged(PublicUrl("https://hooks.example:8443/lamp", 0)) as stage:
        assert raw(stage, host, "/lamp") == 421


# In the place of an inbox


def test_where_nothing_can_arrive_a_hint_says_what_to_do() -> None:
    with pytest.raises(CouldNotCheck, match="no webhook can be delivered to this machine") as told:
        NoWayIn("lamp").receive(lambda _: 200)
    with pytest.raises(CouldNotCheck):
        _ = NoWayIn("lamp").url

    assert "[tool.troth.live.lamp] inbox =" in str(told.value.hint)


def test_a_contract_without_an_inbox_is_told() -> None:
    with pytest.raises(ContractProblem, match="declares no inbox"):
        NoInbox().receive(lambda _: 200)
    with pytest.raises(ContractProblem, match="declares no inbox"):
        _ = NoInbox().url


def test_both_sockets_are_closed_whatever_a_handler_raised() -> None:
    receiver = Receiver(lamp_api())
    proxy = JudgingProxy(
        lamp_api(), "http://127.0.0.1:9", secrets={}, kind=SourceKind.SIMULATED, receiver=receiver
    )
    proxy.__enter__()
    receiver._server._errors.append(Refused())

    with pytest.raises(Refused):
        proxy.__exit__(None, None, None)

    with LoopbackServer(lambda _: pytest.fail("asked"), port=proxy._server.port) as there:
        assert there.port == proxy._server.port


def test_the_url_to_register_is_that_of_the_contract(stage: Stage) -> None:
    assert stage.inbox().url == HOOK
