"""Whether a batch of tests was worth it: coverage before and after, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from troth.errors import UsageProblem
from troth.evidence import Finding, Verdict
from troth.quality.triage.measured import FileCoverage, Measured, Share, spans
from troth.quality.triage.settings import TriageSettings
from troth.quality.triage.suite import Test


@dataclass(frozen=True, slots=True)
class Block:
    """What a batch did for one file. ``before`` is None where the file was not measured, ``after``
    where it is not any more."""

    path: str
    before: Share | None
    after: Share | None
    reached: frozenset[int] = frozenset()
    """Lines that are reached now and were not."""
    added: tuple[str, ...] = ()
    """The tests of it that the batch added."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a batch amounted to. ``added`` is None where nobody knows which tests are new."""

    blocks: tuple[Block, ...]
    before: Share
    after: Share
    findings: tuple[Finding, ...]
    added: tuple[str, ...] | None = None
    command: str = ""

    @property
    def verdict(self) -> Verdict:
        """Broken is rejected; could not check is neither rejected nor accepted."""
        verdicts = {finding.verdict for finding in self.findings}
        order = (Verdict.BROKEN, Verdict.UNCHECKED)
        return next((each for each in order if each in verdicts), Verdict.PROVEN)


@dataclass(frozen=True, slots=True)
class Batch:
    """The tests that were added, where that is known, and the command that ran them."""

    added: tuple[str, ...] | None = None
    command: str = ""
    tests: tuple[Test, ...] = ()
    """Every test that is known, to tell whose the added ones are."""


def compare(before: Measured, after: Measured, batch: Batch, settings: TriageSettings) -> Comparison:
    """Compare two reports of the same code. A block for each file that changed or got a test.

    Raises:
        UsageProblem: the reports cannot belong together.
    """
    _refuse_strangers(before, after)
    paths = sorted(path for path in {*before.files, *after.files} if not settings.excludes(path))
    blocks = list(_blocks(before, after, paths, batch))
    findings = [*_incomparable(before, after, paths), *_excluded(before, after, paths)]
    told = {finding.place for finding in findings}
    comparable = [block for block in blocks if block.path not in told]
    findings += [*_fallen(comparable), *_too_large(batch, settings)]
    if comparable or not findings:
        findings += _not_risen(comparable)
    whole = _whole(blocks, "before"), _whole(blocks, "after")
    return Comparison(tuple(blocks), *whole, tuple(findings), batch.added, batch.command)


def _refuse_strangers(before: Measured, after: Measured) -> None:
    if before.branch != after.branch:
        which = "after" if after.branch else "before"
        raise UsageProblem(
            f"branches were measured only {which}, so the shares do not compare",
            hint="make both reports with --branch, or both without",
        )
    if before.when and after.when and after.when < before.when:
        raise UsageProblem(
            "the report of after is older than that of before", hint="is it --compare AFTER BEFORE?"
        )


def _blocks(before: Measured, after: Measured, paths: Sequence[str], batch: Batch) -> Iterator[Block]:
    """Of the files that an added test names, those that did not change are told if none of them did."""
    added = frozenset(batch.added or ())
    tests = [each for each in batch.tests if each.place in added]
    differing = {path for path in paths if before.files.get(path) != after.files.get(path)}
    idle = {path for test in tests if not test.targets & differing for path in test.targets}
    for path in paths:
        if path in differing | idle:
            own = tuple(each.place for each in tests if path in each.targets)
            yield _block(path, before.files.get(path), after.files.get(path), own)


def _block(path: str, old: FileCoverage | None, new: FileCoverage | None, added: tuple[str, ...]) -> Block:
    reached: frozenset[int] = frozenset()
    if new is not None and (old is None or not _code_changed(old, new)):
        reached = new.executed_lines - (old.executed_lines if old else frozenset())
    return Block(path, old.share if old else None, new.share if new else None, reached, added)


def _whole(blocks: Iterable[Block], when: str) -> Share:
    """All files of the batch together. One that was not measured before had nothing reached."""
    shares = []
    for block in blocks:
        own, other = (block.before, block.after) if when == "before" else (block.after, block.before)
        shares.append(own if own is not None else Share(0, other.whole if other else 0))
    return sum(shares, start=Share(0, 0))


def _incomparable(before: Measured, after: Measured, paths: Sequence[str]) -> Iterator[Finding]:
    for path in paths:
        old, new = before.files.get(path), after.files.get(path)
        if old is not None and new is None and old.statements:
            yield Finding(
                "coverage-not-comparable",
                f"{path} is in the first report and not in the second",
                place=path,
                expected="the same files",
                verdict=Verdict.UNCHECKED,
            )
        elif old is not None and new is not None and _code_changed(old, new):
            yield Finding(
                "coverage-not-comparable",
                f"the code of {path} changed between the two reports, so that a share tells nothing of tests",
                place=path,
                expected=f"{old.statements} statements, {old.branches} branches, on the same lines",
                actual=f"{new.statements} statements, {new.branches} branches",
                verdict=Verdict.UNCHECKED,
            )


def _code_changed(old: FileCoverage, new: FileCoverage) -> bool:
    """Whether there is other code, apart from what is only left out of the count now."""
    if new.excluded_lines > old.excluded_lines:
        return bool(new.lines - old.lines)
    return (old.lines, old.statements, old.branches) != (new.lines, new.statements, new.branches)


def _excluded(before: Measured, after: Measured, paths: Iterable[str]) -> Iterator[Finding]:
    for path in paths:
        old, new = before.files.get(path), after.files.get(path)
        lines = new.excluded_lines - old.excluded_lines if old and new else frozenset()
        if old and lines & old.missing_lines:
            yield Finding(
                "coverage-excluded",
                f"lines {spans(lines & old.missing_lines)} of {path} were taken out of the count, not tested",
                place=path,
                expected="a test",
                actual="an exclusion, such as a pragma",
            )


def _fallen(blocks: Iterable[Block]) -> Iterator[Finding]:
    for block in blocks:
        if block.before and block.after and block.after.part < block.before.part:
            yield Finding(
                "coverage-fell",
                f"{block.path} was covered better before the batch",
                place=block.path,
                expected=f"{block.before} at least",
                actual=str(block.after),
            )


def _not_risen(blocks: Sequence[Block]) -> Iterator[Finding]:
    before, after = _whole(blocks, "before"), _whole(blocks, "after")
    if not blocks or after.part <= before.part:
        yield Finding(
            "coverage-not-risen",
            "coverage did not rise: the batch reaches no line or branch that was not reached before",
            expected=f"more than {before}" if blocks else "more than before",
            actual=str(after) if blocks else "the same in every file",
        )


def _too_large(batch: Batch, settings: TriageSettings) -> Iterator[Finding]:
    if batch.added is not None and len(batch.added) > settings.batch:
        yield Finding(
            "batch-too-large",
            f"{len(batch.added)} tests in one batch are more than anybody reviews at once",
            expected=f"{settings.batch} at most",
            actual=str(len(batch.added)),
        )
