"""What an accepted submission brings: its draft, the enrolment, and the progress."""

from __future__ import annotations

from datetime import datetime

from courses.models import (
    CodeDraft,
    Enrollment,
    Problem,
    ProblemProgress,
    ProgressStatus,
    SaveType,
    Submission,
)
from courses.services.locks import lock


def record_acceptance(submission: Submission, now: datetime) -> None:
    """Within the transaction of the verdict. A free run has no problem, and an orphan no course."""
    problem = submission.problem
    if problem is None:
        return
    CodeDraft.objects.create(
        user_id=submission.user_id,
        problem=problem,
        code=submission.code,
        language=submission.language,
        save_type=SaveType.SUBMISSION,
        submission=submission,
    )
    if problem.chapter is not None:
        _record_progress(_enrolment(submission, problem.chapter.course_id), problem, submission, now)


def _enrolment(submission: Submission, course_id: int) -> Enrollment:
    """That of the submission's user, locked: two acceptances of one user come one after the other."""
    enrollment, _ = Enrollment.objects.get_or_create(user_id=submission.user_id, course_id=course_id)
    (locked,) = lock(Enrollment.objects.all(), [enrollment.pk])
    return locked


def _record_progress(enrollment: Enrollment, problem: Problem, submission: Submission, now: datetime) -> None:
    progress, _ = ProblemProgress.objects.get_or_create(enrollment=enrollment, problem=problem)
    progress.status = ProgressStatus.SOLVED
    progress.attempts += 1
    progress.last_attempted_at = now
    progress.solved_at = progress.solved_at or now
    if _is_faster(submission, progress.best_submission):
        progress.best_submission = submission
    progress.save()


def _is_faster(submission: Submission, best: Submission | None) -> bool:
    if best is None:
        return True
    if submission.execution_time is None:
        return False
    return best.execution_time is None or submission.execution_time < best.execution_time
