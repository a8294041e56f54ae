"""Who takes which course, and how far they are."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.models.content import Chapter, Course, Problem
from courses.models.submissions import Submission


class Enrollment(models.Model):
    """A user who takes a course."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrollments")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrollments")
    enrolled_at = models.DateTimeField(default=timezone.now, editable=False)
    last_accessed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-enrolled_at", "-id")
        constraints = (models.UniqueConstraint(fields=("user", "course"), name="enrollment_user_course"),)

    def __str__(self) -> str:
        return f"enrollment {self.pk}"


class ProgressStatus(models.TextChoices):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    SOLVED = "solved"
    FAILED = "failed"


class ProblemProgress(models.Model):
    """How far an enrolled user is with a problem."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="problem_progress")
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="progress")
    status = models.CharField(max_length=16, choices=ProgressStatus, default=ProgressStatus.NOT_STARTED)
    attempts = models.PositiveIntegerField(default=0)
    last_attempted_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    best_submission = models.ForeignKey(
        Submission, on_delete=models.SET_NULL, null=True, blank=True, related_name="best_of"
    )

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "problem progress"
        constraints = (
            models.UniqueConstraint(fields=("enrollment", "problem"), name="progress_enrollment_problem"),
        )

    def __str__(self) -> str:
        return f"progress {self.pk}: {self.status}"


class ChapterProgress(models.Model):
    """Whether an enrolled user has completed a chapter."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="chapter_progress")
    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="progress")
    completed = models.BooleanField(default=False)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        verbose_name_plural = "chapter progress"
        constraints = (
            models.UniqueConstraint(fields=("enrollment", "chapter"), name="progress_enrollment_chapter"),
        )

    def __str__(self) -> str:
        return f"chapter progress {self.pk}"
