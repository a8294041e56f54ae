"""``troth drift``: a contract beside its vendor's document, on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Troth
from tests.support.wire import answering
from tests.support.workspaces import Team
from troth.cli.app import main

ACCEPT = """
[[tool.troth.drift]]
api = "weather"
code = "drift-undocumented"
path = "status 401"
reason = "every answer may be 401"
"""


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(properties), "properties": properties}


def answer(made: dict[str, Any]) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": made}}}


TEXT = {"type": "string"}
NUMBER = {"type": "number"}
ALERT = schema(id=TEXT, city=TEXT, above={"type": "integer"}, email=TEXT, fired={"type": "boolean"})
DAY = schema(
    sky={"enum": ["clear", "clouds", "rain"]}, high=NUMBER, low=NUMBER, note={"type": ["string", "null"]}
)
UNITS = {"enum": ["metric", "imperial"]}
FORECAST = schema(city=TEXT, units=UNITS, days={"type": "array", "items": DAY})
PROBLEM = answer(schema(error=TEXT))
ASKED = schema(city=TEXT, above={"type": "integer", "minimum": -90, "maximum": 60}, email=TEXT)
VENDOR: dict[str, Any] = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://weather.example/v1"}],
    "paths": {
        "/cities/{name}/forecast": {
            "get": {
                "parameters": [
                    {"in": "path", "name": "name", "required": True, "schema": TEXT},
                    {"in": "query", "name": "units", "required": True, "schema": UNITS},
                ],
                "responses": {"200": answer(FORECAST), "401": PROBLEM, "404": PROBLEM},
            }
        },
        "/alerts": {
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": ASKED}}},
                "responses": {"201": answer(ALERT), "401": PROBLEM, "422": PROBLEM},
            }
        },
        "/alerts/{id}": {
            "parameters": [{"in": "path", "name": "id", "required": True, "schema": TEXT}],
            "get": {"responses": {"200": answer(ALERT), "401": PROBLEM, "404": PROBLEM}},
            "delete": {"responses": {"204": {}, "401": PROBLEM, "404": PROBLEM}},
        },
    },
}


@pytest.fixture
def vendor(weather_team: Team) -> Path:
    """The vendor's document, which agrees with the contract."""
    return weather_team.write("vendor.json", json.dumps(VENDOR, indent=2))


def renamed(vendor: Path, old: str, new: str) -> None:
    text = vendor.read_text(encoding="utf-8")
    assert f'"{old}"' in text
    vendor.write_text(text.replace(f'"{old}"', f'"{new}"'), encoding="utf-8")


def test_a_contract_that_agrees_is_proven(troth: Troth, vendor: Path) -> None:
    del vendor

    ran = troth("drift", "weather", "--spec", "vendor.json")

    assert ran.status == 0, ran.out
    assert ran.out.splitlines()[:2] == ["weather", "  drift  proven           46 of 46 fields"]
    assert ran.out.splitlines()[-1] == (
        "PROVEN: 4 operations and 46 fields compared; 0 errors;"
        " 1 for information (1 could not compare) (weather)"
    )


def test_a_renamed_field_is_named_with_the_line_of_the_document(troth: Troth, vendor: Path) -> None:
    renamed(vendor, "fired", "triggered")

    ran = troth("drift", "weather", "--spec", "vendor.json")

    assert ran.status == 1
    assert "BROKEN  drift-removed  weather  POST /alerts  response 201 $.fired" in ran.out
    assert "    source     vendor.json:" in ran.out
    assert "    reproduce  troth drift weather --spec vendor.json -k 'POST /alerts'" in ran.out
    assert "INFO  drift-missing  weather  POST /alerts  response 201 $.triggered" in ran.out
    assert ran.out.splitlines()[-1].startswith("BROKEN: 4 operations and ")


def test_an_enum_that_grew_names_the_culprit(troth: Troth, vendor: Path) -> None:
    renamed(vendor, "rain", "drizzle")

    ran = troth("drift", "weather", "--spec", "vendor.json", "-k", "forecast")

    assert ran.status == 1
    assert 'model stricter: the document allows "drizzle", and our model refuses it' in ran.out
    assert ran.out.splitlines()[-1] == (
        "BROKEN: 1 operation and 15 fields compared; 1 error (1 model stricter);"
        " 1 for information (1 model looser) (weather)"
    )


def test_what_is_accepted_is_counted_and_shown_with_its_reason(
    troth: Troth, vendor: Path, weather_team: Team
) -> None:
    renamed(vendor, "401", "403")
    weather_team.append("pyproject.toml", ACCEPT)

    ran = troth("drift", "weather", "--spec", "vendor.json")

    assert ran.status == 0, ran.out
    assert "accepted: drift-undocumented, 4 differences: every answer may be 401" in ran.out
    assert "4 accepted by 1 acceptance (weather)" in ran.out.splitlines()[-1]


def test_verbose_shows_each_difference_that_is_accepted(
    troth: Troth, vendor: Path, weather_team: Team
) -> None:
    renamed(vendor, "401", "403")
    weather_team.append("pyproject.toml", ACCEPT)

    shown = troth("drift", "weather", "--spec", "vendor.json", "-v").out

    accepted = [line for line in shown.splitlines() if line.startswith("accepted: ")]
    assert accepted[0] == (
        "accepted: drift-undocumented, GET /cities/{city}/forecast status 401: every answer may be 401"
    )
    assert len(accepted) == 4


