"""What the client asks, and what it makes of campus's answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses

from consumers.campus_web.client import CampusClient
from consumers.campus_web.errors import CampusError, Unreadable, UnreadableOutcome
from consumers.campus_web.exams import Blanks, Choice
from tests.consumers.campus_web.support import (
    PROGRAM,
    answers,
    asked,
    attempt,
    client,
    empty,
    enrollment,
    free_run,
    page,
    query,
    reply,
    result,
    sent,
    submission,
    thread,
)
from troth.jsontext import Json

# --- programs -------------------------------------------------------------------------------------


@responses.activate
def test_a_program_goes_out_letter_by_letter() -> None:
    answers("POST", "/submissions/", submission(), status=201)

    made = client().submit(3, PROGRAM)

    assert sent() == {"problem_id": 3, "code": PROGRAM, "language": "python"}
    assert (made.status, made.code) == ("accepted", PROGRAM)


@responses.activate
def test_a_free_run_names_no_problem() -> None:
    answers("POST", "/submissions/", free_run())

    ran = client().run(PROGRAM, language="c")

    assert sent() == {"code": PROGRAM, "language": "c"}
    assert ran.stdout == "3"


@responses.activate
def test_a_run_in_the_place_of_a_verdict_breaks_the_contract() -> None:
    answers("POST", "/submissions/", free_run())

    with pytest.raises(UnreadableOutcome):
        client().submit(3, PROGRAM)


@responses.activate
def test_fields_that_are_not_wanted_are_named() -> None:
    answers("GET", "/submissions/7/", submission())

    client().submission(7, without=["code", "error"])

    assert query() == {"exclude": "code,error"}


@responses.activate
def test_a_whole_submission_is_asked_for_without_a_query() -> None:
    answers("GET", "/submissions/7/", submission())

    client().submission(7)

    assert query() == {}


# --- lists ----------------------------------------------------------------------------------------


@responses.activate
def test_a_list_is_asked_for_page_by_page_to_its_end() -> None:
    answers("GET", "/submissions/", page(submission(1), submission(2), count=3), page(submission(3), count=3))

    found = [each.id for each in client().submissions(page_size=2)]

    assert found == [1, 2, 3]
    assert [query(index)["page"] for index in (0, 1)] == ["1", "2"]


@responses.activate
def test_a_page_is_asked_for_when_it_is_needed() -> None:
    answers("GET", "/submissions/", page(submission(1), count=5))

    first = next(client().submissions(page_size=1))

    assert (first.id, len(asked())) == (1, 1)


@responses.activate
def test_a_list_that_has_become_shorter_ends() -> None:
    answers("GET", "/submissions/", page(submission(1), count=9), page(count=9))

    found = [each.id for each in client().submissions(page_size=1)]

    assert found == [1]


LISTS: dict[str, tuple[str, Json, Callable[[CampusClient], Iterator[Any]]]] = {
    "threads": ("/courses/2/threads/", thread(), lambda it: it.threads_of_course(2)),
    "replies": ("/threads/9/replies/", reply(), lambda it: it.replies(9)),
    "enrolments": ("/enrollments/", enrollment(), lambda it: it.enrollments()),
}


@responses.activate
@pytest.mark.parametrize(("path", "item", "ask"), LISTS.values(), ids=LISTS)
def test_other_lists_are_read_the_same_way(
    path: str, item: Json, ask: Callable[[CampusClient], Iterator[Any]]
) -> None:
    answers("GET", path, page(item))

    found = list(ask(client()))

    assert len(found) == 1
    assert query() == {"page": "1", "page_size": "50"}


@responses.activate
def test_exams_of_whichever_course_name_none() -> None:
    answers("GET", "/exams/", page())

    assert list(client().exams()) == []
    assert "course" not in query()


# --- threads --------------------------------------------------------------------------------------


@responses.activate
def test_a_thread_is_about_what_is_given() -> None:
    answers("POST", "/threads/", thread(), status=201)

    client().open_thread("Почему?", problem_id=3)

    assert sent() == {"title": "Почему?", "content": "", "problem_id": 3}


@responses.activate
def test_only_what_changes_is_sent() -> None:
    answers("PATCH", "/threads/9/", thread(is_resolved=False))

    client().change_thread(9, is_resolved=False)

    assert sent() == {"is_resolved": False}


@responses.activate
def test_a_reply_names_whom_it_mentions() -> None:
    answers("POST", "/threads/9/replies/", reply(), status=201)

    made = client().reply(9, "Потому", mentioned=[6])

    assert sent() == {"content": "Потому", "mentioned_users": [6]}
    assert made.mentioned_users == [6]


@responses.activate
def test_a_deletion_has_no_body_either_way() -> None:
    empty("DELETE", "/threads/9/")

    client().delete_thread(9)

    assert sent() is None


# --- exams ----------------------------------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize("status", [200, 201])
def test_an_attempt_is_begun_or_gone_on_with(status: int) -> None:
    answers("POST", "/exams/4/start", attempt(), status=status)

    assert client().start(4).submission_id == 8


@responses.activate
def test_each_answer_stands_in_the_list_of_its_kind() -> None:
    answers("POST", "/exams/4/submit", result())

    client().submit_answers(4, [Choice(3, ["a", "b"]), Blanks(6, ["x"])])

    assert sent() == {
        "answers": [
            {"problem_id": 3, "problem_type": "choice", "choice_answers": ["a", "b"]},
            {"problem_id": 6, "problem_type": "fillblank", "fillblank_answers": ["x"]},
        ]
    }


# --- who one is -----------------------------------------------------------------------------------


@responses.activate
def test_who_logs_in_sends_no_token() -> None:
    made: Json = {"id": 1, "name": "campus-web", "created_at": "2031-05-01T12:00:00Z"}
    answers(
        "POST",
        "/tokens/",
        {**made, "expires_at": "2031-05-01T12:00:00Z", "token": "t0ken"},  # type: ignore[dict-item]
        status=201,
    )

    token = client(token="").log_in("olga", "s3cret")

    assert "Authorization" not in asked()[0].headers
    assert token.token == "t0ken"


@responses.activate
def test_a_service_that_is_down_says_so_and_is_asked_once() -> None:
    answers("GET", "/health", {"status": "down", "database": "down", "store": "ok"}, status=503)

    found = client().health()

    assert (found.status, len(asked())) == ("down", 1)


# --- answers that break the contract --------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize(
    "body",
    [submission(id="7"), submission(status="queued"), submission(created_at=None), {}, [], None, "x"],
    ids=["an id as text", "an unknown status", "null", "nothing", "a list", "no object", "a text"],
)
def test_an_answer_of_another_form_is_unreadable(body: Json) -> None:
    answers("GET", "/submissions/7/", body)

    with pytest.raises(Unreadable):
        client().submission(7)


@responses.activate
def test_what_was_written_and_answered_wrongly_may_have_been_done() -> None:
    answers("POST", "/submissions/", {"id": 1}, status=201)

    with pytest.raises(UnreadableOutcome) as caught:
        client().submit(3, PROGRAM)

    assert "user_id: missing" in str(caught.value)


@responses.activate
def test_of_what_is_unreadable_only_the_places_are_told() -> None:
    answers("GET", "/submissions/7/", submission(id="s3cret-id", status="s3cret-status"))

    with pytest.raises(CampusError) as caught:
        client().submission(7)

    assert "id: int_type" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
