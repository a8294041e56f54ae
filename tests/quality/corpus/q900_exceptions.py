# rules: Q201 Q202 Q900 Q901
"""Exceptions: with a reason, of a rule that is known, and of something that is there."""

import pytest
from shop import till


def test_till_gives_no_reason(day):
    if day:  # troth: ignore[Q201]  # expect: Q201, Q900
        till().open()

    assert till().is_open()


def test_till_gives_an_empty_reason(day):
    if day:  # troth: ignore[Q201] -  # expect: Q201, Q900
        till().open()

    assert till().is_open()


def test_till_names_no_rule(day):
    if day:  # troth: ignore because it has to be  # expect: Q201, Q900
        till().open()

    assert till().is_open()


def test_till_names_an_unknown_rule(day):
    if day:  # troth: ignore[Q999] because it has to be  # expect: Q201, Q900
        till().open()

    assert till().is_open()


def test_till_excepts_nothing():
    till().open()  # troth: ignore[Q201] there was an if once  # expect: Q901

    assert till().is_open()


def test_till_excepts_one_of_two(day):
    if day:  # troth: ignore[Q201, Q202] both were here once  # expect: Q901
        till().open()

    assert till().is_open()


# Near misses.


def test_till_excepts_both(day):  # troth: ignore[Q201, Q202] the protocol of the till wants it this way
    if day:
        for coin in (1, 2):
            till().take(coin)

    assert till().is_open()


def test_till_excepts_the_line_below(day):
    # troth: ignore[Q201] a comment of its own line, where the line is too long for one
    if day:
        till().open()

    assert till().is_open()


@pytest.mark.parametrize(
    "day",
    [1, 2],  # troth: ignore[Q201] a table belongs to the head of its test
)
def test_till_excepts_from_its_table(day):
    if day:
        till().open()

    assert till().is_open()


def test_till_excepts_at_the_end_of_a_statement(day):
    till().open(
        1 if day else 2,
    )  # troth: ignore[Q201] the statement is the one that the comment stands in

    assert till().is_open()


def test_till_excepts_a_statement_alone(day):
    till().open(1)  # troth: ignore[Q201] speaks of this line and not of the next  # expect: Q901
    till().open(1 if day else 2)  # expect: Q201

    assert till().is_open()


TEXT = "# troth: ignore[Q201]"
"""A text that looks like an exception, and is none."""
