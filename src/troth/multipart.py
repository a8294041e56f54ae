"""Bodies of multipart/form-data as documents: what judges, hides and compares JSON works on them as well.

A text part is a string under its name; a file is an object with its ``filename``, ``content_type`` and
``content``. A name that comes more than once is an array. The document keeps the order of the parts. What
says nothing, the boundary above all, is not in it; what troth writes has a boundary of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeGuard

from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, Preamble

from troth import jsontext, walk
from troth.exchange import Headers, Request
from troth.fields import FilePart, LastMark
from troth.jsontext import Json, NotJson
from troth.judge import Problem, judge_value

MULTIPART = "multipart/form-data"
BOUNDARY = "troth-boundary"
LONGEST_TEXT = 1000
"""Characters. A longer file stands in a document by its size and its digest."""

REDACTED = "redacted"
_BOUNDARY = re.compile(r'(?i)(boundary=)("[^"]*"|[^;\s]+)')


class NotMultipart(NotJson):
    """Why a body is not the multipart/form-data that a client may send."""


def is_multipart(content_type: str | None) -> bool:
    """Whether a Content-Type, or a declared body type, is that of a form with parts."""
    return (content_type or "").partition(";")[0].strip().lower() == MULTIPART


@dataclass(frozen=True, slots=True)
class Part:
    """One part. ``filename`` is None for one that says none, which makes it a text."""

    name: str
    content: bytes
    filename: str | None = None
    content_type: str | None = None

    def value(self, *, file: bool) -> Json:
        """The part in a document.

        Raises:
            NotMultipart: it is a text, and no UTF-8.
        """
        if not file:
            try:
                return self.content.decode("utf-8")
            except UnicodeDecodeError as error:
                raise NotMultipart("a text part is not UTF-8") from error
        said = {"filename": self.filename, "content_type": self.content_type}
        return {**{key: text for key, text in said.items() if text is not None}, "content": self.told}

    @property
    def told(self) -> str:
        """The content as a document has it: a short text itself, of anything else size and digest."""
        if len(self.content) <= LONGEST_TEXT:
            try:
                return self.content.decode("utf-8")
            except UnicodeDecodeError:
                pass
        return f"{len(self.content)} bytes, sha256 {hashlib.sha256(self.content).hexdigest()}"

    def put(self, name: str, value: Json) -> Part:
        """The part as a document has it now; a file whose content stayed keeps its bytes."""
        if not isinstance(value, dict):
            return replace(self, name=name, content=str(value).encode())
        content = value.get("content", REDACTED)
        kept = self.content if content == self.told else str(content).encode()
        if not value:  # nothing is declared of it, so nothing may be seen but that it is a file
            return Part(name, kept, self.filename and REDACTED)
        return Part(name, kept, _text(value.get("filename")), _text(value.get("content_type")))


@dataclass(frozen=True, slots=True)
class Form:
    """The parts of a body, in order."""

    parts: tuple[Part, ...]

    @classmethod
    def read(cls, body: bytes, content_type: str | None) -> Form:
        """Read a body, strictly.

        Raises:
            NotMultipart: no boundary, text around the parts, a part without a name, an end that lacks.
        """
        boundary = parse_options_header(content_type)[1].get("boundary")
        if not is_multipart(content_type) or not boundary:
            raise NotMultipart("the Content-Type names no boundary")
        try:
            return cls(tuple(_parts(body, boundary.encode("ascii"))))
        except (ValueError, AttributeError) as error:  # the decoder trips over a part without a line's end
            said = str(error) if isinstance(error, NotMultipart) else "the parts cannot be told apart"
            raise NotMultipart(said) from error

    def document(self, annotation: object = None) -> dict[str, Json]:
        """The parts by name. Where ``annotation`` declares a file or several parts, they are told as such.

        Raises:
            NotMultipart: a text part is not UTF-8.
        """
        declared = {name: kind for name, (kind, _, _) in declared_parts(annotation).items()}
        found: dict[str, list[Json]] = {}
        for part in self.parts:
            file = part.filename is not None or _is_file(declared.get(part.name))
            found.setdefault(part.name, []).append(part.value(file=file))
        return {
            name: [*values] if len(values) > 1 or walk.is_list(declared.get(name)) else values[0]
            for name, values in found.items()
        }

    def filled(self, document: Mapping[str, Json]) -> Form:
        """The parts with what ``document`` has in their place, in its order.

        Raises:
            ValueError: it has not the same parts.
        """
        own = dict.fromkeys(part.name for part in self.parts)
        new = dict(zip(own, document.items(), strict=True))
        seen: Counter[str] = Counter()
        parts = []
        for part in self.parts:
            name, value = new[part.name]
            parts.append(part.put(name, value[seen[part.name]] if isinstance(value, list) else value))
            seen[part.name] += 1
        return Form(tuple(parts))

    def written(self) -> tuple[bytes, str]:
        """The body as troth writes it, and its Content-Type: the same parts are the same bytes."""
        boundary = BOUNDARY
        while any(boundary.encode() in part.content for part in self.parts):
            boundary += "-"
        return encode_multipart_formdata([_field(part) for part in self.parts], boundary)

    def canonical(self) -> str:
        """One text for forms that say the same, whatever their boundary and the order of other names."""
        parts = sorted(self.parts, key=lambda part: part.name)
        return json.dumps([[part.name, part.filename, part.content_type, part.told] for part in parts])


def form_of(request: Request) -> Form:
    """The parts of a request.

    Raises:
        NotMultipart: they cannot be read.
    """
    return Form.read(request.body, request.headers.get("Content-Type"))


def body_document(request: Request, annotation: object = None) -> Json:
    """What a request's body says, as its Content-Type has it: JSON, or a form's parts by name.

    Raises:
        NotJson: it cannot be read.
    """
    if is_multipart(request.headers.get("Content-Type")):
        return form_of(request).document(annotation)
    return jsontext.read(request.body)


def with_form(request: Request, form: Form) -> Request:
    """``request`` with the parts of ``form``, as troth writes them."""
    body, content_type = form.written()
    headers = Headers(
        tuple(
            (name, content_type if name.lower() == "content-type" else value)
            for name, value in request.headers
        )
    )
    return replace(request, headers=headers, body=body)


def own_boundary(content_type: str) -> str:
    """A Content-Type with troth's boundary in the place of the one that a client drew."""
    return _BOUNDARY.sub(rf"\g<1>{BOUNDARY}", content_type) if is_multipart(content_type) else content_type


