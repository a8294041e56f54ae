"""A team's folders, found by convention: contracts/, cassettes/, consumers/, providers/.

The root is the nearest folder at or above the current one whose pyproject.toml has [tool.troth].
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
import tomllib
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from troth.api import Api
from troth.errors import BrokenFile, ContractProblem, NoWorkspace, UnknownName, UsageProblem
from troth.provider import JsonScalar, Provider, ProviderOptions
from troth.scenario import Scenario


class Acceptance(BaseModel):
    """Something that is known not to be checked. It must match a finding, or it is one itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: str
    scenario: str = ""
    reason: str = Field(min_length=8)


class DriftAcceptance(BaseModel):
    """A difference from the vendor's document that is known, and why it stands. It must match one.

    ``operation``, ``model`` (one of ours), ``path`` and ``value`` are globs; what is left out matches
    all. Beside a ``model`` the path is one within it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    api: str
    code: Literal[
        "drift-removed",
        "drift-retyped",
        "drift-stricter",
        "drift-looser",
        "drift-undocumented",
        "drift-missing",
        "drift-uncomparable",
    ]
    operation: str = ""
    model: str = ""
    path: str = ""
    value: str = ""
    reason: str = Field(min_length=8)

    @model_validator(mode="after")
    def _names_a_place(self) -> Self:
        if not (self.operation or self.model or self.path):
            raise ValueError("an operation, a model or a path must be named")
        return self


class LiveSettings(BaseModel):
    """How one API is reached live: the values that its scenarios read, and a rate in calls a second."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str = ""
    values: dict[str, JsonScalar] = {}
    rate: float = Field(default=2.0, gt=0)
    states: tuple[str, ...] = ()
    """States that the live service is in, whatever the scenario asks for."""
    inbox: str = ""
    """A URL that leads from the service to ``inbox_port`` of this machine, for its webhooks."""
    inbox_port: int = Field(default=0, ge=0, le=65_535)
    origins: dict[str, str] = {}
    """Where further origins of the API are reached, by name, if not where the contract says."""


class BrokerSettings(BaseModel):
    """The Pact Broker of the workspace. Its credentials come from the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str = ""


class Settings(BaseModel):
    """[tool.troth] of pyproject.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    consumers: dict[str, Annotated[str, Field(pattern=r"^[\w.-]*\w$")]] = {}
    """Folder under consumers/ to the name that pacts give it."""
    max_age: dict[str, Annotated[int, Field(ge=0)]] = {}
    """API to the age in days after which a recording could not be checked any more."""
    accept: tuple[Acceptance, ...] = ()
    drift: tuple[DriftAcceptance, ...] = ()
    openapi: dict[str, Literal["generated", "exported"]] = {}
    """How contracts/<api>/openapi.json comes about: from the contract, unless the service exports it."""
    live: dict[str, LiveSettings] = {}
    broker: BrokerSettings = BrokerSettings()
    lint: dict[str, object] = {}
    """Read by ``troth lint``: troth.quality.settings."""
    triage: dict[str, object] = {}
    """Read by ``troth triage``: troth.quality.triage.settings."""


