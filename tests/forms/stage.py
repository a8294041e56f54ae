"""A small API that takes forms, and requests to it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from urllib3.filepost import encode_multipart_formdata

from troth.api import Api, Empty
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import FilePart, Last, Payload, Safe, Uuid
from troth.judge import Mismatch

URL = "https://post.example/v1/letters"
KEY = "00000000-0000-4000-8000-000000000001"
PNG = b"\x89PNG\r\n\x1a\n\x00\xff--drawn\r\n"
File = tuple[str, bytes, str]
"""Its name, its content and its type."""
Parts = Sequence[tuple[str, str | File]]


class Kind(StrEnum):
    """How a letter travels."""

    AIR = "air"
    SEA = "sea"


class Letter(Payload, source="assumed"):
    """A letter with what is enclosed."""

    key: Uuid
    secret: Annotated[str, Field(alias="x-secret")]
    kind: Kind
    title: Safe[str] | None = None
    tags: Annotated[list[Safe[str]], Field(default_factory=list)]
    enclosed: Annotated[list[FilePart], Field(default_factory=list)]
    file: Last[FilePart]


class Card(Payload, source="assumed"):
    """A card, which everybody may see."""

    picture: Safe[FilePart]


def post_api() -> Api:
    """The contract, new each time."""
    api = Api("post", server="https://post.example/v1")
    api.post(
        "/letters",
        name="send",
        body=Letter,
        body_type="multipart/form-data",
        responses={201: Empty, 400: Empty},
    )
    api.post("/cards", name="card", body=Card, body_type="multipart/form-data", responses={201: Empty})
    return api


LETTER: Parts = (
    ("key", KEY),
    ("x-secret", "s3cr3t-of-ada"),
    ("kind", "air"),
    ("title", "Привет"),
    ("file", ("письмо.png", PNG, "image/png")),
)


def sent(parts: Parts, *, boundary: str = "abc123", url: str = URL, status: int = 201) -> Exchange:
    """The exchange in which a client sends ``parts`` with a boundary of its own."""
    body, content_type = encode_multipart_formdata(list(parts), boundary)
    return raw(body, content_type, url=url, status=status)


def raw(body: bytes, content_type: str, *, url: str = URL, status: int = 201) -> Exchange:
    """The exchange in which a client sends these bytes."""
    request = Request("POST", url, Headers.of({"Content-Type": content_type}), body)
    return Exchange(request, Response(status))


def without(name: str) -> Parts:
    """The letter less one part."""
    return tuple(part for part in LETTER if part[0] != name)


def changed(name: str, value: str | File) -> Parts:
    """The letter with another part in the place of one."""
    return tuple((each, value if each == name else old) for each, old in LETTER)


def told(mismatches: Sequence[Mismatch]) -> list[tuple[str, str]]:
    """Where a request differs, and the rule."""
    assert {each.side for each in mismatches} <= {"request"}
    return [(each.path, each.rule) for each in mismatches]
