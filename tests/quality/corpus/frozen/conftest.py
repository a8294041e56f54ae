"""A clock that stands still for all tests below, and for those that ask."""

import random

import pytest
from freezegun import freeze_time


@pytest.fixture(autouse=True)
def stopped():
    with freeze_time("2026-01-01"):
        yield


@pytest.fixture
def seeded():
    random.seed(3)
