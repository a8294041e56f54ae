"""In process ``requests`` fails as on a network: by its own code, at the place where it would."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from requests import exceptions
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.util import Retry

from tests.faults.parcels import PARCEL, SERVER, Parcel
from troth.exchange import SourceKind
from troth.faults.catalogue import DRIP_PAUSES
from troth.faults.clock import VirtualClock
from troth.mock import ApiMock, Dispatcher, MockMiss, NotAllowed, WouldHang

URL = f"{SERVER}/parcels/4"


@pytest.fixture
def good(parcels: ApiMock) -> ApiMock:
    """One parcel is on offer."""
    parcels.reply(parcels.api.named("look"), 200, Parcel.model_validate_json(json.dumps(PARCEL)))
    return parcels


def ask(**options: Any) -> requests.Response:
    return requests.get(URL, **{"timeout": (3, 5), **options})


@pytest.mark.parametrize(
    ("name", "error", "reason"),
    [
        ("dns_failure", exceptions.ConnectionError, NameResolutionError),
        ("connection_refused", exceptions.ConnectionError, NewConnectionError),
        ("connect_timeout", exceptions.ConnectTimeout, ConnectTimeoutError),
    ],
)
def test_no_connection_comes_about(
    good: ApiMock, name: str, error: type[Exception], reason: type[Exception]
) -> None:
    good.fault(name)

    with pytest.raises(exceptions.ConnectionError) as raised:
        ask()

    [cause] = raised.value.args
    assert type(raised.value) is error
    assert isinstance(cause, MaxRetryError)
    assert type(cause.reason) is reason


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dns_failure", "Failed to resolve 'parcels.example' ([Errno -2] Name or service not known)"),
        ("connection_refused", "Failed to establish a new connection: [Errno 111] Connection refused"),
        ("connect_timeout", "Connection to parcels.example timed out. (connect timeout=3)"),
        ("tls_expired", "certificate verify failed: certificate has expired"),
        ("tls_self_signed", "certificate verify failed: self-signed certificate"),
        ("tls_wrong_host", "certificate is not valid for 'parcels.example'"),
        ("read_timeout", "HTTPSConnectionPool(host='parcels.example', port=443): Read timed out."),
        ("reset_before_headers", "Connection reset by peer"),
    ],
)
def test_the_message_names_what_the_client_called(good: ApiMock, name: str, said: str) -> None:
    good.fault(name)

    with pytest.raises(exceptions.RequestException) as raised:
        ask()

    assert said in str(raised.value)


@pytest.mark.parametrize("name", ["tls_expired", "tls_self_signed", "tls_wrong_host"])
def test_a_certificate_is_refused(good: ApiMock, name: str) -> None:
    good.fault(name)

    with pytest.raises(exceptions.SSLError):
        ask()


@pytest.mark.parametrize("name", ["tls_expired", "tls_self_signed", "tls_wrong_host"])
def test_a_client_that_trusts_everybody_does_not_notice(good: ApiMock, name: str) -> None:
    good.fault(name)

    got = ask(verify=False)

    assert got.json() == PARCEL


def test_no_answer_comes_in_time(good: ApiMock) -> None:
    good.fault("read_timeout")

    with pytest.raises(exceptions.ReadTimeout):
        ask()


def test_the_connection_is_reset_before_the_answer(good: ApiMock) -> None:
    good.fault("reset_before_headers")

    with pytest.raises(exceptions.ConnectionError) as raised:
        ask()

    [cause] = raised.value.args
    assert isinstance(cause, ProtocolError)
    assert cause.args[0] == "Connection aborted."
    assert isinstance(cause.args[1], ConnectionResetError)


@pytest.mark.parametrize(
    ("name", "error", "cause"),
    [
        ("reset_mid_body", exceptions.ChunkedEncodingError, ProtocolError),
        ("body_short", exceptions.ChunkedEncodingError, ProtocolError),
        ("body_drips", exceptions.ConnectionError, ReadTimeoutError),
    ],
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_the_body_breaks_off(
    good: ApiMock, name: str, error: type[Exception], cause: type[Exception], *, stream: bool
) -> None:
    good.fault(name)

    with pytest.raises(exceptions.RequestException) as raised:
        ask(stream=stream).content  # noqa: B018 - reading it is what fails

    assert type(raised.value) is error
    assert type(raised.value.args[0]) is cause


@pytest.mark.parametrize("name", ["reset_mid_body", "body_short", "body_drips"])
def test_a_streamed_answer_begins_well(good: ApiMock, name: str) -> None:
    good.fault(name)
    got = ask(stream=True)
    seen = bytearray()

    with pytest.raises(exceptions.RequestException):
        seen.extend(byte for chunk in got.iter_content(1) for byte in chunk)

    assert got.status_code == 200


def test_what_came_before_the_break_was_delivered(good: ApiMock) -> None:
    good.fault("reset_mid_body")
    chunks = ask(stream=True).iter_content(4)

    first = next(chunks)

    assert first == b'{"id'


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("connect_timeout", 3), ("read_timeout", 5), ("body_drips", 0.1 + 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 5)],
)
def test_virtual_time_passes_where_a_client_waits(
    good: ApiMock, clock: VirtualClock, name: str, seconds: float
) -> None:
    good.fault(name)

    with pytest.raises(exceptions.RequestException):
        ask()

    assert clock.elapsed == pytest.approx(seconds)


def test_a_client_of_great_patience_sees_the_drops_end(good: ApiMock, clock: VirtualClock) -> None:
    good.fault("body_drips")

    with pytest.raises(exceptions.ChunkedEncodingError):
        ask(timeout=60)

    assert clock.elapsed == pytest.approx(sum(DRIP_PAUSES))


@responses.activate
def test_it_strikes_beside_a_mock_of_another_host(good: ApiMock) -> None:
    responses.get("https://elsewhere.example/", body="theirs")
    good.fault("connection_refused")

    with pytest.raises(exceptions.ConnectionError, match="Connection refused"):
        ask()

    assert requests.get("https://elsewhere.example/", timeout=5).text == "theirs"
    assert ask().json() == PARCEL


def test_a_clock_in_the_place_of_the_module_is_moved_on_too(parcels_without_clock: ApiMock) -> None:
    parcels_without_clock.fault("read_timeout")

    with VirtualClock() as clock, pytest.raises(exceptions.ReadTimeout):
        ask()

    assert clock.elapsed == 5


@pytest.fixture
def parcels_without_clock(parcels: ApiMock, dispatcher: Dispatcher) -> ApiMock:
    dispatcher.desk.clock = None
    return parcels


@pytest.mark.parametrize("name", ["connect_timeout", "read_timeout"])
def test_without_a_clock_nothing_waits_either(parcels_without_clock: ApiMock, name: str) -> None:
    parcels_without_clock.fault(name)

    # A real hour of waiting would be cut off by whoever runs this.
    with pytest.raises(exceptions.Timeout):
        ask(timeout=3600)


@pytest.mark.parametrize(
    ("name", "timeout", "said"),
    [
        ("connect_timeout", None, "no timeout to connect"),
        ("connect_timeout", (None, 5), "no timeout to connect"),
        ("read_timeout", None, "no timeout to read"),
        ("read_timeout", (3, None), "no timeout to read"),
        ("body_drips", (3, None), "no timeout to read"),
    ],
)
def test_a_client_that_would_wait_for_ever_is_told(
    good: ApiMock, dispatcher: Dispatcher, name: str, timeout: object, said: str
) -> None:
    good.fault(name)

    with pytest.raises(WouldHang, match=f"the fault {name} would hang this client: it set {said}") as raised:
        ask(timeout=timeout)

    assert dispatcher.desk.refused == (raised.value,)


def test_a_client_that_swallows_everything_still_does_not_hang(good: ApiMock, dispatcher: Dispatcher) -> None:
    good.fault("read_timeout")

    with pytest.raises(WouldHang):
        _swallow(lambda: ask(timeout=None))

    assert len(dispatcher.desk.refused) == 1


def _swallow(call: Callable[[], object]) -> None:
    with contextlib.suppress(Exception):
        call()


class Marked(HTTPAdapter):
    """An adapter of a team's own, with something on it that is not pickled."""

    def __init__(self, mark: str, **options: Any) -> None:
        super().__init__(**options)
        self.mark = mark

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        built = super().build_response(req, resp)
        built.headers["X-Mark"] = self.mark
        return built


