"""The use of campus, claimed once. Every proof comes from these.

The scenario is a student's. Names of people and what guards them are hidden in recordings, so nothing is
claimed of them. Most of these leave something behind, so they run on the service's own empty world, not on
one that people use.
"""

from __future__ import annotations

import pytest

from consumers.campus_web.client import CampusClient
from consumers.campus_web.errors import (
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    RateLimited,
)
from consumers.campus_web.exams import Blanks, Choice
from consumers.campus_web.waiting import Clock
from contracts.campus.operations import campus
from troth.scenario import Server

PROBLEM = "a problem with test cases"
SUBMISSION = "a submission of the student"
FOREIGN_SUBMISSION = "a submission of another student"
COURSE = "a course"
ENROLLED = "the student is enrolled"
THREAD = "a thread of the student"
FOREIGN_THREAD = "a thread of another student"
OPEN_EXAM = "an exam that is open"
ATTEMPT = "an exam in progress"
HIDDEN_ATTEMPT = "an exam in progress whose results are hidden"

RIGHT = "def solve(a, b):\n    return a + b  # сумма 🎉"
WRONG = "def solve(a, b):\n\treturn a - b"
UNKNOWN = 2_000_000_000
"""An id that nothing has."""

TITLE = "Почему «2 + 2» — 5? 🤔"
TEXT = 'Один\n\tдва & <b>три</b> \\ "4"'

NAME, PASSWORD = "redacted-1", "redacted-2"
"""They look as what redaction puts in the place of the first and the second text that it hides."""


def _client(server: Server, *, role: str = "valid") -> CampusClient:
    """The client as the team configures it, on the clock of the server."""
    clock = Clock(server.clock.monotonic, server.clock.sleep)
    return CampusClient(server.url, server.secret(role), clock=clock)


def _id(server: Server, kind: str) -> int:
    return int(server.values[f"{kind}_id"] or 0)


# --- submissions ----------------------------------------------------------------------------------


@campus.scenario("a right program is accepted", given=PROBLEM, writes=True)
def accepted(server: Server) -> None:
    client = _client(server)
    made = client.submit(_id(server, "problem"), RIGHT)
    found = client.submission(made.id)
    assert (made.status, made.error) == ("accepted", "")
    assert (found.status, found.code, found.problem_id) == ("accepted", RIGHT, _id(server, "problem"))
    assert made.execution_time is not None


@campus.scenario("a wrong program is told apart", given=PROBLEM, writes=True)
def wrong_answer(server: Server) -> None:
    client = _client(server)
    made = client.submit(_id(server, "problem"), WRONG)
    verdict = client.verdict(made.id)
    assert (made.status, made.code) == ("wrong_answer", WRONG)
    assert (verdict.status, verdict.output) == ("wrong_answer", made.output)


@campus.scenario("a program that fails says how", given=PROBLEM, writes=True)
def runtime_error(server: Server) -> None:
    made = _client(server).submit(_id(server, "problem"), "def solve(a, b):\n    return a / 0")
    assert made.status == "runtime_error"
    assert "ZeroDivisionError" in made.error


@campus.scenario("a problem without test cases", given="a problem without test cases", writes=True)
def no_cases(server: Server) -> None:
    made = _client(server).submit(_id(server, "problem"), RIGHT)
    assert made.status == "compilation_error"
    assert "test cases" in made.error


@campus.scenario("a language without a template", given=PROBLEM, writes=True)
def no_template(server: Server) -> None:
    made = _client(server).submit(_id(server, "problem"), "int main(void) { return 0; }", language="c")
    assert made.status == "internal_error"
    assert "language" in made.error


@campus.scenario("a program in an unknown language is refused", given=PROBLEM, writes=True)
def unknown_language(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).submit(_id(server, "problem"), RIGHT, language="cobol")
    assert (caught.value.status, caught.value.code, [*caught.value.fields]) == (400, "invalid", ["language"])


@campus.scenario("a submission without a program is refused", given=PROBLEM, writes=True)
def missing_code(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).submit(_id(server, "problem"), "")
    assert (caught.value.status, caught.value.code, [*caught.value.fields]) == (400, "invalid", ["code"])


@campus.scenario("a program for no such problem is refused", given=PROBLEM, writes=True)
def unknown_problem(server: Server) -> None:
    with pytest.raises(NotFound) as caught:
        _client(server).submit(UNKNOWN, RIGHT)
    assert caught.value.code == "not_found"


