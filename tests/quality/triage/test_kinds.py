"""Which kinds of test a target has, and which are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quality.triage.conftest import Troth
from tests.quality.triage.facts import USUAL, file, full_suite, measured, suite
from tests.support.workspaces import Team
from troth.quality.triage.kinds import Kind
from troth.quality.triage.measured import Function
from troth.quality.triage.plan import plan
from troth.quality.triage.suite import Suite, Test

HAPPY, EDGE, ERROR = {Kind.HAPPY}, {Kind.EDGE}, {Kind.ERROR}

KINDS = {
    "neither": ("def test_adds(): ...", HAPPY),
    "an async test": ("async def test_adds(): ...", HAPPY),
    "a word of an edge": ("def test_adds_nothing_to_an_empty_till(): ...", EDGE),
    "a word of an error": ("def test_refuses_a_coin(): ...", ERROR),
    "both": ("def test_an_empty_name_is_invalid(): ...", EDGE | ERROR),
    "only part of a word": ("def test_terrors_and_limitless_firstborn(): ...", HAPPY),
    "a word of the class": ("class TestErrors:\n    def test_tells(self): ...", ERROR),
    "a nested class": ("class TestTill:\n    class TestLimits:\n        def test_adds(self): ...", EDGE),
    "a mark": ("@pytest.mark.edge\ndef test_adds(): ...", EDGE),
    "pytest.raises": ("def test_adds():\n    with pytest.raises(ValueError): add(1)", ERROR),
    "raises by another name": ("def test_adds():\n    with raises(ValueError): add(1)", ERROR),
    "unittest": (
        "class TillCase(unittest.TestCase):\n"
        "    def test_adds(self):\n        self.assertRaises(ValueError, add)",
        ERROR,
    ),
    "a status": ("def test_adds():\n    assert post().status_code == 404", ERROR),
    "a good status": ("def test_adds():\n    assert post().status_code == 201", HAPPY),
    "the first bad status": ("def test_adds():\n    assert post().status_code == 400", ERROR),
    "the last bad status": ("def test_adds():\n    assert post().status_code == 599", ERROR),
    "another number": ("def test_adds():\n    assert post().cents == 404", HAPPY),
    "a status by name": ("def test_adds():\n    assert post().status == HTTPStatus.NOT_FOUND", ERROR),
    "a good status by name": ("def test_adds():\n    assert post().status == HTTPStatus.CREATED", HAPPY),
    "a status of a framework": ("def test_adds():\n    assert code == status.HTTP_403_FORBIDDEN", ERROR),
    "a status that is a parameter": (
        "@pytest.mark.parametrize('expected', [401, 403])\n"
        "def test_adds(expected):\n    assert post().status_code == expected",
        ERROR,
    ),
    "an empty parameter": ("@pytest.mark.parametrize('name', ['', 'Ada'])\ndef test_adds(name): ...", EDGE),
    "an empty list in a row": (
        "@pytest.mark.parametrize(('coins', 'sum_'), [([], 0), ([1], 1)])\ndef test_adds(coins, sum_): ...",
        EDGE,
    ),
    "an id": (
        "@pytest.mark.parametrize('cents', [pytest.param(0, id='at the limit')])\ndef test_adds(cents): ...",
        EDGE,
    ),
    "parameters of no kind": ("@pytest.mark.parametrize('n', [1, 2])\ndef test_adds(n): ...", HAPPY),
    "always skipped": ("@pytest.mark.skip(reason='later')\ndef test_refuses_a_coin(): ...", set()),
    "skipped somewhere": ("@pytest.mark.skipif(X, reason='y')\ndef test_refuses_a_coin(): ...", ERROR),
}


@pytest.mark.case("Q012", "Q005")
@pytest.mark.parametrize("what", KINDS)
def test_a_test_is_of_its_kinds(tmp_path: Path, what: str) -> None:
    source, kinds = KINDS[what]

    found = suite(tmp_path, {"test_till.py": f"import pytest, unittest\n{source}\n"})

    assert [set(test.kinds) for test in found.tests] == [kinds]


@pytest.mark.case("Q012")
@pytest.mark.parametrize("missing", Kind)
def test_the_kind_that_is_missing_is_named(missing: Kind) -> None:
    others = frozenset(set(Kind) - {missing})
    known = Suite((Test("tests/test_till.py::test_adds", others, frozenset({"till.py"})),))

    [target] = plan(measured(file("till.py", 2, 2)), known, USUAL).targets

    assert target.missing == (missing,)


@pytest.mark.case("Q012")
def test_a_target_without_a_test_lacks_every_kind() -> None:
    [target] = plan(measured(file("till.py", 0, 2)), Suite(), USUAL).targets

    assert target.missing == tuple(Kind)


@pytest.mark.case("Q012")
def test_a_kind_that_is_there_is_not_called_missing() -> None:
    [target] = plan(measured(file("till.py", 1, 2)), full_suite("till.py"), USUAL).targets

    assert target.missing == ()


@pytest.mark.case("Q012")
def test_a_file_that_only_holds_names_wants_no_test_of_errors() -> None:
    names = file("names.py", 3, 3, functions=(Function(""),))

    assert plan(measured(names), Suite(), USUAL).targets == ()


@pytest.mark.case("Q012")
@pytest.mark.usefixtures("shop")
def test_the_command_names_the_kinds_that_are_missing(troth: Troth) -> None:
    ran = troth("triage", "before.json")

    models = ran.out.partition("\nshop/models.py: ")[2]
    assert models.splitlines()[2:4] == ["  no test of an edge case", "  no test of error handling"]


@pytest.mark.case("Q012")
def test_a_test_that_is_added_is_not_missed_any_more(troth: Troth, shop: Team) -> None:
    shop.append(
        "tests/shop/test_models.py",
        "\n\ndef test_a_till_refuses_a_debt() -> None:\n    Till().add(-1)\n",
    )

    ran = troth("triage", "before.json")

    models = ran.out.partition("\nshop/models.py: ")[2]
    assert "no test of an edge case" in models
    assert "no test of error handling" not in models
