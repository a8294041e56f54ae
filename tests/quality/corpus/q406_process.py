# rules: Q406
"""What the whole process shares."""

import contextlib
import locale
import os
import signal
import sys
import unittest
import warnings
from os import environ
from unittest import mock

import pytest
from django.conf import settings
from shop import till
from shop.testing import clear_and_catch_warnings


def test_till_reads_the_environment():
    os.environ["TILL"] = "a"  # expect: Q406

    assert till().name == "a"


def test_till_reads_it_by_another_name():
    environ.update(TILL="a")  # expect: Q406

    assert till().name == "a"


def test_till_works_elsewhere(tmp_path):
    os.chdir(tmp_path)  # expect: Q406

    assert till().folder == tmp_path


def test_till_has_another_limit():
    settings.LIMIT = 3  # expect: Q406

    assert till().limit == 3


def test_till_is_found_on_a_path(tmp_path):
    sys.path.insert(0, str(tmp_path))  # expect: Q406

    assert till()


def test_till_is_replaced():
    sys.modules["shop.till"] = till  # expect: Q406

    assert till()


def test_till_speaks_another_language():
    locale.setlocale(locale.LC_ALL, "de_DE")  # expect: Q406

    assert till().name == "Kasse"


def test_till_hears_a_signal():
    signal.signal(signal.SIGTERM, till)  # expect: Q406

    assert till()


def test_till_does_not_warn():
    warnings.simplefilter("ignore")  # expect: Q406

    assert till()


@pytest.fixture
def named():
    os.environ["TILL"] = "a"  # expect: Q406


class TestTill:
    class TestAtNight:
        async def test_till_has_no_name(self):
            del os.environ["TILL"]  # expect: Q406

            assert till().name is None


# Near misses.


def test_till_has_a_limit_of_the_fixture(settings):
    settings.LIMIT = 3

    assert till().limit == 3


def test_till_has_a_name_for_now(monkeypatch):
    monkeypatch.setenv("TILL", "a")

    assert till().name == "a"


def test_till_has_a_name_in_a_patch():
    with mock.patch.dict(os.environ):
        os.environ["TILL"] = "a"

        assert till().name == "a"


@mock.patch.dict("os.environ", {})
def test_till_has_a_name_in_a_decorator():
    os.environ["TILL"] = "a"

    assert till().name == "a"


@pytest.fixture
def put_back():
    before = dict(os.environ)
    os.environ["TILL"] = "a"
    yield
    os.environ.clear()
    os.environ.update(before)


def test_till_puts_it_back_itself():
    os.environ["TILL"] = "a"
    try:
        name = till().name
    finally:
        del os.environ["TILL"]

    assert name == "a"


class Till(unittest.TestCase):
    def setUp(self):
        os.environ["TILL"] = "a"

    def tearDown(self):
        del os.environ["TILL"]

    def test_till_goes_back_to_its_folder(self):
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir("/")

        self.assertEqual(till().folder, "/")


def test_till_warns_in_a_context():
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert till()


def test_till_warns_always(recwarn):
    warnings.simplefilter("always")

    assert till()


def test_till_warns_in_a_context_of_ours():
    with clear_and_catch_warnings():
        warnings.simplefilter("error")

        assert till()


def test_till_works_elsewhere_in_a_context(tmp_path):
    with contextlib.chdir(tmp_path):
        assert till().folder == tmp_path


def test_till_asks_for_the_language():
    assert till().language == locale.setlocale(locale.LC_ALL)


def test_till_reads_what_is_there():
    assert till().name == os.environ["TILL"]


# Suppressed.


def test_till_ends_at_a_signal():
    # troth: ignore[Q406] the child that the test starts inherits it, and the parent ends with it
    signal.alarm(3)

    assert till()
