"""Programs and their verdicts."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from contracts.campus.enums import Language, SubmissionStatus
from contracts.campus.paging import PageQuery
from contracts.campus.texts import SOURCE, Amount, Id, KnownId, ShownText, Source
from troth.fields import Payload, Safe, Timestamp

_ONE = "(code|output|error)"
Excluded = Annotated[Safe[str], StringConstraints(pattern=rf"^({_ONE}(,{_ONE})*)?$")]
"""Fields that are left out, since they can be long."""


class SubmissionPath(Payload, source=SOURCE):
    submission_id: Id


class SubmissionsQuery(PageQuery, source=SOURCE):
    exclude: Excluded = ""


class SubmissionQuery(Payload, source=SOURCE):
    exclude: Excluded = ""


class NewSubmission(Payload, source=SOURCE):
    code: Source
    language: Safe[Language] = "python"
    """Marked, so that one which campus does not know is seen in a recording as well."""
    problem_id: Id | None = None
    """Without it the program is run, and not kept."""


class Submission(Payload, source=SOURCE):
    """``output`` and ``error`` hold a part for each test case; ``code``, ``output`` and ``error`` are there
    unless the request excluded them."""

    id: KnownId
    problem_id: KnownId | None
    user_id: KnownId
    language: Safe[str]
    status: SubmissionStatus
    execution_time: Amount | None
    """Milliseconds."""
    memory_used: Amount | None
    """Megabytes."""
    created_at: Timestamp
    updated_at: Timestamp
    code: ShownText = ""
    output: ShownText = ""
    error: ShownText = ""

    @model_validator(mode="after")
    def _says_why_there_is_no_verdict(self) -> Self:
        told = "error" not in self.model_fields_set or self.error
        if self.status == "internal_error" and not told:
            raise ValueError("a reason in error, since there is no verdict")
        return self


class Verdict(Payload, source=SOURCE):
    id: KnownId
    status: SubmissionStatus
    execution_time: Amount | None
    memory_used: Amount | None
    output: ShownText
    error: ShownText


class FreeRun(Payload, source=SOURCE):
    """What became of a program that is not kept."""

    status: SubmissionStatus
    stdout: ShownText
    stderr: ShownText
    execution_time: Amount | None
    memory_used: Amount | None
