"""Who takes which course, and how far they are."""

from __future__ import annotations

from contracts.campus.enums import ProgressStatus
from contracts.campus.texts import SOURCE, Count, Id, KnownId
from troth.fields import Payload, Timestamp


class EnrollmentPath(Payload, source=SOURCE):
    enrollment_id: Id


class NewEnrollment(Payload, source=SOURCE):
    course_id: Id


class Enrollment(Payload, source=SOURCE):
    id: KnownId
    user_id: KnownId
    course_id: KnownId
    enrolled_at: Timestamp
    last_accessed_at: Timestamp


class ChapterProgress(Payload, source=SOURCE):
    id: KnownId
    enrollment_id: KnownId
    chapter_id: KnownId
    completed: bool
    completed_at: Timestamp | None


class ProblemProgress(Payload, source=SOURCE):
    id: KnownId
    enrollment_id: KnownId
    problem_id: KnownId
    status: ProgressStatus
    attempts: Count
    last_attempted_at: Timestamp | None
    solved_at: Timestamp | None
    best_submission_id: KnownId | None
