"""What comes of ordinary programs, language by language and limit by limit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.providers.judge0.stage import Judge, status_id

PYTHON, C, CPP, BASH, JAVASCRIPT, JAVA = 71, 50, 54, 46, 63, 62
ACCEPTED, WRONG, TIME_LIMIT, COMPILATION_ERROR, NZEC = 3, 4, 5, 6, 11

C_ECHO = '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d\\n", n * 2); }'
CPP_ECHO = "#include <iostream>\nint main() { int n; std::cin >> n; std::cout << n * 2 << std::endl; }"
JAVA_ECHO = """import java.util.Scanner;
class Main {
    public static void main(String[] a) { System.out.println(new Scanner(System.in).nextInt() * 2); }
}"""
JAVASCRIPT_ECHO = 'console.log(parseInt(require("fs").readFileSync(0, "utf8")) * 2)'


@pytest.mark.parametrize(
    ("language", "source"),
    [
        pytest.param(PYTHON, "print(int(input()) * 2)", id="python"),
        pytest.param(C, C_ECHO, marks=pytest.mark.needs("gcc"), id="c"),
        pytest.param(CPP, CPP_ECHO, marks=pytest.mark.needs("g++"), id="cpp"),
        pytest.param(BASH, "read n; echo $((n * 2))", id="bash"),
        pytest.param(JAVASCRIPT, JAVASCRIPT_ECHO, marks=pytest.mark.needs("node"), id="javascript"),
        pytest.param(JAVA, JAVA_ECHO, marks=pytest.mark.needs("javac"), id="java"),
    ],
)
def test_correct_program_is_accepted(judge: Judge, language: int, source: str) -> None:
    submission = judge.run(source, language, stdin="21\n", expected_output="42")

    assert status_id(submission) == ACCEPTED, submission
    assert submission["stdout"] == "42\n"
    assert (submission["exit_code"], submission["exit_signal"], submission["message"]) == (0, None, None)


def test_figures_have_the_kinds_of_the_real_service(judge: Judge) -> None:
    submission = judge.bash("echo hi")

    assert isinstance(submission["time"], str)
    assert Decimal(str(submission["time"])) < 1
    assert Decimal(str(submission["wall_time"])) > 0
    assert isinstance(submission["memory"], int)


@pytest.mark.parametrize(
    ("printed", "expected", "status"),
    [
        ("42\\n", "42", ACCEPTED),
        ("42  \\n\\n", "42\n", ACCEPTED),
        ("1 \\n2\\n", "1\n2  \n\n", ACCEPTED),
        (" 42\\n", "42", WRONG),
        ("42.0", "42", WRONG),
        ("43", "42", WRONG),
        ("", "", WRONG),
    ],
)
def test_output_is_compared_without_blanks_at_line_ends(
    judge: Judge, printed: str, expected: str, status: int
) -> None:
    submission = judge.bash(f"printf '{printed}'", expected_output=expected)

    assert status_id(submission) == status


def test_silence_is_null(judge: Judge) -> None:
    submission = judge.bash("true")

    assert (submission["stdout"], submission["stderr"], submission["compile_output"]) == (None, None, None)


def test_exit_status_is_nzec(judge: Judge) -> None:
    submission = judge.bash("echo before; echo why >&2; exit 3")

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 3)
    assert submission["message"] == "Exited with error status 3"
    assert (submission["stdout"], submission["stderr"]) == ("before\n", "why\n")


@pytest.mark.needs("gcc")
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("*(volatile int *)0 = 1;", 139),
        ("abort();", 134),
        ("volatile int zero = 0; return 10 / zero;", 136),
        ("raise(SIGKILL);", 137),
    ],
)
def test_signal_is_an_exit_code_above_128(judge: Judge, statement: str, code: int) -> None:
    source = f"#include <stdlib.h>\n#include <signal.h>\nint main(void) {{ {statement} }}"

    submission = judge.run(source, C)

    assert (status_id(submission), submission["exit_code"], submission["exit_signal"]) == (NZEC, code, None)
    assert submission["message"] == f"Exited with error status {code}"


@pytest.mark.needs("gcc")
def test_program_that_does_not_compile(judge: Judge) -> None:
    submission = judge.run("int main( {", C)

    assert status_id(submission) == COMPILATION_ERROR
    assert "error" in str(submission["compile_output"])
    fields = ("time", "wall_time", "memory", "stdout", "stderr", "exit_code", "message")
    assert [submission[name] for name in fields] == [None] * len(fields)


@pytest.mark.needs("gcc")
def test_warning_is_kept_as_compile_output(judge: Judge) -> None:
    submission = judge.run("int main(void) { int unused; }", C, compiler_options="-Wall")

    assert status_id(submission) == ACCEPTED
    assert "unused" in str(submission["compile_output"])


@pytest.mark.needs("gcc")
def test_compiler_options_cannot_start_another_command(judge: Judge) -> None:
    submission = judge.run("int main(void) { }", C, compiler_options="-DA; echo broken >&2 | cat `id`")

    assert status_id(submission) == COMPILATION_ERROR
    assert "echo" in str(submission["compile_output"])


def test_wall_limit_counts_sleep(judge: Judge) -> None:
    submission = judge.bash("sleep 30", wall_time_limit=1)

    assert status_id(submission) == TIME_LIMIT
    assert submission["message"] == "Time limit exceeded (wall clock)"
    assert Decimal(str(submission["time"])) < 1


def test_program_that_ends_within_the_extra_time_still_exceeded(judge: Judge) -> None:
    source = "import time\nwhile time.process_time() < 0.4: pass\nprint('done')"

    submission = judge.run(source, PYTHON, cpu_time_limit=0.2, cpu_extra_time=5)

    assert (status_id(submission), submission["message"]) == (TIME_LIMIT, "Time limit exceeded")
    assert submission["stdout"] == "done\n"


def test_cpu_limit_of_python(judge: Judge) -> None:
    submission = judge.run("while True: pass", PYTHON, cpu_time_limit=0.3, cpu_extra_time=0)

    assert (status_id(submission), submission["message"]) == (TIME_LIMIT, "Time limit exceeded")
    assert Decimal(str(submission["time"])) > Decimal("0.3")


def test_memory_limit_of_python(judge: Judge) -> None:
    submission = judge.run("a = []\nwhile True: a.append(b'x' * 1000000)", PYTHON, memory_limit=50_000)

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 137)
    assert submission["memory"] == 50_000


def test_error_output_goes_to_stdout_when_asked(judge: Judge) -> None:
    submission = judge.bash("echo one; echo two >&2", redirect_stderr_to_stdout=True)

    assert (submission["stdout"], submission["stderr"]) == ("one\ntwo\n", None)


def test_arguments_are_split_as_a_shell_does(judge: Judge) -> None:
    submission = judge.bash("printf '<%s>' \"$@\"", command_line_arguments="one 'two words' \"x\"; $HOME")

    assert submission["stdout"] == "<one><two words><x><HOME>"


def test_runs_are_averaged(judge: Judge) -> None:
    submission = judge.bash("echo run >> count; cat count", number_of_runs=3)

    assert status_id(submission) == ACCEPTED
    assert (submission["stdout"], submission["number_of_runs"]) == ("run\n", 3)


def test_first_run_that_fails_is_the_last(judge: Judge) -> None:
    submission = judge.bash("exit 1", number_of_runs=20)

    assert status_id(submission) == NZEC


@pytest.mark.parametrize("stdin", [None, "", "line\nno end"])
def test_stdin_arrives_as_it_is(judge: Judge, stdin: str | None) -> None:
    submission = judge.bash("cat; printf '|'", stdin=stdin)

    assert submission["stdout"] == f"{stdin or ''}|"


def test_own_process_limit_holds(judge: Judge) -> None:
    submission = judge.bash(
        # More than the limit and what a watcher has to spare: not every machine lets the kernel count.
        "for i in {1..20}; do sleep 0.5 & done; wait",
        max_processes_and_or_threads=3,
        wall_time_limit=1,
    )

    assert status_id(submission) in (NZEC, TIME_LIMIT)
