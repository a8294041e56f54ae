"""The use of Judge0, claimed once. Every proof comes from these.

Running a program leaves its submission in the server's log, where only its random token finds it. That
is what the service is for: it takes no name and changes nothing that another call sees, so these
scenarios do not count as writing. A scenario that deletes deletes its own submission.

Python and Bash run wherever the fake does; the two scenarios in C need gcc, and name the language in
their state.
"""

from __future__ import annotations

import pytest

from consumers.judge0.client import Judge0Client
from consumers.judge0.errors import (
    InMaintenance,
    InvalidSubmission,
    MalformedRequest,
    NotAllowed,
    NotAuthenticated,
    NotAuthorized,
    QueueFull,
    UndecodableOutput,
    UnknownLanguage,
    UnknownSubmission,
)
from consumers.judge0.programs import BASH, PYTHON, C, Limits, Program, Verdict
from consumers.judge0.solutions import free_run, solution
from consumers.judge0.waiting import Clock, Polling, Retries
from contracts.judge0.operations import judge0
from contracts.judge0.status import Status
from troth.scenario import Server, State

FREE = "a worker is free"
STAGED = "a submission is polled from In Queue to done"
C_COMPILES = State(FREE, {"language_id": C})

UNKNOWN = "00000000-0000-4000-8000-000000000001"
"""A token that no server gives out, since theirs are random.

It looks as what redaction puts in the place of a token, so that a recording asks for the same one. For
that a scenario asks for it before it learns of any other token.
"""

ANSWER = Program("print(42)", PYTHON)
ASKED_ONCE = Retries(attempts=1)
ASKED_TWICE = Retries(attempts=2, first=0.01)
MEBIBYTE = 1024 * 1024


def _client(server: Server, *, encoded: bool = False, retries: Retries | None = None) -> Judge0Client:
    """The client as the team configures it, but that it polls faster."""
    return Judge0Client(
        server.url,
        token=server.token,
        authorization=server.secret("authorization"),
        encoded=encoded,
        retries=retries,
        polling=Polling(first=0.05, longest=0.05),
        clock=Clock(server.clock.monotonic, server.clock.sleep, server.clock.now),
    )


# --- verdicts -------------------------------------------------------------------------------------


@judge0.scenario("a correct program is accepted", given=FREE)
def accepted(server: Server) -> None:
    verdict = _client(server).run("print(input())", language=PYTHON, stdin="42", expected_output="42")
    assert verdict.status is Status.ACCEPTED
    assert str(verdict.stdout) == "42\n"
    assert verdict.stderr is None
    assert verdict.cpu_seconds is not None


@judge0.scenario("a wrong answer is told apart", given=FREE)
def wrong_answer(server: Server) -> None:
    verdict = _client(server).run("print(41)", language=PYTHON, expected_output="42")
    assert verdict.status is Status.WRONG_ANSWER
    assert str(verdict.stdout) == "41\n"


@judge0.scenario("a program that computes too long is stopped", given=FREE)
def cpu_time_limit(server: Server) -> None:
    limits = Limits(cpu_seconds=0.5, extra_cpu_seconds=0, wall_seconds=5)
    verdict = _client(server).run("while True: pass", language=PYTHON, limits=limits)
    assert verdict.status is Status.TIME_LIMIT_EXCEEDED
    assert verdict.message == "Time limit exceeded"


@judge0.scenario("a program that sleeps too long is stopped", given=FREE)
def wall_time_limit(server: Server) -> None:
    limits = Limits(wall_seconds=1)
    verdict = _client(server).run("sleep 30", language=BASH, limits=limits)
    assert verdict.status is Status.TIME_LIMIT_EXCEEDED
    assert verdict.message == "Time limit exceeded (wall clock)"


@judge0.scenario("a program that takes too much memory is stopped", given=FREE)
def memory_limit(server: Server) -> None:
    limits = Limits(memory=32 * MEBIBYTE, wall_seconds=10)
    verdict = _client(server).run("kept = b'x' * (256 << 20)", language=PYTHON, limits=limits)
    assert verdict.status is Status.RUNTIME_ERROR_NZEC
    assert verdict.message == "Exited with error status 137"


