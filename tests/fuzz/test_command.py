"""``troth fuzz`` as it is typed: what it prints where, what it writes, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.fuzz.stage import DEFECTS, SETTINGS
from tests.support.workspaces import Ran, Team
from troth.canary import leaks
from troth.cli.app import main

Fuzz = Callable[..., Ran]
OFF = """
[[off]]
operations = ["GET /notes/{note_id}"]
check = "response_schema_conformance"
reason = "sizes are texts at the real one"
source = "its guide, section 4"

[[off]]
operations = ["GET /notes/{note_id}"]
check = "judge"
reason = "sizes are texts at the real one"
source = "its guide, section 4"
"""


@pytest.fixture
def fuzz(notes_team: Team, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Fuzz:  # noqa: ARG001
    """Run ``troth fuzz notes`` in this process with these defects: two requests for GET /notes/{note_id}."""

    def run(*options: str, defects: str = "", only: str = "read_note") -> Ran:
        monkeypatch.setenv(DEFECTS, defects)
        status = main(("fuzz", "notes", "--max-examples", "2", "--workers", "1", "-k", only, *options))
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


@pytest.fixture
def troth(notes_team: Team, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:  # noqa: ARG001
    """Run ``troth`` in this process."""

    def run(*arguments: str) -> Ran:
        status = main(arguments)
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


def test_what_is_proven_ends_with_0_and_a_line_that_counts(fuzz: Fuzz) -> None:
    ran = fuzz()

    assert ran.status == 0
    assert ran.out.startswith("operation ")
    assert "\nGET /notes/{note_id} " in ran.out
    assert ran.out.splitlines()[-1].startswith("PROVEN: 1 operation, ")


def test_what_is_broken_ends_with_1_and_is_told_between_table_and_last_line(fuzz: Fuzz) -> None:
    ran = fuzz(defects="type")

    assert ran.status == 1
    order = [ran.out.index(part) for part in ("operation ", "BROKEN  fuzz-response-schema-", "BROKEN: 1 op")]
    assert order == sorted(order)


def test_what_could_not_be_checked_ends_with_3(fuzz: Fuzz) -> None:
    ran = fuzz(defects="empty")

    assert ran.status == 3
    assert "fuzz-no-data" in ran.out
    assert ", 1 weak, " in ran.out.splitlines()[-1]


def test_what_is_fuzzed_where_is_told_beside_the_results(fuzz: Fuzz) -> None:
    ran = fuzz("--seed", "5")

    assert "notes: notes 1, in process, seed 5" in ran.err


def test_what_was_excepted_is_counted_in_the_last_line(fuzz: Fuzz, notes_team: Team) -> None:
    notes_team.append(SETTINGS, OFF)

    ran = fuzz(defects="type")

    assert ran.status == 0
    assert " excepted by 2 entries, " in ran.out.splitlines()[-1]


# --- formats --------------------------------------------------------------------------------------


def test_json_is_one_document_and_nothing_else(fuzz: Fuzz) -> None:
    ran = fuzz("--format", "json", "--seed", "5", defects="type")

    said = json.loads(ran.out)
    assert (ran.status, said["exit_status"], said["seed"]) == (1, 1, 5)
    assert [each["operation"] for each in said["operations"]] == ["GET /notes/{note_id}"]
    assert said["steps"][0]["findings"][0]["code"] == "fuzz-response-schema-conformance"


def test_junit_is_one_document_with_operations_that_the_contract_lacks(fuzz: Fuzz) -> None:
    ran = fuzz("--format", "junit", defects="type", only="GET *")

    cases = {case.get("name"): [child.tag for child in case] for case in junit(ran)}
    assert cases == {"GET /notes": ["failure"], "GET /notes/{note_id}": ["failure"], "GET /health": []}


@pytest.mark.parametrize("format", ["json", "junit"])
def test_what_is_written_is_told_beside_a_document(fuzz: Fuzz, notes_team: Team, format: str) -> None:
    har = notes_team.root / "run.har"

    ran = fuzz("--format", format, "--har", str(har))

    assert str(har) in ran.err
    assert str(har) not in ran.out


# --- what is written ------------------------------------------------------------------------------


def test_every_exchange_is_written_without_what_is_secret(fuzz: Fuzz, notes_team: Team) -> None:
    har = notes_team.root / "run.har"

    said = json.loads(fuzz("--format", "json", "--har", str(har), only="GET *").out)

    assert len(json.loads(har.read_text("utf-8"))["log"]["entries"]) == said["cases"]
    assert leaks(har.read_bytes(), {"token": "token-of-the-notes", "pin": "pin-of-note-1"}) == ()


def test_a_place_where_nothing_can_be_written_is_usage(fuzz: Fuzz) -> None:
    ran = fuzz("--har", "nowhere/run.har")

    assert (ran.status, ran.out) == (2, "")
    assert "--har nowhere/run.har: nothing can be written there" in ran.err


def test_what_was_seen_is_evidence_with_a_column_of_its_own(fuzz: Fuzz, troth: Callable[..., Ran]) -> None:
    fuzz()

    ran = troth("matrix", "--format", "json")

    assert evidence(ran)["GET /notes/{note_id}", 200] == {"proven": 1, "broken": 0, "could_not_check": 0}
    assert "fuzzed" in troth("matrix").out.splitlines()[0]


def test_a_failure_is_a_broken_cell_of_the_matrix(fuzz: Fuzz, troth: Callable[..., Ran]) -> None:
    fuzz(defects="type")

    ran = troth("matrix", "--format", "json")

    assert evidence(ran)["GET /notes/{note_id}", 200] == {"proven": 0, "broken": 1, "could_not_check": 0}


def test_a_credential_is_never_printed(fuzz: Fuzz) -> None:
    ran = fuzz(defects="type,raises")

    assert leaks(ran.out + ran.err, {"token": "token-of-the-notes"}) == ()


# --- calls that are wrong -------------------------------------------------------------------------


def test_an_operation_that_is_not_there_is_usage_that_names_the_nearest(fuzz: Fuzz) -> None:
    ran = fuzz(only="GET /nots")

    assert ran.status == 2
    assert "did you mean 'GET /notes'" in ran.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("given = \n", "fuzz.toml: it is not TOML"),
        ('givn = "some notes"\n', "fuzz.toml: givn: Extra inputs are not permitted"),
        ('given = "no notes"\n', "no notes"),
        ('given = "some notes"\nrole = "nobody"\n', "'nobody'"),
        (OFF.replace("GET /notes/{note_id}", "GET /nots"), "'GET /nots'"),
    ],
)
def test_settings_that_cannot_be_used_are_usage(
    fuzz: Fuzz, notes_team: Team, settings: str, said: str
) -> None:
    notes_team.write(SETTINGS, settings)

    ran = fuzz()

    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_settings_that_are_no_toml_are_named_with_their_line(fuzz: Fuzz, notes_team: Team) -> None:
    notes_team.write(SETTINGS, 'given = "some notes"\n\n[[off]\n')

    assert "at line 3" in fuzz().err


def test_a_document_that_is_not_there_is_usage_that_names_what_writes_it(
    fuzz: Fuzz, notes_team: Team
) -> None:
    notes_team.remove("contracts/notes/openapi.json")

    ran = fuzz()

    assert ran.status == 2
    assert "troth openapi" in ran.err


def test_without_a_provider_a_url_is_asked_for(fuzz: Fuzz, notes_team: Team) -> None:
    notes_team.remove("providers/notes")

    ran = fuzz()

    assert ran.status == 2
    assert "there is no providers/notes to fuzz in process" in ran.err
    assert "--url" in ran.err


def junit(ran: Ran) -> list[ElementTree.Element]:
    """The test cases of a report."""
    return list(ElementTree.fromstring(ran.out).iter("testcase"))


def evidence(ran: Ran) -> dict[tuple[str, int], Any]:
    """What a matrix has of fuzzing, by operation and status."""
    rows = json.loads(ran.out)["rows"]
    return {(row["operation"], row["status"]): row["evidence"].get("fuzzed") for row in rows}
