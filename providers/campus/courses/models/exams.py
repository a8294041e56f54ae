"""Exams, their problems, and the attempts at them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.utils import timezone

from courses.models.content import Course, Problem, ProblemType
from courses.models.progress import Enrollment


class ExamStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Exam(models.Model):
    """An exam of a course. ``total_score`` is the sum of its problems' scores, kept by their signals."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="exams")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    start_time = models.DateTimeField()
    end_time = models.DateTimeField()
    duration_minutes = models.PositiveIntegerField(default=0)
    """Of one attempt; 0 for no limit but ``end_time``."""
    total_score = models.PositiveIntegerField(default=100)
    passing_score = models.PositiveIntegerField(default=60)
    status = models.CharField(max_length=16, choices=ExamStatus, default=ExamStatus.DRAFT)
    shuffle_questions = models.BooleanField(default=False)
    show_results_after_submit = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)

    _skip_exam_problem_signals: bool = False
    """Set on an exam in memory while many of its problems are saved; ``exams.recompute`` follows."""

    class Meta:
        ordering = ("-start_time", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(end_time__gt=models.F("start_time")), name="exam_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse times that make no sense, under the names of their fields."""
        # A form that lacks one has said so, and comes here all the same.
        starts: datetime | None = self.start_time
        ends: datetime | None = self.end_time
        if starts is None or ends is None:
            return
        if ends <= starts:
            raise ValidationError({"end_time": "it must be after start_time"})
        if self._state.adding and starts < timezone.now():
            raise ValidationError({"start_time": "it is in the past"})

    def is_active(self, now: datetime | None = None) -> bool:
        """Whether it can be taken; both ends of its window are part of it."""
        moment = timezone.now() if now is None else now
        return self.status == ExamStatus.PUBLISHED and self.start_time <= moment <= self.end_time


class ExamProblem(models.Model):
    """A problem in an exam."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="exam_problems")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="in_exams")
    score = models.PositiveIntegerField(default=10, validators=(MinValueValidator(1),))
    order = models.PositiveIntegerField(default=0)
    is_required = models.BooleanField(default=True)

    class Meta:
        ordering = ("exam", "order", "id")
        constraints = (
            models.UniqueConstraint(fields=("exam", "problem"), name="exam_problem_once"),
            models.CheckConstraint(condition=models.Q(score__gte=1), name="exam_problem_score_from_1"),
        )

    def __str__(self) -> str:
        return f"exam problem {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In one transaction with what its signals write of its exam."""
        with transaction.atomic():
            super().save(*args, **kwargs)

    def clean(self) -> None:
        """A program cannot be judged in an exam."""
        chosen: int | None = self.problem_id
        if chosen is not None and self.problem.type == ProblemType.ALGORITHM:
            raise ValidationError({"problem": "an exam takes problems of type choice and fillblank only"})


class AttemptStatus(models.TextChoices):
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    AUTO_SUBMITTED = "auto_submitted"
    GRADED = "graded"


class ExamSubmission(models.Model):
    """The one attempt of a user at an exam."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="submissions")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="exam_submissions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exam_submissions"
    )
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=AttemptStatus, default=AttemptStatus.IN_PROGRESS)
    total_score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    is_passed = models.BooleanField(null=True, blank=True)
    time_spent_seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at", "-id")
        constraints = (models.UniqueConstraint(fields=("exam", "user"), name="exam_attempt_once"),)

    def __str__(self) -> str:
        return f"attempt {self.pk}: {self.status}"


class ExamAnswer(models.Model):
    """What an attempt answers to one problem."""

    submission = models.ForeignKey(ExamSubmission, on_delete=models.CASCADE, related_name="answers")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="exam_answers")
    choice_answers = models.JSONField(null=True, blank=True)
    fillblank_answers = models.JSONField(null=True, blank=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    is_correct = models.BooleanField(null=True, blank=True)
    correct_percentage = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("submission", "problem"), name="exam_answer_once"),)

    def __str__(self) -> str:
        return f"answer {self.pk}"
