# rules: Q701
"""Services with a contract, mocked by hand and by the contract."""

import re
import unittest
from unittest.mock import MagicMock, Mock, create_autospec, patch

import httpretty
import httpx
import pytest
import requests
import requests_mock
import responses
import respx
from aioresponses import aioresponses
from consumers.judge0.client import Judge0Client
from consumers.judge0.errors import QueueIsFull
from contracts.judge0.operations import create_submission, judge0
from shop import grade

SERVER = "https://judge0-ce.p.rapidapi.com"


@responses.activate
def test_grade_is_mocked():
    responses.add(responses.POST, "https://judge0-ce.p.rapidapi.com/submissions", json={})  # expect: Q701

    assert grade("a") == 1


@responses.activate
def test_grade_is_mocked_by_its_verb():
    responses.post(url=f"{SERVER}/submissions", status=503)  # expect: Q701

    assert grade("a") == 0


def test_grade_is_mocked_in_a_context():
    with responses.RequestsMock() as rsps:
        rsps.get(SERVER + "/languages", json=[])  # expect: Q701

        assert grade("a") == 1


def test_grade_is_mocked_by_a_pattern(rsps):
    rsps.add("GET", re.compile(r"https://judge0-ce\.p\.rapidapi\.com/submissions/.+"))  # expect: Q701

    assert grade("a") == 1


def test_grade_is_mocked_by_a_response(rsps):
    rsps.add(responses.Response("GET", f"{judge0.server}/about"))  # expect: Q701

    assert grade("a") == 1


@respx.mock
async def test_grade_is_mocked_for_httpx():
    respx.get("https://judge0-ce.p.rapidapi.com/about").respond(200)  # expect: Q701

    assert await grade("a") == 1


def test_grade_is_mocked_with_a_base():
    with respx.mock(base_url=SERVER) as router:
        router.get("/about").mock(return_value=httpx.Response(200))  # expect: Q701

        assert grade("a") == 1


def test_grade_is_mocked_by_an_adapter(requests_mock):
    requests_mock.get("https://api.pachca.com/api/shared/v1/messages/1", json={})  # expect: Q701

    assert grade("a") == 1


def test_grade_is_mocked_by_a_mocker():
    with requests_mock.Mocker() as mocked:
        mocked.register_uri("POST", "https://judge0-ce.p.rapidapi.com/submissions")  # expect: Q701

        assert grade("a") == 1


@httpretty.activate
def test_grade_is_mocked_on_the_socket():
    httpretty.register_uri(httpretty.GET, "https://judge0-ce.p.rapidapi.com/about")  # expect: Q701

    assert grade("a") == 1


def test_grade_is_mocked_by_a_plugin(httpx_mock):
    httpx_mock.add_response(url="https://judge0-ce.p.rapidapi.com/about", json={})  # expect: Q701

    assert grade("a") == 1


async def test_grade_is_mocked_for_aiohttp():
    with aioresponses() as mocked:
        mocked.get("https://judge0-ce.p.rapidapi.com/about", payload={})  # expect: Q701

        assert await grade("a") == 1


@pytest.fixture
def service():
    with responses.RequestsMock() as rsps:
        rsps.get(f"{SERVER}/about")  # expect: Q701
        yield rsps


def answer_always(rsps: responses.RequestsMock) -> None:
    rsps.get(f"{SERVER}/about")  # expect: Q701


@patch("requests.post", autospec=True)  # expect: Q701
def test_grade_is_mocked_below(post):
    grade("a")

    post.assert_called_once_with("https://judge0-ce.p.rapidapi.com/submissions", json={})


def test_client_is_mocked_below(mocker):
    mocker.patch.object(requests, "get")  # expect: Q701

    assert Judge0Client(SERVER).about()


def test_grade_is_mocked_in_the_client(mocker):
    mocker.patch("consumers.judge0.client.requests.get")  # expect: Q701

    assert grade("a") == 1


def test_client_is_a_mock():
    assert grade("a", client=Mock(spec=Judge0Client)) == 1  # expect: Q701


def test_client_is_an_autospec():
    assert grade("a", client=create_autospec(Judge0Client)) == 1  # expect: Q701


@patch("consumers.judge0.client.Judge0Client")  # expect: Q701
def test_client_is_patched(made):
    assert grade("a") == 1


class Graded(unittest.TestCase):
    @patch.object(Judge0Client, "run", return_value=1)  # expect: Q701
    def test_client_runs_nothing(self, run):
        self.assertEqual(grade("a"), 1)


def test_client_runs_a_function(monkeypatch):
    monkeypatch.setattr(Judge0Client, "run", lambda self: 1)  # expect: Q701

    assert grade("a") == 1


# Near misses.


def test_grade_is_played(judge0):
    judge0.play("a correct program is accepted")

    assert grade("a") == 1


def test_grade_is_a_reply_of_the_contract(judge0):
    judge0.reply(create_submission, 503, {"error": "queue is full"})

    assert grade("a") == 0


@responses.activate
def test_grade_is_sent_to_another_service():
    responses.get("https://grades.example/api", json={})

    assert grade("a") == 1


@responses.activate
def test_grade_is_sent_to_this_machine():
    responses.get("http://127.0.0.1:8000/submissions", json={})

    assert grade("a") == 1


@responses.activate
def test_grade_is_sent_beside_the_api_of_its_host():
    responses.get("https://api.pachca.com/status", json={})

    assert grade("a") == 1


def test_grade_has_other_mocks():
    assert grade("a", client=MagicMock(spec=dict)) == 1


@patch("requests.get", autospec=True)
def test_grade_asks_another_service(get):
    grade("a")

    get.assert_called_once_with("https://grades.example/api")


def test_client_waits_for_less(monkeypatch):
    monkeypatch.setattr("consumers.judge0.client.POLL_SECONDS", 0)

    assert grade("a") == 1


def test_grade_takes_an_error_of_the_client():
    assert grade("a", error=Mock(spec=QueueIsFull)) == 0


# Suppressed.


@responses.activate
def test_grade_meets_a_broken_service():
    # troth: ignore[Q701] a proxy of the customer answers so, and no contract is its own
    responses.get(f"{SERVER}/about", body="<html>")

    assert grade("a") == 0
