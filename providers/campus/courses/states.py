"""Provider states of courses: what a scenario of ``campus-web`` may ask the service to be.

Each starts from the world that ``provider.py`` leaves: nobody but ``student``, ``other`` and ``teacher``. The
scenario is the student's.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from django.conf import settings
from django.contrib.auth.hashers import reset_hashers

from accounts.models import Role, User
from accounts.schemas import EXAMPLE_NAME, EXAMPLE_PASSWORD
from config.databases import lose
from config.store import store
from consumers.judge0.waiting import Clock
from courses import demo, term
from courses.factories import (
    AlgorithmProblemFactory,
    ChapterFactory,
    ChapterProgressFactory,
    ChoiceProblemFactory,
    CourseFactory,
    DiscussionReplyFactory,
    DiscussionThreadFactory,
    EnrollmentFactory,
    ExamFactory,
    ExamSubmissionFactory,
    FillBlankProblemFactory,
    ProblemProgressFactory,
    SubmissionFactory,
)
from courses.models import Chapter, Exam, ExamStatus
from courses.services import execution
from troth.provider import JsonScalar, StateHandler

Values = Mapping[str, JsonScalar]
NOBODY = "http://127.0.0.1:1"
"""Where no judge can be: the port is reserved, and nothing listens."""
UNLIMITED = 10**9
_A_DAY = 24 * 3600
_NO_STORE = "redis://127.0.0.1:1"
_CHEAP_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""A real hash takes a third of a second by design, which is long for who logs in a hundred times."""


def states() -> dict[str, StateHandler]:
    """Handlers by name."""
    found: dict[str, Callable[[], Values]] = {
        "a student with a password": _password,
        "a course": _course,
        "a problem with test cases": _problem,
        "a problem without test cases": _problem_without_cases,
        "a choice problem": _choice,
        "a submission of the student": lambda: _submission("student"),
        "a submission of another student": lambda: _submission("other"),
        "the judge is down": _judge_down,
        "submissions are limited": _limited,
        "the student is enrolled": _enrolled,
        "the student has progress": _progress,
        "a thread of the student": lambda: _thread("student"),
        "a thread of another student": lambda: _thread("other"),
        "an archived thread": lambda: _thread("student", archived=True),
        "an exam that is open": lambda: _exam(enrolled=True),
        "an exam of a course that is not taken": lambda: _exam(enrolled=False),
        "an exam that is over": lambda: _exam(enrolled=True, over=True),
        "an exam that is not published": lambda: _exam(enrolled=True, draft=True),
        "an exam in progress": lambda: _attempt(hidden=False),
        "an exam in progress whose results are hidden": lambda: _attempt(hidden=True),
        "a term in full swing": lambda: _term(),
        "a term in which programs are judged": lambda: _term(judged=True),
        "a term in which nobody may try often": lambda: _term(per_minute=0),
        "a term whose teacher teaches no more": lambda: _term(role=Role.STUDENT),
        "a term without its store": _without_store,
        "the database is down": _database_down,
    }
    return {name: _without_parameters(handler) for name, handler in found.items()}


def _without_parameters(handler: Callable[[], Values]) -> StateHandler:
    return lambda _: handler()


def _user(name: str) -> User:
    return User.objects.get(username=name)


def _password() -> Values:
    user, password = _user("student"), secrets.token_urlsafe(16)
    user.set_password(password)
    user.save()
    return {"username": user.username, "password": password}


def _chapter() -> Chapter:
    course = CourseFactory.create(title="Algorithms")
    return ChapterFactory.create(course=course, title="Sums", order=1)


def _course() -> Values:
    chapter = _chapter()
    return {"course_id": chapter.course_id, "chapter_id": chapter.pk}


def _problem() -> Values:
    chapter = _chapter()
    problem = demo.adding(chapter)
    return {"problem_id": problem.pk, "chapter_id": chapter.pk, "course_id": chapter.course_id}


def _problem_without_cases() -> Values:
    return {"problem_id": AlgorithmProblemFactory.create().problem_id}