@judge0.scenario("a program that does not compile", given=C_COMPILES)
def compilation_error(server: Server) -> None:
    verdict = _client(server).run("int main(void) { return }", language=C)
    assert verdict.status is Status.COMPILATION_ERROR
    assert "error" in str(verdict.compile_output)
    assert verdict.cpu_seconds is None


@judge0.scenario("a program is compiled with options", given=C_COMPILES)
def compiler_options(server: Server) -> None:
    source = '#include <stdio.h>\nint main(void) { printf("%d\\n", ANSWER); return 0; }\n'
    verdict = _client(server).run(source, language=C, compiler_options="-DANSWER=42", expected_output="42")
    assert verdict.status is Status.ACCEPTED


@judge0.scenario("a program that ends with an exit code", given=FREE)
def exit_code(server: Server) -> None:
    verdict = _client(server).run("echo oops >&2; exit 3", language=BASH)
    assert verdict.status is Status.RUNTIME_ERROR_NZEC
    assert verdict.message == "Exited with error status 3"
    assert str(verdict.stderr) == "oops\n"
    assert verdict.stdout is None


@judge0.scenario("a program that a signal ends", given=FREE)
def killed_by_signal(server: Server) -> None:
    client = _client(server)
    verdict = client.run("import os; os.kill(os.getpid(), 11)", language=PYTHON)
    details = client.details(verdict.token)
    # Not RUNTIME_ERROR_SIGSEGV: a shell stands between the program and the judge.
    assert verdict.status is Status.RUNTIME_ERROR_NZEC
    assert (details.exit_code, details.exit_signal) == (139, None)


@judge0.scenario("output that is not UTF-8 comes encoded", given=FREE)
def undecodable_output(server: Server) -> None:
    client = _client(server)
    with pytest.raises(UndecodableOutput) as caught:
        client.run("printf '\\377\\376 done'", language=BASH)
    verdict = client.fetch(caught.value.token, encoded=True)
    assert verdict.stdout is not None
    assert verdict.stdout.data == b"\xff\xfe done"


@judge0.scenario("output that is not UTF-8 cannot be fetched as text", given=FREE)
def undecodable_fetch(server: Server) -> None:
    client = _client(server, encoded=True)
    verdict = client.run("printf '\\377'", language=BASH)
    with pytest.raises(UndecodableOutput) as caught:
        client.fetch(verdict.token, encoded=False)
    assert caught.value.token == verdict.token


@judge0.scenario("texts travel as base64 in lines", given=FREE)
def encoded_texts(server: Server) -> None:
    client = _client(server, encoded=True)
    verdict = client.run("print(input() * 20)", language=PYTHON, stdin="naïve", expected_output="naïve" * 20)
    assert verdict.status is Status.ACCEPTED
    assert str(verdict.stdout) == "naïve" * 20 + "\n"


@judge0.scenario("a program reads its input and its arguments", given=FREE)
def input_and_arguments(server: Server) -> None:
    verdict = _client(server).run(
        'read -r line; echo "$line, $1 and $2"', language=BASH, stdin="zero\n", arguments="one two"
    )
    assert str(verdict.stdout) == "zero, one and two\n"


@judge0.scenario("errors are printed where output is", given=FREE)
def redirected_errors(server: Server) -> None:
    program = Program("echo out; echo err >&2", BASH, redirect_stderr=True, runs=2)
    verdict = _client(server).judge(program)
    assert str(verdict.stdout) == "out\nerr\n"
    assert verdict.stderr is None


@judge0.scenario("every column of a submission", given=FREE)
def details(server: Server) -> None:
    client = _client(server)
    verdict = client.run("print(42)", language=PYTHON, limits=Limits(cpu_seconds=2))
    found = client.details(verdict.token)
    assert found.status.id is verdict.status
    assert found.language_id == PYTHON
    assert found.cpu_time_limit == "2.0"


# --- the queue ------------------------------------------------------------------------------------


@judge0.scenario("a submission is polled to its end", given=STAGED)
def polling(server: Server) -> None:
    client = _client(server)
    token = client.submit(ANSWER)
    assert client.fetch(token).status is Status.IN_QUEUE
    assert client.fetch(token).status is Status.PROCESSING
    assert client.wait_for(token).status is Status.ACCEPTED


