"""Links between the steps of a scenario: a token that one response gave and a later request uses.

A recording holds the values of one run. To run its steps again, each later request must carry what
the earlier responses said this time. Links are found by equality: a value that a response (or the
provider state) was the first to name, and that stands in a later path, query, header or body.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, TypeGuard
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from troth import jsontext
from troth.exchange import Exchange, Headers, Request, UndecodableBody
from troth.jsontext import Json, NotJson, Path
from troth.multipart import body_document, form_of, is_multipart, with_form
from troth.places import REDACTED
from troth.provider import JsonScalar

Place: TypeAlias = Literal["path", "query", "header", "body"]
_Values: TypeAlias = Mapping[str, JsonScalar]

SHORTEST_TEXT = 4
SMALLEST_NUMBER = 1000
"""Shorter texts and smaller numbers are equal by chance too often to mean anything."""

_WORD = re.compile(r"[\w.-]+")
_SECRET = re.compile(r"\{\{secret:[^}]*\}\}")
_UNTOLD = frozenset(
    {"connection", "content-encoding", "content-length", "content-type", "date", "keep-alive", "server"}
    | {"transfer-encoding", "vary"}
)
"""Response headers that no request repeats on purpose."""


@dataclass(frozen=True, slots=True)
class Link:
    """A value that a later request takes from an earlier response, or from the provider state."""

    name: str
    """``step1.token``; for a value of the provider state its own name. The same in every run."""
    source_step: int
    """Counted from 1; 0 is the provider state."""
    source_path: Path | str
    """The JSON path in the response's body, or the name of a response header or of a state's value."""
    target_step: int
    place: Place
    where: Path | str
    """The JSON path in the request's body, the name of the query parameter or header, ``""`` for the path."""
    value: JsonScalar
    """What the recording holds there."""
    folder: bool = False
    """It is what stands before ``/${filename}`` in the source, and begins a longer text at the target."""


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    step: int
    path: Path | str
    value: str | int
    folder: bool = False


def find_links(
    exchanges: Sequence[Exchange], values: Mapping[str, JsonScalar] | None = None
) -> tuple[Link, ...]:
    """Every link of a scenario's exchanges. ``values`` are those that the provider state gave."""
    book = _Book()
    for name, value in (values or {}).items():
        if _telling(value):
            book.learn(_Source(name, 0, name, value))
    found: list[Link] = []
    for step, exchange in enumerate(exchanges, 1):
        if not exchange.inbound:
            found += _uses(exchange.request, step, book)
            book.remember(exchange.request)
        for source in sources(exchange, step):
            if book.is_new(source.value):
                book.learn(source)
    return tuple(found)


def sources(exchange: Exchange, step: int) -> Iterator[_Source]:
    """The values that the provider said, in an answer or in a webhook, and that a later request may use."""
    for path, value in json_leaves(_told(exchange)):
        if _telling(value):
            name = f"step{step}{jsontext.path_text(path)[1:]}"
            yield _Source(name, step, path, value)
            if (folder := _folder(value)) is not None:
                yield _Source(f"{name}.folder", step, path, folder, folder=True)
    for name, text in () if exchange.inbound else exchange.response.headers:
        value = _handle(text)
        if name.lower() not in _UNTOLD and _telling(value):
            yield _Source(f"step{step}.header.{name.lower()}", step, name, value)


def taken(exchange: Exchange, link: Link) -> JsonScalar:
    """What ``link`` takes from ``exchange`` this time.

    Raises:
        LookupError: nothing of use is there.
    """
    if isinstance(link.source_path, str):
        text = exchange.response.headers.get(link.source_path)
        if text is None:
            raise LookupError(f"header {link.source_path}")
        return _handle(text)
    value = jsontext.at(_told(exchange), link.source_path)
    value = _folder(value) if link.folder else value
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    raise LookupError(jsontext.path_text(link.source_path))


