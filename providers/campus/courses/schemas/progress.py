"""Who takes which course, and how far they are."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from config.fields import Body, BodyId
from courses.models import ProgressStatus


class EnrollmentIn(Body):
    course_id: BodyId


class EnrollmentOut(Schema):
    id: int
    user_id: int
    course_id: int
    enrolled_at: datetime
    last_accessed_at: datetime


class ChapterProgressOut(Schema):
    id: int
    enrollment_id: int
    chapter_id: int
    completed: bool
    completed_at: datetime | None


class ProblemProgressOut(Schema):
    id: int
    enrollment_id: int
    problem_id: int
    status: ProgressStatus
    attempts: int
    last_attempted_at: datetime | None
    solved_at: datetime | None
    best_submission_id: int | None
