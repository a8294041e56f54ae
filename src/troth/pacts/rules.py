"""Pact's matching rules for a recorded document, from one walk over its declared type and its values.

A rule may say less than the contract, never more: what it lets pass the judge sees, and a response
that the contract allows must not fail.
"""

from __future__ import annotations

import enum
import json
import re
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from troth.jsontext import Json, Path
from troth.walk import Spot, is_closed, is_model, walk

Matcher: TypeAlias = "dict[str, Json]"
Rule: TypeAlias = "dict[str, Json]"
Pattern: TypeAlias = "tuple[str | int | _Star, ...]"


@dataclass(frozen=True, slots=True)
class _Star:
    """Every item of an array or every value of a map."""

    text: str


_ITEMS = _Star("[*]")
_VALUES = _Star(".*")

ANY_TEXT = r"[\s\S]*"
ANYTHING: Matcher = {"match": "include", "value": ""}
"""Passes every value, null and containers too."""

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Shape:
    """What a pact says of a JSON body: an example without undeclared keys, and the rules by JSON path."""

    example: Json
    rules: dict[str, Rule] = field(default_factory=dict)


def shape(annotation: object, value: Json) -> Shape:
    """The shape of ``value``, which was judged to be of the type."""
    spots = {spot.path: spot for spot in walk(annotation, value)}
    example = _declared(spots, (), value)
    found = _rules(spots, (), example)
    return Shape(example, {expression(path): rule for path, rule in found.items()})


def rule(*matchers: Matcher, either: bool = False) -> Rule:
    """A rule of a pact; ``either`` lets one of the matchers suffice."""
    return {"combine": "OR" if either else "AND", "matchers": [*matchers]}


def regex(pattern: str) -> Matcher:
    """A matcher for the whole text, in the dialect of Pact's engine (Oniguruma)."""
    return {"match": "regex", "regex": oniguruma(pattern)}


def oniguruma(pattern: str) -> str:
    """A pattern of Python or Pydantic as Oniguruma reads it."""
    for python, onig in (("(?s)", "(?m)"), ("(?P<", "(?<"), (r"\Z", r"\z")):
        pattern = pattern.replace(python, onig)
    return pattern


def content_type(name: str) -> Rule:
    """The content type in any case, with any parameters."""
    return rule({"match": "regex", "regex": rf"(?i){re.escape(name)}(\s*;.*)?"})


def present(spot: Spot) -> Rule:
    """The rule for a value that is there, whatever it is."""
    return rule(ANYTHING) if spot.union or not spot.declared else rule(*_matchers(spot))


