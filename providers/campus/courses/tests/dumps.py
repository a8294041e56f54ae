"""Rows as ``manage.py loaddata`` brings them."""

from __future__ import annotations

from django.core import serializers


def load(dump: str) -> None:
    """Save what a dump in JSON holds, as raw as a fixture file is loaded."""
    for loaded in serializers.deserialize("json", dump):
        loaded.save()
