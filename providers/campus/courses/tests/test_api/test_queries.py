"""A list takes as many queries for 200 rows as for 2, whatever it lists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import services
from accounts.models import User
from config.openapi import document
from config.pages import LONGEST_PAGE
from courses.factories import (
    ChapterFactory,
    ChapterProgressFactory,
    CourseFactory,
    DiscussionReplyFactory,
    DiscussionThreadFactory,
    EnrollmentFactory,
    ExamFactory,
    ExamProblemFactory,
    ProblemFactory,
    ProblemProgressFactory,
    SubmissionFactory,
)
from courses.models import Chapter, Course, Exam, Problem

ID = 7
"""Of what a list is about."""


def course() -> Course:
    return CourseFactory.create(id=ID)


def chapter() -> Chapter:
    return ChapterFactory.create(id=ID)


def problem() -> Problem:
    return ProblemFactory.create(id=ID)


def exam() -> Exam:
    found = ExamFactory.create(id=ID)
    # Else each problem that is made adds all of them up.
    found._skip_exam_problem_signals = True
    return found


@dataclass(frozen=True)
class Listing:
    """A list, the queries that a page of it takes, and what makes so many rows for a user."""

    path: str
    queries: int
    make: Callable[[User, int], object]


LISTS = [
    Listing("/tokens/", 3, lambda user, rows: [services.issue(user) for _ in range(rows)]),
    Listing("/submissions/", 3, lambda user, rows: SubmissionFactory.create_batch(rows, user=user)),
    Listing("/courses/", 3, lambda _, rows: CourseFactory.create_batch(rows)),
    Listing(
        "/courses/{course_id}/chapters/",
        4,
        lambda _, rows: ChapterFactory.create_batch(rows, course=course()),
    ),
    Listing(
        "/courses/{course_id}/exams/", 4, lambda _, rows: ExamFactory.create_batch(rows, course=course())
    ),
    Listing(
        "/courses/{course_id}/threads/",
        4,
        lambda _, rows: DiscussionThreadFactory.create_batch(rows, course=course()),
    ),
    Listing(
        "/chapters/{chapter_id}/problems/",
        5,
        lambda _, rows: ProblemFactory.create_batch(rows, chapter=chapter()),
    ),
    Listing(
        "/chapters/{chapter_id}/threads/",
        4,
        lambda _, rows: DiscussionThreadFactory.create_batch(rows, course=None, chapter=chapter()),
    ),
    Listing(
        "/problems/{problem_id}/threads/",
        4,
        lambda _, rows: DiscussionThreadFactory.create_batch(rows, course=None, problem=problem()),
    ),
    Listing("/threads/", 3, lambda _, rows: DiscussionThreadFactory.create_batch(rows)),
    Listing(
        "/threads/{thread_id}/replies/",
        5,
        lambda _, rows: DiscussionReplyFactory.create_batch(
            rows, thread=DiscussionThreadFactory.create(id=ID)
        ),
    ),
    Listing("/enrollments/", 3, lambda _, rows: EnrollmentFactory.create_batch(rows)),
    Listing(
        "/chapter-progress/",
        3,
        lambda user, rows: ChapterProgressFactory.create_batch(
            rows, enrollment=EnrollmentFactory.create(user=user)
        ),
    ),
    Listing(
        "/problem-progress/",
        3,
        lambda user, rows: ProblemProgressFactory.create_batch(
            rows, enrollment=EnrollmentFactory.create(user=user)
        ),
    ),
    Listing("/exams/", 3, lambda _, rows: ExamFactory.create_batch(rows)),
    Listing(
        "/exams/{exam_id}/problems/",
        4,
        lambda _, rows: ExamProblemFactory.create_batch(rows, exam=exam()),
    ),
]


def length(answered: list[object] | dict[str, int]) -> int:
    """Of the whole list, of which a page was answered."""
    return len(answered) if isinstance(answered, list) else answered["count"]


@pytest.mark.parametrize("rows", [2, 200])
@pytest.mark.parametrize("listing", LISTS, ids=lambda each: each.path)
def test_a_list_takes_as_many_queries_for_200_rows_as_for_2(
    staff: Client,
    teacher: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    listing: Listing,
    rows: int,
) -> None:
    listing.make(teacher, rows)
    path = re.sub(r"\{\w+\}", str(ID), listing.path)

    with django_assert_num_queries(listing.queries):
        answered = staff.get(f"/api/v1{path}?page_size={LONGEST_PAGE}")

    assert length(answered.json()) >= rows


def test_every_list_is_among_them() -> None:
    paths = json.loads(document())["paths"]
    answers = {
        path.removeprefix("/api/v1"): str(methods["get"]["responses"]["200"])
        for path, methods in paths.items()
        if "get" in methods
    }

    lists = {path for path, answer in answers.items() if "/Page_" in answer or "'array'" in answer}

    assert lists == {each.path for each in LISTS}


def test_the_page_on_performance_has_these_figures() -> None:
    text = Path(settings.ROOT, "docs", "performance.md").read_text(encoding="utf-8")

    shown = dict(re.findall(r"^\| `GET (/\S*)` \| (\d+) \|$", text, flags=re.MULTILINE))

    assert shown == {each.path: str(each.queries) for each in LISTS}
