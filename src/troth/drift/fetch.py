"""The bytes of a vendor's document: a file, or a URL that the user named.

A URL is asked for once, without credentials. A redirect is followed on the same host only, and what
comes is bounded in size and in time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from troth.drift.document import MAX_BYTES, Document, parse
from troth.errors import BrokenFile, CouldNotCheck, UsageProblem
from troth.upstream import bounded_body, connections, unanswered

MAX_SECONDS = 60.0
MAX_REDIRECTS = 3
_TIMEOUT = urllib3.Timeout(connect=10.0, read=20.0)
_REDIRECTS = (301, 302, 303, 307, 308)


def load(spec: str, *, clock: Callable[[], float] = time.monotonic) -> Document:
    """The document that ``spec`` names: a path, or a URL of http or https.

    Raises:
        UsageProblem: there is no such file, or the URL cannot be used.
        BrokenFile: it is no document.
        CouldNotCheck: the URL did not answer with one.
    """
    if "://" in spec:
        return parse(fetch(spec, clock=clock), spec)
    return parse(_read(Path(spec)), spec)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise UsageProblem(f"{path} is no file", hint="--spec names a file, or a URL of http or https")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BrokenFile(path, f"it cannot be read: {error.strerror}") from error


def fetch(url: str, *, clock: Callable[[], float] = time.monotonic) -> bytes:
    """What ``url`` answers.

    Raises:
        UsageProblem: the URL cannot be used.
        CouldNotCheck: no answer, another status than 200, too much of it, or it took too long.
    """
    _refuse(url)
    deadline = clock() + MAX_SECONDS
    first = urlsplit(url)
    for _ in range(MAX_REDIRECTS + 1):
        status, told = _ask(url, deadline, clock)
        if status == 200:
            return told
        if status not in _REDIRECTS:
            raise CouldNotCheck(f"{url} answers {status}", hint="--spec wants the address of the document")
        url = urljoin(url, told.decode("ascii", errors="replace"))
        _refuse(url)
        target = urlsplit(url)
        if (target.scheme, target.netloc) != (first.scheme, first.netloc):
            raise CouldNotCheck(
                f"{first.netloc} redirects to another host, {target.scheme}://{target.netloc}",
                hint="name that address yourself, if you trust it",
            )
    raise CouldNotCheck(f"{url} redirects more than {MAX_REDIRECTS} times")


def _refuse(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageProblem(f"{url!r} cannot be fetched", hint="write it as https://host[:port]/path")
    if "@" in parts.netloc:
        raise UsageProblem(
            f"the URL of {parts.hostname} holds a user name", hint="fetch it yourself, and name the file"
        )


def _ask(url: str, deadline: float, clock: Callable[[], float]) -> tuple[int, bytes]:
    """The status, with the body of a 200 or the location of another."""
    parts = urlsplit(url)
    manager = connections(parts.scheme, parts.hostname or "", None)
    try:
        answer = manager.request(
            "GET",
            url,
            headers={"Accept": "application/json, application/yaml, */*", "User-Agent": "troth"},
            timeout=_TIMEOUT,
            retries=False,
            redirect=False,
            preload_content=False,
        )
        if answer.status != 200:
            answer.close()
            return answer.status, answer.headers.get("Location", "").encode()
        body = bounded_body(
            answer, url, at_most=MAX_BYTES, deadline=deadline, seconds=MAX_SECONDS, clock=clock
        )
        return 200, body
    except HTTPError as error:
        raise unanswered(f"{parts.scheme}://{parts.netloc}", error) from error
    finally:
        manager.clear()