def filled(request: Request, links: Iterable[Link], values: Mapping[str, JsonScalar]) -> Request:
    """``request`` as it must be sent this time: every link replaced by its value."""
    known = [link for link in links if link.name in values]
    # All links of one place at once: a new value may be another link's old one.
    for place, where in dict.fromkeys((link.place, link.where) for link in known):
        here = [link for link in known if (link.place, link.where) == (place, where)]
        request = _FILL[place](request, where, here, values)
    return request


def source_text(link: Link) -> str:
    """Where the value comes from, as a person reads it: ``$.token``, ``header Location``."""
    if isinstance(link.source_path, tuple):
        return jsontext.path_text(link.source_path)
    return f"header {link.source_path}" if link.source_step else link.source_path


def expression(text: str, links: Iterable[Link]) -> str:
    """``text`` with each link's recorded value written as ``${name}``, as Pact's generators read it."""
    return _swapped(text, {str(link.value): f"${{{link.name}}}" for link in links})


def json_leaves(value: Json, path: Path = ()) -> Iterator[tuple[Path, JsonScalar]]:
    """Every scalar of a document with its path, in document order."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from json_leaves(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from json_leaves(child, (*path, index))
    else:
        yield path, value


class _Book:
    """What a client could know so far: the sources, and the words that it said itself."""

    def __init__(self) -> None:
        self._plain: dict[str, _Source] = {}
        self._long: dict[str, _Source] = {}
        self._folders: dict[str, _Source] = {}
        self._said: set[str] = set()

    def learn(self, source: _Source) -> None:
        """Keep the first source of a value."""
        text = str(source.value)
        if source.folder:
            self._folders.setdefault(text, source)
            return
        kept = self._plain if _WORD.fullmatch(text) else self._long
        kept.setdefault(text, source)

    def remember(self, request: Request) -> None:
        """The words of a request were known before any response repeated them."""
        for text in _texts(request):
            self._said.update(_WORD.findall(text))

    def is_new(self, value: str | int) -> bool:
        """Whether no request said it, and no response before."""
        words = _WORD.findall(str(value))
        return not all(word in self._said or word in self._plain for word in words)

    def whole(self, value: JsonScalar) -> _Source | None:
        """The source of exactly this value."""
        if not _telling(value):
            return None
        source = self._plain.get(str(value)) or self._long.get(str(value))
        return source if source is not None and type(source.value) is type(value) else None

    def around(self, value: JsonScalar) -> _Source | None:
        """The source of the folder in which ``value`` names a file."""
        return self._folders.get(value.rpartition("/")[0]) if isinstance(value, str) else None

    def within(self, text: str) -> Iterator[_Source]:
        """The sources whose values stand in ``text`` as whole words, longest first, none within another."""
        rest = _SECRET.sub(" ", text)
        for value in sorted((value for value in self._long if value in rest), key=len, reverse=True):
            if re.search(_bounded(value), rest):
                rest = re.sub(_bounded(value), " ", rest)
                yield self._long[value]
        for word in dict.fromkeys(_WORD.findall(rest)):
            if word in self._plain:
                yield self._plain[word]


def _uses(request: Request, step: int, book: _Book) -> Iterator[Link]:
    def link(source: _Source, place: Place, where: Path | str) -> Link:
        return Link(
            source.name, source.step, source.path, step, place, where, source.value, folder=source.folder
        )

    yield from (link(source, "path", "") for source in book.within(request.path) if _plain_in_path(source))
    for name, text in request.query:
        yield from (link(source, "query", name) for source in book.within(text))
    for name, text in request.headers:
        if name.lower() not in _UNTOLD and name.lower() != "host":
            yield from (link(source, "header", name) for source in book.within(text))
    for path, value in json_leaves(_request_document(request)):
        if (found := book.whole(value) or book.around(value)) is not None:
            yield link(found, "body", path)


def _plain_in_path(source: _Source) -> bool:
    """Whether the value is the same percent-encoded: Pact puts it into a path as it is."""
    return quote(str(source.value), safe="/:@") == str(source.value)


def _telling(value: object) -> TypeGuard[str | int]:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    if isinstance(value, int):
        return abs(value) >= SMALLEST_NUMBER
    if value == REDACTED:
        return False  # it stands for every header and body that may not be seen, so it ties nothing
    return len(value) >= SHORTEST_TEXT and bool(_WORD.search(value)) and "{{secret:" not in value


def _folder(value: object) -> str | None:
    """Where a file goes whose name takes the place of ``${filename}``, as in the key of an upload to S3."""
    folder, _, rest = value.rpartition("/") if isinstance(value, str) else ("", "", "")
    return folder if rest == "${filename}" and _telling(folder) else None


def _handle(header: str) -> str:
    """What a client takes from a header: the last part of a URL, else all of it."""
    path = urlsplit(header).path if "/" in header and " " not in header else ""
    return unquote(path.rstrip("/").rpartition("/")[2]) or header


def _texts(request: Request) -> Iterator[str]:
    yield request.decoded_path
    yield from (part for pair in request.query for part in pair)
    yield from (value for _, value in request.headers)
    yield request.body.decode("utf-8", errors="replace")
    yield from (str(value) for _, value in json_leaves(_request_document(request)))


def _told(exchange: Exchange) -> Json:
    """The JSON that the provider said."""
    if exchange.inbound:
        return _request_document(exchange.request)
    try:
        return jsontext.read(exchange.response.content)
    except (NotJson, UndecodableBody):
        return None


def _request_document(request: Request) -> Json:
    try:
        return body_document(request) if request.body else None
    except NotJson:
        return None


def _bounded(value: str) -> str:
    return rf"(?<![\w.-]){re.escape(value)}(?![\w.-])"


def _swapped(text: str, new: Mapping[str, str]) -> str:
    """``text`` with every whole word replaced that ``new`` names; secrets' placeholders are left alone."""
    if not new:
        return text
    known = sorted(new, key=len, reverse=True)
    pattern = rf"{_SECRET.pattern}|{'|'.join(_bounded(each) for each in known)}"
    return re.sub(pattern, lambda found: new.get(found[0], found[0]), text)


