"""Compares parameters. Each is text on the wire, so that an integer may stand where a text is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from troth import jsontext
from troth.drift.compare_shapes import Comparison, Place
from troth.drift.described import Described, Parameter, variables
from troth.drift.deviation import Deviation, looser, missing, removed, stricter, uncompared, undocumented
from troth.drift.shape import Shape, kind_of

_SCALARS = frozenset({"boolean", "integer", "number", "string"})


def compare_parameters(
    comparison: Comparison, theirs: Described, mine: Described, shared: tuple[Parameter, ...]
) -> Iterator[Deviation]:
    """What the parameters themselves differ in; ``comparison`` takes what their values do."""
    pairs = list(zip(_of_path(theirs), _of_path(mine), strict=False))
    for one, other in pairs:
        yield from _values(comparison, one, other)
    known = (*theirs.parameters, *shared)
    everything = replace(theirs, parameters=known)
    for own in mine.parameters:
        if own.where == "path":
            continue
        said = everything.parameter(own.where, own.name)
        if said is None:
            yield _undocumented(own)
            continue
        yield from _presence(said, own)
        yield from _values(comparison, said, own)
    for said in theirs.parameters:
        if said.where == "reference":
            comparison.count_undecided()
            yield replace(uncompared(said.doubt), path="parameters", pointer=said.pointer)
        elif said.where != "path" and mine.parameter(said.where, said.name) is None:
            yield _missing(said)


def _of_path(described: Described) -> list[Parameter]:
    """The parameters of the path in its order: their names do not matter."""
    named = {each.name: each for each in described.parameters if each.where == "path"}
    return [named[name] for name in variables(described.path) if name in named]


def _undocumented(own: Parameter) -> Deviation:
    told = f"the {own.where} parameter {own.name} is not in the document"
    made = removed("request", told, "required") if own.required else undocumented(told, "optional")
    return replace(made, path=f"{own.where} {own.name}")


def _missing(said: Parameter) -> Deviation:
    told = f"the document {'requires' if said.required else 'has'} the {said.where} parameter {said.name}"
    made = missing("request", f"{told}, and ours does not have it", said.name, needed=said.required)
    return replace(made, path=f"{said.where} {said.name}", pointer=said.pointer)


def _presence(said: Parameter, own: Parameter) -> Iterator[Deviation]:
    path = f"{own.where} {own.name}"
    if said.required and not own.required:
        told = f"the document requires {own.name}, and our contract lets it be left out"
        made = looser("request", told, "required", "optional", "required")
        yield replace(made, path=path, pointer=said.pointer)
    elif own.required and not said.required:
        told = f"our contract requires {own.name}, and the document lets it be left out"
        made = stricter("request", told, "optional", "required", "required")
        yield replace(made, path=path, pointer=said.pointer)


def _values(comparison: Comparison, said: Parameter, own: Parameter) -> Iterator[Deviation]:
    path = f"{own.where} {own.name}"
    if said.schema is None or own.schema is None:
        comparison.count_undecided()
        yield replace(
            uncompared(said.doubt or "the parameter has no schema"), path=path, pointer=said.pointer
        )
        return
    theirs = comparison.vendor.shape(said.schema).without("null")
    mine = comparison.ours.shape(own.schema).without("null")
    if {"array", "object"} & (theirs.kinds ^ mine.kinds):
        comparison.count_undecided()
        why = "how a list or an object is written as a parameter"
        yield replace(uncompared(why), path=path, pointer=said.pointer)
        return
    comparison.shapes(theirs, _on_the_wire(mine, theirs), Place(path), said.pointer)


def _on_the_wire(mine: Shape, theirs: Shape) -> Shape:
    """Ours as text that the document's type reads: ``"true"`` for a boolean, ``"7"`` for an integer."""
    if mine.anything or theirs.anything:
        return mine
    return _read_as_theirs(_as_text(mine, theirs), theirs)


def _as_text(mine: Shape, theirs: Shape) -> Shape:
    """Where the document asks for a text, a scalar of ours is one."""
    others = mine.kinds & _SCALARS - theirs.kinds
    if "string" not in theirs.kinds or not others:
        return mine
    texts = frozenset(jsontext.canonical(member.strip('"')) for member in _named(mine, others))
    open_kinds = mine.open & others - {"boolean"}
    return replace(
        mine,
        kinds=mine.kinds - others | {"string"},
        open=mine.open - others | ({"string"} if open_kinds else frozenset()),
        members=frozenset(member for member in mine.members if kind_of(member) not in others) | texts,
    )


def _named(mine: Shape, kinds: frozenset[str]) -> frozenset[str]:
    booleans = frozenset({"true", "false"}) if "boolean" in kinds & mine.open else frozenset[str]()
    return booleans | frozenset(member for member in mine.members if kind_of(member) in kinds)


def _read_as_theirs(mine: Shape, theirs: Shape) -> Shape:
    """Where the document asks for a boolean or a number, a text of ours that spells one is one."""
    if "string" in theirs.kinds or "string" not in mine.kinds or "string" in mine.open:
        return mine
    spelled = {member: member.strip('"') for member in mine.members_of("string")}
    if not all(kind_of(text) in theirs.kinds for text in spelled.values() if text):
        return mine
    members = frozenset(spelled.get(member, member) for member in mine.members)
    kinds = frozenset(kind_of(member) for member in members)
    # Both booleans are a boolean.
    whole = frozenset({"boolean"}) if {"true", "false"} <= members else frozenset[str]()
    return replace(
        mine,
        kinds=mine.kinds - {"string"} | kinds,
        open=mine.open - {"string"} | whole,
        members=members - {"true", "false"} if whole else members,
    )
