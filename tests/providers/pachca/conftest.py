"""The fake under test: by a clock that the tests set, and as the toolkit starts it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from werkzeug.test import Client

from providers.pachca.app import build_app
from providers.pachca.courier import Courier
from providers.pachca.fake import Fake, assemble
from providers.pachca.states import states
from tests.providers.pachca.stage import PATIENCE, SIGNING, TOKEN, Clock, Pachca, Received, Receiver
from tests.providers.pachca.tour import Seen, tour
from troth.outside import Outside
from troth.provider import JsonScalar

Enter = Callable[..., Mapping[str, JsonScalar]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def courier(clock: Clock) -> Courier:
    return Courier(Outside(frozenset(), timeout=PATIENCE), clock)


@pytest.fixture
def fake(clock: Clock, courier: Courier) -> Iterator[Fake]:
    fake = assemble(clock, TOKEN, SIGNING, courier)
    yield fake
    fake.close()


@pytest.fixture
def pachca(fake: Fake) -> Pachca:
    return Pachca(Client(build_app(fake)))


@pytest.fixture
def enter(fake: Fake) -> Enter:
    """Put the fake in a state, as the toolkit does."""

    def enter(name: str, **parameters: JsonScalar) -> Mapping[str, JsonScalar]:
        fake.reset()
        return states(fake)[name](parameters)

    return enter


@pytest.fixture(scope="session")
def seen() -> Sequence[Seen]:
    """What a fake answers on the whole tour."""
    clock = Clock()
    fake = assemble(clock, TOKEN, SIGNING, Courier(Outside(frozenset(), timeout=PATIENCE), clock))
    found = tuple(tour(fake))
    fake.close()
    return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.answers.pop(0) if receiver.answers else 200
            receiver.received.put(Received(self.path, dict(self.headers.items()), body))
            if status == 0:
                self.connection.close()
                return
            self.send_response(status)
            self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks?of=test"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield receiver
    server.shutdown()
    thread.join(PATIENCE)
    server.server_close()
