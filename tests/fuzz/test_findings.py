"""What is told of what a fuzz run found: each cause once, what was expected, where, and how to see it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from tests.fuzz.deployed import TOKEN, at, deployed_notes, said
from tests.fuzz.stage import DEFECTS, NOTES, fuzzed
from tests.support.workspaces import Team
from troth.evidence import Finding
from troth.fuzz import Budget, Choice, FuzzRun
from troth.fuzz.curl import PORT
from troth.fuzz.findings import Found
from troth.reporting.report import grouped

DOCUMENT = "contracts/notes/openapi.json"
LINES = (NOTES / DOCUMENT).read_text(encoding="utf-8").split("\n")


def ran(team: Team, defects: str, only: str = "*", examples: int = 5) -> FuzzRun:
    """A short run of some operations with a defect."""
    return fuzzed(
        team, defects=defects, choice=Choice(only=only, budget=Budget(1, examples), reproduce="RUN")
    )


def found(team: Team, defects: str, only: str, examples: int = 5) -> Found:
    """The only cause that a short run finds."""
    (one,) = ran(team, defects, only, examples).found
    return one


def line_of(finding: Finding) -> str:
    """What stands in the document at the line that a finding names."""
    number = int(finding.place.removeprefix(f"{DOCUMENT}:").partition(":")[0])
    return LINES[number - 1].strip().rstrip(",")


TOLD = [
    ("crash", "add_note", "not-a-server-error", "status", "no 5xx", "500", '"responses": {'),
    ("raises", "drop_note", "not-a-server-error", "status", "no 5xx", "500", '"responses": {'),
    ("no-allow", "health", "unsupported-method", "header Allow", "a header Allow", "nothing", '"/health": {'),
    ("method", "health", "unsupported-method", "status", "405", "200 for PUT", '"/health": {'),
    ("open", "list_notes", "ignored-auth", "status", "401 or 403", "200", '"security": ['),
    ("status", "drop_note", "status-code-conformance", "status", "one of 204", "202", '"responses": {'),
    (
        "type",
        "read_note",
        "response-schema-conformance",
        "$.size",
        'type "integer"',
        '"',
        '"type": "integer"',
    ),
    ("member", "list_notes", "response-schema-conformance", "$.further", "no such member", "a string of 10"),
    ("html", "read_note", "content-type-conformance", "header Content-Type", "application/json", "text/html"),
    ("lenient", "add_note", "negative-data-rejection", "status", "one of 400", "201", '"type": "integer"'),
    ("strict", "add_note", "positive-data-acceptance", "status", "one of 2xx", "422", '"422": {'),
    ("echo", "add_note", "judge", "$.title", "the same as $.title", "another value", '"title": {'),
    (
        "no-header",
        "read_note",
        "response-headers-conformance",
        "header WWW-Authenticate",
        "this header",
        "no",
    ),
]


@pytest.mark.parametrize("told", TOLD, ids=[told[0] for told in TOLD])
def test_a_defect_is_told_with_what_was_expected_what_came_and_where(
    notes_team: Team, told: tuple[str, ...]
) -> None:
    defect, only, code, path, expected, actual, *line = told

    finding = ran(notes_team, defect, only, examples=25).found[0].finding

    assert (finding.code, finding.path) == (f"fuzz-{code}", path)
    assert finding.expected.startswith(expected)
    assert finding.actual.startswith(actual)
    assert finding.place.startswith(DOCUMENT)
    assert line in ([], [line_of(finding)])


def test_what_a_check_and_the_judge_find_is_one_finding_that_names_both(notes_team: Team) -> None:
    one = found(notes_team, "type", "list_notes")

    assert one.cause.also == ("judge (field-type)",)
    assert "so say judge (field-type)" in one.finding.message


def test_one_cause_is_told_once_with_how_often_it_was_met(notes_team: Team) -> None:
    one = found(notes_team, "type", "list_notes")

    assert one.count > 1
    assert f"({one.count} times" in one.finding.message


def test_the_example_is_the_smallest_request_that_shows_it(notes_team: Team) -> None:
    one = found(notes_team, "type", "list_notes")

    assert one.reduced is not None
    assert [(asked.target, asked.body) for asked in one.reduced.requests] == [("/notes", b"")]
    assert [name for name, _ in one.reduced.requests[0].headers] == ["Authorization"]


def test_a_crash_names_the_line_that_raised(notes_team: Team) -> None:
    one = found(notes_team, "raises", "read_note")

    assert "RuntimeError at providers/notes/app.py:" in one.finding.message


def test_the_same_cause_in_several_operations_is_one_group(notes_team: Team) -> None:
    findings = [one.finding for one in ran(notes_team, "no-allow").found]

    (group,) = grouped(findings)

    assert group.operations == tuple(finding.operation for finding in findings)
    assert len(group.operations) > 2


def test_the_same_line_of_a_schema_is_one_group_wherever_it_stands(notes_team: Team) -> None:
    findings = [one.finding for one in ran(notes_team, "type", examples=10).found]

    (group,) = grouped(findings)

    assert {finding.path for finding in findings} == {"$.size", "$.items[0].size"}
    assert len(group.operations) == len(findings)


def test_different_causes_are_different_groups(notes_team: Team) -> None:
    findings = [one.finding for one in ran(notes_team, "type,member", "list_notes").found]

    assert len(grouped(findings)) == len(findings) == 2


def test_a_value_that_is_not_safe_is_not_told(notes_team: Team) -> None:
    finding = found(notes_team, "member", "list_notes").finding

    assert "unheard-of" not in str(finding)
    assert finding.actual == "a string of 10 characters"


def test_no_credential_is_told(notes_team: Team) -> None:
    secrets = ("token-of-the-notes", "dG9rZW4tb2YtdGhlLW5vdGVz")

    told = "".join(str(one.finding) for one in ran(notes_team, "type,html,no-allow,open").found)

    assert [secret for secret in secrets if secret in told] == []


def test_what_was_deleted_and_is_there_takes_the_requests_that_led_there(notes_team: Team) -> None:
    ran_ = ran(notes_team, "zombie", "*note*", examples=25)

    (one,) = [each for each in ran_.found if each.finding.code == "fuzz-use-after-free"]

    assert one.reduced is not None
    assert [(asked.method, asked.target) for asked in one.reduced.requests] == [
        ("POST", "/notes"),
        ("DELETE", "/notes/{{step1:$.id}}"),
        ("GET", "/notes/{{step1:$.id}}"),
    ]


def test_a_failure_that_does_not_show_again_is_reproduced_by_the_run(notes_team: Team) -> None:
    with mock.patch("troth.fuzz.reduce.TRIES", 0):
        one = found(notes_team, "type", "list_notes")

    assert one.reduced is None
    assert one.finding.reproduce == "RUN"


def free_port() -> int:
    """A port that nobody has: two tests do not ask for the same at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port


