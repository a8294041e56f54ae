"""Read a pact file, ours or another's: strict about JSON and versions, silent about the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from troth import jsontext
from troth.errors import BrokenFile
from troth.jsontext import Json, NotJson
from troth.whole import read_whole

OLDEST, NEWEST = 2, 4
MAX_BYTES = 64 * 1024 * 1024

_LINE = re.compile(r"at line (\d+), column \d+")


def read_document(path: Path) -> dict[str, Json]:
    """The JSON of a pact file whose version can be verified.

    Raises:
        BrokenFile: it is not there, no JSON, no pact, or of a version other than V2 to V4.
    """
    document = _json(path)
    interactions = document.get("interactions")
    if not isinstance(interactions, list):
        raise BrokenFile(path, "it is no pact: it has no list of interactions", line=1)
    for name in ("consumer", "provider"):
        party = document.get(name)
        if not isinstance(party, dict) or not isinstance(party.get("name"), str):
            raise BrokenFile(path, f"it is no pact: it does not name its {name}", line=1)
    _refuse_version(path, specification(document))
    return document


def specification(document: Mapping[str, Json]) -> str:
    """The version of the Pact specification that a document names; ``1`` where it names none."""
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        return "1"
    for name in ("pactSpecification", "pact-specification"):
        said = metadata.get(name)
        if isinstance(said, dict) and isinstance(said.get("version"), str):
            return str(said["version"])
    said = metadata.get("pactSpecificationVersion")
    return said if isinstance(said, str) else "1"


def _json(path: Path) -> dict[str, Json]:
    body = read_whole(path, kind="a pact", at_most=MAX_BYTES)
    try:
        document = jsontext.read(body)
    except NotJson as error:
        raise BrokenFile(path, f"it is not JSON: {error}", line=_line(error)) from error
    if not isinstance(document, dict):
        raise BrokenFile(path, f"it is no pact but an {jsontext.kind(document)}", line=1)
    return document


def _line(error: NotJson) -> int | None:
    found = _LINE.search(str(error))
    if found is not None:
        return int(found[1])
    cause = error.__cause__
    return cause.lineno if isinstance(cause, json.JSONDecodeError) else None


def _refuse_version(path: Path, version: str) -> None:
    major = version.partition(".")[0]
    if major.isdigit() and OLDEST <= int(major) <= NEWEST:
        return
    newer = major.isdigit() and int(major) > NEWEST
    raise BrokenFile(
        path,
        f"it is of version {version} of the Pact specification; troth verifies V{OLDEST} to V{NEWEST}",
        hint="use a newer troth" if newer else f"have its consumer write V{OLDEST} or later",
    )
