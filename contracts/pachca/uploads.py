"""Uploads, in two steps: ask for a signed form, then send the form with the file to where it says.

The second step goes to a store that is no part of the API: no credential goes there, and ``file`` comes
last.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.pachca.texts import DOCUMENT, UploadKey
from troth.fields import SAFE, FilePart, Last, Payload, Safe


class UploadForm(Payload, source=f"{DOCUMENT}; the form of x-amz-date: AWS Signature Version 4"):
    """Who holds ``policy`` and ``x-amz-signature`` may upload, so they are hidden."""

    content_disposition: Safe[str] = Field(alias="Content-Disposition")
    acl: Safe[str]
    policy: str
    credential: str = Field(alias="x-amz-credential")
    algorithm: Safe[str] = Field(alias="x-amz-algorithm")
    date: Annotated[str, StringConstraints(pattern=r"^\d{8}T\d{6}Z$"), SAFE] = Field(alias="x-amz-date")
    signature: str = Field(alias="x-amz-signature")
    key: UploadKey


class UploadParams(UploadForm, source=DOCUMENT):
    """Trap: not within ``data``."""

    direct_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$"), SAFE]
    """Where the form goes. It may be seen, since it has no query: what signs an upload is in the form."""


class FileUploadRequest(UploadForm, source=f"{DOCUMENT}; vendor's guide to uploads"):
    """The form as it was given, its key too, and the file as the last part."""

    file: Last[FilePart]

    @model_validator(mode="after")
    def _names_its_file(self) -> Self:
        # The store puts the name in the place of ${filename}.
        if not self.file.filename:
            raise ValueError("a file with a name")
        return self
