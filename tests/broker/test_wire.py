"""The way to a broker: what goes over it, how long it is waited for, and where nothing ever goes."""

from __future__ import annotations

import gzip
import itertools
import json
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from tests.broker.conftest import theirs
from tests.support.broker import StubBroker, brokering
from tests.support.wire import answering, tunnelling_to
from troth.broker import wire as module
from troth.broker.access import access
from troth.broker.broker import Broker, Wanted
from troth.broker.wire import Patience
from troth.errors import CouldNotCheck
from troth.exchange import Headers, Request, Response
from troth.line import Line, Misbehaving

ANY = Wanted([{"mainBranch": True}])
TOKEN = {"PACT_BROKER_TOKEN": "t0ken-of-the-broker"}
PASSWORD = {"PACT_BROKER_USERNAME": "ada-lovelace", "PACT_BROKER_PASSWORD": "pass-word-of-ada"}
HURRIED = Patience(read=10.0, pause=lambda _: None)


def opened(url: str, environment: dict[str, str] | None = None, patience: Patience = HURRIED) -> Broker:
    return Broker(access(url, "", environment or {}), patience)


def reply(status: str, body: bytes = b"{}", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_a_broker_below_a_path_is_found() -> None:
    with brokering(StubBroker(base="/pacts")) as stub, opened(stub.url) as broker:
        stub.publish(theirs())

        [listed] = broker.listed("weather", ANY)

        assert broker.pact(listed).document["consumer"] == {"name": "their-app"}
        assert {path.startswith("/pacts") for path in stub.paths()} == {True}


def test_the_matrix_of_a_broker_below_a_path_is_found() -> None:
    with brokering(StubBroker(base="/pacts")) as stub, opened(stub.url) as broker:
        stub.publish(theirs())
        stub.environments["production"] = set()

        assert broker.matrix("their-app", "1", "production").document["matrix"] == []


@pytest.mark.parametrize(
    ("environment", "credential"),
    [(TOKEN, "Bearer t0ken-of-the-broker"), (PASSWORD, "Basic YWRhLWxvdmVsYWNlOnBhc3Mtd29yZC1vZi1hZGE=")],
)
def test_the_credential_opens_the_broker(environment: dict[str, str], credential: str) -> None:
    with brokering(StubBroker(credential=credential)) as stub, opened(stub.url, environment) as broker:
        stub.publish(theirs())

        assert len(broker.listed("weather", ANY)) == 1
        assert {each.headers.get("Authorization") for each in stub.asked} == {credential}


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "no credential was sent: set PACT_BROKER_TOKEN"),
        (TOKEN, "the credential of PACT_BROKER_TOKEN is not accepted"),
        (PASSWORD, "the credential of PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD is not accepted"),
    ],
)
def test_a_credential_that_is_refused_is_told(environment: dict[str, str], told: str) -> None:
    with (
        brokering(StubBroker(credential="Bearer another")) as stub,
        opened(stub.url, environment) as broker,
        pytest.raises(CouldNotCheck, match=told),
    ):
        broker.index()


def test_netrc_has_no_say(broker: StubBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password word\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    opened(broker.url).index()

    assert "Authorization" not in broker.asked[0].headers


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 P"])
def test_a_redirect_to_another_host_is_not_followed(status: str) -> None:
    with (
        answering(reply("200 OK")) as other,
        answering(reply(status, b"", f"Location: {other.url}/?token=x")) as server,
        opened(server.url, TOKEN) as broker,
        pytest.raises(CouldNotCheck, match="it redirects to another host"),
    ):
        broker.index()

    assert other.requests == []


def test_a_redirect_on_the_same_host_is_told_and_not_followed() -> None:
    with (
        answering(reply("301 Moved", b"", "Location: /pacts/")) as server,
        opened(server.url) as broker,
        pytest.raises(CouldNotCheck, match=rf"it redirects to {server.url}/pacts/"),
    ):
        broker.index()

    assert len(server.requests) == 1


def index(**links: str) -> bytes:
    return json.dumps({"_links": {f"pb:{rel}": {"href": href} for rel, href in links.items()}}).encode()


def test_a_link_to_another_host_is_not_followed() -> None:
    with answering(reply("200 OK")) as other:
        links = {"pb:provider-pacts-for-verification": {"href": f"{other.url}/{{provider}}"}}
        with (
            answering(reply("200 OK", json.dumps({"_links": links}).encode())) as server,
            opened(server.url, TOKEN) as broker,
            pytest.raises(CouldNotCheck, match="leads away from it"),
        ):
            broker.listed("weather", ANY)

    assert other.requests == []


@pytest.mark.parametrize(
    ("where", "document"),
    [
        ("GET /", {}),
        ("GET /", {"_links": []}),
        ("for-verification", {}),
        ("for-verification", {"_embedded": {"pacts": {}}}),
        ("for-verification", {"_embedded": {"pacts": ["a"]}}),
        ("for-verification", {"_embedded": {"pacts": [{}]}}),
        ("for-verification", {"_embedded": {"pacts": [{"_links": {"self": {"href": "http://x.example/"}}}]}}),
        ("for-verification", {"_embedded": {"pacts": [{"_links": {"self": {"href": "/a"}}}] * 1001}}),
    ],
)
def test_broken_hal_is_told(broker: StubBroker, where: str, document: object) -> None:
    broker.publish(theirs())
    broker.strike(where, 200, document)

    with pytest.raises(CouldNotCheck):
        opened(broker.url).listed("weather", ANY)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"a": 1, "a": 2}', b"{" * 300, b'{"a": NaN}', b"\xff"]
)
def test_what_is_no_json_object_is_told(body: bytes) -> None:
    with (
        answering(reply("200 OK", body)) as server,
        opened(server.url) as broker,
        pytest.raises(CouldNotCheck, match="something that is no JSON object"),
    ):
        broker.index()


