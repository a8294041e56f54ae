"""The command itself: its help, its errors, its exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Troth
from tests.support.workspaces import Team
from troth.cli.output import Output
from troth.errors import CouldNotCheck, UsageProblem
from troth.events import StepStarted

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
COMMANDS = [
    *("can-i-deploy", "check", "drift", "faults", "fuzz", "lint", "matrix", "openapi", "publish"),
    *("record", "serve", "triage", "verify"),
]


def test_the_help_lists_every_command_with_an_example(troth: Troth) -> None:
    ran = troth("--help")

    listed = [line.split()[0] for line in ran.out.partition("Commands:")[2].splitlines() if line]
    assert sorted(listed) == COMMANDS
    assert "troth verify judge0 --url URL" in ran.out
    assert ran.status == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_teaches_by_examples(troth: Troth, command: str) -> None:
    ran = troth(command, "--help")

    assert f"  Examples:\n    troth {command}" in ran.out
    assert ran.status == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_the_summary_of_a_command_is_not_cut_off(troth: Troth, command: str) -> None:
    listed = troth("--help").out.partition("Commands:")[2]

    line = next(line for line in listed.splitlines() if line.split()[:1] == [command])
    assert not line.endswith("...")


def test_the_version_is_shown(troth: Troth) -> None:
    ran = troth("--version")

    assert ran.out.startswith("troth ")
    assert ran.status == 0


@pytest.mark.parametrize(
    "heavy", ["pydantic", "requests", "pact", "yaml", "schemathesis", "werkzeug", "responses"]
)
def test_the_help_loads_nothing_heavy(heavy: str) -> None:
    code = (
        "import sys; from troth.cli.app import main; main(['--help']); sys.exit(sys.argv[1] in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code, heavy], capture_output=True, timeout=60, check=False)

    assert done.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["chekc"], "No such command 'chekc'. Did you mean 'check'?", id="command"),
        pytest.param(["check", "--fromat", "json"], "No such option: --fromat", id="option"),
        pytest.param(
            ["check", "--format", "yaml"], "'yaml' is not one of 'text', 'json', 'junit'", id="format"
        ),
        pytest.param(
            ["matrix", "--format", "junit"], "'junit' is not one of 'text', 'json'", id="matrix format"
        ),
        pytest.param(
            ["serve", "weather", "--port", "65536"],
            "'--port': Input should be less than or equal to 65535",
            id="port",
        ),
        pytest.param(["verify"], "Missing argument 'API'", id="argument"),
    ],
)
def test_a_wrong_call_is_usage(troth: Troth, arguments: list[str], said: str) -> None:
    ran = troth(*arguments)

    assert said in ran.err
    assert ran.status == 2


@pytest.mark.usefixtures("weather_team")
def test_an_unknown_api_is_usage_and_names_the_nearest(troth: Troth) -> None:
    ran = troth("check", "wether")

    assert ran.err.startswith(
        "troth: no API is named 'wether'; did you mean 'weather'?\n  contracts are looked"
    )
    assert (ran.status, ran.out) == (2, "")


@pytest.mark.parametrize("command", ["record", "verify"])
@pytest.mark.usefixtures("proven_team")
def test_an_unknown_scenario_is_usage_and_names_the_nearest(
    troth: Troth, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.delenv("CI", raising=False)

    ran = troth(command, "weather", "a forecast tells of rein")

    assert "is named 'a forecast tells of rein'; did you mean" in ran.err
    assert "'a forecast tells of rain'" in ran.err
    assert ran.status == 2


def test_outside_a_workspace_is_usage(troth: Troth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    ran = troth("check")

    assert ran.err.startswith(f"troth: no troth workspace at {tmp_path} or above\n")
    assert ran.status == 2


def test_a_workspace_without_an_api_is_usage(troth: Troth, weather_team: Team) -> None:
    (weather_team.root / "contracts/weather/operations.py").unlink()

    ran = troth("check")

    assert "has no API" in ran.err
    assert ran.status == 2


def test_settings_that_are_not_toml_are_usage(troth: Troth, weather_team: Team) -> None:
    weather_team.write("pyproject.toml", "[tool.troth\n")

    ran = troth("check")

    assert "pyproject.toml: it is not TOML" in ran.err
    assert ran.status == 2


def test_an_unknown_setting_is_usage(troth: Troth, weather_team: Team) -> None:
    weather_team.write("pyproject.toml", "[tool.troth]\nmax_aeg = {}\n")

    ran = troth("check")

    assert "pyproject.toml: [tool.troth] max_aeg: Extra inputs are not permitted" in ran.err
    assert ran.status == 2


def test_a_contract_that_does_not_import_is_named_with_its_line(troth: Troth, weather_team: Team) -> None:
    weather_team.edit("contracts/weather/payloads.py", "class Sky(StrEnum):", "class Sky(StrEmun):")

    ran = troth("check")

    assert "contracts.weather.operations does not import: NameError: name 'StrEmun'" in ran.err
    assert "payloads.py:" in ran.err
    assert ran.status == 2


def test_a_contract_with_a_syntax_error_is_named_with_its_line(troth: Troth, weather_team: Team) -> None:
    weather_team.write("contracts/weather/operations.py", "weather = = 1\n")

    ran = troth("check")

    assert "contracts.weather.operations does not import: SyntaxError" in ran.err
    assert "operations.py:1" in ran.err
    assert ran.status == 2


@pytest.mark.usefixtures("weather_team")
def test_evidence_that_is_not_there_is_usage(troth: Troth) -> None:
    ran = troth("matrix", "--evidence", "nowhere.jsonl")

    assert "--evidence nowhere.jsonl: there is no such file" in ran.err
    assert ran.status == 2


def test_corrupt_evidence_is_usage_with_its_line(troth: Troth, weather_team: Team) -> None:
    weather_team.write(".troth/evidence.jsonl", "{}\n")

    ran = troth("matrix")

    assert ".troth/evidence.jsonl:1: not a line of evidence: api: Field required" in ran.err
    assert ran.status == 2


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(UsageProblem("wrong", hint="do this"), 2, id="usage"),
        pytest.param(CouldNotCheck("missing", hint="do this"), 3, id="could not check"),
    ],
)
@pytest.mark.usefixtures("weather_team")
def test_an_error_of_troth_is_its_message_and_hint(
    troth: Troth, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    monkeypatch.setattr("troth.cli.openapi.run", raising(error))

    ran = troth("openapi")

    assert (ran.status, ran.err) == (status, f"troth: {error}\n")


@pytest.mark.usefixtures("weather_team")
def test_an_unexpected_error_says_where_and_how_to_see_more(
    troth: Troth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("troth.cli.openapi.run", raising(KeyError("oops")))

    ran = troth("openapi")

    assert ran.err.startswith(f"troth: an error that troth did not expect: KeyError: 'oops' at {__file__}:")
    assert "TROTH_DEBUG=1 shows the whole traceback" in ran.err
    assert ran.status == 2


@pytest.mark.usefixtures("weather_team")
def test_troth_debug_shows_the_traceback_without_credentials(
    troth: Troth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROTH_DEBUG", "1")
    monkeypatch.setenv("WEATHER_KEY", "s3cret-key")
    monkeypatch.setattr("troth.cli.openapi.run", raising(KeyError("oops s3cret-key")))

    ran = troth("openapi")

    assert ran.err.startswith("Traceback (most recent call last):")
    assert "KeyError: 'oops $WEATHER_KEY'" in ran.err
    assert ("s3cret-key" in ran.err, ran.status) == (False, 2)


@pytest.mark.usefixtures("weather_team")
def test_a_credential_in_an_error_is_hidden(troth: Troth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEATHER_KEY", "s3cret-key")
    monkeypatch.setattr("troth.cli.openapi.run", raising(ValueError("X-Api-Key: s3cret-key was refused")))

    ran = troth("openapi")

    assert "X-Api-Key: $WEATHER_KEY was refused" in ran.err
    assert "s3cret-key" not in ran.out + ran.err


@pytest.mark.usefixtures("weather_team")
def test_an_error_leaves_the_terminal_as_it_was(troth: Troth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("troth.cli.openapi.run", failing_midway)

    ran = troth("openapi")

    assert ran.err.count(HIDE_CURSOR) == ran.err.count(SHOW_CURSOR) == 1


@pytest.mark.usefixtures("weather_team")
def test_an_interrupt_ends_with_130(troth: Troth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.cli.openapi.run", raising(KeyboardInterrupt()))

    assert troth("openapi").status == 130


def test_python_dash_m_troth_is_the_same_command(weather_files: Team) -> None:
    ran = weather_files.troth("check", "wether")

    assert "did you mean 'weather'?" in ran.err
    assert ran.status == 2


def test_the_installed_command_is_the_same(weather_files: Team) -> None:
    command = Path(sys.executable).with_name("troth")

    done = subprocess.run(
        [command, "check", "wether"],
        cwd=weather_files.root,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")


def failing_midway(apis: list[str], *, output: Output) -> int:
    """A command that shows progress and then fails."""
    output.emit(StepStarted("openapi", "weather", 3))
    raise UsageProblem(f"nothing was written of {apis}")


def raising(error: BaseException) -> object:
    """A function that raises, whatever it is called with."""

    def run(*_: object, **__: object) -> int:
        raise error

    return run
