"""Threads about a course, a chapter or a problem."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from courses.models.content import Chapter, Course, Problem


class DiscussionThread(models.Model):
    """A thread. ``reply_count`` and ``last_activity_at`` are kept by the signals of its replies."""

    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, null=True, blank=True, related_name="threads"
    )
    chapter = models.ForeignKey(
        Chapter, on_delete=models.CASCADE, null=True, blank=True, related_name="threads"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.CASCADE, null=True, blank=True, related_name="threads"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="threads")
    title = models.CharField(max_length=200)
    content = models.TextField(blank=True)
    is_pinned = models.BooleanField(default=False)
    is_resolved = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)
    reply_count = models.PositiveIntegerField(default=0)
    last_activity_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-is_pinned", "-last_activity_at", "-id")

    def __str__(self) -> str:
        return self.title


class DiscussionReply(models.Model):
    """An answer in a thread."""

    thread = models.ForeignKey(DiscussionThread, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="replies")
    content = models.TextField()
    mentioned_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("created_at", "id")
        verbose_name_plural = "discussion replies"

    def __str__(self) -> str:
        return f"reply {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In one transaction with what its signals write of its thread."""
        with transaction.atomic():
            super().save(*args, **kwargs)
