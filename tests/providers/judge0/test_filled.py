"""The worlds that hold submissions already: what is in them, and that nothing keeps them busy."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.providers.judge0.stage import Judge, status_id
from troth.provider import JsonScalar

WORKED = "the judge has worked for a while"
WAITS = "submissions wait in the queue"

Enter = Callable[..., Mapping[str, JsonScalar]]


@pytest.fixture
def worked(enter: Enter) -> Mapping[str, JsonScalar]:
    return enter(WORKED)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("accepted", 3),
        ("wrong", 4),
        ("stopped", 5),
        ("failed", 11),
        ("called_back", 3),
        ("attached", 3),
        ("undecodable", 3),
    ],
)
def test_every_outcome_is_there(
    worked: Mapping[str, JsonScalar], judge: Judge, name: str, status: int
) -> None:
    submission = judge.show(str(worked[name]), base64_encoded="true")

    assert status_id(submission) == status


def test_output_that_is_not_utf8_is_among_them(worked: Mapping[str, JsonScalar], judge: Judge) -> None:
    answer = judge.get(f"/submissions/{worked['undecodable']}")

    assert answer.status_code == 400


def test_what_may_be_deleted_can_be(worked: Mapping[str, JsonScalar], judge: Judge) -> None:
    deleted = judge.delete(worked["doomed_0"])

    assert deleted.status_code == 200
    assert judge.get(f"/submissions/{worked['doomed_0']}").status_code == 404


@pytest.mark.usefixtures("worked")
def test_a_submission_has_ended_before_its_token_is_told(judge: Judge) -> None:
    token = judge.enqueue("echo hi")

    assert judge.status(token) == 3


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("source", ["sleep 100", "while :; do :; done"])
def test_a_program_is_stopped_soon_whatever_it_asked_for(judge: Judge, source: str) -> None:
    submission = judge.bash(source, cpu_time_limit=15, wall_time_limit=20)

    assert submission["message"] == "Time limit exceeded (wall clock)"
    assert float(str(submission["wall_time"])) < 5


@pytest.mark.usefixtures("worked")
def test_the_limits_that_it_asked_for_are_told(judge: Judge) -> None:
    submission = judge.bash("echo", wall_time_limit=20)

    assert submission["wall_time_limit"] == "20.0"


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("language", [62, 63])
def test_what_starts_slowly_is_no_language(judge: Judge, language: int) -> None:
    refused = judge.post("/submissions", {"source_code": "1", "language_id": language})

    assert refused.status_code == 422


@pytest.mark.parametrize("state", [WORKED, WAITS])
def test_values_are_the_same_every_time(enter: Enter, state: str) -> None:
    assert enter(state) == enter(state)


def test_tokens_of_other_worlds_are_nobodys_guess(enter: Enter, judge: Judge) -> None:
    enter("a worker is free")
    first = judge.enqueue("echo")
    enter("a worker is free")

    assert judge.enqueue("echo") != first


def test_what_waits_has_no_result(enter: Enter, judge: Judge) -> None:
    values = enter(WAITS)

    submission = judge.show(str(values["waiting_0"]))

    assert (status_id(submission), submission["time"], submission["memory"]) == (1, None, None)
