"""Every exchange of a run as an HTTP Archive (HAR 1.2), which browsers and proxies read.

Nothing stands in it that a cassette would not hold either: ``troth.fuzz.hidden``.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import harfile

from troth.api import Api
from troth.errors import UsageProblem
from troth.exchange import Exchange, Headers, Request, Response, placeholder
from troth.fuzz.case import Sent
from troth.fuzz.hidden import Hidden
from troth.fuzz.service import Service
from troth.places import REDACTED
from troth.scrub import Scrubber

HTTP = "HTTP/1.1"


def refuse_unwritable(path: Path) -> None:
    """A run of minutes must not end at its last line.

    Raises:
        UsageProblem: nothing can be written there.
    """
    folder = path.parent
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise UsageProblem(
            f"--har {path}: nothing can be written there", hint="name a file in a folder that is there"
        )


def write_har(path: Path, api: Api, service: Service, sent: Sequence[Sent], *, version: str) -> None:
    """Write the exchanges in the order in which they were sent; the file is whole or as it was.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            _write(file, api, service, sent, version)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _write(file: IO[str], api: Api, service: Service, sent: Sequence[Sent], version: str) -> None:
    # What stands for a value is numbered as the run is told, which a seed repeats; times do not.
    hidden = Hidden.of(api, (each.exchange for each in sent), base=service.url, secrets=service.secrets)
    last = _Last(api, service.secrets)
    creator = harfile.Creator(name="troth", version=version, comment=f"{api.name}, {service.version}")
    with harfile.HarFile.open(file, creator=creator) as har:
        for each in sorted(sent, key=lambda one: one.at):
            _add(har, each, last.shown(hidden.exchange(each.exchange)))


def _add(har: harfile.HarFile, sent: Sent, shown: Exchange) -> None:
    milliseconds = round((sent.exchange.seconds or 0.0) * 1000, 3)
    har.add_entry(
        startedDateTime=datetime.fromtimestamp(sent.at, UTC),
        time=milliseconds,
        request=_request(shown.request),
        response=_response(shown.response),
        timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
        comment=_comment(sent),
    )


def _comment(sent: Sent) -> str:
    """Where it stands in the run, and which checks it failed: no word of what was answered."""
    made = {True: "made to fit", False: "wrong on purpose", None: "sent by a check"}[sent.positive]
    said = [sent.operation, sent.phase, sent.given, made]
    failed = dict.fromkeys(f"failed {each.check}: {each.title}" for each in sent.failures)
    return "; ".join([", ".join(part for part in said if part), *failed])


def _request(request: Request) -> harfile.Request:
    return harfile.Request(
        method=request.method,
        url=request.url,
        httpVersion=HTTP,
        headers=_records(request.headers),
        queryString=[harfile.Record(name=name, value=value) for name, value in request.query],
        postData=_posted(request),
        bodySize=len(request.body),
    )


def _posted(request: Request) -> harfile.PostData | None:
    if not request.body:
        return None
    text, encoding = _text(request.body)
    return harfile.PostData(
        mimeType=request.headers.get("Content-Type") or "", params=[], text=text, comment=encoding
    )


def _response(response: Response) -> harfile.Response:
    text, encoding = _text(response.body)
    return harfile.Response(
        status=response.status,
        statusText=HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else "",
        httpVersion=HTTP,
        headers=_records(response.headers),
        content=harfile.Content(
            size=len(response.body),
            mimeType=response.headers.get("Content-Type") or "",
            text=text,
            encoding=encoding,
        ),
        redirectURL=response.headers.get("Location") or "",
        bodySize=len(response.body),
    )


def _text(body: bytes) -> tuple[str, str | None]:
    """A body as text, and how that is encoded if it had to be."""
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), "base64"


def _records(headers: Headers) -> list[harfile.Record]:
    return [harfile.Record(name=name, value=value) for name, value in headers]


class _Last:
    """The last look: a credential is ``$ENV``, wherever it stands."""

    def __init__(self, api: Api, secrets: Mapping[str, str]) -> None:
        names = {role: f"${env}" for role, env in api.credentials.items()}
        known = {secret: names.get(role, REDACTED) for role, secret in secrets.items() if secret}
        self._secrets = Scrubber(known)
        self._places = {placeholder(role): names.get(role, REDACTED) for role in secrets}

    def shown(self, exchange: Exchange) -> Exchange:
        """The exchange without credentials."""
        request, response = exchange.request, exchange.response
        url = urlsplit(request.url)
        asked = Request(
            self._text(request.method),
            url._replace(path=self._text(url.path), query=self._text(url.query)).geturl(),
            self._headers(request.headers),
            self._body(request.body),
        )
        answered = Response(response.status, self._headers(response.headers), self._body(response.body))
        return Exchange(asked, answered, exchange.source, exchange.seconds)

    def _headers(self, headers: Headers) -> Headers:
        return Headers(tuple((self._text(name), self._text(value)) for name, value in headers))

    def _body(self, body: bytes) -> bytes:
        return self._text(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _text(self, text: str) -> str:
        text = self._secrets.text(text)
        for place, shown in self._places.items():
            text = text.replace(place, shown)
        return text
