"""Whether the committed pacts are what the recordings give, and whether the scenarios prove them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from troth import jsontext
from troth.api import Api
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Finding, StepResult
from troth.pacts.files import Committed, Source, committed, consumers, pact_files, sources
from troth.pacts.generate import NotGenerated, generate
from troth.pacts.keep import still_holds
from troth.pacts.model import AnyInteraction
from troth.pacts.write import STEP, counted, joined, proven_by
from troth.workspace import Workspace


def check_pacts(workspace: Workspace, api: Api, emit: Emit = silent) -> StepResult:
    """Generate every pact of ``api`` anew, compare it with the committed one, and prove it.

    Raises:
        BrokenFile: a cassette or a pact cannot be read.
    """
    found = {name: sources(workspace, each) for name, each in consumers(workspace, api).items()}
    emit(StepStarted(STEP, api.name, sum(map(len, found.values()))))
    expected = {workspace.pact_path(api, name) for name in found}
    orphans = [path for path in pact_files(workspace, api) if path not in expected]
    result = StepResult(STEP, api.name, Counts(), tuple(_orphan(workspace, api, path) for path in orphans))
    for consumer, recorded in found.items():
        result = joined(result, _Check(workspace, api, consumer).of(recorded, emit))
    emit(StepFinished(result))
    return result


class _Check:
    """The pact of one consumer."""

    def __init__(self, workspace: Workspace, api: Api, consumer: str) -> None:
        self._api = api
        self._consumer = consumer
        self._path = workspace.pact_path(api, consumer)
        self._place = workspace.relative(self._path)

    def of(self, recorded: Sequence[Source], emit: Emit) -> StepResult:
        if not self._path.is_file():
            missing = self._finding("pact-missing", f"the recordings of {self._consumer} have no pact")
            return StepResult(STEP, self._api.name, Counts(), (missing,) if recorded else ())
        old = committed(self._path)
        findings = list(self._whole(old, recorded))
        proven = []
        for source in recorded:
            steps = old.pact.of(source.scenario.name)
            findings += self._scenario(source, steps)
            if steps:
                proven.append((source, proven_by(source, steps, self._consumer)))
            emit(Advanced(source.scenario.name))
        # What is stale fails its proof as well, and that says nothing new.
        result = counted(self._api, proven, self._place)
        stale = {finding.scenario for finding in findings}
        kept = tuple(each for each in result.findings if each.scenario not in stale)
        attempt = StepResult(STEP, self._api.name, Counts(), tuple(findings))
        return joined(attempt, StepResult(STEP, self._api.name, result.counts, kept, result.evidence))

    def _whole(self, old: Committed, recorded: Sequence[Source]) -> Iterator[Finding]:
        if not old.pact.interactions:
            yield self._finding("pact-empty", "the pact has no interactions, so it proves nothing")
        if old.edited:
            yield self._finding(
                "pact-edited",
                "its content is not what troth wrote: it was edited by hand",
                expected="the interactions that its digest was taken of",
                actual="others",
            )
        known = {source.scenario.name for source in recorded}
        strange = [each for each in old.pact.interactions if each.scenario not in known]
        for name in dict.fromkeys(each.scenario or each.description for each in strange):
            yield self._finding("pact-stale", f"no recorded scenario {name!r} gives its interactions", name)

    def _scenario(self, source: Source, steps: Sequence[AnyInteraction]) -> Iterator[Finding]:
        try:
            new = generate(self._api, source.recorded)
        except NotGenerated as problem:
            yield self._finding("pact-not-generated", problem.message, source.scenario.name)
            return
        if _same(steps, new) or still_holds(self._api, steps, new, source.recorded):
            return
        name = source.scenario.name
        if not steps:
            yield self._finding("pact-stale", "the recording of the scenario is not in the pact", name)
            return
        step, path = _first_difference(steps, new)
        yield self._finding(
            "pact-stale",
            "the pact is not what the recording and the contract give",
            name,
            operation=step,
            path=path,
            expected=f"what {source.cassette} gives",
            actual="something else",
        )

    def _finding(
        self,
        code: str,
        message: str,
        scenario: str = "",
        *,
        operation: str = "",
        path: str = "",
        expected: str = "",
        actual: str = "",
    ) -> Finding:
        command = f"troth record {self._api.name}"
        return Finding(
            code,
            message,
            api=self._api.name,
            scenario=scenario,
            operation=operation,
            path=path,
            expected=expected,
            actual=actual,
            place=self._place,
            reproduce=f"{command} {shlex.quote(scenario)}" if scenario else command,
        )


def _orphan(workspace: Workspace, api: Api, path: Path) -> Finding:
    place = workspace.relative(path)
    return Finding(
        "pact-orphan",
        "no scenario's consumer has its pact here",
        api=api.name,
        place=place,
        reproduce=f"git rm {place}",
    )


def _same(old: Sequence[AnyInteraction], new: Sequence[AnyInteraction]) -> bool:
    return [each.document() for each in old] == [each.document() for each in new]


def _first_difference(old: Sequence[AnyInteraction], new: Sequence[AnyInteraction]) -> tuple[str, str]:
    """The name of the first step that differs, and the JSON path of the first difference in it."""
    for before, after in zip(old, new, strict=False):
        path = _differing(dict(before.document()), dict(after.document()), ())
        if path is not None:
            return before.description.rpartition(" / ")[2], jsontext.path_text(path)
    return f"{len(old)} steps instead of {len(new)}", ""


def _differing(old: jsontext.Json, new: jsontext.Json, path: jsontext.Path) -> jsontext.Path | None:
    if jsontext.canonical(old) == jsontext.canonical(new):
        return None
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(key, old.get(key), new.get(key)) for key in {**old, **new} if (key in old) == (key in new)]
        for key, before, after in pairs:
            if (found := _differing(before, after, (*path, key))) is not None:
                return found
        return (*path, next(key for key in {**old, **new} if (key in old) != (key in new)))
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            if (found := _differing(before, after, (*path, index))) is not None:
                return found
    return path
