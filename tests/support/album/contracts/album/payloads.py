"""What an album of pictures sends and takes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from troth.fields import FilePart, Last, Payload, Safe, Uuid


class Ticket(Payload, source="assumed"):
    """Leave to upload one thing. ``url`` is on another host than the album."""

    url: Safe[str]
    key: Uuid
    signature: str


class KeyPath(Payload, source="assumed"):
    """An upload in a path."""

    key: Uuid


class SignedQuery(Payload, source="assumed"):
    """What shows that the upload is allowed, in a query."""

    signature: str


class Caption(Payload, source="assumed"):
    """A line below a picture."""

    text: Safe[str]


class PictureForm(Payload, source="assumed"):
    """A picture and what shows that it may be stored. Storage services want the file last."""

    key: Uuid
    signature: Annotated[str, Field(alias="x-signature")]
    title: Safe[str] | None = None
    file: Last[FilePart]


class Stored(Payload, source="assumed"):
    """What the upload host keeps."""

    key: Uuid
    size: Safe[int]


class Picture(Payload, source="assumed"):
    """A picture of the album."""

    key: Uuid
    caption: Safe[str] | None


class Problem(Payload, source="assumed"):
    """Why there is no answer."""

    error: Safe[str]
