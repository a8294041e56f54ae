# rules: Q702
"""Answers that the contract allows, and those that it does not."""

import json
import re
from http import HTTPStatus

import httpx
import responses
import respx
from contracts.judge0.operations import judge0
from requests import ConnectionError
from shop import grade

SERVER = "https://judge0-ce.p.rapidapi.com"
TOKEN = "d85cd024-1548-4165-96c7-7bc88673f194"
ERROR = {"error": "queue is full"}


def test_submission_has_another_status(rsps):
    rsps.post(f"{SERVER}/submissions", status=200, json={"token": TOKEN})  # expect: Q702

    assert grade("a") == 1


def test_submission_has_no_token(rsps):
    rsps.post(f"{SERVER}/submissions", status=201, json={"id": 3})  # expect: Q702

    assert grade("a") == 1


def test_submission_has_a_token_of_another_kind(rsps):
    rsps.add(responses.POST, f"{judge0.server}/submissions", json={"token": 3}, status=201)  # expect: Q702

    assert grade("a") == 1


def test_submission_is_refused_with_a_text(rsps):
    rsps.post(f"{SERVER}/submissions", status=HTTPStatus.SERVICE_UNAVAILABLE, body="full")  # expect: Q702

    assert grade("a") == 0


def test_submission_has_an_empty_answer(rsps):
    rsps.post(f"{SERVER}/submissions", status=201)  # expect: Q702

    assert grade("a") == 0


def test_submission_is_at_no_operation(rsps):
    rsps.post(f"{SERVER}/programs", status=201, json={"token": TOKEN})  # expect: Q702

    assert grade("a") == 1


def test_submission_has_a_constant_for_an_answer(rsps):
    rsps.get(f"{SERVER}/submissions/{TOKEN}", json=ERROR, status=404)  # expect: Q702

    assert grade("a") == 1


def test_languages_are_no_list(requests_mock):
    requests_mock.get(f"{SERVER}/languages", json={"languages": []})  # expect: Q702

    assert grade("a") == 1


def test_languages_are_dumped(httpx_mock):
    httpx_mock.add_response(method="GET", url=f"{SERVER}/languages", text=json.dumps([{"id": "3"}]))  # expect: Q702

    assert grade("a") == 1


@respx.mock
async def test_submission_is_answered_by_a_route():
    route = respx.post(f"{SERVER}/submissions")  # expect: Q702
    route.return_value = httpx.Response(418)

    assert await grade("a") == 1


def test_submission_is_found_by_a_pattern(rsps):
    rsps.get(re.compile(rf"{SERVER}/submissions/[0-9a-f-]+"), status=302)  # expect: Q702

    assert grade("a") == 1


# Near misses.


def test_submission_has_a_token(rsps):
    rsps.post(f"{SERVER}/submissions", status=201, json={"token": TOKEN})

    assert grade("a") == 1


def test_submission_is_refused(rsps):
    rsps.post(f"{SERVER}/submissions", status=503, json=ERROR)

    assert grade("a") == 0


def test_submission_is_not_allowed(rsps):
    rsps.post(f"{SERVER}/submissions", status=401)

    assert grade("a") == 0


def test_submission_has_an_answer_of_a_parameter(rsps, answer, status):
    rsps.post(f"{SERVER}/submissions", status=status, json=answer)
    rsps.post(f"{SERVER}/submissions", status=201, json={**answer, "token": TOKEN})

    assert grade("a") == 1


def test_submission_of_a_parameter_is_found(rsps, token):
    rsps.get(f"{SERVER}/submissions/{token}", json={"status": {"id": 3, "description": "Accepted"}})

    assert grade("a") == 1


def test_submission_loses_its_connection(rsps):
    rsps.post(f"{SERVER}/submissions", body=ConnectionError("reset"))

    assert grade("a") == 0


@respx.mock
async def test_submission_has_a_route_without_an_answer():
    respx.post(f"{SERVER}/submissions")

    assert await grade("a") == 1


def test_grade_of_another_service_is_anything(rsps):
    rsps.post("https://grades.example/submissions", status=418, json={"id": 3})

    assert grade("a") == 1


# Suppressed.


def test_submission_is_answered_by_a_gateway(rsps):
    # troth: ignore[Q702] the gateway of the customer says so, before the service is asked
    rsps.post(f"{SERVER}/submissions", status=502, body="bad gateway")

    assert grade("a") == 0
