"""The OpenAPI document tells what a program needs, as the models do."""

from __future__ import annotations

import jsonschema_rs
import pytest
from pydantic import ValidationError

from contracts.judge0.operations import judge0
from contracts.judge0.payloads import SubmissionRequest
from tests.contracts.judge0.exchanges import PROGRAM, without
from troth.jsontext import Json
from troth.openapi import document

ZIP = "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="

TAKEN: dict[str, dict[str, Json]] = {
    "a program": PROGRAM,
    "a program with blanks around it": {**PROGRAM, "source_code": " 1 "},
    "a project": {"language_id": 89, "additional_files": ZIP},
    "a project that says that it has no source": {
        "language_id": 89,
        "source_code": None,
        "additional_files": ZIP,
    },
}
REFUSED: dict[str, dict[str, Json]] = {
    "no source": without(PROGRAM, "source_code"),
    "a source that is null": {**PROGRAM, "source_code": None},
    "a blank source": {**PROGRAM, "source_code": " \n"},
    "no language": without(PROGRAM, "language_id"),
    "a project with a source": {"language_id": 89, "source_code": "1", "additional_files": ZIP},
    "a project without files": {"language_id": 89},
    "a project with files of no bytes": {"language_id": 89, "additional_files": ""},
}


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Validator:
    made = document(judge0)
    return jsonschema_rs.validator_for({**made, "$ref": "#/components/schemas/SubmissionRequest"})


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN.keys())
def test_what_is_taken(schema: jsonschema_rs.Validator, body: dict[str, Json]) -> None:
    assert schema.is_valid(body)
    assert SubmissionRequest.model_validate(body).model_dump(exclude_unset=True) == body


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(schema: jsonschema_rs.Validator, body: dict[str, Json]) -> None:
    assert not schema.is_valid(body)
    with pytest.raises(ValidationError):
        SubmissionRequest.model_validate(body)
