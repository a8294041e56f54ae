"""The plugin in whole test runs of a small workspace."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mock.conftest import record
from troth.workspace import Workspace

OPERATIONS = """
from tests.mock.library import books_api
{name} = books_api({server!r}, {name!r})
"""

LEND = """
import requests

def lend():
    return requests.post("https://books.example/v1/loans", json={"title": "Emma"}, timeout=5)

def look_up():
    return requests.get(f"https://books.example/v1/loans/{lend().json()['id']}", timeout=5)
"""


# What else is installed takes seconds to import, in every run.
ALONE = ("--disable-plugin-autoload", "-p", "troth.pytest_plugin", "-p", "no:cacheprovider")


def declare(folder: Path, name: str) -> None:
    """Write the contract of an API into its folder."""
    folder.mkdir(parents=True)
    text = OPERATIONS.format(name=name, server=f"https://{name}.example/v1")
    (folder / "operations.py").write_text(text, encoding="utf-8")


@pytest.fixture
def team(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A workspace with the APIs ``books`` and ``films`` and the cassette ``lending``."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    pytester.makepyprojecttoml("[tool.troth]\n[tool.troth.max_age]\nbooks = 30\n")
    for name in ("books", "films"):
        declare(pytester.path / "contracts" / name, name)
    record(Workspace(pytester.path), "lending")
    record(Workspace(pytester.path), "an old one", simulated=False)
    pytester.makepyfile(client=LEND)
    return pytester


def run(team: pytest.Pytester, body: str, *arguments: str) -> pytest.RunResult:
    team.makepyfile(test_it=f"from client import lend, look_up\nimport requests\n{body}")
    return team.runpytest_subprocess(*ALONE, *arguments)


def test_a_scenario_is_played_and_counted(team: pytest.Pytester) -> None:
    ran = run(
        team,
        """
def test_lending(books, films):
    books.play("lending")
    films.reply(films.api.named("titles"), 200, ["M"])
    assert look_up().json()["title"] == "Emma"
    assert requests.get("https://films.example/v1/titles", timeout=5).json() == ["M"]
    assert [call.response.status for call in books.calls] == [201, 200]
""",
    )

    ran.assert_outcomes(passed=1)
    ran.stdout.fnmatch_lines(["troth: 2 exchanges played (2 simulated), 1 synthetic"])


def test_what_was_never_asked_for_fails_the_test(team: pytest.Pytester) -> None:
    ran = run(team, "def test_lending(books):\n    books.play('lending')\n    lend()\n")

    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines(
        [
            "*books: exchanges of 'lending' never asked for:*",
            "*2. GET /loans/{loan} answers 200 (cassettes/books/lending.yaml#2)*",
        ]
    )


def test_a_miss_that_the_code_swallows_fails_the_test(team: pytest.Pytester) -> None:
    ran = run(
        team,
        """
def test_lending(books):
    try:
        lend()
    except requests.ConnectionError:
        pass
""",
    )

    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines(["*no mock answers books: POST /loans: recorded, but not played in this test*"])


def test_a_test_that_fails_by_itself_is_told_once(team: pytest.Pytester) -> None:
    ran = run(team, "def test_lending(books):\n    books.play('lending')\n    assert False\n")

    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*books: 'lending', simulated by books-fake 1 on 2025-01-01*"])


def test_an_expired_recording_is_never_silently_green(team: pytest.Pytester) -> None:
    ran = run(team, "def test_lending(books):\n    books.play('an old one')\n")

    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(
        ["*CouldNotCheck: could not check: cassettes/books/an_old_one.yaml was recorded*"]
    )
    ran.stdout.fnmatch_lines(["*troth record books 'an old one'*"])


def test_the_clock_can_be_set(team: pytest.Pytester) -> None:
    team.makeconftest(
        """
import datetime, pytest

@pytest.fixture(scope="session")
def troth_clock():
    return lambda: datetime.datetime(2025, 1, 2, tzinfo=datetime.UTC)
"""
    )

    ran = run(team, "def test_lending(books):\n    books.play('an old one')\n    look_up()\n")

    ran.assert_outcomes(passed=1)
    ran.stdout.fnmatch_lines(["troth: 2 exchanges played"])


def test_the_network_is_closed_while_a_mock_is_there(team: pytest.Pytester) -> None:
    ran = run(team, "def test_out(books):\n    requests.get('http://127.0.0.1:9/', timeout=5)\n")

    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*no mock answers GET http://127.0.0.1:9: no mock serves this host*"])


def test_it_lives_beside_responses_and_pytest_socket(team: pytest.Pytester) -> None:
    ran = run(
        team,
        """
import responses

@responses.activate
def test_both(books):
    responses.get("https://elsewhere.example/", body="theirs")
    books.play("lending")
    assert requests.get("https://elsewhere.example/", timeout=5).text == "theirs"
    assert look_up().status_code == 200
""",
        *("-p", "pytest_socket", "--disable-socket"),
    )

    ran.assert_outcomes(passed=1)


def test_workers_add_up(team: pytest.Pytester) -> None:
    ran = run(
        team,
        """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_lending(books, number):
    books.play("lending")
    look_up()
""",
        *("-p", "xdist", "-n2"),
    )

    ran.assert_outcomes(passed=6)
    ran.stdout.fnmatch_lines(["troth: 12 exchanges played (12 simulated)"])


def test_the_fixtures_say_what_they_are(team: pytest.Pytester) -> None:
    ran = team.runpytest_subprocess("--fixtures", "-p", "no:cacheprovider")

    ran.stdout.fnmatch_lines(["books*", "*The mock of books: play(scenario)*"])


def test_broken_settings_are_told_at_once(team: pytest.Pytester) -> None:
    team.makepyprojecttoml("[tool.troth]\nmax_age = 3\n")

    ran = team.runpytest_subprocess(*ALONE)

    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*pyproject.toml: [[]tool.troth[]] max_age*"])


OUTSIDE = """
import json, sys
before = set(sys.modules)
from pathlib import Path
import troth.pytest_plugin as plugin
inside = plugin.in_workspace(Path(sys.argv[1]))
print(json.dumps([inside, sorted({name.partition(".")[0] for name in set(sys.modules) - before})]))
"""


def test_outside_a_workspace_it_imports_only_the_standard_library(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OUTSIDE, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )

    inside, imported = json.loads(done.stdout)
    assert inside is False
    assert set(imported) - {"troth"} <= sys.stdlib_module_names


def test_outside_a_workspace_a_run_imports_nothing_more_of_troth(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
import sys

def test_inert():
    assert [name for name in sys.modules if name.startswith("troth")] == ["troth", "troth.pytest_plugin"]
    assert not {"pydantic", "responses", "requests"} & sys.modules.keys()
"""
    )

    ran = pytester.runpytest_subprocess(*ALONE)

    ran.assert_outcomes(passed=1)


def test_a_broken_pyproject_elsewhere_is_none_of_its_business(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml("[tool.troth\n")
    inner = pytester.mkdir("inner")
    (inner / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (inner / "test_fine.py").write_text("def test_fine():\n    pass\n", encoding="utf-8")

    ran = pytester.runpytest_subprocess(*ALONE, str(inner))

    ran.assert_outcomes(passed=1)
