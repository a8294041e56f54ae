"""Users, organisations and the tokens by which a request shows whose it is."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone


class Organisation(models.Model):
    """A school, or whoever else brings users."""

    name = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    STUDENT = "student"
    TEACHER = "teacher"
    TUTOR = "tutor"
    PARENT = "parent"
    ADMIN = "admin"


_TEACHING = frozenset({Role.TEACHER, Role.TUTOR, Role.ADMIN})


class User(AbstractUser):
    """Somebody who uses campus."""

    role = models.CharField(max_length=16, choices=Role, default=Role.STUDENT, db_index=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="users"
    )

    class Meta:
        ordering = ("username",)

    @property
    def teaches(self) -> bool:
        """Staff, in the words of the API: sees the rows of all, and what is not published."""
        return self.is_staff or self.role in _TEACHING


class BearerToken(models.Model):
    """A token, of which only the digest is kept: who reads the database cannot use it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"{self.name or 'a token'} of {self.user.get_username()}"
