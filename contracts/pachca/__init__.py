"""The contract of Pachca."""

from contracts.pachca.operations import pachca

__all__ = ["pachca"]
