"""Exams, attempts and their results."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.campus.enums import AttemptStatus, ExamStatus, ProblemType, QuestionType
from contracts.campus.paging import PageQuery
from contracts.campus.texts import SOURCE, Amount, Count, Id, KnownId, SentAnswer, ShownText
from troth.fields import Payload, Timestamp

Answers = Annotated[list[SentAnswer], Field(max_length=100)]


class ExamPath(Payload, source=SOURCE):
    exam_id: Id


class ExamsQuery(PageQuery, source=SOURCE):
    course: Id | None = None
    status: ExamStatus | None = None


class Exam(Payload, source=SOURCE):
    id: KnownId
    course_id: KnownId
    title: ShownText
    description: ShownText
    start_time: Timestamp
    end_time: Timestamp
    duration_minutes: Count
    """Of one attempt; 0 for no limit but the end."""
    total_score: Count
    passing_score: Count
    status: ExamStatus
    show_results_after_submit: bool


class Question(Payload, source=SOURCE):
    """A problem of an exam, without its answer: ``options`` of a choice, ``blanks`` of a text with blanks."""

    problem_id: KnownId
    type: ProblemType
    title: ShownText
    content: ShownText
    score: Count
    order: Count
    is_required: bool
    options: dict[str, ShownText] | None
    blanks: Count | None


class Attempt(Payload, source=SOURCE):
    submission_id: KnownId
    started_at: Timestamp
    duration_minutes: Count
    end_time: Timestamp
    """Of the exam."""


class SentAnswerTo(Payload, source=SOURCE):
    """The answer to one problem, in the list of its type."""

    problem_id: Id
    problem_type: QuestionType
    choice_answers: Answers | None = None
    fillblank_answers: Answers | None = None


class SentAnswers(Payload, source=SOURCE):
    answers: Annotated[list[SentAnswerTo], Field(max_length=500)]


class MarkedAnswer(Payload, source=SOURCE):
    """What is null is not known, or not shown."""

    problem_id: KnownId
    choice_answers: list[ShownText] | None
    fillblank_answers: list[ShownText] | None
    score: Amount | None
    is_correct: bool | None
    correct_percentage: Amount | None


class Result(Payload, source=SOURCE):
    """An attempt with its score; what is null is not known yet, or not shown."""

    submission_id: KnownId
    exam_id: KnownId
    status: AttemptStatus
    started_at: Timestamp
    submitted_at: Timestamp | None
    time_spent_seconds: Count | None
    total_score: Amount | None
    passing_score: Count
    is_passed: bool | None
    answers: list[MarkedAnswer]

    @model_validator(mode="after")
    def _passes_by_its_score(self) -> Self:
        passed = None if self.total_score is None else self.total_score >= self.passing_score
        if self.is_passed is not passed:
            raise ValueError("is_passed where total_score is passing_score or more; both null, or neither")
        return self

    @model_validator(mode="after")
    def _has_ended_or_not(self) -> Self:
        if (self.status == "in_progress") != (self.submitted_at is None):
            raise ValueError("submitted_at unless it is in progress")
        return self
