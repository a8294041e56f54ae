"""The matrix: what is declared against what was seen."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from tests.support.facts import seen
from troth.api import Api, Empty
from troth.evidence import Evidence, Verdict
from troth.exchange import SourceKind
from troth.reporting.matrix import Cell, coverage, matrix, render_json, summary, table


@pytest.fixture
def api() -> Api:
    made = Api("weather", server="https://w.example")
    made.get("/alerts/{alert}", responses={200: Empty, 404: Empty})
    made.post("/alerts", responses={201: Empty})
    return made


def shown(api: Api, *evidence: Evidence) -> list[tuple[str, int]]:
    return [(row.operation, row.status) for row in matrix([api], evidence)]


def printed(api: Api, *evidence: Evidence) -> str:
    console = Console(width=200, color_system=None)
    with console.capture() as capture:
        console.print(table(matrix([api], evidence)))
    return capture.get()


def test_every_declared_answer_has_a_row(api: Api) -> None:
    assert shown(api) == [("GET /alerts/{alert}", 200), ("GET /alerts/{alert}", 404), ("POST /alerts", 201)]


def test_answers_without_evidence_come_first(api: Api) -> None:
    assert shown(api, seen(status=200)) == [
        ("GET /alerts/{alert}", 404),
        ("POST /alerts", 201),
        ("GET /alerts/{alert}", 200),
    ]


def test_exchanges_are_counted_by_kind_and_verdict(api: Api) -> None:
    evidence = (
        seen(),
        seen(),
        seen(verdict=Verdict.BROKEN),
        seen(kind=SourceKind.SIMULATED, verdict=Verdict.UNCHECKED),
    )

    row = matrix([api], evidence)[-1]

    assert row.cells == {
        SourceKind.VERIFIED: Cell(proven=2, broken=1),
        SourceKind.SIMULATED: Cell(unchecked=1),
    }


def test_an_answer_that_nobody_declared_is_shown_as_such(api: Api) -> None:
    row = matrix([api], [seen(status=500, verdict=Verdict.BROKEN)])[-1]

    assert (row.status, row.declared) == (500, False)


def test_evidence_of_another_api_is_left_out(api: Api) -> None:
    assert len(matrix([api], [seen(api="other")])) == 3


def test_only_declared_answers_that_held_are_covered(api: Api) -> None:
    rows = matrix([api], [seen(), seen(status=404, verdict=Verdict.BROKEN), seen(status=500)])

    assert (coverage(rows).seen, coverage(rows).declared) == (1, 3)


def test_the_table_names_what_is_empty(api: Api) -> None:
    first, *rows = printed(api, seen(), seen(kind=SourceKind.SIMULATED)).splitlines()

    assert first.split() == ["API", "operation", "status", "verified", "simulated"]
    assert rows[0].split() == ["weather", "GET", "/alerts/{alert}", "404", "·", "·", "no", "evidence"]
    assert rows[-1].split() == ["weather", "GET", "/alerts/{alert}", "200", "1", "1"]


def test_the_table_names_what_is_broken_and_what_is_not_in_the_contract(api: Api) -> None:
    *_, last = printed(api, seen(status=500, verdict=Verdict.BROKEN)).splitlines()

    assert last.split() == [
        "weather",
        "GET",
        "/alerts/{alert}",
        "500",
        "1",
        "broken",
        *["not", "in", "the", "contract"],
    ]


def test_the_last_line_counts(api: Api) -> None:
    assert summary(matrix([api], [seen()])) == "1 of 3 answers of the contracts have evidence that held"


def test_json_holds_the_same_rows(api: Api) -> None:
    read = json.loads(render_json(matrix([api], [seen()]), version="9.9"))

    assert read["coverage"] == {"seen": 1, "declared": 3}
    assert read["rows"][-1] == {
        "api": "weather",
        "operation": "GET /alerts/{alert}",
        "status": 200,
        "declared": True,
        "evidence": {"verified": {"proven": 1, "broken": 0, "could_not_check": 0}},
    }
