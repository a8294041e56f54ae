"""The closed sets of values of campus."""

from __future__ import annotations

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["python", "c", "cpp", "java", "javascript", "go", "rust", "kotlin", "swift"]

SubmissionStatus: TypeAlias = Literal[
    "pending",
    "judging",
    "accepted",
    "wrong_answer",
    "time_limit_exceeded",
    "memory_limit_exceeded",
    "runtime_error",
    "compilation_error",
    "internal_error",
]
"""The first two are on the way; the others are for good."""

ProblemType: TypeAlias = Literal["algorithm", "choice", "fillblank"]
QuestionType: TypeAlias = Literal["choice", "fillblank"]
"""What an exam can ask."""
ExamStatus: TypeAlias = Literal["draft", "published", "archived"]
AttemptStatus: TypeAlias = Literal["in_progress", "submitted", "auto_submitted", "graded"]
ProgressStatus: TypeAlias = Literal["not_started", "in_progress", "solved", "failed"]
Role: TypeAlias = Literal["student", "teacher", "tutor", "parent", "admin"]

ErrorCode: TypeAlias = Literal[
    "invalid",
    "malformed",
    "not_authenticated",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "conflict",
    "too_large",
    "unsupported_media_type",
    "unprocessable",
    "too_many_requests",
    "unexpected",
    "unavailable",
]
