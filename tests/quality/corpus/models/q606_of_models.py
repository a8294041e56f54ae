# rules: Q606
"""Models, with something of another layer beside them."""

from shop.models import Book
from shop.utils import text


def test_model_has_a_name():
    assert Book(text("a")).name == "a"