def _fill_path(request: Request, _: Path | str, links: Sequence[Link], values: _Values) -> Request:
    parts = urlsplit(request.url)
    new = {str(link.value): quote(str(values[link.name]), safe="/:@") for link in links}
    return replace(request, url=urlunsplit(parts._replace(path=_swapped(parts.path, new))))


def _fill_query(request: Request, where: Path | str, links: Sequence[Link], values: _Values) -> Request:
    new = _texts_by_value(links, values)
    pairs = [(name, _swapped(text, new) if name == where else text) for name, text in request.query]
    query = "&".join(f"{quote(name, safe='')}={quote(text, safe=',:')}" for name, text in pairs)
    return replace(request, url=urlunsplit(urlsplit(request.url)._replace(query=query)))


def _fill_header(request: Request, where: Path | str, links: Sequence[Link], values: _Values) -> Request:
    new = _texts_by_value(links, values)
    pairs = tuple((name, _swapped(text, new) if name == where else text) for name, text in request.headers)
    return replace(request, headers=Headers(pairs))


def _fill_body(request: Request, where: Path | str, links: Sequence[Link], values: _Values) -> Request:
    assert isinstance(where, tuple)
    link, value = links[0], values[links[0].name]
    if link.folder:
        value = f"{value}/{str(jsontext.at(body_document(request), where)).rpartition('/')[2]}"
    if is_multipart(request.headers.get("Content-Type")):
        return _filled_form(request, where, str(value))
    document = jsontext.put(jsontext.read(request.body), where, value)
    return replace(request, body=jsontext.canonical(document).encode())


def _filled_form(request: Request, where: Path, value: str) -> Request:
    form = form_of(request)
    document = jsontext.put(form.document(), where, value)
    assert isinstance(document, dict)
    return with_form(request, form.filled(document))


def _texts_by_value(links: Sequence[Link], values: _Values) -> dict[str, str]:
    return {str(link.value): str(values[link.name]) for link in links}


_FILL: Mapping[Place, Callable[[Request, Path | str, Sequence[Link], _Values], Request]] = {
    "path": _fill_path,
    "query": _fill_query,
    "header": _fill_header,
    "body": _fill_body,
}
