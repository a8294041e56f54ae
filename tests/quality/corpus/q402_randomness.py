# rules: Q402
"""Chance with a seed, and without."""

import os
import random
import secrets
import uuid
from random import choice
from uuid import uuid4

import numpy as np
import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st
from shop import till


def test_till_price_is_drawn():
    price = random.randint(1, 9)  # expect: Q402

    assert till(price).price == price


def test_till_name_is_drawn():
    assert till(choice(["a", "b"])).is_open()  # expect: Q402


def test_till_has_prices_of_numpy():
    assert till(np.random.rand(3)).is_open()  # expect: Q402


def test_till_has_a_generator_without_a_seed():
    assert till(np.random.default_rng()).is_open()  # expect: Q402


def test_till_has_a_source_without_a_seed():
    assert till(random.Random()).is_open()  # expect: Q402


async def test_till_has_a_secret():
    secret = secrets.token_hex()  # expect: Q402

    assert await till(secret).secret == secret


def test_till_has_bytes():
    assert till(os.urandom(3)).is_open()  # expect: Q402


def test_till_id_comes_back():
    given = uuid4()  # expect: Q402

    assert till(given).id == given


def test_till_has_a_name_of_its_own():
    name = f"till-{uuid.uuid4()}"  # expect: Q402

    assert till(name).is_open()


def test_till_belongs_to_somebody():
    assert till(Faker().name()).is_open()  # expect: Q402


def test_till_is_seeded_too_late():
    price = random.random()  # expect: Q402
    random.seed(3)

    assert till(price).is_open()


def test_till_secret_has_no_seed():
    random.seed(3)

    assert till(secrets.token_hex()).is_open()  # expect: Q402


def test_till_is_seeded_by_chance():
    random.seed()

    assert till(random.random()).is_open()  # expect: Q402


@pytest.mark.parametrize("price", [random.random()])  # expect: Q402
def test_till_has_a_price_of_the_import(price):
    assert till(price).is_open()


@pytest.fixture
def name():
    return f"till-{uuid4()}"  # expect: Q402


class TestTill:
    class TestAtNight:
        def test_till_has_a_price(self):
            assert till(random.uniform(1, 2)).is_open()  # expect: Q402


# Near misses.


def test_till_price_has_a_seed():
    random.seed(3)

    assert till(random.random()).is_open()


def test_till_has_prices_of_numpy_with_a_seed():
    np.random.seed(3)

    assert till(np.random.rand(3)).is_open()


def test_till_has_a_source_with_a_seed():
    assert till(random.Random(3).random()).is_open()


def test_till_has_a_generator_with_a_seed():
    drawn = np.random.default_rng(seed=3)

    assert till(drawn.random()).is_open()


def test_till_has_a_source_of_a_fixture(rng):
    assert till(rng.random()).is_open()


def test_till_belongs_to_somebody_with_a_seed():
    fake = Faker()
    fake.seed_instance(3)

    assert till(fake.name()).is_open()


def test_till_belongs_to_the_faker_of_a_fixture(faker):
    assert till(faker.name()).is_open()


@pytest.fixture
def seeded():
    random.seed(3)


def test_till_price_has_the_seed_of_a_fixture(seeded):
    assert till(random.random()).is_open()


@given(st.integers())
def test_till_price_has_the_seed_of_hypothesis(price):
    assert till(random.choice([price, 1])).is_open()


def test_till_id_is_patched(mocker):
    mocker.patch("uuid.uuid4", return_value="a")

    assert till(uuid.uuid4()).id == "a"


def test_till_id_is_a_constant():
    assert till(uuid.UUID(int=3)).is_open()


def test_till_compares_secrets():
    assert secrets.compare_digest(till("a").secret, "b")


# Suppressed.


def test_till_takes_any_bytes():
    # troth: ignore[Q402] whatever comes must be taken
    assert till(os.urandom(3)).is_open()
