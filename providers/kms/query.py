"""The query of a request, read by the rules of Google's APIs.

Names may be camelCase or snake_case. A name that the method does not know is refused, and so is one that
stands twice: no parameter of these methods is a list.
"""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from providers.kms.messages import camel
from providers.kms.refusal import invalid

_SYSTEM = frozenset(
    {
        ".xgafv",
        "access_token",
        "alt",
        "callback",
        "fields",
        "key",
        "oauth_token",
        "prettyPrint",
        "quotaUser",
        "upload_protocol",
        "uploadType",
        "userProject",
    }
)
"""Parameters of every method, with ``$`` before the name or without it."""

_TRUTH = {"true": True, "false": False}
_ENUM_NUMBERS = "enum-encoding=int"


def read_query(given: MultiDict[str, str], known: frozenset[str]) -> Mapping[str, str]:
    """The parameters by their names in camelCase. ``known`` are those of the method.

    Raises:
        Refused: a parameter is unknown or stands twice, or one of the answer's form is none.
    """
    found: dict[str, str] = {}
    for name, values in given.lists():
        parameter = _parameter(name, known)
        if len(values) > 1 or parameter in found:
            raise invalid("Invalid query: a parameter that is no list stands there twice.")
        found[parameter] = values[0]
    _check_form(found)
    return found


def flag(query: Mapping[str, str], parameter: str) -> bool:
    """
    Raises:
        Refused: it is neither true nor false.
    """
    text = query.get(parameter, "false")
    if text not in _TRUTH:
        raise invalid(f"{parameter} is neither true nor false.")
    return _TRUTH[text]


def wants_enum_numbers(given: Mapping[str, str]) -> bool:
    return _ENUM_NUMBERS in given.get("$alt", "").split(";")


def wants_layout(given: Mapping[str, str]) -> bool:
    """Whether the answer is indented: so it is unless that is unwanted."""
    return given.get("prettyPrint", "true") != "false"


def _parameter(name: str, known: frozenset[str]) -> str:
    if name.removeprefix("$") in _SYSTEM:
        return name
    if camel(name) in known:
        return camel(name)
    raise invalid("Invalid JSON payload received: an unknown name in the query.")


def _check_form(query: Mapping[str, str]) -> None:
    kind, *options = query.get("$alt", "json").split(";")
    if kind != "json" or not {_ENUM_NUMBERS} >= set(options) or query.get("alt", "json") != "json":
        raise invalid("alt may be json only.")
    for parameter in ("prettyPrint", "$prettyPrint"):
        flag(query, parameter)
