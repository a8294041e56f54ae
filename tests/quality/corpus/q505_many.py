# rules: Q505
"""Much that is replaced in one test of a unit."""

import datetime
from unittest import mock
from unittest.mock import DEFAULT, patch

import pytest
from campus import till


@patch("campus.a.one")
@patch("campus.a.two")
@patch("campus.a.three")
@patch.object(till, "four")
@patch.object(till, "five")
@mock.patch("campus.a.six")
def test_price_is_all_mocks(*mocks):  # expect: Q505
    assert till.price(3)


def test_price_is_all_contexts():  # expect: Q505
    with patch("campus.a.one"), patch("campus.a.two"), patch("campus.a.three"):
        with patch("campus.a.four"), patch("campus.a.five"), patch("campus.a.six"):
            assert till.price(3)


def test_price_is_all_of_the_plugin(mocker, monkeypatch):  # expect: Q505
    mocker.patch("campus.a.one")
    mocker.patch.object(till, "two")
    mocker.patch("campus.a.three")
    monkeypatch.setattr(till, "four", print)
    monkeypatch.setattr("campus.a.five", print)
    mocker.patch("campus.a.six")

    assert till.price(3)


def test_price_is_all_at_once():  # expect: Q505
    with patch.multiple("campus.a", one=DEFAULT, two=DEFAULT, three=DEFAULT, four=1, five=2, six=3):
        assert till.price(3)


@pytest.fixture
def replaced(mocker):
    mocker.patch("campus.a.one")
    mocker.patch("campus.a.two")
    mocker.patch("campus.a.three")
    mocker.patch("campus.a.four")
    mocker.patch("campus.a.five")


def test_price_is_replaced_by_a_fixture(replaced, mocker):  # expect: Q505
    mocker.patch("campus.a.six")

    assert till.price(3)


@patch("campus.a.one")
@patch("campus.a.two")
@patch("campus.a.three")
class TestTill:
    @patch("campus.a.four")
    @patch("campus.a.five")
    @patch("campus.a.six")
    async def test_price_is_replaced_by_the_class(self, *mocks):  # expect: Q505
        assert till.price(3)


# Near misses.


@patch("campus.a.one")
@patch("campus.a.two")
@patch("campus.a.three")
@patch("campus.a.four")
@patch("campus.a.five")
def test_price_has_five_mocks(*mocks):
    assert till.price(3)


@patch("campus.a.one")
@patch("campus.a.two")
@patch("campus.a.three")
@patch("campus.a.four")
@patch("campus.a.five")
@patch("campus.till.datetime")
@patch("campus.till.sleep")
@patch("campus.settings.LIMIT", 3)
@patch.dict("os.environ", {"LIMIT": "3"})
def test_price_has_a_clock_and_settings(*mocks):
    assert till.price(3)


def test_price_is_watched(mocker):
    mocker.spy(till, "one")
    mocker.spy(till, "two")
    mocker.spy(till, "three")
    mocker.spy(till, "four")
    mocker.spy(till, "five")
    mocker.spy(till, "six")

    assert till.price(3)


def test_price_has_a_stub_that_patches(monkeypatch):
    monkeypatch.setenv("LIMIT", "3")
    monkeypatch.setitem(till.rates, "a", 3)

    assert till.price(datetime.date(2026, 1, 1))


# Suppressed.


@patch("campus.a.one")
@patch("campus.a.two")
@patch("campus.a.three")
@patch("campus.a.four")
@patch("campus.a.five")
@patch("campus.a.six")
def test_price_is_old(*mocks):  # troth: ignore[Q505] the old till goes with the next release
    assert till.price(3)
