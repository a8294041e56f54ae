"""What the judge's answers and failures become: statuses, units, reasons."""

from __future__ import annotations

import logging

import pytest
from pytest_django import Settings

from contracts.judge0.operations import create_batch, create_submission, get_batch, get_submission
from contracts.judge0.payloads import ErrorMessage, Outcome, SubmissionBatch, SubmissionToken
from contracts.judge0.status import Status
from courses.models import SubmissionStatus
from courses.services.execution import Executor
from courses.services.judging import JudgeFailed, Reason, Result, Task, status_of
from courses.tests.judges import Ran, Stage, token

TASK = Task("print(42)", 71, "", "42", time_limit_ms=1000, memory_limit_mb=256)
LIMIT_KB = 256 * 1024
S = SubmissionStatus
TABLE = [
    (1, S.PENDING),
    (2, S.JUDGING),
    (3, S.ACCEPTED),
    (4, S.WRONG_ANSWER),
    (5, S.TIME_LIMIT_EXCEEDED),
    (6, S.COMPILATION_ERROR),
    (7, S.RUNTIME_ERROR),
    (8, S.RUNTIME_ERROR),
    (9, S.RUNTIME_ERROR),
    (10, S.RUNTIME_ERROR),
    (11, S.RUNTIME_ERROR),
    (12, S.RUNTIME_ERROR),
    (13, S.INTERNAL_ERROR),
    (14, S.INTERNAL_ERROR),
]
QUEUE_FULL = ErrorMessage(error="queue is full")


def reason(executor: Executor) -> Reason:
    """Why a task has no result."""
    with pytest.raises(JudgeFailed) as caught:
        executor.run([TASK])
    return caught.value.reason


# --- statuses and units ---------------------------------------------------------------------------


@pytest.mark.parametrize(("judge_id", "status"), TABLE)
@pytest.mark.case("A007")
def test_each_id_of_the_judge_has_a_status(judge_id: int, status: SubmissionStatus) -> None:
    assert status_of(judge_id) is status


@pytest.mark.parametrize("judge_id", [0, 15, -1, None, "3", 3.0, True, [3]], ids=repr)
@pytest.mark.case("A007")
@pytest.mark.case("A022")
def test_what_is_no_id_of_the_judge_is_an_internal_error(judge_id: object) -> None:
    assert status_of(judge_id) is S.INTERNAL_ERROR


@pytest.mark.parametrize(("judge_id", "status"), TABLE[2:])
@pytest.mark.case("A007")
def test_each_end_reaches_the_result(
    judge_id: int, status: SubmissionStatus, stage: Stage, executor: Executor
) -> None:
    stage.judges(Ran(Status(judge_id)))

    (result,) = executor.run([TASK])

    assert result.status is status


@pytest.mark.parametrize(
    ("ended", "memory", "status"),
    [
        (Status.RUNTIME_ERROR_NZEC, LIMIT_KB, S.MEMORY_LIMIT_EXCEEDED),
        (Status.RUNTIME_ERROR_SIGSEGV, LIMIT_KB + 1, S.MEMORY_LIMIT_EXCEEDED),
        (Status.RUNTIME_ERROR_NZEC, LIMIT_KB - 1, S.RUNTIME_ERROR),
        (Status.ACCEPTED, LIMIT_KB, S.ACCEPTED),
        (Status.TIME_LIMIT_EXCEEDED, LIMIT_KB, S.TIME_LIMIT_EXCEEDED),
    ],
)
@pytest.mark.case("A005")
def test_a_runtime_error_at_the_limit_of_memory_is_a_breach_of_it(
    ended: Status, memory: int, status: SubmissionStatus, stage: Stage, executor: Executor
) -> None:
    stage.judges(Ran(ended, memory=memory))

    (result,) = executor.run([TASK])

    assert result.status is status


@pytest.mark.case("A019")
def test_a_result_is_in_milliseconds_and_megabytes(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(stdout="42\n", stderr="careful\n", time="0.0216", memory=3752))

    (result,) = executor.run([TASK])

    assert result == Result(S.ACCEPTED, stdout="42\n", stderr="careful\n", time_ms=21.6, memory_mb=3.66)


def test_what_is_printed_need_not_be_utf_8(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(stdout=b"\xff done"))

    (result,) = executor.run([TASK])

    assert result.stdout == "� done"


@pytest.mark.case("A006")
def test_what_the_compiler_said_is_the_error(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(Status.COMPILATION_ERROR, compile_output="line 1: expected ;\n"))

    (result,) = executor.run([TASK])

    assert result == Result(S.COMPILATION_ERROR, stderr="line 1: expected ;\n")


