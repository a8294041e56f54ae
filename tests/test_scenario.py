"""What a scenario is, and what it sees of its server."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from troth.api import Api
from troth.exchange import placeholder
from troth.scenario import Scenario, Server, State

API = Api("tides", server="https://tides.example")


def asserts_on_a_name(server: Server) -> None:
    level = len(server.url)
    assert level > 0


def expects_an_error(server: Server) -> None:
    with pytest.raises(ValueError, match="invalid"):
        int(server.url)


def expects_an_error_among_others(server: Server) -> None:
    with memoryview(b""), pytest.raises(ValueError, match="invalid"):
        int(server.url)


def looks_at_nothing(server: Server) -> None:
    len(server.url)


def asserts_a_constant(server: Server) -> None:
    len(server.url)
    assert True


def asserts_that_it_was_called(server: Server) -> None:
    assert server.url


def swallows_its_failure(server: Server) -> None:
    level = len(server.url)
    try:
        assert level < 0
    except Exception:  # noqa: BLE001 - what a scenario must not do
        print("it failed")  # noqa: T201


def swallows_everything(server: Server) -> None:
    level = len(server.url)
    try:
        assert level < 0
    except:  # noqa: E722 - what a scenario must not do
        return


def suppresses_its_failure(server: Server) -> None:
    level = len(server.url)
    with contextlib.suppress(OSError, AssertionError):
        assert level < 0


def looks_at_what_it_caught(server: Server) -> None:
    try:
        int(server.url)
    except Exception as error:  # noqa: BLE001 - what a scenario may do
        assert "invalid" in str(error)  # noqa: PT017


def raises_it_again(server: Server) -> None:
    level = len(server.url)
    try:
        assert level > 0
    except AssertionError:
        print("it failed")  # noqa: T201
        raise


def speaks_of_assert(server: Server) -> None:
    """This would assert something, it says."""
    print("assert", server.url)  # noqa: T201


def scenario(run: Callable[[Server], None]) -> Scenario:
    """A scenario of that function."""
    return Scenario(API, "the tide is told", run, State())


@pytest.mark.parametrize(
    "run",
    [
        asserts_on_a_name,
        expects_an_error,
        expects_an_error_among_others,
        looks_at_what_it_caught,
        raises_it_again,
    ],
)
def test_a_scenario_that_checks_an_outcome_is_known(run: Callable[[Server], None]) -> None:
    assert scenario(run).asserts


@pytest.mark.parametrize(
    "run",
    [
        looks_at_nothing,
        asserts_a_constant,
        asserts_that_it_was_called,
        swallows_its_failure,
        swallows_everything,
        suppresses_its_failure,
        speaks_of_assert,
    ],
)
def test_a_scenario_that_checks_nothing_is_known(run: Callable[[Server], None]) -> None:
    assert not scenario(run).asserts


def test_a_scenario_knows_its_place() -> None:
    place = scenario(asserts_on_a_name).place

    assert place == f"tests/test_scenario.py:{asserts_on_a_name.__code__.co_firstlineno}"


@pytest.mark.parametrize(
    ("module", "consumer"),
    [("consumers.licence_agent.scenarios", "licence-agent"), ("consumers", "consumers"), ("lone", "lone")],
)
def test_the_consumer_is_the_folder_of_the_scenario(
    module: str, consumer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks_at_nothing, "__module__", module)

    assert scenario(looks_at_nothing).consumer == consumer


def test_a_server_hands_out_the_credential_of_a_role() -> None:
    server = Server("http://127.0.0.1:1", secrets={"valid": "s3cret"})

    assert server.token == "s3cret"


def test_a_role_that_nobody_holds_has_a_wrong_credential() -> None:
    assert Server("http://127.0.0.1:1").secret("expired") == placeholder("expired") == "{{secret:expired}}"


def test_a_unique_name_is_the_same_again_in_a_replay() -> None:
    one, other = Server("http://127.0.0.1:1"), Server("http://127.0.0.1:2")

    assert one.unique("ring") == other.unique("ring") == "ring-troth1"


def test_a_unique_name_differs_on_a_live_server() -> None:
    assert Server("https://tides.example", suffix="x7").unique("ring") == "ring-x7"
