"""Redaction: nothing leaves that the contract does not declare safe, and what leaves still holds."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cassettes.stage import OTHER, SERVER, TOKEN, call, cassette, jobs, polled, started
from troth.api import Text
from troth.canary import leaks
from troth.cassettes.write import dump
from troth.errors import ContractProblem
from troth.exchange import Exchange, Headers, Request, Response
from troth.provider import JsonScalar
from troth.redact import Redacted, redact

API = jobs()
CANARY = "canary-8Hq2xWz7-ada.lovelace"

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "inside a text": lambda text: f"hello {text}, bye",
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 after a byte": lambda text: base64.b64encode(b"u" + text.encode()).decode(),
    "base64 after two bytes": lambda text: base64.b64encode(b"u:" + text.encode()).decode(),
    "base64 in lines": lambda text: base64.encodebytes(b"x" * 50 + text.encode()).decode(),
    "url-encoded": lambda text: quote(text, safe="").replace("-", "%2D"),
    "hex": lambda text: text.encode().hex(),
    "gzip": lambda text: base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode(),
}

# Where nothing is declared safe, so that any form goes.
PLACES: dict[str, Callable[[str], Exchange]] = {
    "request header": lambda text: call("GET", "/version", 200, b"1", headers={"X-Trace": text}),
    "authorization": lambda text: call(
        "GET", "/version", 200, b"1", headers={"Authorization": f"Bearer {text}"}
    ),
    "basic authorization": lambda text: call("GET", "/version", 200, b"1", headers={"Authorization": text}),
    "cookie": lambda text: call("GET", "/version", 200, b"1", headers={"Cookie": f"session={text}"}),
    "user agent": lambda text: call("GET", "/version", 200, b"1", headers={"User-Agent": text}),
    "response header": lambda text: call("GET", "/version", 200, b"1", answered={"X-Request-Id": text}),
    "set-cookie": lambda text: call(
        "GET", "/version", 200, b"1", answered={"Set-Cookie": f"s={text}; Path=/"}
    ),
    "declared query": lambda text: call("GET", f"/jobs?owner={quote(text, safe='')}", 200, []),
    "member of an enum in the query": lambda text: call(
        "GET", f"/jobs?state={quote(text, safe='')}", 200, []
    ),
    "undeclared query": lambda text: call("GET", f"/jobs?trace={quote(text, safe='')}", 200, []),
    "path": lambda text: call("GET", f"/jobs/{quote(text, safe='')}", 404),
    "path with a shape": lambda text: call("GET", f"/files/boxes/{quote(text, safe='')}/files/1", 200, b"x"),
    "undeclared path": lambda text: call("GET", f"/people/{quote(text, safe='')}", 200, {}),
    "request field": lambda text: call("POST", "/jobs", 201, _job(), sent={"title": "t", "owner": text}),
    "undeclared request field": lambda text: call(
        "POST", "/jobs", 400, _job(), sent={"title": "t", "x": text}
    ),
    "request that is no JSON": lambda text: call("POST", "/jobs", 400, sent=f'{{"owner": "{text}'.encode()),
    "request where none is declared": lambda text: call("GET", "/version", 200, b"1", sent={"a": text}),
    "key of a request map": lambda text: call(
        "POST", "/jobs", 201, _job(), sent={"title": "t", "labels": {text: "x"}}
    ),
    "response field": lambda text: polled(owner=text),
    "value of a map": lambda text: polled(labels={"a": text}),
    "key of a map": lambda text: polled(labels={text: "a"}),
    "undeclared response field": lambda text: polled(extra=text),
    "deep in an undeclared field": lambda text: polled(extra={text: [{"a": text}]}),
    "member of an enum": lambda text: polled(state=text),
    "response of an undeclared status": lambda text: call("GET", f"/jobs/{TOKEN}", 500, {"error": text}),
    "text of an undeclared status": lambda text: call("GET", f"/jobs/{TOKEN}", 500, text.encode()),
    "response where none is declared": lambda text: call("GET", f"/jobs/{TOKEN}", 404, text.encode()),
    "response where anything goes": lambda text: call("GET", "/files/boxes/1/files/2", 200, {"a": text}),
    "text": lambda text: call("GET", "/motd", 200, text.encode(), answered={"Content-Type": "text/plain"}),
    "gzipped response": lambda text: _gzipped(polled(owner=text)),
    "gzip that is none": lambda text: call(
        "GET", "/version", 200, text.encode(), answered={"Content-Encoding": "gzip"}
    ),
}

# Declared safe: only what is known from elsewhere can be taken out.
SAFE_PLACES: dict[str, Callable[[str], Exchange]] = {
    "safe field": lambda text: polled(title=text),
    "safe list": lambda text: polled(parts=["a", text]),
    "safe request field": lambda text: call("POST", "/jobs", 201, _job(), sent={"title": text}),
    "safe text": lambda text: call("GET", "/version", 200, text.encode()),
    "safe header": lambda text: call(
        "GET", "/version", 200, b"1", answered={"X-Region": text.replace("\n", "")}
    ),
    "named header": lambda text: call(
        "GET", "/files/boxes/1/files/2", 200, b"x", answered={"Location": text.replace("\n", "")}
    ),
    "name of an undeclared field": lambda text: polled(**{text: 1}),
}

ALL_PLACES = PLACES | SAFE_PLACES


def _job() -> Mapping[str, object]:
    return {"token": TOKEN, "state": 1}


def _gzipped(exchange: Exchange) -> Exchange:
    answer = exchange.response
    headers = answer.headers.with_("Content-Encoding", "gzip").with_("Content-Length", "1")
    return Exchange(exchange.request, Response(answer.status, headers, gzip.compress(answer.body, mtime=0)))


def _written(found: Redacted) -> str:
    return dump(cassette(Path("cassettes/jobs/x.yaml"), found.exchanges, values=dict(found.values)).sealed())


def _body(found: Redacted, step: int = 0) -> dict[str, object]:
    read: dict[str, object] = json.loads(found.exchanges[step].response.body)
    return read


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", PLACES)
def test_a_canary_never_reaches_a_cassette(place: str, form: str) -> None:
    exchange = PLACES[place](FORMS[form](CANARY))

    found = redact(API, [exchange], judged=False)

    assert leaks(_written(found), {"canary": CANARY}) == ()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", SAFE_PLACES)
def test_what_was_secret_in_one_place_is_secret_everywhere(place: str, form: str) -> None:
    exchange = SAFE_PLACES[place](FORMS[form](CANARY))

    found = redact(API, [exchange, polled(owner=CANARY)], judged=False)

    assert leaks(_written(found), {"canary": CANARY}) == ()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", SAFE_PLACES)
def test_a_credential_gives_way_to_its_placeholder_even_in_what_is_safe(place: str, form: str) -> None:
    exchange = SAFE_PLACES[place](FORMS[form](CANARY))

    found = redact(API, [exchange], secrets={"valid": CANARY}, judged=False)

    assert leaks(_written(found), {"canary": CANARY}) == ()


@pytest.mark.parametrize("place", ALL_PLACES)
def test_redacting_twice_is_redacting_once(place: str) -> None:
    once = redact(API, [ALL_PLACES[place](CANARY), polled(owner=CANARY)], judged=False)

    assert redact(API, once.exchanges, judged=False).exchanges == once.exchanges


def test_userinfo_is_taken_out() -> None:
    request = Request("GET", SERVER.replace("//", f"//ada:{CANARY}@") + "/version")
    exchange = Exchange(request, Response(200, Headers(), b"1"))

    assert redact(API, [exchange]).exchanges[0].request.url == f"{SERVER}/version"


def test_the_same_secret_is_the_same_everywhere_in_a_scenario() -> None:
    found = redact(API, [started(owner="ada"), polled(owner="ada")])

    token = _body(found)["token"]
    assert token == "00000000-0000-4000-8000-000000000001"
    assert found.exchanges[1].request.url == f"{SERVER}/jobs/{token}"
    assert (_body(found, 1)["token"], _body(found, 1)["owner"]) == (token, _body(found)["owner"])


def test_different_secrets_stay_different() -> None:
    found = redact(API, [polled(labels={"a": "one", "b": "two"}, owner="three")])

    labels = _body(found)["labels"]
    assert isinstance(labels, dict)
    assert len({*labels.values(), _body(found)["owner"]}) == 3


def test_what_is_declared_safe_stays() -> None:
    found = redact(API, [polled(title="a title", parts=["a", "b"])])

    assert _body(found) | {"token": ""} == {
        "token": "",
        "state": 3,
        "took": 7,
        "title": "a title",
        "parts": ["a", "b"],
    }


def test_a_replacement_keeps_the_kind_and_the_contract() -> None:
    sent = {"title": "t", "pin": 4711}
    found = redact(
        API, [call("POST", "/jobs", 201, {**_job(), "weight": 81.5, "plate": "PL-9999"}, sent=sent)]
    )

    pin = json.loads(found.exchanges[0].request.body)["pin"]
    assert 1000 <= pin <= 9999
    assert pin != 4711
    assert isinstance(_body(found)["weight"], float)
    assert str(_body(found)["plate"]).startswith("PL-000")
    assert API.judge(found.exchanges[0]) == ()


def test_nothing_is_hidden_in_an_empty_text() -> None:
    assert _body(redact(API, [polled(owner="")]))["owner"] == ""


def test_a_short_value_is_replaced_in_its_own_place_only() -> None:
    found = redact(API, [polled(owner="ada", title="adagio")])

    assert _body(found)["title"] == "adagio"


def test_members_of_an_enum_are_never_touched_by_what_is_secret_elsewhere() -> None:
    found = redact(API, [polled(owner="3")])

    assert _body(found)["state"] == 3


def test_tokens_in_a_list_are_replaced_one_by_one() -> None:
    asked = call("GET", f"/jobs?tokens={TOKEN}%2C{OTHER}", 200, [{"token": TOKEN, "state": 1}])

    found = redact(API, [started(), asked])

    first, second = dict(found.exchanges[1].request.query)["tokens"].split(",")
    assert (first, second) == (_body(found)["token"], "00000000-0000-4000-8000-000000000002")


def test_a_path_with_a_shape_keeps_it() -> None:
    found = redact(
        API, [call("GET", "/files/boxes/lovelace/files/diary", 200, b"x", answered={"Location": "/x"})]
    )

    assert found.exchanges[0].request.path == "/api/files/boxes/redacted-1/files/redacted-1"


def test_credentials_stay_placeholders() -> None:
    headers = {"Authorization": "Bearer {{secret:valid}}"}

    found = redact(API, [call("GET", "/version", 200, b"1", headers=headers)])

    assert found.exchanges[0].request.headers.get("Authorization") == "Bearer {{secret:valid}}"


def test_headers_of_the_transport_are_left_out() -> None:
    noise = {"Date": "today", "Server": "nginx", "Content-Length": "1", "X-Region": "eu"}

    found = redact(API, [call("GET", "/version", 200, b"1", answered=noise)])

    assert found.exchanges[0].response.headers.pairs == (
        ("Content-Type", "application/json"),
        ("X-Region", "eu"),
    )


def test_a_header_that_nobody_declared_shows_that_it_was_there() -> None:
    found = redact(API, [call("GET", "/version", 200, b"1", answered={"X-Request-Id": "abc"})])

    assert found.exchanges[0].response.headers.get("X-Request-Id") == "redacted"


def test_a_body_is_decoded() -> None:
    found = redact(API, [_gzipped(polled(title="a title"))])

    assert _body(found)["title"] == "a title"
    assert "Content-Encoding" not in found.exchanges[0].response.headers


def test_a_body_without_secrets_keeps_its_bytes() -> None:
    body = b"[ ]\n"

    assert redact(API, [call("GET", "/jobs", 200, body)]).exchanges[0].response.body == body


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(b'{"title": ', b'{"title": '), (b'{"title": "ada', b'{"redacted'), (b"\xff\xfe", b'{"redacted')],
)
def test_a_malformed_request_stays_malformed(sent: bytes, kept: bytes) -> None:
    assert redact(API, [call("POST", "/jobs", 400, sent=sent)]).exchanges[0].request.body == kept


def test_a_field_that_cannot_be_replaced_is_named() -> None:
    with pytest.raises(ContractProblem, match=r"GET /hard response \$\.code .*\n.*Safe.*Stand"):
        redact(API, [call("GET", "/hard", 200, {"code": "QXZQXZQXZ"})])


def test_redaction_that_breaks_a_rule_of_the_contract_is_refused() -> None:
    api = jobs()
    api.get("/odd/{token}", name="odd", responses={200: Text(r"canary-.*", safe=True)})
    exchange = call("GET", f"/odd/{CANARY}", 200, CANARY.encode(), answered={"Content-Type": "text/plain"})

    with pytest.raises(ContractProblem, match="breaks the contract"):
        redact(api, [exchange])


def test_unique_names_get_the_suffix_of_a_replay() -> None:
    found = redact(API, [polled(title="box-9f3ac1d2")], suffix="9f3ac1d2")

    assert _body(found)["title"] == "box-troth1"


def test_values_are_redacted_with_the_exchanges() -> None:
    values: dict[str, JsonScalar] = {
        "owner": "ada.lovelace",
        "title": "seen",
        "unseen": "private-thing",
        "flag": True,
        "number": 77,
    }

    found = redact(API, [polled(owner="ada.lovelace", title="seen")], values=values)

    assert found.values["owner"] == _body(found)["owner"]
    assert (found.values["title"], found.values["flag"]) == ("seen", True)
    assert found.values["unseen"] != "private-thing"
    assert isinstance(found.values["number"], int)
    assert found.values["number"] != 77


def test_values_that_are_redacted_again_stay_as_they_are() -> None:
    values: dict[str, JsonScalar] = {"first": 77, "second": 88, "third": "private-thing", "fourth": 99}
    exchange = polled(title="20 of 40")
    once = redact(API, [exchange], values=values)

    twice = redact(API, once.exchanges, values=once.values)

    assert twice.values == once.values


def test_what_was_replaced_is_not_shown() -> None:
    assert "ada.lovelace" not in repr(redact(API, [polled(owner="ada.lovelace")]))
