"""Which reports are read, and that no plan is made of another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.quality.triage.conftest import REPORTS, Troth
from tests.quality.triage.facts import report
from tests.support.workspaces import Team
from troth.errors import BrokenFile
from troth.quality.triage.coverage_json import read_report, write_report
from troth.quality.triage.measured import Function, Share, arrow, spans

BROKEN = {
    "empty": (b"", "an empty file, and no coverage report"),
    "blank": (b" \n", "an empty file, and no coverage report"),
    "cut off": (report()[:-9], "no JSON report of coverage.py"),
    "not JSON": (b"Name    Stmts   Miss", "no JSON report of coverage.py"),
    "XML": (b"<?xml version='1.0'?><coverage/>", "no JSON report of coverage.py"),
    "data": (b"SQLite format 3\0", "the data of coverage.py, and not its report"),
    "not UTF-8": (b"\xff\xfe{}", "not UTF-8"),
    "a list": (b"[]", "no JSON report of coverage.py"),
    "nothing": (b"{}", "meta: Field required"),
    "no files": (b'{"meta": {"branch_coverage": true}}', "files: Field required"),
    "files is empty": (b'{"meta": {"branch_coverage": true}, "files": {}}', "an empty report"),
    "a later format": (report().replace(b'"format": 3', b'"format": 4'), "a report of format 4"),
    "a text for a line": (report(missing_lines=["2"]), "missing_lines.0: Input should be a valid integer"),
    "true for a line": (report(missing_lines=[True]), "missing_lines.0: Input should be a valid integer"),
    "a line 0": (report(missing_lines=[0]), "greater than or equal to 1"),
    "both executed and missing": (report(executed_lines=[1, 2]), "both executed and missing"),
    "an uncounted line": (report(missing_lines=[2, 3]), "what is listed as missing is not what is counted"),
    "an uncounted branch": (report(missing_branches=[[1, 2]]), "what is listed as missing is not what is"),
    "a sum that is wrong": (
        report(summary={"covered_lines": 2, "num_statements": 2, "missing_lines": 1}),
        "do not add up to the statements",
    ),
    "branches that do not add up": (
        report(summary={"covered_lines": 1, "num_statements": 2, "missing_lines": 1, "num_branches": 1}),
        "do not add up to the branches",
    ),
    "no statement": (
        report(
            executed_lines=[],
            missing_lines=[],
            summary={"covered_lines": 0, "num_statements": 0, "missing_lines": 0},
        ),
        "not one statement was measured",
    ),
    "the same file twice": (
        report().replace(b'"files": {', b'"files": {"shop/till.py": {}, '),
        "stands twice in one object",
    ),
}


@pytest.mark.case("Q011")
@pytest.mark.parametrize("what", BROKEN)
def test_a_report_that_is_none_is_an_error_with_its_path(tmp_path: Path, what: str) -> None:
    content, problem = BROKEN[what]
    path = tmp_path / "coverage.json"
    path.write_bytes(content)

    with pytest.raises(BrokenFile) as raised:
        read_report(path, tmp_path)

    assert str(path) in raised.value.message
    assert problem in raised.value.message


@pytest.mark.case("Q011")
@pytest.mark.parametrize("what", ["empty", "cut off", "files is empty", "a sum that is wrong"])
def test_there_is_no_plan_of_a_broken_report(troth: Troth, shop: Team, what: str) -> None:
    (shop.root / "coverage.json").write_bytes(BROKEN[what][0])

    ran = troth("triage", "coverage.json")

    assert (ran.status, ran.out) == (2, "")
    assert BROKEN[what][1] in ran.err


@pytest.mark.case("Q011")
@pytest.mark.usefixtures("shop")
def test_a_report_that_is_not_there_is_an_error_that_tells_how_to_make_one(troth: Troth) -> None:
    ran = troth("triage")

    assert (ran.status, ran.out) == (2, "")
    assert "coverage.json: there is no such coverage report" in ran.err
    assert "coverage run --branch -m pytest" in ran.err


@pytest.mark.case("Q011")
def test_a_folder_is_no_report(troth: Troth, shop: Team) -> None:
    ran = troth("triage", str(shop.root / "shop"))

    assert (ran.status, ran.out) == (2, "")
    assert "it cannot be read" in ran.err


def test_a_report_of_before_formats_were_counted_is_read(tmp_path: Path) -> None:
    path = tmp_path / "coverage.json"
    path.write_bytes(report().replace(b'"format": 3, ', b""))

    assert read_report(path, tmp_path).files["shop/till.py"].share == Share(1, 2)


@pytest.mark.parametrize("name", ["{root}/shop/till.py", "shop\\\\till.py", "shop/till.py"])
def test_a_path_is_told_from_the_root(tmp_path: Path, name: str) -> None:
    path = tmp_path / "coverage.json"
    told = name.format(root=tmp_path).encode()
    path.write_bytes(report().replace(b"shop/till.py", told))

    assert list(read_report(path, tmp_path).files) == ["shop/till.py"]


def test_functions_lines_and_branches_are_read() -> None:
    models = read_report(REPORTS / "before.json", Path("/")).files["shop/models.py"]

    assert models.share == Share(9, 12)
    assert models.missed_functions == (Function("Till.add", frozenset({7}), frozenset({(6, 7), (8, -5)})),)


@pytest.mark.parametrize("name", ["before", "after"])
def test_a_report_that_is_written_is_read_as_the_same(tmp_path: Path, name: str) -> None:
    measured = read_report(REPORTS / f"{name}.json", tmp_path)

    write_report(tmp_path / "again.json", measured)

    assert read_report(tmp_path / "again.json", tmp_path) == measured
    assert json.loads((tmp_path / "again.json").read_bytes())["meta"]["format"] == 3


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (Share(0, 7), "0.0"),
        (Share(1, 100_000), "0.1"),
        (Share(1, 8), "12.5"),
        (Share(99_999, 100_000), "99.9"),
        (Share(7, 7), "100.0"),
        (Share(0, 0), "100.0"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_the_whole(share: Share, shown: str) -> None:
    assert share.percent == shown


def test_lines_that_follow_each_other_are_shown_as_a_span() -> None:
    assert spans({9, 3, 5, 6, 7}) == "3, 5-7, 9"


@pytest.mark.parametrize(("branch", "shown"), [((12, 14), "12 -> 14"), ((20, -5), "20 -> exit")])
def test_a_branch_is_shown_from_line_to_line(branch: tuple[int, int], shown: str) -> None:
    assert arrow(branch) == shown
