"""The contract of Pachca."""
