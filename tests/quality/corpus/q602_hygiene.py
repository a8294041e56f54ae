# rules: Q602
"""How fixtures are built, and whether anybody uses them."""

import pytest
from shop import till


@pytest.fixture
def test_drawer():  # expect: Q602
    return till("a")


def test_drawer_is_open(test_drawer):
    assert test_drawer.is_open()


@pytest.fixture
def unused():  # expect: Q602
    return till("a")


@pytest.fixture
def checked():
    made = till("a")
    assert made.is_open()  # expect: Q602
    return made


def test_till_is_checked(checked):
    assert checked.is_open()


@pytest.fixture
def prepared():
    till("a").prepare()


def test_till_is_prepared(prepared):
    assert prepared.is_open()  # expect: Q602


@pytest.fixture
def big():  # expect: Q602
    a = till("a")
    b = till("b")
    c = till("c")
    d = till("d")
    e = till("e")
    f = till("f")
    g = till("g")
    h = till("h")
    i = till("i")
    j = till("j")
    return a, b, c, d, e, f, g, h, i, j


def test_till_is_one_of_many(big):
    assert big


@pytest.fixture
def useless():
    yield till("a")  # expect: Q602


def test_till_is_yielded(useless):
    assert useless.is_open()


class TestTill:
    class TestAtNight:
        @pytest.fixture
        async def nightly(self):  # expect: Q602
            return till("a")

        async def test_till_is_open_at_night(self):
            assert till("a").is_open()


# Near misses.


@pytest.fixture(autouse=True)
def cleaned():
    till("a").clean()


def test_till_is_clean():
    assert till("a").is_clean()


@pytest.fixture
def swept():
    till("a").sweep()


@pytest.mark.usefixtures("swept")
def test_till_is_swept():
    assert till("a").is_clean()


@pytest.fixture
def asked_by_name():
    return till("a")


def test_till_is_asked_for_by_name(request):
    assert request.getfixturevalue("asked_by_name").is_open()


@pytest.fixture
def base():
    return till("a")


@pytest.fixture
def built(base):
    return base.build()


def test_till_is_built(built):
    assert built.is_open()


@pytest.fixture(name="renamed")
def fixture_of_another_name():
    return till("a")


def test_till_has_another_name(renamed):
    assert renamed.is_open()


@pytest.fixture
def closed():
    made = till("a")
    yield made
    made.close()


def test_till_is_closed(closed):
    assert closed.is_open()


@pytest.fixture
def passed_on(base):
    yield from base.each()


def test_till_is_passed_on(passed_on):
    assert passed_on.is_open()


@pytest.fixture
def to_be_replaced():
    """Each suite gives its own."""
    raise NotImplementedError


def test_till_is_replaced(to_be_replaced):
    assert to_be_replaced.is_open()


@pytest.fixture
def django_db_setup():
    pass


@pytest.fixture
def chosen(request):
    return till(request.param)


@pytest.mark.parametrize("chosen", ["a", "b"], indirect=True)
def test_till_is_chosen(chosen):
    assert chosen.is_open()


@pytest.fixture
def told():
    made = till("a").find()
    assert made is not None
    return made


def test_till_is_told(told):
    assert told.is_open()


# Suppressed.


@pytest.fixture
def kept():  # troth: ignore[Q602] other files import it from here
    return till("a")
