"""Several of everything, for who tries each operation out at random: much of it can be lost again.

One user stands in the middle, who teaches, takes courses and exams as well, and so may do everything. What is
there to be deleted comes before what the others stand on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from accounts.services import issue
from courses import demo
from courses.factories import (
    AlgorithmProblemFactory,
    ChapterFactory,
    ChapterProgressFactory,
    ChoiceProblemFactory,
    CourseFactory,
    DiscussionReplyFactory,
    DiscussionThreadFactory,
    EnrollmentFactory,
    ExamAnswerFactory,
    ExamFactory,
    ExamProblemFactory,
    ExamSubmissionFactory,
    FillBlankProblemFactory,
    ProblemProgressFactory,
    SubmissionFactory,
)
from courses.models import (
    AttemptStatus,
    Chapter,
    Course,
    DiscussionThread,
    Enrollment,
    Exam,
    ExamStatus,
    Problem,
    ProgressStatus,
    SubmissionStatus,
)
from courses.services.judging import Reason

SEVERAL = 8
"""How many there are of what is used up."""
MANY = 40
"""Two pages."""
Ids = dict[str, int]


@transaction.atomic
def fill(user: User, other: User) -> Ids:
    """Add them. What there is of each kind, by name; where there are several, ``_1`` and so on."""
    taken = _courses("To take")
    chapter = ChapterFactory.create(course__title="A course", title="Sums", order=1)
    ChapterFactory.create(course=chapter.course, title="Products", order=2)
    questions = _questions(chapter)
    program = demo.adding(chapter)
    AlgorithmProblemFactory.create(problem__chapter=None, problem__title="An orphan")
    return {
        **_numbered("a_course_to_take", taken),
        "a_course": chapter.course_id,
        "a_chapter": chapter.pk,
        "a_program": program.pk,
        **_numbered("a_question", questions),
        **_enrolments(user, other, chapter, program),
        **_submissions(user, other, program),
        **_discussions(user, other, chapter, program),
        **_exams(user, other, questions[-2:]),
        **_numbered("a_token", _tokens(user)),
        "a_user": other.pk,
    }


def _numbered(name: str, rows: Iterable[Model]) -> Ids:
    return {f"{name}_{number}": row.pk for number, row in enumerate(rows, 1)}


def _questions(chapter: Chapter) -> list[Problem]:
    """A choice, a text with blanks, and so on."""
    factories = (ChoiceProblemFactory, FillBlankProblemFactory)
    return [
        factories[number % 2].create(problem__chapter=chapter, problem__title=f"Question {number}").problem
        for number in range(SEVERAL)
    ]


def _enrolments(user: User, other: User, chapter: Chapter, program: Problem) -> Ids:
    """Courses to leave, and one with progress."""
    left = [EnrollmentFactory.create(user=user, course=course) for course in _courses("To leave")]
    kept = EnrollmentFactory.create(user=user, course=chapter.course)
    _progress(kept, chapter, program)
    _progress(EnrollmentFactory.create(user=other, course=chapter.course), chapter, program)
    return {
        **_numbered("an_enrolment_to_end", left),
        "an_enrolment": kept.pk,
    }


def _courses(title: str) -> list[Course]:
    return [CourseFactory.create(title=f"{title} {number}") for number in range(1, SEVERAL + 1)]


def _progress(enrollment: Enrollment, chapter: Chapter, program: Problem) -> None:
    """In each status, with all that can be null, and with none of it."""
    now = timezone.now()
    ChapterProgressFactory.create(enrollment=enrollment, chapter=chapter, completed=True, completed_at=now)
    ProblemProgressFactory.create(
        enrollment=enrollment,
        problem=program,
        status=ProgressStatus.SOLVED,
        attempts=3,
        last_attempted_at=now,
        solved_at=now,
        best_submission=SubmissionFactory.create(user=enrollment.user, problem=program, accepted=True),
    )
    for status in (ProgressStatus.NOT_STARTED, ProgressStatus.IN_PROGRESS, ProgressStatus.FAILED):
        ProblemProgressFactory.create(
            enrollment=enrollment, problem__chapter=chapter, problem__title=status.label, status=status
        )


def _submissions(user: User, other: User, program: Problem) -> Ids:
    """One in each status, one whose problem is gone, and one of another user."""
    own = [
        SubmissionFactory.create(user=user, problem=program, status=each, error=_reason(each))
        for each in SubmissionStatus
    ]
    own.append(SubmissionFactory.create(user=user, problem=None, accepted=True))
    SubmissionFactory.create(user=other, problem=program, accepted=True)
    return _numbered("a_submission", own)


def _reason(status: SubmissionStatus) -> str:
    """Why there is no verdict."""
    return Reason.FAILED if status is SubmissionStatus.INTERNAL_ERROR else ""


def _discussions(user: User, other: User, chapter: Chapter, program: Problem) -> Ids:
    """Threads to delete, one to reply to, one with replies to lose, and one that is archived.

    What is asked for by chance stands at the beginning of the list: more threads to delete.
    """
    deleted = _threads(user, chapter.course, "To delete", SEVERAL)
    kept = DiscussionThreadFactory.create(course=None, chapter=chapter, author=user, title="Why?")
    DiscussionThreadFactory.create(course=None, problem=program, author=other, title="How?")
    archived = DiscussionThreadFactory.create(course=None, author=other, is_archived=True, is_pinned=True)
    talk = DiscussionThreadFactory.create(course=chapter.course, author=user, title="Much said")
    gone = [DiscussionReplyFactory.create(thread=talk, author=user) for _ in range(SEVERAL)]
    answer = DiscussionReplyFactory.create(thread=talk, author=other)
    answer.mentioned_users.set([user])
    _threads(user, chapter.course, "Lately", MANY)
    return {
        **_numbered("a_thread_to_delete", deleted),
        "a_thread": kept.pk,
        "an_archived_thread": archived.pk,
        "a_thread_with_replies": talk.pk,
        **_numbered("a_reply_to_delete", gone),
        "a_reply": answer.pk,
    }


def _threads(user: User, course: Course, title: str, count: int) -> list[DiscussionThread]:
    return [
        DiscussionThreadFactory.create(author=user, course=course, title=f"{title} {number}")
        for number in range(1, count + 1)
    ]


def _exams(user: User, other: User, asked: Sequence[Problem]) -> Ids:
    """Exams to delete, to change, to begin, to submit, and with results, all of one course."""
    enrollment = EnrollmentFactory.create(user=user, course__title="Of exams")
    course = enrollment.course
    deleted = [_exam(course, f"To delete {number}", asked) for number in range(1, SEVERAL + 1)]
    drafts = [_exam(course, f"Draft {number}", (), ExamStatus.DRAFT) for number in range(1, SEVERAL + 1)]
    begun = [_exam(course, f"To begin {number}", asked) for number in range(1, SEVERAL + 1)]
    running = [_running(_exam(course, f"To submit {n}", asked), enrollment) for n in range(1, SEVERAL + 1)]
    hidden = _running(_exam(course, "Hidden", asked, show_results_after_submit=False), enrollment)
    graded = _graded(_exam(course, "Graded", asked), enrollment)
    _running(graded, EnrollmentFactory.create(user=other, course=course))
    return {
        "an_enrolment_with_exams": enrollment.pk,
        **_numbered("an_exam_to_delete", deleted),
        **_numbered("a_draft", drafts),
        **_numbered("an_exam_to_begin", begun),
        **_numbered("an_exam_to_submit", running),
        "an_exam_that_hides": hidden.pk,
        "a_graded_exam": graded.pk,
    }


def _exam(
    course: Course,
    title: str,
    asked: Sequence[Problem],
    status: ExamStatus = ExamStatus.PUBLISHED,
    **fields: bool,
) -> Exam:
    """Open for a week."""
    ends = timezone.now() + timedelta(days=7)
    exam = ExamFactory.create(course=course, title=title, end_time=ends, status=status, **fields)
    for problem in asked:
        ExamProblemFactory.create(exam=exam, problem=problem)
    exam.refresh_from_db()
    return exam


def _running(exam: Exam, enrollment: Enrollment) -> Exam:
    ExamSubmissionFactory.create(exam=exam, user=enrollment.user, enrollment=enrollment)
    return exam


def _graded(exam: Exam, enrollment: Enrollment) -> Exam:
    attempt = ExamSubmissionFactory.create(
        exam=exam,
        user=enrollment.user,
        enrollment=enrollment,
        status=AttemptStatus.GRADED,
        submitted_at=timezone.now(),
        time_spent_seconds=60,
        total_score=exam.total_score,
        is_passed=True,
    )
    first = exam.exam_problems.earliest("order")
    ExamAnswerFactory.create(
        submission=attempt, problem=first.problem, score=first.score, is_correct=True, correct_percentage=100
    )
    return exam


def _tokens(user: User) -> list[Model]:
    """Besides the one that is sent."""
    return [issue(user, name=f"to revoke {number}")[1] for number in range(1, SEVERAL + 1)]
