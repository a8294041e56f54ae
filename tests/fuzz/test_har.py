"""What a run sent is written as an HTTP Archive, and nothing secret with it."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest

from tests.fuzz.stage import fuzzed
from tests.pacts.library import library_api
from tests.support.workspaces import Team
from troth.canary import leaks
from troth.errors import UsageProblem
from troth.exchange import Exchange, Headers, Request, Response
from troth.fuzz import Budget, Choice, Service
from troth.fuzz.case import Failure, Sent
from troth.fuzz.har import refuse_unwritable, write_har

CARD = "card-4711-of-ada"
READER = "Ada Lovelace, 12 St James"
LOAN = "0f8fad5b-d9cb-469f-a165-70867728950e"
PHONE = "+44 20 7946 0958"
SECRETS = {"card": CARD, "reader": READER, "loan": LOAN, "phone": PHONE}
JSON = {"Content-Type": "application/json"}
SERVICE = Service(
    place="in process", version="library 1", secrets={"valid": CARD}, url="http://127.0.0.1:81/api"
)
REQUIRED: Mapping[str, Sequence[str]] = {
    "entry": ("startedDateTime", "time", "request", "response", "cache", "timings"),
    "request": (
        "method",
        "url",
        "httpVersion",
        "cookies",
        "headers",
        "queryString",
        "headersSize",
        "bodySize",
    ),
    "response": (
        *("status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL"),
        *("headersSize", "bodySize"),
    ),
    "content": ("size", "mimeType"),
    "timings": ("send", "wait", "receive"),
    "postData": ("mimeType",),
}
"""What HAR 1.2 asks for."""


def sent(
    method: str,
    path: str,
    status: int = 200,
    *,
    asked: bytes = b"",
    came: bytes = b"",
    headers: Mapping[str, str] | None = None,
    answered: Mapping[str, str] | None = None,
    at: float = 0.0,
) -> Sent:
    """One request at ``SERVICE``, with the card, and its answer."""
    named = {"X-Card": CARD, **(JSON if asked else {}), **(headers or {})}
    request = Request(method, f"{SERVICE.url}{path}", Headers.of(named), asked)
    response = Response(status, Headers.of({**JSON, **(answered or {})}), came)
    exchange = Exchange(request, response, seconds=0.25)
    return Sent(f"{method} /template", "fuzzing", "a card is valid", positive=True, exchange=exchange, at=at)


def book(title: str, reader: str = READER) -> bytes:
    """Books of a shelf; who reads them is nobody's business."""
    return json.dumps([{"shelf": 7, "title": title, "reader": reader}]).encode()


def written(folder: Path, *exchanges: Sent) -> dict[str, Any]:
    """The log of the archive of ``exchanges``."""
    path = folder / "run.har"
    write_har(path, library_api(), SERVICE, exchanges, version="1.2.3")
    return cast(dict[str, Any], json.loads(path.read_text("utf-8"))["log"])


READ = sent("GET", "/shelves/7", came=book("Momo"))
"""An answer from which it is known who reads what."""

