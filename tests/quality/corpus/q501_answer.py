# rules: Q501
"""Mocks that say what they answer, and mocks that do not."""

import io
import unittest
from contextlib import ExitStack
from unittest import mock
from unittest.mock import DEFAULT, AsyncMock, MagicMock, Mock, PropertyMock, create_autospec, patch

import pytest
from campus import till
from campus.rates import Rates
from campus.till import Till


@patch("campus.till.fetch_rate")  # expect: Q501
def test_price_is_a_mock(fetch_rate):
    assert till.price(3)


@mock.patch("campus.till.fetch_rate")  # expect: Q501
@mock.patch("campus.till.requests.get")
def test_price_gets_its_mocks_from_the_bottom_up(first, second):
    first.return_value = 3

    assert till.price(3)


@patch.object(till, "fetch_rate", autospec=True)  # expect: Q501
def test_price_is_a_mock_with_a_spec(fetch_rate):
    assert till.price(3)


def test_price_is_a_mock_in_a_context():
    with patch("campus.till.fetch_rate") as fetch_rate:  # expect: Q501
        assert till.price(3)

    fetch_rate.assert_called_once_with()


def test_price_is_a_mock_without_a_name():
    with patch("campus.till.fetch_rate"):  # expect: Q501
        assert till.price(3)


def test_price_is_a_mock_of_the_plugin(mocker):
    mocker.patch("campus.till.fetch_rate")  # expect: Q501

    assert till.price(3)


def test_price_is_started():
    patcher = patch("campus.till.fetch_rate")  # expect: Q501
    patcher.start()

    assert till.price(3)


def test_price_is_entered():
    with ExitStack() as stack:
        fetch_rate = stack.enter_context(patch("campus.till.fetch_rate"))  # expect: Q501
        assert till.price(3)

    fetch_rate.assert_called_once_with()


@patch("campus.till.fetch_rate", new_callable=MagicMock)  # expect: Q501
def test_price_is_a_mock_of_a_kind(fetch_rate):
    assert till.price(3)


@patch.multiple("campus.till", fetch_rate=DEFAULT)  # expect: Q501
def test_price_is_one_of_several(fetch_rate):
    assert till.price(3)


@patch("campus.till.fetch_rate")  # expect: Q501
class TestTill:
    def test_price_is_patched_for_the_class(self, fetch_rate):
        assert till.price(3)


def test_answer_of_a_mock_is_used():
    rates = Mock()  # expect: Q501

    price = rates.fetch("a")

    assert till.price(price)


async def test_answer_of_an_async_mock_is_used():
    rates = AsyncMock()  # expect: Q501

    assert till.price(await rates.fetch("a"))


def test_answer_of_an_autospec_is_used():
    rates = create_autospec(Rates)  # expect: Q501

    assert till.price(rates.fetch("a"))


@pytest.fixture
def rates(mocker):
    mocker.patch("campus.till.fetch_rate")  # expect: Q501


# What is ignored needs no answer, and is told as information.


@patch("campus.till.note")  # expect: Q501
def test_price_is_noted(note):
    assert till.price(3) == 6


def test_till_takes_a_drawer():
    drawer = Mock()  # expect: Q501

    assert Till(drawer).total() == 2


# Near misses.


@patch("campus.till.fetch_rate", return_value=2)
def test_price_has_a_rate(fetch_rate):
    assert till.price(3) == 6


@patch("campus.till.fetch_rate", side_effect=[2])
def test_price_has_rates(fetch_rate):
    assert till.price(3) == 6


@patch("campus.till.fetch_rate", new=lambda: 2)
@patch("campus.till.note", print)
@patch("campus.till.requests.get")
def test_price_has_no_argument_for_what_is_new(get):
    get.return_value.json.return_value = {}

    assert till.price(3) == 6


@patch("campus.till.fetch_rate", wraps=lambda: 2)
def test_price_has_a_real_rate(fetch_rate):
    assert till.price(3) == 6


@patch("sys.stdout", new_callable=io.StringIO)
def test_price_is_written(written):
    assert till.price(3) == 6


@patch("campus.till.fetch_rate")
def test_price_is_told_later(fetch_rate):
    fetch_rate.return_value = 2

    assert till.price(3) == 6


@patch("campus.till.note", return_value=None)
@patch("campus.till.fetch_rate")
def test_price_is_told_by_other_names(a, b):
    a.configure_mock(return_value=2)

    assert till.price(3) == 6


def test_price_is_told_in_depth(mocker):
    get = mocker.patch("campus.till.requests.get", autospec=True)
    get.return_value.json.return_value = {"rate": 2}

    assert till.ask() == {"rate": 2}


def test_price_is_told_to_an_instance(mocker):
    smtp = mocker.patch("campus.till.smtplib.SMTP")
    instance = smtp.return_value
    instance.send_message.return_value = {}

    assert till.tell() is None


def test_price_is_told_where_it_is_used():
    with patch("campus.till.fetch_rate") as fetch_rate:
        fetch_rate.side_effect = ValueError

        with pytest.raises(ValueError, match="rate"):
            till.price(3)


def prepare(rate):
    rate.return_value = 2


def test_price_is_told_by_a_helper(mocker):
    fetch_rate = mocker.patch("campus.till.fetch_rate")
    prepare(fetch_rate)

    assert till.price(3) == 6


@patch.dict("os.environ", {"RATE": "2"})
@patch.object(till, "LIMIT", 5)
def test_price_has_a_limit():
    assert till.price(3) == 6


def test_price_is_watched(mocker):
    fetch_rate = mocker.spy(till, "fetch_rate")

    assert till.price(3) == 6
    assert fetch_rate.spy_return == 2


@pytest.fixture
def fetch_rate(mocker):
    return mocker.patch("campus.till.fetch_rate")


def test_price_is_told_to_a_fixture(fetch_rate):
    fetch_rate.return_value = 2

    assert till.price(3) == 6


@pytest.fixture
def several(mocker):
    return {"rate": mocker.patch("campus.till.fetch_rate")}


def test_price_is_told_to_one_of_several(several):
    several["rate"].return_value = 2

    assert till.price(3) == 6


class Told(unittest.TestCase):
    def setUp(self):
        self.fetch_rate = patch("campus.till.fetch_rate").start()

    def test_price_is_told_to_the_set_up(self):
        self.fetch_rate.return_value = 2

        self.assertEqual(till.price(3), 6)


def test_price_has_a_mock_with_attributes():
    rates = Mock(spec=Rates, current=2)

    assert till.price(rates.current) == 6


def test_price_is_a_property():
    with patch.object(Till, "price", new_callable=PropertyMock, return_value=2):
        assert Till().price == 2


# Suppressed.


@patch("campus.till.fetch_rate")  # troth: ignore[Q501] any object will do as a rate here
def test_price_is_anything(fetch_rate):
    assert till.price(3)
