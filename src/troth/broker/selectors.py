"""Which versions of consumers, as a person writes it and as a broker reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from troth.errors import UsageProblem
from troth.jsontext import Json, NotJson, read

DEFAULT: Sequence[Mapping[str, Json]] = ({"mainBranch": True}, {"deployedOrReleased": True})
"""The main branch of each consumer, and whatever of it is deployed or released."""

_WORDS = {
    "main": "mainBranch",
    "matching": "matchingBranch",
    "deployed": "deployed",
    "released": "released",
    "deployed-or-released": "deployedOrReleased",
    "latest": "latest",
}
_NAMED = {"branch": "branch", "tag": "tag", "environment": "environment", "consumer": "consumer"}
_HINT = (
    f"parts with commas between them: {', '.join(_WORDS)}, {', '.join(f'{name}=NAME' for name in _NAMED)};"
    " or a JSON object that the broker knows"
)


def selectors(texts: Sequence[str]) -> Sequence[Mapping[str, Json]]:
    """The selectors that ``texts`` name, or the default ones.

    Raises:
        UsageProblem: one is no selector.
    """
    return [selector(text) for text in texts] or DEFAULT


def selector(text: str) -> Mapping[str, Json]:
    """``main``, ``branch=next,consumer=shop`` or ``{"mainBranch": true}`` as the broker reads it.

    Raises:
        UsageProblem: it is none.
    """
    if text.lstrip().startswith("{"):
        return _json(text)
    found: dict[str, Json] = {}
    for part in (part.strip() for part in text.split(",")):
        key, value = _part(part, text)
        if key in found:
            raise UsageProblem(f"the selector {text!r} says {part.partition('=')[0]} twice", hint=_HINT)
        found[key] = value
    if "environment" in found and not found.keys() & {"deployed", "released"}:
        raise UsageProblem(
            f"the selector {text!r} does not say what is in the environment",
            hint="write environment=NAME,deployed or environment=NAME,released",
        )
    return found


def _part(part: str, text: str) -> tuple[str, Json]:
    name, equals, value = part.partition("=")
    if not equals and name in _WORDS:
        return _WORDS[name], True
    if equals and name in _NAMED and value.strip():
        return _NAMED[name], value.strip()
    raise UsageProblem(f"{text!r} is no selector: {part!r}", hint=_HINT)


def _json(text: str) -> Mapping[str, Json]:
    try:
        found = read(text.encode())
    except (NotJson, UnicodeEncodeError) as error:
        raise UsageProblem(f"the selector {text!r} is no JSON: {error}", hint=_HINT) from error
    if not isinstance(found, dict) or not found:
        raise UsageProblem(f"the selector {text!r} selects nothing", hint=_HINT)
    return found
