"""The part of Q602 on fixtures that nobody asks for."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from troth.quality.context import Context
from troth.quality.model import Fixture
from troth.quality.rule import Problem, problem
from troth.quality.source import TestFile

_PLUGINS_OWN = re.compile(
    r"(django|celery|event_loop|anyio|vcr|httpserver|live_server|pytest|cov|snapshot|benchmark|faker|page"
    r"|browser|aiohttp|responses|respx)(_\w+)?"
)
"""Names of fixtures by which a plugin lets itself be told something: the plugin requests them."""
_LEFT_OUT = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist"})


def unused(file: TestFile, context: Context) -> Iterator[Problem]:
    """Fixtures of a file that nothing asks for. Those of a conftest.py are asked for in its folder; those
    that take the place of another, or tell a plugin something, are asked for by others."""
    own = [each for each in file.fixtures if not each.autouse and not _is_of_plugin(each, context)]
    if not own or not (file.tests or file.is_conftest):
        return
    asked = _asked_below(file, own, context) if file.is_conftest else set(_asked(file))
    left = [each for each in own if each.called not in asked]
    others = {
        name for holder in context.conftests(file) if holder.path != file.path for name in _known(holder)
    }
    where = "below its folder" if file.is_conftest else "of the file"
    for fixture in left:
        if fixture.called not in others:
            yield problem(fixture.node, f"no test {where} asks for the fixture {fixture.called}")


def _is_of_plugin(fixture: Fixture, context: Context) -> bool:
    if _PLUGINS_OWN.fullmatch(fixture.called):
        return True
    return any(fixture.called.startswith(f"{plugin}_") for plugin in context.project.plugins)


def _known(holder: TestFile) -> Iterator[str]:
    for fixture in holder.fixtures:
        yield fixture.called
        yield from fixture.parameters


def _asked(file: TestFile) -> Iterator[str]:
    """Every name by which something of the file may ask for a fixture: parameters, and any text."""
    for node in file.nodes:
        match node:
            case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
                every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
                yield from (each.arg for each in every)
            case ast.Constant(value=str() as text):
                yield from re.split(r"\s*,\s*", text) if len(text) < 200 else ()


def _asked_below(file: TestFile, own: Sequence[Fixture], context: Context) -> set[str]:
    """Which of a conftest's fixtures are named anywhere in its folder, but where they are defined."""
    left = {each.called.encode(): each.called for each in own}
    asked: set[str] = set()
    for path in _python_below(file.path.parent, context):
        if not left:
            break
        content = context.project.files.content(path) or b""
        found = set(_named(content, left))
        asked |= {left.pop(name) for name in found}
    return asked


def _named(content: bytes, names: Iterable[bytes]) -> Iterator[bytes]:
    pattern = rb"(?<!def )\b(" + b"|".join(re.escape(each) for each in names) + rb")\b"
    yield from (found[1] for found in re.finditer(pattern, content))


def _python_below(top: Path, context: Context) -> Iterator[Path]:
    """The Python files of a folder. What is in it has a say in what is found, and so have its files."""
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(each for each in folders if each[0] != "." and each not in _LEFT_OUT)
        context.reads.add(Path(folder))
        for name in sorted(names):
            if name.endswith(".py"):
                path = Path(folder, name)
                context.reads.add(path)
                yield path
