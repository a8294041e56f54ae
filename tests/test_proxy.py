"""The judging proxy."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urljoin, urlsplit

import pytest
import requests

from tests.support.shop import SECRET, SERVER, UPLOADS, Service, answer, shop_api
from tests.support.wire import answering, sent_raw, status_of
from troth.api import Api
from troth.errors import CouldNotCheck
from troth.exchange import Headers, Request, Response, SourceKind
from troth.loopback import LoopbackServer, direct_loopback
from troth.pace import Pace
from troth.provider import JsonScalar
from troth.proxy import JudgingProxy
from troth.states import UnknownState

PLACEHOLDER = "{{secret:valid}}"
TOKEN = {"X-Shop-Token": PLACEHOLDER}


class Setup:
    """A service, and the proxy before it. ``base`` is the service's own base path."""

    def __init__(self, api: Api, service: Service, server: LoopbackServer, proxy: JudgingProxy) -> None:
        self.api = api
        self.service = service
        self.server = server
        self.proxy = proxy

    def get(self, path: str = "/things", headers: Mapping[str, str] = TOKEN) -> requests.Response:
        with direct_loopback():
            return requests.get(self.proxy.url + path, headers=headers, timeout=10, allow_redirects=False)

    def post(self, path: str, data: bytes, headers: Mapping[str, str]) -> requests.Response:
        with direct_loopback():
            return requests.post(self.proxy.url + path, data=data, headers=headers, timeout=10)

    def raw(self, headers: str) -> bytes:
        """What comes back for a GET with these lines of headers."""
        path = urlsplit(self.proxy.url).path
        head = f"GET {path}/things HTTP/1.1\r\n{headers}\r\nConnection: close\r\n\r\n"
        return sent_raw(self.proxy.url, head.encode())

    @property
    def got(self) -> Request:
        """What the service got last."""
        return self.service.got[-1]

    @property
    def recorded_request(self) -> Request:
        return self.proxy.seen[-1].exchange.request

    @property
    def recorded(self) -> Response:
        return self.proxy.seen[-1].exchange.response


@pytest.fixture
def shop() -> Iterator[Setup]:
    """The shop below ``/base``, in front of it a proxy that knows its credential."""
    api, service = shop_api(), Service()
    with (
        LoopbackServer(service) as server,
        JudgingProxy(
            api, f"{server.url}/base", secrets={"valid": SECRET}, kind=SourceKind.LIVE, timeout=10
        ) as proxy,
    ):
        yield Setup(api, service, server, proxy)


# What is seen and judged


def test_an_exchange_names_the_real_service(shop: Setup) -> None:
    shop.get("/things")
    assert (shop.recorded_request.url, shop.recorded_request.headers.get("Host")) == (
        f"{SERVER}/things",
        "shop.example",
    )


def test_an_exchange_says_where_it_came_from(shop: Setup) -> None:
    shop.get()
    source = shop.proxy.seen[0].exchange.source
    assert (source.kind, source.place) == (SourceKind.LIVE, f"{shop.server.url}/base")


def test_an_exchange_knows_how_long_it_took(shop: Setup) -> None:
    shop.get()
    seconds = shop.proxy.seen[0].exchange.seconds
    assert seconds is not None
    assert 0 < seconds < 10


def test_a_response_that_holds_has_no_mismatch(shop: Setup) -> None:
    shop.get()
    assert shop.proxy.seen[0].mismatches == ()


def test_a_response_that_breaks_the_contract_is_found(shop: Setup) -> None:
    shop.service.response = answer(b'{"title":"cup"}')
    shop.get()
    assert [mismatch.path for mismatch in shop.proxy.seen[0].mismatches] == ["$.name"]


def test_a_request_that_breaks_the_contract_is_found(shop: Setup) -> None:
    shop.service.response = answer(status=201)
    shop.post("/orders", b'{"thing":"cup","more":1}', {"Content-Type": "application/json"})
    assert [(m.side, m.path) for m in shop.proxy.seen[0].mismatches] == [("request", "$.more")]


def test_exchanges_keep_the_order_in_which_they_were_asked(shop: Setup) -> None:
    shop.get("/things?a=1")
    shop.get("/things?a=2")
    assert [judged.exchange.request.url[-1] for judged in shop.proxy.seen] == ["1", "2"]


