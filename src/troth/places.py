"""One pass over an exchange that meets everything in it that a contract does not declare safe.

Redaction goes through it twice: once to learn what there is to hide, once to hide it. So both see
the same places in the same order.
"""

from __future__ import annotations

import functools
import json
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, unquote_plus, urlsplit, urlunsplit

from pydantic import BaseModel

from troth import jsontext, walk
from troth.api import Answer, Anything, Api, Empty, Operation, Text, body_type
from troth.document_places import Document
from troth.exchange import WEBHOOK, Exchange, Headers, Request, Response, UndecodableBody
from troth.fields import SafeMark
from troth.jsontext import Json, NotJson
from troth.leaves import PLACEHOLDER, Kind, Leaf, Visitor, fits_text, whole
from troth.multipart import Form, form_of, is_multipart, own_boundary, with_form

REDACTED = "redacted"
MALFORMED = b'{"redacted'
"""Stands for a request body that is no JSON, so that a replay still sends one that is none."""

NOISE = frozenset(
    {"accept-encoding", "connection", "content-encoding", "content-length", "date", "host", "keep-alive"}
    | {"proxy-connection", "server", "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "via"}
)
"""Headers of the transport, which say nothing of the API; left out."""

SAFE_HEADERS = frozenset({"accept", "content-type", "retry-after"})


def visited(api: Api, exchange: Exchange, visitor: Visitor) -> Exchange:
    """The exchange with every leaf and every visible text as ``visitor`` gives it.

    Bodies come out decoded, without the headers that told their encoding and length.
    """
    found = api.find(exchange.request.method, exchange.request.url)
    operation, params = found if found is not None else (None, {})
    one = _One(api, operation, params, visitor)
    request = one.request(exchange.request)
    response = one.response(exchange.request, exchange.response)
    return replace(exchange, request=request, response=response)


_MASKS: Mapping[Kind, str] = {"string": "*", "integer": "0", "number": "0.5"}


def masked(api: Api, exchange: Exchange) -> Exchange:
    """The exchange with every value that may not be seen replaced by one of its kind.

    What is left to compare where ordinals would differ, as they do between two recordings.
    """
    return visited(api, exchange, Visitor(leaf=lambda leaf: _MASKS[leaf.kind], seen=str))


@dataclass(frozen=True, slots=True)
class _One:
    api: Api
    operation: Operation | None
    params: Mapping[str, str]
    visitor: Visitor

    @property
    def label(self) -> str:
        return self.operation.label if self.operation else "an undeclared operation"

    def request(self, request: Request) -> Request:
        named = self.operation.request_headers if self.operation else {}
        url = request.url if request.url.startswith(WEBHOOK) else self._url(request)
        headers = self._headers(request.headers, named)
        made = Request(request.method, url, headers, self._asked(_content(request)))
        if self.operation is not None and is_multipart(self.operation.body_type) and request.body:
            made = self._form(self.operation.body, request, made)
        signature = self.operation.signature if self.operation else None
        return signature.signed(made) if signature is not None and signature.holds(request) else made

    def response(self, request: Request, response: Response) -> Response:
        answer = self.operation.answers.get(response.status) if self.operation else None
        headers = self._headers(response.headers, answer.headers if answer else {})
        body = self._answered(request, answer, _content(response))
        return Response(response.status, headers, body, response.truncated)

    # Where it was sent.

    def _url(self, request: Request) -> str:
        parts = urlsplit(request.url)
        host = parts.netloc.rpartition("@")[2]
        query = "&".join(self._pair(pair) for pair in parts.query.split("&")) if parts.query else ""
        return urlunsplit((parts.scheme, host, self._path(request.url), query, ""))

    def _path(self, url: str) -> str:
        path, local = urlsplit(url).path or "/", self.api.own_path(url)
        base = path[: len(path) - len(local)] if path.endswith(local) else ""
        if self.operation is None:
            return base + "/".join(_plain_word(part) for part in local.split("/"))
        match = self.operation.pattern.fullmatch(local)
        assert match is not None
        pieces, end = [base], 0
        for name, value in self.params.items():
            new = self._param(name, unquote(value))
            pieces += [local[end : match.start(name)], value if new is None else new]
            end = match.end(name)
        return "".join([*pieces, local[end:]])

    def _param(self, name: str, value: str) -> str | None:
        assert self.operation is not None
        shape = _shape(self.operation.path, name)
        new = self._in_url(self.operation.params, name, value, f"{self.label} path {name}", shape)
        return None if new is None else quote(new, safe=":" if shape is None else ":/")

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        model = self.operation.query if self.operation else None
        decoded = unquote_plus(name)
        new = self._in_url(model, decoded, unquote_plus(value), f"{self.label} query {decoded}", None)
        return pair if new is None else f"{name}{equals}{quote(new, safe='')}"

    def _in_url(
        self, model: type[BaseModel] | None, name: str, value: str, where: str, shape: str | None
    ) -> str | None:
        """What stands for a parameter; None when it stays as it is."""
        if not value or PLACEHOLDER.fullmatch(value):
            return None
        spot = _parameter(model, name, value)
        fits = fits_text(spot)
        if spot is not None and spot.safe and (not walk.is_closed(spot.annotation) or fits(value)):
            new = self.visitor.seen(value)
        else:
            hints = () if shape is None else (_hint(shape),)
            shaped = fits if shape is None else _both(fits, _template(shape))
            marks = spot.marks if spot else ()
            new = self.visitor.leaf(Leaf(where, value, "string", shaped, marks, hints, listed=True))
        return None if new == value else new

    # Headers.

    def _headers(self, headers: Headers, named: Mapping[str, str]) -> Headers:
        safe = SAFE_HEADERS | self.api.safe_headers | {name.lower() for name in named}
        return Headers(
            tuple(
                (name, self._header(name.lower(), value, safe))
                for name, value in headers
                if name.lower() not in NOISE
            )
        )

    def _header(self, name: str, value: str, safe: frozenset[str]) -> str:
        prefixes = [re.escape(token.prefix) for token in self.api.auth if token.header.lower() == name]
        if prefixes and re.fullmatch(rf"(?:{'|'.join(prefixes)})?\s*{PLACEHOLDER.pattern}", value):
            return value
        if name not in safe or prefixes:
            return REDACTED
        return self.visitor.seen(own_boundary(value) if name == "content-type" else value)

    # Bodies.

    def _asked(self, content: bytes | None) -> bytes:
        if content == b"":
            return b""
        if content is None or self.operation is None or self.operation.body is None:
            return REDACTED.encode()
        try:
            return self._json(self.operation.body, content, "request")
        except NotJson:
            return content if _only_names(self.operation.body, content) else MALFORMED

    def _form(self, annotation: object, request: Request, made: Request) -> Request:
        """``made`` with the parts of ``request``, or with a body that is none where those cannot be read."""
        document = Document(f"{self.label} request", self.visitor)
        try:
            form = form_of(request)
            told = form.document(annotation)
            new = document.of(annotation, told)
            assert isinstance(new, dict)
            filled = form.filled(new)
        except ValueError:
            return replace(made, body=REDACTED.encode())
        return with_form(made, self._seen_files(filled, _safe_files(annotation, told)))

    def _seen_files(self, form: Form, names: frozenset[str]) -> Form:
        """The form with the files of these names looked through, which a document need not hold whole."""
        parts = (
            replace(part, content=self._seen_bytes(part.content)) if part.name in names else part
            for part in form.parts
        )
        return Form(tuple(parts))

    def _seen_bytes(self, content: bytes) -> bytes:
        return self.visitor.seen(content.decode("utf-8", "surrogateescape")).encode(
            "utf-8", "surrogateescape"
        )

    def _answered(self, request: Request, answer: Answer | None, content: bytes | None) -> bytes:
        if content == b"":
            return b""
        if content is None:
            return REDACTED.encode()
        forms = tuple(form for form in answer.forms() if form is not Empty) if answer else ()
        if forms and isinstance(forms[0], Text):
            return self._text(forms[0], content)
        unknown = not forms or any(form is Anything for form in forms)
        try:
            return self._json(None if unknown else body_type(forms, request), content, "response")
        except NotJson:
            return REDACTED.encode()

    def _text(self, form: Text, content: bytes) -> bytes:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return REDACTED.encode()
        if form.safe:
            return self.visitor.seen(text).encode()
        fits = functools.partial(whole, form.pattern)
        return self.visitor.leaf(Leaf(f"{self.label} response text", text, "string", fits)).encode()

    def _json(self, annotation: object, content: bytes, side: str) -> bytes:
        value = jsontext.read(content)
        document = Document(f"{self.label} {side}", self.visitor)
        new = document.of(annotation, value)
        return content if jsontext.canonical(new) == jsontext.canonical(value) else _like(content, new)


def _content(message: Request | Response) -> bytes | None:
    """The decoded body; None when it is not what its Content-Encoding says."""
    try:
        if isinstance(message, Response):
            return message.content
        return Response(0, message.headers, message.body).content
    except UndecodableBody:
        return None


def _safe_files(annotation: object, document: Json) -> frozenset[str]:
    """The parts whose content may be seen."""
    spots = (spot for spot in walk.walk(annotation, document) if spot.path[1:] and spot.path[-1] == "content")
    return frozenset(
        str(spot.path[0]) for spot in spots if any(isinstance(mark, SafeMark) for mark in spot.marks)
    )


def _only_names(annotation: object, content: bytes) -> bool:
    """Whether a body that is no JSON holds nothing but punctuation and names of declared fields."""
    try:
        words = re.findall(r"[^\W_]\w*", content.decode("utf-8"))
    except UnicodeDecodeError:
        return False
    return set(words) <= set(_names(annotation))


def _names(annotation: object) -> Iterator[str]:
    bare, _, _ = walk.unwrapped(annotation)
    if walk.is_model(bare):
        for name, info in bare.model_fields.items():
            yield walk.wire_name(name, info)
            yield from _names(info.annotation)
    for inner in typing.get_args(bare):
        yield from _names(inner)


def _plain_word(part: str) -> str:
    return part if re.fullmatch(r"[a-z_]{0,24}", part) else REDACTED


def _like(content: bytes, value: Json) -> bytes:
    """JSON spaced as ``content`` was."""
    if b"\n" in content.strip()[:4]:
        return json.dumps(value, ensure_ascii=False, indent=2).encode()
    spaced = b'": ' in content or b'", ' in content
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ") if spaced else (",", ":")).encode()


def _parameter(model: type[BaseModel] | None, name: str, value: str) -> walk.Spot | None:
    if model is None:
        return None
    spot = next(spot for spot in walk.walk(model, {name: value}) if spot.path == (name,))
    return spot if spot.declared else None


def _shape(template: str, name: str) -> str | None:
    """The pattern inside ``{name=projects/*/keys/*}``."""
    found = re.search(rf"\{{{name}=([^}}]+)\}}", template)
    return found[1] if found else None


def _hint(shape: str) -> str:
    return shape.replace("{", "{{").replace("}", "}}").replace("*", "redacted-{n}")


def _template(shape: str) -> Callable[[str], bool]:
    return functools.partial(whole, re.escape(shape).replace(r"\*", "[^/]+"))


def _both(one: Callable[[str], bool], other: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: one(text) and other(text)
