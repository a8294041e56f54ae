"""``troth lint`` and ``troth triage``: the quality of a test suite (docs/lint.md, docs/triage.md)."""
