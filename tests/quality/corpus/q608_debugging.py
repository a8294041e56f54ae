# rules: Q608
"""What is left of debugging."""

from pprint import pprint

import pytest
from shop import till


def test_till_prints_its_answer():
    answer = till().sell(1)
    print(answer)  # expect: Q608

    assert answer == 1


async def test_till_prints_prettily():
    answer = await till().sell(1)
    pprint(answer)  # expect: Q608

    assert answer == 1


def test_till_stops_here():
    breakpoint()  # expect: Q608

    assert till().sell(1) == 1


def test_till_is_debugged():
    import pdb  # expect: Q608

    pdb.set_trace()  # expect: Q608
    assert till().sell(1) == 1


@pytest.fixture
def drawer():
    print("a drawer")  # expect: Q608
    return till()


# Near misses.


def test_till_prints_a_receipt(capsys):
    till().print_receipt()

    assert capsys.readouterr().out == "1\n"


def test_till_captures_what_a_plugin_prints(capsys):
    def plugin():
        print("plugin")

    till(plugin).open()

    assert capsys.readouterr().out == "plugin\n"


def test_till_has_a_printer(printer):
    printer.print("1")

    assert printer.printed == ["1"]


# Suppressed.


def test_till_progress_is_shown():
    print("this takes a minute")  # troth: ignore[Q608] whoever waits for the hardware has to know

    assert till().sell(1) == 1
