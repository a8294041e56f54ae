"""Programs: judged, run, and read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consumers.campus_web.caller import PAGE_SIZE, Caller, Json, as_json, given
from consumers.campus_web.transport import Call
from contracts.campus.paging import Page
from contracts.campus.submissions import FreeRun, Submission, Verdict


class Submissions(Caller):
    """The part of the client that is about programs."""

    def submit(self, problem_id: int, code: str, *, language: str = "python") -> Submission:
        """Have a program judged. It comes back with its verdict; ``internal_error`` says that there is none,
        and why.

        Raises:
            Invalid: the program or the language cannot be taken; ``fields``.
            NotFound: there is no such problem.
            RateLimited: the user submits too often.
        """
        document = given(problem_id=problem_id, code=code, language=language)
        return self._read(_judging(document, 201), Submission)

    def run(self, code: str, *, language: str = "python") -> FreeRun:
        """Run a program that is not kept. It raises as ``submit`` does."""
        document = given(code=code, language=language)
        return self._read(_judging(document, 200), FreeRun)

    def submission(self, submission_id: int, *, without: Sequence[str] = ()) -> Submission:
        """One's own submission; ``without`` fields that can be long: code, output, error.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        return self._get(f"/submissions/{submission_id:d}/", Submission, _excluding(without))

    def verdict(self, submission_id: int) -> Verdict:
        """The verdict of one's own submission.

        Raises:
            NotFound: there is none, or it is somebody else's.
        """
        return self._get(f"/submissions/{submission_id:d}/result/", Verdict)

    def submissions(
        self, *, without: Sequence[str] = ("code", "output", "error"), page_size: int = PAGE_SIZE
    ) -> Iterator[Submission]:
        """One's own submissions, newest first."""
        return self._items("/submissions/", Page[Submission], _excluding(without), size=page_size)


def _judging(document: Json, status: int) -> Call:
    return Call("POST", "/submissions/", body=as_json(document), takes=(status,), judged=True)


def _excluding(names: Sequence[str]) -> dict[str, str | int | None]:
    return {"exclude": ",".join(names) or None}