@judge0.scenario("only the status is asked for", given=STAGED)
def progress(server: Server) -> None:
    client = _client(server)
    token = client.submit(ANSWER)
    assert client.progress(token) is Status.IN_QUEUE


@judge0.scenario("a batch of mixed verdicts", given=STAGED)
def mixed_batch(server: Server) -> None:
    outcomes = _client(server).judge_batch(
        [
            Program("print(42)", PYTHON, expected_output="42"),
            Program("echo 41", BASH, expected_output="42"),
            Program("exit 7", BASH),
        ]
    )
    statuses = [getattr(outcome, "status", None) for outcome in outcomes]
    assert statuses == [Status.ACCEPTED, Status.WRONG_ANSWER, Status.RUNTIME_ERROR_NZEC]


@judge0.scenario("a batch with one invalid program", given=FREE)
def batch_with_one_invalid(server: Server) -> None:
    taken, refused = _client(server).submit_batch([ANSWER, Program("print(42)", 9999)])
    assert isinstance(taken, str)
    assert isinstance(refused, InvalidSubmission)
    assert refused.complaints == {"language_id": ("language with id 9999 doesn't exist",)}


@judge0.scenario("a batch of invalid programs", given=FREE)
def batch_of_invalid(server: Server) -> None:
    outcomes = _client(server).submit_batch([Program("", PYTHON), Program("print(42)", 9999)])
    complaints = [outcome.complaints for outcome in outcomes if isinstance(outcome, InvalidSubmission)]
    assert [list(complaint) for complaint in complaints] == [["source_code"], ["language_id"]]


@judge0.scenario("a batch of tokens with an unknown one", given=FREE)
def batch_with_unknown_token(server: Server) -> None:
    client = _client(server)
    with pytest.raises(UnknownSubmission):
        client.fetch(UNKNOWN)
    token = client.run("print(42)", language=PYTHON).token
    known, unknown = client.fetch_batch([token, UNKNOWN])
    assert known is not None
    assert known.status is Status.ACCEPTED
    assert unknown is None


@judge0.scenario("the queue is full", given="the queue is full")
def queue_full(server: Server) -> None:
    with pytest.raises(QueueFull):
        _client(server, retries=ASKED_ONCE).submit(ANSWER)


@judge0.scenario("a batch meets a full queue", given="the queue is full")
def queue_full_for_batch(server: Server) -> None:
    with pytest.raises(QueueFull):
        _client(server, retries=ASKED_ONCE).submit_batch([ANSWER, ANSWER])


@judge0.scenario("the service is in maintenance, and is asked twice", given="the service is in maintenance")
def maintenance(server: Server) -> None:
    with pytest.raises(InMaintenance):
        _client(server, retries=ASKED_TWICE).submit(ANSWER)


@judge0.scenario("nothing is deleted in maintenance", given="the service is in maintenance")
def maintenance_of_deletion(server: Server) -> None:
    with pytest.raises(InMaintenance):
        _client(server, retries=ASKED_ONCE).delete(UNKNOWN)


# --- as campus has programs judged ----------------------------------------------------------------


@judge0.scenario("a program is run freely", given=STAGED)
def run_freely(server: Server) -> None:
    (verdict,) = _client(server, encoded=True).judge_batch([free_run("print(6 * 7)")])
    assert isinstance(verdict, Verdict)
    assert verdict.status is Status.ACCEPTED
    assert str(verdict.stdout) == "42\n"


@judge0.scenario("a program that is run freely raises", given=STAGED)
def raises_freely(server: Server) -> None:
    (verdict,) = _client(server, encoded=True).judge_batch([free_run('raise ValueError("no")')])
    assert isinstance(verdict, Verdict)
    assert verdict.status is Status.RUNTIME_ERROR_NZEC
    assert "ValueError: no" in str(verdict.stderr)


