"""A program for a problem: stored, judged, and returned with its verdict."""

from __future__ import annotations

import logging

import pytest
from django.db import connection

from accounts.factories import UserFactory
from config.errors import Invalid
from consumers.judge0.solutions import ADDITION
from contracts.judge0.operations import create_batch, get_batch
from contracts.judge0.payloads import ErrorMessage
from contracts.judge0.status import Status
from courses.factories import ChoiceProblemFactory, ProblemFactory
from courses.models import Submission, SubmissionStatus
from courses.services.execution import NO_CASES, Executor
from courses.services.judging import Reason
from courses.services.limits import CODE_BYTES, STDIN_BYTES
from courses.services.submissions import submit
from courses.tests.judges import Failing, Ran, Stage, a_problem

S = SubmissionStatus
THREE = [("[1, 2]", "3"), ("[2, 2]", "4"), ("[3, 3]", "6")]
FAILED_ENDS = [
    (Status.WRONG_ANSWER, S.WRONG_ANSWER),
    (Status.TIME_LIMIT_EXCEEDED, S.TIME_LIMIT_EXCEEDED),
    (Status.RUNTIME_ERROR_SIGSEGV, S.RUNTIME_ERROR),
    (Status.RUNTIME_ERROR_SIGXFSZ, S.RUNTIME_ERROR),
    (Status.RUNTIME_ERROR_SIGFPE, S.RUNTIME_ERROR),
    (Status.RUNTIME_ERROR_SIGABRT, S.RUNTIME_ERROR),
    (Status.RUNTIME_ERROR_NZEC, S.RUNTIME_ERROR),
    (Status.RUNTIME_ERROR_OTHER, S.RUNTIME_ERROR),
]
pytestmark = pytest.mark.django_db


def nothing_of(submission: Submission) -> tuple[str, float | None, float | None]:
    """What an internal error leaves empty."""
    return submission.output, submission.execution_time, submission.memory_used


# --- verdicts -------------------------------------------------------------------------------------


@pytest.mark.case("A001")
@pytest.mark.case("A080")
def test_a_right_solution_is_accepted_as_it_was_recorded(stage: Stage, executor: Executor) -> None:
    stage.judge0.play("a solution passes every case")
    problem = a_problem(("[1, 2]", "3"), ('{"a": 2, "b": 2}', "4"), ("x, y", "xy"))

    found = submit(UserFactory.create(), problem, ADDITION, executor=executor)

    assert (found.status, found.error) == (S.ACCEPTED, "")
    assert [line for line in found.output.splitlines() if "case" not in line] == ["3", "4", "xy"]


@pytest.mark.case("A003")
@pytest.mark.case("A080")
def test_a_wrong_solution_fails_as_it_was_recorded(stage: Stage, executor: Executor) -> None:
    stage.judge0.play("a solution fails one case of three")
    problem = a_problem(("[1, 2]", "3"), ("[2, 2]", "5"), ("[3, 3]", "6"))

    found = submit(UserFactory.create(), problem, ADDITION, executor=executor)

    assert found.status == S.WRONG_ANSWER
    assert [line for line in found.output.splitlines() if "case" not in line] == ["3", "4", "6"]


@pytest.mark.case("A001")
@pytest.mark.case("A009")
def test_time_and_memory_are_those_of_the_worst_case(stage: Stage, executor: Executor) -> None:
    stage.judges(
        Ran(time="0.010", memory=1024), Ran(time="0.030", memory=2048), Ran(time="0.020", memory=4096)
    )

    found = submit(UserFactory.create(), a_problem(*THREE), ADDITION, executor=executor)

    assert (found.execution_time, found.memory_used) == (30.0, 4.0)


@pytest.mark.parametrize(("ended", "status"), FAILED_ENDS)
@pytest.mark.case("A003")
@pytest.mark.case("A004")
def test_a_failed_case_keeps_no_later_one_from_running(
    ended: Status, status: SubmissionStatus, stage: Stage, executor: Executor
) -> None:
    stage.judges(Ran(stdout="3\n"), Ran(ended, stdout="5\n"), Ran(stdout="6\n"))

    found = submit(UserFactory.create(), a_problem(*THREE), ADDITION, executor=executor)

    assert found.status == status
    assert [line for line in found.output.splitlines() if "case" not in line] == ["3", "5", "6"]
    assert len(stage.programs()) == 3


