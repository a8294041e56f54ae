"""The rules find what the golden corpus says is to be found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.lint_corpus import CORPUS, expected, files, found, look, scores
from troth.quality.rules import RULES


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(CORPUS).as_posix())
def test_a_file_has_the_problems_that_it_expects(path: Path) -> None:
    seen = found(path)

    assert sorted(seen.elements()) == sorted(expected(path).elements())


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_every_rule_is_expected_somewhere(rule: str) -> None:
    wanted = {named for path in files() for _, _, named in expected(path)}

    assert rule in wanted


def test_every_rule_is_suppressed_somewhere() -> None:
    held = {each.smell.rule for path in files() for each in look(path).suppressed}

    assert [rule.id for rule in RULES if rule.id not in held] == []


def test_a_false_alarm_costs_precision_and_a_miss_recall(tmp_path: Path) -> None:
    lines = [
        "def test_the_till_is_open():",
        "    for each in tills:",
        "        assert each",
        "    assert tills  # expect: Q201",
    ]
    (tmp_path / "till.py").write_text("# rules: Q201 Q202\n" + "\n".join(lines), encoding="utf-8")

    made = scores(tmp_path)

    assert (made["Q202"].precision, made["Q202"].recall) == (0.0, 1.0)
    assert (made["Q201"].precision, made["Q201"].recall) == (1.0, 0.0)
