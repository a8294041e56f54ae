"""A run as a whole: which defects it finds, what it repeats, what it passes through and where it ends."""

from __future__ import annotations

import pytest

from tests.fuzz.stage import NOTES, codes, exported, fuzzed
from tests.support.workspaces import Team

FOUND_BY = [
    ("crash", "fuzz-not-a-server-error"),
    ("raises", "fuzz-not-a-server-error"),
    ("status", "fuzz-status-code-conformance"),
    ("type", "fuzz-response-schema-conformance"),
    ("member", "fuzz-response-schema-conformance"),
    ("html", "fuzz-content-type-conformance"),
    ("no-header", "fuzz-response-headers-conformance"),
    ("no-allow", "fuzz-unsupported-method"),
    ("method", "fuzz-unsupported-method"),
    ("open", "fuzz-ignored-auth"),
    ("lenient", "fuzz-negative-data-rejection"),
    ("strict", "fuzz-positive-data-acceptance"),
    ("zombie", "fuzz-use-after-free"),
    ("lost", "fuzz-ensure-resource-availability"),
    ("echo", "fuzz-judge"),
]
"""A defect of the notes, and the check that has to see it."""


def test_the_document_of_the_notes_is_that_of_their_contract(notes_team: Team) -> None:
    api = notes_team.workspace().api("notes")

    assert (NOTES / "contracts/notes/openapi.json").read_text("utf-8") == exported(api)


def test_a_service_without_a_defect_is_proven(notes_team: Team) -> None:
    ran = fuzzed(notes_team)

    assert ran.result.findings == ()


@pytest.mark.parametrize(("defect", "code"), FOUND_BY)
def test_a_defect_is_found_by_its_check(notes_team: Team, defect: str, code: str) -> None:
    ran = fuzzed(notes_team, defects=defect)

    assert code in codes(ran)
