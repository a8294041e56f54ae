"""Which files a test belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quality.triage.facts import suite

PRODUCTION = {
    "shop/__init__.py": "from shop.till import Till as Till\n",
    "mall/__init__.py": "from shop import Till as Till\n",
    "shop/till.py": "class Till: ...\ndef close(): ...\n",
    "shop/coins.py": "class Coin: ...\n",
    "src/bank/vault.py": "def open_(): ...\n",
    "cafe/till.py": "def close(): ...\n",
}

BODIES = {
    "a name": ("from shop.coins import Coin\ndef test_it(): Coin()", {"shop/coins.py"}),
    "an alias": ("import shop.coins as money\ndef test_it(): money.Coin()", {"shop/coins.py"}),
    "a module": ("from shop import coins\ndef test_it(): coins.Coin()", {"shop/coins.py"}),
    "the whole name": ("import shop.coins\ndef test_it(): shop.coins.Coin()", {"shop/coins.py"}),
    "what a package hands on": ("from shop import Till\ndef test_it(): Till()", {"shop/till.py"}),
    "what a package hands on of what another does": (
        "from mall import Till\ndef test_it(): Till()",
        {"shop/till.py"},
    ),
    "a source folder": ("from bank.vault import open_\ndef test_it(): open_()", {"src/bank/vault.py"}),
    "inside of the test": ("def test_it():\n    from shop.coins import Coin\n    Coin()", {"shop/coins.py"}),
    "a helper": (
        "from shop.coins import Coin\ndef made(): return Coin()\ndef test_it(): made()",
        {"shop/coins.py"},
    ),
    "a helper of a helper": (
        "from shop.coins import Coin\ndef two(): return Coin()\ndef one(): return two()\n"
        "def test_it(): one()",
        {"shop/coins.py"},
    ),
    "helpers that call each other": (
        "from shop.coins import Coin\ndef one(): two()\ndef two(): one(), Coin()\ndef test_it(): one()",
        {"shop/coins.py"},
    ),
    "a value of the module": (
        "from shop.coins import Coin\nONE = Coin()\ndef test_it(): ONE",
        {"shop/coins.py"},
    ),
    "a fixture": (
        "import pytest\nfrom shop.coins import Coin\n@pytest.fixture\ndef coin(): return Coin()\n"
        "def test_it(coin): ...",
        {"shop/coins.py"},
    ),
    "a fixture of conftest.py": ("def test_it(till): ...", {"shop/till.py"}),
    "a mark": (
        "import pytest\n@pytest.mark.usefixtures('till')\ndef test_it(): ...",
        {"shop/till.py"},
    ),
    "a parameter": (
        "import pytest\nfrom shop.coins import Coin\n@pytest.mark.parametrize('kind', [Coin])\n"
        "def test_it(kind): ...",
        {"shop/coins.py"},
    ),
    "a module of helpers": ("from tests.support import coin\ndef test_it(): coin()", {"shop/coins.py"}),
    "an async test": ("from shop.coins import Coin\nasync def test_it(): Coin()", {"shop/coins.py"}),
    "a method": (
        "from shop.coins import Coin\nclass TestOf:\n    class TestIn:\n        def test_it(self): Coin()",
        {"shop/coins.py"},
    ),
    "imported and not used": ("from shop.coins import Coin\ndef test_it(): ...", set()),
    "used by another test": (
        "from shop.coins import Coin\ndef test_it(): ...\ndef helper(): Coin()",
        set(),
    ),
    "a name that is bound again": ("from shop.coins import Coin\ndef test_it(Coin): Coin()", set()),
    "a library": ("import json\ndef test_it(): json.loads('1')", set()),
}

SUPPORT = {
    "tests/__init__.py": "",
    "tests/support.py": "from shop.coins import Coin\ndef coin(): return Coin()\n",
    "tests/conftest.py": (
        "import pytest\nfrom shop.till import Till\n@pytest.fixture\ndef till(): return Till()\n"
    ),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_test_belongs_to_what_it_names(tmp_path: Path, what: str) -> None:
    source, targets = BODIES[what]

    found = suite(tmp_path, {**PRODUCTION, **SUPPORT, "tests/test_all_of_it.py": f"{source}\n"})

    assert [set(test.targets) for test in found.tests] == [targets]


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("tests/shop/test_till.py", {"shop/till.py"}),
        ("tests/unit/cafe/till_test.py", {"cafe/till.py"}),
        ("shop/tests/test_till.py", {"shop/till.py"}),
        ("tests/test_coins.py", {"shop/coins.py"}),
        ("tests/bank/test_vault.py", {"src/bank/vault.py"}),
        pytest.param("tests/test_till.py", set(), id="two could be meant"),
        pytest.param("tests/cafe/test_coins.py", set(), id="another folder"),
    ],
)
def test_a_test_that_goes_through_a_url_belongs_to_what_its_file_is_named_after(
    tmp_path: Path, name: str, targets: set[str]
) -> None:
    found = suite(tmp_path, {**PRODUCTION, name: "def test_it(client): client.get('/')\n"})

    assert [set(test.targets) for test in found.tests] == [targets]


def test_what_helps_to_test_a_file_of_that_name_is_not_what_is_tested(tmp_path: Path) -> None:
    source = "from shop.coins import Coin\nfrom shop.till import close\ndef test_it(): close(Coin())\n"

    found = suite(tmp_path, {**PRODUCTION, "tests/shop/test_till.py": source})

    assert found.tests[0].targets == {"shop/till.py"}


def test_packages_that_hand_a_name_to_each_other_have_an_end(tmp_path: Path) -> None:
    circle = {"a/__init__.py": "from b import X\n", "b/__init__.py": "from a import X\n"}

    found = suite(tmp_path, {**circle, "test_it.py": "from a import X\ndef test_it(): X\n"})

    assert len(found.tests) == 1


def test_a_test_file_that_is_no_python_is_told(tmp_path: Path) -> None:
    found = suite(tmp_path, {"test_a.py": "def test_it(:\n", "test_b.py": "def test_it(): ...\n"})

    assert found.unread == ("test_a.py",)
    assert [test.place for test in found.tests] == ["test_b.py::test_it"]


@pytest.mark.parametrize("folder", [".cache", "node_modules", "__pycache__", "env"])
def test_nothing_is_read_that_is_not_the_teams(tmp_path: Path, folder: str) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env/pyvenv.cfg").touch()

    found = suite(tmp_path, {f"{folder}/test_a.py": "def test_it(): ...\n"})

    assert found.tests == ()
