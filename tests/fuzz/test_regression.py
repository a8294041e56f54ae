"""Requests that once showed a defect, sent again by a unit test."""

from __future__ import annotations

import pytest

from tests.fuzz.stage import DEFECTS, SETTINGS
from tests.support.workspaces import Team
from troth.errors import UsageProblem
from troth.fuzz.regression import Ask, replayed
from troth.jsontext import Json
from troth.states import UnknownState

TOKEN = {"Authorization": "Bearer {{secret:valid}}"}
JSON = {**TOKEN, "Content-Type": "application/json"}
NOTE: dict[str, Json] = {"title": "a title", "size": 1, "kind": "idea", "pin": "0"}
LIST = Ask("GET", "/notes", TOKEN)
ADD = Ask("POST", "/notes", JSON, json=NOTE)
OFF = """
[[off]]
operations = ["GET /notes"]
check = "{check}"
reason = "the size is text until version 2"
source = "the manual, 1"
"""


@pytest.fixture
def defect(notes_team: Team, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Team:
    """The notes, with the defect that the test names."""
    monkeypatch.setenv(DEFECTS, request.param)
    return notes_team


def listed(check: str = "response_schema_conformance") -> tuple[str, ...]:
    """What is wrong with the list of notes."""
    return replayed("notes", "GET /notes", check=check, given="some notes", requests=[LIST])


def read_after(*between: Ask, check: str) -> tuple[str, ...]:
    """What is wrong with a note that is read after it was added, and other requests."""
    read = Ask("GET", "/notes/{{step1:$.id}}", TOKEN)
    return replayed(
        "notes", "GET /notes/{note_id}", check=check, given="some notes", requests=[ADD, *between, read]
    )


DROP = Ask("DELETE", "/notes/{{step1:header Location}}", TOKEN)


@pytest.mark.parametrize("defect", [""], indirect=True)
def test_nothing_is_wrong_without_a_defect(defect: Team) -> None:  # noqa: ARG001
    assert listed() == ()
    assert read_after(check="ensure_resource_availability") == ()
    assert read_after(DROP, check="use_after_free") == ()


@pytest.mark.parametrize("defect", ["type"], indirect=True)
def test_the_check_and_the_judge_say_what_is_wrong(defect: Team) -> None:  # noqa: ARG001
    failures = listed()

    assert failures[0] == (
        'response_schema_conformance (type) at $.items[0].size: expected type "integer", got "1"'
    )
    assert {failure.partition(" ")[0] for failure in failures} == {"response_schema_conformance", "judge"}


@pytest.mark.parametrize("defect", ["type,html"], indirect=True)
def test_what_another_check_finds_does_not_count(defect: Team) -> None:  # noqa: ARG001
    assert {failure.partition(" ")[0] for failure in listed("content_type_conformance")} == {"judge"}


@pytest.mark.parametrize("defect", ["type"], indirect=True)
def test_what_the_settings_take_out_does_not_count(defect: Team) -> None:
    defect.append(SETTINGS, OFF.format(check="judge") + OFF.format(check="response_schema_conformance"))

    assert listed() == ()


@pytest.mark.parametrize("defect", ["zombie"], indirect=True)
def test_what_was_dropped_is_still_there(defect: Team) -> None:  # noqa: ARG001
    assert read_after(DROP, check="use_after_free") == ("use_after_free at status: expected 404, got 200",)


@pytest.mark.parametrize("defect", ["lost"], indirect=True)
def test_what_was_added_is_not_there(defect: Team) -> None:  # noqa: ARG001
    assert read_after(check="ensure_resource_availability") == (
        "ensure_resource_availability at status: expected what was just made, got 404",
    )


@pytest.mark.parametrize("defect", ["crash"], indirect=True)
def test_a_body_is_sent_as_json_or_as_it_is(defect: Team) -> None:  # noqa: ARG001
    short = Ask("POST", "/notes", JSON, json={**NOTE, "title": "a"})
    broken = Ask("POST", "/notes", JSON, body=b'{"title": "a"')

    crashed = replayed("notes", "POST /notes", check="not_a_server_error", requests=[short])
    refused = replayed("notes", "POST /notes", check="not_a_server_error", requests=[broken])

    assert crashed[0].startswith("not_a_server_error at status: expected no 5xx, got 500")
    assert refused == ()


@pytest.mark.parametrize(
    ("check", "ask", "failures"),
    [
        ("negative_data_rejection", Ask("GET", "/notes?limit=none", TOKEN), 0),
        ("negative_data_rejection", LIST, 1),
        ("positive_data_acceptance", LIST, 0),
        ("positive_data_acceptance", Ask("GET", "/notes?limit=none", TOKEN), 1),
        ("ignored_auth", Ask("GET", "/notes"), 0),
        ("ignored_auth", LIST, 1),
        ("unsupported_method", Ask("PUT", "/notes"), 0),
        ("unsupported_method", LIST, 1),
        ("missing_required_header", LIST, 1),
        ("status_code_conformance", LIST, 0),
    ],
)
@pytest.mark.parametrize("defect", [""], indirect=True)
def test_a_check_of_how_a_request_was_made_is_held_by_its_statuses(
    defect: Team,  # noqa: ARG001
    check: str,
    ask: Ask,
    failures: int,
) -> None:
    found = replayed("notes", "GET /notes", check=check, given="some notes", requests=[ask])

    assert [failure.partition(" ")[0] for failure in found] == [check] * failures


def test_a_check_that_cannot_be_asked_again_is_refused(notes_team: Team) -> None:  # noqa: ARG001
    with pytest.raises(UsageProblem, match="cannot be asked again"):
        replayed("notes", "GET /notes", check="max_response_time", requests=[LIST])


def test_no_request_is_no_test(notes_team: Team) -> None:  # noqa: ARG001
    with pytest.raises(UsageProblem, match="no request"):
        replayed("notes", "GET /notes", check="judge", requests=[])


def test_a_state_that_nobody_knows_is_an_error(notes_team: Team) -> None:  # noqa: ARG001
    with pytest.raises(UnknownState, match="nowhere"):
        replayed("notes", "GET /notes", check="judge", given="nowhere", requests=[LIST])


@pytest.mark.parametrize("place", ["step1:$.nothing", "step1:header Nothing", "step7:$.id"])
def test_what_no_answer_holds_is_an_error(notes_team: Team, place: str) -> None:  # noqa: ARG001
    read = Ask("GET", f"/notes/{{{{{place}}}}}", TOKEN)

    with pytest.raises(LookupError, match=r"nothing|Nothing|step 7"):
        replayed("notes", "GET /notes/{note_id}", check="judge", requests=[ADD, read])
