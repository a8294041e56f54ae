"""Mocks and patches: which name each has, what it stands for, and what of ours may be replaced."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.quality.looking import Desk
from tests.quality.looking import desk as desk
from troth.quality.pytest_settings import PytestSettings
from troth.quality.rule import Severity
from troth.quality.rules.patches import patches
from troth.quality.source import parse

HEAD = "import os\nfrom unittest import mock\nfrom unittest.mock import DEFAULT, patch\n\n"
DECORATED = [
    '@patch("os.getcwd")\n@patch("os.getpid")\ndef test_x(a, b): ...',
    '@patch("os.getcwd")\n@patch("os.getpid", new=1)\n@patch("os.getppid")\ndef test_x(a, b): ...',
    '@patch("os.getcwd", print)\n@mock.patch.object(os, "getpid")\ndef test_x(a): ...',
    '@patch("os.getcwd", new_callable=mock.AsyncMock)\n@patch("os.getpid")\ndef test_x(a, b): ...',
    '@patch.object(os, "getcwd", 3)\n@patch.object(os, "getpid")\ndef test_x(a): ...',
    '@patch.multiple("os", getcwd=DEFAULT, getpid=3)\n@patch("os.getppid")\ndef test_x(a, getcwd): ...',
    '@patch.dict("os.environ", {})\n@patch("os.getpid")\ndef test_x(a): ...',
    '@patch("os.getcwd")\n@patch("os.getpid", autospec=True)\n@patch("os.getppid")\ndef test_x(a, b, c): ...',
]


def bound(text: str) -> dict[str, str]:
    """The argument of each mock, and what it stands for, as the linter reads it."""
    file = parse(Path("/suite/test_x.py"), Path("/suite"), (HEAD + text).encode(), PytestSettings())
    return {each.bound: each.target for each in patches(file.tests[0]) if each.bound}


def given(text: str) -> dict[str, str]:
    """The same, as unittest.mock does it: what each argument is equal to among what is patched."""
    seen: dict[str, str] = {}

    def look(**arguments: Any) -> None:
        import os

        places = {id(getattr(os, name)): f"os.{name}" for name in ("getcwd", "getpid", "getppid")}
        seen.update({name: places[id(value)] for name, value in arguments.items()})

    scope: dict[str, Any] = {"look": look}
    exec(HEAD + text.replace("...", "look(**locals())"), scope)
    made: Callable[[], None] = scope["test_x"]
    made()
    return seen


@pytest.mark.parametrize("text", DECORATED)
def test_decorators_name_their_mocks_as_unittest_does(text: str) -> None:
    assert bound(text) == given(text)


def test_the_mocks_of_a_class_come_after_those_of_its_method() -> None:
    text = """
    @patch("os.getcwd")
    class TestX:
        @patch("os.getpid")
        @patch("os.getppid")
        def test_x(self, a, b, c): ...
    """

    assert bound(textwrap.dedent(text)) == {"a": "os.getppid", "b": "os.getpid", "c": "os.getcwd"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('with patch("os.getcwd") as a: ...', {"a": "os.getcwd"}),
        ('with patch("os.getcwd") as a, patch("os.getpid") as b: ...', {"a": "os.getcwd", "b": "os.getpid"}),
        ('a = patch("os.getcwd").start()', {"a": "os.getcwd"}),
        ('p = patch("os.getcwd"); a = p.start()', {"a": "os.getcwd"}),
        ('p = patch("os.getcwd")\n    with p as a: ...', {"a": "os.getcwd"}),
        ('a = mocker.patch("os.getcwd")', {"a": "os.getcwd"}),
        ('a = mocker.patch.object(os, "getcwd")', {"a": "os.getcwd"}),
        ('a = stack.enter_context(patch("os.getcwd"))', {"a": "os.getcwd"}),
        ('self.a = patch("os.getcwd").start()', {"self.a": "os.getcwd"}),
        ('a, b = mocker.patch("os.getcwd"), 3', {"a": "os.getcwd"}),
        ('if (a := mocker.patch("os.getcwd")): ...', {"a": "os.getcwd"}),
        ('a: object = mocker.patch("os.getcwd")', {"a": "os.getcwd"}),
        ('a = session_mocker.patch("os.getcwd")', {"a": "os.getcwd"}),
        ('a = mock.patch(f"{MODULE}.getcwd").start()', {"a": "os.getcwd"}),
        ('a = mock.patch("os" + ".getcwd").start()', {"a": "os.getcwd"}),
        ('a = mock.patch(f"{__name__}.os").start()', {"a": "test_x.os"}),
        ('client.patch("/path")', {}),
    ],
)
def test_every_form_of_patch_has_its_name(body: str, found: dict[str, str]) -> None:
    text = f'MODULE = "os"\n\ndef test_x(self, mocker, session_mocker, stack, client):\n    {body}\n'

    assert bound(text) == found


PRODUCTION = """
import requests
from shop.rates import fetch_rate, note

def price(amount):
    note(amount)
    return amount * fetch_rate()

class Till:
    def total(self):
        return self.count()

    def count(self):
        return 1