@campus.scenario("a program for a problem that is not solved in code", given="a choice problem", writes=True)
def other_kind_of_problem(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).submit(_id(server, "problem"), RIGHT)
    assert [*caught.value.fields] == ["problem_id"]


@campus.scenario("the judge is down", given="the judge is down", writes=True)
def judge_down(server: Server) -> None:
    client = _client(server)
    made = client.submit(_id(server, "problem"), RIGHT)
    found = client.submission(made.id)
    assert (made.status, made.error) == ("internal_error", "judge unavailable")
    assert (found.status, found.error, found.code) == ("internal_error", "judge unavailable", RIGHT)


@campus.scenario("too many programs are submitted", given="submissions are limited", writes=True)
def limited(server: Server) -> None:
    with pytest.raises(RateLimited) as caught:
        _client(server).submit(_id(server, "problem"), RIGHT)
    assert caught.value.retry_after is not None


@campus.scenario("one's own submission, less what is long", given=SUBMISSION)
def without_fields(server: Server) -> None:
    client = _client(server)
    whole = client.submission(_id(server, "submission"))
    short = client.submission(_id(server, "submission"), without=["code", "output"])
    assert (whole.id, whole.status) == (_id(server, "submission"), "accepted")
    assert "code" in whole.model_fields_set
    assert short.model_fields_set.isdisjoint({"code", "output"})


@campus.scenario("one's own submissions are listed", given=SUBMISSION)
def own_submissions(server: Server) -> None:
    found = list(_client(server).submissions())
    assert [each.id for each in found] == [_id(server, "submission")]


@campus.scenario("a submission of somebody else is not there", given=FOREIGN_SUBMISSION)
def foreign_submission(server: Server) -> None:
    client = _client(server)
    with pytest.raises(NotFound):
        client.submission(_id(server, "submission"))
    with pytest.raises(NotFound):
        client.verdict(_id(server, "submission"))
    assert list(client.submissions()) == []


@campus.scenario("a free run", given=COURSE, writes=True)
def free_run(server: Server) -> None:
    client = _client(server)
    ran = client.run("print('привет')")
    assert (ran.status, ran.stdout, ran.stderr) == ("accepted", "привет\n", "")
    assert list(client.submissions()) == []


@campus.scenario("a free run that fails", given=COURSE, writes=True)
def failed_run(server: Server) -> None:
    ran = _client(server).run("print(1)\nprint(1 / 0)")
    assert (ran.status, ran.stdout) == ("runtime_error", "1\n")
    assert "ZeroDivisionError" in ran.stderr


@campus.scenario("a free run without a program is refused", given=COURSE, writes=True)
def empty_run(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).run(" \n")
    assert [*caught.value.fields] == ["code"]


# --- threads --------------------------------------------------------------------------------------


@campus.scenario("a thread is opened about a course", given=COURSE, writes=True)
def open_thread(server: Server) -> None:
    client = _client(server)
    made = client.open_thread(TITLE, TEXT, course_id=_id(server, "course"))
    found = client.thread(made.id)
    listed = list(client.threads_of_course(_id(server, "course")))
    assert (found.title, found.content, found.reply_count) == (TITLE, TEXT, 0)
    assert [each.id for each in listed] == [made.id]


@campus.scenario("a thread without a title is refused", given=COURSE, writes=True)
def untitled_thread(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).open_thread("", TEXT, course_id=_id(server, "course"))
    assert [*caught.value.fields] == ["title"]


@campus.scenario("a thread about no such course is refused", given=COURSE, writes=True)
def thread_about_nothing(server: Server) -> None:
    with pytest.raises(NotFound) as caught:
        _client(server).open_thread(TITLE, course_id=UNKNOWN)
    assert caught.value.code == "not_found"


@campus.scenario("replies come page by page, oldest first", given=THREAD, writes=True)
def replies(server: Server) -> None:
    client, thread_id = _client(server), _id(server, "thread")
    first, second = client.reply(thread_id, TEXT), client.reply(thread_id, "Ещё")
    found = [each.id for each in client.replies(thread_id, page_size=1)]
    assert found == [_id(server, "reply"), first.id, second.id]
    assert (first.content, client.thread(thread_id).reply_count) == (TEXT, 3)


