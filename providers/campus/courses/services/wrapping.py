"""From a user's function to a program that reads a test case and prints the result."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping
from types import MappingProxyType

FUNCTION = "solve"
"""What is called where a problem names nothing."""


class CannotWrap(Exception):
    """No program can be made of it: the language has no template, or the problem names no function."""


def function_name(names: object, language: str) -> str:
    """The function that a problem's ``solution_name`` gives for a language.

    Raises:
        CannotWrap: what it gives is not the name of a function.
    """
    found = names.get(language) if isinstance(names, Mapping) else None
    name = found.strip() if isinstance(found, str) else ""
    if not name:
        return FUNCTION
    if not name.isidentifier() or keyword.iskeyword(name):
        raise CannotWrap("the problem's solution_name is not the name of a function")
    return name


def wrap(code: str, language: str, function: str) -> str:
    """The program: the user's code, and below it what calls the function with the test case.

    Raises:
        CannotWrap: the language has no template.
    """
    template = _TEMPLATES.get(language)
    if template is None:
        raise CannotWrap(f"there is no template for {language}")
    return template(code.strip(), function.strip())


def _python(code: str, function: str) -> str:
    # The user's code comes first, so that its own __future__ imports may stand where they must, and the
    # line numbers of its tracebacks are those that the user sees. The names are within a function: the
    # user's code may give json or sys another meaning.
    return f"""{code}


def _campus_main():
    import json
    import sys

    text = sys.stdin.read().strip()
    if not text:
        sys.exit(0)
    try:
        given = json.loads(text)
    except ValueError:
        given = text.split(", ")
    if isinstance(given, list):
        result = {function}(*given)
    elif isinstance(given, dict):
        result = {function}(**given)
    else:
        result = {function}(given)
    if result is None or isinstance(result, (bool, dict, list, tuple)):
        result = json.dumps(result, ensure_ascii=False)
    print(result)


if __name__ == "__main__":
    _campus_main()
"""


_TEMPLATES: Mapping[str, Callable[[str, str], str]] = MappingProxyType({"python": _python})
