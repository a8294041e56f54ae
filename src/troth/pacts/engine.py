"""Pact's own engine: a mock server for one interaction, and the verifier. The only module that imports it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import pact_ffi
from pact import Pact, Verifier
from pact.interaction import HttpInteraction
from pydantic import BaseModel, ConfigDict, JsonValue

from troth.errors import BrokenFile
from troth.loopback import direct_loopback
from troth.pacts.generate import body_bytes
from troth.pacts.model import Body, Interaction, Message

# Pact logs each mismatch as well; they are read from its results. Unless someone asked for more:
if logging.getLogger("pact.ffi").level == logging.NOTSET:
    logging.getLogger("pact.ffi").setLevel(logging.CRITICAL)

_STANDARD_OUTPUT = threading.Lock()


@dataclass(frozen=True, slots=True)
class Difference:
    """What Pact found different. ``place`` is ``status``, ``header X`` or a JSON path; ``message`` is
    Pact's own, and may hold values that must not be shown."""

    kind: str
    place: str
    message: str


class MockServer:
    """Pact's mock server of one interaction, on loopback."""

    def __init__(self, interaction: Interaction, *, consumer: str, provider: str) -> None:
        # Both are kept: Pact drops what nobody holds.
        self._pact = Pact(consumer, provider)
        _describe(self._pact.upon_receiving(interaction.description), interaction)
        self._server = self._pact.serve("127.0.0.1", raises=False, verbose=False)
        self._differences: tuple[Difference, ...] = ()

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._differences = self._found()
        self._server.__exit__(kind, error, trace)

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self._server.url)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """How the request differed from the interaction, once the server ended."""
        return self._differences

    def _found(self) -> tuple[Difference, ...]:
        handle = self._server._handle
        if handle is None or self._server.matched:
            return ()
        # The dictionaries themselves: the library's own classes for them differ from release to release.
        found = pact_ffi.mock_server_mismatches(handle)
        return tuple(each for entry in found for each in _request_differences(entry))


def reified(message: Message, *, consumer: str, provider: str) -> bytes:
    """The body of a message as Pact hands it to a consumer: JSON, written anew."""
    pact = Pact(consumer, provider)
    described = pact.upon_receiving(message.description, "Async")
    text = json.dumps(message.contents.content, ensure_ascii=False)
    described.with_body(text, message.contents.contentType)
    rules = (message.matchingRules or {}).get("body")
    if rules:
        described.with_matching_rules(json.dumps({"body": rules}))
    bodies: list[bytes] = []
    pact.verify(
        lambda body, _: bodies.append(body.encode() if isinstance(body, str) else body or b""), "Async"
    )
    return bodies[0]


def _request_differences(entry: Mapping[str, Any]) -> Iterator[Difference]:
    """One for each part that differs. Pact compares the rest only where method and path are those of the
    interaction; where not, it also says that the interaction was never asked for, which is the same."""
    kind = str(entry.get("type", ""))
    if "not-found" in kind:
        yield Difference(kind, "method or path", kind)
    elif "missing" not in kind:
        yield from (difference(each) for each in entry.get("mismatches") or ())


def _describe(target: HttpInteraction, interaction: Interaction) -> None:
    asked, answered = interaction.request, interaction.response
    target.with_request(asked.method, asked.path)
    for name, values in (asked.query or {}).items():
        for value in values:
            # Wrapped, because a value that looks like JSON would be read as a matcher.
            target.with_query_parameter(name, {"value": value})
    _part(
        target, "Request", asked.headers, None if _kept_raw(asked.body) else asked.body, asked.matchingRules
    )
    target.will_respond_with(answered.status)
    _part(target, "Response", answered.headers, answered.body, answered.matchingRules)


def _kept_raw(body: Body | None) -> bool:
    """Whether Pact could not read the body as what its type says; the relay compares its bytes."""
    return body is not None and body.encoded == "base64"


def _part(
    target: HttpInteraction,
    name: Any,
    headers: Mapping[str, list[str]] | None,
    body: Body | None,
    rules: Mapping[str, JsonValue] | None,
) -> None:
    for header, values in (headers or {}).items():
        target.set_header(header, ", ".join(values), name)
    if body is not None:
        target.with_binary_body(body_bytes(body), body.contentType, name)
    if rules:
        target.with_matching_rules(json.dumps(rules), name)


class Result(BaseModel):
    """What Pact's verifier says of one interaction."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    description: str
    result: str
    mismatch: dict[str, JsonValue] | None = None

    @property
    def passed(self) -> bool:
        """Whether the response fits the interaction."""
        return self.result == "OK"

    @property
    def differences(self) -> tuple[Difference, ...]:
        """How the response differs."""
        found = self.mismatch or {}
        inner = found.get("mismatches")
        if isinstance(inner, list):
            return tuple(difference(each) for each in inner if isinstance(each, dict))
        return (
            () if self.passed else (Difference("error", "request", str(found.get("message", self.result))),)
        )


def difference(found: Mapping[str, Any]) -> Difference:
    """One mismatch as Pact's JSON has it."""
    kind = str(found.get("type", ""))
    match kind:
        case "StatusMismatch":
            place = "status"
        case "HeaderMismatch":
            place = f"header {found.get('key', '')}"
        case "BodyTypeMismatch":
            place = "header Content-Type"
        case "QueryMismatch":
            place = f"query {found.get('parameter', '')}"
        case "BodyMismatch":
            place = str(found.get("path", "$")).replace("/", "$", 1)
        case _:
            place = kind.removesuffix("Mismatch").lower() or "request"
    return Difference(kind, place, str(found.get("mismatch", "")))


def run_verifier(
    path: Path,
    *,
    provider: str,
    url: str,
    state_url: str | None,
    message_url: str | None = None,
    seconds: float = 60.0,
) -> list[Result]:
    """Replay the pact at ``path`` against ``url``, which is on loopback; the results in file order.

    Messages are fetched from ``message_url``, on the same host. ``seconds`` is the longest that one
    response may take.

    Raises:
        BrokenFile: Pact cannot read the file.
    """
    verifier = Verifier(provider, host=urlsplit(url).hostname)
    verifier.add_transport(url=url)
    if message_url is not None:
        parts = urlsplit(message_url)
        verifier.add_transport(protocol="message", scheme="http", port=parts.port, path=parts.path)
    verifier.add_source(path)
    verifier.follow_redirects(False)  # noqa: FBT003 - the library takes it by position only
    verifier.set_request_timeout(int(seconds * 1000))
    # Loading the system's certificates costs 11 ms an interaction, and this leg is plain HTTP on
    # loopback: what is beyond the proxy is verified by the proxy.
    verifier.disable_ssl_verification()
    if state_url is not None:
        verifier.state_handler(state_url, body=True)
    with direct_loopback(), silent_output(), contextlib.suppress(RuntimeError):
        # A bare RuntimeError says only that something failed; the results say what.
        verifier.verify()
    found = verifier.results
    results = [Result.model_validate(each) for each in found.get("interactionResults", ())]
    if not results and found.get("errors"):
        message = found["errors"][0].get("mismatch", {}).get("message", "it could not be loaded")
        raise BrokenFile(path, f"Pact cannot read it: {message}")
    return results


@contextlib.contextmanager
def silent_output() -> Iterator[None]:
    """Keep what Pact prints on file descriptor 1 away from the results that belong there."""
    with _STANDARD_OUTPUT, open(os.devnull, "wb") as nothing:
        sys.stdout.flush()
        saved = os.dup(1)
        try:
            os.dup2(nothing.fileno(), 1)
            yield
        finally:
            os.dup2(saved, 1)
            os.close(saved)
