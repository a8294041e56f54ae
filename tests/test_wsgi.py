"""A WSGI application behind a function of requests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from troth.exchange import Headers, Request
from troth.wsgi import environ_of, wsgi_handler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def test_only_the_path_is_decoded() -> None:
    environ = environ_of(Request("GET", "http://127.0.0.1:81/caf%C3%A9/a%2Fb?q=%20x"))
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/caf\xc3\xa9/a/b", "q=%20x")


def test_the_raw_target_is_kept() -> None:
    environ = environ_of(Request("GET", "http://127.0.0.1:81/a%2Fb?q=%20x"))
    assert environ["RAW_URI"] == "/a%2Fb?q=%20x"


def test_headers_become_variables() -> None:
    headers = Headers.of(
        [("Content-Type", "a/b"), ("X-A", "1"), ("x-a", "2"), ("Cookie", "a=1"), ("Cookie", "b=2")]
    )

    environ = environ_of(Request("POST", "http://127.0.0.1/", headers, b"abc"))

    assert {
        name: environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_X_A", "HTTP_COOKIE")
    } == {
        "CONTENT_TYPE": "a/b",
        "CONTENT_LENGTH": "3",
        "HTTP_X_A": "1, 2",
        "HTTP_COOKIE": "a=1; b=2",
    }


def test_a_header_with_an_underscore_cannot_pass_for_another() -> None:
    environ = environ_of(Request("GET", "http://127.0.0.1/", Headers.of({"X_Auth": "forged"})))
    assert "HTTP_X_AUTH" not in environ


def test_the_response_keeps_repeated_headers_and_every_chunk() -> None:
    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("418 Teapot", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        yield environ["wsgi.input"].read()
        yield b"!"

    response = wsgi_handler(app)(Request("POST", "http://127.0.0.1/", Headers(), b"abc"))
    assert (response.status, response.headers.pairs, response.body) == (
        418,
        (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
        b"abc!",
    )
