"""Rows of courses for tests, states and demonstrations. Each makes what it stands on unless that is given."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.factories import UserFactory
from courses import models


class CourseFactory(DjangoModelFactory[models.Course]):
    class Meta:
        model = models.Course

    title = factory.Sequence(lambda n: f"Algorithms {n}")
    description = "From loops to graphs."


class ChapterFactory(DjangoModelFactory[models.Chapter]):
    class Meta:
        model = models.Chapter

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: f"Chapter {n}")
    content = "How to add."
    order = factory.Sequence(lambda n: n)


class ProblemFactory(DjangoModelFactory[models.Problem]):
    """A problem's text alone; see the factories of its three kinds."""

    class Meta:
        model = models.Problem

    chapter = factory.SubFactory(ChapterFactory)
    type = models.ProblemType.ALGORITHM
    title = factory.Sequence(lambda n: f"Problem {n}")
    content = "Add two numbers."
    difficulty = 1


class AlgorithmProblemFactory(DjangoModelFactory[models.AlgorithmProblem]):
    """Limits and names of a problem that is solved in code; without test cases."""

    class Meta:
        model = models.AlgorithmProblem

    problem = factory.SubFactory(ProblemFactory, type=models.ProblemType.ALGORITHM)
    time_limit = 1000
    memory_limit = 256
    code_template = factory.LazyFunction(lambda: {"python": "def solve(a, b):\n    pass\n"})
    solution_name = factory.LazyFunction(lambda: {"python": "solve"})


class TestCaseFactory(DjangoModelFactory[models.TestCase]):
    """solve(n, n) must be 2n."""

    __test__ = False

    class Meta:
        model = models.TestCase

    problem = factory.SubFactory(AlgorithmProblemFactory)
    input_data = factory.Sequence(lambda n: f"[{n}, {n}]")
    expected_output = factory.Sequence(lambda n: str(2 * n))
    is_sample = False


class ChoiceProblemFactory(DjangoModelFactory[models.ChoiceProblem]):
    class Meta:
        model = models.ChoiceProblem

    problem = factory.SubFactory(ProblemFactory, type=models.ProblemType.CHOICE)
    options = factory.LazyFunction(lambda: {"a": "Bubble sort", "b": "Merge sort", "c": "Heap sort"})
    correct_answers = factory.LazyFunction(lambda: ["b", "c"])


class FillBlankProblemFactory(DjangoModelFactory[models.FillBlankProblem]):
    class Meta:
        model = models.FillBlankProblem

    problem = factory.SubFactory(ProblemFactory, type=models.ProblemType.FILL_BLANK)
    blanks = factory.LazyFunction(lambda: [["O(n)", "linear"], ["stack"]])


class EnrollmentFactory(DjangoModelFactory[models.Enrollment]):
    class Meta:
        model = models.Enrollment

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)


class SubmissionFactory(DjangoModelFactory[models.Submission]):
    """Pending; ``accepted=True`` for one that has ended well."""

    class Meta:
        model = models.Submission

    user = factory.SubFactory(UserFactory)
    problem = factory.SubFactory(ProblemFactory)
    code = "def solve(a, b):\n    return a + b\n"
    language = "python"

    class Params:
        accepted = factory.Trait(
            status=models.SubmissionStatus.ACCEPTED, execution_time=12.5, memory_used=3.25, output="2"
        )


class CodeDraftFactory(DjangoModelFactory[models.CodeDraft]):
    class Meta:
        model = models.CodeDraft

    user = factory.SubFactory(UserFactory)
    problem = factory.SubFactory(ProblemFactory)
    code = "def solve(a, b):\n    return a\n"


class ProblemProgressFactory(DjangoModelFactory[models.ProblemProgress]):
    class Meta:
        model = models.ProblemProgress

    enrollment = factory.SubFactory(EnrollmentFactory)
    problem = factory.SubFactory(
        ProblemFactory, chapter__course=factory.SelfAttribute("...enrollment.course")
    )


class ChapterProgressFactory(DjangoModelFactory[models.ChapterProgress]):
    class Meta:
        model = models.ChapterProgress

    enrollment = factory.SubFactory(EnrollmentFactory)
    chapter = factory.SubFactory(ChapterFactory, course=factory.SelfAttribute("..enrollment.course"))


class DiscussionThreadFactory(DjangoModelFactory[models.DiscussionThread]):
    class Meta:
        model = models.DiscussionThread

    course = factory.SubFactory(CourseFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Question {n}")
    content = "Why does my loop not end?"


class DiscussionReplyFactory(DjangoModelFactory[models.DiscussionReply]):
    class Meta:
        model = models.DiscussionReply

    thread = factory.SubFactory(DiscussionThreadFactory)
    author = factory.SubFactory(UserFactory)
    content = "Look at its condition."


class ExamFactory(DjangoModelFactory[models.Exam]):
    """Published, and open for an hour either way; ``draft``, ``future`` and ``over`` for the others."""

    class Meta:
        model = models.Exam

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: f"Exam {n}")
    start_time = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    end_time = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))
    status = models.ExamStatus.PUBLISHED

    class Params:
        draft = factory.Trait(status=models.ExamStatus.DRAFT)
        future = factory.Trait(
            start_time=factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1)),
            end_time=factory.LazyFunction(lambda: timezone.now() + timedelta(hours=2)),
        )
        over = factory.Trait(
            start_time=factory.LazyFunction(lambda: timezone.now() - timedelta(hours=2)),
            end_time=factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1)),
        )


class ExamProblemFactory(DjangoModelFactory[models.ExamProblem]):
    """A choice, whose options are made as well unless a problem is given."""

    class Meta:
        model = models.ExamProblem

    exam = factory.SubFactory(ExamFactory)
    problem = factory.LazyFunction(lambda: ChoiceProblemFactory.create().problem)
    score = 10
    order = factory.Sequence(lambda n: n)


class ExamSubmissionFactory(DjangoModelFactory[models.ExamSubmission]):
    """An attempt in progress, of a user who is enrolled."""

    class Meta:
        model = models.ExamSubmission

    exam = factory.SubFactory(ExamFactory)
    user = factory.SubFactory(UserFactory)
    enrollment = factory.SubFactory(
        EnrollmentFactory,
        user=factory.SelfAttribute("..user"),
        course=factory.SelfAttribute("..exam.course"),
    )


class ExamAnswerFactory(DjangoModelFactory[models.ExamAnswer]):
    class Meta:
        model = models.ExamAnswer

    submission = factory.SubFactory(ExamSubmissionFactory)
    problem = factory.LazyFunction(lambda: ChoiceProblemFactory.create().problem)
    choice_answers = factory.LazyFunction(lambda: ["b", "c"])
