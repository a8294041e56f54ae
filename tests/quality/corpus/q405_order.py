# rules: Q405
"""What one test leaves for the next, and what it does not."""

import pytest
import shop
from shop import cart, registry
from shop.till import RATES, Till

SEEN = []
PRICES = {"a": 1}
CACHE = {}
COUNT = 0
LIMITS = (1, 2)


def test_till_is_seen():
    SEEN.append(Till("a"))  # expect: Q405

    assert SEEN


def test_till_price_is_kept():
    PRICES["a"] = 2  # expect: Q405

    assert Till("a").price == 2


def test_till_is_counted():
    global COUNT
    COUNT += 1  # expect: Q405

    assert COUNT


def test_till_rates_are_changed():
    RATES.update(a=2)  # expect: Q405

    assert Till("a").rate == 2


def test_till_default_is_changed():
    Till.default = 2  # expect: Q405

    assert Till("a").price == 2


def test_till_module_is_changed():
    shop.limit = 2  # expect: Q405

    assert Till("a").limit == 2


class TestTill:
    made = None

    def test_till_is_made(self):
        self.__class__.made = Till("a")  # expect: Q405

        assert self.made

    def test_till_is_made_again(self):
        type(self).made = Till("b")  # expect: Q405

        assert self.made

    kept = []

    def test_till_is_kept_by_the_class(self):
        self.kept.append(Till("b"))  # expect: Q405

        assert self.kept

    async def test_till_is_made_by_name(self):
        TestTill.made = Till("c")  # expect: Q405

        assert self.made


@pytest.mark.order(1)  # expect: Q405
def test_till_comes_first():
    assert Till("a")


@pytest.mark.run(order=2)  # expect: Q405
def test_till_comes_second():
    assert Till("a")


@pytest.mark.dependency(depends=["test_till_comes_first"])  # expect: Q405
def test_till_comes_after():
    assert Till("a")


def test_01_till_opens():  # expect: Q405
    assert Till("a")


class TestSteps:
    def test_1_till_opens(self):  # expect: Q405
        assert Till("a")

    def test_2_till_shuts(self):  # expect: Q405
        assert Till("a")


# Near misses.


@pytest.mark.run
@pytest.mark.first
def test_till_has_marks_of_its_own():
    assert Till("a")


def test_till_reads_constants():
    assert Till(LIMITS[0]).price == PRICES["b"]


def test_till_has_a_list_of_its_own():
    seen = []
    seen.append(Till("a"))

    assert seen


def test_till_is_set_up():
    till = Till("a")
    till.price = 3

    assert till.price == 3


@pytest.fixture(autouse=True)
def fresh_cache():
    CACHE.clear()
    yield


def test_till_cache_is_reset_for_each():
    CACHE["a"] = 3

    assert Till("a").price == 3


def test_till_goes_into_the_cart():
    cart.add("a")

    assert cart.total() == 1


def test_till_registry_is_put_back():
    before = registry.current
    try:
        registry.current = Till("a")
        found = Till.find()
    finally:
        registry.current = before

    assert found


class TestOwn:
    kept = []
    names = ()

    def setup_method(self):
        self.kept = []

    def test_till_is_kept_by_the_object(self):
        self.kept.append(Till("b"))
        self.others = {}
        self.others["a"] = Till("a")

        assert self.kept


class TestPrepared:
    @classmethod
    def setup_class(cls):
        cls.till = Till("a")

    def test_till_is_prepared(self):
        self.other = Till("b")

        assert self.till


def test_404_is_told_of_a_till_that_is_gone():
    assert Till("gone").status == 404


class TestAmounts:
    def test_0_tills_are_shut(self):
        assert not Till("a")


def test_4_tills_are_open():
    assert Till("a")


# Suppressed.


def test_till_remembers_for_good():
    # troth: ignore[Q405] the module forgets it by itself when the test ends
    SEEN.append(Till("a"))

    assert SEEN