@judge0.scenario("a program that is run freely takes too much memory", given=STAGED)
def takes_memory_freely(server: Server) -> None:
    (verdict,) = _client(server, encoded=True).judge_batch([free_run("kept = b'x' * (512 << 20)")])
    assert isinstance(verdict, Verdict)
    assert verdict.status is Status.RUNTIME_ERROR_NZEC
    assert verdict.memory == 128 * MEBIBYTE


@judge0.scenario("a solution passes every case", given=STAGED)
def solution_passes(server: Server) -> None:
    programs = solution([("[1, 2]", "3"), ('{"a": 2, "b": 2}', "4"), ("x, y", "xy")])
    verdicts = _client(server, encoded=True).judge_batch(programs)
    assert [getattr(verdict, "status", None) for verdict in verdicts] == [Status.ACCEPTED] * 3


@judge0.scenario("a solution fails one case of three", given=STAGED)
def solution_fails(server: Server) -> None:
    programs = solution([("[1, 2]", "3"), ("[2, 2]", "5"), ("[3, 3]", "6")])
    verdicts = _client(server, encoded=True).judge_batch(programs)
    assert [getattr(verdict, "status", None) for verdict in verdicts] == [
        Status.ACCEPTED,
        Status.WRONG_ANSWER,
        Status.ACCEPTED,
    ]


# --- refusals -------------------------------------------------------------------------------------


@judge0.scenario("an unknown token", given=FREE)
def unknown_token(server: Server) -> None:
    with pytest.raises(UnknownSubmission):
        _client(server).fetch(UNKNOWN)


@judge0.scenario("a wrong credential", given=FREE)
def wrong_credential(server: Server) -> None:
    client = Judge0Client(server.url, token=server.secret("wrong"))
    with pytest.raises(NotAuthenticated):
        client.submit(ANSWER)
    with pytest.raises(NotAuthenticated):
        client.languages()


@judge0.scenario("an address that is denied", given="the caller's address is denied")
def denied_address(server: Server) -> None:
    with pytest.raises(NotAuthorized):
        _client(server).submit(ANSWER)


@judge0.scenario("a program without source", given=FREE)
def blank_source(server: Server) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        _client(server).submit(Program(" ", PYTHON))
    assert caught.value.complaints == {"source_code": ("can't be blank",)}


@judge0.scenario("a language that does not exist", given=FREE)
def unknown_language(server: Server) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        _client(server).submit(Program("print(42)", 9999))
    assert caught.value.complaints == {"language_id": ("language with id 9999 doesn't exist",)}


@judge0.scenario("a program without a language", given=FREE)
def missing_language(server: Server) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        _client(server).submit(Program("print(42)", None))
    # Two complaints, one more than documented.
    assert caught.value.complaints["language_id"] == ("can't be blank", "language with id  doesn't exist")


@judge0.scenario("a language that is archived", given=State("a language is archived", {"language_id": BASH}))
def archived_language(server: Server) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        _client(server).submit(Program("echo 42", BASH))
    expected = f"language with id {BASH} is archived and cannot be used anymore"
    assert caught.value.complaints == {"language_id": (expected,)}


@judge0.scenario("a limit out of range", given=FREE)
def limit_out_of_range(server: Server) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        _client(server).submit(Program("print(42)", PYTHON, limits=Limits(cpu_seconds=1000, memory=1024)))
    complaints = caught.value.complaints
    assert complaints["cpu_time_limit"] == ("must be less than or equal to 15.0",)
    assert complaints["memory_limit"] == ("must be greater than or equal to 2048",)


@judge0.scenario("arguments that are too long", given=FREE)
def long_arguments(server: Server) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        _client(server).submit(Program("print(42)", PYTHON, arguments="x" * 513))
    expected = "is too long (maximum is 512 characters)"
    assert caught.value.complaints == {"command_line_arguments": (expected,)}


@judge0.scenario("a body that is not JSON", given=FREE)
def malformed_body(server: Server) -> None:
    with pytest.raises(MalformedRequest):
        # As redaction leaves a body that is not JSON, so that a recording asks for the same.
        _client(server).submit_json(b'{"redacted')


@judge0.scenario("waiting is not allowed", given="waiting is not allowed")
def waiting_not_allowed(server: Server) -> None:
    with pytest.raises(NotAllowed, match=r"^wait not allowed$"):
        _client(server).judge(ANSWER)


