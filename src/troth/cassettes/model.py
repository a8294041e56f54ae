"""A cassette: the recorded exchanges of one scenario, and where they came from."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict

from troth.exchange import Exchange, Headers, SourceKind
from troth.provider import JsonScalar

FORMAT = 1
"""The newest layout of the ``troth`` key that this version reads and writes."""

Scalar: TypeAlias = "str | bytes | int | None"
Document: TypeAlias = "dict[str, Document] | list[Document] | Scalar"


class Given(BaseModel):
    """The provider state that the scenario asked for."""

    model_config = ConfigDict(frozen=True)
    state: str = ""
    params: dict[str, JsonScalar] = {}


class Provenance(BaseModel):
    """Where a recording came from. It stands under the cassette's extra top-level key ``troth``."""

    model_config = ConfigDict(frozen=True)
    format: int = FORMAT
    api: str
    scenario: str
    recorded_at: AwareDatetime
    simulated: bool
    """A fake answered, not the real service or its staging."""
    provider: str
    """What answered, with its version."""
    troth: str
    """The version of troth that wrote it."""
    given: Given = Given()
    values: dict[str, JsonScalar] = {}
    """What ``server.values`` holds in a replay; redacted like everything else."""
    noise: tuple[str, ...] = ()
    """Places whose value differs from run to run: ``GET /jobs/{id} answers 200 response $.took``."""
    digest: str = ""

    @property
    def kind(self) -> SourceKind:
        """The kind of evidence that the recording is."""
        return SourceKind.SIMULATED if self.simulated else SourceKind.RECORDED


@dataclass(frozen=True, slots=True)
class Cassette:
    """One file: ``exchanges`` in the order in which they happened."""

    path: Path
    provenance: Provenance
    exchanges: tuple[Exchange, ...]
    edited: bool = False
    """The content is not what troth wrote: its digest differs."""

    @property
    def api(self) -> str:
        """The name of the API."""
        return self.provenance.api

    @property
    def scenario(self) -> str:
        """The name of the scenario."""
        return self.provenance.scenario

    @property
    def place(self) -> str:
        """``cassettes/judge0/accepted.yaml``."""
        return place_of(self.path)

    def sealed(self) -> Cassette:
        """The same cassette with the digest of its content."""
        digest = digest_of(self.exchanges, self.provenance)
        return replace(self, provenance=self.provenance.model_copy(update={"digest": digest}), edited=False)


def place_of(path: Path) -> str:
    """The last three parts of a cassette's path, as a person in the workspace's root names it."""
    return "/".join(path.parts[-3:])


def digest_of(exchanges: Sequence[Exchange], provenance: Provenance) -> str:
    """``sha256:…`` over the redacted content: every exchange, and where it came from.

    The provenance counts too, or a simulated cassette could be declared recorded by hand.
    """
    said = provenance.model_dump(mode="json", exclude={"digest"})
    content = [[_content(each) for each in exchanges], sorted(said.items())]
    text = json.dumps(content, separators=(",", ":"), default=_binary)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _content(exchange: Exchange) -> list[object]:
    """What of an exchange its file keeps; the order of different headers and the case of names do not
    count."""
    request, response = exchange.request, exchange.response
    return [
        request.method,
        request.url,
        _named(request.headers),
        text_or_bytes(request.body),
        response.status,
        _named(response.headers),
        text_or_bytes(response.body),
    ]


def _named(headers: Headers) -> list[tuple[str, str]]:
    return sorted([(name.lower(), value) for name, value in headers], key=itemgetter(0))


def outbound(exchanges: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """What the consumer called, which is all that VCR knows of."""
    return tuple(each for each in exchanges if not each.inbound)


def deliveries(exchanges: Sequence[Exchange]) -> tuple[tuple[int, Exchange], ...]:
    """Each webhook with the number of calls that came before it."""
    return tuple(
        (len(outbound(exchanges[:index])), each) for index, each in enumerate(exchanges) if each.inbound
    )


def document(exchange: Exchange) -> dict[str, Document]:
    """An exchange as VCR writes an interaction."""
    request, response = exchange.request, exchange.response
    return {
        "request": {
            "method": request.method,
            "uri": request.url,
            "body": text_or_bytes(request.body) if request.body else None,
            "headers": grouped(request.headers),
        },
        "response": {
            "status": {"code": response.status, "message": phrase(response.status)},
            "headers": grouped(response.headers),
            "body": {"string": text_or_bytes(response.body)},
        },
    }


def grouped(headers: Headers) -> dict[str, Document]:
    """Values by name, under the first spelling of a name."""
    found: dict[str, list[Document]] = {}
    spelled: dict[str, str] = {}
    for name, value in headers:
        found.setdefault(spelled.setdefault(name.lower(), name), []).append(value)
    return {**found}


def headers_of(groups: Mapping[str, Sequence[str]]) -> Headers:
    """The headers that ``grouped`` gave."""
    return Headers(tuple((name, value) for name, values in groups.items() for value in values))


def text_or_bytes(body: bytes) -> str | bytes:
    """A body as text where it is UTF-8, else as it is; VCR writes that as ``!!binary``."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body


def phrase(status: int) -> str:
    """The reason phrase of a status; empty for one that HTTP does not name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _binary(value: object) -> dict[str, str]:
    assert isinstance(value, bytes)
    return {"binary": base64.b64encode(value).decode("ascii")}
