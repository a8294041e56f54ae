"""Some cases of a rule weigh less than the rule."""

from __future__ import annotations

import json

import pytest

from tests.quality.conftest import Suite

BATCH = "def test_a_batch_is_sent(client):\n    assert client.post('/orders/{}').status_code == 201\n"


def severities(suite: Suite, text: str, rule: str) -> list[str]:
    """What the problems of ``rule`` weigh in a file of that text."""
    suite.write("tests/test_till.py", text)
    read = json.loads(suite.lint("--select", rule, "--format", "json").out)
    return [problem["severity"] for problem in read["problems"]]


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        ("def test_a_till_opens_and_closes(till): ...", "Q102", "error"),
        ("def test_a_till_is_opened_and_shut_down(till): ...", "Q102", ""),
        ("def test_a_till_is_opened_and_locked(till): ...", "Q102", "info"),
        ("def test_name_and_email_are_wanted(till): ...", "Q102", ""),
        (BATCH.format("1"), "Q103", "error"),
        (BATCH.format("batch"), "Q103", "info"),
        ("def test_all_tills_are_open(till): ...", "Q103", "warning"),
        ("def test_a_till_opens(till):\n    for day in 1, 2:\n        till.open(day)", "Q202", "error"),
        (
            "def test_a_till_opens(till):\n    days = till.days()\n    for day in days:\n        day.open()",
            "Q202",
            "warning",
        ),
        (
            "def test_a_till_opens(till):\n    days = []\n    for day in 1, 2:\n        days.append(day)",
            "Q202",
            "warning",
        ),
        (
            "import pytest\ndef test_a_till(till):\n    with pytest.raises(ValueError): till()",
            "Q304",
            "warning",
        ),
        ("def test_a_till(till):\n    try: till()\n    except ValueError: pass", "Q304", "error"),
        ("def test_a_till(till):\n    print(till)", "Q608", "warning"),
        ("def test_a_till(till):\n    breakpoint()", "Q608", "error"),
    ],
)
def test_a_case_weighs(suite: Suite, text: str, rule: str, severity: str) -> None:
    assert "".join(severities(suite, text, rule)) == severity


@pytest.mark.parametrize("folder", ["e2e", "tests/e2e", "functional"])
def test_a_conjunction_is_for_information_in_end_to_end_tests(suite: Suite, folder: str) -> None:
    suite.write(f"tests/{folder}/test_till.py", "def test_a_till_opens_and_closes(till): ...\n")

    read = json.loads(suite.lint("--select", "Q102", "--format", "json").out)

    assert [problem["severity"] for problem in read["problems"]] == ["info"]


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("name_words = 4", "def test_a_till_opens(till): ..."),
        ("lines = 1", "def test_a_till_opens(till):\n    till()\n    till()"),
        ("assertions = 1", "def test_a_till_opens(a, b):\n    assert a == 1\n    assert b == 1"),
        ("dict_keys = 1", "def test_a_till_opens(a):\n    assert a == {1: 1, 2: 2}"),
        ("list_items = 1", "def test_a_till_opens(a):\n    assert a == [1, 2]"),
        ("unspaced_lines = 1", "def test_a_till_opens(a):\n    a()\n    assert a == 1"),
    ],
)
def test_a_threshold_can_be_set(suite: Suite, setting: str, text: str) -> None:
    suite.write("tests/test_till.py", text + "\n")
    before = suite.lint("--select", "Q1", "--select", "Q2", "--select", "Q6", "--fail-on", "info")
    suite.write("pyproject.toml", f"[tool.troth.lint.thresholds]\n{setting}\n")

    after = suite.lint("--select", "Q1", "--select", "Q2", "--select", "Q6", "--fail-on", "info")

    assert (before.status, after.status) == (0, 1)


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ('terms = ["opens_and_closes"]', "def test_a_till_opens_and_closes(till): ..."),
        ('terms = ["deep_sea"]', "def test_a_deep_sea_till(till): ..."),
        ('forbidden_tokens = ["misc"]', "def test_a_deep_till_opens(till): ..."),
        ('conjunctions = ["or"]', "def test_a_till_opens_and_closes(till): ..."),
        (
            'markers = ["goes_on"]',
            "import pytest\n@pytest.mark.goes_on\ndef test_a_till_opens(till):\n"
            "    till.open(1)\n    assert till == 1\n    till.open(2)\n    assert till == 2",
        ),
    ],
)
def test_a_setting_takes_a_case_out(suite: Suite, setting: str, text: str) -> None:
    suite.write("tests/test_till.py", text + "\n")
    before = suite.lint("--select", "Q1", "--select", "Q204")
    suite.write("pyproject.toml", f"[tool.troth.lint]\n{setting}\n")

    after = suite.lint("--select", "Q1", "--select", "Q204")

    assert (before.status, after.status) == (1, 0)
