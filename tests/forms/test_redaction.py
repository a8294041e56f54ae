"""What of a form is written: texts by the contract, files by nothing but their type."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
import vcr  # type: ignore[import-untyped]

from tests.forms.stage import KEY, LETTER, PNG, URL, Card, File, Letter, Parts, changed, post_api, raw, sent
from troth.canary import leaks
from troth.cassettes.check import unredacted
from troth.cassettes.meaning import changes
from troth.cassettes.model import Cassette, Provenance
from troth.cassettes.read import load, placed
from troth.cassettes.write import save
from troth.exchange import Exchange
from troth.multipart import Part, body_document, form_of
from troth.redact import redact

CARDS = URL.replace("letters", "cards")
LONG = "письмо без конца ".encode() * 200


def shown(exchange: Exchange) -> Exchange:
    """What may be written of an exchange."""
    return redact(post_api(), [exchange]).exchanges[0]


def test_texts_are_hidden_by_the_contract_and_files_whole() -> None:
    document = body_document(shown(sent(LETTER)).request, Letter)

    assert document == {
        "key": "00000000-0000-4000-8000-000000000001",
        "x-secret": "redacted-2",
        "kind": "air",
        "title": "Привет",
        "file": {"filename": "redacted-3", "content_type": "image/png", "content": "redacted-4"},
    }


@pytest.mark.parametrize("content", [PNG, LONG, "тайна".encode()], ids=["binary", "long", "short"])
def test_the_content_of_a_file_becomes_a_short_text(content: bytes) -> None:
    request = shown(sent(changed("file", ("a.png", content, "image/png")))).request

    assert form_of(request).parts[-1] == Part("file", b"redacted-4", "redacted-3", "image/png")


@pytest.mark.parametrize("content", [PNG, LONG, b"", b"\x00" * 2000])
def test_a_safe_file_stays_as_it_is(content: bytes) -> None:
    file: File = ("открытка.png", content, "image/png")

    request = shown(sent([("picture", file)], url=CARDS)).request

    assert form_of(request).parts == (Part("picture", content, "открытка.png", "image/png"),)


def test_a_secret_of_another_place_is_hidden_in_a_safe_file_as_well() -> None:
    told = b"\xff long " * 200 + b"signed: s3cr3t-of-ada"
    exchanges = [sent(LETTER), sent([("picture", ("a.bin", told, "image/png"))], url=CARDS)]

    request = redact(post_api(), exchanges).exchanges[1].request

    assert form_of(request).parts[0].content == told.replace(b"s3cr3t-of-ada", b"redacted-2")


def test_a_file_that_is_hidden_in_one_place_is_hidden_in_another() -> None:
    exchanges = [sent(LETTER), sent([("picture", ("a.png", PNG, "image/png"))], url=CARDS)]

    request = redact(post_api(), exchanges).exchanges[1].request

    assert form_of(request).parts[0].content == b"redacted-4"


def test_an_undeclared_part_is_hidden() -> None:
    more: Parts = (("more", "open"), ("odd", ("x.exe", b"MZ", "application/x")), *LETTER)

    document = body_document(shown(sent(more)).request, Letter)

    assert isinstance(document, dict)
    assert document["more"] == "redacted-1"
    assert document["odd"] == {"filename": "redacted", "content": "redacted"}


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=abc123", "multipart/form-data"])
def test_a_body_that_is_no_form_stays_one_that_is_none(content_type: str) -> None:
    exchange = raw(b"--abc123 s3cr3t-of-ada", content_type, status=400)

    request = shown(exchange).request

    assert request.body == b"redacted"
    assert request.headers.get("Content-Type") == content_type.replace("abc123", "troth-boundary")


def test_two_recordings_of_one_form_are_the_same() -> None:
    one, other = (shown(sent(LETTER, boundary=boundary)) for boundary in ("abc123", "x" * 30))

    assert one == other


def test_what_was_redacted_stays_as_it_is() -> None:
    once = shown(sent(LETTER))

    assert shown(once) == once


def test_a_redacted_form_holds() -> None:
    assert post_api().judge(shown(sent(LETTER))) == ()


def cassette(path: Path, *exchanges: Exchange) -> Cassette:
    said = Provenance.model_validate(
        {
            "api": "post",
            "scenario": "a letter is sent",
            "recorded_at": "2026-03-01T12:00:00Z",
            "simulated": True,
            "provider": "post-fake 1",
            "troth": "0.1.0",
        }
    )
    file = path / "cassettes" / "post" / "a_letter_is_sent.yaml"
    return save(Cassette(file, said, placed(exchanges, said, file)))


def test_a_cassette_keeps_texts_and_bytes(tmp_path: Path) -> None:
    card = sent([("picture", ("a.png", PNG + b"2", "image/png"))], url=CARDS)

    written = cassette(tmp_path, *redact(post_api(), [sent(LETTER), card]).exchanges)
    read = load(written.path).exchanges

    assert [each.request for each in read] == [each.request for each in written.exchanges]
    assert form_of(read[1].request).parts[0].content == PNG + b"2"
    assert leaks(written.path.read_bytes(), {"secret": "s3cr3t-of-ada", "key": KEY.replace("1", "7")}) == ()


def test_a_form_that_was_not_redacted_is_found(tmp_path: Path) -> None:
    seen = cassette(tmp_path, sent(LETTER))

    found = [part for _, part in unredacted(post_api(), seen)]

    assert found == ["request body", "request headers"]


def test_vcrpy_replays_a_form(tmp_path: Path) -> None:
    written = cassette(tmp_path, shown(sent(LETTER)))
    request = written.exchanges[0].request

    with vcr.use_cassette(
        str(written.path), record_mode="none", match_on=["method", "uri", "body"]
    ) as played:
        status = requests.post(URL, data=request.body, headers=dict(request.headers), timeout=5).status_code

    assert (status, played.play_count) == (201, 1)


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (LETTER, []),
        (changed("x-secret", "another"), []),
        (changed("file", ("b.png", b"other", "image/png")), []),
        (changed("title", "Пока"), ["1 request $.title"]),
        (changed("kind", "sea"), ["1 request $.kind"]),
        (changed("file", ("b.gif", PNG, "image/gif")), ["1 request $.file.content_type"]),
        (LETTER[1:], ["1 request $.key"]),
    ],
)
def test_a_change_in_meaning_is_told_part_by_part(parts: Parts, found: list[str]) -> None:
    old, new = shown(sent(LETTER)), shown(sent(parts, boundary="another", status=201))

    assert [change.place for change in changes(post_api(), [old], [new])] == found


def test_a_card_is_declared_safe() -> None:
    assert body_document(shown(sent([("picture", ("a", b"b", "c/d"))], url=CARDS)).request, Card) == {
        "picture": {"filename": "a", "content_type": "c/d", "content": "b"}
    }
