"""Why an answer is wrong, told once however many checks object to it.

The judge and the checks of Schemathesis read one contract in two forms, so that most of what is wrong is
found by both: an undeclared status by three checks, a wrong member of a list by the judge once for each item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from troth.fuzz.case import JUDGE, Failure

_INDEX = re.compile(r"\[\d+\]")

_RANK = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    JUDGE,
)
"""Which of several checks a finding is named after; what stands on no place here objects alone."""

_SEVERAL = ("anyOf", "oneOf")
"""Keywords that tell that something below is wrong, and not what."""

_WHY: Mapping[str, str] = {
    "required": "missing",
    "field-missing": "missing",
    "type": "kind",
    "field-type": "kind",
    "field-null": "kind",
    "enum": "member",
    "const": "member",
    "discriminator": "member",
    "field-enum": "member",
    "malformed": "malformed",
    "body-malformed": "malformed",
    "body-encoding": "malformed",
    "field-undeclared": "extra",
    "additionalProperties": "extra",
    "unevaluatedProperties": "extra",
    "format": "bound",
    "pattern": "bound",
    "minimum": "bound",
    "maximum": "bound",
    "exclusiveMinimum": "bound",
    "exclusiveMaximum": "bound",
    "multipleOf": "bound",
    "minLength": "bound",
    "maxLength": "bound",
    "minItems": "bound",
    "maxItems": "bound",
    "uniqueItems": "bound",
    "minProperties": "bound",
    "maxProperties": "bound",
    "field-constraint": "bound",
    "field-invalid": "bound",
    "missing": "missing",
    "header-missing": "missing",
}
"""Keywords of JSON Schema and rules of the judge that say the same."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong with an answer. ``failure`` is the one to show."""

    failure: Failure
    also: tuple[str, ...] = ()
    """What else objects to it: ``judge (field-type)``."""

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for the same cause, whichever of its checks saw it."""
        kind, rule = _kind(self.failure), self.failure.rule
        own = kind == self.failure.check or self.failure.check == "not_a_server_error"
        return kind, _WHY.get(rule, rule if own else kind), place(self.failure)


def rank(failure: Failure) -> int:
    """Which of several failures names a finding: the least."""
    return _RANK.index(failure.check) if failure.check in _RANK else int(failure.check != "ignored_auth")


def causes(failures: Iterable[Failure]) -> tuple[Cause, ...]:
    """The causes of what is wrong with one answer, in the order in which they were met."""
    each = [one for failure in failures for one in _separate(failure)]
    several = [one for one in each if one.rule in _SEVERAL and _explained(one, each)]
    found: dict[tuple[str, str], list[Failure]] = {}
    for one in each:
        if one not in several:
            found.setdefault((_kind(one), place(one)), []).append(one)
    return tuple(_cause(group, several) for group in found.values())


def place(failure: Failure) -> str:
    """Where it is wrong, whichever item of a list and however a header is written."""
    return _INDEX.sub("[*]", failure.path if failure.path.startswith("$") else failure.path.lower())


def _separate(failure: Failure) -> Iterator[Failure]:
    """One for each header that is missing."""
    if failure.check == "response_headers_conformance" and failure.rule == "missing":
        for name in failure.path.removeprefix("header ").split(", "):
            yield replace(failure, path=f"header {name}", message="")
        return
    yield failure


def _kind(failure: Failure) -> str:
    """What of an answer it is about; the check itself, where only that one looks at it."""
    if failure.check not in _RANK:
        return failure.check
    if failure.path == "status":
        return "status"
    return "header" if failure.path.startswith("header") else "body"


def _explained(several: Failure, failures: Sequence[Failure]) -> bool:
    """Whether the judge says what is wrong below."""
    return any(_below(several, one) for one in failures)


def _below(several: Failure, failure: Failure) -> bool:
    return failure.check == JUDGE and place(failure).startswith(place(several))


def _cause(group: Sequence[Failure], several: Sequence[Failure]) -> Cause:
    ranked = sorted(group, key=rank)
    first = ranked[0]
    above = [one for one in several if any(_below(one, failure) for failure in group)]
    also = dict.fromkeys(_named(one) for one in ranked if one.check != first.check)
    if above and first.check == JUDGE:
        # Named after the schema that it breaks, at the place that the judge found.
        also = dict.fromkeys([_named(first), *also])
        first = replace(first, check=above[0].check, title=above[0].title, schema=above[0].schema)
    return Cause(first, tuple(also))


def _named(failure: Failure) -> str:
    return f"{failure.check} ({failure.rule})" if failure.rule and failure.check == JUDGE else failure.check