def test_clear_forgets_what_was_seen(shop: Setup) -> None:
    shop.get()
    shop.proxy.clear()
    assert shop.proxy.seen == []


def test_calls_of_many_threads_are_all_seen(shop: Setup) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(shop.get, ["/things"] * 40))
    assert len(shop.proxy.seen) == len(replies) == 40


# Raw on both legs


def test_request_headers_reach_the_service_as_they_came(shop: Setup) -> None:
    shop.raw("Host: localhost\r\nx-b: 1\r\nX-A: 2\r\nx-b: 3")
    assert sorted(pair for pair in shop.got.headers if pair[0].lower() in ("x-a", "x-b")) == [
        ("X-A", "2"),
        ("x-b", "1"),
        ("x-b", "3"),
    ]


def test_the_recorded_request_headers_are_as_sent(shop: Setup) -> None:
    shop.raw("Host: localhost\r\nx-b: 1\r\nX-A: 2\r\nx-b: 3")
    assert shop.recorded_request.headers.pairs == (
        ("Host", "shop.example"),
        ("x-b", "1"),
        ("X-A", "2"),
        ("x-b", "3"),
    )


def test_repeated_response_headers_reach_the_client_and_the_record(shop: Setup) -> None:
    shop.service.response = answer(b'{"name":"cup"}', ("X-A", "1"), ("X-A", "2"))
    reply = shop.get()
    assert (reply.headers["X-A"], shop.recorded.headers.all("X-A")) == ("1, 2", ("1", "2"))


def test_a_chunked_request_body_is_passed_on(shop: Setup) -> None:
    shop.service.response = answer(status=201)
    requests.post(
        f"{shop.proxy.url}/orders",
        data=iter([b'{"thing":', b'"cup"}']),
        headers={"Content-Type": "application/json"},
        timeout=10,
    )
    assert (shop.got.body, shop.recorded_request.body) == (b'{"thing":"cup"}',) * 2


def test_a_compressed_response_keeps_its_bytes(shop: Setup) -> None:
    body = gzip.compress(b'{"name":"cup"}')
    shop.service.response = answer(body, ("Content-Encoding", "gzip"))
    reply = shop.get()
    assert (shop.recorded.body, reply.json(), shop.proxy.seen[0].mismatches) == (body, {"name": "cup"}, ())


def test_a_chunked_response_is_recorded_whole() -> None:
    script = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        b'6\r\n{"name\r\n8\r\n":"cup"}\r\n0\r\n\r\n'
    )
    with (
        answering(script) as upstream,
        JudgingProxy(shop_api(), upstream.url, secrets={}, kind=SourceKind.LIVE) as proxy,
    ):
        reply = requests.get(f"{proxy.url}/things", timeout=10)
        assert (reply.json(), proxy.seen[0].mismatches) == ({"name": "cup"}, ())


def test_a_truncated_response_is_noted_and_truncated_for_the_client() -> None:
    script = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"na'
    with (
        answering(script) as upstream,
        JudgingProxy(shop_api(), upstream.url, secrets={}, kind=SourceKind.LIVE) as proxy,
    ):
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            requests.get(f"{proxy.url}/things", timeout=10)
        seen = proxy.seen[0]
    assert (seen.exchange.response.truncated, [m.rule for m in seen.mismatches]) == (True, ["body-truncated"])


# Where it leads


def test_the_base_path_of_the_service_is_kept(shop: Setup) -> None:
    shop.get("/things?a=%20b")
    assert shop.got.url == f"{shop.server.url}/base/things?a=%20b"


@pytest.mark.parametrize("base", ["", "/" + "0" * 32, "/things"])
def test_without_the_secret_base_path_nothing_is_here(shop: Setup, base: str) -> None:
    origin = shop.proxy.url.rpartition("/")[0]
    reply = requests.get(f"{origin}{base}/things", timeout=10)
    assert (reply.status_code, shop.service.got) == (404, [])


def test_the_base_path_cannot_be_guessed(shop: Setup) -> None:
    assert len(bytes.fromhex(shop.proxy.url.rpartition("/")[2])) == 16


def test_another_host_is_refused(shop: Setup) -> None:
    reply = shop.raw("Host: evil.example")
    assert (status_of(reply), shop.service.got) == (421, [])


