"""A run as JUnit XML: a suite for each step, a test case for each scenario or operation that it saw.

What is broken is a ``failure``. What could not be checked is an ``error``, since most readers show a
skipped test as green; only what the workspace accepts is ``skipped``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from troth.acceptance import Accepted
from troth.evidence import Finding, StepResult, Verdict
from troth.faults.catalogue import FAULT
from troth.reporting.report import FAULTS, Report

_TAGS = {Verdict.BROKEN: "failure", Verdict.UNCHECKED: "error"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """The document, with its XML declaration."""
    root = Element("testsuites", name="troth")
    for result in report.results:
        root.append(_suite(result))
    if report.accepted:
        root.append(_accepted(report.accepted))
    if not report.results:
        root.append(_empty())
    # The schema of Jenkins knows no count of skipped tests here.
    _count(root)
    del root.attrib["skipped"]
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(result: StepResult) -> Element:
    name = f"{result.api}.{result.step}" if result.api else result.step
    suite = Element("testsuite", name=name)
    for case, findings in _cases(result).items():
        _case(suite, f"troth.{name}", case, findings)
    if result.told:
        SubElement(suite, "system-out").text = _clean("\n\n".join(map(_told, result.told)))
    _count(suite)
    return suite


def _cases(result: StepResult) -> Mapping[str, list[Finding]]:
    if result.step == FAULTS:
        return _struck(result)
    named = (*result.cases, *(each.scenario or each.operation for each in result.evidence))
    cases: dict[str, list[Finding]] = {name: [] for name in named}
    for finding in result.findings:
        cases.setdefault(finding.scenario or finding.operation or result.step, []).append(finding)
    return cases or {result.step: []}


def _struck(result: StepResult) -> Mapping[str, list[Finding]]:
    """A test case for each operation and fault."""
    cases: dict[str, list[Finding]] = {f"{each.operation} under {each.place}": [] for each in result.evidence}
    for finding in result.findings:
        name, _, _ = finding.path.partition(",")
        known = f"{finding.operation} under {FAULT}{name}"
        other = finding.operation or finding.scenario or result.step
        cases.setdefault(known if name else other, []).append(finding)
    return cases or {result.step: []}


def _case(suite: Element, classname: str, name: str, findings: Iterable[Finding]) -> None:
    case = SubElement(suite, "testcase", classname=classname, name=_clean(name), time="0")
    # One child only: the schema that most readers follow allows no second one.
    worst = sorted(findings, key=lambda finding: finding.verdict is not Verdict.BROKEN)
    if worst:
        tag = _TAGS[worst[0].verdict]
        made = SubElement(case, tag, message=_clean(worst[0].message), type=worst[0].code)
        made.text = _clean("\n\n".join(map(_told, worst)))


def _accepted(accepted: Iterable[Accepted]) -> Element:
    suite = Element("testsuite", name="accepted")
    for each in accepted:
        finding = each.finding
        name = finding.scenario or finding.operation or finding.code
        case = SubElement(suite, "testcase", classname="troth.accepted", name=_clean(name), time="0")
        SubElement(case, "skipped", message=_clean(f"{finding.code}: {each.reason}"))
    _count(suite)
    return suite


def _empty() -> Element:
    suite = Element("testsuite", name="troth")
    case = SubElement(suite, "testcase", classname="troth", name="evidence", time="0")
    SubElement(case, "failure", message="no step was run", type="no-evidence")
    _count(suite)
    return suite


def _count(element: Element) -> None:
    for attribute, tag in (
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        element.set(attribute, str(sum(1 for _ in element.iter(tag))))
    element.set("time", "0")


def _told(finding: Finding) -> str:
    shown = {
        "operation": finding.operation,
        "path": finding.path,
        "expected": finding.expected,
        "actual": finding.actual,
        "source": finding.place,
        "reproduce": finding.reproduce,
    }
    details = [f"{name}: {value}" for name, value in shown.items() if value]
    return "\n".join([f"{finding.code}: {finding.message}", *details])


def _clean(text: str) -> str:
    return _NOT_XML.sub("�", text)
