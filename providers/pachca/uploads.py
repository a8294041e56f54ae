"""Uploading a file: the form to fill in, and the host that takes it.

The host wants no Authorization; it looks at the fields before ``file`` alone, and knows S3's answers.
"""

from __future__ import annotations

import uuid
from xml.sax.saxutils import escape

from werkzeug import Request, Response
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from providers.pachca.call import Answer, Call
from providers.pachca.fake import Fake
from providers.pachca.replies import empty
from providers.pachca.signing import LIFETIME, UploadDenied

DIRECT_URL = "/_origins/uploads/direct_url"
LARGEST = 64 * 1024 * 1024
_PLACE = "${filename}"
_SPACE = uuid.UUID("5f0c7d7e-6c9b-5d0a-9f5e-2f6f2b8f4a11")


class Uploads:
    def __init__(self, fake: Fake) -> None:
        self._fake = fake
        self._world = fake.world

    def create(self, call: Call) -> Answer:
        """Raises ``Refused``."""
        number = self._world.new_upload_number()
        prefix = f"attaches/files/{call.user.id}/{uuid.uuid5(_SPACE, str(number))}/"
        lifetime = 0 if self._fake.conditions.uploads_expired() else LIFETIME
        form = self._fake.signer.form(prefix, self._world.now(), lifetime)
        return 201, {**form, "direct_url": call.base + DIRECT_URL}

    def receive(self, request: Request) -> Response:
        """What the host answers."""
        if request.method != "POST":
            return _xml(405, "MethodNotAllowed", "POST a form", {"Allow": "POST"})
        try:
            form, file = _read_form(request)
            self._fake.signer.check(form, self._world.now())
        except UploadDenied as denied:
            return _xml(403 if denied.code != "MalformedPOSTRequest" else 400, denied.code, str(denied))
        if file is None:
            return _xml(400, "InvalidArgument", "POST requires exactly one file upload per request.")
        name, content = file
        self._world.uploaded[form["key"].replace(_PLACE, name)] = len(content)
        return empty(204)


def _read_form(request: Request) -> tuple[dict[str, str], tuple[str, bytes] | None]:
    """The fields before the file, and the file: its name and what is in it.

    Raises:
        UploadDenied: it is no form.
    """
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise UploadDenied("MalformedPOSTRequest", "The body is not multipart/form-data")
    try:
        return _parts(boundary.encode("latin-1", "replace"), request.get_data())
    except (ValueError, RequestEntityTooLarge) as error:
        raise UploadDenied("MalformedPOSTRequest", "The form cannot be read") from error


def _parts(boundary: bytes, body: bytes) -> tuple[dict[str, str], tuple[str, bytes] | None]:
    decoder = MultipartDecoder(boundary, LARGEST)
    decoder.receive_data(body)
    decoder.receive_data(None)
    fields: dict[str, str] = {}
    part: Field | File | None = None
    content = bytearray()
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            part, content = event, bytearray()
        if not isinstance(event, Data):
            continue
        content += event.data
        if event.more_data or part is None:
            continue
        if part.name == "file":
            filename = part.filename if isinstance(part, File) else None
            return fields, (filename or "file", bytes(content))
        fields[part.name or ""] = content.decode("utf-8", "replace")
    return fields, None


def _xml(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    )
    return Response(body, status, headers, content_type="application/xml")
