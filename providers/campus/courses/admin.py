"""Every model of courses in the admin."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from config.admin import Inline, RawIds
from courses import models


class TestCaseInline(Inline):
    model = models.TestCase
    extra = 0


class ChapterInline(Inline):
    model = models.Chapter
    fields = ("order", "title")
    extra = 0


class ExamProblemInline(Inline):
    model = models.ExamProblem
    raw_id_fields = ("problem",)
    extra = 0


class ReplyInline(Inline):
    model = models.DiscussionReply
    raw_id_fields = ("author", "mentioned_users")
    extra = 0


class AnswerInline(Inline):
    model = models.ExamAnswer
    raw_id_fields = ("problem",)
    extra = 0


@admin.register(models.Course)
class CourseAdmin(RawIds):
    list_display = ("title", "created_at")
    search_fields = ("title",)
    inlines: ClassVar = [ChapterInline]


@admin.register(models.Chapter)
class ChapterAdmin(RawIds):
    list_display = ("title", "course", "order")
    list_select_related = ("course",)
    search_fields = ("title",)


@admin.register(models.Problem)
class ProblemAdmin(RawIds):
    list_display = ("title", "type", "difficulty", "chapter")
    list_filter = ("type", "difficulty")
    list_select_related = ("chapter",)
    search_fields = ("title",)


@admin.register(models.AlgorithmProblem)
class AlgorithmProblemAdmin(RawIds):
    list_display = ("problem", "time_limit", "memory_limit")
    list_select_related = ("problem",)
    inlines: ClassVar = [TestCaseInline]


@admin.register(models.TestCase)
class TestCaseAdmin(RawIds):
    list_display = ("id", "problem", "is_sample")
    list_filter = ("is_sample",)
    list_select_related = ("problem__problem",)


@admin.register(models.ChoiceProblem, models.FillBlankProblem)
class AnswerKeyAdmin(RawIds):
    list_display = ("problem",)
    list_select_related = ("problem",)


@admin.register(models.Submission)
class SubmissionAdmin(RawIds):
    list_display = ("id", "user", "problem", "language", "status", "created_at")
    list_filter = ("status", "language")
    list_select_related = ("user", "problem")


@admin.register(models.CodeDraft)
class CodeDraftAdmin(RawIds):
    list_display = ("id", "user", "problem", "save_type", "created_at")
    list_filter = ("save_type",)
    list_select_related = ("user", "problem")


@admin.register(models.Enrollment)
class EnrollmentAdmin(RawIds):
    list_display = ("user", "course", "enrolled_at", "last_accessed_at")
    list_select_related = ("user", "course")


@admin.register(models.ProblemProgress)
class ProblemProgressAdmin(RawIds):
    list_display = ("id", "enrollment", "problem", "status", "attempts", "solved_at")
    list_filter = ("status",)
    list_select_related = ("enrollment", "problem")


@admin.register(models.ChapterProgress)
class ChapterProgressAdmin(RawIds):
    list_display = ("id", "enrollment", "chapter", "completed", "completed_at")
    list_filter = ("completed",)
    list_select_related = ("enrollment", "chapter")


@admin.register(models.DiscussionThread)
class DiscussionThreadAdmin(RawIds):
    list_display = ("title", "author", "reply_count", "is_pinned", "is_resolved", "last_activity_at")
    list_filter = ("is_pinned", "is_resolved", "is_archived")
    list_select_related = ("author",)
    readonly_fields = ("reply_count", "last_activity_at")
    search_fields = ("title",)
    inlines: ClassVar = [ReplyInline]


@admin.register(models.DiscussionReply)
class DiscussionReplyAdmin(RawIds):
    list_display = ("id", "thread", "author", "created_at")
    list_select_related = ("thread", "author")


@admin.register(models.Exam)
class ExamAdmin(RawIds):
    list_display = ("title", "course", "status", "start_time", "end_time", "total_score", "passing_score")
    list_filter = ("status",)
    list_select_related = ("course",)
    readonly_fields = ("total_score",)
    search_fields = ("title",)
    inlines: ClassVar = [ExamProblemInline]


@admin.register(models.ExamProblem)
class ExamProblemAdmin(RawIds):
    list_display = ("id", "exam", "problem", "score", "order", "is_required")
    list_select_related = ("exam", "problem")


@admin.register(models.ExamSubmission)
class ExamSubmissionAdmin(RawIds):
    list_display = ("id", "exam", "user", "status", "total_score", "is_passed", "submitted_at")
    list_filter = ("status", "is_passed")
    list_select_related = ("exam", "user")
    inlines: ClassVar = [AnswerInline]


@admin.register(models.ExamAnswer)
class ExamAnswerAdmin(RawIds):
    list_display = ("id", "submission", "problem", "score", "is_correct")
    list_select_related = ("submission", "problem")
