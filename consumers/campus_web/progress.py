"""Enrolments, and how far one is."""

from __future__ import annotations

from collections.abc import Iterator

from consumers.campus_web.caller import PAGE_SIZE, Caller, given
from contracts.campus.paging import Page
from contracts.campus.progress import ChapterProgress, Enrollment, ProblemProgress


class Progress(Caller):
    """The part of the client that is about courses that one takes."""

    def enroll(self, course_id: int) -> Enrollment:
        """Take a course.

        Raises:
            Invalid: the user takes it already.
            NotFound: there is no such course.
        """
        return self._write("POST", "/enrollments/", 201, Enrollment, given(course_id=course_id))

    def leave(self, enrollment_id: int) -> None:
        """Leave a course; progress in it is lost.

        Raises:
            NotFound: it is no enrolment of the user's.
        """
        self._delete(f"/enrollments/{enrollment_id:d}/")

    def enrollments(self, *, page_size: int = PAGE_SIZE) -> Iterator[Enrollment]:
        """The courses that the user takes, newest first."""
        return self._items("/enrollments/", Page[Enrollment], size=page_size)

    def chapter_progress(self, *, page_size: int = PAGE_SIZE) -> Iterator[ChapterProgress]:
        """How far the user is, chapter by chapter."""
        return self._items("/chapter-progress/", Page[ChapterProgress], size=page_size)

    def problem_progress(self, *, page_size: int = PAGE_SIZE) -> Iterator[ProblemProgress]:
        """How far the user is, problem by problem."""
        return self._items("/problem-progress/", Page[ProblemProgress], size=page_size)
