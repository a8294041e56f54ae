# rules: Q606
"""Without a layer's folder there is no wrong one."""

from shop.models import Book


def test_model_has_a_name():
    assert Book("a").name == "a"
