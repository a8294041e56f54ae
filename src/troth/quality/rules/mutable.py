"""Whether an expression makes something that its users can change."""

from __future__ import annotations

import ast

from troth.quality.context import Context
from troth.quality.rules.literals import value_of
from troth.quality.rules.units import Unit
from troth.quality.source import TestFile

_CONTAINERS = {
    "builtins.list": "a list",
    "builtins.dict": "a dict",
    "builtins.set": "a set",
    "builtins.bytearray": "a bytearray",
    "collections.defaultdict": "a dict",
    "collections.OrderedDict": "a dict",
    "collections.Counter": "a Counter",
    "collections.deque": "a deque",
    "json.loads": "what it read from JSON",
    "json.load": "what it read from JSON",
    "copy.deepcopy": "a copy",
}
_MODELS = frozenset(
    {"pydantic.BaseModel", "pydantic.main.BaseModel", "django.db.models.Model", "sqlmodel.SQLModel"}
)
_MAKES = frozenset({"create", "get_or_create", "build", "bulk_create"})


def shown_mutable(node: ast.expr, unit: Unit, context: Context) -> str:
    """What of a kind that can be changed an expression makes, such as ``a list``; empty for anything else."""
    match node:
        case ast.List() | ast.ListComp():
            return "a list"
        case ast.Dict() | ast.DictComp():
            return "a dict"
        case ast.Set() | ast.SetComp():
            return "a set"
        case ast.Name(id=name) if (value := value_of(name, unit)) is not None and value is not node:
            return shown_mutable(value, unit, context)
        case ast.Tuple(elts=elements):
            held = (kind for each in elements if (kind := shown_mutable(each, unit, context)))
            return next((f"{kind} in a tuple" for kind in held), "")
        case ast.Await(value=inner):
            return shown_mutable(inner, unit, context)
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="objects"), attr=attr)) if attr in _MAKES:
            return "a model"
        case ast.Call():
            return _of_call(node, unit, context)
    return ""


def _of_call(call: ast.Call, unit: Unit, context: Context) -> str:
    name = unit.names.of(call)
    if name in _CONTAINERS:
        return _CONTAINERS[name]
    found = _class(name, unit.file, context)
    if found is None:
        return ""
    made, file = found
    return f"a {made.name}" if is_mutable_class(made, file) else ""


def _class(name: str, file: TestFile, context: Context) -> tuple[ast.ClassDef, TestFile] | None:
    """The class of that resolved name, in the file or in a module of ours."""
    if not name or not name.rpartition(".")[2][:1].isupper():
        return None
    own = name.removeprefix(".")
    if own in file.classes:
        return file.classes[own], file
    origin, _, last = name.rpartition(".")
    near = origin.partition(".")[0] in context.project.first_party | {"tests", "test"}
    module = context.module(origin, file) if near else None
    if module is None or last not in module.classes:
        return None
    return module.classes[last], module


def is_mutable_class(made: ast.ClassDef, file: TestFile) -> bool:
    """Whether a class is one of data that can be changed: a model, or a dataclass that is not frozen."""
    for decorator in made.decorator_list:
        name = file.names.of(decorator)
        if name in ("dataclasses.dataclass", "attr.s", "attrs.define", "attr.define", "attrs.mutable"):
            return not _is_frozen(decorator.keywords if isinstance(decorator, ast.Call) else [])
    if _is_frozen(made.keywords) or _has_frozen_config(made):
        return False
    names = {file.names.of(base) for base in made.bases}
    own = {name.removeprefix(".") for name in names if name.startswith(".")} - {made.name}
    return bool(names & _MODELS) or any(
        is_mutable_class(file.classes[name], file) for name in own & file.classes.keys()
    )


def _is_frozen(keywords: list[ast.keyword]) -> bool:
    return any(
        each.arg == "frozen" and isinstance(each.value, ast.Constant) and each.value.value is True
        for each in keywords
    )


def _has_frozen_config(made: ast.ClassDef) -> bool:
    """``model_config = ConfigDict(frozen=True)``."""
    for node in made.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="model_config")], value=ast.Call(keywords=keywords)):
                return _is_frozen(keywords)
    return False
