"""Selectors as people write them."""

from __future__ import annotations

import pytest

from troth.broker.selectors import selector, selectors
from troth.errors import UsageProblem


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("main", {"mainBranch": True}),
        ("matching", {"matchingBranch": True}),
        ("deployed", {"deployed": True}),
        ("released", {"released": True}),
        ("deployed-or-released", {"deployedOrReleased": True}),
        ("latest", {"latest": True}),
        ("branch=feat/a=b", {"branch": "feat/a=b"}),
        ("tag=prod,latest", {"tag": "prod", "latest": True}),
        ("environment=prod, deployed", {"environment": "prod", "deployed": True}),
        ("main,consumer=web app", {"mainBranch": True, "consumer": "web app"}),
        ('{"branch": "x", "fallbackBranch": "main"}', {"branch": "x", "fallbackBranch": "main"}),
    ],
)
def test_a_selector_is_read(text: str, read: dict[str, object]) -> None:
    assert selector(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mian",
        "branch",
        "branch=",
        "main=true",
        "main,main",
        "branch=a,branch=b",
        "main,",
        "environment=prod",
        "{",
        "{}",
        '{"a": 1, "a": 2}',
        "[]",
    ],
)
def test_what_is_none_is_told(text: str) -> None:
    with pytest.raises(UsageProblem, match="selector"):
        selector(text)


def test_none_means_what_is_main_and_what_is_out() -> None:
    assert selectors([]) == ({"mainBranch": True}, {"deployedOrReleased": True})
