"""What the plugin says of faults, in whole test runs of a small workspace."""

from __future__ import annotations

import pytest

from tests.test_pytest_plugin import run
from tests.test_pytest_plugin import team as team


def test_faults_are_counted_apart(team: pytest.Pytester) -> None:
    ran = run(
        team,
        """
def test_lending(books):
    books.fault("http_429", "http_503", then="lending")
    assert [lend().status_code for _ in range(2)] == [429, 503]
    assert look_up().json()["title"] == "Emma"

def test_going_round(books):
    books.fault("redirect_loop")
    try:
        lend()
    except requests.TooManyRedirects:
        pass
""",
    )

    ran.assert_outcomes(passed=2)
    ran.stdout.fnmatch_lines(["troth: 2 exchanges played (2 simulated), 3 faults"])


def test_a_fault_that_never_struck_fails_the_test(team: pytest.Pytester) -> None:
    ran = run(team, "def test_lending(books):\n    books.fault('http_429', 'http_503')\n    lend()\n")

    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines(["*books: faults that never struck:*", "*  http_503*"])


def test_a_client_that_would_hang_and_swallows_it_fails_the_test(team: pytest.Pytester) -> None:
    ran = run(
        team,
        """
def test_lending(books):
    books.fault("read_timeout", then="lending")
    try:
        requests.post("https://books.example/v1/loans", json={"title": "Emma"})
    except BaseException:
        pass
    look_up()
""",
    )

    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines(["*the fault read_timeout would hang this client: it set no timeout to read*"])


def test_a_client_with_a_timeout_passes(team: pytest.Pytester) -> None:
    ran = run(
        team,
        """
def test_lending(books):
    books.fault("read_timeout", then="lending")
    try:
        lend()
    except requests.ReadTimeout:
        pass
    look_up()
""",
    )

    ran.assert_outcomes(passed=1)
    ran.stdout.fnmatch_lines(["troth: 2 exchanges played (2 simulated), 1 fault"])
