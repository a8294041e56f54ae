"""Read a cassette: bounded, strict, and never taken for absent.

Two ways in. What troth wrote has one layout, which a pattern reads; that result is believed only
when its digest is the recorded one. Anything else goes through ``yaml.CSafeLoader``, whose nodes know
their lines.
"""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from troth.cassettes.model import FORMAT, Cassette, Provenance, digest_of, headers_of, place_of
from troth.errors import BrokenFile
from troth.exchange import Exchange, Headers, Request, Response, Source
from troth.webhook import webhook_url
from troth.whole import read_whole

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml reads the same, more slowly
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 32
HEADING = "# Written by troth. Do not edit: record again, which shows what changes and asks.\n"

_Node: TypeAlias = "yaml.Node"


class _Mark(Protocol):
    line: int


class EditedByHand(BrokenFile):
    """A cassette whose content is not what troth wrote: its digest differs."""


def load(path: Path, *, edited: bool = False) -> Cassette:
    """Read the cassette at ``path``. ``edited``: take one that was edited by hand, too.

    Raises:
        BrokenFile: it cannot be read, is no cassette, is not troth's, or is of a newer format.
        EditedByHand: its digest is not that of its content.
    """
    cassette = parse(_text(path), path)
    if cassette.edited and not edited:
        raise EditedByHand(
            path,
            "its content is not what troth recorded; it was edited by hand",
            hint=f"record it again: {again(cassette)}",
        )
    return cassette


def again(cassette: Cassette) -> str:
    """The command that records the cassette again."""
    return f"troth record {cassette.api} {json.dumps(cassette.scenario, ensure_ascii=False)}"


