# rules: Q506
"""What is tested, and whether it is real."""

from unittest import mock
from unittest.mock import Mock, patch

import pytest
from campus import Till, till
from campus.rates import fetch_rate
from campus.till import price


@patch("campus.till.price", return_value=6)  # expect: Q506
def test_price_is_what_the_mock_says(mocked):
    assert price(3) == 6


def test_price_of_the_module_is_replaced():
    with patch.object(till, "price", return_value=6):  # expect: Q506
        assert till.price(3) == 6


@patch.object(Till, "count", return_value=3)  # expect: Q506
def test_total_counts_with_a_mock(count):
    assert Till().total() == 6


@mock.patch("campus.till.Till.count", return_value=3)  # expect: Q506
def test_total_counts_with_a_mock_by_name(count):
    assert Till().total() == 6


@patch("campus.till.Till")  # expect: Q506
def test_till_is_a_mock(mocked):
    assert Till().total()


def test_total_is_replaced_by_the_plugin(mocker):
    mocker.patch.object(Till, "count", return_value=3)  # expect: Q506

    assert Till().total() == 6


def test_total_of_an_object_is_replaced(monkeypatch):
    opened = Till()
    monkeypatch.setattr(opened, "count", lambda: 3)  # expect: Q506

    assert opened.total() == 6


class TestTill:
    class TestAtNight:
        async def test_total_of_a_fixture_is_replaced(self, opened, mocker):
            mocker.patch.object(opened, "count", return_value=3)  # expect: Q506

            assert await opened.total() == 6


@pytest.fixture
def filled():
    made = Till()
    made.fill()
    yield made


@patch.object(Till, "count", return_value=3)  # expect: Q506
def test_total_of_a_filled_till_is_replaced(count, filled):
    assert filled.total() == 6


@patch.object(Till, "count", return_value=3)
def test_price_has_a_till_beside_it(count, filled):
    assert till.price(filled) == 6


@pytest.fixture
def counted(mocker):
    mocker.patch("campus.till.Till.count", return_value=3)


def test_total_is_replaced_by_a_fixture(counted):  # expect: Q506
    assert Till().total() == 6


# Near misses.


@patch("campus.till.fetch_rate", return_value=2)
def test_price_has_a_rate(fetched):
    assert till.price(3) == 6


@patch("campus.till.requests.get")
def test_rate_is_asked_for(get):
    get.return_value.json.return_value = {}

    assert till.ask() == {}


@patch.object(Till, "count", wraps=lambda: 3)
def test_total_counts_for_real(count):
    assert Till().total() == 6


def test_total_is_watched(mocker):
    counted = mocker.spy(Till, "count")

    assert Till().total() == 2
    counted.assert_called_once()


def test_total_takes_a_mock():
    drawer = Mock(spec=Till)
    drawer.count = Mock(return_value=3)

    assert drawer.count() == 3


def test_limit_is_replaced(monkeypatch):
    opened = Till()
    monkeypatch.setattr(opened, "limit", 3)

    assert opened.total() == 2


def test_rate_has_its_own_value():
    assert fetch_rate() == 2


# Suppressed.


@patch.object(Till, "log")  # troth: ignore[Q506] it writes to a printer that is not there
def test_total_is_not_printed(log):
    assert Till().total() == 2
