"""Mocks of services whose contract is in the workspace, in a workspace of the test's own."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

import pytest
from pydantic import BaseModel

from tests.quality.looking import Desk
from tests.quality.looking import desk as desk
from troth.api import Answer, Api, Echo, Empty, Selected, Text


class Parcel(BaseModel):
    number: int
    note: str | None = None


class ParcelPath(BaseModel):
    number: str


def parcels_api() -> Api:
    """Parcels below a base path, with labels at another origin."""
    api = Api("parcels", server="https://parcels.example/v2", origins={"labels": "https://labels.example"})
    api.post("/parcels", responses={201: Parcel, 401: Empty, 503: Answer(Text(r"\w+"), "text/plain")})
    api.get(
        "/parcels/{number}",
        params=ParcelPath,
        responses={200: Answer(Selected(Parcel, "fields", ("number", "note"))), 404: Empty},
        echoes=(Echo("path number", "$.number"),),
    )
    api.put("/labels/{number}", origin="labels", params=ParcelPath, responses={204: Empty})
    return api


@pytest.fixture
def workspace(desk: Desk) -> Desk:
    return dataclasses.replace(desk, load_apis=lambda: {"parcels": parcels_api()})


def mocked(added: str) -> str:
    """A test with an answer that is made up by hand."""
    head = "import re\nimport responses\n\ndef test_parcel(rsps, number, answer):\n"
    return f"{head}    {added}\n    assert send()\n"


@pytest.mark.parametrize(
    "added",
    [
        'rsps.post("https://parcels.example/v2/parcels")',
        'rsps.post("https://PARCELS.example:443/v2/parcels")',
        'rsps.add("GET", "https://parcels.example/v2/parcels/1")',
        'rsps.get(f"https://parcels.example/v2/parcels/{number}")',
        'rsps.get("https://parcels.example/v2/parcels/%s" % number)',
        'rsps.get("https://parcels.example/v2/parcels/{}".format(number))',
        'rsps.put("https://labels.example/labels/1")',
        'self.rsps.put("https://labels.example/labels/1")',
        'rsps.get(re.compile(r"https://parcels\\.example/v2/.*"))',
        'responses.add(method="GET", url="https://parcels.example/v2/parcels/1")',
        'responses.add(responses.Response("GET", "https://parcels.example/v2/parcels/1"))',
    ],
)
def test_a_mock_at_the_address_of_an_api_is_made_by_hand(workspace: Desk, added: str) -> None:
    assert workspace.found(mocked(added), "Q701") == ["Q701:5"]


@pytest.mark.parametrize(
    "added",
    [
        'rsps.post("https://elsewhere.example/v2/parcels")',
        'rsps.post("https://parcels.example.evil.example/v2/parcels")',
        'rsps.post("https://parcels.example/v3/parcels")',
        'rsps.post("https://parcels.example/v20/parcels")',
        "rsps.post(number)",
        'rsps.assert_call_count("https://parcels.example/v2/parcels", 1)',
        'other.post("https://parcels.example/v2/parcels")',
    ],
)
def test_a_mock_at_another_address_is_not(workspace: Desk, added: str) -> None:
    assert workspace.found(mocked(added), "Q701") == []


def test_an_address_may_be_imported(workspace: Desk) -> None:
    workspace.write("tests/support.py", 'SERVER = "https://parcels.example/v2"\n')
    text = mocked('rsps.post(f"{SERVER}/parcels")').replace("import re", "from tests.support import SERVER")

    assert workspace.found(text, "Q701") == ["Q701:5"]


def test_a_name_that_a_loop_binds_is_no_address(workspace: Desk) -> None:
    text = mocked("for SERVER in answer:\n        rsps.post(SERVER)")

    assert workspace.found(f'SERVER = "https://parcels.example/v2"\n{text}', "Q701") == []


def test_the_hint_names_the_fixture(workspace: Desk) -> None:
    [smell] = workspace.look(mocked('rsps.post("https://parcels.example/v2/parcels")'), "Q701")

    assert "parcels.play(a scenario), or parcels.reply(an operation, …)" in smell.hint


def test_outside_of_a_workspace_nothing_is_by_hand(desk: Desk) -> None:
    assert desk.found(mocked('rsps.post("https://parcels.example/v2/parcels")'), "Q701", "Q702") == []


def test_contracts_are_not_imported_for_a_file_that_mocks_nothing(desk: Desk) -> None:
    def load() -> Mapping[str, Api]:
        raise AssertionError("nobody asked")

    quiet = dataclasses.replace(desk, load_apis=load)

    assert quiet.found("def test_parcel():\n    assert 1 == 2\n", "Q701", "Q702") == []


ANSWERS = [
    ('post("{url}/parcels", status=201, json={{"number": 1}})', ""),
    ('post("{url}/parcels", status=200, json={{"number": 1}})', "POST /parcels response status"),
    ('post("{url}/parcels", status=201, json={{"number": "1"}})', "$.number: expected"),
    ('post("{url}/parcels", status=201, json={{"number": True}})', "$.number: expected"),
    ('post("{url}/parcels", status=201, json={{}})', "$.number: expected this field, got nothing"),
    ('post("{url}/parcels", status=201, json=[])', "POST /parcels response $"),
    ('post("{url}/parcels", status=201)', "POST /parcels response $"),
    ('post("{url}/parcels", status=201, body=\'{{"number": 1}}\')', ""),
    ('post("{url}/parcels", status=201, body=b"<html>")', "POST /parcels response $"),
    ('post("{url}/parcels", status=401)', ""),
    ('post("{url}/parcels", status=401, json={{"error": "no"}})', "$: expected an empty body"),
    ('post("{url}/parcels", status=503, body="busy")', ""),
    ('post("{url}/parcels", status=503, body="very busy")', "$: expected text that matches"),
    ('post("{url}/parcels", status=number, json={{"number": "1"}})', ""),
    ('post("{url}/parcels", status=201, json=answer)', ""),
    ('post("{url}/parcels", status=200, json=answer)', "POST /parcels response status"),
    ('post("{url}/parcels", status=201, json=dict(number="1"))', ""),
    ('post("{url}/parcels", body=ConnectionError())', ""),
    ('get("{url}/parcels/1", json={{"number": 2}})', ""),
    ('get("{url}/parcels/1?fields=note", json={{"note": "a"}})', ""),
    ('get("{url}/parcels/1?fields=number", json={{"note": "a"}})', "$.number: expected"),
    ('get("{url}/parcels/1", json={{"weight": 2}})', "$.number: expected"),
    ('get("{url}/boxes", json={{}})', "GET /v2/boxes is no operation of the contract"),
    ('get(f"{url}/{{number}}", json={{}})', ""),
    ('add(number, "{url}/parcels", json={{}})', ""),
    ('put("https://labels.example/labels/1", status=204)', ""),
    ('put("https://labels.example/labels/1", status=200)', "PUT /labels/{number} response status"),
]


@pytest.mark.parametrize(("added", "said"), ANSWERS, ids=[added for added, _ in ANSWERS])
def test_an_answer_is_judged_by_the_contract(workspace: Desk, added: str, said: str) -> None:
    text = mocked(f"rsps.{added.format(url='https://parcels.example/v2')}")

    messages = [each.message for each in workspace.look(text, "Q702")]

    assert [said in message for message in messages] == [True] * bool(said)


DIALECTS = [
    'requests_mock.post("{url}", status_code={status}, json={body})',
    'requests_mock.register_uri("POST", "{url}", status_code={status}, json={body})',
    'httpx_mock.add_response(method="POST", url="{url}", status_code={status}, json={body})',
    'respx_mock.post("{url}").respond({status}, json={body})',
    'respx_mock.post("{url}").mock(return_value=httpx.Response({status}, json={body}))',
    'respx_mock.post("{url}").return_value = httpx.Response(status_code={status}, json={body})',
    'httpretty.register_uri(httpretty.POST, "{url}", status={status}, body=json.dumps({body}))',
    'aioresponses.post("{url}", status={status}, payload={body})',
]


@pytest.mark.parametrize("added", DIALECTS)
@pytest.mark.parametrize(
    ("status", "body", "count"), [(201, {"number": 1}, 0), (200, {"number": 1}, 1), (201, {"number": "1"}, 1)]
)
def test_every_library_is_read(
    workspace: Desk, added: str, status: int, body: Mapping[str, object], count: int
) -> None:
    url = "https://parcels.example/v2/parcels"
    head = "import json\nimport httpretty\nimport httpx\n\n"
    parameters = "requests_mock, httpx_mock, respx_mock, aioresponses"
    line = added.format(url=url, status=status, body=json.dumps(body))

    found = workspace.found(f"{head}def test_parcel({parameters}):\n    {line}\n    assert 1\n", "Q702")

    assert len(found) == count


CLIENT = """
import requests

