"""A small shop with its tests, to be measured and triaged."""

from __future__ import annotations

SOURCES = {
    "pyproject.toml": "[tool.troth]\n\n[tool.pytest.ini_options]\n",
    ".gitignore": ".troth/\n__pycache__/\n.pytest_cache/\n*.json\n",
    "shop/__init__.py": "",
    "shop/views.py": """\
from shop.models import Till


def pay(till: Till, cents: int) -> int:
    if cents < 0:
        return 400
    till.add(cents)
    return 200


def refund(till: Till, cents: int) -> int:
    till.cents -= cents
    return 200
""",
    "shop/models.py": """\
class Till:
    def __init__(self) -> None:
        self.cents = 0

    def add(self, cents: int) -> None:
        if cents < 0:
            raise ValueError(cents)
        if cents:
            self.cents += cents
""",
    "shop/utils.py": """\
def euros(cents: int) -> str:
    return f"{cents / 100:.2f}"
""",
    "shop/tasks.py": """\
from shop.models import Till


def close(till: Till) -> int:
    return till.cents
""",
}

TESTS = {
    "tests/shop/test_models.py": """\
from shop.models import Till


def test_a_till_adds_what_it_is_given() -> None:
    till = Till()

    till.add(5)

    assert till.cents == 5
""",
    "tests/shop/test_utils.py": """\
import pytest

from shop.utils import euros


@pytest.mark.parametrize(("cents", "shown"), [pytest.param(0, "0.00", id="nothing"), (250, "2.50")])
def test_euros_have_two_digits(cents: int, shown: str) -> None:
    assert euros(cents) == shown


def test_euros_of_text_are_an_error() -> None:
    with pytest.raises(TypeError):
        euros("2")


def test_euros_are_shown() -> None:
    assert euros(250) == "2.50"
""",
}
"""The tests that there are at first: of the tasks and the views there are none."""

BATCH = {
    "tests/shop/test_views.py": """\
from shop.models import Till
from shop.views import pay


def test_pay_fills_the_till() -> None:
    till = Till()

    status = pay(till, 5)

    assert (status, till.cents) == (200, 5)


def test_pay_refuses_less_than_nothing() -> None:
    assert pay(Till(), -1) == 400
""",
}
"""What a batch adds."""