def test_a_redirect_is_not_followed(shop: Setup) -> None:
    shop.service.response = answer(b"", ("Location", "https://elsewhere.example/"), status=302)
    reply = shop.get("/raw")
    assert (reply.status_code, len(shop.service.got), reply.headers["Location"]) == (
        302,
        1,
        "https://elsewhere.example/",
    )


# URLs


@pytest.mark.parametrize("spelled", ["{url}/base/things/1", "/base/things/1"])
def test_a_location_leads_the_client_to_the_proxy_and_the_record_to_the_service(
    shop: Setup, spelled: str
) -> None:
    location = spelled.format(url=shop.server.url)
    shop.service.response = answer(b"", ("Location", location), status=302)
    led = urljoin(shop.proxy.url, shop.get("/raw").headers["Location"])
    recorded = urljoin(SERVER, shop.recorded.headers.get("Location"))
    assert (led, recorded) == (f"{shop.proxy.url}/things/1", f"{SERVER}/things/1")


def test_urls_in_a_body_lead_to_the_proxy_and_the_record_names_the_service(shop: Setup) -> None:
    shop.service.response = answer(json.dumps({"name": f"{shop.server.url}/base/things/1"}).encode())
    reply = shop.get()
    assert (reply.json()["name"], json.loads(shop.recorded.body)["name"]) == (
        f"{shop.proxy.url}/things/1",
        f"{SERVER}/things/1",
    )


def test_urls_in_a_compressed_body_are_rewritten_too(shop: Setup) -> None:
    body = gzip.compress(json.dumps({"name": f"{shop.server.url}/base/things/1"}).encode())
    shop.service.response = answer(body, ("Content-Encoding", "gzip"), ("Content-Length", str(len(body))))
    reply = shop.get()
    assert (reply.json()["name"], json.loads(shop.recorded.content)["name"]) == (
        f"{shop.proxy.url}/things/1",
        f"{SERVER}/things/1",
    )


def test_the_recorded_length_is_that_of_the_recorded_body(shop: Setup) -> None:
    shop.service.response = answer(json.dumps({"name": f"{shop.server.url}/base"}).encode())
    shop.get()
    assert shop.recorded.headers.get("Content-Length") == str(len(shop.recorded.body))


def test_a_url_of_the_real_service_leads_to_the_proxy_as_well(shop: Setup) -> None:
    shop.service.response = answer(json.dumps({"name": f"{SERVER}/things/1"}).encode())
    assert shop.get().json()["name"] == f"{shop.proxy.url}/things/1"


def test_urls_of_the_proxy_in_a_request_reach_the_service_as_its_own(shop: Setup) -> None:
    shop.service.response = answer(status=201)
    body = json.dumps({"thing": f"{shop.proxy.url}/things/1"}).encode()
    shop.post("/orders", body, {"Content-Type": "application/json"})
    assert (json.loads(shop.got.body)["thing"], json.loads(shop.recorded_request.body)["thing"]) == (
        f"{shop.server.url}/base/things/1",
        f"{SERVER}/things/1",
    )


@pytest.fixture
def shop_with_uploads() -> Iterator[tuple[Setup, Service]]:
    """A shop that hands out URLs of a second origin, and the service there."""
    uploads = Service()
    service = Service()
    with LoopbackServer(uploads) as second, LoopbackServer(service) as server:
        api = Api("shop", server=SERVER, auth=shop_api().auth, origins={"uploads": second.url})
        service.response = answer(json.dumps({"name": f"{second.url}/put/1"}).encode())
        secrets = {"valid": SECRET}
        with JudgingProxy(api, server.url, secrets=secrets, kind=SourceKind.LIVE) as proxy:
            yield Setup(api, service, server, proxy), uploads


def test_a_further_origin_is_reached_through_the_proxy(shop_with_uploads: tuple[Setup, Service]) -> None:
    shop, uploads = shop_with_uploads
    handed_out = shop.get().json()["name"]
    requests.put(handed_out, data=b"picture", timeout=10)
    assert (handed_out.startswith(shop.proxy.url), uploads.got[0].path, uploads.got[0].body) == (
        True,
        "/put/1",
        b"picture",
    )


