"""The report as JUnit XML."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from tests.support.facts import BROKEN, UNCHECKED, seen, step
from troth.acceptance import Accepted
from troth.reporting.junit import render
from troth.reporting.report import Report


def document(report: Report) -> Element:
    return ElementTree.fromstring(render(report))


def outcome(case: Element) -> list[str]:
    return [child.tag for child in case]


def test_a_step_is_a_suite_of_scenarios() -> None:
    root = document(Report((step(evidence=(seen(), seen(status=404), seen(scenario="other"))),)))

    assert [suite.get("name") for suite in root] == ["weather.verification"]
    assert [case.get("name") for case in root.iter("testcase")] == [
        "an alert is set, read and dropped",
        "other",
    ]


def test_a_scenario_that_holds_has_no_outcome() -> None:
    root = document(Report((step(evidence=(seen(),)),)))

    assert [outcome(case) for case in root.iter("testcase")] == [[]]


def test_a_finding_is_a_failure_of_its_scenario() -> None:
    root = document(Report((step(BROKEN, evidence=(seen(),)),)))

    assert [(case.get("name"), outcome(case)) for case in root.iter("testcase")] == [
        ("an alert is set, read and dropped", ["failure"])
    ]


def test_a_failure_tells_what_the_finding_knows() -> None:
    failure = next(document(Report((step(BROKEN),))).iter("failure"))

    assert failure.get("type") == "body-missing"
    assert failure.get("message") == "the answer lacks a field that the contract requires"
    assert (failure.text or "").splitlines() == [
        "body-missing: the answer lacks a field that the contract requires",
        "operation: POST /alerts",
        "path: $.id",
        "expected: text",
        "actual: nothing",
        "source: cassettes/weather/alert.yaml:12",
        'reproduce: curl -X POST "$URL/alerts"',
    ]


def test_what_could_not_be_checked_is_an_error_since_skipped_is_shown_green() -> None:
    root = document(Report((step(UNCHECKED),)))

    assert [outcome(case) for case in root.iter("testcase")] == [["error"]]


def test_a_test_case_has_one_outcome_and_the_worst_one_first() -> None:
    same = replace(UNCHECKED, scenario=BROKEN.scenario)

    root = document(Report((step(same, BROKEN),)))

    assert [outcome(case) for case in root.iter("testcase")] == [["failure"]]


def test_what_is_accepted_is_skipped() -> None:
    root = document(Report((step(),), accepted=(Accepted(UNCHECKED, "staging has no rain"),)))

    skipped = next(root.iter("skipped"))
    assert skipped.get("message") == "state-unknown: staging has no rain"


def test_suites_and_the_whole_are_counted() -> None:
    other = replace(UNCHECKED, scenario="other")

    root = document(Report((step(BROKEN, other, evidence=(seen(scenario="third"),)), step(name="pacts"))))

    shown = [
        (each.get("tests"), each.get("failures"), each.get("errors")) for each in (root, root[0], root[1])
    ]
    assert shown == [("4", "1", "1"), ("3", "1", "1"), ("1", "0", "0")]


def test_a_run_without_a_step_is_a_failure() -> None:
    root = document(Report(()))

    assert [failure.get("type") for failure in root.iter("failure")] == ["no-evidence"]


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\ufffeb", "a\ud800b"])
def test_what_xml_cannot_hold_is_replaced(text: str) -> None:
    failure = next(document(Report((step(replace(BROKEN, message=text)),))).iter("failure"))

    assert failure.get("message") == "a�b"
