"""What a contract must not say, since the judge, the redaction or a reader could not rely on it.

A finding names the type or the operation, and its file. The types that Pydantic reads too freely have
stand-ins in ``troth.fields``.
"""

from __future__ import annotations

import datetime
import decimal
import inspect
import re
import typing
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, Discriminator, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from troth import walk
from troth.api import Anything, Api, Empty, Operation, Selected, Text
from troth.evidence import Counts, Finding, StepResult
from troth.fields import FilePart, Payload, SafeMark, Stand
from troth.multipart import declared_parts, is_multipart

_BARE: dict[type, str] = {
    datetime.datetime: "Timestamp, since a datetime also reads a number",
    datetime.date: "a text with a pattern, since a date also reads a number",
    datetime.time: "a text with a pattern, since a time also reads a number",
    datetime.timedelta: "a number of seconds or a text with a pattern, since a timedelta reads both",
    uuid.UUID: "Uuid, since UUID also reads one without hyphens",
    bytes: "Base64Text, since bytes read any text",
    decimal.Decimal: "DecimalText, since a Decimal reads a number and a text alike",
}
_UNKNOWN = (Any, object)


def check_contract(api: Api) -> StepResult:
    """Lint the contract of ``api`` as one step of a run."""
    findings = lint(api)
    total = len(api.everything)
    spoilt = {finding.operation for finding in findings}
    clean = sum(operation.label not in spoilt for operation in api.everything)
    return StepResult("contract", api.name, Counts(total, total, clean), findings, unit="operations")


def lint(api: Api) -> tuple[Finding, ...]:
    """Every rule that the contract breaks, in the order of the operations; a model's with its first."""
    visit = _Visit()
    return tuple(
        _finding(api, operation, complaint)
        for operation in api.everything
        for complaint in _complaints(operation, visit)
    )


def _finding(api: Api, operation: Operation, complaint: _Complaint) -> Finding:
    return Finding(
        code=complaint.code,
        message=complaint.message,
        api=api.name,
        operation=operation.label,
        path=complaint.path,
        expected=complaint.expected,
        actual=complaint.actual,
        place=complaint.place or f"contracts/{api.name}/operations.py",
    )


@dataclass(frozen=True, slots=True)
class _Complaint:
    code: str
    message: str
    path: str
    expected: str
    actual: str
    place: str = ""


def _complaints(operation: Operation, visit: _Visit) -> Iterator[_Complaint]:
    yield from _unsourced(operation)
    yield from _parameters(operation)
    yield from _parts(operation)
    for where, declared in _types(operation):
        yield from visit.visit(declared, _Spot(where))


def _unsourced(operation: Operation) -> Iterator[_Complaint]:
    if not operation.source:
        yield _Complaint(
            "contract-no-source",
            f"the operation {operation.name} does not say where its facts come from",
            operation.name,
            'source="…", or source="assumed"',
            "no source",
        )


def _parameters(operation: Operation) -> Iterator[_Complaint]:
    """The path's parameters are those that ``params`` declares."""
    named = set(re.findall(r"\{(\w+)", operation.path))
    model = operation.params
    declared = set(walk.members(model)) if model is not None else set()
    if named != declared:
        yield _Complaint(
            "contract-parameters",
            f"the path of {operation.name} and its params declare different parameters",
            operation.name,
            f"params for {', '.join(sorted(named)) or 'nothing'}",
            f"params for {', '.join(sorted(declared)) or 'nothing'}",
        )


def _parts(operation: Operation) -> Iterator[_Complaint]:
    """A part of a form is a text, whatever it means to those who read it, or a file."""
    parts = declared_parts(operation.body) if is_multipart(operation.body_type) else {}
    for name, (kind, _, _) in parts.items():
        if not _is_part(kind):
            yield _Complaint(
                "contract-form",
                f"the part {name} of {operation.name} is neither a text nor a file, so that no form holds it",
                f"{operation.name}.{name}",
                "str, an enum or Literal of texts, FilePart, or a list of one of them",
                getattr(walk.unwrapped(kind)[0], "__name__", str(kind)),
            )


def _is_part(kind: object) -> bool:
    bare = walk.unwrapped(kind)[0]
    if walk.is_list(bare):
        bare = walk.unwrapped(walk.item(bare))[0]
    if typing.get_origin(bare) is Literal:
        return all(isinstance(text, str) for text in typing.get_args(bare))
    return isinstance(bare, type) and issubclass(bare, str | FilePart)


def _types(operation: Operation) -> Iterator[tuple[str, object]]:
    """Each type of the operation and what it is for."""
    for where, declared in (
        ("params", operation.params),
        ("query", operation.query),
        ("body", operation.body),
    ):
        if declared is not None:
            yield where, declared
    for status, answer in operation.answers.items():
        for form in answer.forms():
            if isinstance(form, Selected):
                yield str(status), form.model
                if form.within is not None:
                    yield str(status), form.within[form.model]
            elif form not in (Empty, Anything) and not isinstance(form, Text):
                yield str(status), form


