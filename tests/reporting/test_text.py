"""The report for a person: counts before prose, one example of each class, and what was not checked."""

from __future__ import annotations

from dataclasses import replace

from tests.support.facts import BROKEN, UNCHECKED, seen, step
from troth.acceptance import Accepted
from troth.evidence import Counts
from troth.exchange import SourceKind
from troth.reporting import text
from troth.reporting.report import Coverage, Report


def told(report: Report) -> list[str]:
    return [line.plain for line in text.lines(report)]


def test_each_step_says_what_it_matched_of_what_it_attempted() -> None:
    report = Report((step(counts=Counts(attempted=5, decided=4, matched=3, skipped=1)),))

    assert "  verification  proven           3 of 5 interactions, 1 skipped" in told(report)


def test_a_step_says_what_it_left_undecided() -> None:
    report = Report((step(UNCHECKED, counts=Counts(attempted=5, decided=3, matched=3)),))

    assert "  verification  could not check  3 of 5 interactions, 2 not decided" in told(report)


def test_a_single_unit_is_told_in_the_singular() -> None:
    report = Report((step(counts=Counts(1, 1, 1)),))

    assert "  verification  proven           1 of 1 interaction" in told(report)


def test_the_counts_come_before_the_findings() -> None:
    lines = told(Report((step(BROKEN),)))

    assert lines.index("weather") < lines.index("BROKEN  body-missing  weather  POST /alerts  $.id")


def test_a_finding_shows_what_it_knows() -> None:
    lines = told(Report((step(BROKEN),)))

    assert lines[3:10] == [
        "BROKEN  body-missing  weather  POST /alerts  $.id",
        "  the answer lacks a field that the contract requires",
        "    scenario   an alert is set, read and dropped",
        "    expected   text",
        "    actual     nothing",
        "    source     cassettes/weather/alert.yaml:12",
        '    reproduce  curl -X POST "$URL/alerts"',
    ]


def test_one_example_stands_for_its_class() -> None:
    again = replace(BROKEN, scenario="another one")

    lines = told(Report((step(BROKEN, again, BROKEN),)))

    assert [line for line in lines if line.startswith("BROKEN  ")] == [
        "BROKEN  body-missing  weather  POST /alerts  $.id  (and 2 more like it)"
    ]


def test_what_is_broken_comes_before_what_could_not_be_checked() -> None:
    lines = told(Report((step(UNCHECKED), step(BROKEN))))

    heads = [line.partition("  ")[0] for line in lines if line.startswith(("BROKEN  ", "COULD NOT"))]
    assert heads == ["BROKEN", "COULD NOT CHECK"]


def test_the_last_lines_say_from_what_evidence_and_that_none_of_it_is_real() -> None:
    evidence = (seen(), seen(status=404), seen(kind=SourceKind.SIMULATED))

    lines = told(Report((step(evidence=evidence),), coverage=Coverage(2, 9)))

    assert lines[-5:] == [
        "2 interactions verified against our provider",
        "1 interaction SIMULATED, answered by a fake",
        "nothing of this comes from a real service: troth record API --live, or --url URL",
        "2 of 9 answers of the contracts have evidence; the others: troth matrix",
        "PROVEN: 2 interactions proven (weather)",
    ]


def test_evidence_from_the_real_service_is_not_called_simulated() -> None:
    lines = told(Report((step(evidence=(seen(kind=SourceKind.LIVE), seen())),)))

    assert not [line for line in lines if line.startswith("nothing of this")]


def test_the_last_line_counts_what_is_accepted() -> None:
    accepted = Accepted(UNCHECKED, "staging has no rain")

    lines = told(Report((step(evidence=(seen(),)),), accepted=(accepted,)))

    assert lines[-2:] == [
        "not checked, accepted: state-unknown, a forecast tells of rain: staging has no rain",
        "PROVEN: 1 interaction proven, 1 accepted as not checked (weather)",
    ]


def test_the_last_line_counts_what_is_broken_and_what_was_not_checked() -> None:
    lines = told(Report((step(BROKEN, UNCHECKED, UNCHECKED),)))

    assert lines[-1] == "BROKEN: 0 interactions proven, 1 broken, 2 could not be checked (weather)"


def test_a_run_without_a_step_is_broken() -> None:
    lines = told(Report(()))

    assert lines[-1] == "BROKEN: 0 interactions proven (no step was run)"
