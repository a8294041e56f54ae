"""Programs that mean harm: each gets its verdict, leaves nothing behind, and the fake goes on."""

from __future__ import annotations

import pytest

from tests.providers.judge0.stage import Json, Workshop, status_id, wait_until

pytestmark = pytest.mark.needs("bwrap")

TIME_LIMIT, NZEC, ACCEPTED = 5, 11, 3
SHORT: Json = {"cpu_time_limit": 0.3, "cpu_extra_time": 0, "wall_time_limit": 3}

FORK_BOMB = "int main(void) { for (;;) fork(); }"
ENDLESS_LOOP = "int main(void) { for (;;) ; }"
SLEEPER = "int main(void) { pause(); }"
MALLOC_LOOP = "int main(void) { for (;;) { char *p = malloc(65536); if (p) memset(p, 1, 65536); } }"
MALLOC_UNTOUCHED = "int main(void) { while (1) malloc(1048576); }"
IGNORES_SIGTERM = """int main(void) {
    for (int s = 1; s < 32; s++) signal(s, SIG_IGN);
    kill(0, SIGTERM);
    for (;;) ;
}"""
LOUD = """int main(void) {
    static char line[1 << 20];
    memset(line, 'x', sizeof line);
    for (int i = 0; i < 1024; i++) fwrite(line, 1, sizeof line, stdout);
}"""
HEADERS = "\n".join(
    f"#include <{name}.h>" for name in ("stdio", "stdlib", "string", "signal", "unistd", "sys/stat", "fcntl")
)


def run_c(workshop: Workshop, main: str, **fields: object) -> Json:
    return workshop.judge.run(f"{HEADERS}\n{main}", 50, **{**SHORT, **fields})


def assert_alive_and_clean(workshop: Workshop) -> None:
    assert status_id(workshop.judge.bash("echo alive", expected_output="alive")) == ACCEPTED
    wait_until(lambda: workshop.leftovers() == [])


@pytest.mark.needs("gcc")
def test_fork_bomb_runs_out_of_cpu_time(workshop: Workshop) -> None:
    submission = run_c(workshop, FORK_BOMB)

    assert status_id(submission) in (TIME_LIMIT, NZEC)
    assert_alive_and_clean(workshop)


def test_fork_bomb_in_bash_is_contained(workshop: Workshop) -> None:
    submission = workshop.judge.bash("f() { f | f; }; f", **SHORT)

    assert status_id(submission) in (TIME_LIMIT, NZEC)
    assert_alive_and_clean(workshop)


@pytest.mark.needs("gcc")
def test_endless_loop_exceeds_the_cpu_limit(workshop: Workshop) -> None:
    submission = run_c(workshop, ENDLESS_LOOP)

    assert (status_id(submission), submission["message"]) == (TIME_LIMIT, "Time limit exceeded")
    assert_alive_and_clean(workshop)


@pytest.mark.needs("gcc")
def test_sleeping_program_exceeds_the_wall_limit(workshop: Workshop) -> None:
    submission = run_c(workshop, SLEEPER, wall_time_limit=1)

    assert (status_id(submission), submission["message"]) == (TIME_LIMIT, "Time limit exceeded (wall clock)")
    assert_alive_and_clean(workshop)


@pytest.mark.needs("gcc")
def test_memory_hog_is_killed_at_its_limit(workshop: Workshop) -> None:
    submission = run_c(workshop, MALLOC_LOOP, memory_limit=40_000, cpu_time_limit=3)

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 137)
    assert submission["memory"] == 40_000
    assert_alive_and_clean(workshop)


@pytest.mark.needs("gcc")
def test_malloc_without_end_that_touches_nothing_is_ended(workshop: Workshop) -> None:
    submission = run_c(workshop, MALLOC_UNTOUCHED, memory_limit=20_000)

    assert status_id(submission) in (TIME_LIMIT, NZEC)
    assert_alive_and_clean(workshop)


@pytest.mark.needs("gcc")
def test_program_that_ignores_every_signal_is_killed(workshop: Workshop) -> None:
    submission = run_c(workshop, IGNORES_SIGTERM)

    assert status_id(submission) == TIME_LIMIT
    assert_alive_and_clean(workshop)


@pytest.mark.needs("gcc")
def test_a_gigabyte_of_output_stops_at_the_file_size_limit(workshop: Workshop) -> None:
    submission = run_c(workshop, LOUD, cpu_time_limit=5)

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 153)
    assert len(str(submission["stdout"])) == 1024 * 1024
    assert_alive_and_clean(workshop)


def test_output_without_a_limit_on_file_size_is_bounded(workshop: Workshop) -> None:
    submission = workshop.judge.bash("cat /dev/zero | tr '\\0' x", max_file_size=0, memory_limit=256_000)

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 137)
    assert_alive_and_clean(workshop)


def test_daemon_in_a_session_of_its_own_dies_with_the_program(workshop: Workshop) -> None:
    submission = workshop.judge.bash("(setsid sleep 1000 >/dev/null 2>&1 &) ; echo left")

    assert (status_id(submission), submission["stdout"]) == (ACCEPTED, "left\n")
    assert_alive_and_clean(workshop)


def test_many_daemons_die_at_the_time_limit(workshop: Workshop) -> None:
    submission = workshop.judge.bash(
        "for i in 1 2 3 4 5; do (setsid bash -c 'while :; do :; done' &) ; done; sleep 100", **SHORT
    )

    assert status_id(submission) == TIME_LIMIT
    assert_alive_and_clean(workshop)


@pytest.mark.parametrize("folder", ["/box", "/tmp", "/dev/shm"])
def test_endless_files_are_ended_and_removed(workshop: Workshop, folder: str) -> None:
    submission = workshop.judge.bash(f"cd {folder}; i=0; while :; do : > f$((i++)); done", cpu_time_limit=10)

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 137)
    assert_alive_and_clean(workshop)


def test_filling_the_box_is_ended(workshop: Workshop) -> None:
    submission = workshop.judge.bash(
        "i=0; while :; do i=$((i+1)); head -c 1000000 /dev/zero > f$i; done",
        memory_limit=512_000,
        cpu_time_limit=10,
    )

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 137)
    assert_alive_and_clean(workshop)


@pytest.mark.needs("gcc")
def test_folders_without_bottom_are_ended_and_removed(workshop: Workshop) -> None:
    submission = run_c(
        workshop, 'int main(void) { for (;;) { mkdir("d", 0700); chdir("d"); } }', cpu_time_limit=5
    )

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 137)
    assert_alive_and_clean(workshop)


def test_folder_without_permissions_is_removed(workshop: Workshop) -> None:
    submission = workshop.judge.bash("mkdir -p a/b && touch a/b/c && chmod 000 a/b a")

    assert status_id(submission) == ACCEPTED
    assert_alive_and_clean(workshop)


def test_program_that_is_dropped_while_it_starts_leaves_nothing(workshop: Workshop) -> None:
    token = workshop.judge.enqueue("sleep 100")
    workshop.judge.wait_for_status(token, 2)

    workshop.service.reset()

    wait_until(lambda: workshop.leftovers() == [])


@pytest.mark.needs("gcc")
def test_compiler_bomb_is_a_compilation_error(workshop: Workshop) -> None:
    submission = workshop.judge.run("int main[-1u]={1};", 50)

    assert status_id(submission) == 6
    assert_alive_and_clean(workshop)
