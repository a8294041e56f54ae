"""[tool.troth.triage] of pyproject.toml."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from troth.errors import BrokenFile

LARGEST_BATCH = 20
"""Tests. What a person can still review at once."""

LAYERS: Mapping[str, tuple[str, ...]] = {
    "views": ("*/views.py", "*/views/*", "*/viewsets.py", "*/api.py", "*/api/*", "*/endpoints.py"),
    "serializers": ("*/serializers.py", "*/serializers/*", "*/schemas.py", "*/schemas/*"),
    "models": ("*/models.py", "*/models/*"),
    "utils": ("*/utils.py", "*/utils/*", "*/helpers.py", "*/services.py", "*/services/*"),
    "tasks": ("*/tasks.py", "*/tasks/*"),
}
"""From what is tested first to what is tested last; a file of no layer comes after all of them."""

EXCLUDED = (
    "*/tests/*",
    "*/test_*.py",
    "*/*_test.py",
    "*/tests.py",
    "*/conftest.py",
    "*/migrations/*",
    "*/setup.py",
    "consumers/*/scenarios.py",
    "consumers/*/promises.py",
)

EDGE_WORDS = (
    "edge",
    "empty",
    "blank",
    "boundary",
    "boundaries",
    "bound",
    "bounds",
    "limit",
    "limits",
    "max",
    "maximum",
    "min",
    "minimum",
    "zero",
    "none",
    "single",
    "first",
    "last",
    "longest",
    "shortest",
    "largest",
    "smallest",
    "huge",
    "overflow",
    "exactly",
    "nothing",
)
ERROR_WORDS = (
    "error",
    "errors",
    "exception",
    "exceptions",
    "fail",
    "fails",
    "failed",
    "failing",
    "failure",
    "failures",
    "invalid",
    "raise",
    "raises",
    "reject",
    "rejects",
    "rejected",
    "refuse",
    "refuses",
    "refused",
    "forbidden",
    "unauthorized",
    "unauthorised",
    "denied",
    "malformed",
    "unknown",
    "corrupt",
    "wrong",
    "timeout",
)


class TriageSettings(BaseModel):
    """What is tested first, and what is not looked at. A glob is over a path from the root."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    layers: dict[str, tuple[str, ...]] = dict(LAYERS)
    """A layer to the globs of its files, the first layer first."""
    exclude: tuple[str, ...] = EXCLUDED
    """Files that are no target: tests, and what nobody tests."""
    roots: tuple[str, ...] = ("src",)
    """Folders from which modules are imported, beside the root."""
    batch: int = Field(default=LARGEST_BATCH, ge=1, le=LARGEST_BATCH)
    """Tests of one batch, at most."""
    edge_words: tuple[str, ...] = EDGE_WORDS
    """Words in a test's name, class or parameters that tell of an edge case."""
    error_words: tuple[str, ...] = ERROR_WORDS

    def layer(self, path: str) -> str:
        """The first layer that the file belongs to; ``""`` for none."""
        return next((name for name, globs in self.layers.items() if fits(path, globs)), "")

    def rank(self, layer: str) -> int:
        """The place of a layer in the order, 0 first."""
        names = list(self.layers)
        return names.index(layer) if layer in names else len(names)

    def excludes(self, path: str) -> bool:
        """Whether a file is no target."""
        return fits(path, self.exclude)


def fits(path: str, globs: Iterable[str]) -> bool:
    """Whether a glob matches; ``*/views.py`` matches one in the root as well."""
    return any(fnmatch.fnmatchcase(each, glob) for glob in globs for each in (path, f"/{path}"))


def read_settings(path: Path, table: Mapping[str, object]) -> TriageSettings:
    """The settings of ``table``, which stands in the file ``path``.

    Raises:
        BrokenFile: a key is unknown, or a value is wrong.
    """
    try:
        return TriageSettings.model_validate(dict(table))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BrokenFile(
            path, f"[tool.troth.triage] {where}: {first['msg']}", hint="see docs/triage.md"
        ) from error