def judge_form(annotation: object, request: Request) -> tuple[Json, tuple[Problem, ...]]:
    """Judge the parts of a request. Returns what was read and what is wrong with it."""
    try:
        form = form_of(request)
        document = form.document(annotation)
    except NotMultipart as error:
        return None, (Problem("$", "one form with parts", f"a body that is none: {error}", "body-malformed"),)
    again = {name: value[0] for name, value in document.items() if _is_repeated(value, annotation, name)}
    return document, (
        *judge_value(annotation, {**document, **again}, closed=True),
        *(Problem(jsontext.path_text((name,)), "one part", "several", "part-repeated") for name in again),
        *_misplaced(annotation, form),
    )


def _is_repeated(value: Json, annotation: object, name: str) -> TypeGuard[list[Json]]:
    declared = declared_parts(annotation)
    return isinstance(value, list) and name in declared and not walk.is_list(declared[name][0])


def _misplaced(annotation: object, form: Form) -> Iterator[Problem]:
    for name in last_parts(annotation):
        there = [part.name == name for part in form.parts]
        if any(there) and not there[-1]:
            place = jsontext.path_text((name,))
            yield Problem(place, "the last part", "a part with others after it", "part-order")


def last_parts(annotation: object) -> tuple[str, ...]:
    """The parts of a form's type that no other comes after."""
    return tuple(
        name
        for name, (_, marks, _) in declared_parts(annotation).items()
        if any(isinstance(mark, LastMark) for mark in marks)
    )


def declared_parts(annotation: object) -> dict[str, tuple[object, tuple[object, ...], bool]]:
    """Each part that a form's type declares, with its type, its marks, and whether it is required."""
    found: dict[str, tuple[object, tuple[object, ...], bool]] = {}
    for branch in walk.branches(walk.unwrapped(annotation)[0]):
        bare = walk.unwrapped(branch)[0]
        found |= dict(walk.members(bare)) if walk.is_model(bare) else {}
    return found


def _is_file(kind: object) -> bool:
    bare = walk.unwrapped(kind)[0]
    return bare is FilePart or (walk.is_list(bare) and _is_file(walk.item(bare)))


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _field(part: Part) -> RequestField:
    field = RequestField(part.name, part.content, filename=part.filename)
    field.make_multipart(content_type=part.content_type)
    return field


def _parts(body: bytes, boundary: bytes) -> Iterator[Part]:
    decoder = MultipartDecoder(boundary)
    decoder.receive_data(body)
    decoder.receive_data(None)
    part = Part("", b"")
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, Field | File):
            part = _begun(event)
        elif isinstance(event, Data):
            part = replace(part, content=part.content + event.data)
            if not event.more_data:
                yield part
        elif isinstance(event, Preamble) and event.data:
            raise NotMultipart("it begins with something else")
    if event.data.strip():
        raise NotMultipart("something comes after its end")


def _begun(event: Field | File) -> Part:
    disposition, said = parse_options_header(event.headers["Content-Disposition"])
    if disposition.lower() != "form-data" or said.get("name") is None:
        raise NotMultipart("a part without a name")
    return Part(said["name"], b"", said.get("filename"), event.headers.get("Content-Type"))
