"""What an exam is worth: the sum of its problems."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.models import Exam, ExamProblem
from courses.services.cache import View, after_commit, shared
from courses.services.locks import lock


def recompute(exam_ids: Iterable[int]) -> None:
    """Write down what exams are worth, and lower a passing score that nobody could reach to 60 % of it.

    It is never raised again: it stays until somebody edits it. For signals, and for whoever has written
    problems of exams in bulk, or with their signals skipped. Exams that are gone are passed over.
    """
    with transaction.atomic():
        # The sum is taken by a statement that starts once the lock is held: an UPDATE that waited for the
        # row itself would still add up what was there before it waited.
        locked = [exam.pk for exam in lock(Exam.objects.all(), exam_ids)]
        of_exam = ExamProblem.objects.filter(exam=OuterRef("pk")).order_by().values("exam")
        total = Coalesce(
            Subquery(of_exam.annotate(total=Sum("score")).values("total"), output_field=IntegerField()), 0
        )
        Exam.objects.filter(pk__in=locked).update(
            total_score=total,
            # In whole numbers: the quotient is rounded down.
            passing_score=Case(
                When(passing_score__gt=total, then=total * 6 / 10),
                default=F("passing_score"),
                output_field=IntegerField(),
            ),
            updated_at=timezone.now(),
        )
        forget(locked)


def forget(exam_ids: Iterable[int]) -> None:
    """Drop what is cached of these exams, and the lists of exams, after the commit."""
    after_commit(*(partial(_drop, exam_id) for exam_id in exam_ids), lambda: shared().drop_all(View.EXAMS))


def _drop(exam_id: int) -> None:
    shared().drop(View.EXAM, exam_id)
