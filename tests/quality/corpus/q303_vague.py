# rules: Q303
"""Assertions that anything but nothing passes."""

import re

from shop import can_sell, price_of, till


def is_it_open(day: str) -> bool:
    return bool(till(day))


def test_till_has_an_answer():
    answer = till().sell(1)

    assert answer  # expect: Q303


def test_till_has_coins():
    assert till().coins  # expect: Q303


def test_till_gives_a_price():
    assert price_of(till())  # expect: Q303


async def test_till_streams_a_price():
    assert await till().price()  # expect: Q303


def test_till_has_data(client):
    assert client.get("/till").json()["data"]  # expect: Q303


class TestTill:
    class TestAtNight:
        def test_till_has_coins_at_night(self):
            assert till("night").coins  # expect: Q303


# Near misses.


def test_till_is_valid():
    assert till().is_valid()


def test_till_exists_here():
    assert till().path.exists()


def test_till_tells_its_printer(printer):
    till(printer).open()

    assert printer.print.called


def test_till_can_sell():
    assert can_sell(till())


def test_till_has_permission():
    assert till().has_permission


def test_till_is_open_by_a_helper():
    assert is_it_open("monday")


def test_till_answers_with_a_number():
    assert re.search(r"\d+", till().receipt)


def test_till_is_finished():
    assert till().finished


def test_till_passes_its_checks():
    assert till().passes()


def test_till_holds_a_comparison():
    same = till().total == 1

    assert same


def test_till_is_of_a_kind():
    assert isinstance(till(), object | int)


def test_till_is_guarded_first():
    found = re.search(r"(\d+)", till().receipt).groups()

    assert found
    assert found[0] == "1"


def test_till_drawer_is_taken_apart():
    drawer = till()

    assert drawer.lock
    drawer.lock.open()

    assert drawer.coins == []


def test_till_is_not_empty():
    assert not till().errors


def test_till_tells_its_stub():
    complete = False

    def finish():
        nonlocal complete
        complete = True

    till().run(finish)

    assert complete


def test_till_flag_is_given(flag: bool):
    assert flag


# Suppressed.


def test_till_gives_some_token():
    assert till().token  # troth: ignore[Q303] a random token: that it is there is all that can be said
