"""Reading courses, chapters and problems over the API."""

from __future__ import annotations

from collections.abc import Callable

import factory
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from courses.factories import (
    AlgorithmProblemFactory,
    ChapterFactory,
    ChoiceProblemFactory,
    CourseFactory,
    FillBlankProblemFactory,
    ProblemFactory,
    ProblemProgressFactory,
    TestCaseFactory,
)


def test_courses_are_listed_by_title(api: Client) -> None:
    CourseFactory.create_batch(3, title=factory.Iterator(["Sorting", "Graphs", "Loops"]))

    listed = api.get("/api/v1/courses/").json()

    assert listed["count"] == 3
    assert [each["title"] for each in listed["items"]] == ["Graphs", "Loops", "Sorting"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("page_size=2", ["0", "1"]),
        ("page=2&page_size=2", ["2"]),
        ("page=3&page_size=2", []),
        ("page=1000000", []),
    ],
)
def test_a_list_comes_in_pages(api: Client, query: str, titles: list[str]) -> None:
    CourseFactory.create_batch(3, title=factory.Iterator("012"))

    listed = api.get(f"/api/v1/courses/?{query}").json()

    assert listed["count"] == 3
    assert [each["title"] for each in listed["items"]] == titles


def test_a_time_has_its_offset(api: Client) -> None:
    course = CourseFactory.create()

    shown = api.get(f"/api/v1/courses/{course.pk}/").json()

    assert shown["created_at"].endswith("Z")


def test_chapters_come_in_their_order(api: Client) -> None:
    course = CourseFactory.create()
    ChapterFactory.create(course=course, order=2, title="Second")
    ChapterFactory.create(course=course, order=1, title="First")
    ChapterFactory.create()

    listed = api.get(f"/api/v1/courses/{course.pk}/chapters/").json()

    assert [each["title"] for each in listed["items"]] == ["First", "Second"]


def test_problems_are_listed_with_how_far_one_is(api: Client, user: User) -> None:
    solved = ProblemProgressFactory.create(enrollment__user=user, status="solved")
    chapter = solved.problem.chapter
    new = ProblemFactory.create(chapter=chapter)
    ProblemProgressFactory.create(problem=new, status="failed")

    listed = api.get(f"/api/v1/chapters/{solved.problem.chapter_id}/problems/").json()

    assert {each["id"]: each["status"] for each in listed["items"]} == {
        solved.problem_id: "solved",
        new.pk: "not_started",
    }


def test_a_problem_in_code_shows_its_samples_and_no_other_case(api: Client) -> None:
    info = AlgorithmProblemFactory.create()
    TestCaseFactory.create(problem=info, input_data="[1, 2]", expected_output="3", is_sample=True)
    TestCaseFactory.create(problem=info, input_data="hidden", expected_output="hidden")

    shown = api.get(f"/api/v1/problems/{info.problem_id}/")

    assert shown.json()["algorithm"]["samples"] == [{"input_data": "[1, 2]", "expected_output": "3"}]
    assert b"hidden" not in shown.content


def test_a_choice_shows_its_options_and_not_which_are_right(api: Client) -> None:
    info = ChoiceProblemFactory.create(options={"a": "Bubble sort", "b": "Merge sort"}, correct_answers=["b"])

    shown = api.get(f"/api/v1/problems/{info.problem_id}/").json()

    assert shown["options"] == {"a": "Bubble sort", "b": "Merge sort"}
    assert (shown["algorithm"], shown["blanks"]) == (None, None)
    assert "correct_answers" not in shown


def test_blanks_are_counted_and_not_filled(api: Client) -> None:
    info = FillBlankProblemFactory.create(blanks=[["O(n)"], ["stack"]])

    shown = api.get(f"/api/v1/problems/{info.problem_id}/")

    assert shown.json()["blanks"] == 2
    assert b"stack" not in shown.content


def test_a_problem_without_a_chapter_is_shown(api: Client) -> None:
    problem = ProblemFactory.create(chapter=None)

    assert api.get(f"/api/v1/problems/{problem.pk}/").json()["chapter_id"] is None


@pytest.mark.parametrize(
    "path", ["courses/1/", "courses/1/chapters/", "chapters/1/", "chapters/1/problems/", "problems/1/"]
)
def test_what_is_not_there_is_a_404(api: Client, path: str) -> None:
    answered = api.get(f"/api/v1/{path}")

    assert (answered.status_code, answered.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("rows", [2, 200])
@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("courses/", lambda rows: CourseFactory.create_batch(rows)),
        (
            "courses/{id}/chapters/",
            lambda rows: ChapterFactory.create_batch(rows, course=CourseFactory.create(id=7)),
        ),
        (
            "chapters/{id}/problems/",
            lambda rows: ProblemFactory.create_batch(rows, chapter=ChapterFactory.create(id=7)),
        ),
    ],
)
def test_a_list_takes_as_many_queries_however_long_it_is(
    api: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    path: str,
    make: Callable[[int], object],
    rows: int,
) -> None:
    make(rows)

    with django_assert_max_num_queries(5):
        api.get(f"/api/v1/{path.format(id=7)}?page_size=100")
