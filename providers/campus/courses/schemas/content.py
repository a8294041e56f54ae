"""Courses, chapters and problems. What solves a problem is never shown."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema

from courses.models import ChoiceProblem, FillBlankProblem, Problem, ProblemType, ProgressStatus


class CourseOut(Schema):
    id: int
    title: str
    description: str
    created_at: datetime
    updated_at: datetime


class ChapterOut(Schema):
    id: int
    course_id: int
    title: str
    content: str
    order: int


class UnlockedOut(Schema):
    """Chapters of a course, in order."""

    chapter_ids: list[int]


class ProblemRow(Schema):
    """A problem in the list of its chapter, and how far the user is with it."""

    id: int
    chapter_id: int | None
    type: ProblemType
    title: str
    difficulty: int
    status: ProgressStatus


class SampleOut(Schema):
    """A test case that solvers may see."""

    input_data: str
    expected_output: str


class AlgorithmOut(Schema):
    """What a solver of a problem in code has to know."""

    time_limit: int = Field(description="Milliseconds.")
    memory_limit: int = Field(description="Megabytes.")
    code_template: dict[str, str] | None = Field(description="Language to the code to start from.")
    samples: list[SampleOut]


class ProblemOut(Schema):
    """A problem with what its kind needs; the parts of the other kinds are null."""

    id: int
    chapter_id: int | None
    type: ProblemType
    title: str
    content: str
    difficulty: int
    algorithm: AlgorithmOut | None = Field(None, alias="algorithm_info")
    options: dict[str, str] | None = Field(None, description="Of a choice: key to text.")
    blanks: int | None = Field(None, description="Of a text with blanks: how many there are.")

    @staticmethod
    def resolve_options(problem: Problem) -> dict[str, str] | None:
        found: ChoiceProblem | None = getattr(problem, "choice_info", None)
        return None if found is None else found.options

    @staticmethod
    def resolve_blanks(problem: Problem) -> int | None:
        found: FillBlankProblem | None = getattr(problem, "fillblank_info", None)
        return None if found is None else len(found.blanks)
