"""Programs that are run as they stand, and not stored."""

from __future__ import annotations

import pytest

from config.errors import Invalid
from contracts.judge0.operations import create_batch, get_batch
from contracts.judge0.payloads import ErrorMessage, Outcome, SubmissionBatch
from contracts.judge0.status import Status
from courses.models import Submission, SubmissionStatus
from courses.services.execution import Executor
from courses.services.judging import Reason
from courses.services.limits import CODE_BYTES, CUT_OFF, KEPT_BYTES
from courses.services.submissions import run_freely
from courses.tests.judges import Ran, Stage

S = SubmissionStatus


def no_run(reason: Reason) -> dict[str, object]:
    """What is answered where there is no result."""
    return {
        "status": S.INTERNAL_ERROR,
        "stdout": "",
        "stderr": reason.value,
        "execution_time": None,
        "memory_used": None,
    }


@pytest.mark.django_db
@pytest.mark.case("A014")
@pytest.mark.case("A080")
def test_a_program_is_run_as_it_was_recorded_and_not_stored(stage: Stage, executor: Executor) -> None:
    stage.judge0.play("a program is run freely")

    found = run_freely("print(6 * 7)", "python", executor=executor)

    assert found.keys() == {"status", "stdout", "stderr", "execution_time", "memory_used"}
    assert (found["status"], found["stdout"], found["stderr"]) == (S.ACCEPTED, "42\n", "")
    assert not Submission.objects.exists()


@pytest.mark.case("A017")
@pytest.mark.case("A080")
def test_what_a_program_raises_is_in_stderr(stage: Stage, executor: Executor) -> None:
    stage.judge0.play("a program that is run freely raises")

    found = run_freely('raise ValueError("no")', executor=executor)

    assert found["status"] == S.RUNTIME_ERROR
    assert "ValueError: no" in found["stderr"]


@pytest.mark.case("A016")
@pytest.mark.case("A080")
def test_a_breach_of_the_limit_of_memory_is_told(stage: Stage, executor: Executor) -> None:
    stage.judge0.play("a program that is run freely takes too much memory")

    found = run_freely("kept = b'x' * (512 << 20)", executor=executor)

    assert (found["status"], found["memory_used"]) == (S.MEMORY_LIMIT_EXCEEDED, 128.0)


@pytest.mark.case("A015")
def test_a_program_that_computes_too_long_is_told_so(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(Status.TIME_LIMIT_EXCEEDED, time="2.004"))

    found = run_freely("while True: pass", executor=executor)

    assert (found["status"], found["execution_time"]) == (S.TIME_LIMIT_EXCEEDED, 2004.0)


@pytest.mark.case("A015")
def test_a_judge_that_never_ends_is_an_internal_error(stage: Stage, executor: Executor) -> None:
    running = SubmissionBatch[Outcome](submissions=[Ran(Status.PROCESSING).outcome(1)])
    stage.takes(1)
    stage.judge0.reply(get_batch, 200, running, times=63)

    found = run_freely("print(1)", executor=executor)

    assert found == no_run(Reason.TIMED_OUT)
    assert stage.time.elapsed <= 30


@pytest.mark.case("A018")
def test_the_judge_gets_two_seconds_and_128_megabytes_and_no_network(
    stage: Stage, executor: Executor
) -> None:
    stage.judges(Ran())

    run_freely("puts 1", "c", executor=executor)

    assert stage.programs() == [
        {
            "source_code": "cHV0cyAx",
            "language_id": 50,
            "stdin": "",
            "cpu_time_limit": 2.0,
            "wall_time_limit": 5.0,
            "memory_limit": 131_072,
            "enable_network": False,
        }
    ]


@pytest.mark.case("A018")
def test_what_is_printed_without_end_is_cut_off(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(stdout="x" * (KEPT_BYTES + 1), stderr="y" * (KEPT_BYTES + 1)))

    found = run_freely("print('x' * 65537)", executor=executor)

    assert found["stdout"] == "x" * KEPT_BYTES + CUT_OFF
    assert found["stderr"] == "y" * KEPT_BYTES + CUT_OFF


@pytest.mark.parametrize(
    "code", [None, "", b"", "x" * (CODE_BYTES + 1), b"\xff"], ids=lambda code: repr(code)[:9]
)
@pytest.mark.case("A018")
@pytest.mark.case("A091")
def test_code_that_cannot_be_taken_is_refused(
    code: str | bytes | None, stage: Stage, executor: Executor
) -> None:
    with pytest.raises(Invalid) as caught:
        run_freely(code, executor=executor)

    assert list(caught.value.fields) == ["code"]
    assert stage.judge0.calls == []


def test_an_unknown_language_is_refused(stage: Stage, executor: Executor) -> None:
    with pytest.raises(Invalid) as caught:
        run_freely("print(1)", "cobol", executor=executor)

    assert list(caught.value.fields) == ["language"]
    assert stage.judge0.calls == []


@pytest.mark.parametrize(
    ("fault", "times"), [("connection_refused", 3), ("read_timeout", 1), ("tls_expired", 1), ("http_500", 1)]
)
@pytest.mark.case("A020")
@pytest.mark.case("A063")
def test_a_judge_that_is_down_is_a_result_and_no_exception(
    fault: str, times: int, stage: Stage, executor: Executor
) -> None:
    stage.judge0.fault(fault, times=times)

    assert run_freely("print(1)", executor=executor) == no_run(Reason.UNAVAILABLE)


@pytest.mark.case("A021")
def test_a_full_queue_is_told(stage: Stage, executor: Executor) -> None:
    stage.judge0.reply(create_batch, 503, ErrorMessage(error="queue is full"), times=3)

    assert run_freely("print(1)", executor=executor) == no_run(Reason.BUSY)


@pytest.mark.parametrize("ended", [Status.INTERNAL_ERROR, Status.EXEC_FORMAT_ERROR])
@pytest.mark.case("A022")
def test_what_the_judge_says_of_itself_is_not_shown(ended: Status, stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(ended, message="isolate: /var/local/lib/isolate/7 exists"))

    assert run_freely("print(1)", executor=executor) == no_run(Reason.FAILED)


@pytest.mark.case("A006")
def test_what_the_compiler_said_is_in_stderr(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(Status.COMPILATION_ERROR, compile_output="main.c:1: error\n"))

    found = run_freely("int main(void) { return }", "c", executor=executor)

    assert (found["status"], found["stderr"]) == (S.COMPILATION_ERROR, "main.c:1: error\n")


def test_without_an_executor_the_judge_of_the_settings_is_asked(stage: Stage) -> None:
    stage.judges(Ran(stdout="1\n"))

    found = run_freely("print(1)")

    assert found["stdout"] == "1\n"
