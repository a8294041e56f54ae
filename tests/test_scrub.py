"""Known texts are replaced inside texts that may be seen, in every form."""

from __future__ import annotations

import base64
import gzip
from urllib.parse import quote

import pytest

from troth.scrub import Scrubber

SECRET = "k3y/of+ada lovelace"
SCRUB = Scrubber({SECRET: "redacted-1"})


def _gzipped(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"says {SECRET}!", "says redacted-1!"),
        (f"says {quote(SECRET, safe='')}!", "says redacted-1!"),
        ("says k3y%2fof%2Bada%20l%6Fvelace!", "says redacted-1!"),
        (f"says {SECRET.encode().hex()}!", f"says {b'redacted-1'.hex()}!"),
        (base64.b64encode(f"u:{SECRET}:v".encode()).decode(), base64.b64encode(b"u:redacted-1:v").decode()),
        (_gzipped(f"u {SECRET} v"), _gzipped("u redacted-1 v")),
        ("nothing to hide", "nothing to hide"),
        ("", ""),
    ],
)
def test_replaces_each_form_in_kind(before: str, after: str) -> None:
    assert SCRUB.text(before) == after


def test_base64_in_lines_stays_in_lines() -> None:
    wrapped = base64.encodebytes(b"x" * 60 + SECRET.encode() + b"y" * 60).decode()

    scrubbed = SCRUB.text(wrapped)

    assert base64.b64decode(scrubbed) == b"x" * 60 + b"redacted-1" + b"y" * 60
    assert max(map(len, scrubbed.splitlines())) == 76


def test_base64_that_was_cut_keeps_nothing_of_the_secret() -> None:
    cut = base64.b64encode(b"user:" + SECRET.encode() + b":more").decode()[:-3]

    assert SECRET.encode() not in base64.b64decode(SCRUB.text(cut) + "====")


def test_a_text_that_stands_for_itself_changes_nothing() -> None:
    encoded = base64.b64encode(b"u:redacted-1:v").decode()

    assert Scrubber({"redacted-1": "redacted-1"}).text(encoded) == encoded
