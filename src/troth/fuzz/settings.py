"""``contracts/<api>/fuzz.toml``: how one API is fuzzed.

given = "a term in full swing"     # the state in which a run starts
role = "valid"                     # whose credential is sent

[[values]]                         # values of the state, or literals, that parameters often get
operations = ["* /chats/{id}*"]
"path.id" = ["$chat_id", 7]

[[states]]                         # a further pass, in a state of its own
given = "the queue is full"
operations = ["POST /submissions"]
statuses = [503]

[[off]]                            # what the real service is documented to do against a check
operations = ["GET /users"]
check = "unsupported_method"
reason = "..."
source = "..."

[[known]]                          # a defect that is known, until somebody mends it
operations = ["GET /users"]
check = "not_a_server_error"
reason = "..."
owner = "..."
expires = 2026-12-31

[served]                           # what a deployed service says of itself; docs/fuzzing.md
path = "/api/v1/openapi.json"

[[cleanup]]                        # how what a run made at a URL is removed
create = "POST /chats"
delete = "DELETE /chats/{id}"
id = "data.id"
"""

from __future__ import annotations

import datetime
import fnmatch
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from troth.api import Api
from troth.errors import BrokenFile, UnknownName
from troth.fuzz.case import Failure
from troth.fuzz.routes import parameters
from troth.workspace import Workspace

Literal_ = str | int | float
"""A value that is offered; ``$name`` is one of the state's."""
_STATUS = Field(ge=100, le=599)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Offered(_Table):
    """Values that parameters are given besides generated ones. ``operations`` are globs over labels."""

    model_config = ConfigDict(extra="allow", frozen=True)
    operations: tuple[str, ...] = ("*",)
    __pydantic_extra__: dict[str, tuple[Literal_, ...]]

    @model_validator(mode="after")
    def _places(self) -> Offered:
        for place in self.offers:
            where, _, name = place.partition(".")
            if where not in ("path", "query", "header", "body") or not name:
                raise ValueError(
                    f"{place!r} is no parameter: write path.NAME, query.NAME, header.NAME, body.FIELD"
                )
        return self

    @property
    def offers(self) -> dict[str, tuple[Literal_, ...]]:
        """``path.id`` and the like to what is offered there."""
        return self.__pydantic_extra__

    def fits(self, label: str) -> bool:
        """Whether it is for the operation of that label."""
        return fits(label, self.operations)


class StatePass(_Table):
    """A pass over some operations in a state, and what only that state provokes."""

    given: str = Field(min_length=1)
    operations: tuple[str, ...] = Field(min_length=1)
    statuses: tuple[int, ...] = ()


class Excepted(_Table):
    """Failures that do not count. ``operations`` are labels; without ``statuses`` it holds for any answer."""

    operations: tuple[str, ...] = Field(min_length=1)
    check: str
    statuses: tuple[int, ...] = ()
    reason: str = Field(min_length=8)

    def fits(self, operation: str, failure: Failure, status: int) -> bool:
        """Whether it speaks of this failure."""
        named = operation in self.operations and self.check == failure.check
        return named and (not self.statuses or status in self.statuses)


class Off(Excepted):
    """What the real service is documented to do, though a check objects, and where that stands."""

    source: str = Field(min_length=4)


class Known(Excepted):
    """A defect that is known. From ``expires`` on it is red again. ``contains`` is in what is said of it."""

    contains: str = ""
    owner: str = Field(min_length=2)
    expires: datetime.date

    def fits(self, operation: str, failure: Failure, status: int) -> bool:
        """Whether it speaks of this failure."""
        said = f"{failure.title} {failure.message} {failure.path} {failure.rule}"
        return super().fits(operation, failure, status) and self.contains in said


class Served(_Table):
    """What a deployed service says of itself. Paths are URLs, relative to the one that is fuzzed."""

    path: str = ""
    """Of its OpenAPI document."""
    health: str = ""
    """What answers as soon as the service does, and may tell its version."""
    header: str = ""
    """The header of that answer that holds the version."""
    member: str = ""
    """The member of that answer that holds the version, with dots: ``build.version``."""

    @model_validator(mode="after")
    def _relative(self) -> Served:
        if any("://" in each or each.startswith("//") for each in (self.path, self.health)):
            raise ValueError("path and health are at the service itself: /api/v1/openapi.json")
        if (self.header or self.member) and not self.health:
            raise ValueError("header and member are those of an answer: say of which with health")
        return self


class CleanUp(_Table):
    """How what an operation makes is removed. ``id`` is a member of its answer, with dots: ``data.id``.

    It fills the last parameter of the path of ``delete``; the others are those that the path of
    ``create`` had.
    """

    create: str
    delete: str
    id: str = "id"

    @model_validator(mode="after")
    def _fillable(self) -> CleanUp:
        *others, _ = parameters(self.delete) or [""]
        if not parameters(self.delete) or not self.delete.startswith("DELETE "):
            raise ValueError(f"{self.delete!r} is no DELETE with a parameter in its path")
        if lacking := set(others) - set(parameters(self.create)):
            raise ValueError(f"{', '.join(sorted(lacking))} of {self.delete!r} is not in {self.create!r}")
        return self


class FuzzSettings(_Table):
    """One ``fuzz.toml``. All of it may be left out."""

    given: str = ""
    role: str = ""
    values: tuple[Offered, ...] = ()
    states: tuple[StatePass, ...] = ()
    off: tuple[Off, ...] = ()
    known: tuple[Known, ...] = ()
    served: Served = Served()
    cleanup: tuple[CleanUp, ...] = ()

    def refuse_unknown(self, labels: Iterable[str], checks: Iterable[str]) -> None:
        """An entry for an operation or a check that is not there would hold for nothing.

        Raises:
            UnknownName: one is named.
        """
        known_labels, known_checks = list(labels), list(checks)
        exact: tuple[Excepted, ...] = (*self.off, *self.known)
        for entry in exact:
            for label in entry.operations:
                if label not in known_labels:
                    raise UnknownName("operation (fuzz.toml)", label, known_labels)
            if entry.check not in known_checks:
                raise UnknownName("check (fuzz.toml)", entry.check, known_checks)
        for label in (label for each in self.cleanup for label in (each.create, each.delete)):
            if label not in known_labels:
                raise UnknownName("operation (fuzz.toml, [[cleanup]])", label, known_labels)
        loose = [*(each.operations for each in self.values), *(each.operations for each in self.states)]
        for glob in (glob for globs in loose for glob in globs):
            if not any(fits(label, (glob,)) for label in known_labels):
                raise UnknownName("operation (fuzz.toml)", glob, known_labels)


def fits(label: str, globs: Iterable[str]) -> bool:
    """Whether a label is one of ``globs``. Only ``*`` is special: labels have brackets of their own."""
    return any(fnmatch.fnmatchcase(label, glob.replace("[", "[[]")) for glob in globs)


def settings_path(workspace: Workspace, api: Api) -> Path:
    """``contracts/<api>/fuzz.toml``."""
    return workspace.root / "contracts" / api.name / "fuzz.toml"


def read_settings(path: Path) -> FuzzSettings:
    """Read the file; without one everything is as by default.

    Raises:
        BrokenFile: it is no TOML, or says what nobody reads.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return FuzzSettings()
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenFile(path, f"it cannot be read: {error}") from error
    try:
        return FuzzSettings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BrokenFile(path, f"it is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BrokenFile(path, f"{where}: {first['msg']}", hint="docs/fuzzing.md has every key") from error
