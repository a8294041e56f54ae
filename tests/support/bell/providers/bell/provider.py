"""A bell that keeps its rings in memory, and tells each of them once, on a thread of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import time
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

import urllib3
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from troth.provider import Provider, ProviderOptions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEY = "bell-key-of-the-fake"
SECRET = "bell-signing-secret-of-the-fake"

ROUTES = Map(
    [
        Rule("/hook", endpoint="put_hook", methods=["PUT"]),
        Rule("/rings", endpoint="ring", methods=["POST"]),
        Rule("/rings/<ring_id>", endpoint="get_ring", methods=["GET"]),
    ]
)


class Bell:
    """The service: what it knows, how it answers, and whom it tells."""

    def __init__(self) -> None:
        self._rings: dict[str, str] = {}
        self._hook = ""
        self._told: queue.Queue[tuple[str, bytes] | None] = queue.Queue()
        self._teller = threading.Thread(target=self._tell, name="bell-teller", daemon=True)
        self._teller.start()

    def reset(self) -> None:
        """Forget every ring, and tell nobody any more."""
        self._rings.clear()
        self._hook = ""

    def close(self) -> None:
        """End the thread."""
        self._told.put(None)
        self._teller.join(5)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The WSGI application."""
        return self._answered(Request(environ))(environ, start)

    def _answered(self, request: Request) -> Response:
        try:
            endpoint, found = ROUTES.bind_to_environ(request.environ).match()
        except HTTPException:
            return _answer(404, {"error": "no such thing"})
        if request.headers.get("X-Key") != KEY:
            return _answer(401, {"error": "wrong key"})
        response: Response = getattr(self, f"_{endpoint}")(request, **found)
        return response

    def _put_hook(self, request: Request) -> Response:
        self._hook = json.loads(request.get_data())["url"]
        return Response(status=204)

    def _ring(self, request: Request) -> Response:
        ring = {"id": str(uuid.uuid4()), "note": json.loads(request.get_data())["note"]}
        self._rings[ring["id"]] = ring["note"]
        event = {"type": "ring", "ring": ring, "sent": int(time.time())}
        if self._hook:
            self._told.put((self._hook, json.dumps(event, ensure_ascii=False).encode()))
        return _answer(201, ring)

    def _get_ring(self, _: Request, ring_id: str) -> Response:
        if ring_id not in self._rings:
            return _answer(404, {"error": "no such ring"})
        return _answer(200, {"id": ring_id, "note": self._rings[ring_id]})

    def _tell(self) -> None:
        while (told := self._told.get()) is not None:
            url, body = told
            signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
            headers = {"Content-Type": "application/json", "X-Signature": signature}
            try:
                urllib3.request("POST", url, body=body, headers=headers, timeout=30, retries=False)
            except urllib3.exceptions.HTTPError:
                continue  # told once, heard or not


def _answer(status: int, document: object) -> Response:
    return Response(json.dumps(document), status=status, content_type="application/json")


def create(_: ProviderOptions) -> Provider:
    """Open the service."""
    service = Bell()
    return Provider(
        app=service,
        version="bell-fake 1",
        reset=service.reset,
        states={},
        close=service.close,
        credentials={"valid": KEY, "signing": SECRET},
    )
