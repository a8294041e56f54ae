"""Every rule, in the order of the standard. A new one is written into this tuple."""

from __future__ import annotations

from troth.quality.rule import Rule
from troth.quality.rules import acts, flow, hygiene, names, size, trust

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *flow.RULES,
    *acts.RULES,
    *trust.RULES,
    *size.RULES,
    *hygiene.RULES,
)
"""All rules."""


def known() -> dict[str, Rule]:
    """The rules by id."""
    return {rule.id: rule for rule in RULES}
