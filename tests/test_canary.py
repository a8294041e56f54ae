"""Known secrets are found in every form."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from troth.canary import leaks

SECRET = 's3cr3t/pass+word?"ü'
KNOWN = {"the key": SECRET}

FORMS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda raw: raw,
    "json": lambda raw: json.dumps(raw.decode()).encode(),
    "json with raw letters": lambda raw: json.dumps(raw.decode(), ensure_ascii=False).encode(),
    "percent": lambda raw: quote(raw.decode(), safe="").encode(),
    "percent in a path": lambda raw: quote(raw.decode()).encode(),
    "percent in mixed case": lambda raw: quote(raw.decode(), safe="").replace("%2F", "%2f").encode(),
    "percent where none is needed": lambda raw: b"".join(b"%%%02x" % byte for byte in raw),
    "form": lambda raw: quote_plus(raw.decode()).encode(),
    "hex": lambda raw: raw.hex().encode(),
    "base64": base64.b64encode,
    "base64 after one byte": lambda raw: base64.b64encode(b"u" + raw),
    "base64 after two bytes": lambda raw: base64.b64encode(b"u:" + raw),
    "url-safe base64": lambda raw: base64.urlsafe_b64encode(b"u" + raw),
    "base64 in lines": lambda raw: base64.encodebytes(b"x" * 50 + raw),
    "base64 twice": lambda raw: base64.b64encode(base64.b64encode(b"user:" + raw + b":more")),
    "gzip": lambda raw: gzip.compress(raw, mtime=0),
    "gzip in base64": lambda raw: base64.b64encode(gzip.compress(raw, mtime=0)),
    "base64 in gzip": lambda raw: gzip.compress(base64.b64encode(raw), mtime=0),
}


@pytest.mark.parametrize("form", FORMS)
def test_finds_a_secret_in_each_form(form: str) -> None:
    content = b"before " + FORMS[form](SECRET.encode()) + b" after"

    assert leaks(content, KNOWN) == ("the key",)


def test_finds_nothing_in_a_text_without_the_secret() -> None:
    content = b"before " + base64.b64encode(gzip.compress(b"something else", mtime=0)) + b" after"

    assert leaks(content, KNOWN) == ()


def test_an_empty_secret_is_no_secret() -> None:
    assert leaks("anything", {"unset": ""}) == ()


def test_gzip_that_ends_early_is_still_looked_into() -> None:
    content = gzip.compress(SECRET.encode() * 50, mtime=0)[:-8]

    assert leaks(content, KNOWN) == ("the key",)
