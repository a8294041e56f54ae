"""Run scenarios, and write what was seen once a person has seen what it changes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from troth.api import Api
from troth.canary import leaks
from troth.cassettes.check import cassette_files, mismatch_finding, unredacted
from troth.cassettes.meaning import Change, changes, noise_of
from troth.cassettes.model import Cassette, Given, Provenance
from troth.cassettes.read import load, placed
from troth.cassettes.write import dump, save
from troth.errors import BrokenFile, ContractProblem, CouldNotCheck
from troth.events import Advanced, Emit, Noted, StepFinished, StepStarted
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.exchange import SourceKind, placeholder
from troth.raised import told
from troth.redact import Redacted, redact
from troth.scenario import Scenario
from troth.scrub import Scrubber
from troth.target import Ran, Target, open_proxy, run_scenario
from troth.workspace import Workspace

MAX_SHOWN = 30
"""Changes of one cassette that are shown; the rest is counted."""
SHORTEST_SCANNED = 12
FURTHER_RUNS = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """What running a scenario came to: a cassette, unless a finding says why there is none."""

    scenario: Scenario
    cassette: Cassette | None = None
    other: Cassette | None = None
    """A second run of the same scenario, from which noise was learned."""
    findings: tuple[Finding, ...] = ()
    originals: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Planned:
    """A cassette to be written and why; with no reasons, a silent refresh of its date."""

    cassette: Cassette
    reasons: tuple[str, ...]
    originals: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records scenarios of one API against one target."""

    workspace: Workspace
    api: Api
    target: Target
    now: datetime
    emit: Emit
    twice: bool = True
    """Run every scenario twice, to learn what is noise."""

    def take(self, scenarios: Sequence[Scenario]) -> tuple[Taken, ...]:
        """Run the scenarios, each on its own: one that fails leaves the others as they are."""
        self.emit(StepStarted("record", self.api.name, len(scenarios)))
        for note in self.target.notes:
            self.emit(Noted(note))
        return tuple(self._take(each) for each in scenarios)

    def _take(self, scenario: Scenario) -> Taken:
        ran = self._run(scenario)
        taken = self._recorded(scenario, ran)
        if taken.cassette is not None and self.twice:
            again = self._recorded(scenario, self._run(scenario))
            taken = (
                replace(again, cassette=None)
                if again.cassette is None
                else self._learned(taken, again.cassette)
            )
        self.emit(Advanced(scenario.name))
        return taken

    def _run(self, scenario: Scenario) -> Ran:
        with open_proxy(self.api, self.target) as proxy:
            return run_scenario(scenario, self.target, proxy)

    def _recorded(self, scenario: Scenario, ran: Ran) -> Taken:
        exchanges = tuple(each.exchange for each in ran.judged)
        try:
            shown = redact(
                self.api, exchanges, secrets=self._secrets, values=ran.values, suffix=self.target.suffix
            )
        except ContractProblem as problem:
            return Taken(
                scenario, findings=(self._finding(scenario, "redaction-impossible", problem.message),)
            )
        cassette = self._cassette(scenario, shown)
        findings = tuple(self._problems(scenario, ran, cassette, shown))
        broken = any(finding.code != "cleanup-failed" for finding in findings)
        return Taken(scenario, None if broken else cassette, None, findings, shown.originals)

    @property
    def _secrets(self) -> dict[str, str]:
        return {role: text for role, text in self.target.secrets.items() if text != placeholder(role)}

    def _cassette(self, scenario: Scenario, shown: Redacted) -> Cassette:
        simulated = self.target.kind is SourceKind.SIMULATED
        provenance = Provenance(
            api=self.api.name,
            scenario=scenario.name,
            recorded_at=self.now,
            simulated=simulated,
            provider=self.target.provider,
            troth=version("troth"),
            given=Given(state=scenario.given.name, params=dict(scenario.given.params)),
            values=dict(shown.values),
        )
        path = self.workspace.cassette_path(scenario)
        return Cassette(path, provenance, placed(shown.exchanges, provenance, path)).sealed()

    def _problems(
        self, scenario: Scenario, ran: Ran, cassette: Cassette, shown: Redacted
    ) -> Iterable[Finding]:
        clean = Scrubber(
            {**shown.originals, **{text: placeholder(role) for role, text in self._secrets.items()}}
        )
        if isinstance(ran.error, CouldNotCheck):
            said = clean.text(str(ran.error))
            yield self._finding(scenario, "record-unavailable", said, verdict=Verdict.UNCHECKED)
        elif ran.error is not None:
            yield self._finding(scenario, "scenario-failed", f"the scenario failed: {told(ran.error)}")
        elif not ran.judged:
            yield self._finding(scenario, "scenario-without-exchange", "the scenario called nothing")
        if not scenario.asserts:
            yield self._finding(scenario, "scenario-without-assertion", "the scenario checks no outcome")
        for judged, exchange in zip(ran.judged, cassette.exchanges, strict=True):
            yield from (mismatch_finding(each, self.api, cassette, exchange) for each in judged.mismatches)
        if ran.cleanup_error is not None:
            said = f"the clean-up failed, something was left behind: {told(ran.cleanup_error)}"
            yield self._finding(scenario, "cleanup-failed", said)

    def _finding(
        self, scenario: Scenario, code: str, message: str, *, verdict: Verdict = Verdict.BROKEN
    ) -> Finding:
        return Finding(
            code,
            message,
            api=self.api.name,
            scenario=scenario.name,
            place=scenario.place,
            reproduce=f'troth record {self.api.name} "{scenario.name}" --dry-run',
            verdict=verdict,
        )

    def _learned(self, taken: Taken, other: Cassette) -> Taken:
        assert taken.cassette is not None
        noise, unsteady = noise_of(self.api, taken.cassette.exchanges, other.exchanges)
        if unsteady:
            self.emit(
                Noted(f"{taken.scenario.name}: two runs differ in more than values, such as {unsteady[0]}")
            )
        return replace(taken, cassette=_with_noise(taken.cassette, noise), other=_with_noise(other, noise))

    # What it would change.

    def plans(self, taken: Sequence[Taken]) -> tuple[Planned, ...]:
        """What to write; nothing for a scenario whose old recording says the same."""
        good = [each for each in taken if each.cassette is not None]
        noise = self._noise(good)
        return tuple(plan for each in good if (plan := self._plan(each, noise)) is not None)

    def _noise(self, taken: Sequence[Taken]) -> frozenset[str]:
        """What is known to differ from run to run, from these runs and from all earlier ones."""
        seen = [each.cassette for each in taken if each.cassette is not None]
        for path in cassette_files(self.workspace, self.api):
            with contextlib.suppress(BrokenFile):  # told where its own scenario is recorded, and by check
                seen.append(load(path))
        return frozenset(place for cassette in seen for place in cassette.provenance.noise)

    def _plan(self, taken: Taken, noise: frozenset[str]) -> Planned | None:
        new = taken.cassette
        assert new is not None
        if not new.path.exists():
            return Planned(new, (f"new: {len(new.exchanges)} exchanges",), taken.originals)
        try:
            old = load(new.path)
        except BrokenFile as problem:
            return Planned(new, (f"the old recording is of no use: {problem.message}",), taken.originals)
        reasons = self._reasons(old, taken, noise)
        if reasons:
            return Planned(new, reasons, taken.originals)
        return self._kept(old, new)

    def _kept(self, old: Cassette, new: Cassette) -> Planned | None:
        """The old examples as a whole, so that a diff is a change in meaning; a real one gets its date."""
        if new.provenance.simulated:
            return None
        was, now = old.provenance, new.provenance
        kept = now.model_copy(update={"noise": tuple(sorted({*was.noise, *now.noise})), "values": was.values})
        return Planned(replace(old, provenance=kept), ())

    def _reasons(self, old: Cassette, taken: Taken, noise: frozenset[str]) -> tuple[str, ...]:
        new = taken.cassette
        assert new is not None
        was, now = old.provenance, new.provenance
        if was.simulated != now.simulated:
            return (f"{_said_by(was)} becomes {_said_by(now)}",)
        if (was.given, set(was.values)) != (now.given, set(now.values)):
            return ("the scenario starts from another state, or with other values",)
        unfit = self._unfit(old)
        if unfit:
            return (unfit,)
        return tuple(map(str, self._changes(old, taken, noise)))

    def _changes(self, old: Cassette, taken: Taken, noise: frozenset[str]) -> tuple[Change, ...]:
        runs = [run for run in (taken.cassette, taken.other) if run is not None]
        found = [changes(self.api, old.exchanges, run.exchanges, noise=noise) for run in runs]
        least = min(found, key=lambda each: len(each))
        if not least or not self.twice or not all(change.value_only for change in least):
            return least
        more = self._more_noise(taken)
        return changes(self.api, old.exchanges, runs[0].exchanges, noise=noise | more) if more else least

    def _more_noise(self, taken: Taken) -> frozenset[str]:
        """Two short runs may take the same time by chance: a few more tell a change from noise."""
        assert taken.cassette is not None
        found: frozenset[str] = frozenset()
        for _ in range(FURTHER_RUNS):
            again = self._recorded(taken.scenario, self._run(taken.scenario)).cassette
            if again is not None:
                found |= noise_of(self.api, taken.cassette.exchanges, again.exchanges)[0]
        return found

    def _unfit(self, old: Cassette) -> str:
        if any(self.api.judge(each) for each in old.exchanges):
            return "the old recording breaks the contract as it is now"
        try:
            left = next(iter(unredacted(self.api, old)), None)
        except ContractProblem:
            left = ("", "")
        return "the old recording is not redacted as the contract now asks" if left else ""

    # Writing.

    def write(self, plans: Sequence[Planned]) -> tuple[Finding, ...]:
        """Write every cassette, each at once; one that holds a secret is not written."""
        return tuple(finding for plan in plans for finding in self._write(plan))

    def _write(self, plan: Planned) -> Iterable[Finding]:
        cassette = plan.cassette.sealed()
        known = {f"the credential of role {role!r}": text for role, text in self._secrets.items()} | {
            f"what {stand!r} stands for": text
            for text, stand in plan.originals.items()
            # Our own stand-in may be what a scenario sends as a token that nobody knows.
            if len(text) >= SHORTEST_SCANNED and text not in plan.originals.values()
        }
        found = leaks(dump(cassette), known)
        if not found:
            save(cassette)
        for name in found:
            yield Finding(
                "cassette-leak",
                f"{name} would still stand in the cassette, so it was not written",
                api=self.api.name,
                scenario=cassette.scenario,
                place=cassette.place,
            )

    def result(self, taken: Sequence[Taken], found: Sequence[Finding] = ()) -> StepResult:
        """What recording amounted to."""
        good = [each for each in taken if each.cassette is not None]
        decided = sum(1 for each in taken if not _undecided(each))
        counts = Counts(len(taken), decided, len(good), len(taken) - decided)
        findings = (*(finding for each in taken for finding in each.findings), *found)
        evidence = tuple(item for each in good for item in self._evidence(each))
        done = StepResult("record", self.api.name, counts, findings, evidence, unit="scenarios")
        self.emit(StepFinished(done))
        return done

    def _evidence(self, taken: Taken) -> Iterable[Evidence]:
        assert taken.cassette is not None
        for exchange in taken.cassette.exchanges:
            found = self.api.find(exchange.request.method, exchange.request.url)
            yield Evidence(
                self.api.name,
                found[0].label if found else "undeclared",
                exchange.response.status,
                taken.cassette.provenance.kind,
                self.now,
                Verdict.PROVEN,
                taken.scenario.name,
                exchange.source.place,
            )


