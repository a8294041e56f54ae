"""Whether the cassettes on disk still prove what they say."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from troth.api import Api
from troth.canary import leaks
from troth.cassettes.age import age, is_expired, max_age
from troth.cassettes.model import Cassette, document
from troth.cassettes.read import again, load
from troth.errors import ContractProblem
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.exchange import Exchange
from troth.judge import Mismatch
from troth.redact import redact
from troth.scenario import Scenario
from troth.workspace import Workspace


def check_cassettes(workspace: Workspace, api: Api, *, now: datetime, emit: Emit = silent) -> StepResult:
    """Judge every cassette of ``api`` against its contract, and the set against its scenarios.

    ``now`` has a time zone. Credentials are looked for by the names that the contract gives them in
    the environment.

    Raises:
        BrokenFile: a cassette cannot be read.
    """
    scenarios = scenario_paths(workspace, api)
    files = cassette_files(workspace, api)
    emit(StepStarted("cassettes", api.name, len(files)))
    one = _Check(api, max_age(workspace, api.name), now, credentials(api, os.environ))
    findings = [_missing(each) for path, each in scenarios.items() if path not in files]
    counts, evidence = Counts(), list[Evidence]()
    for path in files:
        cassette = load(path, edited=True)
        result = one.orphan(cassette) if not _plays(scenarios.get(path), cassette) else one.of(cassette)
        findings += result.findings
        evidence += result.evidence
        counts += result.counts
        emit(Advanced(cassette.scenario))
    done = StepResult("cassettes", api.name, counts, tuple(findings), tuple(evidence))
    emit(StepFinished(done))
    return done


def scenario_paths(workspace: Workspace, api: Api) -> dict[Path, Scenario]:
    """Every scenario of ``api`` by the path of its cassette.

    Raises:
        ContractProblem: two names differ in nothing that a file name holds.
    """
    found: dict[Path, Scenario] = {}
    for scenario in workspace.scenarios(api):
        path = workspace.cassette_path(scenario)
        if path in found:
            raise ContractProblem(
                f"{scenario.place}: {scenario.name!r} and {found[path].name!r} would share {path.name}",
                hint="name one of them otherwise",
            )
        found[path] = scenario
    return found


def cassette_files(workspace: Workspace, api: Api) -> tuple[Path, ...]:
    """Every file of the API's folder that may be a cassette."""
    folder = workspace.root / "cassettes" / api.name
    return tuple(sorted(path for path in folder.rglob("*.y*ml") if not path.name.startswith(".")))


def credentials(api: Api, environment: Mapping[str, str]) -> dict[str, str]:
    """The real credentials that this machine knows, by the variable that holds them."""
    return {env: value for env in api.credentials.values() if (value := environment.get(env))}


def _plays(scenario: Scenario | None, cassette: Cassette) -> bool:
    return scenario is not None and cassette.scenario == scenario.name and cassette.api == scenario.api.name


def _missing(scenario: Scenario) -> Finding:
    return Finding(
        "cassette-missing",
        "the scenario has no cassette, so nothing was seen of it",
        api=scenario.api.name,
        scenario=scenario.name,
        place=scenario.place,
        reproduce=f'troth record {scenario.api.name} "{scenario.name}"',
    )


