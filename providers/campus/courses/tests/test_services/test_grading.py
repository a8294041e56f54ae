"""What an answer is worth."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.services.grading import mark, share_of_blanks, share_of_choice

unhurried = settings(deadline=None)
keys = st.sets(st.sampled_from("abcdef"))
blanks = st.lists(st.lists(st.sampled_from(["O(n)", "linear", "stack", "O(1)"]), min_size=1), max_size=6)


@pytest.mark.parametrize(
    ("given_keys", "right", "share"),
    [
        (["b"], ["b"], 1),
        (["c", "b"], ["b", "c"], 1),
        (["b", "b"], ["b"], 1),
        ([], [], 1),
        (["b"], ["b", "c"], 0),
        (["a", "b", "c"], ["b", "c"], 0),
        ([], ["b"], 0),
        (["B"], ["b"], 0),
        (["z"], ["b"], 0),
    ],
)
def test_a_choice_is_right_or_wrong(given_keys: list[str], right: list[str], share: int) -> None:
    assert share_of_choice(given_keys, right) == share


@unhurried
@given(keys, keys)
def test_a_choice_is_right_when_nothing_is_missing_or_too_much(chosen: set[str], right: set[str]) -> None:
    assert (share_of_choice(sorted(chosen), sorted(right)) == 1) == (chosen == right)


@pytest.mark.parametrize(
    ("texts", "right", "share"),
    [
        (["O(n)", "stack"], [["O(n)", "linear"], ["stack"]], Fraction(1)),
        (["linear", "stack"], [["O(n)", "linear"], ["stack"]], Fraction(1)),
        ([" linear\t", "stack\n"], [["O(n)", "linear"], [" stack"]], Fraction(1)),
        (["linear", "queue"], [["O(n)", "linear"], ["stack"]], Fraction(1, 2)),
        (["stack", "linear"], [["O(n)", "linear"], ["stack"]], Fraction(0)),
        (["linear"], [["O(n)", "linear"], ["stack"]], Fraction(1, 2)),
        (["o(n)"], [["O(n)"]], Fraction(0)),
        (["1", "2", "0"], [["1"], ["2"], ["3"]], Fraction(2, 3)),
        ([], [["O(n)"]], Fraction(0)),
        ([""], [["O(n)"]], Fraction(0)),
        ([], [], Fraction(0)),
        (["é"], [["é"]], Fraction(1)),
    ],
)
def test_each_blank_counts_the_same(texts: list[str], right: list[list[str]], share: Fraction) -> None:
    assert share_of_blanks(texts, right) == share


@unhurried
@given(blanks)
def test_the_first_allowed_text_of_each_blank_is_right(right: list[list[str]]) -> None:
    texts = [allowed[0] for allowed in right]

    assert share_of_blanks(texts, right) == bool(right)


@unhurried
@given(blanks, st.lists(st.text(max_size=8), max_size=6))
def test_a_share_is_one_of_its_blanks(right: list[list[str]], texts: list[str]) -> None:
    share = share_of_blanks(texts, right)

    assert 0 <= share <= 1
    assert (share * max(len(right), 1)).denominator == 1


@pytest.mark.parametrize(
    ("share", "worth", "score", "percentage"),
    [
        (Fraction(1), 10, "10.00", 100.0),
        (Fraction(0), 10, "0.00", 0.0),
        (Fraction(1, 3), 10, "3.33", 33.33),
        (Fraction(2, 3), 10, "6.67", 66.67),
        (Fraction(1, 8), 1, "0.13", 12.5),
        (Fraction(1, 200), 1, "0.01", 0.5),
        (Fraction(1), 9999, "9999.00", 100.0),
    ],
)
@pytest.mark.case("A081")
def test_points_are_rounded_to_a_hundredth_and_halves_up(
    share: Fraction, worth: int, score: str, percentage: float
) -> None:
    found = mark(share, worth)

    assert (found.score, found.correct_percentage) == (Decimal(score), percentage)


@pytest.mark.parametrize(("share", "right"), [(Fraction(1), True), (Fraction(99, 100), False)])
def test_only_a_whole_answer_is_right(share: Fraction, *, right: bool) -> None:
    assert mark(share, 10).is_correct is right


@unhurried
@given(st.fractions(0, 1), st.integers(1, 9999))
def test_a_score_is_never_more_than_the_problem_is_worth(share: Fraction, worth: int) -> None:
    found = mark(share, worth)

    assert 0 <= found.score <= worth
    assert abs(found.score - Decimal(worth * share.numerator) / share.denominator) <= Decimal("0.005")
