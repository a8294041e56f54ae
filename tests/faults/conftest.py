"""The mock of the parcel service, with a clock on which waiting takes no time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.parcels import parcels_api
from troth.api import Api
from troth.faults.clock import VirtualClock
from troth.mock import ApiMock, Dispatcher, Library
from troth.workspace import Settings, Workspace


@pytest.fixture
def api() -> Api:
    return parcels_api()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def dispatcher(clock: VirtualClock) -> Iterator[Dispatcher]:
    with Dispatcher(clock=clock) as made:
        yield made


@pytest.fixture
def parcels(api: Api, dispatcher: Dispatcher, tmp_path: Path) -> Iterator[ApiMock]:
    made = ApiMock(api, dispatcher, Library(Workspace(tmp_path, Settings())))
    yield made
    made.close()