class _Visit:
    """One pass over types and all that they hold; each model once."""

    def __init__(self) -> None:
        self._seen: set[type[BaseModel]] = set()

    def visit(self, declared: object, spot: _Spot) -> Iterator[_Complaint]:
        """What is wrong with the type that stands at ``spot``."""
        bare, _, marks = walk.unwrapped(declared)
        spot = replace(spot, safe=spot.safe or any(isinstance(mark, SafeMark) for mark in marks))
        if walk.is_model(bare):
            yield from self._model(bare, spot)
            return
        yield from _bare(bare, spot)
        yield from _ambiguous(bare, marks, spot)
        if bare is str and not spot.safe:
            yield from _without_stand(declared, marks, spot)
        for inner in _inside(bare):
            yield from self.visit(inner, replace(spot, root=False))

    def _model(self, model: type[BaseModel], spot: _Spot) -> Iterator[_Complaint]:
        if model in self._seen:
            return
        self._seen.add(model)
        yield from _model_itself(model)
        for name, info in model.model_fields.items():
            inner = _Spot(f"{model.__name__}.{name}", model, root=False, safe=spot.safe)
            yield from self.visit(_declared(info), inner)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a type stands. ``root``: it is the whole body; ``safe``: what holds it may be shown."""

    where: str
    model: type[BaseModel] | None = None
    root: bool = True
    safe: bool = False

    def complaint(self, code: str, said: str, expected: str, actual: str) -> _Complaint:
        place = _place(self.model) if self.model else ""
        return _Complaint(code, f"{self.where} {said}", self.where, expected, actual, place)


def _declared(info: FieldInfo) -> object:
    """A field's type with its marks; a discriminator stands beside the annotation."""
    declared = walk.field_type(info)
    named = info.discriminator
    if named is None:
        return declared
    return Annotated[cast(Any, declared), Discriminator(named) if isinstance(named, str) else named]


def _inside(bare: object) -> Iterator[object]:
    """The types that a union or a container holds."""
    if typing.get_origin(bare) is not Literal:
        yield from (argument for argument in typing.get_args(bare) if argument is not Ellipsis)


def _bare(bare: object, spot: _Spot) -> Iterator[_Complaint]:
    if bare in _UNKNOWN:
        yield spot.complaint(
            "contract-any", "may be anything, so that nothing of it is judged", "a type", "any value"
        )
    elif isinstance(bare, type) and bare in _BARE:
        said = "has a type that reads more than a service sends"
        yield spot.complaint("contract-bare-type", said, _BARE[bare], bare.__name__)


def _ambiguous(bare: object, marks: tuple[object, ...], spot: _Spot) -> Iterator[_Complaint]:
    """Below the root, several kinds of object must be told apart by something that they say."""
    members = [walk.unwrapped(member)[0] for member in walk.branches(bare)]
    objects = [member for member in members if _is_object(member)]
    told_apart = any(isinstance(mark, Discriminator) for mark in marks)
    if len(objects) > 1 and not spot.root and not told_apart:
        names = ", ".join(getattr(member, "__name__", str(member)) for member in objects)
        said = "may be one of several objects, and nothing tells which"
        yield spot.complaint("contract-union", said, "a discriminator", names)


def _is_object(bare: object) -> bool:
    origin = typing.get_origin(bare) or bare
    return walk.is_model(bare) or (isinstance(origin, type) and issubclass(origin, Mapping))


def _without_stand(declared: object, marks: tuple[object, ...], spot: _Spot) -> Iterator[_Complaint]:
    """What replaces a value that may not be seen must be of the same type."""
    stand = next((mark for mark in marks if isinstance(mark, Stand)), None)
    example = stand.text(1) if stand else "redacted-1"
    try:
        TypeAdapter(cast(Any, declared)).validate_python(example, strict=True)
    except ValidationError:
        yield spot.complaint(
            "contract-stand" if stand else "contract-no-stand",
            "is not safe to show, and what would replace it breaks the contract",
            "Safe[…], or a Stand whose text fits the type",
            "a Stand whose text does not fit" if stand else "no Stand",
        )


def _model_itself(model: type[BaseModel]) -> Iterator[_Complaint]:
    spot = _Spot(model.__name__, model)
    if not issubclass(model, Payload):
        said = "is not a Payload, so that it is not read strictly"
        yield spot.complaint(
            "contract-not-payload", said, "a subclass of troth.fields.Payload", "another model"
        )
    elif not model.fact_source:
        yield spot.complaint(
            "contract-no-source",
            "does not say where its facts come from",
            'class … (Payload, source="…"), or source="assumed"',
            "no source",
        )
    elif model.model_config.get("extra") == "allow" or not model.model_config.get("strict"):
        said = "is configured to read more than the contract declares"
        yield spot.complaint(
            "contract-lax-model", said, "strict=True, and extra other than allow", "another configuration"
        )


def _place(model: type[BaseModel]) -> str:
    """``contracts/judge0/payloads.py:12``, as far as it can be known."""
    file = f"{model.__module__.replace('.', '/')}.py"
    try:
        return f"{file}:{inspect.getsourcelines(model)[1]}"
    except (OSError, TypeError):
        return file