@campus.scenario("a thread is marked as resolved", given=THREAD, writes=True)
def resolve(server: Server) -> None:
    changed = _client(server).change_thread(_id(server, "thread"), is_resolved=True)
    assert (changed.id, changed.is_resolved, changed.is_pinned) == (_id(server, "thread"), True, False)


@campus.scenario("a thread is deleted by its author", given=THREAD, writes=True)
def delete_thread(server: Server) -> None:
    client = _client(server)
    client.delete_thread(_id(server, "thread"))
    with pytest.raises(NotFound):
        client.thread(_id(server, "thread"))


@campus.scenario(
    "a thread of somebody else is not the student's to change", given=FOREIGN_THREAD, writes=True
)
def foreign_thread(server: Server) -> None:
    client = _client(server)
    with pytest.raises(NotAllowed) as caught:
        client.change_thread(_id(server, "thread"), title=TITLE)
    with pytest.raises(NotAllowed):
        client.delete_thread(_id(server, "thread"))
    assert (caught.value.status, caught.value.code) == (403, "forbidden")


@campus.scenario("a student does not pin a thread", given=THREAD, writes=True)
def pin_thread(server: Server) -> None:
    with pytest.raises(NotAllowed) as caught:
        _client(server).change_thread(_id(server, "thread"), is_pinned=True)
    assert caught.value.code == "forbidden"


@campus.scenario("an archived thread takes no reply", given="an archived thread", writes=True)
def archived_thread(server: Server) -> None:
    client = _client(server)
    with pytest.raises(NotAllowed):
        client.reply(_id(server, "thread"), TEXT)
    assert [each.id for each in client.replies(_id(server, "thread"))] == [_id(server, "reply")]


# --- exams ----------------------------------------------------------------------------------------


@campus.scenario("an exam is begun once, and then gone on with", given=OPEN_EXAM, writes=True)
def start_twice(server: Server) -> None:
    client, exam_id = _client(server), _id(server, "exam")
    first, second = client.start(exam_id), client.start(exam_id)
    asked = [question.problem_id for question in client.questions(exam_id)]
    assert first == second
    assert sorted(asked) == sorted([_id(server, "choice_problem"), _id(server, "fillblank_problem")])


@campus.scenario("exams of a course are listed", given=OPEN_EXAM)
def list_exams(server: Server) -> None:
    found = list(_client(server).exams(course_id=_id(server, "course")))
    assert [(exam.id, exam.status, exam.total_score) for exam in found] == [
        (_id(server, "exam"), "published", 20)
    ]


@campus.scenario(
    "an exam that is not published is not there", given="an exam that is not published", writes=True
)
def draft_exam(server: Server) -> None:
    client = _client(server)
    with pytest.raises(NotFound):
        client.start(_id(server, "exam"))
    assert list(client.exams(course_id=_id(server, "course"))) == []


@campus.scenario(
    "an exam of a course that is not taken", given="an exam of a course that is not taken", writes=True
)
def not_enrolled(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).start(_id(server, "exam"))
    assert (caught.value.status, caught.value.code) == (400, "invalid")


@campus.scenario("an exam that is over is not begun", given="an exam that is over", writes=True)
def over(server: Server) -> None:
    with pytest.raises(Invalid) as caught:
        _client(server).start(_id(server, "exam"))
    assert (caught.value.status, caught.value.code) == (400, "invalid")


@campus.scenario("the questions of an exam that is not begun", given=OPEN_EXAM)
def questions_too_soon(server: Server) -> None:
    with pytest.raises(NotAllowed) as caught:
        _client(server).questions(_id(server, "exam"))
    assert caught.value.code == "forbidden"


@campus.scenario("an exam is submitted, and its results are shown", given=ATTEMPT, writes=True)
def submit_exam(server: Server) -> None:
    client, exam_id = _client(server), _id(server, "exam")
    answers: list[Choice | Blanks] = [
        Choice(_id(server, "choice_problem"), ["b", "c"]),
        Blanks(_id(server, "fillblank_problem"), ["linear", "heap"]),
    ]
    graded = client.submit_answers(exam_id, answers)
    shown = client.results(exam_id)
    assert (graded.status, graded.total_score) == ("submitted", 15.0)
    assert sorted(answer.is_correct is True for answer in graded.answers) == [False, True]
    assert (shown.submission_id, shown.total_score) == (_id(server, "submission"), 15.0)