def test_a_further_origin_is_recorded_as_itself(shop_with_uploads: tuple[Setup, Service]) -> None:
    shop, _ = shop_with_uploads
    requests.put(shop.get().json()["name"], data=b"picture", timeout=10)
    assert (json.loads(shop.proxy.seen[0].exchange.response.body)["name"], shop.recorded_request.url) == (
        f"{shop.api.origins['uploads']}/put/1",
        f"{shop.api.origins['uploads']}/put/1",
    )


def test_a_further_origin_gets_no_credential(shop_with_uploads: tuple[Setup, Service]) -> None:
    shop, uploads = shop_with_uploads
    requests.put(shop.get().json()["name"], data=b"picture", headers=TOKEN, timeout=10)
    assert "X-Shop-Token" not in uploads.got[0].headers


def test_the_declared_origin_of_uploads_needs_no_server(shop: Setup) -> None:
    shop.service.response = answer(json.dumps({"name": f"{UPLOADS}/1"}).encode())
    assert shop.get().json()["name"] == f"{shop.proxy.url}/_origins/uploads/1"


# Credentials


def test_the_service_gets_the_credential_and_the_record_the_placeholder(shop: Setup) -> None:
    shop.get(headers=TOKEN)
    assert (shop.got.headers.get("X-Shop-Token"), shop.recorded_request.headers.get("X-Shop-Token")) == (
        SECRET,
        PLACEHOLDER,
    )


def test_a_credential_in_the_query_stays_a_placeholder_in_the_record(shop: Setup) -> None:
    shop.get(f"/things?token={quote(PLACEHOLDER)}", headers={})
    assert (dict(shop.got.query)["token"], dict(shop.recorded_request.query)["token"]) == (
        SECRET,
        PLACEHOLDER,
    )


def test_a_role_that_nobody_holds_is_sent_as_a_wrong_credential(shop: Setup) -> None:
    shop.get(headers={"X-Shop-Token": "{{secret:wrong}}"})
    assert (shop.got.headers.get("X-Shop-Token"), shop.recorded_request.headers.get("X-Shop-Token")) == (
        "troth-wrong-wrong",
        "{{secret:wrong}}",
    )


@pytest.mark.parametrize(
    "spell",
    [
        str,
        lambda secret: quote(secret, safe=""),
        lambda secret: base64.b64encode(secret.encode()).decode(),
        lambda secret: base64.b64encode(f"user:{secret}".encode()).decode(),
    ],
    ids=["plain", "percent-encoded", "base64", "inside base64"],
)
@pytest.mark.parametrize(("encoding", "encode"), [("identity", bytes), ("gzip", gzip.compress)])
def test_an_echoed_credential_is_put_back_to_the_placeholder(
    shop: Setup, spell: Callable[[str], str], encoding: str, encode: Callable[[bytes], bytes]
) -> None:
    body = encode(json.dumps({"name": spell(SECRET)}).encode())
    shop.service.response = answer(body, ("Content-Encoding", encoding), ("X-Echo", spell(SECRET)))
    reply = shop.get()
    assert (reply.headers["X-Echo"], json.loads(shop.recorded.content)["name"]) == (spell(PLACEHOLDER),) * 2


def test_a_credential_that_the_client_sends_itself_is_not_recorded(shop: Setup) -> None:
    shop.service.response = answer(status=201)
    body = json.dumps({"thing": SECRET}).encode()
    shop.post(f"/orders?key={quote(SECRET)}", body, {"Content-Type": "application/json", "X-Key": SECRET})
    assert "s3cr3t" not in repr(shop.proxy.seen)


def test_a_declared_role_whose_credential_is_not_known_is_noted() -> None:
    service = Service()
    with (
        LoopbackServer(service) as server,
        JudgingProxy(shop_api(), server.url, secrets={}, kind=SourceKind.LIVE) as proxy,
    ):
        requests.get(f"{proxy.url}/things", headers=TOKEN, timeout=10)
        assert proxy.lacking == {"valid"}


def test_a_wrong_role_is_not_noted_as_unknown(shop: Setup) -> None:
    shop.get(headers={"X-Shop-Token": "{{secret:wrong}}"})
    assert shop.proxy.lacking == frozenset()


# Trouble


def test_a_service_that_does_not_answer_is_told_and_not_recorded() -> None:
    with LoopbackServer(Service()) as server:
        url = server.url
    with JudgingProxy(shop_api(), url, secrets={}, kind=SourceKind.LIVE) as proxy:
        reply = requests.get(f"{proxy.url}/things", timeout=10)
        told = [error.message for error in proxy.troubles]
        seen = proxy.seen
    assert (reply.status_code, seen, url in told[0]) == (502, [], True)


