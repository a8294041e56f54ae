"""URLs of one side in the place of those of another."""

from __future__ import annotations

import gzip
import zlib
from types import ModuleType

import pytest

from troth.exchange import Headers
from troth.rewrite import UrlMap, changed_body, changed_headers

MAP = UrlMap(
    {"http://127.0.0.1:80": "https://shop.example/api", "https://up.example": "http://127.0.0.1:9/n.1"}
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://127.0.0.1:80/x", "https://shop.example/api/x"),
        ('"http:\\/\\/127.0.0.1:80\\/x"', '"https:\\/\\/shop.example\\/api\\/x"'),
        ("u=http%3A%2F%2F127.0.0.1%3A80%2Fx", "u=https%3A%2F%2Fshop.example%2Fapi%2Fx"),
        ("see http://127.0.0.1:80.", "see https://shop.example/api."),
        ("https://up.example?q=1 http://127.0.0.1:80", "http://127.0.0.1:9/n.1?q=1 https://shop.example/api"),
    ],
)
def test_a_prefix_is_replaced_in_its_own_spelling(text: str, expected: str) -> None:
    assert MAP.text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8080/x",
        "https://up.example.org/",
        "https://up.example:8443/",
        "https://up.example-two/",
        "https://up.example@evil.example/",
        "https%3A%2F%2Fup.example%3A8443",
        "http://127.0.0.1",
    ],
)
def test_the_beginning_of_another_origin_is_left_alone(text: str) -> None:
    assert MAP.text(text) == text


def test_bytes_that_are_no_text_pass() -> None:
    assert MAP(b"\xff\x00https://up.example/\xfe") == b"\xff\x00http://127.0.0.1:9/n.1/\xfe"


def test_an_empty_map_changes_nothing() -> None:
    assert UrlMap({"https://a.example": "https://a.example"})(b"https://a.example") == b"https://a.example"


def test_headers_keep_their_order_and_bytes() -> None:
    headers = Headers((("Location", "https://up.example/1"), ("X-A", "caf\xe9"), ("Location", "/2")))
    assert changed_headers(headers, MAP).pairs == (
        ("Location", "http://127.0.0.1:9/n.1/1"),
        ("X-A", "caf\xe9"),
        ("Location", "/2"),
    )


def test_a_compressed_body_without_a_change_keeps_its_bytes() -> None:
    body = gzip.compress(b"nothing", compresslevel=1)
    assert changed_body(body, "gzip", MAP) is body


@pytest.mark.parametrize(("encoding", "module"), [("gzip", gzip), ("deflate", zlib)], ids=["gzip", "deflate"])
def test_a_compressed_body_is_changed_inside(encoding: str, module: ModuleType) -> None:
    changed = changed_body(module.compress(b"https://up.example/"), encoding, MAP)

    assert module.decompress(changed) == b"http://127.0.0.1:9/n.1/"


def test_a_body_that_cannot_be_decoded_is_changed_as_it_stands() -> None:
    assert changed_body(b"https://up.example/", "br", MAP) == b"http://127.0.0.1:9/n.1/"
