"""A WSGI application as a handler of whole requests, on a socket or in process."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from werkzeug.test import run_wsgi_app

from troth.asgi import is_asgi
from troth.exchange import Headers, Request, Response
from troth.loopback import Handler
from troth.provider import ASGIApplication

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def wsgi_handler(app: WSGIApplication | ASGIApplication) -> Handler:
    """Answer requests with ``app``; its response is read to its end.

    Raises:
        TypeError: it is ASGI still: ``troth.asgi.running`` makes it WSGI, and ends what that needs.
    """
    if is_asgi(app):
        raise TypeError("an ASGI application has to be running: troth.asgi.running")

    def handle(request: Request) -> Response:
        chunks, status, headers = run_wsgi_app(app, environ_of(request), buffered=True)
        return Response(int(status.split()[0]), Headers.of(headers.items()), b"".join(chunks))

    return handle


def environ_of(request: Request) -> WSGIEnvironment:
    """What PEP 3333 asks for."""
    parts = urlsplit(request.url)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "RAW_URI": request.url.removeprefix(request.origin) or "/",
        "SERVER_NAME": parts.hostname or "127.0.0.1",
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **_headers(request.headers),
    }
    if request.body or "Content-Length" in request.headers:
        environ["CONTENT_LENGTH"] = str(len(request.body))
    return environ


def _headers(headers: Headers) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in headers.without("Content-Length", "Transfer-Encoding"):
        # A name with an underscore would pass for the one with a hyphen.
        if "_" not in name:
            found.setdefault(name.upper().replace("-", "_"), []).append(value)
    return {
        name if name == "CONTENT_TYPE" else f"HTTP_{name}": ("; " if name == "COOKIE" else ", ").join(values)
        for name, values in found.items()
    }
