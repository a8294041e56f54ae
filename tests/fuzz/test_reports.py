"""A fuzz run as people and programs read it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree

import pytest
from rich.console import Console

from tests.fuzz.stage import NOW
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.exchange import Exchange, Request, Response, SourceKind
from troth.fuzz import Budget, Document, FuzzRun, Sent, Service
from troth.fuzz.exceptions import Use
from troth.fuzz.settings import Known, Off
from troth.fuzz.strength import Tally
from troth.reporting import fuzz as shown
from troth.reporting import junit, text
from troth.reporting.report import Report

LIST = Tally("GET /notes", cases=12, positive=8, accepted=5, statuses={200: 5, 401: 4, 422: 3})
READ = Tally("GET /notes/{note_id}", cases=3, positive=3, accepted=0, statuses={404: 3})
OFF = Off(operations=("GET /notes",), check="judge", reason="it is so there", source="its guide")
KNOWN = Known(
    operations=("GET /notes",), check="judge", reason="it is so here", owner="we", expires=date(2026, 1, 1)
)
SERVICE = Service(place="in process", version="notes 1", secrets={})


def ran(
    tallies: Sequence[Tally] = (LIST, READ),
    *,
    exceptions: tuple[Use, ...] = (),
    findings: tuple[Finding, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    stopped: str = "",
) -> FuzzRun:
    """A run of 15 cases in three seconds."""
    result = StepResult(
        "fuzzing",
        "notes",
        Counts(15, 15, 15),
        findings,
        evidence,
        unit="cases",
        cases=tuple(each.operation for each in tallies),
    )
    exchange = Exchange(Request("GET", "http://localhost/notes"), Response(200))
    sent = [Sent("GET /notes", "coverage", "some notes", positive=True, exchange=exchange)] * 10
    sent += [Sent("GET /notes", "fuzzing", "", positive=True, exchange=exchange)] * 5
    return FuzzRun(
        Document({}, "openapi.json"), SERVICE, tuple(sent), tuple(tallies), result, exceptions, stopped, 3.0
    )


def printed(tallies: Sequence[Tally], width: int) -> list[str]:
    """The table as it is printed on a terminal of that width."""
    written = io.StringIO()
    Console(file=written, width=width, color_system=None).print(shown.table(tallies))
    return [line.rstrip() for line in written.getvalue().splitlines()]


def test_a_row_says_what_was_tried_and_what_came_back() -> None:
    assert printed([LIST, READ], 100)[1:] == [
        "GET /notes               12    5 of 8  200:5, 401:4, 422:3",
        "GET /notes/{note_id}      3    0 of 3  404:3",
    ]


def test_on_a_narrow_terminal_nothing_is_cut_off() -> None:
    long = Tally(f"GET /{'x' * 70}", cases=1, statuses=dict.fromkeys(range(200, 208), 9))

    said = "".join(printed([long], 60))

    assert (said.count("x"), said.count(":9"), said.count("…")) == (70, 8, 0)


def test_of_many_answers_the_most_frequent_are_shown() -> None:
    many = {status: 100 - status % 100 for status in range(400, 445)}

    assert shown.answers(many) == (
        "400:100, 401:99, 402:98, 403:97, 404:96, 405:95, 406:94, 407:93, 37 others"
    )


def test_the_last_line_counts() -> None:
    assert shown.closing(ran()) == "2 operations, 15 cases, 1 weak, 5 cases a second"


def test_the_last_line_counts_what_was_excepted() -> None:
    uses = (Use(OFF, 3, holds=True), Use(OFF, 0, holds=True), Use(KNOWN, 4, holds=False))

    assert "3 failures excepted by 1 entry" in shown.closing(ran(exceptions=uses))


def test_the_last_line_says_why_it_ended_early() -> None:
    assert shown.closing(ran(stopped="it was interrupted")).endswith("ended early: it was interrupted")


def test_json_says_what_was_run() -> None:
    document = shown.document(ran(), Budget(seed=7, max_examples=3))

    assert (document["seed"], document["budget"]) == (7, {"max_examples": 3, "seconds": None})
    assert (document["place"], document["version"]) == ("in process", "notes 1")
    assert (document["phases"], document["states"]) == (
        {"coverage": 10, "fuzzing": 5},
        {"some notes": 10, "": 5},
    )


def test_json_has_every_operation() -> None:
    assert shown.document(ran([READ]), Budget())["operations"] == [
        {
            "operation": "GET /notes/{note_id}",
            "cases": 3,
            "positive": 3,
            "accepted": 0,
            "statuses": {"404": 3},
        }
    ]


def test_json_has_exceptions_that_were_needed_and_those_that_were_not() -> None:
    uses = (Use(OFF, 0, holds=True), Use(KNOWN, 4, holds=False))

    document = shown.document(ran(exceptions=uses), Budget())

    assert document["exceptions"] == [
        {
            "kind": "off",
            "operations": ["GET /notes"],
            "check": "judge",
            "statuses": [],
            "reason": "it is so there",
            "failures": 0,
            "holds": True,
        },
        {
            "kind": "known",
            "operations": ["GET /notes"],
            "check": "judge",
            "statuses": [],
            "reason": "it is so here",
            "failures": 4,
            "holds": False,
        },
    ]


BROKEN = Finding("fuzz-judge", "it differs", api="notes", operation="GET /notes")
WEAK = Finding(
    "fuzz-no-data", "nothing is there", operation="GET /notes/{note_id}", verdict=Verdict.UNCHECKED
)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((), {"GET /notes": [], "GET /notes/{note_id}": []}),
        ((BROKEN, WEAK), {"GET /notes": ["failure"], "GET /notes/{note_id}": ["error"]}),
    ],
)
def test_junit_has_a_case_for_each_operation(
    findings: tuple[Finding, ...], expected: dict[str, list[str]]
) -> None:
    document = junit.render(Report((ran(findings=findings).result,)))

    cases = ElementTree.fromstring(document).iter("testcase")
    assert {case.get("name", ""): [child.tag for child in case] for case in cases} == expected


def test_answers_are_not_called_interactions() -> None:
    evidence = Evidence("notes", "GET /notes", 200, SourceKind.FUZZED, NOW, Verdict.PROVEN)

    lines = [line.plain for line in text.summary(Report((ran(evidence=(evidence,)).result,)))]

    assert lines[0] == "1 answer fuzzed"
