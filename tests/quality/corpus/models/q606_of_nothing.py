# rules: Q606
"""Imports of no layer, and of others' packages."""

import pytest
from rest_framework.views import APIView
from shop import till


def test_till_is_a_view():
    assert isinstance(till(), APIView)
    assert pytest
