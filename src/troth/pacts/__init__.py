"""Pacts: generated from recordings, proved by the scenario itself, verified through the judging proxy."""

import os

# Before anything imports Pact, which reports its use to its makers unless it is told not to.
os.environ.setdefault("PACT_DO_NOT_TRACK", "true")
