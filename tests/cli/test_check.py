"""``troth check`` as a person or a pipeline runs it."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections import Counter
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Troth
from tests.support.workspaces import Team
from troth.evidence_store import evidence_path, read_evidence
from troth.exchange import SourceKind

BREAK = ("providers/weather/provider.py", '"city": city, "units"', '"town": city, "units"')
ACCEPT = """
[[tool.troth.accept]]
code = "{code}"
reason = "we have no weather of our own"
"""


def test_a_proven_workspace_ends_with_0_and_says_from_what(proven_files: Team) -> None:
    ran = proven_files.troth("check")

    assert ran.out.splitlines()[-6:] == [
        "6 interactions verified against our provider",
        "6 interactions SIMULATED, answered by a fake",
        "6 interactions played against Pact",
        "nothing of this comes from a real service: troth record API --live, or --url URL",
        "6 of 12 answers of the contracts have evidence; the others: troth matrix",
        "PROVEN: 6 interactions proven (weather)",
    ]
    assert ran.status == 0


def test_a_broken_provider_ends_with_1_and_names_what_and_how_to_see_it(proven_files: Team) -> None:
    proven_files.edit(*BREAK)

    ran = proven_files.troth("check", "weather")

    assert "GET /cities/{city}/forecast  $.city" in ran.out
    assert "    reproduce  " in ran.out
    assert ran.status == 1


def test_what_could_not_be_checked_ends_with_3(troth: Troth, proven_team: Team) -> None:
    proven_team.remove("providers")

    ran = troth("check")

    assert "COULD NOT CHECK  provider-missing  weather" in ran.out
    assert ran.out.endswith("COULD NOT CHECK: 6 interactions proven, 1 could not be checked (weather)\n")
    assert ran.status == 3


def test_what_the_workspace_accepts_ends_with_0_and_is_counted(troth: Troth, proven_team: Team) -> None:
    proven_team.remove("providers")
    proven_team.append("pyproject.toml", ACCEPT.format(code="provider-missing"))

    ran = troth("check")

    assert ran.out.endswith("PROVEN: 6 interactions proven, 1 accepted as not checked (weather)\n")
    assert ran.status == 0


def test_an_acceptance_that_matches_nothing_ends_with_1(troth: Troth, proven_team: Team) -> None:
    proven_team.append("pyproject.toml", ACCEPT.format(code="provider-missing"))

    ran = troth("check")

    assert "BROKEN  acceptance-unused" in ran.out
    assert ran.status == 1


def test_json_is_one_document_with_every_finding(troth: Troth, proven_team: Team) -> None:
    proven_team.edit(*BREAK)

    ran = troth("check", "--format", "json")

    read = json.loads(ran.out)
    codes = {finding["code"] for step in read["steps"] for finding in step["findings"]}
    assert (read["exit_status"], ran.status) == (1, 1)
    assert codes == {"field-missing"}


@pytest.mark.usefixtures("proven_team")
def test_junit_has_a_suite_for_each_step_and_a_case_for_each_scenario(troth: Troth) -> None:
    ran = troth("check", "--format", "junit")

    root = ElementTree.fromstring(ran.out)
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [
        ("weather.contract", "1"),
        ("weather.openapi", "1"),
        ("weather.scenarios", "1"),
        ("weather.cassettes", "4"),
        ("weather.pacts", "4"),
        ("weather.verification", "4"),
    ]


def test_what_was_verified_is_kept_as_evidence(troth: Troth, proven_team: Team) -> None:
    troth("check")

    kept = read_evidence(evidence_path(proven_team.root))
    kinds = Counter(each.kind for each in kept)
    assert kinds == {SourceKind.VERIFIED: 6, SourceKind.PACT: 6}


def test_a_second_run_renews_the_evidence(troth: Troth, proven_team: Team) -> None:
    troth("check")
    first = read_evidence(evidence_path(proven_team.root))

    troth("check")

    second = read_evidence(evidence_path(proven_team.root))
    assert len(second) == len(first)
    assert min(each.when for each in second) > max(each.when for each in first)


def test_a_corrupt_cassette_ends_with_2_and_its_place(troth: Troth, proven_team: Team) -> None:
    proven_team.write("cassettes/weather/a_wrong_key_is_refused.yaml", "interactions: [\n")

    ran = troth("check")

    assert "cassettes/weather/a_wrong_key_is_refused.yaml:" in ran.err
    assert (ran.status, ran.out) == (2, "")


def test_a_scenario_module_that_does_not_import_ends_with_2(troth: Troth, proven_team: Team) -> None:
    proven_team.edit("consumers/weather/scenarios.py", "import pytest", "import pytset")

    ran = troth("check")

    assert (
        "consumers.weather.scenarios does not import: ModuleNotFoundError: No module named 'pytset'"
        in ran.err
    )
    assert ran.status == 2


def test_the_environments_credential_is_never_printed(proven_files: Team) -> None:
    cassette = "cassettes/weather/a_forecast_tells_of_rain.yaml"
    proven_files.edit(cassette, "take an umbrella", "take s3cret-key")

    ran = proven_files.troth("check", env={"WEATHER_KEY": "s3cret-key"})

    assert "$WEATHER_KEY" in ran.out
    assert "s3cret-key" not in ran.out + ran.err
    assert ran.status == 1


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_asked(proven_files: Team, variable: str) -> None:
    ran = proven_files.troth("check", env={variable: "http://127.0.0.1:9"})

    assert ran.status == 0


@pytest.mark.parametrize("how", ["check | head -1", "check --format json | true"])
def test_a_reader_that_went_away_changes_no_verdict(proven_files: Team, how: str) -> None:
    ran = piped(proven_files, f"{how}; echo $PIPESTATUS >&2")

    assert ran.stderr.splitlines()[-1] == "0"


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_closed_streams_change_no_verdict(proven_files: Team, closed: str) -> None:
    assert piped(proven_files, f"check {closed}").returncode == 0


def test_what_cannot_be_kept_as_evidence_is_said_and_the_results_still_come(
    troth: Troth, proven_team: Team
) -> None:
    (proven_team.root / ".troth").symlink_to("/proc/self")

    ran = troth("check")

    assert "what was seen is not kept: " in ran.err
    assert ran.out.splitlines()[-1] == "PROVEN: 6 interactions proven (weather)"


def piped(team: Team, command: str) -> subprocess.CompletedProcess[str]:
    """Run ``troth`` with the rest of a line of a shell."""
    return subprocess.run(
        ["bash", "-c", f"{shlex.quote(sys.executable)} -m troth {command}"],
        cwd=team.root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