PLACES = {
    "a header of the request": sent("GET", "/shelves/7", came=b"[]", headers={"X-Note": READER}),
    "a header of the answer": sent("GET", "/shelves/7", came=b"[]", answered={"Set-Cookie": f"a={READER}"}),
    "the credential": sent("GET", "/shelves/7", came=b"[]"),
    "the credential elsewhere": sent("GET", "/shelves/7", came=book(f"the card {CARD}")),
    "the credential in Basic": sent(
        "GET", "/shelves/7", headers={"Accept": base64.b64encode(CARD.encode()).decode()}
    ),
    "the query": sent("GET", f"/loans?ids={LOAN}", came=b"[]"),
    "the name of a parameter": sent("GET", f"/loans?{CARD}=1&ids={LOAN}", came=b"[]"),
    "the path": sent("GET", f"/loans/{LOAN}", 404),
    "a body that was sent": sent("POST", "/loans", 201, asked=book("Momo")[1:-1]),
    "a body that is no JSON": sent("POST", "/loans", 400, asked=f"<{READER}".encode()),
    "a body": READ,
    "a body of a status that nobody declared": sent("GET", "/shelves/7", 418, came=book("Momo")),
    "a text that may be seen": sent("GET", "/shelves/7", came=book(f"read by {READER}", "somebody")),
    "base64 in such a text": sent(
        "GET", "/shelves/7", came=book(base64.b64encode(f"by {READER}!".encode()).decode(), "somebody")
    ),
    "gzip in such a text": sent(
        "GET", "/shelves/7", came=book(base64.b64encode(gzip.compress(READER.encode())).decode(), "somebody")
    ),
    "a packed body": sent(
        "GET", "/shelves/7", came=gzip.compress(book("Momo")), answered={"Content-Encoding": "gzip"}
    ),
    "an operation that nobody declared": sent(
        "PUT",
        f"/loans/{LOAN}/{PHONE.replace(' ', '%20')}?phone={PHONE}",
        came=book(PHONE),
        asked=PHONE.encode(),
        headers={"Accept": PHONE},
        answered={"Retry-After": PHONE},
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_written(tmp_path: Path, place: str) -> None:
    written(tmp_path, READ, PLACES[place])

    assert leaks((tmp_path / "run.har").read_bytes(), SECRETS) == ()


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_that_were_written_would_be_found(place: str) -> None:
    exchange = PLACES[place].exchange

    found = leaks(repr(exchange).encode() + exchange.response.content, SECRETS)

    assert found != ()


def test_a_credential_is_shown_as_its_variable(tmp_path: Path) -> None:
    [entry] = written(tmp_path, READ)["entries"]

    assert {"name": "X-Card", "value": "$LIBRARY_CARD"} in entry["request"]["headers"]


def test_what_may_be_seen_is_seen(tmp_path: Path) -> None:
    [entry] = written(tmp_path, READ)["entries"]

    assert json.loads(entry["response"]["content"]["text"]) == [
        {"shelf": 7, "title": "Momo", "reader": "redacted-1"}
    ]
    assert entry["request"]["url"] == "http://127.0.0.1:81/api/shelves/7"


def test_the_same_value_is_replaced_by_the_same(tmp_path: Path) -> None:
    first, second = written(tmp_path, READ, READ)["entries"]

    assert first["response"]["content"]["text"] == second["response"]["content"]["text"]


def test_of_what_nobody_declared_only_method_and_shape_are_seen(tmp_path: Path) -> None:
    [entry] = written(tmp_path, PLACES["an operation that nobody declared"])["entries"]

    assert entry["request"]["method"] == "PUT"
    assert entry["request"]["url"] == "http://127.0.0.1:81/api/loans/redacted/redacted"
    assert (entry["response"]["status"], entry["response"]["headers"]) == (200, [])


def test_every_field_of_har_is_there(tmp_path: Path) -> None:
    log = written(tmp_path, READ, PLACES["a body that was sent"])

    assert (log["version"], log["creator"]["name"], log["creator"]["version"]) == ("1.2", "troth", "1.2.3")
    assert lacking(log["entries"]) == []


def test_a_field_that_is_lacking_would_be_seen() -> None:
    assert lacking([{"request": {"postData": {}}}])[:2] == ["entry.startedDateTime", "entry.time"]


def test_an_entry_says_when_and_how_long(tmp_path: Path) -> None:
    [entry] = written(tmp_path, sent("GET", "/shelves/7", came=b"[]", at=1_777_896_000.5))["entries"]

    assert datetime.fromisoformat(entry["startedDateTime"]).timestamp() == 1_777_896_000.5
    assert (entry["time"], entry["timings"]["wait"]) == (250, 250)


def test_entries_stand_in_the_order_in_which_they_were_sent(tmp_path: Path) -> None:
    later, earlier = sent("GET", "/shelves/8", came=b"[]", at=2), sent("GET", "/shelves/9", came=b"[]", at=1)

    first, second = written(tmp_path, later, earlier)["entries"]

    assert (first["request"]["url"][-1], second["request"]["url"][-1]) == ("9", "8")


def test_what_stands_for_a_value_does_not_depend_on_times(tmp_path: Path) -> None:
    first, second = (sent("GET", "/shelves/7", came=book("Momo", name)) for name in ("Ada", "Grace"))

    same = [texts(written(tmp_path, replace(first, at=one), replace(second, at=3 - one))) for one in (1, 2)]

    assert same[0] == same[1]


def test_a_comment_says_what_failed_but_not_with_what(tmp_path: Path) -> None:
    failure = Failure("not_a_server_error", "Server error", message=f"500 for {READER}")
    label, failures = "GET /shelves/{shelf}", (failure, failure)
    failed = Sent(label, "coverage", "", positive=False, exchange=READ.exchange, failures=failures)

    [entry] = written(tmp_path, failed)["entries"]

    assert entry["comment"] == (
        "GET /shelves/{shelf}, coverage, wrong on purpose; failed not_a_server_error: Server error"
    )


def test_a_body_that_is_no_text_is_base64(tmp_path: Path) -> None:
    raw = sent("GET", "/motto", came=b"Caf\xe9", answered={"Content-Type": "text/plain"})

    [entry] = written(tmp_path, raw)["entries"]

    assert entry["response"]["content"]["text"] == "redacted"


def test_what_was_there_stays_if_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.har"
    path.write_text("before")
    monkeypatch.setattr("troth.fuzz.har._add", raising)

    with pytest.raises(RuntimeError):
        write_har(path, library_api(), SERVICE, [READ], version="1")

    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("run.har", "before")]


@pytest.mark.parametrize("name", ["", "nowhere/run.har"])
def test_a_place_where_nothing_can_be_written_is_refused_before_the_run(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageProblem, match="nothing can be written there"):
        refuse_unwritable(tmp_path / name)


def test_every_exchange_of_a_run_is_written(notes_team: Team, tmp_path: Path) -> None:
    ran = fuzzed(notes_team, defects="cookie,type", choice=Choice(budget=Budget(seed=1, max_examples=3)))
    path = tmp_path / "run.har"

    write_har(path, notes_team.workspace().api("notes"), ran.service, ran.sent, version="1")

    entries = json.loads(path.read_text("utf-8"))["log"]["entries"]
    assert len(entries) == len(ran.sent)
    assert lacking(entries) == []
    assert sum("failed response_schema_conformance" in each["comment"] for each in entries) > 0
    assert leaks(path.read_bytes(), {name: name for name in OF_THE_NOTES}) == ()


OF_THE_NOTES = ("token-of-the-notes", "cookie-of-the-notes", "pin-of-note-1", "pin-of-note-5")
"""What the notes keep to themselves."""


def texts(log: Mapping[str, Any]) -> list[str]:
    """The bodies of the answers of an archive."""
    return sorted(entry["response"]["content"]["text"] for entry in log["entries"])


def lacking(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """The required fields that these entries do not have."""
    return [
        f"{name}.{key}"
        for entry in entries
        for name, part in parts(entry).items()
        for key in REQUIRED[name]
        if key not in part
    ]


def parts(entry: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The objects of an entry, by the name of their kind."""
    request, response = entry.get("request", {}), entry.get("response", {})
    found = {"entry": entry, "request": request, "response": response, "timings": entry.get("timings", {})}
    found["content"] = response.get("content", {})
    return {**found, "postData": request["postData"]} if "postData" in request else found


def raising(*_: object) -> None:
    """Fails in the middle."""
    raise RuntimeError("no more")
