"""``troth faults API``, ``troth check`` and ``troth matrix`` tell of promises."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from tests.promises.conftest import Troth
from tests.promises.team import CLIENT, PROMISES, SCENARIOS
from tests.support.workspaces import Team

FORECAST = "GET /cities/{city}/forecast"


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_the_whole_table_holds(troth: Troth, team: Team) -> None:
    del team

    ran = troth("faults", "weather")

    lines = ran.out.splitlines()
    assert ran.status == 0
    assert lines[1].split() == [
        "weather", "GET", "/cities/{city}/forecast", "3/3", "3/3", "5/5", "3/3", "4/4", "7/7", "4/4",
    ]  # fmt: skip
    assert lines[-1] == "PROVEN: 210 of 210 promises kept (weather)"


def test_the_promises_are_told_in_words(troth: Troth, team: Team) -> None:
    team.edit(PROMISES, "lasting=Raises(Busy))", 'lasting=Raises(Busy), repeats="a forecast costs nothing")')

    ran = troth("faults", "weather")

    said = [re.split(r"\s{2,}", line.strip()) for line in ran.out.splitlines()]
    assert ["no answer", "raises NoAnswer", "raises NoAnswer"] in said
    assert ["unavailable", "retries, then succeeds; raises Busy where it lasts", "raises Busy"] in said
    assert ["may be sent again under rate limited, unavailable: a forecast costs nothing"] in said


def test_a_broken_promise_ends_with_1_and_names_the_cell(troth: Troth, team: Team) -> None:
    team.edit(PROMISES, "NO_ANSWER: Raises(NoAnswer)", "NO_ANSWER: Raises(Busy)")

    ran = troth("faults", "weather")

    assert ran.status == 1
    assert f"BROKEN  fault-outcome  weather  {FORECAST}  read_timeout, once  (and 7 more like it)" in ran.out
    assert 'troth faults weather -k "forecast" --fault read_timeout' in ran.out
    assert "BROKEN: 170 of 210 promises kept (weather)" in ran.out


def test_the_command_that_a_finding_names_shows_its_cells(troth: Troth, team: Team) -> None:
    team.edit(PROMISES, "NO_ANSWER: Raises(NoAnswer)", "NO_ANSWER: Raises(Busy)")

    ran = troth("faults", "weather", "-k", "set_alert", "--fault", "read_timeout")

    assert ran.status == 1
    assert rows(ran.out)[:3] == [
        ["operation", "fault", "strikes", "promised", "happened"],
        ["POST", "/alerts", "read_timeout", "once", "raises", "Busy", "raises", "NoAnswer"],
        ["POST", "/alerts", "read_timeout", "lasting", "raises", "Busy", "raises", "NoAnswer"],
    ]


def test_each_field_of_an_answer_can_be_broken(troth: Troth, team: Team) -> None:
    del team

    ran = troth("faults", "weather", "-k", "set_alert", "--fault", "field_null", "--places")

    assert ran.status == 0
    assert [row[2:4] for row in rows(ran.out) if row[:2] == ["POST", "/alerts"]] == [
        [f"field_null:$.{field}", strikes]
        for field in ("id", "city", "above", "email", "fired")
        for strikes in ("once", "lasting")
    ]


def test_what_could_not_be_checked_ends_with_3(troth: Troth, team: Team) -> None:
    team.remove("cassettes/weather/a_forecast_tells_of_rain.yaml")

    ran = troth("faults", "weather")

    assert ran.status == 3
    assert "COULD NOT CHECK  fault-not-covered  weather  GET /cities/{city}/forecast" in ran.out


def test_json_holds_every_cell(troth: Troth, team: Team) -> None:
    del team

    ran = troth("faults", "weather", "--fault", "http_503", "--format", "json")

    read = json.loads(ran.out)
    assert (read["verdict"], len(read["cells"])) == ("proven", 8)
    assert read["cells"][0] == {
        "operation": "forecast",
        "fault": "http_503",
        "kind": "unavailable",
        "strikes": "once",
        "scenario": "a forecast tells of rain",
        "promised": "retries, then succeeds",
        "happened": "retries, then succeeds",
        "verdict": "proven",
    }


def test_junit_has_a_test_case_for_each_operation_and_fault(troth: Troth, team: Team) -> None:
    team.edit(PROMISES, "NO_ANSWER: Raises(NoAnswer)", "NO_ANSWER: Raises(Busy)")

    ran = troth("faults", "weather", "-k", "alert", "--fault", "read_timeout", "--fault", "http_500",
                "--format", "junit")  # fmt: skip

    [suite] = ElementTree.fromstring(ran.out.partition("\n")[2])
    assert {case.get("name", ""): [child.tag for child in case] for case in suite} == {
        "POST /alerts under fault read_timeout": ["failure"],
        "POST /alerts under fault http_500": [],
        "GET /alerts/{alert} under fault read_timeout": ["failure"],
        "GET /alerts/{alert} under fault http_500": [],
        "DELETE /alerts/{alert} under fault read_timeout": ["failure"],
        "DELETE /alerts/{alert} under fault http_500": [],
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("weather", "-k", "nothing"), "no operation of weather is named", id="operation"),
        pytest.param(("weather", "--fault", "http_5O3"), "did you mean", id="fault"),
        pytest.param(("weather", "-k", "drop_alert", "--fault", "empty_body"), "nothing is left", id="both"),
        pytest.param(("wether",), "no API is named", id="API"),
        pytest.param(("-k", "forecast"), "of an API", id="-k without an API"),
        pytest.param(("--places",), "of an API", id="--places without an API"),
        pytest.param(("--format", "junit"), "no verdict", id="no verdict"),
    ],
)
def test_what_matches_nothing_is_an_error(
    troth: Troth, team: Team, arguments: tuple[str, ...], said: str
) -> None:
    del team

    ran = troth("faults", *arguments)

    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_check_has_a_step_of_its_own(troth: Troth, team: Team) -> None:
    del team

    ran = troth("check")

    assert ran.status == 0
    assert ["faults", "proven", "210", "of", "210", "promises"] in rows(ran.out)
    assert "105 faults met as the consumer promises" in ran.out


def test_check_names_a_consumer_that_promises_nothing(troth: Troth, team: Team) -> None:
    team.remove(PROMISES)

    ran = troth("check")

    assert ran.status == 0
    assert "faults" not in [row[0] for row in rows(ran.out) if row]
    assert (
        "weather: no fault was tried on weather, which promises nothing: consumers/weather/promises.py"
        in ran.err
    )


def test_check_is_red_where_a_promise_is_broken(troth: Troth, team: Team) -> None:
    team.edit(CLIENT, "timeout=TIMEOUT", "timeout=None")

    ran = troth("check")

    assert ran.status == 1
    assert "fault-hang" in ran.out


def test_a_broken_promise_takes_nothing_from_what_is_proven(troth: Troth, team: Team) -> None:
    team.edit(PROMISES, "NO_ANSWER: Raises(NoAnswer)", "NO_ANSWER: Raises(Busy)")

    read = json.loads(troth("check", "--format", "json").out)

    assert (read["verdict"], read["interactions"], read["proven"]["fault"]) == ("broken", 6, 85)


def test_the_matrix_shows_what_holds_under_faults(troth: Troth, team: Team) -> None:
    team.edit(PROMISES, "Kind.UNREADABLE: Raises(Unreadable)", "Kind.UNREADABLE: Raises(Busy)")
    troth("faults", "weather", "-k", "set_alert")

    ran = troth("matrix")

    *_, untried, tried, last = ran.out.splitlines()
    assert untried.split()[:3] == ["weather", "DELETE", "/alerts/{alert}"]
    assert untried.strip().endswith("no fault was tried")
    assert tried.split() == ["weather", "POST", "/alerts", "3/3", "3/3", "5/5", "3/3", "4/4", "0/7", "3/3"]
    assert last == "21 of 28 faults are met as the consumers promise; not tried: 3 operations"


def test_the_matrix_in_json_counts_them(troth: Troth, team: Team) -> None:
    del team
    troth("faults", "weather", "-k", "set_alert", "--fault", "dns_failure")

    read = json.loads(troth("matrix", "--format", "json").out)

    assert read["faults"][-1] == {
        "api": "weather",
        "operation": "POST /alerts",
        "faults": {"unreached": {"held": 1, "broken": 0, "could_not_check": 0}},
    }


def test_the_matrix_of_who_was_never_struck_has_no_such_table(troth: Troth, team: Team) -> None:
    del team

    ran = troth("matrix")

    assert "fault" not in ran.out


def test_what_a_scenario_prints_of_itself_is_never_a_secret(troth: Troth, team: Team) -> None:
    team.edit(
        SCENARIOS, "    assert [day.sky", "    assert days and False, server.token\n    assert [day.sky"
    )

    ran = troth("faults", "weather", "-k", "forecast")

    assert ran.status == 1
    assert "scenario-failed" in ran.out
    assert "{{secret" not in ran.out
