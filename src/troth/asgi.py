"""An ASGI application as a WSGI one, since what serves, guards and fuzzes providers knows WSGI alone.

Its event loop runs in a thread of its own, from ``running`` to the ``close`` of the provider.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote

from a2wsgi import ASGIMiddleware
from typing_extensions import TypeIs

from troth.errors import CouldNotCheck
from troth.provider import ASGIApplication, Provider

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")
SECONDS = 30.0
"""What a start or an end may take, and what goes on after an answer is complete."""


_RAISED = "troth.raised"
"""Where the environment has what the application raised."""
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


def is_asgi(app: WSGIApplication | ASGIApplication) -> TypeIs[ASGIApplication]:
    """Whether it is called with a scope and two functions, where WSGI has an environment and one function."""
    if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(getattr(app, "__call__", None)):  # noqa: B004
        return True
    taken = inspect.signature(app)
    return _takes(taken, 3) and not _takes(taken, 2)


def _takes(signature: inspect.Signature, arguments: int) -> bool:
    try:
        signature.bind(*range(arguments))
    except TypeError:
        return False
    return True


def running(provider: Provider) -> Provider:
    """The provider with a WSGI application; itself where it has one.

    Raises:
        CouldNotCheck: its application says that it cannot start.
    """
    if not is_asgi(provider.app):
        return provider
    loop = _Loop()
    life = _Lifespan(provider.app)
    try:
        loop.run(life.begin())
    except BaseException:
        loop.close()
        provider.close()
        raise

    def close() -> None:
        try:
            loop.run(life.end())
        finally:
            loop.close()
            provider.close()

    return replace(provider, app=_Bridge(life.answer, loop.loop), close=close)


class _Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="asgi", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[object, object, T]) -> T:
        """Its outcome, in the thread that asks."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self.loop)
        return future.result(SECONDS)

    def close(self) -> None:
        """End what still runs, and the thread."""
        self.run(_cancelled())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(SECONDS)
        self.loop.close()


async def _cancelled() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()


class _Lifespan:
    """Tells the application that it begins and ends, if it wants to know (ASGI, lifespan protocol 2.0)."""

    def __init__(self, app: ASGIApplication) -> None:
        self._app = app
        self._state: dict[str, Any] = {}
        self._told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Return when it has started, or has no part in this."""
        self._task = asyncio.create_task(self._lives())
        answer = await self._tell("lifespan.startup")
        if answer == "lifespan.startup.failed":
            raise CouldNotCheck("the provider's application says that it cannot start")

    async def end(self) -> None:
        """Return when it has ended."""
        if self._task is not None and not self._task.done():
            await self._tell("lifespan.shutdown")

    async def answer(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        """The application, which is given a copy of what it kept when it began.

        What it raises, or leaves unsaid, is kept beside an answer that ends: ``ASGIMiddleware`` waits for
        that end, and loses an exception that comes before the answer.
        """
        told = _Told(send)
        try:
            await self._app({**scope, "state": dict(self._state)}, receive, told.send)
            if not told.ended:
                raise RuntimeError("the application ended without a whole answer")
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is read
            scope["wsgi_environ"][_RAISED] = error
            await told.end()

    async def _tell(self, what: str) -> str:
        assert self._task is not None
        await self._told.put({"type": what})
        said = asyncio.create_task(self._said.get())
        await asyncio.wait({said, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if said.done():
            return str(said.result()["type"])
        said.cancel()
        return ""

    async def _lives(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self._state}
        # Who raises does not know of this protocol, says ASGI.
        with contextlib.suppress(Exception):
            await self._app(scope, self._told.get, self._said.put)


class _Told:
    """What the application sent so far."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._begun = False
        self.ended = False

    async def send(self, message: Mapping[str, Any]) -> None:
        """Pass a message on."""
        self._begun = True
        self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)

    async def end(self) -> None:
        """Send what is left, if anything."""
        if not self._begun:
            await self.send({"type": "http.response.start", "status": 500, "headers": []})
        if not self.ended:
            await self.send({"type": "http.response.body"})


class _Bridge:
    """``ASGIMiddleware``, with whatever may stand in a URL."""

    def __init__(self, app: ASGIApplication, loop: asyncio.AbstractEventLoop) -> None:
        # Its types of WSGI are its own, and say less than those of typeshed.
        self._app = cast("WSGIApplication", ASGIMiddleware(app, wait_time=SECONDS, loop=loop))

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
        # A path is UTF-8 there: what is none is read as servers of ASGI do.
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        asked = {
            **environ,
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": quote(environ["QUERY_STRING"].encode("latin-1"), safe=_ASCII),
            "REMOTE_PORT": "0",
            _RAISED: None,
        }
        yield from self._app(asked, start)
        if asked[_RAISED] is not None:
            raise asked[_RAISED]


_ASCII = "".join(map(chr, range(0x21, 0x7F)))
