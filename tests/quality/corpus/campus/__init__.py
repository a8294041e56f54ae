# rules: Q501
"""A production package, so that the rules can read where a mock stands."""

from campus.till import Till

__all__ = ["Till"]
