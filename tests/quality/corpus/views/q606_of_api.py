# rules: Q606
"""An api is a layer of views."""

from shop.api.books import router


def test_router_has_books():
    assert router.paths == ["/books"]
