"""Answers that misbehave on their own connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
import requests

from tests.support.shop import Service
from tests.support.wire import DEADLINE, connected
from troth.exchange import Headers, Request, Response
from troth.line import Line, Misbehaving
from troth.loopback import LoopbackServer

Play = Callable[[Line, Response], None]
ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
AT_ONCE = 4.0
"""Seconds: less than a server waits for a thread that does not end."""
LONG = 60.0


class Stage:
    """A handler whose every answer plays ``play``, and which knows when it began and ended."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self.began, self.ended = threading.Event(), threading.Event()
        self.threads: list[threading.Thread] = []

    def __call__(self, _request: Request) -> Misbehaving:
        """Answer with the play."""
        return Misbehaving(Response(200, Headers.of({"X-A": "1"}), b"abcdef"), self._played)

    def _played(self, line: Line, response: Response) -> None:
        self.threads.append(threading.current_thread())
        self.began.set()
        try:
            self._play(line, response)
        finally:
            self.ended.set()


def resets(line: Line, _response: Response) -> None:
    line.reset()


def breaks_off(line: Line, response: Response) -> None:
    line.begin(response, len(response.body))
    line.send(response.body[:3])


def keeps_silent(line: Line, _response: Response) -> None:
    assert not line.wait(LONG)


def sends_for_ever(line: Line, _response: Response) -> None:
    while True:
        line.send(b"x" * 2**20)


def fails(_line: Line, _response: Response) -> None:
    raise ValueError("no")


def test_a_reset_is_a_reset_and_no_end() -> None:
    with LoopbackServer(Stage(resets)) as server, connected(server.url) as connection:
        connection.sendall(ASK)
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_what_was_sent_before_a_reset_arrives() -> None:
    def play(line: Line, response: Response) -> None:
        breaks_off(line, response)
        line.reset()

    stage = Stage(play)
    with LoopbackServer(stage) as server, connected(server.url) as connection:
        connection.sendall(ASK)
        assert stage.ended.wait(DEADLINE)
        came = connection.recv(65_536)
        with pytest.raises(ConnectionResetError):
            connection.recv(1)

    assert came == b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 6\r\nConnection: close\r\n\r\nabc"


def test_the_connection_ends_after_a_play() -> None:
    with LoopbackServer(Stage(breaks_off)) as server, connected(server.url) as connection:
        connection.sendall(ASK)
        came = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert came.endswith(b"\r\n\r\nabc")


def test_a_play_ends_when_its_client_goes() -> None:
    stage = Stage(keeps_silent)
    with LoopbackServer(stage) as server:
        with connected(server.url) as connection:
            connection.sendall(ASK)
            assert stage.began.wait(DEADLINE)
        assert stage.ended.wait(DEADLINE)


def test_a_client_that_sends_more_has_not_gone() -> None:
    waits: list[bool] = []
    stage = Stage(lambda line, _response: waits.append(line.wait(0.05)))
    with LoopbackServer(stage) as server, connected(server.url) as connection:
        connection.sendall(ASK + ASK)
        assert stage.ended.wait(DEADLINE)

    assert waits == [True]


@pytest.mark.parametrize("play", [keeps_silent, sends_for_ever])
# troth: ignore[Q401] how long it takes is what is tested
def test_closing_the_server_ends_every_play_at_once(play: Play) -> None:
    stage = Stage(play)
    server = LoopbackServer(stage)
    server.start()
    with connected(server.url) as first, connected(server.url) as second:
        first.sendall(ASK)
        second.sendall(ASK)
        assert stage.began.wait(DEADLINE)
        start = time.monotonic()
        server.close()
        seconds = time.monotonic() - start

    assert seconds < AT_ONCE
    assert [thread for thread in stage.threads if thread.is_alive()] == []
    server.raise_errors()


def test_a_client_that_goes_in_the_middle_is_no_error() -> None:
    stage = Stage(sends_for_ever)
    with LoopbackServer(stage) as server:
        with connected(server.url) as connection:
            connection.sendall(ASK)
            connection.recv(1)
        assert stage.ended.wait(DEADLINE)


def test_a_mistake_in_a_play_is_an_error_of_ours() -> None:
    errors: list[Exception] = []
    with LoopbackServer(Stage(fails), on_error=errors.append) as server, connected(server.url) as connection:
        connection.sendall(ASK)
        assert connection.recv(1) == b""

    assert [str(error) for error in errors] == ["no"]


def test_no_play_outlasts_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.line.LONGEST", 0.05)
    stage = Stage(sends_for_ever)
    with LoopbackServer(stage) as server, connected(server.url) as connection:
        connection.sendall(ASK)
        assert stage.ended.wait(DEADLINE)


def test_a_long_body_arrives_whole() -> None:
    body = bytes(range(256)) * 4096
    with LoopbackServer(Service(Response(200, Headers(), body))) as server:
        reply = requests.get(server.url, timeout=10)

    assert reply.content == body


def test_renewed_connections_are_not_used_again() -> None:
    with LoopbackServer(Service()) as server, connected(server.url) as connection:
        connection.sendall(ASK)
        connection.recv(65_536)
        server.renew_connections()
        assert connection.recv(1) == b""


def test_a_request_that_is_being_answered_is_answered_when_connections_are_renewed() -> None:
    asked, go = threading.Event(), threading.Event()

    def slow(_request: Request) -> Response:
        asked.set()
        go.wait(DEADLINE)
        return Response(200, Headers(), b"late")

    with LoopbackServer(slow) as server, connected(server.url) as connection:
        connection.sendall(ASK)
        assert asked.wait(DEADLINE)
        server.renew_connections()
        go.set()
        came = b"".join(iter(lambda: connection.recv(65_536), b""))

    assert came.endswith(b"Connection: close\r\n\r\nlate")