def test_an_error_inside_the_proxy_is_raised_at_the_end() -> None:
    api = shop_api()
    api.get("/broken", responses={200: object()})
    with LoopbackServer(Service()) as server:
        proxy = JudgingProxy(api, server.url, secrets={}, kind=SourceKind.LIVE)
        proxy.__enter__()
        requests.get(f"{proxy.url}/broken", timeout=10)
        with pytest.raises(Exception, match="object"):
            proxy.__exit__(None, None, None)


# Rate


def test_calls_are_paced_by_the_rate() -> None:
    slept: list[float] = []
    pace = Pace(2.0, clock=iter([100.0, 100.125, 100.25]).__next__, sleep=slept.append)
    pace.wait()
    pace.wait()
    pace.wait()
    assert slept == [0.375, 0.75]


def test_a_call_after_a_pause_goes_at_once() -> None:
    slept: list[float] = []
    pace = Pace(2.0, clock=iter([100.0, 200.0]).__next__, sleep=slept.append)
    pace.wait()
    pace.wait()
    assert slept == []


def test_the_proxy_keeps_the_pace() -> None:
    slept: list[float] = []
    pace = Pace(4.0, clock=lambda: 0.0, sleep=slept.append)
    with (
        LoopbackServer(Service()) as server,
        JudgingProxy(shop_api(), server.url, secrets={}, kind=SourceKind.LIVE, pace=pace) as proxy,
    ):
        requests.get(f"{proxy.url}/things", timeout=10)
        requests.get(f"{proxy.url}/things", timeout=10)
    assert slept == [0.25]


# States


def set_state(
    handler: Callable[[str, Mapping[str, object]], Mapping[str, JsonScalar]] | None, call: object
) -> requests.Response:
    with JudgingProxy(
        shop_api(), "http://127.0.0.1:9", secrets={}, kind=SourceKind.VERIFIED, state_handler=handler
    ) as proxy:
        return requests.post(proxy.state_url, json=call, timeout=10)


def test_the_state_url_asks_the_handler() -> None:
    reply = set_state(
        lambda name, params: {"said": f"{name} {params['n']}"},
        {"state": "it rains", "params": {"n": 1}, "action": "setup"},
    )
    assert (reply.status_code, reply.json()) == (200, {"said": "it rains 1"})


def test_a_teardown_asks_nobody() -> None:
    reply = set_state(lambda name, params: {name: str(params)}, {"state": "it rains", "action": "teardown"})
    assert reply.json() == {}


def test_an_unknown_state_is_refused() -> None:
    def handler(name: str, params: Mapping[str, object]) -> Mapping[str, JsonScalar]:
        raise UnknownState(name, ["it rains", *params])

    reply = set_state(handler, {"state": "it rain"})
    assert (reply.status_code, "it rains" in reply.json()["error"]) == (404, True)


def test_a_state_that_cannot_be_set_is_refused() -> None:
    def handler(name: str, params: Mapping[str, object]) -> Mapping[str, JsonScalar]:
        raise CouldNotCheck(f"no {name} {params}")

    assert set_state(handler, {"state": "rain"}).status_code == 409


def test_without_a_handler_every_state_is_refused() -> None:
    assert set_state(None, {"state": "rain"}).status_code == 409


def test_a_state_call_that_is_none_is_refused() -> None:
    assert set_state(lambda name, params: {name: str(params)}, {"state": 1}).status_code == 409


def test_the_state_url_is_as_secret_as_the_other() -> None:
    with JudgingProxy(
        shop_api(),
        "http://127.0.0.1:9",
        secrets={},
        kind=SourceKind.VERIFIED,
        state_handler=lambda name, _: {"n": name},
    ) as proxy:
        url = proxy.state_url.replace(proxy.url.rpartition("/")[2], "0" * 32)
        assert requests.post(url, json={}, timeout=10).status_code == 404


def test_headers_hold_no_trace_of_the_loopback_addresses(shop: Setup) -> None:
    shop.get(headers={"Referer": f"{shop.proxy.url}/things"})
    assert "127.0.0.1" not in repr((shop.recorded_request, shop.recorded, Headers()))
