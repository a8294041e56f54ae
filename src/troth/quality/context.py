"""What a rule may ask about beside the file that it looks at: fixtures of conftest.py, helpers, contracts."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path

from troth.api import Api
from troth.quality.model import Fixture, Function, TestFunction
from troth.quality.pytest_settings import PytestSettings
from troth.quality.settings import LintSettings
from troth.quality.source import TestFile, digest, parse

_UNREAD = "it cannot be read"


class Files:
    """The files of a run, each read and parsed once."""

    def __init__(self, root: Path, pytest: PytestSettings) -> None:
        self.root = root
        self.pytest = pytest
        self._contents: dict[Path, bytes | None] = {}
        self._parsed: dict[Path, TestFile | str] = {}

    def content(self, path: Path) -> bytes | None:
        """The bytes of a file, or the names in a folder; None where there is none that can be read."""
        if path not in self._contents:
            try:
                self._contents[path] = path.read_bytes()
            except IsADirectoryError:
                names = (each.name for each in path.iterdir())
                shown = sorted(each for each in names if each[0] != "." and each != "__pycache__")
                self._contents[path] = "\n".join(shown).encode()
            except OSError:
                self._contents[path] = None
        return self._contents[path]

    def digest(self, path: Path) -> str:
        """What names the content; empty where there is none."""
        content = self.content(path)
        return "" if content is None else digest(content)

    def parsed(self, path: Path) -> TestFile | None:
        """The file; None where it is not there or is no Python."""
        found = self.looked_at(path)
        return found if isinstance(found, TestFile) else None

    def looked_at(self, path: Path) -> TestFile | str:
        """The file, or why there is none."""
        if path not in self._parsed:
            content = self.content(path)
            try:
                made = parse(path, self.root, content, self.pytest) if content is not None else _UNREAD
            except (SyntaxError, ValueError, RecursionError) as error:
                made = f"it is no Python: {error}"
            self._parsed[path] = made
        return self._parsed[path]


@dataclass(frozen=True, eq=False)
class Project:
    """What is the same for every file of a run. ``load_apis`` imports the contracts of the workspace."""

    root: Path
    settings: LintSettings
    files: Files
    load_apis: Callable[[], Mapping[str, Api]] = dict

    @cached_property
    def apis(self) -> Mapping[str, Api]:
        """The contracts of the workspace, by name; none outside of one."""
        return self.load_apis()

    @cached_property
    def first_party(self) -> frozenset[str]:
        """The top-level packages of the team: by settings, else what stands beside pyproject.toml and in
        src/, but for folders of tests and of the machine."""
        if self.settings.first_party:
            return frozenset(self.settings.first_party)
        return frozenset(self.top_level - {"tests", "test", "docs", "conftest", "setup", "noxfile", "src"})

    @cached_property
    def top_level(self) -> frozenset[str]:
        """What can be imported from the root and from src/."""
        return frozenset(name for folder in (self.root, self.root / "src") for name in _packages(folder))

    @cached_property
    def plugins(self) -> frozenset[str]:
        """The pytest plugins that are installed and not switched off: ``randomly``, ``xdist``."""
        installed = {each.name.lower().removeprefix("pytest_") for each in entry_points(group="pytest11")}
        return frozenset(installed - set(self.files.pytest.plugins_off))


def _packages(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        return
    for each in folder.iterdir():
        if each.suffix == ".py" and each.is_file():
            yield each.stem
        elif each.is_dir() and each.name.isidentifier() and any(_python_below(each)):
            yield each.name


def _python_below(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.py")
    yield from folder.glob("*/*.py")


@dataclass(frozen=True, eq=False)
class Context:
    """What one file is looked at with. ``reads`` keeps which other files had a say: the cache asks."""

    project: Project
    reads: set[Path] = field(default_factory=set)

    @property
    def root(self) -> Path:
        """The folder from which paths and module names count."""
        return self.project.root

    @property
    def settings(self) -> LintSettings:
        """[tool.troth.lint]."""
        return self.project.settings

    @property
    def apis(self) -> Mapping[str, Api]:
        """The contracts of the workspace, by name. The first use imports them: ask only if need be."""
        return self.project.apis

    def read(self, path: Path) -> TestFile | None:
        """Another file; None where it is not there."""
        self.reads.add(path)
        return self.project.files.parsed(path)

    def conftests(self, file: TestFile) -> tuple[TestFile, ...]:
        """The conftest.py files that hold for ``file``, the nearest first."""
        folder = file.path.parent
        inside = folder.is_relative_to(self.root)
        folders = [folder, *(each for each in folder.parents if inside and each.is_relative_to(self.root))]
        found = (self.read(each / "conftest.py") for each in folders)
        return tuple(each for each in found if each is not None)

    def fixtures(self, file: TestFile) -> Mapping[str, Fixture]:
        """The fixtures that a test of ``file`` may request, by name; of the same name the nearest."""
        visible: dict[str, Fixture] = {}
        for holder in (file, *self.conftests(file)):
            for fixture in (*holder.fixtures, *self._imported(holder)):
                visible.setdefault(fixture.called, fixture)
        return visible

    def _imported(self, holder: TestFile) -> Iterator[Fixture]:
        """Fixtures that a file imports to make them its own."""
        for dotted in holder.imports.values():
            origin, _, name = dotted.rpartition(".")
            module = self.module(origin, holder)
            if module is not None:
                yield from (each for each in module.fixtures if each.node.name == name)

    def _is_near(self, dotted: str, beside: TestFile) -> bool:
        """Whether a module can be one of the team's own: no library is looked into."""
        top = dotted.strip(".").partition(".")[0]
        if not top or top in self.project.top_level:
            return bool(top)
        return self.read(beside.path.parent / f"{top}.py") is not None

    def requested(self, test: TestFunction) -> Mapping[str, Fixture]:
        """The fixtures that ``test`` uses: by its parameters, usefixtures, those that are used by all,
        and what these request themselves."""
        visible = self.fixtures(test.file)
        names = [*test.parameters, *_used(test)]
        names += [name for name, each in visible.items() if each.autouse and _reaches(each, test)]
        found: dict[str, Fixture] = {}
        while names:
            name = names.pop(0)
            if name in visible and name not in found:
                found[name] = visible[name]
                names.extend(found[name].parameters)
        return found

    def module(self, dotted: str, beside: TestFile) -> TestFile | None:
        """The source of a module that stands below the root, in src/, or beside the file; no library's."""
        if not self._is_near(dotted, beside):
            return None
        parts = dotted.strip(".").split(".")
        for base in (self.root, self.root / "src", beside.path.parent):
            for path in (base.joinpath(*parts).with_suffix(".py"), base.joinpath(*parts, "__init__.py")):
                found = self.read(path)
                if found is not None:
                    return found
        return None

    def function(self, dotted: str, file: TestFile) -> tuple[Function, TestFile] | None:
        """The function of that resolved name, of ``file`` itself or of a module of ours, and where it is."""
        origin, _, name = dotted.rpartition(".")
        if not origin:
            return (file.functions[name], file) if name in file.functions else None
        module = self.module(origin, file)
        if module is None or name not in module.functions:
            return None
        return module.functions[name], module


def _used(test: TestFunction) -> list[str]:
    marks = [mark for mark in test.marks if mark.name == "usefixtures"]
    given = [each for mark in marks for each in mark.arguments]
    return [str(each.value) for each in given if isinstance(each, ast.Constant)]


def _reaches(fixture: Fixture, test: TestFunction) -> bool:
    """Whether an autouse fixture holds for the test: one of a class only inside of it."""
    return not fixture.classes or fixture.classes == test.classes[: len(fixture.classes)]
