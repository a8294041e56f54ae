"""``requests`` sees the same of a fault in process and on a real socket, or the difference is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.faults_wire.conftest import LONG, SHORT, Serve
from tests.faults_wire.letters import LETTER, SERVER
from tests.support.pages import page
from troth.api import Api
from troth.faults.catalogue import CATALOGUE, fault
from troth.mock import ApiMock, Dispatcher, Library
from troth.workspace import Settings, Workspace

DIFFERENT = dict(
    re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page("docs/faults.md").partition("### In process and")[2], re.M)
)
"""What is on a socket not as it is in process, by the table of the page."""
NAMES = [each.name for each in CATALOGUE]


@dataclass(frozen=True)
class Seen:
    """What a client got: the classes of the exception and of what is within it, or an answer."""

    raised: tuple[str, ...] = ()
    status: int = 0
    length: int = 0
    media: str | None = None
    retry_after: bool = False
    json: str = ""


def seen(session: requests.Session, url: str, name: str, trusted: Path | None) -> Seen:
    verify = True if trusted is None else str(trusted)
    # Only what never comes is waited for in vain: all else may take its time on a busy machine.
    seconds = SHORT if fault(name).lasts else LONG
    try:
        reply = session.get(f"{url}/letters/7", timeout=seconds, verify=verify)
    except (requests.RequestException, ValueError) as error:
        return Seen(tuple(classes(error)))
    return Seen(
        status=reply.status_code,
        length=len(reply.content),
        media=reply.headers.get("Content-Type"),
        retry_after="Retry-After" in reply.headers,
        json=read(reply),
    )


def classes(error: BaseException | None) -> Iterator[str]:
    """``ConnectionError``, ``MaxRetryError``, ``NewConnectionError``: from the outside inwards."""
    while error is not None:
        yield type(error).__name__
        held = (getattr(error, "reason", None), *error.args)
        error = next((each for each in held if isinstance(each, BaseException)), None)


def read(reply: requests.Response) -> str:
    try:
        return repr(reply.json())
    except ValueError as error:
        return type(error).__name__


def in_process(api: Api, name: str, folder: Path) -> Seen:
    """What a client sees of the mock, which is out of the way when this returns."""
    with Dispatcher() as dispatcher, requests.Session() as session:
        mock = ApiMock(api, dispatcher, Library(Workspace(folder, Settings())))
        mock.reply(api.named("read_letter"), 200, LETTER)
        mock.fault(name, times=None)
        return seen(session, SERVER, name, None)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in DIFFERENT])
def test_a_fault_is_the_same_in_process_and_on_a_socket(
    api: Api, serve: Serve, client: requests.Session, tmp_path: Path, name: str
) -> None:
    expected = in_process(api, name, tmp_path)
    served = serve(name)

    assert seen(client, served.url, name, served.authority) == expected


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_is_documented_to_differ_does(
    api: Api, serve: Serve, client: requests.Session, tmp_path: Path, name: str
) -> None:
    expected = in_process(api, name, tmp_path)
    served = serve(name)

    assert seen(client, served.url, name, served.authority) != expected


def test_faults_that_differ_are_not_taken_for_the_same(api: Api, tmp_path: Path) -> None:
    names = ["reset_before_headers", "reset_mid_body", "body_short", "read_timeout", "body_drips", "http_429"]

    assert len({in_process(api, name, tmp_path) for name in names}) == len(names)
