"""The contract agrees with the document that the service exports, and the pacts with the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contracts.campus.operations import campus
from tests.support.workspaces import Team
from troth.drift import drift, parse
from troth.evidence import Finding, Verdict
from troth.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = Workspace(ROOT)
NAME = "contracts/campus/openapi.json"
EXPORTED = json.loads((ROOT / NAME).read_text(encoding="utf-8"))

Change = Callable[[Any], object]


def compared(change: Change = lambda document: document) -> list[Finding]:
    document = deepcopy(EXPORTED)
    change(document)
    found = drift(campus, parse(json.dumps(document).encode(), NAME))
    assert found.result.counts.decided > 500
    return [finding for finding in found.result.findings if finding.verdict is Verdict.BROKEN]


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def rename(name: str, old: str, new: str) -> Change:
    def change(document: Any) -> None:
        found = schema(document, name)
        found["properties"][new] = found["properties"].pop(old)
        found["required"] = [new if each == old else each for each in found["required"]]

    return change


def test_the_contract_agrees_with_what_the_service_exports() -> None:
    assert [str(finding) for finding in compared()] == []


def keys(value: Any) -> Iterator[str]:
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(child)
    yield from value if isinstance(value, dict) else ()


def test_bounds_are_told_in_the_words_of_json_schema() -> None:
    used = set(keys(EXPORTED))

    assert {"minimum", "maximum", "maxLength"} <= used
    assert used & {"ge", "le", "gt", "lt", "max_length", "min_length"} == set()


def test_nothing_is_accepted_for_that() -> None:
    settings = Workspace.find(ROOT).settings

    assert [each for each in settings.drift if each.api == "campus"] == []
    assert settings.openapi["campus"] == "exported"


@pytest.mark.parametrize(
    ("change", "operation", "path"),
    [
        pytest.param(
            rename("ResultOut", "total_score", "score"),
            "POST /api/v1/exams/{exam_id}/submit",
            "$.total_score",
            id="a field is renamed",
        ),
        pytest.param(
            lambda document: schema(document, "SubmissionStatus")["enum"].append("queued"),
            "POST /api/v1/submissions/",
            "$.status",
            id="a new status",
        ),
        pytest.param(
            lambda document: document["paths"].pop("/api/v1/exams/{exam_id}/start"),
            "POST /api/v1/exams/{exam_id}/start",
            "operation",
            id="an operation is gone",
        ),
        pytest.param(
            lambda document: document["paths"]["/api/v1/submissions/"]["post"]["responses"].pop("429"),
            "POST /api/v1/submissions/",
            "status 429",
            id="a status is gone",
        ),
        pytest.param(
            lambda document: schema(document, "ThreadIn")["required"].append("course_id"),
            "POST /api/v1/threads/",
            "$.course_id",
            id="a field is asked for",
        ),
    ],
)
def test_a_change_of_the_service_is_told_with_operation_and_path(
    change: Change, operation: str, path: str
) -> None:
    found = compared(change)

    assert operation in {finding.operation for finding in found}
    assert any(finding.path.endswith(path) for finding in found)


def test_the_command_says_the_same(copied: Team) -> None:
    before = copied.troth("drift", "campus", "--spec", NAME)
    copied.write(NAME, json.dumps(EXPORTED).replace('"reply_count"', '"replies"'))

    after = copied.troth("drift", "campus", "--spec", NAME)

    assert (before.status, after.status) == (0, 1), before.out + before.err
    assert "GET /api/v1/courses/{course_id}/threads/  response 200 $.items[].reply_count" in after.out


def test_the_consumer_is_named_in_the_pact_as_the_team_names_it() -> None:
    pact = json.loads((ROOT / "contracts/campus/pacts/campus-web-campus.json").read_text(encoding="utf-8"))

    assert (pact["consumer"]["name"], pact["provider"]["name"]) == ("campus-web", "campus")


@pytest.mark.parametrize("subject", ["submissions", "free", "thread", "exam", "course", "judge is down"])
def test_there_is_a_scenario_of_each_subject(subject: str) -> None:
    names = [scenario.name + scenario.given.name for scenario in WORKSPACE.scenarios(campus)]

    assert any(subject in name for name in names)
    assert len(names) >= 40