@pytest.mark.case("A018")
def test_a_task_goes_out_in_the_units_of_the_judge_and_without_network(
    stage: Stage, executor: Executor
) -> None:
    stage.judges(Ran())

    executor.run([Task("print(42)", 71, "1", "42", time_limit_ms=1500, memory_limit_mb=500)])

    assert stage.programs() == [
        {
            "source_code": "cHJpbnQoNDIp",
            "stdin": "MQ==",
            "expected_output": "NDI=",
            "language_id": 71,
            "cpu_time_limit": 1.5,
            "wall_time_limit": 4.0,
            "memory_limit": 512_000,
            "enable_network": False,
        }
    ]


def test_the_highest_limits_are_such_as_the_judge_takes(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran())

    (result,) = executor.run([Task("print(42)", 71, "", None, time_limit_ms=10_000, memory_limit_mb=500)])

    assert result.status is S.ACCEPTED


def test_results_come_in_the_order_of_the_tasks(stage: Stage, executor: Executor) -> None:
    stage.takes(2)
    stage.tells(Ran(Status.PROCESSING), Ran(stdout="second"))
    stage.tells(Ran(stdout="first"))

    results = executor.run([TASK, TASK])

    assert [result.stdout for result in results] == ["first", "second"]


def test_more_tasks_than_a_batch_holds_go_out_one_batch_after_the_other(
    stage: Stage, executor: Executor
) -> None:
    stage.judges(*[Ran(stdout="early")] * 20)
    stage.judges(Ran(stdout="late"), first=21)

    results = executor.run([TASK] * 21)

    assert [result.stdout for result in results] == ["early"] * 20 + ["late"]


def test_where_no_batches_are_taken_programs_go_one_by_one(stage: Stage, executor: Executor) -> None:
    refusal = ErrorMessage(error="batched submissions are not allowed")
    stage.judge0.reply(create_batch, 400, refusal)
    stage.judge0.reply(create_submission, 201, SubmissionToken(token=token(1)))
    stage.judge0.reply(get_batch, 400, refusal)
    stage.judge0.reply(get_submission, 200, Ran(stdout="42\n").outcome(1))

    (result,) = executor.run([TASK])

    assert result.stdout == "42\n"


# --- failures -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["connection_refused", "dns_failure", "connect_timeout"])
@pytest.mark.case("A002")
@pytest.mark.case("A020")
def test_a_judge_out_of_reach_is_tried_thrice(fault: str, stage: Stage, executor: Executor) -> None:
    stage.judge0.fault(fault, times=3)

    assert reason(executor) is Reason.UNAVAILABLE
    assert len(stage.judge0.calls) == 3


@pytest.mark.parametrize("fault", ["tls_expired", "tls_self_signed", "tls_wrong_host"])
@pytest.mark.case("A024")
@pytest.mark.case("A086")
def test_a_judge_that_is_not_trusted_is_not_asked_again(fault: str, stage: Stage, executor: Executor) -> None:
    stage.judge0.fault(fault)

    assert reason(executor) is Reason.UNAVAILABLE
    assert len(stage.judge0.calls) == 1


@pytest.mark.parametrize(
    "fault",
    [
        "read_timeout",
        "reset_before_headers",
        "reset_mid_body",
        "body_short",
        "body_drips",
        "http_500",
        "http_502_html",
        "http_504",
    ],
)
@pytest.mark.case("A019")
@pytest.mark.case("A023")
def test_a_program_that_may_run_already_is_not_sent_again(
    fault: str, stage: Stage, executor: Executor
) -> None:
    stage.judge0.fault(fault)

    assert reason(executor) is Reason.UNAVAILABLE
    assert len(stage.judge0.calls) == 1


@pytest.mark.case("A023")
def test_maintenance_is_asked_thrice_and_given_up(stage: Stage, executor: Executor) -> None:
    stage.judge0.reply(create_batch, 503, ErrorMessage(error="Maintenance mode"), times=3)

    assert reason(executor) is Reason.UNAVAILABLE
    assert stage.time.elapsed == 1.5


@pytest.mark.case("A023")
def test_a_judge_that_never_ends_is_given_up_after_thirty_seconds(
    stage: Stage, executor: Executor, settings: Settings
) -> None:
    stage.takes(1)
    running = SubmissionBatch[Outcome](submissions=[Ran(Status.PROCESSING).outcome(1)])
    stage.judge0.reply(get_batch, 200, running, times=63)

    assert reason(executor) is Reason.TIMED_OUT
    assert settings.JUDGE_SECONDS - 0.5 < stage.time.elapsed <= settings.JUDGE_SECONDS == 30


@pytest.mark.case("A021")
def test_a_full_queue_has_a_reason_of_its_own(stage: Stage, executor: Executor) -> None:
    stage.judge0.reply(create_batch, 503, QUEUE_FULL, headers={"Retry-After": "2"}, times=3)

    assert reason(executor) is Reason.BUSY
    assert stage.time.elapsed == 4.0