def test_an_acceptance_that_matches_nothing_is_broken(troth: Troth, vendor: Path, weather_team: Team) -> None:
    del vendor
    weather_team.append("pyproject.toml", ACCEPT)

    ran = troth("drift", "weather", "--spec", "vendor.json")

    assert (ran.status, "acceptance-unused" in ran.out) == (1, True)


def test_an_acceptance_of_an_api_that_is_not_there_is_a_wrong_setting(
    troth: Troth, vendor: Path, weather_team: Team
) -> None:
    del vendor
    weather_team.append("pyproject.toml", ACCEPT.replace("weather", "wether"))

    ran = troth("drift", "weather", "--spec", "vendor.json")

    assert (ran.status, "API of [tool.troth.drift]" in ran.err) == (2, True)


def test_little_is_shown_of_what_is_not_red_unless_asked_for(troth: Troth, vendor: Path) -> None:
    more = {f"extra{number}": TEXT for number in range(9)}
    made = json.loads(vendor.read_text(encoding="utf-8"))
    made["paths"]["/alerts/{id}"]["get"]["responses"]["200"] = answer(schema(**ALERT["properties"], **more))
    vendor.write_text(json.dumps(made), encoding="utf-8")

    short = troth("drift", "weather", "--spec", "vendor.json").out
    whole = troth("drift", "weather", "--spec", "vendor.json", "--verbose").out

    assert (short.count("INFO  drift-missing"), "INFO  4 more: -v shows each" in short) == (6, True)
    assert (whole.count("INFO  drift-missing"), "more: -v" in whole) == (9, False)


def test_the_json_report_has_what_is_told_and_what_is_accepted(
    troth: Troth, vendor: Path, weather_team: Team
) -> None:
    renamed(vendor, "401", "403")
    weather_team.append("pyproject.toml", ACCEPT)

    read = json.loads(troth("drift", "weather", "--spec", "vendor.json", "--format", "json").out)

    [step] = read["steps"]
    assert (step["step"], step["verdict"], step["unit"]) == ("drift", "proven", "fields")
    assert {each["code"] for each in step["told"]} == {"drift-missing", "drift-uncomparable"}
    assert [each["reason"] for each in read["accepted"]] == ["every answer may be 401"] * 4


def test_the_junit_report_fails_only_what_is_broken(troth: Troth, vendor: Path) -> None:
    renamed(vendor, "fired", "triggered")

    root = ElementTree.fromstring(troth("drift", "weather", "--spec", "vendor.json", "--format", "junit").out)

    [suite] = root
    assert (suite.get("name"), suite.get("failures")) == ("weather.drift", "1")
    assert "drift-missing: model looser: the document has triggered" in suite.findtext("system-out", "")


def test_a_document_at_an_address_is_fetched(
    troth: Troth, vendor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    body = vendor.read_bytes()
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

    with answering(reply + body) as server:
        ran = troth("drift", "weather", "--spec", f"{server.url}/openapi.json")

    assert ran.status == 0, ran.err


def test_an_address_that_does_not_answer_could_not_check(troth: Troth, vendor: Path) -> None:
    del vendor
    with answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as server:
        ran = troth("drift", "weather", "--spec", f"{server.url}/openapi.json")

    assert (ran.status, ran.out) == (3, "")
    assert "answers 404" in ran.err


def test_a_document_of_another_api_could_not_check(troth: Troth, vendor: Path) -> None:
    renamed(vendor, "/alerts", "/sirens")
    renamed(vendor, "/alerts/{id}", "/sirens/{id}")
    renamed(vendor, "/cities/{name}/forecast", "/towns")

    ran = troth("drift", "weather", "--spec", "vendor.json")

    assert (ran.status, "no-evidence" in ran.out) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("weather",), "--spec"),
        (("weather", "--spec", "gone.yaml"), "gone.yaml is no file"),
        (("weather", "--spec", "pyproject.toml"), "pyproject.toml"),
        (("wether", "--spec", "vendor.json"), "no API is named 'wether'"),
        (("weather", "--spec", "vendor.json", "-k", "sunrise"), "no operation of weather is named 'sunrise'"),
        (("weather", "--spec", "ftp://vendor.example/a"), "cannot be fetched"),
    ],
)
def test_a_wrong_call_is_told(troth: Troth, vendor: Path, arguments: tuple[str, ...], said: str) -> None:
    del vendor

    ran = troth("drift", *arguments)

    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_broken_document_is_told_with_its_line(troth: Troth, weather_team: Team) -> None:
    weather_team.write("vendor.yaml", "openapi: 3.0.0\npaths:\n  /a: {}\n  /a: {}\n")

    ran = troth("drift", "weather", "--spec", "vendor.yaml")

    assert (ran.status, "vendor.yaml:4: the key '/a' stands twice" in ran.err) == (2, True)


def test_a_credential_is_not_shown_even_where_the_document_has_it(
    troth: Troth, vendor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEATHER_KEY", "canary-of-weather")
    renamed(vendor, "rain", "canary-of-weather")

    for_people = troth("drift", "weather", "--spec", "vendor.json", "-v").out
    for_machines = troth("drift", "weather", "--spec", "vendor.json", "--format", "json").out

    assert "$WEATHER_KEY" in for_people
    assert "canary-of-weather" not in for_people + for_machines


def test_nothing_heavy_is_loaded_for_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["drift", "--help"])

    shown = capsys.readouterr().out
    assert (status, "Examples:" in shown, "--spec FILE|URL" in shown) == (0, True, True)
