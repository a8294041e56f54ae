"""What a test orders of a mock: which calls are struck, how often, and what plays afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import requests

from tests.faults.parcels import Receipt, parcels_api
from tests.mock.conftest import NOW, record
from tests.mock.library import SERVER, books_api
from troth.api import Api, Empty
from troth.errors import UnknownName, UsageProblem
from troth.faults.clock import VirtualClock
from troth.mock import ApiMock, Dispatcher, Library
from troth.pytest_plugin.outcome import problems
from troth.workspace import Settings, Workspace


@pytest.fixture
def books(dispatcher: Dispatcher, tmp_path: Path) -> Iterator[ApiMock]:
    """A library with the cassette ``lending``: a book is lent, and the loan is looked up."""
    workspace = Workspace(tmp_path, Settings())
    record(workspace, "lending")
    made = ApiMock(books_api(), dispatcher, Library(workspace, lambda: NOW))
    yield made
    made.close()


def lend() -> int:
    """The status of a try; 0 where no answer came."""
    try:
        return requests.post(f"{SERVER}/loans", json={"title": "Emma"}, timeout=5).status_code
    except requests.RequestException:
        return 0


def titles() -> int:
    return requests.get(f"{SERVER}/titles", timeout=5).status_code


def test_the_recording_plays_after_two_calls_that_are_struck(books: ApiMock) -> None:
    books.fault("http_429", "http_429", then="lending")

    statuses = [lend() for _ in range(3)]

    assert statuses == [429, 429, 201]


def test_a_recording_that_was_offered_before_waits_for_the_faults(books: ApiMock) -> None:
    books.play("lending")
    books.fault("read_timeout", "http_503")

    statuses = [lend() for _ in range(3)]

    assert statuses == [0, 503, 201]


def test_a_sequence_may_be_repeated(books: ApiMock) -> None:
    books.fault("http_503", "http_429", times=2)

    statuses = [lend() for _ in range(4)]

    assert statuses == [503, 429, 503, 429]


def test_a_fault_may_strike_for_good(books: ApiMock, dispatcher: Dispatcher) -> None:
    books.fault("http_503", times=None)

    statuses = [lend() for _ in range(20)]

    assert statuses == [503] * 20
    assert problems(dispatcher.desk) == ""


def test_a_fault_of_one_operation_lets_the_others_pass(books: ApiMock) -> None:
    books.fault("http_500", operation=books.api.named("lend"))
    books.reply(books.api.named("titles"), 200, [])

    statuses = [titles(), lend()]

    assert statuses == [200, 500]


def test_without_a_recording_a_status_needs_none(books: ApiMock) -> None:
    books.fault("http_503", "wrong_content_type", "body_short", "reset_mid_body")

    statuses = [lend() for _ in range(4)]

    assert statuses == [503, 201, 0, 0]


def test_a_reply_is_spoilt_as_a_recording_is_and_not_used_up(parcels: ApiMock) -> None:
    parcels.reply(parcels.api.named("send"), 201, Receipt(number=3))
    parcels.fault("field_retyped:$.number")

    got = [requests.post("https://parcels.example/v2/parcels", timeout=5).json() for _ in range(2)]

    assert got == [{"number": "7"}, {"number": 3}]


def test_a_broken_field_waits_for_an_answer_that_has_it(books: ApiMock) -> None:
    books.fault("field_missing:$.id", then="lending")
    books.reply(books.api.named("titles"), 200, [])

    statuses = [titles(), lend()]

    assert statuses == [200, 201]
    assert [call.source.place.partition(" ")[0] for call in books.calls] == ["", "fault"]


def test_a_request_that_the_contract_does_not_know_is_no_call_to_strike(
    books: ApiMock, dispatcher: Dispatcher
) -> None:
    books.fault("http_503")

    with pytest.raises(requests.ConnectionError, match="never recorded"):
        requests.get(f"{SERVER}/nowhere", timeout=5)

    assert "books: faults that never struck:\n  http_503\n" in problems(dispatcher.desk)


def test_a_fault_that_never_struck_is_told(books: ApiMock, dispatcher: Dispatcher) -> None:
    books.fault("http_429", "http_503", operation=books.api.named("lend"))
    lend()

    assert problems(dispatcher.desk).startswith(
        "books: faults that never struck:\n  http_503 on POST /loans\n"
    )


def test_one_that_was_to_strike_for_good_must_strike_once(books: ApiMock, dispatcher: Dispatcher) -> None:
    books.fault("http_429", times=None)

    assert "faults that never struck" in problems(dispatcher.desk)


def test_eight_threads_meet_each_fault_exactly_once(books: ApiMock) -> None:
    books.fault("http_429", "connection_refused", "http_503", times=40)

    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(lambda _: lend(), range(120)))

    assert statuses == {429: 40, 0: 40, 503: 40}
    assert len(books.calls) == 120


def test_threads_that_are_not_struck_get_the_recordings(books: ApiMock) -> None:
    books.fault("reset_mid_body", times=16, operation=books.api.named("lend"))
    books.reply(books.api.named("lend"), 503, {"error": "closed"}, times=64)

    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(lambda _: lend(), range(80)))

    assert statuses == {0: 16, 503: 64}


def test_the_clock_of_the_mock_is_that_of_its_server(books: ApiMock, clock: VirtualClock) -> None:
    books.server.sleep(30)

    assert clock.elapsed == 30


def test_of_two_apis_at_one_place_the_one_that_was_named_is_struck(
    books: ApiMock, dispatcher: Dispatcher, tmp_path: Path
) -> None:
    other = Api("shelves", server=SERVER)
    other.get("/shelves", name="shelves", responses={200: list[str], 503: Empty})
    shelves = ApiMock(other, dispatcher, Library(Workspace(tmp_path, Settings())))
    books.fault("http_500", then="lending")
    shelves.fault("http_503", times=None)

    statuses = [lend(), lend(), requests.get(f"{SERVER}/shelves", timeout=5).status_code]

    assert statuses == [500, 201, 503]
    assert ([len(each.calls) for each in (books, shelves)]) == [2, 1]


class TestRefused:
    """What cannot strike is refused when it is ordered."""

    def test_an_unknown_fault(self, books: ApiMock, dispatcher: Dispatcher) -> None:
        with pytest.raises(UnknownName, match="no fault is named 'http_430'; did you mean 'http_5"):
            books.fault("http_503", "http_430")

        assert books.calls == []
        assert problems(dispatcher.desk) == ""

    def test_an_operation_of_another_api(self, books: ApiMock) -> None:
        with pytest.raises(UnknownName, match="operation of books"):
            books.fault("http_503", operation=parcels_api().named("look"))

    def test_a_place_that_the_contract_does_not_have(self, books: ApiMock) -> None:
        with pytest.raises(
            UsageProblem, match=r"no answer of any operation of books has a required field at"
        ):
            books.fault("field_missing:$.status.id")

    def test_an_unknown_scenario_and_nothing_is_ordered(self, books: ApiMock, dispatcher: Dispatcher) -> None:
        with pytest.raises(UnknownName, match="no scenario of books is named 'lendink'"):
            books.fault("http_503", then="lendink")

        assert problems(dispatcher.desk) == ""

    @pytest.mark.parametrize("times", [0, -1])
    def test_a_fault_that_strikes_no_time(self, books: ApiMock, times: int) -> None:
        with pytest.raises(UsageProblem, match="once at least"):
            books.fault("http_503", times=times)

    def test_no_fault_at_all(self, books: ApiMock) -> None:
        with pytest.raises(UsageProblem, match="name a fault"):
            books.fault(then="lending")

    def test_anything_after_what_strikes_for_good(self, books: ApiMock) -> None:
        with pytest.raises(UsageProblem, match="no other can come"):
            books.fault("http_503", "http_429", times=None)

    def test_a_certificate_where_there_is_none(self, dispatcher: Dispatcher, tmp_path: Path) -> None:
        plain = parcels_api("http://parcels.example")
        mock = ApiMock(plain, dispatcher, Library(Workspace(tmp_path, Settings())))

        with pytest.raises(UsageProblem, match="tls_expired needs https"):
            mock.fault("tls_expired")


class TestOnASocket:
    """The same through ``url``, for clients other than ``requests``."""

    @pytest.fixture
    def client(self) -> Iterator[httpx.Client]:
        with httpx.Client(trust_env=False, timeout=10) as made:
            yield made

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("read_timeout", httpx.ReadTimeout),
            ("reset_before_headers", httpx.ReadError),
            ("reset_mid_body", httpx.ReadError),
            ("body_short", httpx.RemoteProtocolError),
            ("body_drips", httpx.ReadTimeout),
        ],
    )
    def test_it_misbehaves_once_as_a_server(
        self, books: ApiMock, client: httpx.Client, name: str, error: type[Exception]
    ) -> None:
        books.fault(name, then="lending")

        with pytest.raises(error):
            client.post(f"{books.url}/loans", json={"title": "Emma"}, timeout=0.3)

        got = client.post(f"{books.url}/loans", json={"title": "Emma"})
        assert got.status_code == 201

    @pytest.mark.parametrize(("name", "least"), [("body_too_large", 16 * 2**20), ("gzip_bomb", 64 * 2**20)])
    def test_it_sends_a_body_of_any_size(
        self, books: ApiMock, client: httpx.Client, name: str, least: int
    ) -> None:
        books.fault(name, then="lending")

        got = client.post(f"{books.url}/loans", json={"title": "Emma"})

        assert (got.status_code, got.json()["title"]) == (201, "Emma")
        assert len(got.content) >= least

    @pytest.mark.parametrize(("name", "status"), [("http_429", 429), ("http_502_html", 502)])
    def test_it_answers_with_a_status(
        self, books: ApiMock, client: httpx.Client, name: str, status: int
    ) -> None:
        books.fault(name)

        assert client.post(f"{books.url}/loans", json={"title": "Emma"}).status_code == status

    def test_redirects_go_round(self, books: ApiMock, client: httpx.Client) -> None:
        books.fault("redirect_loop", then="lending")

        with pytest.raises(httpx.TooManyRedirects):
            client.post(f"{books.url}/loans", json={"title": "Emma"}, follow_redirects=True)

        assert all(each.source.place == "fault redirect_loop" for each in books.calls)

    @pytest.mark.parametrize("name", ["connection_refused", "dns_failure", "tls_expired"])
    def test_what_strikes_before_a_request_cannot_be_shown_there(
        self, books: ApiMock, dispatcher: Dispatcher, client: httpx.Client, name: str
    ) -> None:
        books.fault(name)

        got = client.post(f"{books.url}/loans", json={"title": "Emma"})

        assert got.status_code == 501
        assert f"{name} strikes before a request is sent" in problems(dispatcher.desk)
