"""Which calls of a served API are struck, and what its provider gets to see of them."""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.faults_wire.conftest import LONG, SHORT, Serve
from tests.faults_wire.letters import Service
from troth.faults.catalogue import CATALOGUE, Kind, Processed

STRIKING_A_CALL = [each for each in CATALOGUE if each.kind not in (Kind.UNREACHED, Kind.UNTRUSTED)]


def statuses(client: requests.Session, url: str, *paths: str) -> list[int]:
    return [client.get(url + path, timeout=LONG).status_code for path in paths]


def test_so_many_calls_are_struck_and_no_more(serve: Serve, client: requests.Session) -> None:
    url = serve("http_503:2").url

    assert statuses(client, url, *["/letters/7"] * 4) == [503, 503, 200, 200]


def test_without_a_number_it_is_for_good(serve: Serve, client: requests.Session) -> None:
    url = serve("http_503").url

    assert statuses(client, url, *["/letters/7"] * 4) == [503] * 4


def test_faults_strike_in_their_order(serve: Serve, client: requests.Session) -> None:
    url = serve("http_503:1", "http_429:2", "http_500:1").url

    assert statuses(client, url, *["/letters/7"] * 5) == [503, 429, 429, 500, 200]


def test_only_calls_of_the_named_operation_are_struck(serve: Serve, client: requests.Session) -> None:
    url = serve("http_503:send_letter").url
    read = client.get(f"{url}/letters/7", timeout=LONG)
    sent = client.post(f"{url}/letters", timeout=LONG)

    assert (read.status_code, sent.status_code) == (200, 503)


@pytest.mark.parametrize("path", ["/nowhere", "/_troth/faults", "/_troth/anything"])
def test_what_is_no_operation_is_not_struck(serve: Serve, client: requests.Session, path: str) -> None:
    url = serve("http_503").url

    assert statuses(client, url, path) != [503]


@pytest.mark.parametrize("name", [each.name for each in STRIKING_A_CALL if each.processed is Processed.NEVER])
def test_what_is_never_processed_does_not_reach_the_provider(
    serve: Serve, client: requests.Session, service: Service, name: str
) -> None:
    client.post(f"{serve(name).url}/letters", timeout=LONG)

    assert service.asked == []


@pytest.mark.parametrize(
    "name", ["reset_before_headers", "reset_mid_body", "body_short", "read_timeout", "body_drips"]
)
def test_the_provider_has_acted_where_its_answer_is_lost(
    serve: Serve, client: requests.Session, service: Service, name: str
) -> None:
    url = serve(name).url
    with pytest.raises(requests.RequestException):
        client.post(f"{url}/letters", timeout=SHORT)

    assert service.asked == ["POST /letters"]


def test_a_fault_that_an_answer_has_no_place_for_waits_for_one_that_has(
    serve: Serve, client: requests.Session
) -> None:
    url = serve("enum_unknown:1").url
    dropped = client.delete(f"{url}/letters/7", timeout=LONG)
    read = client.get(f"{url}/letters/7", timeout=LONG)

    assert (dropped.status_code, read.json()["size"] in ("small", "large")) == (204, False)


def test_a_fault_of_json_waits_for_json(serve: Serve, client: requests.Session) -> None:
    url = serve("malformed_json:1").url
    dropped = client.delete(f"{url}/letters/7", timeout=LONG)
    read = client.get(f"{url}/letters/7", timeout=LONG)

    assert dropped.status_code == 204
    with pytest.raises(requests.exceptions.JSONDecodeError):
        read.json()


def test_what_comes_behind_a_fault_that_still_waits_keeps_nothing_away(
    serve: Serve, client: requests.Session, service: Service
) -> None:
    url = serve("enum_unknown:1", "http_429:1").url
    dropped = client.delete(f"{url}/letters/7", timeout=LONG)

    assert (dropped.status_code, service.asked) == (204, ["DELETE /letters/7"])


def test_a_body_that_is_far_too_long_comes_whole(serve: Serve, client: requests.Session) -> None:
    read = client.get(f"{serve('body_too_large').url}/letters/7", timeout=LONG)

    assert (len(read.content), read.json()["id"]) == (16 * 2**20, 7)


def test_a_body_that_is_far_too_long_is_never_whole_in_memory(serve: Serve, client: requests.Session) -> None:
    url = serve("body_too_large").url
    tracemalloc.start()
    with client.get(f"{url}/letters/7", stream=True, timeout=LONG) as reply:
        length = sum(map(len, reply.iter_content(65_536)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (length, most < 4 * 2**20) == (16 * 2**20, True)


def test_an_answer_without_a_body_can_break_off_too(serve: Serve, client: requests.Session) -> None:
    url = serve("reset_mid_body").url

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.delete(f"{url}/letters/7", timeout=LONG)


def test_calls_at_the_same_time_are_struck_as_often_as_was_said(serve: Serve) -> None:
    url = serve("http_503:10").url
    came: list[int] = []

    def calls() -> None:
        with requests.Session() as session:
            came.extend(statuses(session, url, *["/letters/7"] * 4))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: calls(), range(8)))

    assert (len(came), came.count(503)) == (32, 10)


@pytest.mark.parametrize("name", ["http_503", "http_429", "body_too_large", "field_missing"])
def test_a_page_that_may_call_can_read_a_struck_answer(
    serve: Serve, client: requests.Session, name: str
) -> None:
    page = "https://page.example"
    url = serve(name, cors=[page]).url
    read = client.get(f"{url}/letters/7", headers={"Origin": page}, timeout=LONG)

    assert read.headers["Access-Control-Allow-Origin"] == page


def test_a_page_that_may_not_call_uses_up_no_fault(serve: Serve, client: requests.Session) -> None:
    served = serve("http_503:1")
    read = client.get(f"{served.url}/letters/7", headers={"Origin": "https://evil.example"}, timeout=LONG)

    assert (read.status_code, [each.struck for each in served.faults.active]) == (403, [0])