"""


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.write("shop/__init__.py", "from shop.till import Till as Till\n")
    desk.write("shop/till.py", PRODUCTION)
    desk.write("shop/rates.py", "def fetch_rate(): return 2\ndef note(what): return what\n")
    return desk


@pytest.mark.parametrize(("name", "weight"), [("fetch_rate", Severity.WARNING), ("note", Severity.INFO)])
def test_a_mock_whose_answer_is_thrown_away_is_information(shop: Desk, name: str, weight: Severity) -> None:
    text = f"{HEAD}@patch('shop.till.{name}')\ndef test_price(made):\n    assert price(3)\n"

    [smell] = shop.look(text, "Q501")

    assert smell.severity is weight


def test_what_production_does_with_an_answer_is_read_below_src_too(desk: Desk) -> None:
    desk.write("src/shop/__init__.py", "")
    desk.write("src/shop/till.py", PRODUCTION.replace("return amount * fetch_rate()", "fetch_rate()"))
    text = f"{HEAD}@patch('shop.till.fetch_rate')\ndef test_price(made):\n    assert price(3)\n"

    [smell] = desk.look(text, "Q501")

    assert smell.severity is Severity.INFO


@pytest.mark.parametrize(
    "told",
    [
        "made.return_value = 1",
        "made.side_effect = ValueError",
        "made.return_value.total.return_value = 1",
        "made.configure_mock(return_value=1)",
        "setattr(made, 'return_value', 1)",
        "inner = made.return_value\n    inner.total.return_value = 1",
        "with made.return_value as inner:\n        inner.total.return_value = 1",
        "made.return_value['a'] = 1",
        "tell(made)",
        "for each in (made, 3):\n        each.return_value = 1",
    ],
)
def test_a_mock_may_be_told_later_in_every_way(shop: Desk, told: str) -> None:
    text = (
        f"{HEAD}def tell(it):\n    it.return_value = 1\n\n"
        f"@patch('shop.till.fetch_rate')\ndef test_price(made):\n    {told}\n    assert price(3)\n"
    )

    assert shop.found(text, "Q501") == []


def test_to_tell_another_mock_does_not_help(shop: Desk) -> None:
    text = (
        f"{HEAD}@patch('shop.till.fetch_rate')\n@patch('shop.till.requests.get')\n"
        "def test_price(fetch_rate, get):\n    fetch_rate.return_value = 1\n    assert price(3)\n"
    )

    assert shop.found(text, "Q501") == ["Q501:5"]


WHOLE = f"""{HEAD}from shop import Till

@patch("shop.till.fetch_rate", return_value=1)
def test_price_of_the_whole(made):
    assert Till().total()
"""


def test_a_test_of_the_whole_runs_what_is_ours(shop: Desk) -> None:
    assert shop.found(WHOLE, "Q505", name="tests/integration/test_till.py") == ["Q505:7"]


def test_the_mark_integration_says_the_same_as_the_folder(shop: Desk) -> None:
    text = WHOLE.replace("@patch", "@pytest.mark.integration\n@patch").replace("import os", "import pytest")

    assert shop.found(text, "Q505") == ["Q505:8"]


def test_a_boundary_of_ours_may_be_mocked(shop: Desk) -> None:
    found = shop.found(WHOLE, "Q505", name="tests/integration/test_till.py", boundaries=["shop.rates"])

    assert found == []


def test_another_package_is_not_ours(shop: Desk) -> None:
    found = shop.found(WHOLE, "Q505", name="tests/integration/test_till.py", first_party=["store"])

    assert found == []


def test_a_fixture_that_is_imported_may_patch(shop: Desk) -> None:
    shop.write(
        "tests/support.py",
        "import pytest\n\n@pytest.fixture\ndef rate(mocker):\n    mocker.patch('shop.rates.fetch_rate')\n",
    )
    text = (
        "from tests.support import rate as rate\n\ndef test_price_of_the_whole(rate):\n    assert price(3)\n"
    )

    assert shop.found(text, "Q505", name="tests/integration/test_till.py") == ["Q505:3"]


def test_more_patches_are_allowed_by_a_threshold(desk: Desk) -> None:
    decorators = "".join(f"@patch('shop.a.f{number}')\n" for number in range(6))
    text = f"{HEAD}{decorators}def test_price(*made):\n    assert made\n"

    found = [desk.found(text, "Q505", thresholds={"patches": limit}) for limit in (5, 6)]

    assert found == [["Q505:11"], []]


def test_a_subject_is_known_by_the_name_that_a_package_gives_it(shop: Desk) -> None:
    test = "@patch.object(Till, 'count')\ndef test_total(count):\n    assert Till().total()\n"
    text = f"{HEAD}from shop import Till\n\n{test}"

    [smell] = shop.look(text, "Q506")

    assert smell.message == "test_total calls what it replaces: shop.till.Till.count"


def test_what_stands_beside_the_subject_may_be_replaced(shop: Desk) -> None:
    test = "@patch('shop.till.note')\ndef test_price(note):\n    assert price(3)\n"
    text = f"{HEAD}from shop.till import price\n\n{test}"

    assert shop.found(text, "Q506") == []


def test_names_beyond_the_fields_of_a_mock_are_no_typing_errors(desk: Desk) -> None:
    text = "def test_page(page):\n    page.assert_visible()\n    page.assert_called_once_with_style()\n"

    assert desk.found(text, "Q503") == []
