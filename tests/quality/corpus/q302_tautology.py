# rules: Q302
"""Assertions that cannot fail, and statuses of which any will do."""

from http import HTTPStatus
from unittest import TestCase

import pytest
from rest_framework import status
from shop import till


def test_till_is_true():
    till()

    assert True  # expect: Q302


def test_till_has_a_text():
    assert "the till is open"  # expect: Q302


def test_till_equals_itself():
    drawer = till()

    assert drawer.total == drawer.total  # expect: Q302


def test_till_or_whatever():
    assert till().is_open() or True  # expect: Q302


def test_till_in_a_tuple():
    assert (till().is_open(), "the till is shut")  # expect: Q302


def test_till_has_no_less_than_nothing():
    assert len(till().coins) >= 0  # expect: Q302


def test_till_compares_and_forgets():
    till().total == 1  # expect: Q302


def test_till_succeeds_or_fails(client):
    assert client.get("/till").status_code in (200, 400, 404)  # expect: Q302


def test_till_knows_you_or_not(client):
    assert client.get("/till").status_code in [401, 403]  # expect: Q302


def test_till_succeeds_or_fails_by_name(client):
    assert client.get("/till").status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}  # expect: Q302


def test_till_succeeds_or_fails_by_constant(client):
    answer = client.get("/till")

    assert answer.status_code in (status.HTTP_200_OK, status.HTTP_500_INTERNAL_SERVER_ERROR)  # expect: Q302


def test_till_succeeds_or_fails_in_words(client):
    answer = client.get("/till")

    assert answer.status_code == 200 or answer.status_code == 404  # expect: Q302


async def test_till_is_true_at_night():
    await till()

    assert 1  # expect: Q302


class Tills(TestCase):
    def test_till_is_true_by_unittest(self):
        self.assertTrue(True)  # expect: Q302

    def test_till_equals_itself_by_unittest(self):
        drawer = till()

        self.assertEqual(drawer, drawer)  # expect: Q302

    def test_till_succeeds_or_fails_by_unittest(self):
        self.assertIn(till().status, [200, 404])  # expect: Q302


# Near misses.


def test_till_status_is_one_of_success(client):
    assert client.get("/till").status_code in (200, 204)


def test_till_fails_in_one_of_two_ways(client):
    assert client.get("/till").status_code in (502, 503)


def test_till_width_is_usual():
    assert till().width in (200, 400)


def test_till_gives_a_new_id_each_time():
    assert till().next_id() != till().next_id()


def test_till_is_equal_to_a_copy():
    drawer = till()

    assert drawer == drawer.copy()


def test_till_cannot_be_compared():
    with pytest.raises(TypeError, match="compare"):
        till() < 1


def test_till_is_this_or_that():
    assert till().name == "this" or till().name == "that"


# Suppressed.


def test_till_status_depends_on_the_proxy(client):
    # troth: ignore[Q302] the proxy of the runners hides it
    assert client.get("/till").status_code in (200, 404)
