# rules: Q401 Q402
"""A fixture of conftest.py stops the clock."""

import random
from datetime import datetime

from shop import till


def test_till_opens_while_the_clock_stands():
    assert till(datetime.now()).is_open()


def test_till_draws_with_the_seed_of_a_fixture(seeded):
    assert till(random.random()).is_open()


def test_till_draws_without_a_seed():
    assert till(random.random()).is_open()  # expect: Q402