Ask = Callable[[str], bool]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a recording came to. ``settled``: the cassettes on disk are what they should be now."""

    result: StepResult
    written: tuple[Path, ...]
    settled: bool


def record(
    recorder: Recorder, scenarios: Sequence[Scenario], *, ask: Ask, say: Say, dry_run: bool = False
) -> Outcome:
    """Run ``scenarios``, show what changes in meaning, ask, and write."""
    taken = recorder.take(scenarios)
    plans = recorder.plans(taken)
    result = recorder.result(taken)
    _show(plans, say, same=sum(1 for each in taken if each.cassette) - len(plans))
    asked = any(plan.reasons for plan in plans)
    if dry_run or (asked and not ask(f"Write {len(plans)} cassettes?")):
        say("nothing was written")
        return Outcome(result, (), settled=False)
    found = recorder.write(plans)
    leaking = {finding.scenario for finding in found}
    written = tuple(plan.cassette.path for plan in plans if plan.cassette.scenario not in leaking)
    say(f"{len(written)} cassettes were written")
    return Outcome(replace(result, findings=(*result.findings, *found)), written, settled=True)


def _show(plans: Sequence[Planned], say: Say, *, same: int) -> None:
    for plan in plans:
        say(f"{plan.cassette.place}  {plan.cassette.scenario}")
        for reason in plan.reasons[:MAX_SHOWN] or ("nothing changed in meaning; it gets today's date",):
            say(f"  {reason}")
        if len(plan.reasons) > MAX_SHOWN:
            say(f"  and {len(plan.reasons) - MAX_SHOWN} more")
    if same:
        say(f"{same} cassettes say the same as before")


def _undecided(taken: Taken) -> bool:
    return any(finding.verdict is Verdict.UNCHECKED for finding in taken.findings)


def _with_noise(cassette: Cassette, noise: frozenset[str]) -> Cassette:
    provenance = cassette.provenance.model_copy(update={"noise": tuple(sorted(noise))})
    return replace(cassette, provenance=provenance)


def _said_by(provenance: Provenance) -> str:
    what = "simulated by a fake" if provenance.simulated else "recorded from the service"
    return f"what was {what} ({provenance.provider})"
