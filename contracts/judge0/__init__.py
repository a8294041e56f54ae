"""The contract of Judge0 CE."""

from contracts.judge0.operations import judge0
from contracts.judge0.status import Status

__all__ = ["Status", "judge0"]
