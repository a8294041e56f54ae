# rules: Q502
"""Mocks that stand for something. What flake8-mock-spec finds is expected here too."""

from unittest.mock import AsyncMock, MagicMock, Mock, NonCallableMock, PropertyMock, create_autospec, patch

import pytest
from campus import till
from campus.till import Till


def test_total_takes_a_mock_of_anything():
    assert till.price(Mock())  # expect: Q502


def test_total_takes_mocks_of_each_kind():
    given = [MagicMock(), 1]  # expect: Q502
    given.append(AsyncMock())  # expect: Q502
    given.append(NonCallableMock())  # expect: Q502

    assert till.price(given)


@patch("campus.till.note")  # expect: Q502
def test_total_is_noted(note):
    assert till.price(3)


def test_total_has_a_mock_for_a_spec():
    drawer = Mock(spec=Till)

    assert till.price(Mock(spec=drawer))  # expect: Q502


@patch("campus.till.note", autospec=True)
def test_total_has_a_patched_spec(note):
    assert till.price(MagicMock(spec_set=note))  # expect: Q502


def test_total_has_a_fresh_mock_for_a_spec():
    given = Mock(spec=Mock(spec=Till))  # expect: Q502

    assert till.price(given)


# Near misses.


def test_total_takes_a_till():
    assert till.price(Mock(spec=Till))


def test_total_takes_a_till_and_no_more():
    assert till.price(MagicMock(spec_set=["total"]))


@patch("campus.till.note", autospec=True)
@patch("campus.till.fetch_rate", spec=Till)
def test_total_is_noted_by_its_kind(fetch_rate, note):
    assert till.price(3)


@patch("campus.till.note", print)
def test_total_is_noted_by_another():
    assert till.price(3)


def test_total_is_a_property():
    assert type("Sub", (), {"total": PropertyMock(return_value=3)})().total == 3


def test_total_is_of_its_kind():
    assert till.price(create_autospec(Till))


@pytest.fixture
def drawer(mocker):
    return mocker.patch.object(till, "note", autospec=True)


def test_total_takes_a_drawer(drawer):
    assert till.price(drawer)


# Suppressed.


def test_total_takes_anything():
    assert till.price(Mock())  # troth: ignore[Q502] anything at all is allowed here
