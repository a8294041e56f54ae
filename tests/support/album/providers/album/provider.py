"""An album that keeps its pictures in memory, and takes uploads on a host of their own."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from troth.provider import Provider, ProviderOptions

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TOKEN = "album-token-of-the-fake"
UPLOADS = "/_origins/uploads"

ROUTES = Map(
    [
        Rule("/uploads", endpoint="reserve", methods=["POST"]),
        Rule("/pictures/<key>", endpoint="picture", methods=["GET"]),
        Rule(f"{UPLOADS}/pictures", endpoint="put_picture", methods=["POST"]),
        Rule(f"{UPLOADS}/captions/<key>", endpoint="put_caption", methods=["PUT"]),
    ]
)


class Album:
    """The service: what it knows and how it answers."""

    def __init__(self) -> None:
        self._signatures: dict[str, str] = {}
        self._captions: dict[str, str | None] = {}

    def reset(self) -> None:
        """Forget every picture."""
        self._signatures.clear()
        self._captions.clear()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The WSGI application."""
        with Request(environ) as request:  # it holds the files of a form
            return self._answered(request)(environ, start)

    def _answered(self, request: Request) -> Response:
        try:
            endpoint, found = ROUTES.bind_to_environ(request.environ).match()
        except HTTPException:
            return _answer(404, {"error": "no such thing"})
        credential = request.headers.get("Authorization")
        if request.path.startswith(UPLOADS):
            # As storage services do, which take a request for one of another kind.
            if credential is not None:
                return _answer(403, {"error": "no credential is wanted here"})
        elif credential != f"Bearer {TOKEN}":
            return _answer(401, {"error": "wrong token"})
        response: Response = getattr(self, f"_{endpoint}")(request, **found)
        return response

    def _reserve(self, request: Request) -> Response:
        key, signature = str(uuid.uuid4()), secrets.token_hex(16)
        self._signatures[key] = signature
        self._captions[key] = None
        ticket = {"url": request.host_url.rstrip("/") + UPLOADS, "key": key, "signature": signature}
        return _answer(201, ticket)

    def _put_caption(self, request: Request, key: str) -> Response:
        if self._signatures.get(key) != request.args.get("signature"):
            return _answer(403, {"error": "wrong signature"})
        text = json.loads(request.get_data())["text"]
        self._captions[key] = text
        return _answer(201, {"key": key, "size": len(text.encode())})

    def _put_picture(self, request: Request) -> Response:
        key, file = request.form["key"], request.files["file"]
        if self._signatures.get(key) != request.form["x-signature"]:
            return _answer(403, {"error": "wrong signature"})
        self._captions[key] = request.form.get("title")
        return _answer(201, {"key": key, "size": len(file.filename or "")})

    def _picture(self, _: Request, key: str) -> Response:
        if key not in self._captions:
            return _answer(404, {"error": "no such picture"})
        return _answer(200, {"key": key, "caption": self._captions[key]})


def _answer(status: int, document: object) -> Response:
    return Response(json.dumps(document), status=status, content_type="application/json")


def create(_: ProviderOptions) -> Provider:
    """Open the service."""
    service = Album()
    return Provider(
        app=service,
        version="album-fake 1",
        reset=service.reset,
        states={},
        close=service.reset,
        credentials={"valid": TOKEN},
    )
