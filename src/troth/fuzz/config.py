"""How a run is told to Schemathesis: a configuration in the form of its own file.

``schemathesis.toml`` of the workspace is read as well, as far as it says what is checked: what holds for
``schemathesis run`` holds here. Where requests go, who sends them and how often is said by troth alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from troth.errors import BrokenFile
from troth.fuzz.document import Described
from troth.fuzz.settings import FuzzSettings, Literal_
from troth.provider import JsonScalar

Table = dict[str, Any]
FILE = "schemathesis.toml"
HALF = 0.5
"""How often a parameter gets an offered value."""

_KEPT = ("title", "checks", "generation", "phases")
_OFFERED = ("parameters", "dictionaries")
"""What is offered to parameters: true of a service that is there, and not of one whose states are set."""
_FILTERS = ("include-", "exclude-")


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is tried. ``seconds``: new examples are drawn until they are over, so that counts differ."""

    seed: int = 1
    max_examples: int = 25
    seconds: int | None = None


def read_table(root: Path, *, offers: bool = False) -> Table:
    """What the workspace's ``schemathesis.toml`` says of checks, and of values if it ``offers`` them; empty
    without one.

    Raises:
        BrokenFile: it is no TOML.
    """
    path = root / FILE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BrokenFile(path, f"it is not TOML: {error}") from error
    kept = (*_KEPT, *_OFFERED) if offers else _KEPT
    found = _portable(table, kept)
    found["project"] = [_portable(each, kept) for each in table.get("project", [])]
    return found


def _portable(table: Mapping[str, Any], kept: Collection[str]) -> Table:
    found = {key: table[key] for key in kept if key in table}
    entries = (_operation(each, kept) for each in table.get("operations", []))
    # One that says nothing but of which operations it speaks is refused.
    found["operations"] = [each for each in entries if any(not key.startswith(_FILTERS) for key in each)]
    return found


def _operation(entry: Mapping[str, Any], kept: Collection[str]) -> Table:
    return {
        key: value for key, value in entry.items() if key in (*kept, "enabled") or key.startswith(_FILTERS)
    }


def switched_off(table: Table, title: str) -> Iterator[tuple[str, str]]:
    """The checks that ``schemathesis.toml`` switches off, and for what of the document of that title."""
    yield from ((name, "every operation") for name in _off(table))
    for entry in table.get("operations", ()):
        which = ", ".join(f"{key} = {value!r}" for key, value in entry.items() if key.startswith(_FILTERS))
        if entry.get("enabled") is False:
            yield "every check", which
        yield from ((name, which) for name in _off(entry))
    for project in table.get("project", ()):
        if project.get("title") == title:
            yield from switched_off(project, title)


def _off(table: Table) -> Iterator[str]:
    checks = table.get("checks", {})
    if checks.get("enabled") is False:
        yield "every check"
    yield from (
        name for name, each in checks.items() if isinstance(each, dict) and each.get("enabled") is False
    )


def configured(
    own: Table,
    settings: FuzzSettings,
    operations: Iterable[Described],
    values: Mapping[str, JsonScalar],
    budget: Budget,
    names: Mapping[str, str] | None = None,
) -> Table:
    """The whole configuration. ``values`` are those of the provider state; ``names`` are the labels by which
    the engine knows operations, where they are others."""
    offers = _offers(settings, operations, values)
    found: Table = {
        **own,
        "seed": budget.seed,
        "cache": {"enabled": False},
        # What it takes for the source of the application is troth's own.
        "analysis": {"constants": {"enabled": False}},
        "output": {"truncation": {"max-recorded-payload-size": 0}},
        "dictionaries": {
            **own.get("dictionaries", {}),
            **{name: {"values": list(each.values)} for name, each in offers.items()},
        },
        "operations": [*own.get("operations", ()), *_entries(offers, names or {})],
    }
    if budget.seconds is not None:
        found["max-time"] = budget.seconds
    return found


@dataclass(frozen=True, slots=True)
class _Offer:
    label: str
    place: str
    values: tuple[Literal_, ...]


def _entries(offers: Mapping[str, _Offer], names: Mapping[str, str]) -> Iterator[Table]:
    """One an operation: of several for the same, Schemathesis takes the parameters of the first alone."""
    found: dict[str, Table] = {}
    for name, each in offers.items():
        bound = {"dictionary": name, "probability": HALF}
        found.setdefault(each.label, {})[each.place] = bound
    for label, places in found.items():
        yield {"include-name": names.get(label, label), "parameters": places}


def _offers(
    settings: FuzzSettings, operations: Iterable[Described], values: Mapping[str, JsonScalar]
) -> dict[str, _Offer]:
    found: dict[str, _Offer] = {}
    for operation in operations:
        for place, offered in _places(settings, operation, values).items():
            if offered:
                found[f"troth-{len(found)}"] = _Offer(operation.label, place, offered)
    return found


def _places(
    settings: FuzzSettings, operation: Described, values: Mapping[str, JsonScalar]
) -> dict[str, tuple[Literal_, ...]]:
    """What is offered where: values of the state to path parameters of their name, and what the file says."""
    usable = {name: value for name, value in values.items() if isinstance(value, str | int | float)}
    named = {name for name in usable if f"{{{name}}}" in operation.path}
    found: dict[str, tuple[Literal_, ...]] = {f"path.{name}": (usable[name],) for name in sorted(named)}
    for entry in settings.values:
        if entry.fits(operation.label):
            for place, offered in entry.offers.items():
                found[place] = tuple(_offered(offered, usable))
    return found


def _offered(offered: Iterable[Literal_], values: Mapping[str, Literal_]) -> Iterator[Literal_]:
    """``$name`` is a value of the state, and is left out where the state has none of that name."""
    for each in offered:
        name = each.removeprefix("$") if isinstance(each, str) else ""
        if isinstance(each, str) and each != name:
            yield from (values[name],) if name in values else ()
        else:
            yield each