@pytest.mark.case("A003")
def test_cases_of_later_batches_run_after_a_failure_too(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(Status.WRONG_ANSWER), *[Ran()] * 19)
    stage.judges(Ran(Status.TIME_LIMIT_EXCEEDED), first=21)

    found = submit(UserFactory.create(), a_problem(*THREE * 7), ADDITION, executor=executor)

    assert found.status == S.WRONG_ANSWER
    assert len(stage.programs(2)) == 1


@pytest.mark.case("A005")
def test_the_limit_of_memory_is_that_of_the_problem(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(Status.RUNTIME_ERROR_NZEC, memory=64 * 1024))

    found = submit(UserFactory.create(), a_problem(THREE[0], memory_limit=64), ADDITION, executor=executor)

    assert (found.status, found.memory_used) == (S.MEMORY_LIMIT_EXCEEDED, 64.0)


@pytest.mark.case("A006")
def test_what_the_compiler_said_is_kept(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(Status.COMPILATION_ERROR, compile_output="SyntaxError: line 1\n"))

    found = submit(UserFactory.create(), a_problem(THREE[0]), ADDITION, executor=executor)

    assert found.status == S.COMPILATION_ERROR
    assert found.error.endswith("SyntaxError: line 1")
    assert (found.execution_time, found.memory_used) == (None, None)


@pytest.mark.case("A012")
def test_without_test_cases_the_judge_is_not_asked(stage: Stage, executor: Executor) -> None:
    found = submit(UserFactory.create(), a_problem(), ADDITION, executor=executor)

    assert (found.status, found.error) == (S.COMPILATION_ERROR, NO_CASES.error)
    assert stage.judge0.calls == []


@pytest.mark.case("A012")
def test_a_problem_without_limits_has_no_test_cases_either(stage: Stage, executor: Executor) -> None:
    found = submit(UserFactory.create(), ProblemFactory.create(), ADDITION, executor=executor)

    assert (found.status, found.error) == (S.COMPILATION_ERROR, NO_CASES.error)
    assert stage.judge0.calls == []


@pytest.mark.parametrize("names", [None, {}, {"java": "add"}], ids=repr)
@pytest.mark.case("A013")
def test_a_problem_that_names_no_function_calls_solve(
    names: object, stage: Stage, executor: Executor
) -> None:
    stage.judge0.play("a solution passes every case")
    cases = ("[1, 2]", "3"), ('{"a": 2, "b": 2}', "4"), ("x, y", "xy")

    found = submit(UserFactory.create(), a_problem(*cases, solution_name=names), ADDITION, executor=executor)

    assert found.status == S.ACCEPTED


@pytest.mark.case("A018")
def test_limits_above_the_highest_are_cut_down_before_the_judge_is_asked(
    stage: Stage, executor: Executor
) -> None:
    stage.judges(Ran())
    problem = a_problem(THREE[0], time_limit=60_000, memory_limit=4096)

    submit(UserFactory.create(), problem, ADDITION, executor=executor)

    (program,) = stage.programs()
    assert (program["cpu_time_limit"], program["memory_limit"]) == (10.0, 512_000)


def test_what_a_program_prints_is_kept_even_where_no_database_would_take_it(
    stage: Stage, executor: Executor
) -> None:
    stage.judges(Ran(Status.WRONG_ANSWER, stdout=b"a\0b\xff"))

    found = submit(UserFactory.create(), a_problem(THREE[0]), ADDITION, executor=executor)

    assert found.output.endswith("a�b�")


# --- failures of the judge ------------------------------------------------------------------------


@pytest.mark.case("A002")
@pytest.mark.case("A030")
def test_a_judge_out_of_reach_is_a_verdict_and_no_exception(stage: Stage, executor: Executor) -> None:
    stage.judge0.fault("connection_refused", times=3)

    found = submit(UserFactory.create(), a_problem(*THREE), ADDITION, executor=executor)

    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.UNAVAILABLE)
    assert nothing_of(Submission.objects.get()) == ("", None, None)


