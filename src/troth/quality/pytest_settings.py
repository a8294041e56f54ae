"""What pytest collects, as its own settings say."""

from __future__ import annotations

import configparser
import fnmatch
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from troth.errors import BrokenFile

FILES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
"""In the order in which pytest looks at them."""


@dataclass(frozen=True, slots=True)
class PytestSettings:
    """The options of pytest that decide what is a test."""

    python_files: tuple[str, ...] = ("test_*.py", "*_test.py")
    python_classes: tuple[str, ...] = ("Test",)
    python_functions: tuple[str, ...] = ("test",)
    xfail_strict: bool = False
    plugins_off: tuple[str, ...] = ()
    """What addopts switches off: ``-p no:randomly``."""

    def is_test_file(self, path: Path) -> bool:
        """Whether pytest would collect from the file."""
        return path.suffix == ".py" and any(
            fnmatch.fnmatch(
                path.as_posix() if "/" in each else path.name, f"*{each}" if "/" in each else each
            )
            for each in self.python_files
        )

    def is_test_class(self, name: str) -> bool:
        """Whether pytest would collect from a class of that name."""
        return _fits(name, self.python_classes)

    def is_test_function(self, name: str) -> bool:
        """Whether pytest would take a function of that name for a test."""
        return _fits(name, self.python_functions)


def _fits(name: str, patterns: Iterable[str]) -> bool:
    """pytest's own way: a prefix, or a glob."""
    return any(
        name.startswith(each) or (any(sign in each for sign in "*?[") and fnmatch.fnmatch(name, each))
        for each in patterns
    )


def read_pytest_settings(root: Path) -> PytestSettings:
    """The settings of the first file below ``root`` that pytest would read.

    Raises:
        BrokenFile: it cannot be read.
    """
    for name in FILES:
        path = root / name
        if path.is_file() and (options := _options(path)) is not None:
            return _settings(options)
    return PytestSettings()


def _settings(options: Mapping[str, object]) -> PytestSettings:
    usual = PytestSettings()
    added = _words(options.get("addopts", ()))
    return PytestSettings(
        _words(options.get("python_files")) or usual.python_files,
        _words(options.get("python_classes")) or usual.python_classes,
        _words(options.get("python_functions")) or usual.python_functions,
        str(options.get("xfail_strict", options.get("strict_xfail", ""))).lower()
        in ("true", "1", "yes", "on"),
        tuple(word.removeprefix("-p").removeprefix("no:") for word in added if "no:" in word),
    )


def _words(given: object) -> tuple[str, ...]:
    if isinstance(given, list | tuple):
        return tuple(map(str, given))
    return tuple(str(given or "").split())


def _options(path: Path) -> Mapping[str, object] | None:
    try:
        if path.suffix == ".toml":
            return _of_toml(path)
        parser = configparser.ConfigParser(interpolation=None)
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, configparser.Error) as error:
        raise BrokenFile(path, f"pytest's settings cannot be read: {error}") from error
    section = "tool:pytest" if path.name == "setup.cfg" else "pytest"
    if parser.has_section(section):
        return dict(parser.items(section))
    return {} if path.name in ("pytest.ini", ".pytest.ini") else None


def _of_toml(path: Path) -> Mapping[str, object] | None:
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    if path.name != "pyproject.toml":
        found = read.get("pytest")
        return found if isinstance(found, dict) else {}
    found = read.get("tool", {}).get("pytest")
    if not isinstance(found, dict):
        return None
    older = found.get("ini_options")
    return older if isinstance(older, dict) else found
