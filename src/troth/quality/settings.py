"""[tool.troth.lint] of pyproject.toml."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from troth.errors import BrokenFile
from troth.quality.rule import Severity

RuleId = Annotated[str, Field(pattern=r"^Q[0-9]{1,3}$")]
"""A rule, ``Q201``, or a group of them, ``Q2``."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Thresholds(_Table):
    """From where on something is too much; each is the largest number that is allowed."""

    lines: int = Field(default=50, ge=1)
    assertions: int = Field(default=7, ge=1)
    patches: int = Field(default=5, ge=0)
    integration_patches: int = Field(default=2, ge=0)
    dict_keys: int = Field(default=7, ge=0)
    list_items: int = Field(default=11, ge=0)
    unspaced_lines: int = Field(default=10, ge=1)
    """Lines of a test that need no blank line or comment between arranging, acting and asserting."""
    name_words: int = Field(default=3, ge=1)
    """The fewest words of a name after ``test_``."""
    fixture_statements: int = Field(default=10, ge=1)


class PathSettings(_Table):
    """Rules that do not hold, or count for more or less, below a path, and why."""

    path: str
    """A glob over the path from the root."""
    ignore: tuple[RuleId, ...] = ()
    severity: dict[RuleId, Severity] = {}
    reason: str = Field(min_length=8)

    def holds_for(self, name: str) -> bool:
        """Whether the file of that path from the root is meant."""
        return fits(name, self.path)


class LintSettings(_Table):
    """Which rules hold, and what they count as too much."""

    select: tuple[RuleId, ...] = ()
    """All when empty."""
    ignore: tuple[RuleId, ...] = ()
    exclude: tuple[str, ...] = ()
    """Globs over paths from the root of files that are not looked at."""
    fail_on: Severity = Severity.WARNING
    severity: dict[RuleId, Severity] = {}
    thresholds: Thresholds = Thresholds()
    forbidden_tokens: tuple[str, ...] = ("batch", "cov", "coverage", "deep", "misc", "various", "all")
    conjunctions: tuple[str, ...] = ("and", "y", "then", "also")
    terms: tuple[str, ...] = ()
    """Terms of the team's field, ``read_and_write``: what stands in one is no conjunction and no token."""
    markers: tuple[str, ...] = ("acts_twice",)
    """Marks that say that a test acts more than once, and means to."""
    first_party: tuple[str, ...] = ()
    """The team's own packages; what stands beside pyproject.toml and in src/ when empty."""
    boundaries: tuple[str, ...] = ()
    """What may be mocked beside the boundaries that are known: dotted names."""
    layers: dict[str, tuple[str, ...]] = {}
    """A layer of production to the globs of its modules; tests of it belong into a folder of its name."""
    paths: tuple[PathSettings, ...] = ()

    def holds(self, rule: str) -> bool:
        """Whether a rule is looked at."""
        chosen = not self.select or _named(rule, self.select)
        return chosen and not _named(rule, self.ignore)

    def severity_of(self, rule: str, own: Severity, name: str) -> Severity:
        """What a problem of ``rule`` counts for in the file ``name``."""
        for each in self.paths:
            if each.holds_for(name) and (found := _nearest(rule, each.severity)):
                return found
        return _nearest(rule, self.severity) or own

    def ignored_by_path(self, rule: str, name: str) -> PathSettings | None:
        """The entry that takes the rule out of the file ``name``."""
        return next((each for each in self.paths if _named(rule, each.ignore) and each.holds_for(name)), None)

    def excludes(self, name: str) -> bool:
        """Whether a file is not looked at."""
        return any(fits(name, each) for each in self.exclude)


def _named(rule: str, names: tuple[str, ...]) -> bool:
    return any(rule.startswith(each) for each in names)


def _nearest(rule: str, table: Mapping[str, Severity]) -> Severity | None:
    found = [each for each in table if rule.startswith(each)]
    return table[max(found, key=len)] if found else None


def fits(name: str, glob: str) -> bool:
    """Whether a path is meant by a glob; a glob of a folder means what is in it."""
    return fnmatch.fnmatch(name, glob) or fnmatch.fnmatch(name, f"{glob.rstrip('/')}/*")


def read_settings(path: Path, table: Mapping[str, object]) -> LintSettings:
    """The settings of ``table``, which stands in the file ``path``.

    Raises:
        BrokenFile: a key is unknown, or a value is wrong.
    """
    try:
        return LintSettings.model_validate(dict(table))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BrokenFile(
            path, f"[tool.troth.lint] {where}: {first['msg']}", hint="see docs/lint.md"
        ) from error