def session(retries: Retry) -> requests.Session:
    made = requests.Session()
    made.mount("https://", Marked("ours", max_retries=retries))
    return made


@pytest.mark.parametrize(
    ("names", "retries"),
    [
        (["connection_refused", "dns_failure"], Retry(connect=2)),
        (["reset_before_headers"], Retry(read=1)),
        (["http_503", "http_503"], Retry(status=2, status_forcelist=[503])),
        (["connect_timeout", "http_503", "read_timeout"], Retry(total=3, status_forcelist=[503])),
    ],
    ids=["connect", "read", "status", "mixed"],
)
def test_the_retries_of_an_adapter_are_its_own(good: ApiMock, names: list[str], retries: Retry) -> None:
    good.fault(*names)

    with session(retries) as client:
        got = client.get(URL, timeout=5)

    assert (got.json(), got.headers["X-Mark"]) == (PARCEL, "ours")
    assert len(good.calls) == len(names) + 1


def test_they_end_as_they_would(good: ApiMock) -> None:
    good.fault("connection_refused", times=3)

    with session(Retry(connect=2)) as client, pytest.raises(exceptions.ConnectionError):
        client.get(URL, timeout=5)

    assert len(good.calls) == 3


def test_a_miss_after_a_fault_is_a_miss(parcels: ApiMock) -> None:
    parcels.fault("connection_refused")

    with session(Retry(5)) as client, pytest.raises(MockMiss, match="no mock answers"):
        client.get(URL, timeout=5)

    assert len(parcels.calls) == 1


