"""Rules of Cloud KMS over a request and its answer together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.kms import enums
from troth.api import Facts
from troth.jsontext import Json
from troth.judge import Problem


def failure_is_of_its_status(facts: Facts) -> Iterator[Problem]:
    """The code in the body is the one of the status line."""
    error = facts.response.get("error") if isinstance(facts.response, dict) else None
    if facts.status >= 400 and isinstance(error, dict) and error.get("code") != facts.status:
        yield Problem("$.error.code", f"the status {facts.status}", "another code", "echo-differs")


def enums_are_as_asked(facts: Facts) -> Iterator[Problem]:
    """Numbers where ``$alt`` asks for them, else names."""
    kind = int if facts.query.get("$alt") == "json;enum-encoding=int" else str
    if facts.status < 400:
        for place, value in _enums("$", facts.response):
            if type(value) is not kind:
                expected = "the number of an enum" if kind is int else "the name of an enum"
                yield Problem(place, expected, "the other form", "enum-encoding")


def _enums(place: str, document: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from _enums(f"{place}[{index}]", item)
    elif isinstance(document, dict):
        for key, value in document.items():
            if key in enums.NAMES:
                yield f"{place}.{key}", value
            yield from _enums(f"{place}.{key}", value)


def checksums_are_verified(facts: Facts) -> Iterator[Problem]:
    """For each checksum that was sent, and for no other, a flag says that it was compared."""
    if facts.status != 200 or not isinstance(facts.response, dict) or not isinstance(facts.request, dict):
        return
    sent = {
        _flag(name) for name, value in facts.request.items() if name.endswith("Crc32c") and value is not None
    }
    came = {name for name, value in facts.response.items() if _is_flag(name) and value is True}
    for name in sorted(sent - came):
        yield Problem(f"$.{name}", "true, since a checksum was sent", "not true", "checksum-unverified")
    for name in sorted(came - sent):
        yield Problem(f"$.{name}", "nothing, since no checksum was sent", "true", "checksum-unverified")


def _flag(checksum: str) -> str:
    return f"verified{checksum[0].upper()}{checksum[1:]}"


def _is_flag(name: str) -> bool:
    return name.startswith("verified") and name.endswith("Crc32c")


def name_is_the_asked_one(facts: Facts) -> Iterator[Problem]:
    """The resource of the path is the one that answers."""
    yield from _named(facts, resource(facts.path))


def name_is_a_version_of_the_asked_key(facts: Facts) -> Iterator[Problem]:
    """A call on a key is answered by one of its versions."""
    came = _name(facts)
    if came is not None and came.rpartition("/")[0] != f"{resource(facts.path)}/cryptoKeyVersions":
        yield _other_name("a version of the path's key")


def ring_has_the_asked_id(facts: Facts) -> Iterator[Problem]:
    """What was made has the id that was asked for."""
    yield from _named(facts, f"{resource(facts.path)}/keyRings/{facts.query.get('keyRingId')}")


def key_has_the_asked_id(facts: Facts) -> Iterator[Problem]:
    """What was made has the id that was asked for."""
    yield from _named(facts, f"{resource(facts.path)}/cryptoKeys/{facts.query.get('cryptoKeyId')}")


def page_is_the_asked_one(facts: Facts) -> Iterator[Problem]:
    """A page holds what stands below the path, no more than was asked for, and a size unless filtered."""
    if facts.status != 200 or not isinstance(facts.response, dict):
        return
    listed = ((name, items) for name, items in facts.response.items() if isinstance(items, list))
    for name, items in listed:
        for index, item in enumerate(items):
            if isinstance(item, dict) and not str(item.get("name")).startswith(f"{resource(facts.path)}/"):
                yield Problem(f"$.{name}[{index}].name", "a name below the path's", "another", "echo-differs")
        most = int(facts.query.get("pageSize") or 0)
        if most and len(items) > most:
            yield Problem(f"$.{name}", f"{most} at most", str(len(items)), "answer-count")
        total = facts.response.get("totalSize", 0)
        if not facts.query.get("filter") and isinstance(total, int) and total < len(items):
            yield Problem("$.totalSize", f"{len(items)} at least", "less", "answer-count")


def key_is_of_the_asked_format(facts: Facts) -> Iterator[Problem]:
    """``pem`` where no format was asked for; where one was, ``publicKey`` too, and its name."""
    if facts.status != 200 or not isinstance(facts.response, dict):
        return
    asked = "publicKeyFormat" in facts.query
    for name in ("publicKey", "publicKeyFormat") if asked else ("pem", "pemCrc32c"):
        if name not in facts.response:
            yield Problem(f"$.{name}", "this field, for the format that was asked", "nothing", "answer-shape")


_COLLECTIONS: Mapping[str, str] = {
    "project": "projects",
    "location": "locations",
    "ring": "keyRings",
    "key": "cryptoKeys",
    "version": "cryptoKeyVersions",
}


def resource(path: Mapping[str, str]) -> str:
    """The full name of what a path addresses."""
    return "/".join(f"{_COLLECTIONS[name]}/{value}" for name, value in path.items())


def _named(facts: Facts, expected: str) -> Iterator[Problem]:
    came = _name(facts)
    if came is not None and came != expected:
        yield _other_name("the resource that was asked for")


def _name(facts: Facts) -> str | None:
    """The name in an answer that is no error."""
    name = facts.response.get("name") if facts.status == 200 and isinstance(facts.response, dict) else None
    return name if isinstance(name, str) else None


def _other_name(meaning: str) -> Problem:
    return Problem("$.name", meaning, "another name", "echo-differs")
