"""What was seen: one file a scenario, VCR format, redacted, with where it came from."""

from troth.cassettes.check import check_cassettes

__all__ = ["check_cassettes"]
