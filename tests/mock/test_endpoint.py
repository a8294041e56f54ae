"""The same plays and replies on loopback, for clients that ``responses`` cannot see."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import requests

from tests.mock.library import ONE, SERVER, lending
from troth.mock import ApiMock


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as made:
        yield made


def test_httpx_gets_the_recorded_answers(mocked: ApiMock, client: httpx.Client) -> None:
    mocked.play("lending")

    made = client.post(f"{mocked.url}/loans", json={"title": "Emma"})
    looked_up = client.get(f"{mocked.url}/loans/{made.json()['id']}")

    assert (made.status_code, looked_up.json()) == (201, {"id": ONE, "title": "Emma"})
    assert [call.request.url for call in mocked.calls] == [each.request.url for each in lending()]


def test_requests_reaches_it_too(mocked: ApiMock) -> None:
    mocked.reply(mocked.api.named("titles"), 200, ["Emma"])
    with requests.Session() as session:
        session.trust_env = False

        assert session.get(f"{mocked.url}/titles", timeout=5).json() == ["Emma"]


def test_a_miss_is_told_in_the_answer_and_remembered(mocked: ApiMock, client: httpx.Client) -> None:
    got = client.get(f"{mocked.url}/titles")

    assert got.status_code == 501
    assert "never recorded" in got.json()["error"]
    assert "troth record books" in got.json()["hint"]


def test_urls_of_the_api_lead_to_the_socket(mocked: ApiMock, client: httpx.Client) -> None:
    elsewhere = {"Location": f"{SERVER}/titles?page=2"}
    mocked.reply(mocked.api.named("titles"), 200, [f"{SERVER}/titles"], headers=elsewhere)

    got = client.get(f"{mocked.url}/titles")

    assert got.headers["Location"] == f"{mocked.url}/titles?page=2"
    assert got.json() == [f"{mocked.url}/titles"]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_shown_the_calls(
    mocked: ApiMock, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    mocked.reply(mocked.api.named("titles"), 200, ["Emma"], times=2)
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    with httpx.Client() as client:
        by_httpx = client.get(f"{mocked.url}/titles")

    assert [by_httpx.json(), requests.get(f"{mocked.url}/titles", timeout=5).json()] == [["Emma"], ["Emma"]]
