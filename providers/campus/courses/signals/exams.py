"""What an exam is worth, and what is cached of it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver

from courses.models import Course, Exam, ExamProblem
from courses.services.exams_totals import forget, recompute
from courses.services.locks import lock
from courses.signals import parents

_log = logging.getLogger("campus.signals")


@receiver(pre_save, sender=ExamProblem)
def lock_exams(
    *,
    instance: ExamProblem,
    raw: bool,
    update_fields: Collection[str] | None,
    **_: Any,
) -> None:
    """The exam before its problem."""
    if not raw and not _skipped(instance):
        lock(Exam.objects.all(), parents.note(instance, "exam", update_fields))


@receiver(post_save, sender=ExamProblem)
def add_up(*, instance: ExamProblem, raw: bool, **_: Any) -> None:
    """Unless ``exam._skip_exam_problem_signals`` says that somebody will do it for many problems at once."""
    if not raw and not _skipped(instance):
        _recompute(instance, parents.noted(instance, "exam"))


@receiver(pre_delete, sender=ExamProblem)
def lock_exam(*, instance: ExamProblem, origin: Model | QuerySet[Model] | None = None, **_: Any) -> None:
    """The exam before its problem."""
    if not _goes_with_its_exam(origin):
        lock(Exam.objects.all(), [instance.exam_id])


@receiver(post_delete, sender=ExamProblem)
def add_up_remaining(
    *, instance: ExamProblem, origin: Model | QuerySet[Model] | None = None, **_: Any
) -> None:
    """Whether signals are to be skipped or not; nothing where the exam goes as well."""
    if not _goes_with_its_exam(origin):
        _recompute(instance, [instance.exam_id])


@receiver((post_save, post_delete), sender=Exam)
def forget_exam(*, instance: Exam, **_: Any) -> None:
    """What is cached of it, also that it did not exist."""
    forget([instance.pk])


def _recompute(instance: ExamProblem, exam_ids: Iterable[int]) -> None:
    """That has a savepoint of its own, so that its failure leaves the transaction of the row usable."""
    try:
        recompute(exam_ids)
        _refresh(instance)
    except Exception:  # noqa: BLE001 - logged; recompute() repairs it, and the row itself is right
        _log.exception("the total of exams %s was not recomputed", sorted(exam_ids))


def _refresh(instance: ExamProblem) -> None:
    """The exam in memory: whoever saves it whole must not write the old total back."""
    if ExamProblem.exam.is_cached(instance):
        exam = Exam.objects.filter(pk=instance.exam_id).first()
        if exam is not None:
            _copy(exam, instance.exam)


def _copy(source: Exam, target: Exam) -> None:
    for name in ("total_score", "passing_score", "updated_at"):
        setattr(target, name, getattr(source, name))


def _skipped(instance: ExamProblem) -> bool:
    """Only an exam in memory can say so."""
    return ExamProblem.exam.is_cached(instance) and instance.exam._skip_exam_problem_signals


def _goes_with_its_exam(origin: Model | QuerySet[Model] | None) -> bool:
    model = origin.model if isinstance(origin, QuerySet) else type(origin)
    return issubclass(model, (Exam, Course))