@dataclass(frozen=True)
class Workspace:
    """A root folder and its settings."""

    root: Path
    settings: Settings = field(default_factory=Settings)

    @classmethod
    def find(cls, start: Path | None = None) -> Workspace:
        """The workspace at or above ``start`` (the current folder by default), ready to import from.

        Raises:
            NoWorkspace: no pyproject.toml with [tool.troth] there.
            BrokenFile: the settings cannot be read.
        """
        begin = (start or Path.cwd()).resolve()
        for folder in (begin, *begin.parents):
            table = _table(folder / "pyproject.toml")
            if table is not None:
                workspace = cls(folder, _settings(folder / "pyproject.toml", table))
                workspace.refuse_unknown_apis()
                workspace.activate()
                return workspace
        raise NoWorkspace(
            f"no troth workspace at {begin} or above",
            hint="make one: put [tool.troth] into pyproject.toml, beside contracts/ and consumers/",
        )

    def refuse_unknown_apis(self) -> None:
        """Settings of an API that is not there hold for nothing: with a typing error no recording ages.

        Raises:
            UnknownName: one is named.
        """
        drift = [acceptance.api for acceptance in self.settings.drift]
        for key, named in (
            ("max_age", self.settings.max_age),
            ("live", self.settings.live),
            ("openapi", self.settings.openapi),
            ("drift", drift),
        ):
            for name in named:
                if name not in self.api_names:
                    raise UnknownName(f"API of [tool.troth.{key}]", name, self.api_names)

    def activate(self) -> None:
        """Let ``contracts``, ``consumers`` and ``providers`` be imported from the root."""
        if str(self.root) not in sys.path:
            sys.path.insert(0, str(self.root))

    @property
    def api_names(self) -> tuple[str, ...]:
        """Every API that has a contract."""
        return tuple(sorted(path.parent.name for path in self.root.glob("contracts/*/operations.py")))

    @functools.cached_property
    def apis(self) -> Mapping[str, Api]:
        """Every contract, by name."""
        return {name: self._load_api(name) for name in self.api_names}

    def api(self, name: str) -> Api:
        """The contract of that name, loading no other.

        Raises:
            UnknownName: there is none.
        """
        if name not in self.api_names:
            raise UnknownName(
                "API", name, self.api_names, hint=f"contracts are looked for in {self.root / 'contracts'}"
            )
        return self._load_api(name)

    def _load_api(self, name: str) -> Api:
        module = _import(f"contracts.{name}.operations", self.root)
        found = [value for value in vars(module).values() if isinstance(value, Api)]
        if [api.name for api in found] != [name]:
            raise ContractProblem(f"contracts/{name}/operations.py must declare one Api, named {name!r}")
        return found[0]

    def scenarios(self, api: Api) -> tuple[Scenario, ...]:
        """The scenarios of ``api`` over all consumers, in the order of their files and lines.

        Raises:
            ContractProblem: two have the same name, or a name cannot be that of a file.
            UsageProblem: Python runs without asserts.
        """
        found: dict[str, Scenario] = {}
        if sys.flags.optimize:
            raise UsageProblem(
                "Python runs with -O or PYTHONOPTIMIZE, which drops every assert of a scenario",
                hint="run it without, or nothing would be proven",
            )
        for module in self.consumer_modules("scenarios"):
            for value in vars(module).values():
                if isinstance(value, Scenario) and value.api is api and value.module == module.__name__:
                    if not 0 < len(slug(value.name).encode()) <= _LONGEST_SLUG:
                        raise ContractProblem(
                            f"{value.place}: the scenario {value.name[:40]!r} cannot name a file",
                            hint=f"it needs letters or digits, and {_LONGEST_SLUG} bytes of them at most",
                        )
                    if value.name in found:
                        raise ContractProblem(f"{value.place}: the scenario {value.name!r} is declared twice")
                    found[value.name] = value
        return tuple(found.values())

    def consumer_modules(self, name: str) -> Iterator[ModuleType]:
        """consumers/<consumer>/<name>.py of each consumer that has one.

        Raises:
            ContractProblem: one cannot be imported.
        """
        for path in sorted(self.root.glob(f"consumers/*/{name}.py")):
            yield _import(f"consumers.{path.parent.name}.{name}", self.root)

    def scenario(self, api: Api, name: str) -> Scenario:
        """The scenario of that name.

        Raises:
            UnknownName: there is none.
        """
        known = {scenario.name: scenario for scenario in self.scenarios(api)}
        if name not in known:
            raise UnknownName(f"scenario of {api.name}", name, known)
        return known[name]

    def has_provider(self, api: Api) -> bool:
        """Whether the workspace can answer for the API itself."""
        return (self.root / "providers" / api.name / "provider.py").is_file()

    def provider(self, api: Api, options: ProviderOptions) -> Provider:
        """Start providers/<api>/provider.py.

        Raises:
            ContractProblem: there is none, or it has no ``create``.
        """
        if not self.has_provider(api):
            raise ContractProblem(
                f"nothing answers for {api.name}: providers/{api.name}/provider.py is not there",
                hint="name a server with --url, or write a fake",
            )
        create = getattr(_import(f"providers.{api.name}.provider", self.root), "create", None)
        if create is None:
            raise ContractProblem(f"providers/{api.name}/provider.py has no create(options)")
        provider: Provider = create(options)
        return provider

    def consumer_name(self, scenario: Scenario) -> str:
        """The name that pacts give to the scenario's consumer."""
        return self.settings.consumers.get(scenario.consumer.replace("-", "_"), scenario.consumer)

    def cassette_path(self, scenario: Scenario) -> Path:
        """``cassettes/<api>/<slug of the scenario>.yaml``."""
        return self.root / "cassettes" / scenario.api.name / f"{slug(scenario.name)}.yaml"

    def pact_path(self, api: Api, consumer: str) -> Path:
        """``contracts/<api>/pacts/<consumer>-<api>.json``."""
        return self.root / "contracts" / api.name / "pacts" / f"{consumer}-{api.name}.json"

    @property
    def state_folder(self) -> Path:
        """``.troth/``: what runs leave behind; ignored by git."""
        return self.root / ".troth"

    def relative(self, path: Path) -> str:
        """``path`` as a person in the root would name it."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


_LONGEST_SLUG = 200
"""Bytes. File systems take 255, and what is written passes through a file with a longer name."""


def slug(name: str) -> str:
    """A scenario's name as a file name: ``a correct program`` as ``a_correct_program``."""
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def _table(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenFile(path, f"it is not TOML: {error}") from error
    except OSError as error:
        raise BrokenFile(path, f"it cannot be read: {error.strerror}") from error
    except RecursionError as error:
        raise BrokenFile(path, "it is nested too deeply") from error
    tool = read.get("tool")
    if not isinstance(tool, dict) or "troth" not in tool:
        return None
    found = tool["troth"]
    if not isinstance(found, dict):
        raise BrokenFile(path, "tool.troth is no table", hint="write it as [tool.troth]")
    return found


def _settings(path: Path, table: dict[str, Any]) -> Settings:
    try:
        return Settings.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BrokenFile(
            path, f"[tool.troth] {where}: {first['msg']}", hint="see docs/configuration.md"
        ) from error


def _import(name: str, root: Path) -> ModuleType:
    """Import a workspace module; what goes wrong inside it names its file and line."""
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:  # sys.exit(0) in a module must not end a check with 0
        where = _where(error, root)
        raise ContractProblem(
            f"{name} does not import: {type(error).__name__}: {error}{where and f' ({where})'}"
        ) from error


def _where(error: BaseException, root: Path) -> str:
    """The last line of the workspace's own code; the one that raised may be a library's, or Python's."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_own(Path(frame.filename), root)]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else ""


def _is_own(file: Path, root: Path) -> bool:
    return file.is_relative_to(root) and "site-packages" not in file.parts
