# rules: Q607
"""Tests that do not run, with and without a reason."""

import sys
import unittest

import pytest
from shop import till

# def test_till_was_here_once():  # expect: Q607
#     assert till().total == 1


@pytest.mark.skip  # expect: Q607
def test_till_is_skipped():
    assert till().total == 1


@pytest.mark.skip()  # expect: Q607
def test_till_is_skipped_by_a_call():
    assert till().total == 1


@pytest.mark.skipif(till is None)  # expect: Q607
def test_till_is_skipped_if_there_is_none():
    assert till().total == 1


@pytest.mark.xfail  # expect: Q607
def test_till_is_expected_to_fail():
    assert till().total == 2


@pytest.mark.xfail(reason="the till cannot count")  # expect: Q607
async def test_till_may_fail():
    assert await till().total() == 2


@pytest.mark.xfail(strict=True)  # expect: Q607
def test_till_fails_for_no_reason():
    assert till().total == 2


def test_till_is_left_out_by_hand():
    pytest.skip()  # expect: Q607


@pytest.mark.parametrize("coin", [1, pytest.param(2, marks=pytest.mark.skip)])  # expect: Q607
def test_till_takes_some_coins(coin):
    assert till().take(coin) == 1


class Tills(unittest.TestCase):
    @unittest.skip("")  # expect: Q607
    def test_till_is_skipped_by_unittest(self):
        self.assertEqual(till().total, 1)

    @unittest.expectedFailure  # expect: Q607
    def test_till_is_expected_to_fail_by_unittest(self):
        self.assertEqual(till().total, 2)


# Near misses.


@pytest.mark.skip(reason="the till is being repaired")
def test_till_is_skipped_with_a_reason():
    assert till().total == 1


@pytest.mark.skip("the till is being repaired")
def test_till_is_skipped_with_a_reason_in_its_place():
    assert till().total == 1


@pytest.mark.skipif(sys.platform == "win32")
def test_till_runs_elsewhere():
    assert till().total == 1


@pytest.mark.xfail(strict=True, reason="the till cannot count")
def test_till_fails_for_a_reason():
    assert till().total == 2


def test_till_needs_a_printer():
    pytest.skip("no printer here")


# what the tests define is told elsewhere: def of a test, class of tests


class OtherTills(unittest.TestCase):
    @unittest.skipIf(sys.platform == "win32", "no tills there")
    def test_till_runs_with_a_reason(self):
        self.assertEqual(till().total, 1)


# Suppressed.


@pytest.mark.skip  # troth: ignore[Q607] the reason is in the name of the mark's list, which a hook prints
def test_till_is_skipped_by_a_list():
    assert till().total == 1
