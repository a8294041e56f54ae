"""Writes each cause of failures as a test that is red until the defect is mended: ``troth fuzz --save``."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from troth.credentials import PLACEHOLDER
from troth.fuzz.asked import Asked, json_bytes
from troth.fuzz.case import JUDGE
from troth.fuzz.findings import Found
from troth.fuzz.replay import READING
from troth.jsontext import Json, NotJson
from troth.workspace import slug

FOLDER = Path("tests/fuzz_regressions")
Became: TypeAlias = Literal["written", "the same", "kept: somebody changed it", "not saved"]
_MARK = "# Written by troth fuzz --save; whoever changes it keeps it: "
_WIDTH = 100
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one cause."""

    path: Path | None
    became: Became
    why: str = ""

    def __str__(self) -> str:
        name = "" if self.path is None else f"{self.path}: "
        return f"{name}{self.became}{f', {self.why}' if self.why else ''}"


def save(found: Iterable[Found], folder: Path) -> tuple[Saved, ...]:
    """A file for each cause that shows again by itself. A file that somebody changed stays as it is."""
    taken: set[str] = set()
    return tuple(_saved(each, folder, taken) for each in found)


def _saved(found: Found, folder: Path, taken: set[str]) -> Saved:
    if found.reduced is None:
        finding = found.finding
        why = f"{finding.operation}, {finding.code}: met at a URL, or it does not show from its state alone"
        return Saved(None, "not saved", why)
    name = _name(found, taken)
    path, text = folder / f"{name}.py", file_text(found, name)
    if path.is_file():
        there = path.read_text(encoding="utf-8")
        if there == text:
            return Saved(path, "the same")
        if not _is_ours(there):
            return Saved(path, "kept: somebody changed it")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Saved(path, "written")


def _name(found: Found, taken: set[str]) -> str:
    """The same for the same cause, and of no other in the run."""
    check, place = found.cause.failure.check, found.finding.path
    whole = slug(f"{found.finding.api} {found.sent.operation} {check} {place}").replace("-", "_")
    name = f"test_{whole[:_LONGEST_NAME].strip('_')}"
    number = next(n for n in range(1, len(taken) + 2) if _numbered(name, n) not in taken)
    taken.add(_numbered(name, number))
    return _numbered(name, number)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}_{number}"


def _is_ours(text: str) -> bool:
    """Whether a file is as it was written."""
    first, _, rest = text.partition("\n")
    return first == _MARK + _digest(rest)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def file_text(found: Found, name: str) -> str:
    """The whole file."""
    rest = "\n".join(_lines(found, name)) + "\n"
    return f"{_MARK}{_digest(rest)}\n{rest}"


def _lines(found: Found, name: str) -> Iterator[str]:
    assert found.reduced is not None
    finding, failure = found.finding, found.cause.failure
    yield from _docstring(found)
    yield "from troth.fuzz.regression import Ask, replayed"
    yield "\n"
    yield f"def {name}() -> None:"
    yield "    failures = replayed("
    yield f"        {quoted(finding.api)},"
    yield f"        {quoted(finding.operation)},"
    yield f"        check={quoted(failure.check)},"
    if failure.rule and failure.check not in (*READING, JUDGE):
        yield f"        rule={quoted(failure.rule)},"
    if found.sent.given:
        yield f"        given={quoted(found.sent.given)},"
    yield from _requests(found.reduced.requests)
    yield "    )"
    yield ""
    yield "    assert failures == ()"


def _docstring(found: Found) -> Iterator[str]:
    finding = found.finding
    head = f"{finding.operation}: {finding.message.partition(' (')[0]}"
    facts = [
        f"{what}: {text}"
        for what, text in (
            ("place", finding.path),
            ("expected", finding.expected),
            ("actual", finding.actual),
            ("document", finding.place),
            ("role", ", ".join(_roles(found))),
        )
        if text
    ]
    body = [line for text in (head, "", *facts) for line in textwrap.wrap(text, _WIDTH) or [""]]
    escaped = [line.replace("\\", "\\\\").replace('"""', r"\"\"\"") for line in body]
    yield from (f'"""{escaped[0]}', *escaped[1:], '"""', "")


def _roles(found: Found) -> list[str]:
    requests = found.reduced.requests if found.reduced is not None else ()
    values = (value for one in requests for _, value in one.headers)
    return list(dict.fromkeys(role for value in values for role in PLACEHOLDER.findall(value)))


def _requests(requests: Sequence[Asked]) -> Iterator[str]:
    yield "        requests=["
    for one in requests:
        yield "            Ask("
        yield f"                {quoted(one.method)},"
        yield f"                {quoted(one.target)},"
        if one.headers:
            yield f"                {_literal(dict(one.headers), 16)},"
        yield from (f"                {line}" for line in _body(one))
        yield "            ),"
    yield "        ],"


def _body(one: Asked) -> Iterator[str]:
    """As JSON, where sending that writes the same bytes."""
    if not one.body:
        return
    document = _document(one)
    if document is None or json_bytes(document) != one.body:
        yield f"body={_literal(one.body, 16)},"
        return
    yield f"json={_literal(document, 16)},"


def _document(one: Asked) -> Json:
    try:
        return one.json
    except NotJson:
        return None


def _literal(value: Json | bytes, indent: int) -> str:
    """A value as formatters write it, so that they do not change the file."""
    short = _short(value)
    if len(short) + indent <= _WIDTH or not isinstance(value, dict | list) or not value:
        return short
    inside = " " * (indent + 4)
    items = (
        [f"{_short(key)}: {_literal(each, indent + 4)}" for key, each in value.items()]
        if isinstance(value, dict)
        else [_literal(each, indent + 4) for each in value]
    )
    first, last = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([first, *(f"{inside}{item}," for item in items), " " * indent + last])


def _short(value: Json | bytes) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_short(key)}: {_short(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value))}]"
    return quoted(value) if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    """A text as a literal, in double quotes where that needs no more escapes."""
    plain = repr(text)
    return plain if plain.startswith('"') or '"' in text else f'"{plain[1:-1]}"'
