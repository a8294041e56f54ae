"""The bytes of a document: a file, or an address that was named."""

from __future__ import annotations

import gzip
import itertools
from pathlib import Path

import pytest

from tests.support.wire import answering
from troth.drift import fetch as module
from troth.drift.fetch import fetch, load
from troth.errors import BrokenFile, CouldNotCheck, UsageProblem


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine's own."""
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    monkeypatch.delenv("http_proxy", raising=False)


def reply(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def test_a_file_is_named_as_it_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("vendor.yaml").write_text("a: 1", encoding="utf-8")

    read = load("vendor.yaml")

    assert (read.name, read.value) == ("vendor.yaml", {"a": 1})


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="is no file"):
        load(str(tmp_path / "gone.yaml"))


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 3)
    monkeypatch.setattr("troth.drift.document.MAX_BYTES", 3)
    (tmp_path / "vendor.yaml").write_text("a: 12345", encoding="utf-8")

    with pytest.raises(BrokenFile, match="more than"):
        load(str(tmp_path / "vendor.yaml"))


def test_an_address_is_asked_once_and_without_credentials() -> None:
    with answering(reply("200 OK", b"a: 1")) as server:
        read = load(f"{server.url}/openapi.yaml")

    assert read.value == {"a": 1}
    assert [b"authorization" in asked.lower() for asked in server.requests] == [False]


def test_a_compressed_answer_is_unpacked() -> None:
    with answering(reply("200 OK", gzip.compress(b"a: 1"), "Content-Encoding: gzip")) as server:
        assert fetch(server.url) == b"a: 1"


def test_an_answer_that_unpacks_to_too_much_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 2**20)
    packed = gzip.compress(bytes(2**22))

    with (
        answering(reply("200 OK", packed, "Content-Encoding: gzip")) as server,
        pytest.raises(CouldNotCheck, match="answers with more than 1 MB"),
    ):
        fetch(server.url)


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    clock = itertools.chain([0.0], itertools.repeat(61.0))

    with (
        answering(reply("200 OK", b"a: 1")) as server,
        pytest.raises(CouldNotCheck, match="within 60 seconds"),
    ):
        fetch(server.url, clock=lambda: next(clock))


@pytest.mark.parametrize("status", ["404 Not Found", "204 No Content", "500 Internal Server Error"])
def test_another_status_is_no_document(status: str) -> None:
    with (
        answering(reply(status)) as server,
        pytest.raises(CouldNotCheck, match=f"answers {status[:3]}"),
    ):
        fetch(server.url)


def test_an_answer_that_breaks_off_is_no_document() -> None:
    cut = reply("200 OK", b"a: 1").replace(b"Content-Length: 4", b"Content-Length: 400")

    with answering(cut) as server, pytest.raises(CouldNotCheck):
        fetch(server.url)


def test_nobody_at_the_address_could_not_check() -> None:
    with answering(b"") as server:
        url = server.url

    with pytest.raises(CouldNotCheck):
        fetch(url)


def test_a_redirect_to_another_host_is_not_followed() -> None:
    with (
        answering(reply("200 OK", b"a: 1")) as other,
        answering(reply("302 Found", b"", f"Location: {other.url}/openapi.yaml")) as server,
        pytest.raises(CouldNotCheck, match="redirects to another host"),
    ):
        fetch(server.url)

    assert other.requests == []


def test_a_redirect_on_the_same_host_is_followed_a_few_times_only() -> None:
    with (
        answering(reply("302 Found", b"", "Location: /again")) as server,
        pytest.raises(CouldNotCheck, match="redirects more than 3 times"),
    ):
        fetch(f"{server.url}/first")

    assert [asked.split()[1] for asked in server.requests] == [b"/first", *[b"/again"] * 3]


@pytest.mark.parametrize("url", ["ftp://vendor.example/a", "file:///etc/passwd", "http:///a"])
def test_no_other_scheme_is_fetched(url: str) -> None:
    with pytest.raises(UsageProblem, match="cannot be fetched"):
        load(url)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageProblem) as caught:
        load("https://me:secret@vendor.example/a")

    assert "secret" not in str(caught.value)
