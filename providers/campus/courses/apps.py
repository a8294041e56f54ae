"""Connects the signals of courses."""

from __future__ import annotations

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        from courses import signals  # noqa: F401 - importing it connects them
