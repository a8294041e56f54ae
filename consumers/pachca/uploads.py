"""Files: handed to the storage that the service names, and then named in a message."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from urllib3.filepost import encode_multipart_formdata

from consumers.pachca import answers
from consumers.pachca.caller import Caller, Json, given
from consumers.pachca.errors import Unreadable, UploadRefused
from consumers.pachca.transport import Call
from contracts.pachca.enums import FileType
from contracts.pachca.uploads import UploadParams

_PLACE = "${filename}"
_NOT_IN_A_NAME = frozenset('/\\"')


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that lies in the storage, for the ``files`` of messages.

    ``size`` in bytes; ``width`` and ``height`` of an image in pixels. A voice file needs ``duration_ms`` and
    ``waveform``.
    """

    key: str
    name: str
    file_type: FileType
    size: int
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    waveform: str | None = None

    def document(self) -> dict[str, Json]:
        """As a message holds it."""
        return given(
            key=self.key,
            name=self.name,
            file_type=self.file_type,
            size=self.size,
            width=self.width,
            height=self.height,
            duration_ms=self.duration_ms,
            waveform=self.waveform,
        )


class Uploads(Caller):
    """The part of the client that hands files over."""

    def upload(
        self,
        name: str,
        data: bytes,
        *,
        content_type: str = "application/octet-stream",
        file_type: FileType = "file",
    ) -> UploadedFile:
        """Put a file into the storage. Nobody sees it until a message holds it.

        Raises:
            UploadRefused: the storage did not take it.
            OutcomeUnknown: it may lie there; to upload it again does no harm.
            ValueError: a file cannot have this name.
        """
        _check_name(name)
        permission = self._write("POST", "/uploads", 201, UploadParams)
        self._store(permission, name, data, content_type)
        return UploadedFile(permission.key.replace(_PLACE, name), name, file_type, len(data))

    def _store(self, permission: UploadParams, name: str, data: bytes, content_type: str) -> None:
        fields = permission.model_dump(by_alias=True, exclude={"direct_url"})
        # The storage reads nothing of what comes after the file.
        parts = [*fields.items(), ("file", (name, data, content_type))]
        body, form = encode_multipart_formdata(parts)
        call = Call("POST", self._storage(permission), body=body, content_type=form)
        answer = self._transport.send(call)
        if answer.status in (400, 403, 404, 413):
            raise UploadRefused(answer.status)
        answers.expect(call, answer, 204)

    def _storage(self, permission: UploadParams) -> str:
        """Where the file goes: whoever reads it on the way must not be let in by the answer."""
        url = permission.direct_url
        parts = urlsplit(url)
        plain = parts.scheme != "https" and urlsplit(self._transport.url).scheme == "https"
        if plain or parts.username is not None:
            raise Unreadable("the storage is not at an https address without credentials")
        return url


def _check_name(name: str) -> None:
    """Of a path the storage takes only the last part, and a header cannot hold every character."""
    if not name.isprintable() or not name.strip() or _NOT_IN_A_NAME & set(name):
        raise ValueError("the name of a file is empty, or holds a slash, a quote or a control character")
