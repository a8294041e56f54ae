# rules: Q505
"""Tests of the whole, in which our own code is to run."""

from unittest.mock import patch

import pytest
from campus import till


def test_price_has_no_rate():
    with patch("campus.till.fetch_rate", return_value=2):  # expect: Q505
        assert till.price(3) == 6


@patch.object(till, "note")  # expect: Q505
def test_price_is_not_noted(note):
    assert till.price(3) == 6


@pytest.fixture
def rate(mocker):
    mocker.patch("campus.rates.fetch_rate", return_value=2)


def test_price_has_the_rate_of_a_fixture(rate):  # expect: Q505
    assert till.price(3) == 6


@patch("campus.till.smtplib.SMTP")
@patch("campus.till.requests.get")
@patch("socket.socket")
def test_price_has_three_mocks(*mocks):  # expect: Q505
    assert till.price(3) == 6


# Near misses.


@patch("campus.till.smtplib.SMTP")
@patch("campus.till.requests.get")
def test_price_reaches_nobody(*mocks):
    assert till.price(3) == 6


@patch("campus.till.datetime.datetime")
@patch("campus.till.sleep")
@patch("campus.till.requests.post")
@patch("requests.get")
def test_price_has_a_clock(*mocks):
    assert till.price(3) == 6


def test_price_has_a_limit(settings, mocker):
    mocker.patch("campus.till.LIMIT", 5)

    assert till.price(3) == 6


# Suppressed.


def test_price_has_a_rate_of_its_own():
    # troth: ignore[Q505] the rates come from a machine that is not there in tests
    with patch("campus.till.fetch_rate", return_value=2):
        assert till.price(3) == 6
