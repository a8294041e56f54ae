"""Exams, attempts and their results."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import Strict, StringConstraints

from config.fields import STORABLE, WHOLE, Body, BodyBool, BodyId, Id, Moment, Text, Title
from courses.models import (
    AttemptStatus,
    ChoiceProblem,
    ExamAnswer,
    ExamProblem,
    ExamStatus,
    ExamSubmission,
    FillBlankProblem,
    ProblemType,
)

Minutes = Annotated[int, Strict(), Field(ge=0, le=7 * 24 * 60), WHOLE]
Score = Annotated[int, Strict(), Field(ge=0, le=1_000_000), WHOLE]
AnswerText = Annotated[str, StringConstraints(pattern=STORABLE, max_length=1000)]
Answers = Annotated[list[AnswerText], Field(max_length=100)]


class ExamFilter(Schema):
    """Which exams to list."""

    course: Id | None = None
    status: ExamStatus | None = None


class StatusFilter(Schema):
    """Which exams of a course to list."""

    status: ExamStatus | None = None


class ExamIn(Body):
    course_id: BodyId
    title: Title
    description: Text = ""
    start_time: Moment = Field(description="In the future.", examples=["2999-05-04T09:00:00Z"])
    end_time: Moment = Field(description="After start_time.", examples=["2999-05-04T10:30:00+01:00"])
    duration_minutes: Minutes = Field(0, description="Of one attempt; 0 for no limit but end_time.")
    passing_score: Score = 60
    status: ExamStatus = ExamStatus.DRAFT
    shuffle_questions: BodyBool = False
    show_results_after_submit: BodyBool = True


class ExamChanges(Body):
    """What is to be changed of an exam."""

    title: Title | None = None
    description: Text | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None
    duration_minutes: Minutes | None = None
    passing_score: Score | None = None
    status: ExamStatus | None = None
    shuffle_questions: BodyBool | None = None
    show_results_after_submit: BodyBool | None = None


class ExamOut(Schema):
    id: int
    course_id: int
    title: str
    description: str
    start_time: datetime
    end_time: datetime
    duration_minutes: int
    total_score: int
    passing_score: int
    status: ExamStatus
    shuffle_questions: bool
    show_results_after_submit: bool


class QuestionOut(Schema):
    """A problem of an exam, for who takes it."""

    problem_id: int
    type: ProblemType = Field(alias="problem.type")
    title: str = Field(alias="problem.title")
    content: str = Field(alias="problem.content")
    score: int
    order: int
    is_required: bool
    options: dict[str, str] | None
    blanks: int | None

    @staticmethod
    def resolve_options(row: ExamProblem) -> dict[str, str] | None:
        found: ChoiceProblem | None = getattr(row.problem, "choice_info", None)
        return None if found is None else found.options

    @staticmethod
    def resolve_blanks(row: ExamProblem) -> int | None:
        found: FillBlankProblem | None = getattr(row.problem, "fillblank_info", None)
        return None if found is None else len(found.blanks)


class ExamProblemIn(Body):
    problem_id: BodyId
    score: Annotated[int, Strict(), Field(ge=1, le=1000), WHOLE] = 10


class ExamProblemsIn(Body):
    problems: Annotated[list[ExamProblemIn], Field(min_length=1, max_length=100)]


class Nothing(Body):
    """No fields."""


class AttemptOut(Schema):
    """An attempt that has begun."""

    submission_id: int = Field(alias="id")
    started_at: datetime
    duration_minutes: int = Field(alias="exam.duration_minutes")
    end_time: datetime = Field(alias="exam.end_time")


class AnswerIn(Body):
    problem_id: BodyId
    problem_type: Literal["choice", "fillblank"]
    choice_answers: Answers | None = Field(None, description="Keys of options, for a choice.")
    fillblank_answers: Answers | None = Field(None, description="The texts of the blanks, in order.")


class AnswersIn(Body):
    answers: Annotated[list[AnswerIn], Field(max_length=500)]


class AnswerOut(Schema):
    problem_id: int
    choice_answers: list[str] | None
    fillblank_answers: list[str] | None
    score: float | None
    is_correct: bool | None
    correct_percentage: float | None


class ResultOut(Schema):
    """An attempt with its score; what is not known yet, or not shown, is null."""

    submission_id: int = Field(alias="id")
    exam_id: int
    status: AttemptStatus
    started_at: datetime
    submitted_at: datetime | None
    time_spent_seconds: int | None
    total_score: float | None
    passing_score: int = Field(alias="exam.passing_score")
    is_passed: bool | None
    answers: list[AnswerOut]

    @staticmethod
    def resolve_answers(attempt: ExamSubmission) -> list[ExamAnswer]:
        return list(attempt.answers.all())
