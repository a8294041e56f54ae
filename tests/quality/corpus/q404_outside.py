# rules: Q404
"""The network and files: those of others, and the test's own."""

import socket
import tempfile
import urllib.request
from pathlib import Path
from unittest.mock import mock_open, patch

import boto3
import httpx
import pytest
import requests
import responses
import respx
from django.test import Client
from fastapi.testclient import TestClient
from moto import mock_aws
from shop import app, till
from shop.settings import TILL_URL

HERE = Path(__file__).parent
SERVICE = "https://till.example"


def test_till_answers():
    assert requests.get("https://till.example/open").ok  # expect: Q404


def test_till_answers_at_a_constant():
    assert requests.post(f"{SERVICE}/open", json={}).ok  # expect: Q404


def test_till_answers_at_an_imported_url():
    assert httpx.get(TILL_URL).is_success  # expect: Q404


async def test_till_answers_a_client():
    async with httpx.AsyncClient(base_url=SERVICE) as client:
        answer = await client.get("/open")  # expect: Q404

    assert answer.is_success


def test_till_answers_a_session():
    session = requests.Session()

    assert session.get("https://till.example").ok  # expect: Q404


def test_till_is_opened_as_a_url():
    assert urllib.request.urlopen("https://till.example")  # expect: Q404


def test_till_takes_a_connection():
    assert socket.create_connection(("till.example", 80))  # expect: Q404


def test_till_is_in_the_cloud():
    assert boto3.client("s3").list_buckets()  # expect: Q404


@pytest.fixture
def rates():
    return requests.get("https://till.example/rates").json()  # expect: Q404


def test_till_reads_a_file():
    assert open("/etc/till").read() == "a"  # expect: Q404


def test_till_writes_a_file():
    with open("till.txt", "w") as file:  # expect: Q404
        till("a", file)

    assert Path("till.txt").read_text() == "a"  # expect: Q404


def test_till_writes_beside_the_test():
    (HERE / "till.txt").write_text("a")  # expect: Q404

    assert till(HERE).is_open()


class TestTill:
    class TestAtNight:
        def test_till_writes_into_a_folder(self, name):
            assert open(f"/tmp/{name}", mode="a")  # expect: Q404


# Near misses.


def test_till_answers_the_client_of_django():
    assert Client().get("/open").status_code == 200


def test_till_answers_the_client_of_fastapi():
    client = TestClient(app)

    assert client.get("/open").status_code == 200


def test_till_answers_the_client_of_rest(api_client):
    assert api_client.get("/open").status_code == 200


@responses.activate
def test_till_is_mocked():
    responses.get("https://till.example")

    assert requests.get("https://till.example").ok


def test_till_is_mocked_in_a_context():
    with responses.RequestsMock() as rsps:
        rsps.get("https://till.example")

        assert requests.get("https://till.example").ok


@respx.mock
async def test_till_is_mocked_for_httpx():
    respx.get("https://till.example")

    assert httpx.get("https://till.example").is_success


def test_till_is_mocked_by_a_fixture(requests_mock):
    requests_mock.get("https://till.example")

    assert requests.get("https://till.example").ok


@pytest.fixture
def mocked():
    with responses.RequestsMock() as rsps:
        yield rsps


def test_till_is_mocked_by_a_fixture_of_ours(mocked):
    assert requests.get("https://till.example").ok


def test_till_is_patched(mocker):
    mocker.patch("requests.get", return_value=3)

    assert requests.get("https://till.example") == 3


@pytest.mark.vcr
def test_till_is_recorded():
    assert requests.get("https://till.example").ok


async def test_till_answers_without_a_socket():
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://till.example")

    assert (await client.get("/open")).is_success


def test_till_answers_on_this_machine():
    assert requests.get("http://127.0.0.1:8000/open").ok


def test_till_answers_at_its_server(live_server):
    assert requests.get(f"{live_server.url}/open").ok


def test_till_answers_at_its_socket(port):
    assert socket.create_connection(("127.0.0.1", port))


@mock_aws
def test_till_is_in_a_mocked_cloud():
    assert boto3.client("s3").list_buckets()


def test_till_is_in_a_cloud_on_this_machine():
    assert boto3.client("s3", endpoint_url="http://localhost:4566").list_buckets()


def test_till_writes_into_its_folder(tmp_path):
    path = tmp_path / "till.txt"
    path.write_text("a")

    assert open(path).read() == open(f"{tmp_path}/till.txt").read()


def test_till_writes_into_a_temporary_folder():
    with tempfile.TemporaryDirectory() as folder:
        assert open(Path(folder) / "till", "w")


def test_till_reads_what_is_kept_beside_the_test():
    assert (HERE / "till.json").read_text() == (Path(__file__).parent / "other.json").read_text()


def test_till_reads_what_is_not_there():
    with patch("builtins.open", mock_open(read_data="a")):
        assert open("/etc/till").read() == "a"


def test_till_reads_from_a_fake_folder(fs):
    assert open("/etc/till").read() == "a"


def test_till_works_in_its_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert open("till.txt", "w")


def test_till_works_in_a_folder_for_now():
    with in_tempdir():
        assert open("till.txt", "w")


# Suppressed.


def test_till_answers_for_real():
    # troth: ignore[Q404] this one shows that the service is there, and is left out of the gate
    assert requests.get("https://till.example").ok
