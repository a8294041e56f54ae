"""The weather team's provider, with every answer changed on its way."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from troth.api import Api
from troth.exchange import Headers, Request, Response, SourceKind
from troth.jsontext import Json
from troth.loopback import LoopbackServer
from troth.provider import ProviderOptions
from troth.states import ProviderStates
from troth.target import Target, start_provider
from troth.upstream import Upstream
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


@contextlib.contextmanager
def chunked_provider(workspace: Workspace, api: Api) -> Iterator[Target]:
    """The provider of ``api`` behind a server that sends each body in chunks of three bytes."""
    with changed_provider(workspace, api, unchanged) as target:
        upstream = Upstream(target.url)

        class InChunks(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline()
                self.close_connection = not self.raw_requestline or not self.parse_request()
                if not self.close_connection:
                    body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    headers = Headers.of(self.headers.items()).without("Host")
                    self._write(upstream.send(Request(self.command, target.url + self.path, headers, body)))

            def _write(self, response: Response) -> None:
                self.send_response(response.status)
                for name, value in response.headers.without("Content-Length", "Date", "Server", "Connection"):
                    self.send_header(name, value)
                if response.status != 204:
                    self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                if response.status != 204:
                    self.wfile.write(b"".join(map(_chunk, _thirds(response.body))) + b"0\r\n\r\n")

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), InChunks) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            yield replace(target, url=f"http://127.0.0.1:{server.server_port}")
            server.shutdown()
        upstream.close()


def _thirds(body: bytes) -> list[bytes]:
    return [body[start : start + 3] for start in range(0, len(body), 3)]


def _chunk(part: bytes) -> bytes:
    return f"{len(part):x}\r\n".encode() + part + b"\r\n"


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