@dataclass(frozen=True, slots=True)
class _Check:
    api: Api
    limit: timedelta | None
    now: datetime
    secrets: Mapping[str, str]

    def orphan(self, cassette: Cassette) -> StepResult:
        finding = self._finding(
            cassette,
            "cassette-orphan",
            f"no scenario {cassette.scenario!r} of {self.api.name} has its cassette here",
            reproduce=f"git rm {cassette.place}",
        )
        return StepResult("cassettes", self.api.name, Counts(), (finding, *self._leaks(cassette)))

    def of(self, cassette: Cassette) -> StepResult:
        expired = is_expired(cassette, self.limit, self.now)
        findings = [*self._whole(cassette), *self._leaks(cassette)]
        findings += [self._expired(cassette)] if expired else []
        evidence, clean = [], 0
        for exchange in cassette.exchanges:
            mismatches = self.api.judge(exchange)
            clean += not mismatches
            findings += [mismatch_finding(each, self.api, cassette, exchange) for each in mismatches]
            evidence.append(self._evidence(cassette, exchange, broken=bool(mismatches), expired=expired))
        seen = len(cassette.exchanges)
        counts = Counts(seen, 0 if expired else seen, 0 if expired else clean, seen if expired else 0)
        return StepResult("cassettes", self.api.name, counts, tuple(findings), tuple(evidence))

    def _whole(self, cassette: Cassette) -> Iterator[Finding]:
        if cassette.edited:
            yield self._finding(
                cassette,
                "cassette-edited",
                "its content is not what troth recorded: it was edited by hand",
                expected="the content that its digest was taken of",
                actual="another one",
            )
        if not cassette.exchanges:
            yield self._finding(
                cassette, "scenario-without-exchange", "the cassette is empty, so it proves nothing"
            )

    def _expired(self, cassette: Cassette) -> Finding:
        assert self.limit is not None
        return self._finding(
            cassette,
            "cassette-expired",
            "the recording is too old to say what the service does today",
            expected=f"at most {self.limit.days} days",
            actual=f"{age(cassette, self.now).days} days",
            reproduce=f"{again(cassette)} --live",
            verdict=Verdict.UNCHECKED,
        )

    def _leaks(self, cassette: Cassette) -> Iterator[Finding]:
        for name in leaks(cassette.path.read_bytes(), self.secrets):
            yield self._finding(
                cassette,
                "cassette-leak",
                f"it holds the credential that ${name} holds; revoke it, and take the file out of git",
            )
        try:
            left = tuple(unredacted(self.api, cassette))
        except ContractProblem as problem:
            yield self._finding(cassette, "redaction-impossible", problem.message)
            return
        for place, part in left:
            yield self._finding(
                cassette,
                "cassette-leak",
                "it holds a value that the contract does not declare safe and that was not redacted",
                place=place,
                path=part,
                expected="a replacement, as troth record writes it",
                actual="something else",
            )

    def _finding(
        self,
        cassette: Cassette,
        code: str,
        message: str,
        *,
        place: str = "",
        path: str = "",
        expected: str = "",
        actual: str = "",
        reproduce: str = "",
        verdict: Verdict = Verdict.BROKEN,
    ) -> Finding:
        return Finding(
            code,
            message,
            api=self.api.name,
            scenario=cassette.scenario,
            path=path,
            expected=expected,
            actual=actual,
            place=place or cassette.place,
            reproduce=reproduce or again(cassette),
            verdict=verdict,
        )

    def _evidence(self, cassette: Cassette, exchange: Exchange, *, broken: bool, expired: bool) -> Evidence:
        found = self.api.find(exchange.request.method, exchange.request.url)
        return Evidence(
            self.api.name,
            found[0].label if found else "undeclared",
            exchange.response.status,
            cassette.provenance.kind,
            cassette.provenance.recorded_at,
            Verdict.BROKEN if broken else Verdict.UNCHECKED if expired else Verdict.PROVEN,
            cassette.scenario,
            exchange.source.place,
        )


def mismatch_finding(mismatch: Mismatch, api: Api, cassette: Cassette, exchange: Exchange) -> Finding:
    """A mismatch of a recorded exchange as a finding."""
    return Finding(
        mismatch.rule,
        f"the {mismatch.side} is not what the contract says",
        api=api.name,
        scenario=cassette.scenario,
        operation=mismatch.operation,
        path=mismatch.path,
        expected=mismatch.expected,
        actual=mismatch.actual,
        place=exchange.source.place,
        reproduce=again(cassette),
    )


def unredacted(api: Api, cassette: Cassette) -> Iterator[tuple[str, str]]:
    """Places and parts that redaction would still change: redacting twice is redacting once, so there
    are none in what troth wrote."""
    values = cassette.provenance.values
    clean = redact(api, cassette.exchanges, values=values, judged=False)
    for seen, safe in zip(cassette.exchanges, clean.exchanges, strict=True):
        old, new = document(seen), document(safe)
        for side in ("request", "response"):
            before, after = old[side], new[side]
            assert isinstance(before, dict)
            assert isinstance(after, dict)
            yield from (
                (seen.source.place, f"{side} {part}") for part in before if before[part] != after[part]
            )
    yield from ((cassette.place, f"values {name}") for name in values if values[name] != clean.values[name])