def _choice() -> Values:
    return {"problem_id": ChoiceProblemFactory.create().problem_id}


def _submission(owner: str) -> Values:
    problem = demo.adding(_chapter())
    kept = SubmissionFactory.create(user=_user(owner), problem=problem, accepted=True)
    return {"submission_id": kept.pk, "problem_id": problem.pk}


def _judge_down() -> Values:
    settings.JUDGE0_URL = NOBODY
    return _problem()


def _limited() -> Values:
    settings.SUBMISSIONS_PER_MINUTE = 0
    return _problem()


def _enrolled() -> Values:
    enrollment = EnrollmentFactory.create(user=_user("student"), course=_chapter().course)
    return {"enrollment_id": enrollment.pk, "course_id": enrollment.course_id}


def _progress() -> Values:
    chapter = _chapter()
    problem = demo.adding(chapter)
    enrollment = EnrollmentFactory.create(user=_user("student"), course=chapter.course)
    ProblemProgressFactory.create(enrollment=enrollment, problem=problem, status="in_progress", attempts=2)
    ChapterProgressFactory.create(enrollment=enrollment, chapter=chapter)
    return {"enrollment_id": enrollment.pk, "problem_id": problem.pk, "chapter_id": chapter.pk}


def _thread(author: str, *, archived: bool = False) -> Values:
    course = _chapter().course
    thread = DiscussionThreadFactory.create(
        course=course, author=_user(author), title="Why is it wrong?", is_archived=archived
    )
    reply = DiscussionReplyFactory.create(thread=thread, author=_user("teacher"))
    return {"course_id": course.pk, "thread_id": thread.pk, "reply_id": reply.pk}


def _exam(*, enrolled: bool, over: bool = False, draft: bool = False) -> Values:
    chapter = _chapter()
    exam, values = _with_questions(chapter)
    if over:
        times = ExamFactory.build(course=None, over=True)
        exam.start_time, exam.end_time = times.start_time, times.end_time
    exam.status = ExamStatus.DRAFT if draft else ExamStatus.PUBLISHED
    exam.save()
    if enrolled:
        EnrollmentFactory.create(user=_user("student"), course=chapter.course)
    return values


def _with_questions(chapter: Chapter) -> tuple[Exam, Values]:
    choice = ChoiceProblemFactory.create(problem__chapter=chapter).problem
    blank = FillBlankProblemFactory.create(problem__chapter=chapter).problem
    exam = demo.open_exam(chapter, choice, blank)
    return exam, {
        "exam_id": exam.pk,
        "course_id": chapter.course_id,
        "choice_problem_id": choice.pk,
        "fillblank_problem_id": blank.pk,
    }


def _attempt(*, hidden: bool) -> Values:
    exam, values = _with_questions(_chapter())
    Exam.objects.filter(pk=exam.pk).update(show_results_after_submit=not hidden)
    enrollment = EnrollmentFactory.create(user=_user("student"), course=exam.course)
    attempt = ExamSubmissionFactory.create(exam=exam, user=enrollment.user, enrollment=enrollment)
    return {**values, "submission_id": attempt.pk}


def _term(*, judged: bool = False, per_minute: int = UNLIMITED, role: Role = Role.TEACHER) -> Values:
    """A teacher may do everything, as often as wanted. No program is run: the judge is left alone.

    The document names the teacher and the password as its example of who logs in.
    """
    settings.SUBMISSIONS_PER_MINUTE = settings.LOGINS_PER_MINUTE = per_minute
    settings.PASSWORD_HASHERS = _CHEAP_HASHERS
    reset_hashers(setting="PASSWORD_HASHERS")
    if not judged:
        execution.breaker(Clock()).leave_alone(_A_DAY)
    teacher = _user(EXAMPLE_NAME)
    teacher.role = role
    teacher.set_password(EXAMPLE_PASSWORD)
    teacher.save()
    return dict(term.fill(teacher, _user("other")))


def _without_store() -> Values:
    values = _term()
    settings.REDIS_URL = _NO_STORE
    store.cache_clear()
    return values


def _database_down() -> Values:
    lose()
    return {"database": "down"}
