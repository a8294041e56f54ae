"""What the tests of the fake drive it with."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from werkzeug.test import Client, TestResponse

from providers.judge0.sandbox import watch
from providers.judge0.service import Service
from troth.provider import Provider

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DEADLINE = 60.0
Json = dict[str, object]


def application(provider: Provider) -> WSGIApplication:
    """The fake's application, which is WSGI."""
    return cast("WSGIApplication", provider.app)


def wait_until(condition: Callable[[], bool]) -> None:
    """Return once ``condition`` holds; fail after the deadline."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.005)


@dataclass
class Judge:
    """A client of one fake, which sends the right token unless told otherwise."""

    client: Client
    token: str
    authorization: str = ""

    def get(self, path: str, **query: str) -> TestResponse:
        return self.get_with(path, query, {})

    def get_with(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> TestResponse:
        return self.client.get(path, query_string=query, headers=self._headers(headers))

    def post(self, path: str, body: object, **query: str) -> TestResponse:
        return self.client.post(path, json=body, query_string=query, headers=self._headers({}))

    def list(self, **query: str) -> TestResponse:
        return self.get_with("/submissions", query, {"X-Auth-User": self.authorization})

    def delete(self, token: object, **query: str) -> TestResponse:
        headers = self._headers({"X-Auth-User": self.authorization})
        return self.client.delete(f"/submissions/{token}", query_string=query, headers=headers)

    def run(self, source: str | None, language: int, **fields: object) -> Json:
        """Run to the end; all columns of the submission."""
        body = {"source_code": source, "language_id": language, **fields}
        response = self.post("/submissions", body, wait="true", fields="*")
        assert response.status_code == 201, response.text
        return cast(Json, response.json)

    def bash(self, source: str, **fields: object) -> Json:
        return self.run(source, 46, **fields)

    def enqueue(self, source: str, **fields: object) -> str:
        response = self.post("/submissions", {"source_code": source, "language_id": 46, **fields})
        assert response.status_code == 201, response.text
        return str(cast(Json, response.json)["token"])

    def show(self, token: str, **query: str) -> Json:
        return cast(Json, self.get(f"/submissions/{token}", **query).json)

    def status(self, token: str) -> object:
        return self.show(token, fields="status_id")["status_id"]

    def wait_for_final(self, token: str) -> Json:
        """The submission at its final status."""
        wait_until(lambda: cast(int, self.show(token, fields="status_id")["status_id"]) > 2)
        return self.show(token)

    def wait_for_status(self, token: str, *wanted: int) -> None:
        wait_until(lambda: self.status(token) in wanted)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"X-Auth-Token": self.token, **more}


def status_id(submission: Json) -> object:
    return cast(Json, submission["status"])["id"]


def holding(folder: str) -> list[str]:
    """Processes that see a folder below this one, or name it in their command line."""
    looked_into = [*Path("/proc").glob("[0-9]*/mountinfo"), *Path("/proc").glob("[0-9]*/cmdline")]
    return sorted({path.parent.name for path in looked_into if folder in _text(path)})


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


@dataclass
class Workshop:
    """A fake whose sandbox the test may look into."""

    judge: Judge
    service: Service
    base: Path
    groups: list[Path]
    before: frozenset[int] = field(default_factory=lambda: frozenset(watch.descendants(os.getpid())))
    """Processes of this one that there were already, which are none of the fake's."""

    def leftovers(self) -> list[str]:
        """Processes, folders and control groups that runs have left behind."""
        own = os.getpid()
        processes = [f"process {pid}" for pid in watch.descendants(own) if pid not in {own, *self.before}]
        processes += [f"orphan {pid}" for pid in holding(str(self.base))]
        runs = [str(path) for path in self.base.iterdir() if path.name != "etc"]
        groups = [str(path) for folder in self.groups for path in folder.glob(f"troth-judge0-{own}-*")]
        return processes + runs + groups


@dataclass
class Receiver:
    """Catches callbacks; ``answers`` are the statuses to give, 0 for hanging up, then always 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    location: str = "/"
    bodies: list[bytes] = field(default_factory=list)
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    """Method, path and content type."""

    def wait_for(self, number: int) -> None:
        wait_until(lambda: len(self.requests) >= number)
