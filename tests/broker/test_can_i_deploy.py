"""``troth can-i-deploy``: yes, no, or nobody can say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.broker.conftest import Troth, theirs
from tests.support.broker import Published, StubBroker

QUESTION = ("can-i-deploy", "their-app", "--version", "1", "--to", "production")


@pytest.fixture(autouse=True)
def no_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question needs none."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def integrated(broker: StubBroker) -> StubBroker:
    """A broker with a pact of their-app 1, and a weather service p1 in production."""
    broker.publish(theirs())
    broker.environments["production"] = {("weather", "p1")}
    return broker


def result(broker: StubBroker, *, success: bool) -> None:
    broker.results.append(Published(broker.pacts[0].sha, "p1", success))


def test_what_is_verified_can_be_deployed(integrated: StubBroker, troth: Troth) -> None:
    result(integrated, success=True)

    ran = troth(*QUESTION, "--broker", integrated.url)

    assert ran.out.splitlines() == [
        "their-app",
        "  deployment  proven           1 of 1 result",
        "",
        "PROVEN: their-app 1 may be deployed to production:"
        " All required verification results are published and successful (their-app)",
    ]
    assert ran.status == 0


def test_no_and_why(integrated: StubBroker, troth: Troth) -> None:
    result(integrated, success=False)

    ran = troth(*QUESTION, "--broker", integrated.url)

    assert "BROKEN  not-deployable" in ran.out
    assert "The verification for the pact of their-app (1) failed" in ran.out
    assert ran.out.splitlines()[-1] == ("BROKEN: their-app 1 must not be deployed to production (their-app)")
    assert ran.status == 1


def test_a_result_that_is_missing_is_no_yes(integrated: StubBroker, troth: Troth) -> None:
    ran = troth(*QUESTION, "--broker", integrated.url)

    assert "COULD NOT CHECK  deployment-unknown" in ran.out
    assert "There is no verified pact between their-app (1) and what is deployed" in ran.out
    assert "0 of 1 result, 1 not decided" in ran.out
    assert ran.status == 3


def test_the_provider_may_be_asked_for_as_well(broker: StubBroker, troth: Troth) -> None:
    broker.publish(theirs())
    broker.environments["production"] = {("their-app", "1")}
    result(broker, success=False)
    question = ("can-i-deploy", "weather", "--version", "p1", "--to", "production")

    ran = troth(*question, "--broker", broker.url)

    assert "BROKEN: weather p1 must not be deployed to production" in ran.out
    assert ran.status == 1


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (("can-i-deploy", "thier-app", "--version", "1", "--to", "production"), "thier-app not found"),
        (("can-i-deploy", "their-app", "--version", "1", "--to", "prod"), "No environment with name 'prod'"),
    ],
)
def test_what_the_broker_does_not_know_could_not_be_checked(
    integrated: StubBroker, troth: Troth, question: tuple[str, ...], told: str
) -> None:
    ran = troth(*question, "--broker", integrated.url)

    assert told in ran.err
    assert ran.status == 3


def test_names_stay_whole(broker: StubBroker, troth: Troth) -> None:
    broker.publish(theirs("their app&environment=test"), version="1+2 %&=")
    broker.environments["a/b c"] = set()
    question = ("can-i-deploy", "their app&environment=test", "--version", "1+2 %&=", "--to", "a/b c")

    ran = troth(*question, "--broker", broker.url)

    assert "their app&environment=test 1+2 %&= may be deployed to a/b c" in ran.out
    assert ran.status == 0


SUMMARY: dict[str, Any] = {"deployable": True, "reason": "fine"}
FAILED = {"verificationResult": {"success": False}}


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({}, "does not say what may be deployed"),
        ({"summary": []}, "does not say what may be deployed"),
        ({"summary": {"reason": "fine"}}, "does not say what may be deployed"),
        ({"summary": {"deployable": "yes"}}, "says neither yes nor no"),
        ({"summary": {"deployable": 1}}, "says neither yes nor no"),
        ({"summary": SUMMARY, "matrix": [FAILED]}, "the broker contradicts itself"),
        ({"summary": SUMMARY, "matrix": [{"verificationResult": None}]}, "the broker contradicts itself"),
    ],
)
def test_an_answer_that_is_none_is_no_yes(
    integrated: StubBroker, troth: Troth, document: dict[str, Any], told: str
) -> None:
    integrated.strike("/matrix", 200, document)

    ran = troth(*QUESTION, "--broker", integrated.url)

    assert told in ran.err
    assert ran.status == 3


def test_a_row_that_is_ignored_does_not_count(integrated: StubBroker, troth: Troth) -> None:
    integrated.strike("/matrix", 200, {"summary": SUMMARY, "matrix": [{**FAILED, "ignored": True}]})

    ran = troth(*QUESTION, "--broker", integrated.url)

    assert "0 of 0 results" in ran.out
    assert ran.status == 0


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_broker_that_does_not_say_could_not_be_checked(
    integrated: StubBroker, troth: Troth, status: int
) -> None:
    integrated.strike("/matrix", status)

    ran = troth(*QUESTION, "--broker", integrated.url)

    assert f"answers {status}, asked for its matrix" in ran.err
    assert ran.status == 3


def test_a_broker_that_is_not_there_could_not_be_checked(troth: Troth) -> None:
    ran = troth(*QUESTION, "--broker", "http://127.0.0.1:9")

    assert "nothing answers at http://127.0.0.1:9" in ran.err
    assert ran.status == 3


def test_without_a_broker_the_call_is_wrong(troth: Troth) -> None:
    ran = troth(*QUESTION)

    assert "no Pact Broker is named" in ran.err
    assert ran.status == 2


def test_the_setting_of_a_workspace_names_the_broker(
    integrated: StubBroker, troth: Troth, tmp_path: Path
) -> None:
    result(integrated, success=True)
    setting = f'[tool.troth.broker]\nurl = "{integrated.url}"\n'
    (tmp_path / "pyproject.toml").write_text(setting, encoding="utf-8")

    ran = troth(*QUESTION)

    assert ran.status == 0


def test_the_json_report_says_it_too(integrated: StubBroker, troth: Troth) -> None:
    result(integrated, success=False)

    ran = troth(*QUESTION, "--broker", integrated.url, "--format", "json")

    document = json.loads(ran.out)
    assert (document["verdict"], document["exit_status"]) == ("broken", 1)
    assert [each["code"] for each in document["steps"][0]["findings"]] == ["not-deployable"]
