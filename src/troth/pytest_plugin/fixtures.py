"""The fixtures. Each can be overridden on its own, in a conftest.py, as fixtures can."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from types import ModuleType

import pytest

from troth.mock import ApiMock, Dispatcher, Library
from troth.mock.library import Clock, now
from troth.pytest_plugin.outcome import problems
from troth.pytest_plugin.summary import Summary
from troth.workspace import Workspace

WORKSPACE: pytest.StashKey[Workspace] = pytest.StashKey()
FAILED: pytest.StashKey[bool] = pytest.StashKey()
MOCKS: pytest.StashKey[list[ApiMock]] = pytest.StashKey()
SUMMARY = "troth-summary"


@pytest.fixture(scope="session")
def troth_workspace(pytestconfig: pytest.Config) -> Workspace:
    """The workspace that the tests run in."""
    return pytestconfig.stash[WORKSPACE]


@pytest.fixture(scope="session")
def troth_clock() -> Clock:
    """What tells the time when the age of a recording is looked at."""
    return now


@pytest.fixture(scope="session")
def troth_library(troth_workspace: Workspace, troth_clock: Clock) -> Library:
    """The cassettes of the workspace, each read and judged once."""
    return Library(troth_workspace, troth_clock)


@pytest.fixture
def troth_passthrough() -> tuple[str, ...]:
    """Origins that ``requests`` may call beside the mocks, such as ``http://127.0.0.1:8000``."""
    return ()


@pytest.fixture
def troth_dispatcher(
    request: pytest.FixtureRequest, troth_passthrough: tuple[str, ...]
) -> Iterator[Dispatcher]:
    """One for all APIs of a test. What was missed, or never asked for, fails the test at its end."""
    with Dispatcher(passthrough=troth_passthrough) as dispatcher:
        yield dispatcher
    summary = request.config.pluginmanager.get_plugin(SUMMARY)
    assert isinstance(summary, Summary)
    summary.count(dispatcher.desk)
    wrong = problems(dispatcher.desk)
    # A test that failed by itself has said why; what it left unasked follows from that.
    if wrong and not request.node.stash.get(FAILED, False):
        pytest.fail(wrong, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show where the played recordings came from; remember whether the test failed by itself."""
    if call.when == "call":
        for mock in item.stash.get(MOCKS, []):
            for line in mock.provenance:
                item.add_report_section("call", "troth", line)
    report = yield
    if call.when == "call":
        item.stash[FAILED] = call.excinfo is not None
    return report


def of_apis(names: Iterable[str]) -> ModuleType:
    """A plugin with one fixture for each API. A module: of other objects pytest reads only the class."""
    plugin = ModuleType("troth_api_fixtures")
    vars(plugin).update({name: _of_api(name) for name in names})
    return plugin


def _of_api(name: str) -> Callable[..., Iterator[ApiMock]]:
    def mock(
        request: pytest.FixtureRequest,
        troth_workspace: Workspace,
        troth_library: Library,
        troth_dispatcher: Dispatcher,
    ) -> Iterator[ApiMock]:
        made = ApiMock(troth_workspace.api(name), troth_dispatcher, troth_library)
        request.node.stash.setdefault(MOCKS, []).append(made)
        yield made
        made.close()

    mock.__doc__ = f"The mock of {name}: play(scenario), reply(operation, status, payload), calls, url."
    return pytest.fixture(name=name)(mock)
