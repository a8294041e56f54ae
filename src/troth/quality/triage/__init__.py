"""``troth triage``: what to test next, and whether a batch of tests was worth it. docs/triage.md."""
