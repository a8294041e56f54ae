"""The contract of Google Cloud KMS v1."""

from contracts.kms.operations import kms

__all__ = ["kms"]