@pytest.mark.parametrize(
    ("name", "least"), [("body_too_large", 16 * 2**20), ("gzip_bomb", 64 * 2**20), ("empty_body", 0)]
)
def test_a_body_of_any_size_is_delivered(good: ApiMock, name: str, least: int) -> None:
    good.fault(name)

    with ask(stream=True) as got:
        received = sum(len(chunk) for chunk in got.iter_content(2**20))

    assert least <= received < least + 1000 * bool(least) + 1


def test_a_client_may_stop_reading(good: ApiMock) -> None:
    good.fault("body_too_large")

    with ask(stream=True) as got:
        first = next(got.iter_content(1000))

    assert len(first) == 1000


def test_redirects_go_round_until_requests_has_enough(good: ApiMock) -> None:
    good.fault("redirect_loop")

    with pytest.raises(exceptions.TooManyRedirects):
        ask()

    assert {call.source.place for call in good.calls} == {"fault redirect_loop"}


def test_a_client_that_follows_none_sees_one(good: ApiMock) -> None:
    good.fault("redirect_loop")

    got = ask(allow_redirects=False)

    assert (got.status_code, got.headers["Location"]) == (302, "/v2/parcels/4?_troth_loop=1")


def test_the_marker_of_a_loop_means_nothing_without_one(good: ApiMock) -> None:
    good.fault("http_503")

    with pytest.raises(MockMiss):
        requests.delete(f"{SERVER}/elsewhere?_troth_loop=1", timeout=5)

    assert good.calls == []
    assert ask().status_code == 503


def test_a_head_has_no_body_to_break(parcels: ApiMock) -> None:
    parcels.api.operation("HEAD", "/parcels/{number}", name="peek", responses={200: Parcel})
    parcels.fault("body_short")

    got = requests.head(URL, timeout=5)

    assert (got.status_code, got.content) == (200, b"")


def test_the_request_may_have_a_body_that_is_sent_in_chunks(parcels: ApiMock) -> None:
    parcels.fault("reset_before_headers", "http_500")

    with session(Retry(read=1, allowed_methods=None)) as client:
        got = client.post(f"{SERVER}/parcels", data=iter([b"{", b"}"]), timeout=5)

    assert got.status_code == 500
    assert [call.request.body for call in parcels.calls] == [b"{}", b"{}"]


@pytest.mark.parametrize(
    ("name", "status", "truncated"),
    [
        ("read_timeout", 0, False),
        ("reset_mid_body", 200, True),
        ("http_503", 503, False),
        ("field_missing:$.paid", 200, False),
    ],
)
def test_a_struck_call_is_synthetic_and_says_by_what(
    good: ApiMock, name: str, status: int, *, truncated: bool
) -> None:
    good.fault(name)

    # troth: ignore[Q304] whether the call fails is told elsewhere; here it is only struck
    with contextlib.suppress(exceptions.RequestException):
        ask()

    [call] = good.calls
    assert (call.response.status, call.response.truncated) == (status, truncated)
    assert (call.source.kind, call.source.place) == (SourceKind.SYNTHETIC, f"fault {name}")


def test_nothing_of_a_fault_is_left_on_the_session(good: ApiMock) -> None:
    good.fault("connection_refused")
    adapter = HTTPAdapter()
    before = dict(vars(adapter))

    with requests.Session() as client:
        client.mount("https://", adapter)
        with pytest.raises(exceptions.ConnectionError):
            client.get(URL, timeout=5)

    assert vars(adapter) == before
    assert ask().json() == PARCEL


def test_a_fault_that_spoils_json_needs_some(parcels: ApiMock, dispatcher: Dispatcher) -> None:
    parcels.fault("malformed_json")

    with pytest.raises(NotAllowed, match="nothing on offer answers GET /parcels"):
        ask()

    assert len(dispatcher.desk.refused) == 1
