"""Clocks, chance, sleeps and the outside: what weighs how much, and what a project says of it."""

from __future__ import annotations

import dataclasses

import pytest

from tests.quality.looking import Desk
from tests.quality.looking import desk as desk
from troth.quality.pytest_settings import PytestSettings
from troth.quality.rule import Severity

CLOCKS = """
from datetime import datetime, timedelta
import pytest
from shop import till

def test_till_opens_now():
    assert till(datetime.now())

def test_token_lives_for_a_day():
    assert till(datetime.now() + timedelta(days=1))

@pytest.mark.parametrize("day", [datetime.now()])
def test_till_opens_on(day):
    assert till(day)
"""
DRAWN = """
import random
from shop import till

def test_till_is_drawn():
    assert till(random.random())
"""
UNIQUE = """
from uuid import uuid4
from shop import till

def test_till_is_named():
    assert till(str(uuid4())).is_open()

def test_till_has_its_name():
    name = str(uuid4())
    assert till(name).name == name
"""


def test_a_span_from_now_is_a_warning_and_what_an_import_reads_an_error(desk: Desk) -> None:
    smells = desk.look(CLOCKS, "Q401")

    assert [(each.line, each.severity) for each in smells] == [
        (6, Severity.ERROR),
        (9, Severity.WARNING),
        (11, Severity.ERROR),
    ]


def test_what_an_import_reads_is_told_so(desk: Desk) -> None:
    *_, at_import = desk.look(CLOCKS, "Q401")

    assert "when the file is imported" in at_import.message


def test_pytest_randomly_seeds_what_it_reaches(desk: Desk) -> None:
    seeded = dataclasses.replace(desk, pytest=PytestSettings())

    assert seeded.found(DRAWN, "Q402") == []


def test_pytest_randomly_that_is_switched_off_seeds_nothing(desk: Desk) -> None:
    assert desk.found(DRAWN, "Q402") == ["Q402:5"]


def test_pytest_randomly_reaches_no_uuid(desk: Desk) -> None:
    seeded = dataclasses.replace(desk, pytest=PytestSettings())

    assert seeded.found(UNIQUE, "Q402") == ["Q402:5", "Q402:8"]


def test_pytest_randomly_reaches_no_generator(desk: Desk) -> None:
    seeded = dataclasses.replace(desk, pytest=PytestSettings())
    text = DRAWN.replace("random.random()", "random.Random().random()")

    assert seeded.found(text, "Q402") == ["Q402:5"]


def test_a_unique_name_is_information_and_one_that_is_asserted_a_warning(desk: Desk) -> None:
    smells = desk.look(UNIQUE, "Q402")

    assert [each.severity for each in smells] == [Severity.INFO, Severity.WARNING]


def test_the_fixtures_of_a_conftest_are_looked_at(desk: Desk) -> None:
    text = """
    import time
    import pytest

    @pytest.fixture
    def opened():
        time.sleep(1)
        return time.time()
    """

    assert desk.found(text, "Q401", "Q403", name="tests/conftest.py") == ["Q403:6", "Q401:7"]


def test_a_fixture_two_folders_above_stops_the_clock(desk: Desk) -> None:
    desk.write(
        "tests/conftest.py",
        """
        import pytest
        from time_machine import travel

        @pytest.fixture
        def stopped():
            with travel("2026-01-01", tick=False):
                yield

        @pytest.fixture
        def stocked(stopped):
            return 3
        """,
    )
    text = """
    from datetime import date

    def test_till_opens(stocked):
        assert date.today()

    def test_till_opens_elsewhere():
        assert date.today()
    """

    assert desk.found(text, "Q401", name="tests/unit/shop/test_till.py") == ["Q401:7"]


