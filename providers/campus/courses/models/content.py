"""Courses, their chapters and problems."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone


class Course(models.Model):
    """A course."""

    title = models.CharField(max_length=200, db_index=True)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("title", "id")

    def __str__(self) -> str:
        return self.title


class Chapter(models.Model):
    """A part of a course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="chapters")
    title = models.CharField(max_length=200)
    content = models.TextField(blank=True)
    order = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("course", "order")
        constraints = (models.UniqueConstraint(fields=("course", "order"), name="chapter_order_in_course"),)

    def __str__(self) -> str:
        return self.title


class ProblemType(models.TextChoices):
    ALGORITHM = "algorithm"
    CHOICE = "choice"
    FILL_BLANK = "fillblank"


class Problem(models.Model):
    """A problem. It outlives its chapter, as an orphan."""

    chapter = models.ForeignKey(
        Chapter, on_delete=models.SET_NULL, null=True, blank=True, related_name="problems"
    )
    type = models.CharField(max_length=16, choices=ProblemType, db_index=True)
    title = models.CharField(max_length=200)
    content = models.TextField(blank=True)
    difficulty = models.PositiveSmallIntegerField(default=1, validators=(MinValueValidator(1),))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("chapter", "id")

    def __str__(self) -> str:
        return self.title


class AlgorithmProblem(models.Model):
    """What a problem that is solved in code has beside its text."""

    problem = models.OneToOneField(Problem, on_delete=models.CASCADE, related_name="algorithm_info")
    time_limit = models.PositiveIntegerField(default=1000)
    """Milliseconds."""
    memory_limit = models.PositiveIntegerField(default=256)
    """Megabytes."""
    code_template = models.JSONField(null=True, blank=True)
    """Language to the code that a solver starts from."""
    solution_name = models.JSONField(null=True, blank=True)
    """Language to the name of the function that is called."""

    def __str__(self) -> str:
        return f"limits of {self.problem.title}"


class TestCase(models.Model):
    """An input of a program, and what it has to print."""

    # pytest takes what is named so for tests.
    __test__ = False

    problem = models.ForeignKey(AlgorithmProblem, on_delete=models.CASCADE, related_name="test_cases")
    input_data = models.TextField(blank=True)
    expected_output = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"test case {self.pk}"


class ChoiceProblem(models.Model):
    """The options of a choice, and which of them are right."""

    problem = models.OneToOneField(Problem, on_delete=models.CASCADE, related_name="choice_info")
    options = models.JSONField(default=dict)
    """Key to text: ``{"a": "Bubble sort", "b": "Merge sort"}``."""
    correct_answers = models.JSONField(default=list)
    """Keys of options: ``["b"]``."""

    def __str__(self) -> str:
        return f"options of {self.problem.title}"


class FillBlankProblem(models.Model):
    """What may stand in the blanks of a text."""

    problem = models.OneToOneField(Problem, on_delete=models.CASCADE, related_name="fillblank_info")
    blanks = models.JSONField(default=list)
    """For each blank, in order, the texts that are right: ``[["O(n)", "linear"], ["log"]]``."""

    def __str__(self) -> str:
        return f"blanks of {self.problem.title}"
