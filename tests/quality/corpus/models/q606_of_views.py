# rules: Q606
"""In the folder of one layer, about another."""

import pytest
from shop.views import BookView  # expect: Q606


def test_view_shows_a_book():
    assert BookView("a").show() == "a"


@pytest.fixture
def view():
    return BookView("a")
