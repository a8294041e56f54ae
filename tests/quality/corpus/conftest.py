"""Fixtures of the corpus."""

import pytest


@pytest.fixture
def checked_till():
    """A till whose use asserts something, in a function that the fixture hands out."""

    def use(coin):
        assert coin > 0
        return coin

    return use
