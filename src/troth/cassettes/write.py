"""Write a cassette: one layout, whole or not at all.

The layout is YAML that vcrpy loads, with every text quoted, so that a line changes only where the
recording did and ``cassettes.read`` can take it in without a full YAML parser.
"""

from __future__ import annotations

import base64
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from troth.cassettes import read
from troth.cassettes.model import (
    Cassette,
    Document,
    Provenance,
    deliveries,
    grouped,
    outbound,
    phrase,
    text_or_bytes,
)
from troth.exchange import WEBHOOK, Exchange, Headers

_ONE_LINE = re.compile(
    "[\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010fffd]*"
)
_UNPRINTABLE = re.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff\\U0010fffe\\U0010ffff]")
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def save(cassette: Cassette) -> Cassette:
    """Write ``cassette`` to its path; the old file stays until the new one is whole on the disk.

    Returns what was written, with its digest.

    Raises:
        OSError: the folder or the file cannot be written; the old file is untouched.
    """
    sealed = cassette.sealed()
    text = dump(sealed)
    _refuse_unlike(sealed, text)
    replace_file(sealed.path, text)
    return sealed


def replace_file(path: Path, text: str) -> None:
    """Put ``text`` at ``path`` in one step, through a file beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        beside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_unlike(cassette: Cassette, text: str) -> None:
    """A cassette that reads back as something else must never be written."""
    again = read.parse(text, cassette.path)
    if again.edited or again.provenance != cassette.provenance:
        raise AssertionError(f"{cassette.path}: what was written does not read back as what was recorded")


def dump(cassette: Cassette) -> str:
    """The text of a cassette's file."""
    return "".join(_lines(cassette))


def _lines(cassette: Cassette) -> Iterator[str]:
    yield read.HEADING
    yield "version: 1\n"
    calls = outbound(cassette.exchanges)
    yield "interactions:\n" if calls else "interactions: []\n"
    for exchange in calls:
        yield from _interaction(exchange)
    yield "troth:\n"
    yield from _provenance(cassette.provenance)
    delivered = deliveries(cassette.exchanges)
    if delivered:
        yield "  webhooks:\n"
    for after, exchange in delivered:
        yield from _webhook(after, exchange)


def _interaction(exchange: Exchange) -> Iterator[str]:
    request, response = exchange.request, exchange.response
    yield f"- request:\n    method: {scalar(request.method)}\n    uri: {scalar(request.url)}\n"
    yield f"    body: {scalar(text_or_bytes(request.body)) if request.body else 'null'}\n"
    yield f"    headers:{_headers(request.headers)}"
    status = f"{{code: {response.status}, message: {scalar(phrase(response.status))}}}"
    yield f"  response:\n    status: {status}\n"
    yield f"    headers:{_headers(response.headers)}"
    yield f"    body: {{string: {scalar(text_or_bytes(response.body))}}}\n"


def _webhook(after: int, exchange: Exchange) -> Iterator[str]:
    """What the provider delivered after so many calls, and how it was answered."""
    request = exchange.request
    yield f"  - after: {after}\n    webhook: {scalar(request.url.removeprefix(WEBHOOK))}\n"
    yield f"    headers:{_headers(request.headers)}"
    yield f"    body: {scalar(text_or_bytes(request.body))}\n    answer: {exchange.response.status}\n"


def _headers(headers: Headers) -> str:
    groups = grouped(headers)
    if not groups:
        return " {}\n"
    return "\n" + "".join(f"      {_name(name)}: {_list(values)}\n" for name, values in groups.items())


def _list(values: Document) -> str:
    assert isinstance(values, list)
    return f"[{', '.join(scalar(str(value)) for value in values)}]"


def _name(name: str) -> str:
    plain = _PLAIN_NAME.fullmatch(name) and name.lower() not in _YAML_WORDS
    return name if plain else scalar(name)


def _provenance(provenance: Provenance) -> Iterator[str]:
    said: Mapping[str, object] = provenance.model_dump(mode="json")
    for key, value in said.items():
        shown = scalar(value) if isinstance(value, str) else _flow(value)
        yield f"  {key}: {shown}\n"


def _flow(value: object) -> str:
    return _printable(json.dumps(value, ensure_ascii=False))


def scalar(value: str | bytes) -> str:
    """A text in single quotes where one line holds it, else in JSON's; bytes as ``!!binary``."""
    if isinstance(value, bytes):
        return f"!!binary '{base64.b64encode(value).decode('ascii')}'"
    if _ONE_LINE.fullmatch(value):
        return "'" + value.replace("'", "''") + "'"
    return _flow(value)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: _escaped(found.group()), text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