@pytest.mark.case("A085")
@pytest.mark.case("A030")
def test_a_failure_after_passed_cases_leaves_nothing_of_them(stage: Stage, executor: Executor) -> None:
    stage.judges(*[Ran(stdout="3\n")] * 20)
    stage.takes(1, first=21)
    stage.judge0.reply(get_batch, 401)

    found = submit(UserFactory.create(), a_problem(*THREE * 7), ADDITION, executor=executor)

    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.MISCONFIGURED)
    assert nothing_of(found) == ("", None, None)


@pytest.mark.parametrize("ended", [Status.INTERNAL_ERROR, Status.EXEC_FORMAT_ERROR])
@pytest.mark.case("A030")
def test_a_judge_that_fails_at_a_program_is_an_internal_error(
    ended: Status, stage: Stage, executor: Executor, caplog: pytest.LogCaptureFixture
) -> None:
    stage.judges(Ran(ended, message="isolate: no box"), Ran(stdout="4\n"))

    found = submit(UserFactory.create(), a_problem(*THREE[:2]), ADDITION, executor=executor)

    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.FAILED)
    assert nothing_of(found) == ("", None, None)
    assert "isolate: no box" in caplog.text


@pytest.mark.case("A021")
def test_a_full_queue_is_told_apart_from_a_judge_that_is_down(stage: Stage, executor: Executor) -> None:
    stage.judge0.reply(create_batch, 503, ErrorMessage(error="queue is full"), times=3)

    found = submit(UserFactory.create(), a_problem(*THREE), ADDITION, executor=executor)

    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.BUSY)


def test_a_language_without_a_template_is_not_sent_to_the_judge(stage: Stage, executor: Executor) -> None:
    found = submit(UserFactory.create(), a_problem(*THREE), "class Main {}", "java", executor=executor)

    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.NO_TEMPLATE)
    assert stage.judge0.calls == []


def test_a_name_that_is_none_is_not_put_into_a_program(stage: Stage, executor: Executor) -> None:
    problem = a_problem(*THREE, solution_name={"python": "print('me') or solve"})

    found = submit(UserFactory.create(), problem, ADDITION, executor=executor)

    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.MISNAMED)
    assert stage.judge0.calls == []


def test_an_input_that_is_too_large_is_not_sent(stage: Stage, executor: Executor) -> None:
    problem = a_problem(THREE[0], ("x" * (STDIN_BYTES + 1), "3"))

    found = submit(UserFactory.create(), problem, ADDITION, executor=executor)

    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.LARGE_INPUT)
    assert stage.judge0.calls == []


@pytest.mark.case("A022")
def test_what_nobody_foresaw_is_logged_and_not_shown(
    stage: Stage, executor: Executor, caplog: pytest.LogCaptureFixture
) -> None:
    stage.takes(3)
    user, problem = UserFactory.create(), a_problem(*THREE)

    with connection.execute_wrapper(Failing('UPDATE "courses_submission"')):
        found = submit(user, problem, ADDITION, executor=executor)

    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.UNEXPECTED)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "disk full" in caplog.text


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [None, "", b"", " \n", "x" * (CODE_BYTES + 1), b"\xff\xfe", "a\0b"],
    ids=lambda code: repr(code)[:12],
)
@pytest.mark.case("A091")
def test_code_that_cannot_be_taken_leaves_no_row(
    code: str | bytes | None, stage: Stage, executor: Executor
) -> None:
    with pytest.raises(Invalid) as caught:
        submit(UserFactory.create(), a_problem(*THREE), code, executor=executor)

    assert list(caught.value.fields) == ["code"]
    assert not Submission.objects.exists()
    assert stage.judge0.calls == []


def test_an_unknown_language_leaves_no_row(executor: Executor) -> None:
    with pytest.raises(Invalid) as caught:
        submit(UserFactory.create(), a_problem(*THREE), ADDITION, "cobol", executor=executor)

    assert list(caught.value.fields) == ["language"]
    assert not Submission.objects.exists()


def test_a_choice_is_not_solved_in_code(executor: Executor) -> None:
    problem = ChoiceProblemFactory.create().problem

    with pytest.raises(Invalid) as caught:
        submit(UserFactory.create(), problem, ADDITION, executor=executor)

    assert list(caught.value.fields) == ["problem_id"]
    assert not Submission.objects.exists()


def test_a_file_is_stored_as_text(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(Status.WRONG_ANSWER))

    found = submit(UserFactory.create(), a_problem(THREE[0]), ADDITION.encode(), executor=executor)

    assert found.code == ADDITION
