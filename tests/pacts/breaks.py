"""The weather team's provider, with every answer changed on its way."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from troth.api import Api
from troth.exchange import Headers, Request, Response, SourceKind
from troth.jsontext import Json
from troth.loopback import LoopbackServer
from troth.provider import ProviderOptions
from troth.states import ProviderStates
from troth.target import Target, start_provider
from troth.workspace import Workspace
from troth.wsgi import wsgi_handler

Change = Callable[[Response], Response]


@contextlib.contextmanager
def changed_provider(
    workspace: Workspace,
    api: Api,
    change: Change,
    *,
    asked: Callable[[Request], Request] = lambda request: request,
) -> Iterator[Target]:
    """The provider of ``api`` behind ``change``; ``asked`` changes the requests before it."""
    provider = start_provider(workspace, api, ProviderOptions())
    handler = wsgi_handler(provider.app)
    with (
        contextlib.closing(provider),
        LoopbackServer(lambda request: change(handler(asked(request)))) as server,
    ):
        yield Target(
            url=server.url,
            secrets=dict(provider.credentials),
            kind=SourceKind.SIMULATED,
            provider=provider.version,
            states=ProviderStates(provider),
        )


def unchanged(response: Response) -> Response:
    """No break."""
    return response


def on_key(key: str, change: Callable[[dict[str, Json]], None]) -> Change:
    """Change each JSON object that has ``key``."""

    def changed(response: Response) -> Response:
        document = json.loads(response.body) if response.body else None
        if not isinstance(document, dict) or key not in document:
            return response
        change(document)
        return replace(response, body=json.dumps(document).encode())

    return changed


def drop(key: str) -> Change:
    """The field is gone."""
    return on_key(key, lambda document: document.pop(key))  # type: ignore[arg-type]


def rename(key: str, new: str) -> Change:
    """The field has another name."""

    def renamed(document: dict[str, Json]) -> None:
        document[new] = document.pop(key)

    return on_key(key, renamed)


def put(key: str, value: Json) -> Change:
    """The field has another value."""

    def set_value(document: dict[str, Json]) -> None:
        document[key] = value

    return on_key(key, set_value)


def status(old: int, new: int) -> Change:
    """Another status."""
    return lambda response: replace(response, status=new) if response.status == old else response


def header(name: str, value: str) -> Change:
    """Another value of a header."""
    return lambda response: replace(response, headers=response.headers.with_(name, value))


def body(change: Callable[[bytes], bytes]) -> Change:
    """Another text of the body."""
    return lambda response: replace(response, body=change(response.body) if response.body else b"")


def shouted(response: Response) -> Response:
    """Header names in capitals."""
    headers = Headers(tuple((name.upper(), value) for name, value in response.headers))
    return replace(response, headers=headers)
