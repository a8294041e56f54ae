"""What reports make of findings and evidence under faults."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.facts import seen, step
from troth.api import Api, Empty
from troth.evidence import Evidence, Finding, Verdict
from troth.exchange import SourceKind
from troth.faults.catalogue import Kind
from troth.reporting.faults import FaultRow, Square, fault_rows, summary
from troth.reporting.matrix import coverage, matrix
from troth.reporting.report import Report, grouped

BROKEN = Finding(
    "fault-outcome",
    "the caller does not see what is promised",
    api="weather",
    scenario="a forecast tells of rain",
    operation="GET /days",
    path="http_503, once",
    expected="raises Busy",
    actual="raises Late: Late at client.py:12: raise Late()",
)


def struck(
    fault: str = "http_503", verdict: Verdict = Verdict.PROVEN, operation: str = "GET /days"
) -> Evidence:
    return seen(operation, 0, kind=SourceKind.FAULT, verdict=verdict, scenario="", place=f"fault {fault}")


@pytest.fixture
def api() -> Api:
    made = Api("weather", server="https://weather.example")
    made.get("/days", responses={200: Empty})
    made.post("/alerts", responses={201: Empty})
    return made


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(BROKEN, operation="POST /alerts"), id="another operation"),
        pytest.param(replace(BROKEN, path="http_503, lasting"), id="once or lasting"),
        pytest.param(
            replace(BROKEN, actual="raises Late: Late at client.py:90: raise Late()"), id="elsewhere"
        ),
    ],
)
def test_what_happened_in_the_place_of_what_was_promised_is_one_class(other: Finding) -> None:
    assert [group.size for group in grouped([BROKEN, other])] == [2]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(BROKEN, code="fault-hang"), id="code"),
        pytest.param(replace(BROKEN, path="http_500, once"), id="fault"),
        pytest.param(replace(BROKEN, expected="raises Gone"), id="promise"),
        pytest.param(replace(BROKEN, actual="raises Gone: Gone at client.py:12"), id="what happened"),
    ],
)
def test_anything_else_is_another_class(other: Finding) -> None:
    assert [group.size for group in grouped([BROKEN, other])] == [1, 1]


def test_operations_that_were_not_covered_are_each_a_class() -> None:
    findings = [
        Finding("fault-not-covered", "no fault was tried", api="weather", operation=operation)
        for operation in ("GET /days", "POST /alerts")
    ]

    assert [group.size for group in grouped(findings)] == [1, 1]


def test_faults_that_are_met_are_counted_and_are_no_interactions() -> None:
    report = Report((step(evidence=(seen(), struck(), struck("http_500")), name="faults"),))

    assert (report.interactions, report.proven) == (1, {SourceKind.VERIFIED: 1, SourceKind.FAULT: 2})


def test_a_broken_promise_leaves_the_interactions_of_its_scenario() -> None:
    proven = step(evidence=(seen(scenario="a forecast tells of rain"),))

    report = Report((proven, step(BROKEN, evidence=(struck(verdict=Verdict.BROKEN),), name="faults")))

    assert (report.interactions, report.verdict) == (1, Verdict.BROKEN)


def test_a_run_under_faults_alone_does_not_ask_for_a_real_service() -> None:
    assert not Report((step(evidence=(struck(),), name="faults"),)).only_simulated


def test_what_is_seen_under_faults_is_no_answer_of_the_matrix(api: Api) -> None:
    rows = matrix([api], [struck()])

    assert [(row.operation, row.declared) for row in rows] == [("GET /days", True), ("POST /alerts", True)]
    assert coverage(rows).seen == 0


def test_faults_are_counted_by_operation_and_kind(api: Api) -> None:
    rows = fault_rows(
        [api],
        [
            struck("http_500"),
            struck("http_503", Verdict.BROKEN),
            struck("field_null:$.days", Verdict.UNCHECKED),
        ],
    )

    assert rows == (
        FaultRow("weather", "POST /alerts", {}),
        FaultRow(
            "weather",
            "GET /days",
            {Kind.UNAVAILABLE: Square(held=1, broken=1), Kind.OFF_CONTRACT: Square(unchecked=1)},
        ),
    )
    assert summary(rows) == "1 of 3 faults are met as the consumers promise; not tried: 1 operation"


def test_a_fault_that_is_no_more_is_left_out(api: Api) -> None:
    assert fault_rows([api], [struck("http_599")]) == ()


def test_an_api_that_was_never_struck_has_no_rows(api: Api) -> None:
    other = Api("bank", server="https://bank.example")
    other.get("/", responses={200: Empty})

    assert {row.api for row in fault_rows([api, other], [struck()])} == {"weather"}
