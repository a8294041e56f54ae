"""Exams, taken and looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consumers.campus_web.caller import PAGE_SIZE, Caller, Json
from consumers.campus_web.transport import Call
from contracts.campus.exams import Attempt, Exam, Question, Result
from contracts.campus.paging import Page


@dataclass(frozen=True, slots=True)
class Choice:
    """The keys of the options that were chosen."""

    problem_id: int
    keys: Sequence[str]

    def document(self) -> dict[str, Json]:
        """As it is sent."""
        return {"problem_id": self.problem_id, "problem_type": "choice", "choice_answers": [*self.keys]}


@dataclass(frozen=True, slots=True)
class Blanks:
    """The texts of the blanks, in order."""

    problem_id: int
    texts: Sequence[str]

    def document(self) -> dict[str, Json]:
        """As it is sent."""
        return {
            "problem_id": self.problem_id,
            "problem_type": "fillblank",
            "fillblank_answers": [*self.texts],
        }


class Exams(Caller):
    """The part of the client that is about exams."""

    def exams(self, *, course_id: int | None = None, page_size: int = PAGE_SIZE) -> Iterator[Exam]:
        """Exams that are published, the latest first; of one course or of all."""
        return self._items("/exams/", Page[Exam], {"course": course_id}, size=page_size)

    def questions(self, exam_id: int) -> list[Question]:
        """The problems of an exam that the user has begun.

        Raises:
            NotAllowed: it is not begun.
        """
        return self._get(f"/exams/{exam_id:d}/problems/", list[Question])

    def start(self, exam_id: int) -> Attempt:
        """Begin, or go on with the attempt that is in progress. So it may be asked again by whoever asks.

        Raises:
            Invalid: the user does not take the course, or the exam is not open, or it is submitted.
            NotFound: there is no such exam, or none that is published.
        """
        return self._read(Call("POST", f"/exams/{exam_id:d}/start", takes=(200, 201)), Attempt)

    def submit_answers(self, exam_id: int, answers: Sequence[Choice | Blanks]) -> Result:
        """End the attempt that is in progress.

        Raises:
            Invalid: an answer does not fit its problem; ``fields``.
            NotFound: no attempt is in progress, or a problem is not in the exam.
        """
        document: Json = {"answers": [answer.document() for answer in answers]}
        return self._write("POST", f"/exams/{exam_id:d}/submit", 200, Result, document)

    def results(self, exam_id: int) -> Result:
        """One's own attempt; without its scores where the exam shows none.

        Raises:
            NotAllowed: it is in progress, and the exam shows no results.
            NotFound: the user has not begun.
        """
        return self._get(f"/exams/{exam_id:d}/results", Result)
