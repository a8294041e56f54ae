"""Fixtures, error paths and placement: what settings say, and how problems are told."""

from __future__ import annotations

import dataclasses

import pytest

from tests.quality.conftest import Suite
from tests.quality.looking import Desk
from tests.quality.looking import desk as desk
from troth.quality.pytest_settings import PytestSettings
from troth.quality.rule import Severity

LISTED = """
def test_books_are_listed(client):
    assert client.get("/books/").status_code == 200
"""


def test_an_endpoint_without_errors_is_named(desk: Desk) -> None:
    [smell] = desk.look(LISTED, "Q605")

    assert (smell.line, smell.message) == (1, "no test asks /books/ for what it refuses")


@pytest.mark.parametrize(
    "error",
    [
        "def test_books_are_hidden(client):\n    assert client.get('/books/').status_code == 403",
        "def test_books_of_no_one(client):\n    assert client.get('/books/') == status.HTTP_404_NOT_FOUND",
        "def test_books_are_refused(client):\n    assert client.get('/books/').json() == {}",
        "def test_books_stop(client):\n    with pytest.raises(ValueError):\n        client.get('/books/')",
        "class TestIt:\n    def test_books_are_denied(self, client):\n        client.get('/books/?page=2')",
    ],
)
def test_one_error_anywhere_in_the_file_will_do(desk: Desk, error: str) -> None:
    assert desk.found(f"import pytest\n{LISTED}\n{error}\n", "Q605") == []


def test_an_error_of_another_endpoint_will_not_do(desk: Desk) -> None:
    other = (
        "class TestIt:\n    def test_tills_are_denied(self, client):\n        assert client.get('/tills/')\n"
    )

    assert desk.found(f"{LISTED}\n{other}", "Q605") == ["Q605:1"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("tests/pages/test_book.py", []),
        ("tests/rows/test_book.py", ["Q606:1"]),
        ("tests/test_book.py", ["Q606:1"]),
    ],
)
def test_layers_of_the_settings_have_their_folders(desk: Desk, name: str, found: list[str]) -> None:
    layers = {"pages": ["shop.web.*"], "rows": ["shop.db.*"]}
    text = "from shop.web.book import show\n\ndef test_book_is_shown():\n    assert show()\n"

    assert desk.found(text, "Q606", name=name, layers=layers) == found


def test_views_may_be_tested_through_a_client(desk: Desk) -> None:
    text = (
        "from shop.models import Book\n\ndef test_book_is_shown(client):\n    assert client.get('/books/')\n"
    )

    assert desk.found(text, "Q606", name="tests/views/test_book.py") == []


def test_a_folder_of_production_around_the_tests_is_no_layer_of_theirs(desk: Desk) -> None:
    text = "from shop.models import Book\n\ndef test_book_is_made():\n    assert Book()\n"

    assert desk.found(text, "Q606", name="utils/shop/tests/test_book.py") == []


def test_the_right_folder_is_told(desk: Desk) -> None:
    text = "from shop.views import show\n\ndef test_book_is_shown():\n    assert show()\n"

    [smell] = desk.look(text, "Q606", name="tests/models/test_book.py")

    assert (smell.severity, smell.hint) == (Severity.ERROR, "move it to a folder named views")


def test_a_fixture_that_a_conftest_asks_for_is_used(desk: Desk) -> None:
    desk.write(
        "tests/conftest.py", "import pytest\n\n@pytest.fixture\ndef till(drawer):\n    return drawer\n"
    )
    text = (
        "import pytest\n\n@pytest.fixture\ndef drawer():\n    return 1\n\n"
        "@pytest.fixture\ndef other():\n    return 1\n\ndef test_till(till):\n    assert till == 1\n"
    )

    assert desk.found(text, "Q602") == ["Q602:8"]


CONFTEST = "import pytest\n\n@pytest.fixture\ndef till():\n    return 1\n"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("tests/unit/test_till.py", "def test_till(till):\n    assert till", []),
        ("tests/unit/test_till.py", "@pytest.mark.usefixtures('till')\ndef test_it(): ...", []),
        ("tests/unit/conftest.py", "@pytest.fixture\ndef drawer(till):\n    return till", []),
        ("tests/unit/test_till.py", "def test_till():\n    assert tills", ["Q602:4"]),
        ("tests/unit/conftest.py", "@pytest.fixture\ndef till():\n    return 2", ["Q602:4"]),
        ("other/test_till.py", "def test_till(till):\n    assert till", ["Q602:4"]),
    ],
)
def test_a_fixture_of_a_conftest_is_asked_for_in_its_folder(
    desk: Desk, name: str, text: str, found: list[str]
) -> None:
    desk.write(name, f"import pytest\n{text}\n")

    assert desk.found(CONFTEST, "Q602", name="tests/conftest.py") == found


@pytest.mark.parametrize("name", ["vcr_config", "anyio_backend", "randomly_extra", "django_db_setup"])
def test_a_fixture_that_tells_a_plugin_something_is_used(desk: Desk, name: str) -> None:
    seeing = dataclasses.replace(desk, pytest=PytestSettings())

    assert seeing.found(CONFTEST.replace("till", name), "Q602", name="tests/conftest.py") == []


def test_a_fixture_that_replaces_one_of_a_folder_above_is_used(desk: Desk) -> None:
    desk.write("conftest.py", CONFTEST)

    assert desk.found(CONFTEST, "Q602", name="tests/conftest.py") == []


def test_a_new_file_that_asks_for_a_fixture_is_seen_through_the_cache(suite: Suite) -> None:
    suite.write("tests/conftest.py", CONFTEST)
    suite.write("tests/test_drawer.py", "def test_drawer_is_empty(drawer):\n    assert drawer == 1\n")
    before = suite.lint("--select", "Q602")
    suite.write("tests/test_till.py", "def test_till_is_full(till):\n    assert till == 1\n")

    after = suite.lint("--select", "Q602")

    assert ["asks for the fixture till" in ran.out for ran in (before, after)] == [True, False]


def test_a_fixture_of_a_conftest_without_a_value_is_told_where_it_is_used(desk: Desk) -> None:
    desk.write("tests/conftest.py", "import pytest\n\n@pytest.fixture\ndef till():\n    prepare()\n")

    [smell] = desk.look("def test_till(till):\n    assert till.open\n", "Q602")

    assert (smell.line, smell.message) == (2, "test_till uses the value of till, which gives none")


def test_larger_fixtures_are_allowed_by_a_threshold(desk: Desk) -> None:
    body = "".join(f"    a{number} = {number}\n" for number in range(10))
    fixture = f"@pytest.fixture\ndef till():\n{body}    return a1\n"
    text = f"import pytest\n\n{fixture}\ndef test_till(till):\n    assert till\n"

    found = [desk.found(text, "Q602", thresholds={"fixture_statements": limit}) for limit in (10, 11)]

    assert found == [["Q602:4"], []]


MODEL = "from dataclasses import dataclass\n\n@dataclass{arguments}\nclass Till:\n    open: bool = True\n"


@pytest.mark.parametrize(("arguments", "found"), [("", ["Q601:6"]), ("(frozen=True)", [])])
def test_a_class_of_production_is_looked_up(desk: Desk, arguments: str, found: list[str]) -> None:
    desk.write("shop/till.py", MODEL.format(arguments=arguments))
    text = (
        "import pytest\nfrom shop.till import Till\n\n"
        '@pytest.fixture(scope="session")\ndef till():\n    return Till()\n'
    )

    assert desk.found(text, "Q601", name="tests/conftest.py") == found
