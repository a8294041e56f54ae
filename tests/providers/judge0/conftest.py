"""The fake under test: in process for most, on a socket for what needs one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from werkzeug.serving import make_server
from werkzeug.test import Client

from providers.judge0.app import build_app
from providers.judge0.languages import detect
from providers.judge0.provider import create
from providers.judge0.sandbox.detect import close_sandbox, open_sandbox
from providers.judge0.service import Service
from providers.judge0.tokens import Tokens
from tests.providers.judge0.stage import Judge, Receiver, Workshop, application
from troth.provider import JsonScalar, Provider, ProviderOptions


@pytest.fixture
def options() -> ProviderOptions:
    """Override to start the fake with other options."""
    return ProviderOptions()


@pytest.fixture
def provider(options: ProviderOptions) -> Iterator[Provider]:
    provider = create(options)
    yield provider
    provider.close()


@pytest.fixture
def judge(provider: Provider) -> Judge:
    credentials = provider.credentials
    return Judge(Client(application(provider)), credentials["valid"], credentials["authorization"])


@pytest.fixture
def enter(provider: Provider) -> Callable[..., Mapping[str, JsonScalar]]:
    """Put the fake in a state, as the toolkit does."""

    def enter(name: str, **parameters: JsonScalar) -> Mapping[str, JsonScalar]:
        provider.reset()
        return provider.states[name](parameters)

    return enter


@pytest.fixture(params=["cgroups", "watching"])
def workshop(request: pytest.FixtureRequest) -> Iterator[Workshop]:
    """Isolated by bubblewrap, once with control groups and once without."""
    sandbox = open_sandbox(isolated=True, use_cgroups=request.param == "cgroups")
    tokens = Tokens()
    service = Service(sandbox, detect()[0])
    judge = Judge(Client(build_app(service, tokens)), tokens.authentication, tokens.authorization)
    groups = list(sandbox.hierarchy.folders.values()) if sandbox.hierarchy is not None else []
    yield Workshop(judge, service, sandbox.base, groups)
    service.close()
    close_sandbox(sandbox)


@pytest.fixture
def url(provider: Provider) -> Iterator[str]:
    """The fake on a loopback socket."""
    server = make_server("127.0.0.1", 0, application(provider), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.requests.append((self.command, self.path, self.headers["Content-Type"]))
            status = receiver.answers.pop(0) if receiver.answers else 200
            if status == 0:
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/done?for=test"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()
