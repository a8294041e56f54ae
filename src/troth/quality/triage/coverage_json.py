"""The JSON report of coverage.py, read and written.

Source: the reports of coverage.py 7 itself (``coverage json``), formats 1 to 3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePath
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from troth.errors import BrokenFile, UsageProblem
from troth.jsontext import NotJson, read
from troth.quality.triage.measured import FileCoverage, Function, Measured

FORMATS = (1, 2, 3)
"""The first named no format; the third added functions. What is read here means the same in each."""

_MAKE_ONE = "make one: coverage run --branch -m pytest, then coverage json; or troth triage --run"

_Line = Annotated[int, Field(ge=1)]
_Count = Annotated[int, Field(ge=0)]
_Arc = tuple[int, int]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Meta(_Part):
    format: int = 1
    branch_coverage: bool
    timestamp: str = ""


class _Summary(_Part):
    covered_lines: _Count
    num_statements: _Count
    missing_lines: _Count
    num_branches: _Count = 0
    covered_branches: _Count = 0
    missing_branches: _Count = 0


class _Region(_Part):
    executed_lines: list[_Line]
    missing_lines: list[_Line]
    executed_branches: list[Annotated[_Arc, Field(strict=False)]] = []
    missing_branches: list[Annotated[_Arc, Field(strict=False)]] = []


class _File(_Region):
    summary: _Summary
    excluded_lines: list[_Line] = []
    functions: dict[str, _Region] = {}


class _Report(_Part):
    meta: _Meta
    files: dict[str, _File]


def read_report(path: Path, root: Path) -> Measured:
    """The report ``path`` of a run whose files stand below ``root``.

    Raises:
        UsageProblem: there is no such file.
        BrokenFile: it is no JSON report of coverage.py, its counts do not add up, or nothing was measured.
    """
    report = _parsed(path, _content(path))
    if report.meta.format not in FORMATS:
        raise BrokenFile(path, f"a report of format {report.meta.format}; {FORMATS[-1]} is the last known")
    files: dict[str, FileCoverage] = {}
    for name, found in report.files.items():
        own = _relative(name, root)
        if own in files:
            raise BrokenFile(path, f"{own} stands in the report twice")
        if problem := _problem(found):
            raise BrokenFile(path, f"{own}: {problem}", hint="make the report anew: coverage json")
        files[own] = _file(own, found)
    if not any(each.statements for each in files.values()):
        raise BrokenFile(path, "an empty report: not one statement was measured", hint=_MAKE_ONE)
    return Measured(files, report.meta.branch_coverage, _moment(report.meta.timestamp))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UsageProblem(f"{path}: there is no such coverage report", hint=_MAKE_ONE) from error
    except OSError as error:
        raise BrokenFile(path, f"it cannot be read: {error.strerror}") from error


def _parsed(path: Path, content: bytes) -> _Report:
    if not content.strip():
        raise BrokenFile(path, "an empty file, and no coverage report", hint=_MAKE_ONE)
    if content.startswith(b"SQLite format 3"):
        raise BrokenFile(path, "the data of coverage.py, and not its report", hint="coverage json makes one")
    try:
        return _Report.model_validate(read(content))
    except NotJson as error:
        raise BrokenFile(path, f"no JSON report of coverage.py: {error}", hint=_MAKE_ONE) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BrokenFile(
            path,
            f"no JSON report of coverage.py: {where + ': ' if where else ''}{first['msg']}",
            hint=_MAKE_ONE,
        ) from error


def _problem(found: _File) -> str:
    """In what a file's numbers contradict each other."""
    summary = found.summary
    if set(found.executed_lines) & set(found.missing_lines):
        return "a line is both executed and missing"
    if summary.covered_lines + summary.missing_lines != summary.num_statements:
        return "covered and missing lines do not add up to the statements"
    if summary.covered_branches + summary.missing_branches != summary.num_branches:
        return "covered and missing branches do not add up to the branches"
    if (len(set(found.missing_lines)), len(set(found.missing_branches))) != (
        summary.missing_lines,
        summary.missing_branches,
    ):
        return "what is listed as missing is not what is counted as missing"
    return ""


def _file(path: str, found: _File) -> FileCoverage:
    return FileCoverage(
        path,
        found.summary.num_statements,
        frozenset(found.executed_lines),
        frozenset(found.missing_lines),
        found.summary.num_branches,
        frozenset(found.executed_branches),
        frozenset(found.missing_branches),
        frozenset(found.excluded_lines),
        tuple(
            Function(name, frozenset(each.missing_lines), frozenset(each.missing_branches))
            for name, each in found.functions.items()
        ),
    )


def _relative(name: str, root: Path) -> str:
    path = PurePath(name.replace("\\", "/"))
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def write_report(path: Path, measured: Measured) -> None:
    """Write what was measured as coverage.py would, to be read again here."""
    document: Mapping[str, Any] = {
        "meta": {
            "format": FORMATS[-1],
            "timestamp": measured.when.isoformat() if measured.when else "",
            "branch_coverage": measured.branch,
            "show_contexts": False,
        },
        "files": {name: _document(each) for name, each in sorted(measured.files.items())},
    }
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def _document(file: FileCoverage) -> dict[str, Any]:
    return {
        "executed_lines": sorted(file.executed_lines),
        "missing_lines": sorted(file.missing_lines),
        "excluded_lines": sorted(file.excluded_lines),
        "executed_branches": sorted(file.executed_branches),
        "missing_branches": sorted(file.missing_branches),
        "summary": {
            "covered_lines": file.statements - len(file.missing_lines),
            "num_statements": file.statements,
            "missing_lines": len(file.missing_lines),
            "excluded_lines": len(file.excluded_lines),
            "num_branches": file.branches,
            "covered_branches": file.branches - len(file.missing_branches),
            "missing_branches": len(file.missing_branches),
            "percent_covered": float(file.share.part * 100),
        },
        "functions": {
            each.name: {
                "executed_lines": [],
                "missing_lines": sorted(each.missing_lines),
                "missing_branches": sorted(each.missing_branches),
            }
            for each in file.functions
        },
    }
