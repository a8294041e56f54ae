"""Programs that were sent in, and their verdicts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.models.content import Problem


class SubmissionStatus(models.TextChoices):
    """pending, then judging, then one of the others, which is for good."""

    PENDING = "pending"
    JUDGING = "judging"
    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong_answer"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    MEMORY_LIMIT_EXCEEDED = "memory_limit_exceeded"
    RUNTIME_ERROR = "runtime_error"
    COMPILATION_ERROR = "compilation_error"
    INTERNAL_ERROR = "internal_error"

    @property
    def final(self) -> bool:
        return self not in (SubmissionStatus.PENDING, SubmissionStatus.JUDGING)


class Submission(models.Model):
    """A program of a user for a problem."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="submissions")
    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="submissions"
    )
    code = models.TextField()
    language = models.CharField(max_length=32, default="python")
    status = models.CharField(max_length=32, choices=SubmissionStatus, default=SubmissionStatus.PENDING)
    execution_time = models.FloatField(null=True, blank=True)
    """Milliseconds."""
    memory_used = models.FloatField(null=True, blank=True)
    """Megabytes."""
    output = models.TextField(blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("user", "problem", "status"), name="submission_user_problem_status"),
            models.Index(fields=("status", "updated_at"), name="submission_status_updated_at"),
        )

    def __str__(self) -> str:
        return f"submission {self.pk}: {self.status}"


class SaveType(models.TextChoices):
    AUTO_SAVE = "auto_save"
    MANUAL_SAVE = "manual_save"
    SUBMISSION = "submission"


class CodeDraft(models.Model):
    """Code that a user has written for a problem of type algorithm."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, related_name="drafts", limit_choices_to={"type": "algorithm"}
    )
    code = models.TextField()
    language = models.CharField(max_length=32, default="python")
    save_type = models.CharField(max_length=16, choices=SaveType, default=SaveType.AUTO_SAVE)
    submission = models.ForeignKey(
        Submission, on_delete=models.SET_NULL, null=True, blank=True, related_name="drafts"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"draft {self.pk}"
