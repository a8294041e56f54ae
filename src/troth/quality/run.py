"""Lint files: find them, look at each with every rule, and take out what is suppressed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from troth.errors import UsageProblem
from troth.quality import suppress
from troth.quality.context import Context, Project
from troth.quality.rule import Problem, Rule, Severity, Smell
from troth.quality.rules import RULES
from troth.quality.source import TestFile, parse
from troth.quality.suppress import Suppressed

BAD_EXCEPTION = Rule(
    "Q900",
    "exception without reason",
    Severity.ERROR,
    "Exceptions have a reason",
    "write # troth: ignore[Q201] and why it has to be so",
)
UNUSED_EXCEPTION = Rule(
    "Q901",
    "exception of nothing",
    Severity.WARNING,
    "Exceptions have a reason",
    "take the comment out",
)
OWN_RULES = (BAD_EXCEPTION, UNUSED_EXCEPTION)
"""What the engine itself finds."""
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist"})


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file amounted to."""

    path: str
    tests: int
    smells: tuple[Smell, ...]
    suppressed: tuple[Suppressed, ...] = ()
    by_path: tuple[Suppressed, ...] = ()
    """What an entry of the settings takes out, and its reason."""
    unchecked: str = ""
    """Why nothing could be said of it."""


def files_below(paths: Sequence[Path], project: Project) -> tuple[Path, ...]:
    """The test files and conftest.py files at or below ``paths``, and every Python file that is named.

    Raises:
        UsageProblem: a path is not there, or none of them holds a file.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UsageProblem(f"{path} is not there")
        found |= dict.fromkeys(_below(path.resolve(), project))
    if not found:
        said = ", ".join(map(str, paths))
        raise UsageProblem(f"no test file at or below {said}", hint="pytest's python_files says which are")
    return tuple(found)


def _below(path: Path, project: Project) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for each in sorted(path.rglob("*.py")):
        inside = each.relative_to(path).parts[:-1]
        hidden = any(part.startswith(".") or part in SKIPPED_FOLDERS for part in inside)
        wanted = each.name == "conftest.py" or project.files.pytest.is_test_file(each)
        if wanted and not hidden and not project.settings.excludes(_name(each, project.root)):
            yield each


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def lint_file(path: Path, project: Project, rules: Iterable[Rule] = RULES) -> tuple[FileReport, Context]:
    """Look at one file with every rule that holds."""
    context = Context(project)
    content = project.files.content(path)
    name = _name(path, project.root)
    try:
        file = parse(path, project.root, content or b"", project.files.pytest)
    except (SyntaxError, ValueError, RecursionError) as error:
        return FileReport(name, 0, (), unchecked=f"it is no Python: {error}"), context
    chosen = [rule for rule in rules if project.settings.holds(rule.id)]
    found = [smell for rule in chosen for smell in _found(rule, file, context)]
    return _settled(file, found, project), context


def _found(rule: Rule, file: TestFile, context: Context) -> Iterator[Smell]:
    if rule.check is None or not (rule.everywhere or file.is_test_file):
        return
    for problem in rule.check(file, context):
        yield smell_of(rule, problem, file, context.project)


def smell_of(rule: Rule, problem: Problem, file: TestFile, project: Project) -> Smell:
    """A problem with all that is printed of it."""
    severity = project.settings.severity_of(rule.id, problem.severity or rule.severity, file.name)
    return Smell(
        rule.id,
        severity,
        file.name,
        problem.line,
        problem.column,
        problem.message,
        problem.hint or rule.hint,
        rule.section,
    )


def _settled(file: TestFile, found: list[Smell], project: Project) -> FileReport:
    known = [rule.id for rule in RULES]
    comments, wrong = suppress.suppressions(file, known)
    unique = sorted({(each.line, each.column, each.rule): each for each in reversed(found)}.items())
    left, held, unused = suppress.apply([each for _, each in unique], comments)
    kept: list[Smell] = []
    by_path: list[Suppressed] = []
    for smell in left:
        entry = project.settings.ignored_by_path(smell.rule, file.name)
        if entry is None:
            kept.append(smell)
        else:
            by_path.append(Suppressed(smell, entry.reason))
    kept += [smell_of(BAD_EXCEPTION, each, file, project) for each in wrong]
    for comment in unused:
        looked_at = [rule for rule in comment.rules if project.settings.holds(rule)]
        if looked_at:
            said = f"an exception of {', '.join(looked_at)} speaks of nothing"
            kept.append(
                smell_of(UNUSED_EXCEPTION, Problem(said, comment.line, comment.column), file, project)
            )
    smells = tuple(sorted(kept, key=lambda each: (each.line, each.column, each.rule)))
    return FileReport(file.name, len(file.tests), smells, tuple(held), tuple(by_path))
