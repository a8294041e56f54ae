# rules: Q403
"""Waiting for a time, and waiting for an event."""

import asyncio
import threading
import time
from time import sleep as pause
from unittest.mock import patch

import anyio
import pytest
import trio
from shop import till


def test_till_opens_after_a_second():
    time.sleep(1)  # expect: Q403

    assert till("a").is_open()


def test_till_opens_after_a_pause():
    pause(0.1)  # expect: Q403

    assert till("a").is_open()


async def test_till_opens_later():
    await asyncio.sleep(0.1)  # expect: Q403

    assert till("a").is_open()


async def test_till_opens_for_others():
    await anyio.sleep(1)  # expect: Q403
    await trio.sleep(1)  # expect: Q403

    assert till("a").is_open()


def test_till_page_is_shown(browser):
    browser.implicitly_wait(10)  # expect: Q403

    assert browser.find("till")


@pytest.fixture
def opened():
    made = till("a")
    time.sleep(1)  # expect: Q403
    return made


class TestTill:
    class TestAtNight:
        async def test_till_opens_there(self, seconds):
            await asyncio.sleep(seconds)  # expect: Q403

            assert till("a").is_open()


def settle():
    time.sleep(1)  # expect: Q403


def test_till_opens_when_it_has_settled():
    settle()

    assert till("a").is_open()


# Near misses.


async def test_till_lets_others_run():
    await asyncio.sleep(0)

    assert till("a").is_open()


@patch("time.sleep")
def test_till_waits_for_nobody(sleep):
    time.sleep(3)

    assert till("a").is_open()


def test_till_sleeps_in_no_time(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    time.sleep(3)

    assert till("a").is_open()


@pytest.fixture
def awake(mocker):
    return mocker.patch("time.sleep")


def test_till_sleeps_in_a_fixture(awake):
    time.sleep(3)

    assert till("a").is_open()


def test_till_asks_a_slow_stub():
    def slow():
        time.sleep(0.1)

    assert till("a", ask=slow).is_open()


class SlowDrawer:
    def count(self):
        time.sleep(0.1)


def test_till_asks_a_slow_fake():
    assert till("a", drawer=SlowDrawer()).is_open()


def answer_slowly(request):
    time.sleep(0.1)


def test_till_asks_a_slow_function():
    assert till("a", ask=answer_slowly).is_open()


def wait_until(holds, deadline):
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)


def eventually(holds):
    time.sleep(0.01)
    return holds()


def test_till_opens_in_the_end():
    made = till("a")

    wait_until(made.is_open, 3)

    assert eventually(made.is_open)


async def test_till_sleeps_in_virtual_time(autojump_clock):
    await trio.sleep(100)

    assert till("a").is_open()


def test_till_tells_when_it_opens():
    opened = threading.Event()
    till("a", told=opened.set)

    assert opened.wait(timeout=3)


# Suppressed.


def test_till_lets_the_kernel_settle():
    time.sleep(0.01)  # troth: ignore[Q403] the kernel tells nobody when the socket is gone

    assert till("a").is_open()
