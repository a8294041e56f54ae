"""The letters on a socket, with faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.faults_wire.letters import Service, letters_api
from troth.api import Api
from troth.serve.faults import read_orders
from troth.serve.listen import Listening, listening
from troth.workspace import Settings, Workspace

Serve = Callable[..., Listening]
SHORT = 0.3
"""Seconds that a client waits for what does not come."""
LONG = 10.0


@pytest.fixture
def api() -> Api:
    return letters_api()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def serve(api: Api, service: Service, tmp_path: Path) -> Iterator[Serve]:
    """Serve the letters with the named faults, which strike at once."""
    workspace = Workspace(tmp_path, Settings())
    with ExitStack() as stack:

        def served(*faults: str, tls: bool = False, cors: Sequence[str] = ()) -> Listening:
            orders = read_orders(api, faults)
            made = stack.enter_context(
                listening(workspace, api, lambda _url: service, tls=tls, cors=cors, orders=orders)
            )
            made.begin()
            return made

        yield served


@pytest.fixture
def client() -> Iterator[requests.Session]:
    """A client that looks at nothing of the environment."""
    with requests.Session() as session:
        session.trust_env = False
        yield session
