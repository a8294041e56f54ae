"""Threads and replies over the API."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.factories import UserFactory
from accounts.models import User
from courses.factories import (
    ChapterFactory,
    CourseFactory,
    DiscussionReplyFactory,
    DiscussionThreadFactory,
    ProblemFactory,
)
from courses.models import DiscussionReply, DiscussionThread

JSON = "application/json"
PLACES: dict[str, type[CourseFactory | ChapterFactory | ProblemFactory]] = {
    "courses": CourseFactory,
    "chapters": ChapterFactory,
    "problems": ProblemFactory,
}


def test_a_thread_is_opened_shown_changed_and_deleted(api: Client, user: User) -> None:
    opened = api.post("/api/v1/threads/", {"title": "Why?", "content": "It loops."}, content_type=JSON)
    path = f"/api/v1/threads/{opened.json()['id']}/"
    changed = api.patch(path, {"title": "Why so?", "is_resolved": True}, content_type=JSON)
    shown = api.get(path)
    deleted = api.delete(path)

    assert [opened.status_code, changed.status_code, shown.status_code, deleted.status_code] == [
        201,
        200,
        200,
        204,
    ]
    assert shown.json() == changed.json()
    assert {key: shown.json()[key] for key in ("title", "content", "is_resolved", "author", "author_id")} == {
        "title": "Why so?",
        "content": "It loops.",
        "is_resolved": True,
        "author": "ada",
        "author_id": user.pk,
    }
    assert not DiscussionThread.objects.exists()


@pytest.mark.parametrize("place", PLACES)
def test_threads_stand_below_what_they_are_about(api: Client, place: str) -> None:
    about, other = PLACES[place].create(), PLACES[place].create()
    path = f"/api/v1/{place}/{about.pk}/threads/"

    opened = api.post(path, {"title": "Why?"}, content_type=JSON)

    assert opened.status_code == 201
    assert opened.json()[f"{place.removesuffix('s')}_id"] == about.pk
    assert [each["id"] for each in api.get(path).json()["items"]] == [opened.json()["id"]]
    assert api.get(f"/api/v1/{place}/{other.pk}/threads/").json()["count"] == 0
    assert api.get("/api/v1/threads/").json()["count"] == 1


@pytest.mark.parametrize("place", PLACES)
def test_what_is_not_there_has_no_threads(api: Client, place: str) -> None:
    path = f"/api/v1/{place}/1/threads/"

    answered = [api.get(path).status_code, api.post(path, {"title": "Why?"}, content_type=JSON).status_code]

    assert answered == [404, 404]
    assert not DiscussionThread.objects.exists()


@pytest.mark.parametrize("field", ["course_id", "chapter_id", "problem_id"])
def test_a_thread_about_nothing_that_is_there_is_a_404(api: Client, field: str) -> None:
    answered = api.post("/api/v1/threads/", {"title": "Why?", field: 1}, content_type=JSON)

    assert answered.status_code == 404
    assert not DiscussionThread.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a" * 201}, "title"),
        ({"title": "\x00"}, "title"),
        ({"title": "Why?", "content": "\x00"}, "content"),
        ({"title": "Why?", "is_pinned": True}, "is_pinned"),
    ],
)
def test_a_thread_that_cannot_be_stored_is_a_400(api: Client, body: dict[str, object], field: str) -> None:
    answered = api.post("/api/v1/threads/", body, content_type=JSON)

    assert (answered.status_code, [*answered.json()["error"]["fields"]]) == (400, [field])


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_thread_of_another_is_not_ones_own_to_change(api: Client, method: str) -> None:
    thread = DiscussionThreadFactory.create()

    answered = getattr(api, method)(f"/api/v1/threads/{thread.pk}/", {"title": "Mine"}, content_type=JSON)

    assert (answered.status_code, answered.json()["error"]["code"]) == (403, "forbidden")
    assert DiscussionThread.objects.get().title == thread.title


@pytest.mark.parametrize("field", ["is_pinned", "is_archived"])
def test_pinning_and_archiving_are_for_staff(api: Client, staff: Client, user: User, field: str) -> None:
    thread = DiscussionThreadFactory.create(author=user)
    path = f"/api/v1/threads/{thread.pk}/"

    own = api.patch(path, {field: True}, content_type=JSON)
    by_staff = staff.patch(path, {field: True}, content_type=JSON)

    assert (own.status_code, by_staff.status_code) == (403, 200)
    assert by_staff.json()[field] is True


@pytest.mark.case("A034")
def test_a_reply_is_counted_and_listed(api: Client) -> None:
    thread = DiscussionThreadFactory.create()
    mentioned = UserFactory.create()
    body = {"content": "Look at it.", "mentioned_users": [mentioned.pk]}

    replied = api.post(f"/api/v1/threads/{thread.pk}/replies/", body, content_type=JSON)

    assert replied.status_code == 201
    assert replied.json()["mentioned_users"] == [mentioned.pk]
    assert api.get(f"/api/v1/threads/{thread.pk}/").json()["reply_count"] == 1
    assert api.get(f"/api/v1/threads/{thread.pk}/replies/").json()["items"] == [replied.json()]


def test_replies_come_oldest_first(api: Client) -> None:
    thread = DiscussionThreadFactory.create()
    first, second = DiscussionReplyFactory.create_batch(2, thread=thread)

    listed = api.get(f"/api/v1/threads/{thread.pk}/replies/").json()

    assert [each["id"] for each in listed["items"]] == [first.pk, second.pk]


def test_ones_own_reply_is_changed_and_deleted(api: Client, user: User) -> None:
    reply = DiscussionReplyFactory.create(author=user)
    path = f"/api/v1/threads/{reply.thread_id}/replies/{reply.pk}/"

    changed = api.patch(path, {"content": "Look again."}, content_type=JSON)
    shown = api.get(path)
    deleted = api.delete(path)

    assert (changed.status_code, deleted.status_code) == (200, 204)
    assert shown.json()["content"] == "Look again."
    assert api.get(f"/api/v1/threads/{reply.thread_id}/").json()["reply_count"] == 0


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_a_reply_of_another_is_not_ones_own_to_change(api: Client, method: str) -> None:
    reply = DiscussionReplyFactory.create()
    path = f"/api/v1/threads/{reply.thread_id}/replies/{reply.pk}/"

    answered = getattr(api, method)(path, {"content": "Mine"}, content_type=JSON)

    assert answered.status_code == 403
    assert DiscussionReply.objects.get().content == reply.content


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_a_reply_is_not_found_below_another_thread(staff: Client, method: str) -> None:
    reply = DiscussionReplyFactory.create()
    other = DiscussionThreadFactory.create()
    path = f"/api/v1/threads/{other.pk}/replies/{reply.pk}/"

    assert getattr(staff, method)(path, {"content": "x"}, content_type=JSON).status_code == 404


def test_nobody_replies_to_an_archived_thread(api: Client) -> None:
    thread = DiscussionThreadFactory.create(is_archived=True)

    answered = api.post(f"/api/v1/threads/{thread.pk}/replies/", {"content": "Late."}, content_type=JSON)

    assert answered.status_code == 403
    assert not DiscussionReply.objects.exists()


def test_who_is_mentioned_must_be_there(api: Client) -> None:
    thread = DiscussionThreadFactory.create()
    body = {"content": "Look.", "mentioned_users": [9_999_999]}

    answered = api.post(f"/api/v1/threads/{thread.pk}/replies/", body, content_type=JSON)

    assert (answered.status_code, [*answered.json()["error"]["fields"]]) == (400, ["mentioned_users"])


@pytest.mark.parametrize("path", ["threads/1/", "threads/1/replies/", "threads/1/replies/1/"])
def test_what_is_not_there_is_a_404(api: Client, path: str) -> None:
    assert api.get(f"/api/v1/{path}").status_code == 404


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
@pytest.mark.parametrize("path", ["threads/", "threads/1/", "threads/1/replies/", "threads/1/replies/1/"])
@pytest.mark.django_db
def test_nothing_is_written_without_a_token(client: Client, method: str, path: str) -> None:
    answered = getattr(client, method)(f"/api/v1/{path}", {"title": "Why?"}, content_type=JSON)

    assert answered.status_code in (401, 405)
    assert not DiscussionThread.objects.exists()


@pytest.mark.parametrize("rows", [2, 100])
def test_threads_take_as_many_queries_however_many_there_are(
    api: Client, django_assert_max_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    DiscussionThreadFactory.create_batch(rows)

    with django_assert_max_num_queries(3):
        api.get("/api/v1/threads/?page_size=100")


@pytest.mark.parametrize("rows", [2, 100])
def test_replies_take_as_many_queries_however_many_there_are(
    api: Client, django_assert_max_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    thread = DiscussionThreadFactory.create()
    DiscussionReplyFactory.create_batch(rows, thread=thread)

    with django_assert_max_num_queries(5):
        api.get(f"/api/v1/threads/{thread.pk}/replies/?page_size=100")