@pytest.mark.parametrize(("fault", "times", "waited"), [("http_429", 3, 2.0), ("http_429_bare", 1, 0.0)])
@pytest.mark.case("A021")
def test_a_quota_has_a_reason_of_its_own(
    fault: str, times: int, waited: float, stage: Stage, executor: Executor
) -> None:
    stage.judge0.fault(fault, times=times)

    assert reason(executor) is Reason.RATE_LIMITED
    assert stage.time.elapsed == waited


@pytest.mark.case("A021")
def test_nobody_is_kept_waiting_for_as_long_as_a_quota_likes(stage: Stage, executor: Executor) -> None:
    stage.judge0.reply(create_batch, 503, QUEUE_FULL, headers={"Retry-After": "6"})

    assert reason(executor) is Reason.BUSY
    assert stage.time.elapsed == 0


@pytest.mark.case("A021")
def test_a_full_queue_that_empties_in_time_is_no_failure(stage: Stage, executor: Executor) -> None:
    stage.judge0.reply(create_batch, 503, QUEUE_FULL, headers={"Retry-After": "1"})
    stage.judges(Ran(stdout="42\n"))

    (result,) = executor.run([TASK])

    assert result.status is S.ACCEPTED


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.case("A025")
def test_a_wrong_credential_is_a_matter_of_configuration(
    status: int, stage: Stage, executor: Executor
) -> None:
    stage.judge0.reply(create_batch, status)

    assert reason(executor) is Reason.MISCONFIGURED
    assert len(stage.judge0.calls) == 1


@pytest.mark.case("A025")
def test_the_credential_goes_with_every_call(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran())

    executor.run([TASK])

    sent = [call.request.headers.get("X-Auth-Token") for call in stage.judge0.calls]
    assert sent == [stage.judge0.server.token] * 2


@pytest.mark.case("A025")
def test_the_log_tells_what_happened_and_no_credential(
    stage: Stage, executor: Executor, caplog: pytest.LogCaptureFixture
) -> None:
    stage.judge0.reply(create_batch, 401)

    reason(executor)

    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "judge misconfigured: NotAuthenticated" in caplog.text
    assert stage.judge0.server.token not in caplog.text


@pytest.mark.case("A019")
def test_the_log_holds_no_token_of_a_submission(
    stage: Stage, executor: Executor, caplog: pytest.LogCaptureFixture
) -> None:
    stage.takes(1)
    stage.judge0.fault("connection_refused", operation=get_batch, times=3)

    reason(executor)

    assert "judge unavailable: NotReached" in caplog.text
    assert token(1) not in caplog.text


@pytest.mark.parametrize("field", ["source_code", "memory_limit"])
@pytest.mark.case("A019")
def test_a_program_that_the_judge_refuses_is_not_sent_again(
    field: str, stage: Stage, executor: Executor
) -> None:
    stage.judge0.reply(create_batch, 422, [{field: ["is not as it should be"]}])

    assert reason(executor) is Reason.REFUSED
    assert len(stage.judge0.calls) == 1


@pytest.mark.parametrize(
    "fault",
    ["malformed_json", "empty_body", "wrong_content_type", "invalid_utf8", "body_too_large", "field_missing"],
)
@pytest.mark.case("A022")
def test_a_ticket_that_cannot_be_read_is_no_ticket(fault: str, stage: Stage, executor: Executor) -> None:
    stage.judge0.fault(fault, operation=create_batch)
    stage.judges(Ran())

    assert reason(executor) is Reason.UNREADABLE
    assert executor.run([TASK])[0].status is S.ACCEPTED


@pytest.mark.parametrize(
    "fault",
    [
        "malformed_json",
        "gzip_bomb",
        "field_missing:$.submissions[*].token",
        "field_missing:$.submissions[*].status",
        "field_null:$.submissions[*].status",
        "field_null:$.submissions[*].status.id",
        "field_retyped:$.submissions[*].status.id",
        "field_retyped:$.submissions[*].time",
        "field_retyped:$.submissions[*].memory",
        "enum_unknown:$.submissions[*].status.id",
    ],
)
@pytest.mark.case("A007")
@pytest.mark.case("A022")
def test_a_result_that_breaks_the_contract_is_no_result(fault: str, stage: Stage, executor: Executor) -> None:
    stage.judge0.fault(fault, operation=get_batch)
    stage.takes(1)
    stage.judges(Ran())

    assert reason(executor) is Reason.UNREADABLE
    assert executor.run([TASK])[0].status is S.ACCEPTED


@pytest.mark.case("A022")
def test_a_submission_that_the_judge_has_forgotten_has_no_result(stage: Stage, executor: Executor) -> None:
    stage.takes(1)
    stage.judge0.reply(get_batch, 200, SubmissionBatch[Outcome](submissions=[None]))

    assert reason(executor) is Reason.UNREADABLE


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.case("A022")
def test_a_reason_tells_a_user_nothing_of_the_code(reason: Reason) -> None:
    assert str(JudgeFailed(reason)) == reason.value
    assert "Error" not in reason.value
