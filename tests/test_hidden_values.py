"""Values that a recording hides and whose checksums and parts have to stay in agreement."""

from __future__ import annotations

import json
import zlib
from typing import Annotated

import pytest

from troth.api import Api
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Checksum, Parts, Payload, Safe
from troth.jsontext import Json
from troth.judge import judge_body
from troth.redact import Redacted, redact

SECRET, SHELF = "a-plain-secret", "north-shelf"


def crc(value: Json) -> str | None:
    return str(zlib.crc32(value.encode())) if isinstance(value, str) else None


class Note(Payload, source="assumed"):
    text: str
    sum: Annotated[str, Checksum("text", crc)]
    place: Annotated[str, Parts(r"houses/([^/]+)/shelves/([^/]+)(?:/boxes/\d+)?")] = ""
    number: Safe[int] = 0


API = Api("notes", server="https://notes.example")
API.post("/notes", name="write", source="assumed", body=Note, responses={200: Note})


def exchange(asked: dict[str, Json], answered: dict[str, Json]) -> Exchange:
    headers = Headers.of({"Content-Type": "application/json"})
    request = Request("POST", "https://notes.example/notes", headers, json.dumps(asked).encode())
    return Exchange(request, Response(200, headers, json.dumps(answered).encode()))


def note(text: str = SECRET, **changes: Json) -> dict[str, Json]:
    return {"text": text, "sum": crc(text), **changes}


def asked(found: Redacted) -> dict[str, str]:
    document: dict[str, str] = json.loads(found.exchanges[0].request.body)
    return document


def answered(found: Redacted) -> dict[str, str]:
    document: dict[str, str] = json.loads(found.exchanges[0].response.body)
    return document


def test_a_checksum_that_holds_passes() -> None:
    assert judge_body(Note, json.dumps(note()).encode())[1] == ()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(note(sum="1"), id="another number"),
        pytest.param(note("other", sum=crc(SECRET)), id="another text"),
    ],
)
def test_a_checksum_that_does_not_hold_is_named_by_its_path(wrong: dict[str, Json]) -> None:
    _, problems = judge_body(Note, json.dumps(wrong).encode())

    assert [(each.path, each.rule) for each in problems] == [("$.sum", "field-invalid")]


def test_a_checksum_is_not_compared_with_what_is_wrong_itself() -> None:
    _, problems = judge_body(Note, json.dumps({"text": 1, "sum": "1"}).encode())

    assert [each.path for each in problems] == ["$.text"]


def test_a_hidden_value_gets_the_checksum_of_what_stands_for_it() -> None:
    found = redact(API, [exchange(note(), note())])

    assert asked(found) == answered(found) == note("redacted-1")


def test_the_checksum_of_a_hidden_value_is_hidden() -> None:
    found = redact(API, [exchange(note(), note())])

    assert str(crc(SECRET)) not in str(found.exchanges)


def test_a_checksum_that_did_not_hold_does_not_hold_afterwards() -> None:
    found = redact(API, [exchange(note(sum="77"), note())], judged=False)

    assert asked(found)["text"] == "redacted-1"
    assert asked(found)["sum"] not in ("77", crc("redacted-1"))


def test_checksums_are_redacted_once() -> None:
    once = redact(API, [exchange(note(), note())])

    assert redact(API, once.exchanges).exchanges == once.exchanges


def test_each_part_of_a_name_is_hidden_by_itself() -> None:
    place = f"houses/h/shelves/{SHELF}"

    found = redact(API, [exchange(note(place=place), note(place=f"{place}/boxes/7"))])

    assert asked(found)["place"] == "houses/redacted-3/shelves/redacted-4"
    assert answered(found)["place"] == "houses/redacted-3/shelves/redacted-4/boxes/7"


def test_a_text_of_another_form_is_hidden_whole() -> None:
    found = redact(API, [exchange(note(place=f"on {SHELF}"), note())])

    assert asked(found)["place"] == "redacted-3"


def test_a_part_that_stands_alone_is_the_same() -> None:
    sent = note(SHELF, place=f"houses/h/shelves/{SHELF}")

    found = redact(API, [exchange(sent, note())])

    assert asked(found)["place"].rpartition("/")[2] == asked(found)["text"]
