"""The desk in the place of the network, beside other people's mocks."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest
import requests
import responses
from requests.adapters import HTTPAdapter, Retry

from tests.mock.library import ONE, SERVER, answer, asking, books_api, lending, recorded, recordings
from troth.api import Api
from troth.exchange import Headers, Request, Response
from troth.loopback import LoopbackServer
from troth.mock import Dispatcher, MockMiss

ELSEWHERE = "https://elsewhere.example/"


@pytest.fixture
def lent(books: Api, dispatcher: Dispatcher) -> Dispatcher:
    dispatcher.desk.serve(books)
    dispatcher.desk.offers.play(books, recordings(books, *lending()))
    return dispatcher


def lend() -> requests.Response:
    return requests.post(f"{SERVER}/loans", json={"title": "Emma"}, timeout=5)


@pytest.mark.usefixtures("lent")
def test_requests_gets_the_recorded_answer() -> None:
    got = lend()

    assert (got.status_code, got.json()["id"], got.headers["Content-Type"]) == (201, ONE, "application/json")


def test_a_miss_is_a_connection_error_with_its_request(lent: Dispatcher) -> None:
    with pytest.raises(requests.ConnectionError) as raised:
        requests.get(f"{SERVER}/titles", timeout=5)

    assert isinstance(raised.value, MockMiss)
    assert raised.value.request is not None
    assert lent.desk.refused == (raised.value,)


def test_a_host_that_nobody_mocks_is_refused(lent: Dispatcher) -> None:
    with pytest.raises(MockMiss, match="no mock serves this host") as raised:
        requests.get(ELSEWHERE, timeout=5)

    assert lent.desk.refused == (raised.value,)


@pytest.mark.usefixtures("lent")
@responses.activate
def test_a_mock_of_the_test_itself_answers_for_its_hosts_only() -> None:
    responses.get(ELSEWHERE, body="theirs")

    assert requests.get(ELSEWHERE, timeout=5).text == "theirs"
    assert lend().status_code == 201


def test_a_mock_that_was_there_before_keeps_its_hosts(books: Api) -> None:
    with responses.RequestsMock() as theirs, Dispatcher() as ours:
        theirs.get(ELSEWHERE, body="theirs")
        ours.desk.serve(books)
        ours.desk.offers.play(books, recordings(books, *lending()))

        assert requests.get(ELSEWHERE, timeout=5).text == "theirs"
        assert lend().status_code == 201


@pytest.mark.usefixtures("lent")
def test_another_mock_still_refuses_what_it_does_not_know() -> None:
    with (
        responses.RequestsMock(assert_all_requests_are_fired=False),
        pytest.raises(requests.ConnectionError, match="Connection refused by Responses"),
    ):
        requests.get(ELSEWHERE, timeout=5)


def test_everything_is_put_back(books: Api) -> None:
    send, make = HTTPAdapter.send, responses.RequestsMock.unbound_on_send

    with Dispatcher() as dispatcher:
        dispatcher.desk.serve(books)

    assert (HTTPAdapter.send, responses.RequestsMock.unbound_on_send) == (send, make)


def test_a_named_origin_is_let_through() -> None:
    def hello(_: Request) -> Response:
        return Response(200, Headers(), b"hello")

    with LoopbackServer(hello) as server, Dispatcher(passthrough=[server.url]):
        assert requests.get(server.url, timeout=5).text == "hello"


def test_an_adapter_of_the_client_is_used(lent: Dispatcher, books: Api) -> None:
    lent.desk.offers.reply(books, books.named("titles"), frozenset(), answer(503, {"error": "closed"}))
    lent.desk.offers.reply(books, books.named("titles"), frozenset(), answer(200, ["Emma"]))
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=Retry(1, status_forcelist=[503])))

        assert session.get(f"{SERVER}/titles", timeout=5).json() == ["Emma"]


def test_two_apis_are_routed_by_origin(lent: Dispatcher) -> None:
    films = books_api("https://films.example", "films")
    lent.desk.serve(films)
    lent.desk.offers.reply(films, films.named("titles"), frozenset(), answer(200, ["M"]))

    assert requests.get("https://films.example/titles", timeout=5).json() == ["M"]
    assert lend().status_code == 201
    assert len(lent.desk.calls("books")) == len(lent.desk.calls("films")) == 1


def test_headers_about_length_and_encoding_are_not_served(books: Api, dispatcher: Dispatcher) -> None:
    odd = answer(200, ["Emma"], **{"Content-Length": "9999", "Transfer-Encoding": "chunked", "ETag": "x"})
    from troth.mock.library import recordings_of

    dispatcher.desk.serve(books)
    dispatcher.desk.offers.play(books, recordings_of(books, [recorded(asking("GET", "/titles"), odd)], "odd"))

    got = requests.get(f"{SERVER}/titles", timeout=5)

    assert {name.lower() for name in got.headers} == {"content-type", "etag"}


@pytest.mark.usefixtures("lent")
def test_a_body_from_a_generator_is_read() -> None:
    parts = iter([b'{"title": ', b'"Emma"}'])
    headers = {"Content-Type": "application/json"}

    got = requests.post(f"{SERVER}/loans", data=parts, headers=headers, timeout=5)

    assert got.status_code == 201


@pytest.mark.parametrize("host", ["books.example", b"books.example", "BOOKS.example"])
def test_another_client_does_not_reach_the_network_behind_the_mock(
    lent: Dispatcher, host: str | bytes
) -> None:
    with pytest.raises(OSError, match="only requests is intercepted"):
        socket.getaddrinfo(host, 443)

    assert "books.url" in lent.desk.refused[0].hint


def test_another_client_meets_a_connection_that_fails(lent: Dispatcher) -> None:
    with pytest.raises(urllib.error.URLError, match="only requests is intercepted"):
        urllib.request.urlopen(SERVER, timeout=5)

    assert len(lent.desk.refused) == 1


@pytest.mark.usefixtures("lent")
def test_names_that_are_not_mocked_resolve() -> None:
    assert socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0][4] == ("127.0.0.1", 80)
