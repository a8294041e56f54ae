"""Old examples of a pact that still satisfy the new rules, kept so that a diff is a change in meaning.

A scenario's examples are kept as a whole or not at all: they are linked with each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import JsonValue

from troth import jsontext
from troth.api import Api
from troth.pacts.generate import NotGenerated, Recorded, exchange_of, generate
from troth.pacts.model import AnyInteraction, Message, ProviderState, example_values


def still_holds(
    api: Api, old: Sequence[AnyInteraction], new: Sequence[AnyInteraction], recorded: Recorded
) -> bool:
    """Whether the old interactions say what the new ones say, with other examples."""
    if [meaning(each) for each in old] != [meaning(each) for each in new]:
        return False
    exchanges = [exchange_of(api, each) for each in old]
    if any(api.judge(exchange) for exchange in exchanges):
        return False
    try:
        again = generate(api, replace(recorded, exchanges=exchanges, values=example_values(old)))
    except NotGenerated:
        return False
    return [each.document() for each in again] == [each.document() for each in old]


def meaning(interaction: AnyInteraction) -> str:
    """An interaction less the values of its examples: one text for all that mean the same."""
    document = interaction.document()
    document["providerStates"] = [_unvalued(state) for state in interaction.providerStates]
    if isinstance(interaction, Message):
        document.pop("contents")
        return jsontext.canonical(document)
    request, response = document["request"], document["response"]
    assert isinstance(request, dict)
    assert isinstance(response, dict)
    _unlink(request, request.get("generators"))
    response.pop("body", None)
    headers = response.get("headers")
    response["headers"] = [*sorted(headers)] if isinstance(headers, dict) else None
    return jsontext.canonical(document)


def _unvalued(state: ProviderState) -> JsonValue:
    params = dict(state.params or {})
    values = params.get("values")
    if isinstance(values, dict):
        params["values"] = [*sorted(values)]
    return {"name": state.name, "params": params}


def _unlink(request: dict[str, JsonValue], generators: JsonValue) -> None:
    """Write what a generator makes in the place of the example that one recording had."""
    if not isinstance(generators, Mapping):
        return
    for place, found in generators.items():
        if not isinstance(found, Mapping):
            continue
        if place == "path":
            request["path"] = found["expression"]
        elif place == "body":
            _unlink_body(request, found)
        else:
            _unlink_named(request["query" if place == "query" else "headers"], found)


def _unlink_body(request: dict[str, JsonValue], found: Mapping[str, JsonValue]) -> None:
    body = request["body"]
    assert isinstance(body, dict)
    by_text = dict(_paths(body["content"], ()))
    for text, generator in found.items():
        if text in by_text and isinstance(generator, Mapping):
            body["content"] = jsontext.put(body["content"], by_text[text], generator["expression"])


def _paths(value: JsonValue, path: jsontext.Path) -> list[tuple[str, jsontext.Path]]:
    found = [(jsontext.path_text(path), path)]
    if isinstance(value, dict):
        found += [pair for key, child in value.items() for pair in _paths(child, (*path, key))]
    elif isinstance(value, list):
        found += [pair for index, child in enumerate(value) for pair in _paths(child, (*path, index))]
    return found


def _unlink_named(groups: JsonValue, found: Mapping[str, JsonValue]) -> None:
    assert isinstance(groups, dict)
    for name, generator in found.items():
        if isinstance(generator, Mapping):
            groups[name] = [generator["expression"]]
