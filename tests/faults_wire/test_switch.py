"""The switch: faults that come and go while an API is served."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import requests

from tests.faults_wire.conftest import LONG, SHORT, Serve
from troth.faults.catalogue import CATALOGUE
from troth.serve.listen import Listening

POSTED = {"fault": "http_503", "operation": None, "times": 2, "struck": 0}


def post(client: requests.Session, served: Listening, call: Mapping[str, object]) -> requests.Response:
    return client.post(served.switch_url, json=call, timeout=LONG)


def test_at_first_nothing_is_on(serve: Serve, client: requests.Session) -> None:
    listed = client.get(serve().switch_url, timeout=LONG).json()

    assert listed["active"] == []


def test_the_catalogue_is_listed(serve: Serve, client: requests.Session) -> None:
    listed = client.get(serve().switch_url, timeout=LONG).json()

    assert [each["name"] for each in listed["catalogue"]] == [each.name for each in CATALOGUE]


def test_a_fault_that_is_posted_strikes(serve: Serve, client: requests.Session) -> None:
    served = serve()
    answer = post(client, served, {"fault": "http_503", "times": 2})
    struck = client.get(f"{served.url}/letters/7", timeout=LONG)
    after = client.get(served.switch_url, timeout=LONG).json()["active"]

    assert (answer.status_code, answer.json()["active"], struck.status_code) == (201, [POSTED], 503)
    assert after == [{**POSTED, "struck": 1}]


def test_what_is_spent_is_listed_no_more(serve: Serve, client: requests.Session) -> None:
    served = serve("http_503:1")
    client.get(f"{served.url}/letters/7", timeout=LONG)

    assert client.get(served.switch_url, timeout=LONG).json()["active"] == []


def test_deleting_takes_all_of_them_away(serve: Serve, client: requests.Session) -> None:
    served = serve("http_503", "connection_refused")
    answer = client.delete(served.switch_url, timeout=LONG)
    read = client.get(f"{served.url}/letters/7", timeout=LONG)

    assert (answer.json()["active"], read.status_code) == ([], 200)


def test_it_is_on_the_ports_of_both(serve: Serve, client: requests.Session) -> None:
    served = serve("http_503")
    here = client.get(f"{served.url}/_troth/faults", timeout=LONG)

    assert here.json()["active"] == client.get(served.switch_url, timeout=LONG).json()["active"]


@pytest.mark.parametrize("name", ["connection_refused", "connect_timeout"])
def test_the_port_is_taken_away_through_itself_and_comes_back(
    serve: Serve, client: requests.Session, name: str
) -> None:
    served = serve()
    answer = client.post(f"{served.url}/_troth/faults", json={"fault": name}, timeout=LONG)
    with pytest.raises(requests.exceptions.ConnectionError):
        client.get(f"{served.url}/letters/7", timeout=SHORT)
    client.delete(served.switch_url, timeout=LONG)

    assert answer.status_code == 201
    assert client.get(f"{served.url}/letters/7", timeout=LONG).status_code == 200


def test_its_own_port_has_nothing_of_the_api(serve: Serve, client: requests.Session) -> None:
    served = serve()
    answer = client.get(f"{served.switch}/letters/7", timeout=LONG)

    assert (answer.status_code, served.url in answer.json()["error"]) == (404, True)


@pytest.mark.parametrize(
    ("call", "status", "why"),
    [
        ({"fault": "http_53"}, 404, "did you mean 'http_503'"),
        ({"fault": "http_503", "operation": "read_letters"}, 404, "did you mean 'read_letter'"),
        ({"fault": "http_503", "times": 0}, 400, "cannot strike 0 times"),
        ({"fault": "http_503", "times": "two"}, 400, "times: "),
        ({"fault": "http_503", "time": 2}, 400, "time: "),
        ({}, 400, "fault: "),
        ([], 400, "the body: "),
        ({"fault": "dns_failure"}, 400, ".invalid"),
        ({"fault": "tls_expired"}, 400, "--tls"),
        ({"fault": "field_missing:$.colour"}, 400, "$.colour"),
    ],
)
def test_what_cannot_be_switched_on_changes_nothing(
    serve: Serve, client: requests.Session, call: Mapping[str, object], status: int, why: str
) -> None:
    served = serve()
    answer = post(client, served, call)

    assert (answer.status_code, why in answer.json()["error"]) == (status, True)
    assert served.faults.active == ()


def test_other_methods_are_refused(serve: Serve, client: requests.Session) -> None:
    assert client.patch(serve().switch_url, json={}, timeout=LONG).status_code == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Origin": "https://page.example"}, 403),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
@pytest.mark.parametrize("port", ["url", "switch"])
def test_a_web_page_is_kept_away(
    serve: Serve, client: requests.Session, port: str, headers: Mapping[str, str], status: int
) -> None:
    served = serve()
    url = f"{getattr(served, port)}/_troth/faults"
    answer = client.post(url, data=b'{"fault": "http_503"}', headers=headers, timeout=LONG)

    assert (answer.status_code, served.faults.active) == (status, ())