def test_the_nearest_fixture_of_a_name_counts(desk: Desk) -> None:
    stopping = "import pytest\nfrom freezegun import freeze_time\n\n@pytest.fixture\ndef day():\n"
    desk.write("tests/conftest.py", f"{stopping}    with freeze_time('2026-01-01'):\n        yield\n")
    desk.write("tests/unit/conftest.py", "import pytest\n\n@pytest.fixture\ndef day():\n    return 1\n")
    text = "import time\n\ndef test_till_opens(day):\n    assert time.time()\n"

    assert desk.found(text, "Q401", name="tests/unit/test_till.py") == ["Q401:4"]


@pytest.mark.parametrize(
    "stopping",
    [
        "with patch('time.time', return_value=1):\n        assert time.time()",
        "with patch.object(time, 'time', return_value=1):\n        assert time.time()",
        "monkeypatch.setattr('time.time', lambda: 1)\n    assert time.time()",
        "mocker.patch(f'{__name__}.time')\n    assert time.time()",
        "freezer = freeze_time('2026-01-01')\n    freezer.start()\n    assert time.time()",
        "with frozen_clock():\n        assert time.time()",
        "with ExitStack() as held:\n        held.enter_context(travel(1))\n        assert time.time()",
    ],
)
def test_a_clock_that_stands_may_be_read(desk: Desk, stopping: str) -> None:
    text = (
        "import time\nfrom contextlib import ExitStack\nfrom unittest.mock import patch\n"
        "from freezegun import freeze_time\nfrom time_machine import travel\n\n"
        f"def test_till_opens(monkeypatch, mocker):\n    {stopping}\n"
    )

    assert desk.found(text, "Q401") == []


def test_a_helper_that_freezes_is_followed(desk: Desk) -> None:
    text = """
    import time
    from contextlib import contextmanager
    from freezegun import freeze_time

    @contextmanager
    def new_year():
        with freeze_time("2026-01-01"):
            yield

    def test_till_opens():
        with new_year():
            assert time.time()
        assert time.time()
    """

    assert desk.found(text, "Q401") == ["Q401:13"]


def test_an_argument_of_the_name_of_a_clock_is_none(desk: Desk) -> None:
    text = "import time\n\ndef test_till_opens(time):\n    assert time.time()\n"

    assert desk.found(text, "Q401") == []


def test_a_host_is_told(desk: Desk) -> None:
    text = "import requests\n\ndef test_till_answers():\n    assert requests.get('https://till.example/a')\n"

    [smell] = desk.look(text, "Q404")

    assert smell.message == "test_till_answers reaches till.example with requests.get"


def test_a_folder_of_contracts_makes_a_fixture_that_lets_nothing_through(desk: Desk) -> None:
    desk.write("contracts/parcels/operations.py", "")
    text = "import requests\n\ndef test_parcel_is_sent(parcels):\n    assert requests.get('https://parcels.example')\n"

    assert desk.found(text, "Q404") == []


def test_a_parameter_that_is_declared_as_a_mock_is_one(desk: Desk) -> None:
    text = """
    import requests
    from troth.mock import ApiMock

    def test_parcel_is_sent(sent: ApiMock):
        assert requests.get("https://parcels.example")
    """

    assert desk.found(text, "Q404") == []


def test_an_unusual_file_breaks_nothing(desk: Desk) -> None:
    text = """
    import time, os
    from . import *
    from ..deep import thing as other
    (a, *b), c = (1, 2), 3
    test_lambda = lambda: time.sleep(1)

    class TestEmpty: ...

    async def test_of_everything(*args, mocker=None, **kwargs):
        async with other() as (x, y), other.z[0]() as k.j:
            [p async for p in x if (q := p)]
        match x:
            case {"a": [1, *rest], **others} if rest: del others
        os.environ[f"{x!r:>{y}}"] += "a"
        lambda: (yield)
        return await (await x)()[0].y

    @(decorated := other)
    def test_decorated(self): "only a docstring"

    @other[0].patch("x")(1)
    def test_more(a, /, b, *, c): global d; d = a; nonlocal_ = b
    """

    found = desk.found(text, "Q4", "Q5", "Q6", "Q7")

    assert "Q405:22" in found
