"""The fake under test: in process for most, on a socket for Google's own client."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud.kms_v1 import KeyManagementServiceClient
from werkzeug.test import Client

from contracts.kms import kms as api
from providers.kms.app import build_app
from providers.kms.conditions import Conditions
from providers.kms.provider import create
from providers.kms.world import World
from tests.providers.kms.stage import LOCATION, Clock, Kms, client_of
from troth.exchange import Exchange, Request, Response
from troth.loopback import LoopbackServer, direct_loopback
from troth.provider import JsonScalar, Provider, ProviderOptions
from troth.serve.access import open_to_all
from troth.wsgi import wsgi_handler


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = create(ProviderOptions())
    yield provider
    provider.close()


@pytest.fixture
def kms(provider: Provider) -> Kms:
    """The fake with one key ring."""
    kms = Kms(client_of(provider), provider.credentials["valid"])
    kms.post(f"{LOCATION}/keyRings", {}, keyRingId="ring")
    return kms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(clock: Clock) -> Kms:
    """The fake by the clock of the test, with one key ring."""
    kms = Kms(Client(build_app(World(clock=clock), Conditions(), "token")), "token")
    kms.post(f"{LOCATION}/keyRings", {}, keyRingId="ring")
    return kms


@pytest.fixture
def enter(provider: Provider) -> Callable[..., Mapping[str, JsonScalar]]:
    """Put the fake in a state, as the toolkit does."""

    def enter(name: str, **parameters: JsonScalar) -> Mapping[str, JsonScalar]:
        provider.reset()
        return provider.states[name](parameters)

    return enter


@pytest.fixture
def google(provider: Provider) -> Iterator[KeyManagementServiceClient]:
    """Google's own client, on a socket. All that it exchanges has to be as the contract says."""
    answer = open_to_all(wsgi_handler(provider.app), api, provider.credentials, {})
    mismatches: list[str] = []

    def judged(request: Request) -> Response:
        response = answer(request)
        url = api.server + request.url.removeprefix(request.origin)
        meant = Request(request.method, url, request.headers, request.body)
        mismatches.extend(map(str, api.judge(Exchange(meant, response))))
        return response

    with direct_loopback(), LoopbackServer(judged) as server:
        client = KeyManagementServiceClient(
            transport="rest",
            credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
            client_options=ClientOptions(api_endpoint=server.url),
        )
        yield client
        client.transport.close()  # type: ignore[no-untyped-call]
    # troth: ignore[Q602] whatever a test does with the client, the contract has to allow it
    assert mismatches == []