@judge0.scenario("batches are not allowed", given="batches are not allowed")
def batches_not_allowed(server: Server) -> None:
    client = _client(server)
    with pytest.raises(NotAllowed, match=r"^batched submissions are not allowed$"):
        client.submit_batch([ANSWER])
    with pytest.raises(NotAllowed, match=r"^batched submissions are not allowed$"):
        client.fetch_batch([UNKNOWN])


# --- listing and deleting -------------------------------------------------------------------------


@judge0.scenario("the newest submission is listed first", given=FREE)
def newest_first(server: Server) -> None:
    client = _client(server)
    client.run("print(1)", language=PYTHON)
    newest = client.run("print(2)", language=PYTHON)
    page = client.page(1, size=1)
    assert [outcome.token for outcome in page.submissions] == [newest.token]
    assert page.meta.next_page == 2


@judge0.scenario("a page that does not exist", given=FREE)
def invalid_page(server: Server) -> None:
    with pytest.raises(NotAllowed, match=r"^invalid page: -4$"):
        _client(server).page(-4)


@judge0.scenario("listing needs its own credential", given=FREE)
def listing_without_authorization(server: Server) -> None:
    with pytest.raises(NotAuthorized):
        Judge0Client(server.url, token=server.token).page()


@judge0.scenario("a submission is deleted", given="delete is allowed")
def deleted(server: Server) -> None:
    client = _client(server)
    verdict = client.run("echo naïve", language=BASH)
    assert client.delete(verdict.token) == verdict
    with pytest.raises(UnknownSubmission):
        client.fetch(verdict.token)


@judge0.scenario("an unknown submission is deleted", given="delete is allowed")
def unknown_deleted(server: Server) -> None:
    with pytest.raises(UnknownSubmission):
        _client(server).delete(UNKNOWN)


@judge0.scenario("deleting is not allowed", given="delete is not allowed")
def delete_not_allowed(server: Server) -> None:
    client = _client(server)
    token = client.run("print(42)", language=PYTHON).token
    with pytest.raises(NotAllowed, match=r"^delete not allowed$"):
        client.delete(token)


@judge0.scenario("deleting needs its own credential", given="delete is allowed")
def delete_without_authorization(server: Server) -> None:
    client = Judge0Client(server.url, token=server.token, authorization=server.secret("wrong"))
    with pytest.raises(NotAuthorized):
        client.delete(UNKNOWN)


# --- the service itself ---------------------------------------------------------------------------


@judge0.scenario("the languages")
def languages(server: Server) -> None:
    client = _client(server)
    active = {language.id: language.name for language in client.languages()}
    everything = {language.id for language in client.all_languages()}
    assert active[PYTHON].startswith("Python")
    assert active.keys() <= everything


@judge0.scenario("one language")
def one_language(server: Server) -> None:
    language = _client(server).language(PYTHON)
    assert language.compile_cmd is None
    assert language.source_file == "script.py"


@judge0.scenario("an unknown language is looked up")
def unknown_language_looked_up(server: Server) -> None:
    with pytest.raises(UnknownLanguage):
        _client(server).language(9999)


@judge0.scenario("the statuses")
def statuses(server: Server) -> None:
    found = [row.id for row in _client(server).statuses()]
    assert found == list(Status)


@judge0.scenario("what the service says of itself")
def about(server: Server) -> None:
    client = _client(server)
    version = client.version()
    assert client.about().version == version
    assert "icen" in client.license()


@judge0.scenario("how the service is configured and staffed")
def configured(server: Server) -> None:
    client = _client(server)
    configuration = client.configuration()
    (queue,) = client.workers()
    host = client.system_info()
    assert configuration.max_submission_batch_size == 20
    assert queue.available >= 1
    assert "Architecture" in host


@judge0.scenario("credentials are checked")
def credentials(server: Server) -> None:
    client = _client(server)
    stranger = Judge0Client(server.url, token=server.token, authorization=server.secret("wrong"))
    assert client.is_authenticated()
    assert client.is_authorized()
    assert not stranger.is_authorized()