def _text(path: Path) -> str:
    try:
        return read_whole(path, kind="a cassette", at_most=MAX_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BrokenFile(path, f"it is not UTF-8 at byte {error.start}", hint=_RECORD) from error


_RECORD = "record it again with troth record"


def parse(text: str, path: Path) -> Cassette:
    """The cassette in ``text``; ``path`` is where it stands. Raises ``BrokenFile``."""
    return _quick(text, path) or _through_yaml(text, path)


# The layout that troth writes.

_TEXT = r"""(?:'[^'\n]*(?:''[^'\n]*)*'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|!!binary '[A-Za-z0-9+/=]*')"""
_NAME = rf"(?:[A-Za-z][A-Za-z0-9-]*|{_TEXT})"
_GROUP = rf"      ({_NAME}): \[({_TEXT}(?:, {_TEXT})*)\]\n"
_GROUPS = rf"( \{{\}}\n|\n(?:      {_NAME}: \[{_TEXT}(?:, {_TEXT})*\]\n)+)"
_INTERACTION = re.compile(
    rf"- request:\n    method: ({_TEXT})\n    uri: ({_TEXT})\n    body: (null|{_TEXT})\n    headers:{_GROUPS}"
    rf"  response:\n    status: \{{code: (\d{{3}}), message: {_TEXT}\}}\n    headers:{_GROUPS}"
    rf"    body: \{{string: ({_TEXT})\}}\n"
)
_ONE_GROUP = re.compile(_GROUP)
_ONE_TEXT = re.compile(_TEXT)
_OPENING = f"{HEADING}version: 1\ninteractions:\n"


def _quick(text: str, path: Path) -> Cassette | None:
    if not text.startswith(_OPENING):
        return None
    end, found = len(_OPENING), []
    while match := _INTERACTION.match(text, end):
        found.append(match)
        end = match.end()
    if not text.startswith("troth:\n", end):
        return None
    groups = functools.lru_cache(maxsize=256)(_groups)  # most exchanges of a file have the same headers
    try:
        said = _plain(text[end:], path)
        provenance = _provenance_of(said, path)
        exchanges = _woven([_exchange_of(match, groups) for match in found], _webhooks_of(said, path))
    except (BrokenFile, ValueError):
        return None  # the full parser says what is wrong, and where
    if digest_of(exchanges, provenance) != provenance.digest:
        return None
    return Cassette(path, provenance, placed(exchanges, provenance, path))


def _exchange_of(match: re.Match[str], groups: Callable[[str], Headers]) -> Exchange:
    method, uri, asked, request_headers, status, response_headers, answered = match.groups()
    request = Request(
        _bytes(method).decode(),
        _bytes(uri).decode(),
        groups(request_headers),
        b"" if asked == "null" else _bytes(asked),
    )
    return Exchange(request, Response(int(status), groups(response_headers), _bytes(answered)))


def _groups(text: str) -> Headers:
    return Headers(
        tuple(
            (name if name[0] not in "'\"" else _bytes(name).decode(), _bytes(value).decode())
            for name, values in _ONE_GROUP.findall(text)
            for value in _ONE_TEXT.findall(values)
        )
    )


def _bytes(written: str) -> bytes:
    if written[0] == "'":
        return written[1:-1].replace("''", "'").encode()
    if written[0] == '"':
        read: str = json.loads(written)
        return read.encode()
    return base64.b64decode(written[len("!!binary '") : -1], validate=True)


def placed(exchanges: tuple[Exchange, ...], provenance: Provenance, path: Path) -> tuple[Exchange, ...]:
    """The exchanges with where they came from: ``cassettes/judge0/accepted.yaml#2``."""
    place = place_of(path)
    return tuple(
        Exchange(each.request, each.response, Source(provenance.kind, f"{place}#{number}"))
        for number, each in enumerate(exchanges, start=1)
    )


# Any YAML.


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Asked(_Shape):
    method: str
    uri: str
    body: str | bytes | None = None
    headers: dict[str, list[str]]


class _Status(_Shape):
    code: int


class _Body(_Shape):
    string: str | bytes | None = None


class _Answered(_Shape):
    status: _Status
    headers: dict[str, list[str]]
    body: _Body


class _Interaction(_Shape):
    request: _Asked
    response: _Answered


class _File(_Shape):
    version: int
    interactions: list[_Interaction]


def _through_yaml(text: str, path: Path) -> Cassette:
    node = _nodes(text, path)
    value = _value(node, path)
    if not isinstance(value, dict) or "interactions" not in value:
        raise BrokenFile(path, "it is not a cassette: it has no interactions", line=1, hint=_RECORD)
    if not isinstance(value.get("troth"), dict):
        raise BrokenFile(
            path,
            "it was recorded by another tool: it has no troth key, so nothing says where it came from",
            line=1,
            hint="record it again with troth record, which redacts it as well",
        )
    provenance = _provenance_of(value, path, node)
    try:
        file = _File.model_validate(value)
    except ValidationError as error:
        raise _misshapen(error, node, path) from error
    exchanges = _woven([_exchange(each) for each in file.interactions], _webhooks_of(value, path, node))
    edited = digest_of(exchanges, provenance) != provenance.digest
    return Cassette(path, provenance, placed(exchanges, provenance, path), edited)


def _exchange(each: _Interaction) -> Exchange:
    asked, answered = each.request, each.response
    request = Request(asked.method, asked.uri, headers_of(asked.headers), _body(asked.body))
    response = Response(answered.status.code, headers_of(answered.headers), _body(answered.body.string))
    return Exchange(request, response)


class _Webhook(_Shape):
    """What the provider delivered: the name in the contract, and the number of calls that came before."""

    after: Annotated[int, Field(ge=0)]
    webhook: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    headers: dict[str, list[str]]
    body: str | bytes
    answer: Annotated[int, Field(ge=100, le=599)]


_WEBHOOKS = TypeAdapter(list[_Webhook])


def _webhooks_of(value: Mapping[str, Any], path: Path, node: _Node | None = None) -> list[_Webhook]:
    said = value["troth"]
    found = said.get("webhooks") if isinstance(said, dict) else None
    try:
        return [] if found is None else _WEBHOOKS.validate_python(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        line = _line(node, ("troth", "webhooks", *first["loc"]))
        raise BrokenFile(path, f"troth.webhooks.{where}: {first['msg']}", line=line, hint=_RECORD) from error


def _woven(calls: list[Exchange], webhooks: list[_Webhook]) -> tuple[Exchange, ...]:
    """Calls and webhooks in the order in which they happened."""
    found: list[Exchange] = []
    for index in range(len(calls) + 1):
        found += [_delivered(each) for each in webhooks if min(each.after, len(calls)) == index]
        found += calls[index : index + 1]
    return tuple(found)


def _delivered(each: _Webhook) -> Exchange:
    request = Request("POST", webhook_url(each.webhook), headers_of(each.headers), _body(each.body))
    return Exchange(request, Response(each.answer))


def _body(value: str | bytes | None) -> bytes:
    return value.encode() if isinstance(value, str) else value or b""


def _provenance_of(value: Mapping[str, Any], path: Path, node: _Node | None = None) -> Provenance:
    said = value["troth"]
    written = said.get("format") if isinstance(said, dict) else None
    if isinstance(written, int) and written > FORMAT:
        raise BrokenFile(
            path,
            f"its format is {written}, this troth reads up to {FORMAT}",
            line=_line(node, ("troth", "format")),
            hint=f"it was written by troth {said.get('troth', 'of a later version')}: update troth",
        )
    try:
        return Provenance.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        line = _line(node, ("troth", *first["loc"]))
        raise BrokenFile(path, f"troth.{where}: {first['msg']}", line=line, hint=_RECORD) from error


def _plain(text: str, path: Path) -> Mapping[str, Any]:
    value = _value(_nodes(text, path), path)
    if not isinstance(value, dict):
        raise BrokenFile(path, "it is not a mapping")
    return value


def _nodes(text: str, path: Path) -> _Node:
    """The document's nodes, after aliases, anchors, depth and further documents were refused."""
    try:
        _refuse_tricks(text, path)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = min(_at(error.problem_mark or error.context_mark) or 1, text.count("\n") + 1)
        raise BrokenFile(path, f"it is not YAML: {error.problem}", line=line, hint=_RECORD) from error
    except yaml.YAMLError as error:
        raise BrokenFile(path, f"it is not YAML: {str(error).splitlines()[0]}", hint=_RECORD) from error
    if node is None:
        raise BrokenFile(path, "it is empty", line=1, hint=_RECORD)
    for twice, line in _repeated(node):
        raise BrokenFile(path, f"the key {twice!r} stands twice in one mapping", line=line, hint=_RECORD)
    return node


def _refuse_tricks(text: str, path: Path) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = _at(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise BrokenFile(path, "it uses a YAML anchor or alias, which no cassette does", line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise BrokenFile(path, f"it is nested deeper than {MAX_DEPTH}", line=line)


def _repeated(node: _Node) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            name = str(key.value)
            if name in seen:
                yield name, _at(key.start_mark) or 1
            seen.add(name)
            yield from _repeated(child)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated(child)


def _value(node: _Node, path: Path) -> Any:
    loader = _Loader("")
    try:
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = _at(error.problem_mark)
        raise BrokenFile(path, f"it is not YAML: {error.problem}", line=line, hint=_RECORD) from error
    except (ValueError, LookupError, AttributeError, TypeError, ArithmeticError) as error:
        # PyYAML lets these through for a tag such as !!timestamp on a text that is none.
        raise BrokenFile(
            path, f"it holds a value that is not what its tag says: {error}", hint=_RECORD
        ) from error
    finally:
        loader.dispose()


def _misshapen(error: ValidationError, node: _Node, path: Path) -> BrokenFile:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return BrokenFile(path, f"{where}: {first['msg']}", line=_line(node, first["loc"]), hint=_RECORD)


def _line(node: _Node | None, loc: tuple[int | str, ...]) -> int | None:
    """The line of the deepest node on the way to ``loc``."""
    if node is None:
        return None
    for part in loc:
        child = _child(node, part)
        if child is None:
            break
        node = child
    return _at(node.start_mark)


def _at(mark: _Mark | None) -> int | None:
    return None if mark is None else mark.line + 1


def _child(node: _Node, part: int | str) -> _Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((child for key, child in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: _Node = node.value[part]
        return found
    return None
