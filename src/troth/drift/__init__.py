"""A contract beside its vendor's own document: OpenAPI, or Google's discovery."""

from troth.drift.document import parse
from troth.drift.fetch import load
from troth.drift.run import Drift, drift

__all__ = ["Drift", "drift", "load", "parse"]
