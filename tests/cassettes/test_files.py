"""A cassette is written whole or not at all, and reads back as what it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from tests.cassettes.stage import WHEN, call, cassette, polled, started
from troth.cassettes.model import Provenance
from troth.cassettes.read import EditedByHand, load, parse
from troth.cassettes.write import dump, save
from troth.exchange import Exchange, Headers, Request, Response, SourceKind

TRICKY = (
    "it's \"quoted\" and 'single'",
    "two\nlines\r\nand\ttabs",
    "  spaces at both ends  ",
    "ünïcode 漢字 🙂 \u2028 \u0085 \ufeff \x7f \x00",
    "#: {} [] , & * ! | > % @ `",
    "- request:",
    "null",
    "",
    "a" * 5000,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassettes" / "jobs" / "a_job_is_done.yaml"


def _text(body: str) -> Exchange:
    return call("GET", "/version", 200, body.encode())


def test_reads_back_what_was_written(path: Path) -> None:
    written = save(cassette(path, [started(), polled()], values={"box": "b-1"}, noise=("1 response $.took",)))

    assert load(path) == written


@pytest.mark.parametrize("text", TRICKY)
def test_any_text_survives(path: Path, text: str) -> None:
    save(cassette(path, [_text(text)], values={"text": text}))

    read = load(path)

    assert (read.exchanges[0].response.body.decode(), read.provenance.values["text"]) == (text, text)


@pytest.mark.parametrize("text", TRICKY)
def test_any_text_is_the_same_to_a_full_parser(path: Path, text: str) -> None:
    save(cassette(path, [_text(text)]))

    read = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)

    assert read["interactions"][0]["response"]["body"]["string"] == text


def test_bytes_survive_the_file(path: Path) -> None:
    save(cassette(path, [call("GET", "/version", 200, b"\xff\x00\xfe")]))

    assert load(path).exchanges[0].response.body == b"\xff\x00\xfe"
    assert b"!!binary" in path.read_bytes()


def test_repeated_and_odd_headers_survive(path: Path) -> None:
    pairs = (("Set-Cookie", "a=1"), ("set-cookie", "b=2"), ("yes", "1"), ("X Y", "2"), ("", "3"))
    exchange = Exchange(Request("GET", "https://jobs.example/api/version"), Response(200, Headers(pairs)))

    save(cassette(path, [exchange]))

    assert load(path).exchanges[0].response.headers.pairs == (
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        *pairs[2:],
    )


def test_a_status_without_a_name_survives(path: Path) -> None:
    save(cassette(path, [call("GET", "/version", 599, b"")]))

    assert load(path).exchanges[0].response.status == 599


def test_the_same_recording_is_the_same_file(path: Path) -> None:
    assert dump(cassette(path, [started(), polled()]).sealed()) == dump(
        cassette(path, [started(), polled()]).sealed()
    )


def test_an_exchange_knows_its_place_and_kind(path: Path) -> None:
    save(cassette(path, [started(), polled()], simulated=False))

    source = load(path).exchanges[1].source

    assert (source.kind, source.place) == (SourceKind.RECORDED, "cassettes/jobs/a_job_is_done.yaml#2")


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(cassette(path, [started()]))
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(cassette(path, [started(), polled()]))

    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_new_cassette_can_be_read_by_others(path: Path) -> None:
    save(cassette(path, [started()]))

    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'Created'", "'Created'   "),
        ('"count"', '"amount"'),
        ("simulated: true", "simulated: false"),
        ("2026-03-01", "2026-04-01"),
        ("code: 201", "code: 202"),
        ("jobs.example/api/jobs'", "jobs.example/api/jobs?page=1'"),
        ("'*/*'", "'text/html'"),
    ],
)
def test_a_digest_covers_content_and_provenance(path: Path, old: str, new: str) -> None:
    save(cassette(path, [started(), polled()]))
    text = path.read_text(encoding="utf-8")

    edited = parse(text.replace(old, new), path)

    assert old in text
    assert edited.edited is (new.strip() != old)


def test_a_cassette_that_was_edited_by_hand_is_refused(path: Path) -> None:
    save(cassette(path, [started()]))
    path.write_text(path.read_text(encoding="utf-8").replace("count", "amount"), encoding="utf-8")

    with pytest.raises(
        EditedByHand, match=r"a_job_is_done\.yaml.*edited by hand\n.*troth record jobs \"a job is done\""
    ):
        load(path)


def test_a_cassette_in_another_layout_is_the_same_cassette(path: Path) -> None:
    written = save(cassette(path, [started(), polled()]))
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)

    assert parse(yaml.safe_dump(document, sort_keys=True), path) == written


def test_ages_and_kinds_come_from_content() -> None:
    made = Provenance(api="a", scenario="s", recorded_at=WHEN, simulated=True, provider="p", troth="1")

    assert (made.kind, made.recorded_at) == (SourceKind.SIMULATED, WHEN)