LIMIT = 3

class ParcelError(Exception):
    def told(self): ...

class Sender:
    def send(self):
        return requests.post("https://parcels.example/v2/parcels")
"""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("mocker.Mock(spec=Sender)", ["Q701:4"]),
        ("mocker.patch.object(Sender, 'send')", ["Q701:4"]),
        ("mocker.patch('consumers.parcels.sending.Sender')", ["Q701:4"]),
        ("mocker.patch('shop.till.Sender')", ["Q701:4"]),
        ("mocker.patch('shop.till.Sender.send')", ["Q701:4"]),
        ("mocker.patch('consumers.parcels.sending.requests.post')", ["Q701:4"]),
        ("mocker.Mock(spec=ParcelError)", []),
        ("mocker.patch('consumers.parcels.sending.LIMIT', 1)", []),
        ("mocker.patch('shop.till.price')", []),
        ("mocker.patch('shop.till.requests.get')", []),
        ("mocker.patch('consumers.others.sending.Sender')", []),
    ],
)
def test_a_client_of_an_api_is_not_replaced(workspace: Desk, line: str, found: list[str]) -> None:
    workspace.write("consumers/parcels/sending.py", CLIENT)
    workspace.write(
        "shop/till.py", "import requests\nfrom consumers.parcels.sending import Sender\ndef price(): ...\n"
    )
    text = (
        "from consumers.parcels.sending import ParcelError, Sender\n\n"
        f"def test_till(mocker):\n    {line}\n    assert 1\n"
    )

    assert workspace.found(text, "Q701") == found
