"""The promises that docs/faults.md shows are promises, and leave nothing out."""

from __future__ import annotations

from typing import Any, cast

import pytest

from contracts.judge0.operations import judge0
from tests.support.codes import codes
from tests.support.pages import ROOT, blocks, page
from troth.api import Operation
from troth.faults.catalogue import CATALOGUE
from troth.promise import Promises

PAGE = page("docs/faults.md")


@pytest.fixture(scope="module")
def shown() -> Promises:
    """What the page declares."""
    names: dict[str, Any] = {}
    exec(compile(blocks(PAGE, "python")[1], "docs/faults.md", "exec"), names)
    return cast("Promises", names["promises"])


@pytest.mark.parametrize("operation", judge0.operations, ids=lambda each: each.name)
def test_something_is_promised_of_each_operation_under_each_fault(
    shown: Promises, operation: Operation
) -> None:
    missing = [each.name for each in CATALOGUE if shown.of(operation, each) is None]

    assert missing == []


def test_every_finding_is_explained() -> None:
    used = {code for code in codes([ROOT / "src" / "troth" / "resilience"]) if code.startswith("fault-")}

    assert {code for code in used if f"| `{code}` |" not in PAGE} == set()
    assert len(used) == 6
