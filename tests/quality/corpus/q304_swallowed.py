# rules: Q304
"""Failures that are caught and kept, and clean-up that may."""

import contextlib
import logging
from contextlib import suppress as let_pass
from unittest import TestCase

import pytest
from shop import till

log = logging.getLogger(__name__)


def test_till_sells_or_not():
    try:
        till().sell(0)
    except ValueError:  # expect: Q304
        pass

    assert till().total == 0


def test_till_failure_is_logged():
    try:
        till().sell(0)
    except ValueError as error:  # expect: Q304
        log.warning("it failed: %s", error)

    assert till().total == 0


def test_till_failures_are_passed_over():
    for coin in (0, 1):
        try:
            till().sell(coin)
        except ValueError:  # expect: Q304
            continue

    assert till().total == 1


def test_till_lets_anything_pass():
    with contextlib.suppress(Exception):  # expect: Q304
        till().sell(0)

    assert till().total == 0


def test_till_lets_anything_pass_by_another_name():
    with let_pass(ValueError):  # expect: Q304
        till().sell(0)

    assert till().total == 0


def test_till_raises_something():
    with pytest.raises(Exception):  # expect: Q304
        till().sell(0)


def test_till_raises_a_value_error_of_any_kind():
    with pytest.raises(ValueError):  # expect: Q304
        till().sell(0)


def test_till_raises_somewhere_in_here():
    with pytest.raises(ValueError, match="zero"):  # expect: Q304
        drawer = till()
        drawer.open()
        drawer.sell(0)


async def test_till_sells_or_not_at_night():
    try:
        await till().sell(0)
    except:  # expect: Q304
        pass

    assert till().total == 0


class Tills(TestCase):
    def test_till_raises_something_by_unittest(self):
        with self.assertRaises(Exception):  # expect: Q304
            till().sell(0)


@pytest.fixture
def sold():
    try:
        drawer = till().sell(0)
    except ValueError:  # expect: Q304
        pass
    return drawer


# Near misses.


def test_till_is_shut_at_the_end():
    drawer = till()
    try:
        assert drawer.sell(1) == 1
    finally:
        try:
            drawer.shut()
        except OSError:
            pass


def test_till_is_removed_at_the_end():
    drawer = till()

    assert drawer.sell(1) == 1
    with contextlib.suppress(OSError):
        drawer.remove()


@pytest.fixture
def drawer():
    made = till()
    yield made
    with contextlib.suppress(OSError):
        made.remove()


def test_till_raises_its_own_error():
    with pytest.raises(till.Shut):
        till().sell(0)


def test_till_raises_a_value_error_of_zero():
    with pytest.raises(ValueError, match="zero"):
        till().sell(0)


def test_till_raises_what_is_looked_at():
    with pytest.raises(ValueError) as raised:
        till().sell(0)

    assert str(raised.value) == "zero"


def test_till_keeps_its_failure():
    failure = None
    try:
        till().sell(0)
    except ValueError as error:
        failure = error

    assert str(failure) == "zero"


def test_till_is_given_a_stub_that_fails():
    def sell(coin):
        try:
            return till().sell(coin)
        except ValueError:
            pass

    assert till(sell=sell).total == 0


# Suppressed.


def test_till_may_be_gone():
    with contextlib.suppress(till.Gone):  # troth: ignore[Q304] whether it is gone is up to another process
        till().sell(1)

    assert till().total in (0, 1)