def test_an_answer_that_breaks_off_is_told() -> None:
    cut = reply("200 OK", b"{}").replace(b"Content-Length: 2", b"Content-Length: 200")

    with (
        answering(cut) as server,
        opened(server.url) as broker,
        pytest.raises(CouldNotCheck, match="ended the connection"),
    ):
        broker.index()

    assert len(server.requests) == 3


def test_an_answer_that_is_too_large_is_given_up(broker: StubBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 2**20)
    broker.struck["GET /"] = lambda _: Response(200, body=b" " * 2**22)

    with pytest.raises(CouldNotCheck, match="more than 1 MB"):
        opened(broker.url).index()


def test_an_answer_that_unpacks_to_too_much_is_given_up(
    broker: StubBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 2**20)
    packed = gzip.compress(bytes(2**26))
    broker.struck["GET /"] = lambda _: Response(200, Headers.of({"Content-Encoding": "gzip"}), packed)

    with pytest.raises(CouldNotCheck, match="more than 1 MB"):
        opened(broker.url).index()


def test_an_answer_that_takes_too_long_as_a_whole_is_given_up() -> None:
    clock = itertools.chain([0.0], itertools.repeat(61.0))

    with (
        answering(reply("200 OK")) as server,
        opened(server.url, patience=Patience(clock=lambda: next(clock))) as broker,
        pytest.raises(CouldNotCheck, match="did not answer whole within 60 seconds"),
    ):
        broker.index()


def test_a_broker_that_does_not_answer_is_given_up(broker: StubBroker) -> None:
    done = threading.Event()
    broker.struck["GET /"] = lambda _: Response(200, body=b"{}") if done.wait(10) else Response(500)

    with pytest.raises(CouldNotCheck, match="did not answer in time"):
        opened(broker.url, patience=Patience(read=0.1, pause=lambda _: None)).index()
    done.set()

    assert len(broker.asked) == 3


def late(times: int, answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """A gateway before a broker that starts: 503 so many times."""
    left = iter(range(times))
    return lambda request: Response(503) if next(left, None) is not None else answer(request)


def test_a_broker_that_is_being_started_is_waited_for(broker: StubBroker) -> None:
    pauses: list[float] = []
    broker.struck["GET /"] = late(2, lambda _: Response(200, Headers(), index(x="/x")))

    found = opened(broker.url, patience=Patience(pause=pauses.append)).index()

    assert found.link("pb:x") == "/x"
    assert pauses == list(module.PAUSES)


def test_it_is_not_waited_for_without_end(broker: StubBroker) -> None:
    broker.strike("GET /", 503)

    with pytest.raises(CouldNotCheck, match="answers 503"):
        opened(broker.url).index()

    assert len(broker.asked) == 3


def test_a_publication_whose_answer_was_lost_is_sent_again(broker: StubBroker) -> None:
    taken: list[Request] = []

    def cut(line: Line, _: Response) -> None:
        line.reset()

    def lose_the_first(request: Request) -> Response | Misbehaving:
        taken.append(request)
        return Misbehaving(Response(200), cut) if len(taken) == 1 else Response(200, body=b"{}")

    broker.struck["/contracts/publish"] = lose_the_first

    opened(broker.url).publish({"contracts": []})

    assert [each.body for each in taken] == [b'{"contracts": []}'] * 2


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def secured(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_of_an_authority_that_nobody_knows_is_refused(authority: trustme.CA) -> None:
    with (
        brokering(StubBroker(), tls=secured(authority)) as stub,
        opened(stub.url, TOKEN) as broker,
        pytest.raises(CouldNotCheck, match="TLS with"),
    ):
        broker.index()

    assert stub.asked == []


def test_a_certificate_of_a_known_authority_is_taken(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))

    with brokering(StubBroker(), tls=secured(authority)) as stub, opened(stub.url) as broker:
        assert broker.index().link("pb:publish-contracts") == "/contracts/publish"


def test_a_certificate_of_another_host_is_refused(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))

    with (
        brokering(StubBroker(), tls=secured(authority, "broker.example")) as stub,
        opened(stub.url) as broker,
        pytest.raises(CouldNotCheck, match="TLS with"),
    ):
        broker.index()


def test_the_proxy_of_the_environment_leads_to_a_broker_elsewhere(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    certificate = secured(authority, "broker.example")

    with (
        brokering(StubBroker(), tls=certificate, names=("broker.example",)) as stub,
        tunnelling_to(stub.url) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        stub.url = "https://broker.example"
        with opened("https://broker.example") as broker:
            assert broker.index().link("pb:publish-contracts") == "/contracts/publish"

    assert [line.split()[:2] for line in proxy.asked] == [[b"CONNECT", b"broker.example:443"]]
