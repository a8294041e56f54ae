"""The tests of a workspace: what each is about."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from troth.quality.context import Context, Files, Project
from troth.quality.model import TestFunction
from troth.quality.pytest_settings import PytestSettings
from troth.quality.settings import LintSettings
from troth.quality.triage.kinds import Kind, is_error_status, kinds
from troth.quality.triage.reach import Reach
from troth.quality.triage.settings import TriageSettings

_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist"})
_OF_TESTS = frozenset({"test", "tests", "unit", "integration", "contract", "functional", "e2e"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An error answer that a test makes itself: the operation's name and the status.

    ``api`` is empty where the source does not say whose operation it is.
    """

    api: str
    operation: str
    status: int


@dataclass(frozen=True, slots=True)
class Test:
    """One test. ``targets`` are files of production, from the root."""

    __test__ = False
    place: str
    """``tests/shop/test_till.py::TestTill::test_adds``"""
    kinds: frozenset[Kind]
    targets: frozenset[str]
    replies: frozenset[Reply] = frozenset()


@dataclass(frozen=True, slots=True)
class Suite:
    """Every test. ``unread`` are test files that are no Python."""

    tests: tuple[Test, ...] = ()
    unread: tuple[str, ...] = ()

    def by_target(self) -> Mapping[str, Sequence[Test]]:
        """The tests of each file that has any."""
        found: dict[str, list[Test]] = {}
        for test in self.tests:
            for target in test.targets:
                found.setdefault(target, []).append(test)
        return found


def read_suite(root: Path, pytest: PytestSettings, settings: TriageSettings, targets: Iterable[str]) -> Suite:
    """Every test below ``root``. ``targets`` are the files that a test file may be named after."""
    files = Files(root, pytest)
    reach = Reach(Context(Project(root, LintSettings(), files)), settings)
    named = _Named(targets)
    tests: list[Test] = []
    unread: list[str] = []
    for path in files_of_tests(root, pytest):
        name = path.relative_to(root).as_posix()
        file = files.parsed(path)
        if file is None:
            unread.append(name)
            continue
        after = named.targets(name)
        tests += [_test(each, reach, settings, after) for each in file.tests]
    return Suite(tuple(tests), tuple(unread))


def _test(test: TestFunction, reach: Reach, settings: TriageSettings, after: frozenset[str]) -> Test:
    """``after`` is the file that the test's own file is named after: where the test names that one, whatever
    else it names only helps it."""
    named = reach.of(test)
    return Test(
        f"{test.file.name}::{test.qualified}",
        kinds(test, settings),
        after if after & named else named | after,
        frozenset(_replies(test)),
    )


def files_of_tests(root: Path, pytest: PytestSettings) -> Iterator[Path]:
    """Every test file below ``root``, in order; nothing of hidden folders or other environments."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = sorted(each for each in folders if _is_ours(here / each))
        yield from (path for name in sorted(names) if pytest.is_test_file(path := here / name))


def _is_ours(folder: Path) -> bool:
    name = folder.name
    return not (name.startswith(".") or name in _SKIPPED or (folder / "pyvenv.cfg").is_file())


class _Named:
    """Which file a test file is named after: ``tests/shop/test_views.py`` after ``shop/views.py``."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_stem: dict[str, list[PurePosixPath]] = {}
        for path in map(PurePosixPath, paths):
            self._by_stem.setdefault(path.stem, []).append(path)

    def targets(self, test_file: str) -> frozenset[str]:
        """The one file of that name and folders; none where two could be meant."""
        path = PurePosixPath(test_file)
        stem = path.stem.removeprefix("test_").removesuffix("_test")
        folders = [each for each in path.parts[:-1] if each not in _OF_TESTS]
        found = [str(each) for each in self._by_stem.get(stem, ()) if _ends_with(each.parts[:-1], folders)]
        return frozenset(found if len(found) == 1 else ())


def _ends_with(parts: tuple[str, ...], folders: list[str]) -> bool:
    return not folders or list(parts[-len(folders) :]) == folders


_CONTRACT = re.compile(r"contracts\.(\w+)\.operations\.(\w+)$")
_FAULT = re.compile(r"http_([45]\d\d)(:|$)")


def _replies(test: TestFunction) -> Iterator[Reply]:
    """``judge0.reply(create_submission, 503, …)`` and ``judge0.fault("http_503", operation=…)``."""
    for node in ast.walk(test.node):
        match node:
            case ast.Call(func=ast.Attribute(attr="reply"), args=[operation, status, *_]):
                statuses = filter(is_error_status, _statuses(status, test))
                yield from (Reply(*_meant(operation, test), each) for each in statuses)
            case ast.Call(func=ast.Attribute(attr="fault"), args=names, keywords=keywords):
                said = [each.value for each in keywords if each.arg == "operation"]
                for operation in said:
                    yield from (Reply(*_meant(operation, test), each) for each in _struck(names))


def _meant(operation: ast.expr, test: TestFunction) -> tuple[str, str]:
    """The API and operation of ``create_submission``, ``operations.create_submission`` or
    ``api.named("create_submission")``."""
    match operation:
        case ast.Call(func=ast.Attribute(attr="named"), args=[ast.Constant(value=str() as name)]):
            return "", name
        case ast.Name(id=name) | ast.Attribute(attr=name):
            found = _CONTRACT.match(test.names.of(operation))
            return (found[1], found[2]) if found else ("", name)
    return "", ""


def _statuses(node: ast.expr, test: TestFunction) -> Iterator[int]:
    match node:
        case ast.Constant(value=int() as status):
            yield status
        case ast.Name(id=name) if name in test.parameters:
            for mark in test.marks:
                if mark.name == "parametrize" and mark.arguments and name in ast.unparse(mark.arguments[0]):
                    inside = (each for each in ast.walk(mark.node) if isinstance(each, ast.Constant))
                    yield from (each.value for each in inside if is_error_status(each.value))  # type: ignore[misc]


def _struck(names: Iterable[ast.expr]) -> Iterator[int]:
    for each in names:
        if isinstance(each, ast.Constant) and (found := _FAULT.match(str(each.value))):
            yield int(found[1])
