"""Every rule, in the order of the standard. A new one is written into this tuple."""

from __future__ import annotations

from troth.quality.rule import Rule
from troth.quality.rules import flow

RULES: tuple[Rule, ...] = (*flow.RULES,)
"""All rules."""


def known() -> dict[str, Rule]:
    """The rules by id."""
    return {rule.id: rule for rule in RULES}
