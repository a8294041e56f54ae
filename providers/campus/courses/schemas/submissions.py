"""Programs and their verdicts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Schema, UploadedFile
from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from config.fields import Body, BodyId
from courses.models import Submission, SubmissionStatus
from courses.services import limits
from courses.services.languages import LANGUAGE_IDS

EXCLUDABLE = ("code", "output", "error")
"""Fields that a client may leave out, since they can be long."""

_WRITTEN = r"^(|[^\x00]+)[!-~](|[^\x00]+)$"
"""Storable, and not blank: no program does without any of these characters."""


def _known(language: str) -> str:
    if language not in LANGUAGE_IDS:
        raise ValueError(f"it is none of {', '.join(LANGUAGE_IDS)}")
    return language


_ONE = f"({'|'.join(EXCLUDABLE)})"

Source = Annotated[str, StringConstraints(pattern=_WRITTEN, max_length=limits.CODE_BYTES)]
"""Its size is counted in bytes, which no schema says, so that fewer characters may be too many too."""
Language = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": [*LANGUAGE_IDS]})]


class SubmissionIn(Body):
    """A program."""

    code: Source
    language: Language = "python"
    problem_id: BodyId | None = Field(None, description="Without it the program is run, and not kept.")


class SolutionIn(Body):
    """A program for the problem of the path."""

    code: Source
    language: Language = "python"


class SubmissionOut(Schema):
    """A program with its verdict. ``code``, ``output`` and ``error`` are there unless excluded."""

    id: int
    problem_id: int | None
    user_id: int
    language: str
    status: SubmissionStatus
    execution_time: float | None = Field(description="Milliseconds.")
    memory_used: float | None = Field(description="Megabytes.")
    created_at: datetime
    updated_at: datetime
    code: str = ""
    output: str = ""
    error: str = ""


class VerdictOut(Schema):
    """A verdict without its program."""

    id: int
    status: SubmissionStatus
    execution_time: float | None = Field(description="Milliseconds.")
    memory_used: float | None = Field(description="Megabytes.")
    output: str
    error: str


class FreeRunOut(Schema):
    """What became of a program that is not kept."""

    status: SubmissionStatus
    stdout: str
    stderr: str
    execution_time: float | None = Field(description="Milliseconds.")
    memory_used: float | None = Field(description="Megabytes.")


class Excluding(Schema):
    """Which fields to leave out, separated by commas."""

    exclude: Annotated[str, StringConstraints(pattern=rf"^({_ONE}(,{_ONE})*)?$")] = ""

    @property
    def names(self) -> set[str]:
        return set(filter(None, self.exclude.split(",")))


def shown(submission: Submission, excluding: Excluding) -> dict[str, Any]:
    """The submission without the fields that the client does not want."""
    # Not through the model: it would read each excluded column, row by row.
    return {
        name: getattr(submission, name) for name in SubmissionOut.model_fields if name not in excluding.names
    }


SourceFile = Annotated[
    UploadedFile,
    WithJsonSchema(
        {
            "type": "string",
            "contentMediaType": "application/octet-stream",
            "pattern": _WRITTEN,
            "maxLength": limits.CODE_BYTES,
        }
    ),
]
"""A program as a file; its characters in UTF-8, their size in bytes again."""


class SolutionFile(Body):
    """What goes with a file."""

    language: Language = "python"