def pasted(team: Team, script: str, defects: str) -> str:
    """What a shell in the workspace prints when the lines are pasted into it."""
    port = str(free_port())
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash"],
        input=script.replace(str(PORT), port) + "\n",
        cwd=team.root,
        env={**os.environ, "PATH": path, "NO_PROXY": "*", DEFECTS: defects},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("defect", "only", "code", "shown"),
    [
        ("crash", "add_note", "fuzz-not-a-server-error", "500 "),
        ("zombie", "*note*", "fuzz-use-after-free", "200 "),
        ("no-allow", "health", "fuzz-unsupported-method", "405 "),
    ],
)
def test_the_lines_show_it_again_when_they_are_pasted(
    notes_team: Team, defect: str, only: str, code: str, shown: str
) -> None:
    findings = [each.finding for each in ran(notes_team, defect, only, examples=25).found]
    finding = next(each for each in findings if each.code == code)

    last = pasted(notes_team, finding.reproduce, defect).split("HTTP/1.1 ")[-1]

    assert last.startswith(shown)


def test_at_a_url_the_command_is_a_curl_with_the_variable_of_the_credential(
    notes_team: Team, notes_files: Team
) -> None:
    workspace = notes_team.workspace()
    wrong = at("/notes", said(200, {"items": "none"}))

    with deployed_notes(workspace, wrong) as notes:
        options = ["--max-examples=2", "-k", "list_notes", "--format=json"]
        told = notes_files.troth("fuzz", "notes", "--url", notes.url, *options, env={"NOTES_TOKEN": TOKEN})
    reproduce = [finding["reproduce"] for finding in json.loads(told.out)["steps"][0]["findings"]]

    assert f"curl -si {notes.url}/notes" in reproduce[0]
    assert "-H 'Authorization: Bearer '\"$NOTES_TOKEN\"" in reproduce[0]
    assert TOKEN not in told.out
