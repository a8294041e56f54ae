"""Every rule, in the order of the standard. A new one is written into this tuple."""

from __future__ import annotations

from troth.quality.rule import Rule
from troth.quality.rules import (
    acts,
    clocks,
    contracts,
    fixtures,
    flow,
    hygiene,
    mocks,
    names,
    order,
    outside,
    overmocking,
    process,
    randomness,
    size,
    suites,
    trust,
    waiting,
)

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *flow.RULES,
    *acts.RULES,
    *trust.RULES,
    *clocks.RULES,
    *randomness.RULES,
    *waiting.RULES,
    *outside.RULES,
    *order.RULES,
    *process.RULES,
    *mocks.RULES,
    *overmocking.RULES,
    *fixtures.RULES,
    *size.RULES,
    *suites.RULES,
    *hygiene.RULES,
    *contracts.RULES,
)
"""All rules."""


def known() -> dict[str, Rule]:
    """The rules by id."""
    return {rule.id: rule for rule in RULES}