@campus.scenario("an exam that is submitted is not begun again", given=ATTEMPT, writes=True)
def start_after_submit(server: Server) -> None:
    client, exam_id = _client(server), _id(server, "exam")
    ended = client.submit_answers(exam_id, [])
    with pytest.raises(Invalid):
        client.start(exam_id)
    with pytest.raises(NotFound):
        client.submit_answers(exam_id, [])
    assert (ended.total_score, ended.answers) == (0.0, [])


@campus.scenario("an answer of another kind is refused", given=ATTEMPT, writes=True)
def wrong_kind_of_answer(server: Server) -> None:
    answer = Blanks(_id(server, "choice_problem"), ["b"])
    with pytest.raises(Invalid) as caught:
        _client(server).submit_answers(_id(server, "exam"), [answer])
    assert [*caught.value.fields] == ["answers.0.problem_type"]


@campus.scenario("results that are hidden", given=HIDDEN_ATTEMPT, writes=True)
def hidden_results(server: Server) -> None:
    client, exam_id = _client(server), _id(server, "exam")
    with pytest.raises(NotAllowed) as caught:
        client.results(exam_id)
    ended = client.submit_answers(exam_id, [Choice(_id(server, "choice_problem"), ["b", "c"])])
    assert caught.value.code == "forbidden"
    assert (ended.status, ended.total_score, ended.is_passed) == ("submitted", None, None)
    assert [answer.score for answer in ended.answers] == [None]


@campus.scenario("the results of an exam that is not begun", given=OPEN_EXAM)
def no_results(server: Server) -> None:
    with pytest.raises(NotFound) as caught:
        _client(server).results(_id(server, "exam"))
    assert caught.value.code == "not_found"


# --- enrolments and progress ----------------------------------------------------------------------


@campus.scenario("a course is taken once", given=COURSE, writes=True)
def enroll_twice(server: Server) -> None:
    client, course_id = _client(server), _id(server, "course")
    made = client.enroll(course_id)
    with pytest.raises(Invalid) as caught:
        client.enroll(course_id)
    assert (caught.value.status, caught.value.code) == (400, "invalid")
    assert [each.id for each in client.enrollments()] == [made.id]


@campus.scenario("no such course is taken", given=COURSE, writes=True)
def enroll_nowhere(server: Server) -> None:
    with pytest.raises(NotFound) as caught:
        _client(server).enroll(UNKNOWN)
    assert caught.value.code == "not_found"


@campus.scenario("a course is left", given=ENROLLED, writes=True)
def leave(server: Server) -> None:
    client = _client(server)
    client.leave(_id(server, "enrollment"))
    assert list(client.enrollments()) == []


@campus.scenario("progress is listed", given="the student has progress")
def progress(server: Server) -> None:
    client = _client(server)
    [problem] = client.problem_progress()
    [chapter] = client.chapter_progress()
    assert (problem.problem_id, problem.status, problem.attempts) == (
        _id(server, "problem"),
        "in_progress",
        2,
    )
    assert (chapter.chapter_id, chapter.completed) == (_id(server, "chapter"), False)


# --- accounts and health --------------------------------------------------------------------------


@campus.scenario("a student logs in", given="a student with a password", writes=True)
def log_in(server: Server) -> None:
    made = CampusClient(server.url).log_in(str(server.values["username"]), str(server.values["password"]))
    assert made.name == "campus-web"
    assert made.token


@campus.scenario("a wrong password lets nobody in", writes=True)
def wrong_password(server: Server) -> None:
    with pytest.raises(NotAuthenticated):
        CampusClient(server.url).log_in(NAME, PASSWORD)


@campus.scenario("whose token it is")
def me(server: Server) -> None:
    assert _client(server).me().role == "student"


@campus.scenario("a token that nobody has is not accepted", given=PROBLEM, writes=True)
def stranger(server: Server) -> None:
    client = _client(server, role="stranger")
    with pytest.raises(NotAuthenticated):
        client.submit(_id(server, "problem"), RIGHT)
    with pytest.raises(NotAuthenticated):
        list(client.submissions())


@campus.scenario("the service can work")
def healthy(server: Server) -> None:
    found = _client(server).health()
    assert (found.status, found.database) == ("ok", "ok")
