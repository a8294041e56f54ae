"""The judging proxy before a service that hands out URLs of a further origin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.shop import SECRET, SERVER, UPLOADS, Service, answer, shop_api
from tests.support.wire import sent_raw, status_of
from troth.exchange import SourceKind
from troth.loopback import LoopbackServer
from troth.proxy import JudgingProxy


@dataclass(frozen=True)
class Shop:
    """A shop, the host of its uploads below ``/bucket``, and the proxy before both."""

    service: Service
    uploads: Service
    url: str
    """Where the uploads are reached."""
    proxy: JudgingProxy

    def handed_out(self, url: str) -> str:
        """What a client gets where the shop says ``url``."""
        self.service.response = answer(json.dumps({"name": url}).encode())
        found: str = requests.get(f"{self.proxy.url}/things", timeout=10).json()["name"]
        return found

    @property
    def recorded(self) -> list[str]:
        """Every URL and body that would be written."""
        exchanges = [judged.exchange for judged in self.proxy.seen]
        return [
            text
            for each in exchanges
            for text in (each.request.url, each.request.body.decode(), each.response.body.decode())
        ]


@pytest.fixture
def shop() -> Iterator[Shop]:
    service, uploads = Service(), Service()
    with LoopbackServer(uploads) as second, LoopbackServer(service) as first:
        url = f"{second.url}/bucket"
        with JudgingProxy(
            shop_api(),
            first.url,
            secrets={"valid": SECRET},
            kind=SourceKind.LIVE,
            origins={"uploads": url},
        ) as proxy:
            yield Shop(service, uploads, url, proxy)


@pytest.mark.parametrize("origin", ["{url}", UPLOADS])
def test_a_url_of_the_origin_leads_to_the_proxy(shop: Shop, origin: str) -> None:
    found = shop.handed_out(origin.format(url=shop.url) + "/put/1?s=2")

    assert found == f"{shop.proxy.url}/_origins/uploads/put/1?s=2"


def test_the_client_reaches_the_origin_where_it_is(shop: Shop) -> None:
    requests.put(shop.handed_out(f"{shop.url}/put/1?s=2"), data=b"picture", timeout=10)

    assert [(each.url, each.body) for each in shop.uploads.got] == [(f"{shop.url}/put/1?s=2", b"picture")]
    assert [each.method for each in shop.service.got] == ["GET"]


def test_the_record_names_the_origin_of_the_contract(shop: Shop) -> None:
    requests.put(shop.handed_out(f"{shop.url}/put/1"), timeout=10)

    assert shop.proxy.seen[0].exchange.response.body == json.dumps({"name": f"{UPLOADS}/put/1"}).encode()
    assert shop.proxy.seen[1].exchange.request.url == f"{UPLOADS}/put/1"
    assert "127.0.0.1" not in "".join(shop.recorded)


def test_a_url_of_the_origin_in_a_request_is_that_of_each_side(shop: Shop) -> None:
    body = json.dumps({"thing": shop.handed_out(f"{shop.url}/put/1")})

    requests.post(
        f"{shop.proxy.url}/orders", data=body, headers={"Content-Type": "application/json"}, timeout=10
    )

    assert json.loads(shop.service.got[-1].body) == {"thing": f"{shop.url}/put/1"}
    assert json.loads(shop.proxy.seen[-1].exchange.request.body) == {"thing": f"{UPLOADS}/put/1"}


@pytest.mark.parametrize("sent", ["{{secret:valid}}", SECRET])
def test_a_header_of_credentials_does_not_reach_the_origin(shop: Shop, sent: str) -> None:
    requests.put(f"{shop.proxy.url}/_origins/uploads/1", headers={"X-Shop-Token": sent}, timeout=10)

    assert "X-Shop-Token" not in shop.uploads.got[0].headers
    assert SECRET not in str(shop.uploads.got[0])


def test_a_placeholder_elsewhere_stays_one_at_the_origin(shop: Shop) -> None:
    requests.put(f"{shop.proxy.url}/_origins/uploads/1", data=b"{{secret:valid}}", timeout=10)

    assert shop.uploads.got[0].body == b"{{secret:valid}}"


@pytest.mark.parametrize("path", ["/_origins/files/1", "/_origins/uploadsmore/1", "/_origins"])
def test_an_origin_that_is_not_declared_is_a_path_of_the_service(shop: Shop, path: str) -> None:
    requests.get(shop.proxy.url + path, timeout=10)

    assert [each.path for each in shop.service.got] == [path]
    assert shop.uploads.got == []


def test_nothing_of_an_origin_is_here_without_the_secret_base_path(shop: Shop) -> None:
    host = urlsplit(shop.proxy.url).netloc

    reply = sent_raw(
        f"http://{host}",
        f"GET /_origins/uploads/1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode(),
    )

    assert (status_of(reply), shop.uploads.got) == (404, [])


def test_a_foreign_host_is_left_as_it_is_and_not_called(shop: Shop) -> None:
    found = shop.handed_out("https://elsewhere.example/put/1")

    assert found == "https://elsewhere.example/put/1"
    assert (len(shop.service.got), shop.uploads.got, shop.proxy.troubles) == (1, [], [])


def test_the_contract_says_where_an_origin_is_reached_if_nobody_else_does() -> None:
    with JudgingProxy(shop_api(), SERVER, secrets={}, kind=SourceKind.LIVE) as proxy:
        legs = {key: leg.url for key, leg in proxy._legs.items()}

    assert legs == {"": SERVER, "/_origins/uploads": UPLOADS}
