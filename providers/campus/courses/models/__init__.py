"""The models of courses. Rules that need more than one row are in ``courses.services``."""

from courses.models.content import (
    AlgorithmProblem,
    Chapter,
    ChoiceProblem,
    Course,
    FillBlankProblem,
    Problem,
    ProblemType,
    TestCase,
)
from courses.models.discussions import DiscussionReply, DiscussionThread
from courses.models.exams import (
    AttemptStatus,
    Exam,
    ExamAnswer,
    ExamProblem,
    ExamStatus,
    ExamSubmission,
)
from courses.models.progress import ChapterProgress, Enrollment, ProblemProgress, ProgressStatus
from courses.models.submissions import CodeDraft, SaveType, Submission, SubmissionStatus

__all__ = [
    "AlgorithmProblem",
    "AttemptStatus",
    "Chapter",
    "ChapterProgress",
    "ChoiceProblem",
    "CodeDraft",
    "Course",
    "DiscussionReply",
    "DiscussionThread",
    "Enrollment",
    "Exam",
    "ExamAnswer",
    "ExamProblem",
    "ExamStatus",
    "ExamSubmission",
    "FillBlankProblem",
    "Problem",
    "ProblemProgress",
    "ProblemType",
    "ProgressStatus",
    "SaveType",
    "Submission",
    "SubmissionStatus",
    "TestCase",
]
