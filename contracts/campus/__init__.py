"""The contract of campus: what its consumers read. The service's own schemas know nothing of it."""

from contracts.campus.operations import campus

__all__ = ["campus"]
