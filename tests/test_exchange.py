"""The value that flows: headers, URLs, and bodies as their Content-Encoding says."""

from __future__ import annotations

import gzip
import zlib

import pytest

from troth.exchange import MAX_DECODED, Headers, Request, Response, UndecodableBody, decoded

TEXT = b'{"city": "Paris"}'


def test_headers_compare_names_without_case_and_keep_them() -> None:
    headers = Headers.of({"X-Request-ID": "7"})

    assert headers.get("x-request-id") == "7"
    assert "x-REQUEST-id" in headers
    assert list(headers) == [("X-Request-ID", "7")]


def test_repeated_headers_are_joined_in_order() -> None:
    headers = Headers.of([("Accept", "a"), ("Other", "x"), ("accept", "b")])

    assert headers.get("Accept") == "a, b"
    assert headers.all("accept") == ("a", "b")
    assert len(headers) == 3


def test_an_absent_header_is_none() -> None:
    assert Headers().get("Accept") is None
    assert "Accept" not in Headers()


def test_a_header_that_is_set_replaces_every_earlier_value() -> None:
    headers = Headers.of([("a", "1"), ("B", "2"), ("A", "3")])

    assert headers.with_("A", "4").pairs == (("B", "2"), ("A", "4"))


def test_headers_without_some_keep_the_others_in_order() -> None:
    headers = Headers.of([("a", "1"), ("B", "2"), ("c", "3")])

    assert headers.without("b", "C").pairs == (("a", "1"),)


def test_a_number_is_no_header_name() -> None:
    assert 7 not in Headers.of({"7": "x"})


def test_a_url_is_read_in_parts() -> None:
    request = Request("GET", "https://user:pw@weather.example:8443/v1/S%C3%A3o?units=metric&units=&q=a%26b")

    assert request.path == "/v1/S%C3%A3o"
    assert request.decoded_path == "/v1/São"
    assert request.origin == "https://weather.example:8443"
    assert request.query == (("units", "metric"), ("units", ""), ("q", "a&b"))


def test_a_url_without_a_path_asks_for_the_root() -> None:
    assert Request("GET", "https://weather.example").path == "/"


def zipped(body: bytes) -> bytes:
    """One gzip member; without a time, so that every process names its tests alike."""
    return gzip.compress(body, mtime=0)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param(None, TEXT, id="none"),
        pytest.param("identity", TEXT, id="identity"),
        pytest.param("gzip", zipped(TEXT), id="gzip"),
        pytest.param("X-GZIP", zipped(TEXT), id="x-gzip"),
        pytest.param("deflate", zlib.compress(TEXT), id="deflate"),
        pytest.param("deflate, gzip", zipped(zlib.compress(TEXT)), id="two codings"),
        pytest.param("gzip", zipped(TEXT[:5]) + zipped(TEXT[5:]) + b"\0\0", id="two members"),
        pytest.param("gzip", zipped(TEXT) + b"\0" * 8, id="padded"),
    ],
)
def test_a_body_is_decoded_as_its_content_encoding_says(encoding: str | None, body: bytes) -> None:
    assert decoded(body, encoding) == TEXT


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("gzip", TEXT, id="plain"),
        pytest.param("gzip", zipped(TEXT)[:-4], id="cut"),
        pytest.param("gzip", zipped(TEXT) + b"junk", id="more after its end"),
        pytest.param("deflate", zipped(TEXT), id="another coding"),
        pytest.param("br", TEXT, id="unknown coding"),
    ],
)
def test_a_body_that_is_not_what_its_encoding_says_is_an_error(encoding: str, body: bytes) -> None:
    with pytest.raises(UndecodableBody):
        decoded(body, encoding)


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory() -> None:
    bomb = gzip.compress(bytes(MAX_DECODED + 1), compresslevel=1, mtime=0)

    with pytest.raises(UndecodableBody, match="unpacks to more than"):
        decoded(bomb, "gzip")


def test_a_response_decodes_its_own_body() -> None:
    response = Response(200, Headers.of({"content-encoding": "gzip"}), zipped(TEXT))

    assert response.content == TEXT