def _declared(spots: Mapping[Path, Spot], path: Path, value: Json) -> Json:
    """``value`` less the keys that the contract does not declare: nothing is agreed about them."""
    if isinstance(value, list):
        return [_declared(spots, (*path, index), item) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    model = is_model(spots[path].annotation)
    return {
        key: _declared(spots, (*path, key), child)
        for key, child in value.items()
        if not model or (spots[*path, key].declared and "'" not in key)
    }


def _rules(spots: Mapping[Path, Spot], path: Path, value: Json) -> dict[Pattern, Rule]:
    spot = spots[path]
    if isinstance(value, list):
        return _array(spots, path, value)
    if isinstance(value, dict):
        return _object(spots, path, value)
    return {(): _scalar(spot)} if spot.declared else {}


def _array(spots: Mapping[Path, Spot], path: Path, items: list[Json]) -> dict[Pattern, Rule]:
    if not items:
        return {(): rule({"match": "type", "min": 0})}
    each = [_rules(spots, (*path, index), item) for index, item in enumerate(items)]
    together = _merged(each)
    if _alike([spots[*path, index] for index in range(len(items))]) and not _torn(together):
        return {(): rule({"match": "type", "min": 1}), **_under(_ITEMS, together)}
    return {key: found for index, rules in enumerate(each) for key, found in _under(index, rules).items()}


def _object(spots: Mapping[Path, Spot], path: Path, members: dict[str, Json]) -> dict[Pattern, Rule]:
    each = {key: _rules(spots, (*path, key), child) for key, child in members.items()}
    together = _merged(each.values())
    if is_model(spots[path].annotation) or _torn(together):
        return {key: found for name, rules in each.items() for key, found in _under(name, rules).items()}
    if not members:
        return {(): rule({"match": "type"})}
    return {(): rule({"match": "values"}), **_under(_VALUES, together)}


def _under(part: str | int | _Star, rules: Mapping[Pattern, Rule]) -> dict[Pattern, Rule]:
    return {(part, *path): found for path, found in rules.items()}


def _alike(items: list[Spot]) -> bool:
    """Whether one rule can stand for all items: they took the same branch of the type."""
    return all(item.annotation == items[0].annotation for item in items)


def _torn(rules: Mapping[Pattern, Rule]) -> bool:
    """Whether one example has null where another has an object: Pact has no rule for both."""
    inner = {path[:length] for path in rules for length in range(len(path))}
    return any(path in inner and not _structural(found) for path, found in rules.items())


def _structural(found: Rule) -> bool:
    """Whether the rule is that of an array or a map, which leaves their insides to other rules."""
    matchers = typing.cast("list[Matcher]", found["matchers"])
    return matchers[0]["match"] == "values" or "min" in matchers[0]


def _merged(each: Iterable[Mapping[Pattern, Rule]]) -> dict[Pattern, Rule]:
    """One rule for each place; where examples gave different ones, the one that lets most pass."""
    found: dict[Pattern, list[Rule]] = {}
    for rules in each:
        for path, one in rules.items():
            found.setdefault(path, []).append(one)
    return {path: min(rules, key=_strictness) for path, rules in found.items()}


def _strictness(one: Rule) -> tuple[bool, bool, int]:
    matchers = typing.cast("list[Matcher]", one["matchers"])
    names = [matcher["match"] for matcher in matchers]
    least = min((typing.cast(int, matcher.get("min", 0)) for matcher in matchers), default=0)
    return "include" not in names, "type" in names, least


def _scalar(spot: Spot) -> Rule:
    if spot.union:
        return rule(ANYTHING)
    if not spot.nullable:
        return present(spot)
    alternative = _nullable(spot)
    return rule(ANYTHING) if alternative is None else rule({"match": "null"}, alternative, either=True)


def _matchers(spot: Spot) -> list[Matcher]:
    """What a value that is there must match, all at once."""
    kind = spot.annotation
    if is_closed(kind) and kind is not bool:
        members = _members(kind)
        integer = all(type(member) is int for member in members)
        return [{"match": "integer"} if integer else {"match": "type"}, _one_of(members)]
    if kind is int:
        return [{"match": "integer"}]
    if kind is float:
        return [{"match": "number"}]
    if kind is str:
        pattern = _pattern(spot)
        return [{"match": "type"}, *([pattern] if pattern is not None else [])]
    return [{"match": "type"}] if kind is bool else [ANYTHING]


def _nullable(spot: Spot) -> Matcher | None:
    """The one matcher that stands beside null; it may not look at the example, which may be null."""
    kind = spot.annotation
    if kind is bool:
        return regex("true|false")
    if is_closed(kind):
        return _one_of(_members(kind))
    if kind is int:
        return {"match": "integer"}
    if kind is float:
        return {"match": "number"}
    if kind is str:
        free: Matcher = regex(ANY_TEXT) if spot.value is None else {"match": "type"}
        return _pattern(spot) or free
    return None


def _pattern(spot: Spot) -> Matcher | None:
    found = [pattern for mark in spot.marks if (pattern := getattr(mark, "pattern", None))]
    if not found:
        return None
    pattern = found[-1].pattern if isinstance(found[-1], re.Pattern) else str(found[-1])
    begin = "" if pattern.startswith("^") else ANY_TEXT
    end = "" if pattern.endswith("$") else ANY_TEXT
    return regex(f"{begin}(?:{pattern}){end}" if begin or end else pattern)


def _members(kind: object) -> list[object]:
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [item.value for item in kind]
    return list(typing.get_args(kind))


def _one_of(members: Iterable[object]) -> Matcher:
    texts = (member if isinstance(member, str) else json.dumps(member) for member in members)
    return {"match": "regex", "regex": "|".join(map(re.escape, texts))}


def expression(path: Pattern) -> str:
    """A path as Pact writes it in a rule."""
    return "$" + "".join(_part(part) for part in path)


def _part(part: str | int | _Star) -> str:
    if isinstance(part, _Star):
        return part.text
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _PLAIN_NAME.fullmatch(part) else f"['{part}']"
