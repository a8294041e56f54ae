"""A client of Judge0 CE.

client = Judge0Client("https://judge.example", token=os.environ["JUDGE0_AUTH_TOKEN"])
verdict = client.run("print(input())", language=PYTHON, stdin="42", expected_output="42")
verdict.status is Status.ACCEPTED
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeAlias, TypeVar
from urllib.parse import quote

from consumers.http.session import header_value
from consumers.judge0 import answers
from consumers.judge0.errors import (
    BatchInterrupted,
    InvalidSubmission,
    JudgeError,
    NotAuthenticated,
    NotAuthorized,
    StillRunning,
    UndecodableOutput,
    UnexpectedAnswer,
    UnknownLanguage,
    UnknownSubmission,
)
from consumers.judge0.programs import Limits, Program, Verdict
from consumers.judge0.transport import Answer, Call, Transport
from consumers.judge0.waiting import Clock, Polling, Retries, Timeouts
from contracts.judge0 import payloads
from contracts.judge0.status import Status

BATCH_SIZE = 20
"""Programs or tokens in one request."""

Taken: TypeAlias = str | InvalidSubmission
"""What became of one program of a batch: its token, or why it was refused."""

T = TypeVar("T")
_NOTHING: Sequence[str] = ()


class Judge0Client:
    """Talks to one Judge0 server over one session; a client a thread.

    ``token`` goes with every request, ``authorization`` with listing and deleting. ``encoded`` asks for
    base64 both ways: right where programs may print anything, less readable where they do not.
    ``ca_bundle`` is a file of certificates to trust in place of the system's. Every method raises the
    errors of ``consumers.judge0.errors``.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        authorization: str = "",
        encoded: bool = False,
        timeouts: Timeouts | None = None,
        retries: Retries | None = None,
        polling: Polling | None = None,
        clock: Clock | None = None,
        ca_bundle: str = "",
    ) -> None:
        self._clock = clock or Clock()
        self._polling = polling or Polling()
        self._encoded = encoded
        self._authorization = (
            {"X-Auth-User": header_value("the value for X-Auth-User", authorization)} if authorization else {}
        )
        self._transport = Transport(
            url,
            {"X-Auth-Token": token} if token else {},
            timeouts=timeouts or Timeouts(),
            retries=retries or Retries(),
            clock=self._clock,
            ca_bundle=ca_bundle,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._transport.close()

    # --- one program ------------------------------------------------------------------------------

    def run(
        self,
        source: str,
        *,
        language: int,
        stdin: str | None = None,
        expected_output: str | None = None,
        arguments: str | None = None,
        compiler_options: str | None = None,
        limits: Limits | None = None,
    ) -> Verdict:
        """Run a program and return its verdict, in one request where the server runs it at once."""
        program = Program(
            source, language, stdin, expected_output, arguments, compiler_options, limits or Limits()
        )
        return self.judge(program)

    def judge(self, program: Program) -> Verdict:
        """Run a program and wait for its verdict.

        Later servers may answer before the end; then its token is polled.

        Raises:
            UndecodableOutput: it ran, and printed what is not UTF-8.
            NoAnswer: it may have run all the same.
        """
        answer = self._transport.send(self._creation(program, wait=True))
        hidden = answers.undecodable(answer) if answer.status == 201 else None
        if hidden is not None:
            raise hidden
        verdict = self._verdict(answers.read(answer, 201, payloads.Outcome), encoded=self._encoded)
        return verdict if verdict.status.final else self.wait_for(verdict.token)

    def submit(self, program: Program) -> str:
        """Put a program into the queue; returns its token."""
        answer = self._transport.send(self._creation(program, wait=False))
        return answers.read(answer, 201, payloads.SubmissionToken).token

    def submit_json(self, document: bytes) -> str:
        """Put a submission that is JSON already into the queue, as it stands; returns its token."""
        call = Call("POST", "/submissions", self._encoding(self._encoded), body=document)
        return answers.read(self._transport.send(call), 201, payloads.SubmissionToken).token

    def fetch(self, token: str, *, encoded: bool | None = None) -> Verdict:
        """What is known of a submission by now. ``encoded`` overrides the client's own.

        Raises:
            UnknownSubmission: the server has none of that token.
            UndecodableOutput: fetch it with ``encoded=True``.
        """
        encoded = self._encoded if encoded is None else encoded
        call = Call("GET", _submission_path(token), self._encoding(encoded))
        return self._verdict(self._of_submission(token, call, payloads.Outcome), encoded=encoded)

    def progress(self, token: str) -> Status:
        """How far a submission is, and nothing else of it."""
        query = {**self._encoding(self._encoded), "fields": "status_id"}
        document = self._of_submission(token, Call("GET", _submission_path(token), query), dict[str, Status])
        if "status_id" not in document:
            raise UnexpectedAnswer("a submission without the status_id that was asked for")
        return document["status_id"]

    def details(self, token: str) -> payloads.Submission:
        """Every column of a submission, as the contract has it; its texts are plain or base64, as asked."""
        query = {**self._encoding(self._encoded), "fields": "*"}
        return self._of_submission(token, Call("GET", _submission_path(token), query), payloads.Submission)

    def wait_for(self, token: str) -> Verdict:
        """Poll until the submission has ended.

        Raises:
            StillRunning: it has not, by the deadline of ``Polling``.
        """
        return self._poll(
            lambda: self.fetch(token), lambda verdict: _NOTHING if verdict.status.final else (token,)
        )

    def delete(self, token: str) -> Verdict:
        """Delete a submission that has ended; returns what it was.

        Raises:
            NotAllowed: the deployment does not allow it, or the submission has not ended.
        """
        call = Call("DELETE", _submission_path(token), headers=self._authorization)
        # The answer is base64 whatever the client asks for elsewhere.
        return self._verdict(self._of_submission(token, call, payloads.Outcome), encoded=True)

    def page(self, number: int = 1, *, size: int = 20) -> payloads.SubmissionPage[payloads.Outcome]:
        """A page of submissions, newest first, as the contract has it."""
        query = {**self._encoding(self._encoded), "page": str(number), "per_page": str(size)}
        call = Call("GET", "/submissions", query, self._authorization)
        return answers.read(self._transport.send(call), 200, payloads.SubmissionPage[payloads.Outcome])

    # --- batches ----------------------------------------------------------------------------------

    def submit_batch(self, programs: Sequence[Program]) -> tuple[Taken, ...]:
        """Put programs into the queue, twenty a request; one outcome for each, in order.

        Raises:
            BatchInterrupted: a later request failed; it holds the outcomes of those before.
        """
        taken: list[Taken] = []
        for chunk in _chunks(programs):
            try:
                taken += self._submit_chunk(chunk)
            except JudgeError as error:
                if not taken:
                    raise
                raise BatchInterrupted(taken, of=len(programs)) from error
        return tuple(taken)

    def fetch_batch(self, tokens: Sequence[str]) -> tuple[Verdict | None, ...]:
        """What is known of submissions by now, in order; None where a token is unknown."""
        return tuple(verdict for chunk in _chunks(tokens) for verdict in self._fetch_chunk(chunk))

    def judge_batch(self, programs: Sequence[Program]) -> tuple[Verdict | InvalidSubmission, ...]:
        """Run programs and wait for all; one outcome for each, in order.

        Raises:
            StillRunning: some have not ended by the deadline of ``Polling``.
        """
        taken = self.submit_batch(programs)
        tokens = [item for item in taken if isinstance(item, str)]
        verdicts = iter(self.wait_for_batch(tokens)) if tokens else iter(())
        return tuple(next(verdicts) if isinstance(item, str) else item for item in taken)

    def wait_for_batch(self, tokens: Sequence[str]) -> tuple[Verdict, ...]:
        """Poll until all of them have ended; one verdict for each, in order.

        Raises:
            StillRunning: some have not, by the deadline of ``Polling``.
            UnknownSubmission: the server has none of one of the tokens.
        """
        found: dict[str, Verdict] = {}

        def look() -> dict[str, Verdict]:
            left = [token for token in tokens if token not in found]
            for token, verdict in zip(left, self.fetch_batch(left), strict=True):
                if verdict is None:
                    raise UnknownSubmission(token)
                if verdict.status.final:
                    found[token] = verdict
            return found

        self._poll(look, lambda ended: [token for token in tokens if token not in ended])
        return tuple(found[token] for token in tokens)

    def _submit_chunk(self, programs: Sequence[Program]) -> list[Taken]:
        documents = [program.document(encoded=self._encoded) for program in programs]
        body = _json({"submissions": documents})
        call = Call("POST", "/submissions/batch", self._encoding(self._encoded), body=body)
        answer = self._transport.send(call)
        # 422 says that none was valid; each item says why, as in a 201.
        form = list[payloads.SubmissionToken | dict[str, list[str]]]
        items = answers.read(answer, 422 if answer.status == 422 else 201, form)
        return [_taken(item) for item in _as_many(items, programs)]

    def _fetch_chunk(self, tokens: Sequence[str]) -> list[Verdict | None]:
        query = {**self._encoding(self._encoded), "tokens": ",".join(tokens)}
        answer = self._transport.send(Call("GET", "/submissions/batch", query))
        found = answers.read(answer, 200, payloads.SubmissionBatch[payloads.Outcome]).submissions
        return [
            None if outcome is None else self._verdict(outcome, encoded=self._encoded)
            for outcome in _as_many(found, tokens)
        ]

    # --- the service itself -----------------------------------------------------------------------

    def languages(self) -> list[payloads.Language]:
        """The languages that submissions may have, by name."""
        return self._get("/languages", list[payloads.Language])

    def all_languages(self) -> list[payloads.LanguageOfAll]:
        """Archived ones too."""
        return self._get("/languages/all", list[payloads.LanguageOfAll])

    def language(self, language_id: int) -> payloads.LanguageDetails:
        """How programs of a language are compiled and run.

        Raises:
            UnknownLanguage: there is none of that id.
        """
        answer = self._transport.send(Call("GET", f"/languages/{language_id}"))
        if answer.status == 404:
            raise UnknownLanguage(language_id)
        return answers.read(answer, 200, payloads.LanguageDetails)

    def statuses(self) -> list[payloads.StatusRow]:
        """The statuses that a submission may have."""
        return self._get("/statuses", list[payloads.StatusRow])

    def about(self) -> payloads.About:
        """Version and home of the service."""
        return self._get("/about", payloads.About)

    def configuration(self) -> payloads.Configuration:
        """What the deployment allows."""
        return self._get("/config_info", payloads.Configuration)

    def system_info(self) -> dict[str, str]:
        """The host of the web server, in the words of lscpu and free."""
        return self._get("/system_info", dict[str, str])

    def workers(self) -> list[payloads.WorkerQueue]:
        """The queues and who works on them."""
        return self._get("/workers", list[payloads.WorkerQueue])

    def version(self) -> str:
        """The release of the server."""
        return self._text("/version", re.compile(r"\d+\.\d+\.\d+\S*"))

    def license(self) -> str:
        """The licence of the server."""
        return self._text("/license", re.compile(r"(?s).+"))

    def is_authenticated(self) -> bool:
        """Whether the server knows the token."""
        return self._passes("/authenticate", NotAuthenticated)

    def is_authorized(self) -> bool:
        """Whether the server lets this client list and delete."""
        return self._passes("/authorize", NotAuthorized)

    # --- common -----------------------------------------------------------------------------------

    def _creation(self, program: Program, *, wait: bool) -> Call:
        body = _json(program.document(encoded=self._encoded))
        query = {**self._encoding(self._encoded), "wait": _flag(wait)}
        return Call("POST", "/submissions", query, body=body, waiting=wait)

    @staticmethod
    def _encoding(encoded: bool) -> dict[str, str]:  # noqa: FBT001 - the name says it
        # Always sent: what it is without depends on the server's release.
        return {"base64_encoded": _flag(encoded)}

    def _of_submission(self, token: str, call: Call, form: type[T]) -> T:
        answer = self._transport.send(call)
        if answer.status == 404:
            raise UnknownSubmission(token)
        try:
            return answers.read(answer, 200, form)
        except UndecodableOutput as error:
            raise UndecodableOutput(token) from error

    @staticmethod
    def _verdict(outcome: payloads.Outcome, *, encoded: bool) -> Verdict:
        try:
            return Verdict.of(outcome, encoded=encoded)
        except ValueError as error:
            raise UnexpectedAnswer("a text that is not the base64 that was asked for") from error

    def _get(self, path: str, form: type[T]) -> T:
        return answers.read(self._transport.send(Call("GET", path)), 200, form)

    def _text(self, path: str, form: re.Pattern[str]) -> str:
        answer = self._succeeding(Call("GET", path))
        try:
            text = answer.body.decode("utf-8").strip()
        except UnicodeDecodeError as error:
            raise UnexpectedAnswer("a text that is not UTF-8") from error
        if answer.media != "text/plain" or not form.fullmatch(text):
            raise UnexpectedAnswer(f"what {path} answers is not such a text")
        return text

    def _passes(self, path: str, refusal: type[JudgeError]) -> bool:
        try:
            answer = self._succeeding(Call("POST", path, headers=self._authorization, asks=True))
        except refusal:
            return False
        if answer.body:
            # A page of somebody in between must not pass for a yes.
            raise UnexpectedAnswer(f"{path} answers with a body")
        return True

    def _succeeding(self, call: Call) -> Answer:
        answer = self._transport.send(call)
        if answer.status != 200:
            raise answers.error_of(answer)
        return answer

    def _poll(self, look: Callable[[], T], left: Callable[[T], Sequence[str]]) -> T:
        """Look until nothing is left, with pauses, up to the deadline."""
        clock, polling = self._clock, self._polling
        end = clock.monotonic() + polling.deadline
        for pause in polling.pauses():
            seen = look()
            running = left(seen)
            if not running:
                return seen
            if clock.monotonic() + pause > end:
                raise StillRunning(running, seconds=polling.deadline)
            clock.sleep(pause)
        raise AssertionError("pauses have no end")


def _flag(on: bool) -> str:  # noqa: FBT001 - a conversion
    return "true" if on else "false"


def _json(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + BATCH_SIZE] for start in range(0, len(items), BATCH_SIZE))


def _taken(item: payloads.SubmissionToken | dict[str, list[str]]) -> Taken:
    if isinstance(item, payloads.SubmissionToken):
        return item.token
    if not item:
        raise UnexpectedAnswer("a program without a token, of which nothing is wrong")
    return InvalidSubmission(item)


def _submission_path(token: str) -> str:
    return f"/submissions/{quote(token, safe='')}"


def _as_many(found: Sequence[T], asked: Sequence[object]) -> Sequence[T]:
    if len(found) != len(asked):
        raise UnexpectedAnswer(f"{len(found)} answers to {len(asked)} questions")
    return found
