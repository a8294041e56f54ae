"""The problems of an exam, as one who takes it is to see them."""

from __future__ import annotations

import random

from accounts.models import User
from config.errors import Forbidden
from courses.models import ExamProblem, ExamSubmission
from courses.services import exams


def of_exam(user: User, exam_id: int) -> list[ExamProblem]:
    """In their order; where the exam shuffles them, in one of this attempt's own, the same each time.

    Raises:
        Unknown: there is no such exam, or the user may not know of it.
        Forbidden: the user has not begun it, and is not staff.
    """
    exam = exams.find(user, exam_id)
    rows = list(
        ExamProblem.objects.filter(exam=exam.pk).select_related(
            "problem__choice_info", "problem__fillblank_info"
        )
    )
    attempt = ExamSubmission.objects.filter(exam=exam.pk, user=user).first()
    if attempt is None and not user.teaches:
        raise Forbidden("begin the exam first")
    if attempt is not None and exam.shuffle_questions:
        random.Random(attempt.pk).shuffle(rows)
    return rows
