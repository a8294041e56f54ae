"""One operation under one fault: what happened, and whether that was promised."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import pytest

from troth import jsontext
from troth.api import Api, Operation
from troth.canary import leaks
from troth.evidence import Finding, Verdict
from troth.exchange import Exchange, Source, SourceKind, UndecodableBody
from troth.faults import answers
from troth.faults.catalogue import Fault, Kind, Processed
from troth.jsontext import NotJson
from troth.mock.errors import MockMiss
from troth.mock.matching import asked
from troth.promise import Degrades, Outcome, Promise, Promises, Raises, Recovers, Succeeds, options
from troth.raised import told
from troth.resilience.stage import Seen, Stage, Strike
from troth.resilience.uses import Use

_HARMLESS_WITHOUT_JSON = frozenset({"malformed_json", "empty_body", "wrong_content_type", "invalid_utf8"})
"""They change an answer into one that the contract may allow all the same, such as an empty body."""


class Times(StrEnum):
    """How often the fault strikes."""

    ONCE = "once"
    LASTING = "lasting"


@dataclass(frozen=True, slots=True)
class Cell:
    """One run, judged. ``happened`` in the words in which promises are told."""

    operation: Operation
    fault: Fault
    times: Times
    scenario: str
    promised: Promise | None
    happened: str
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of its findings."""
        found = {finding.verdict for finding in self.findings}
        return next((each for each in (Verdict.BROKEN, Verdict.UNCHECKED) if each in found), Verdict.PROVEN)


@dataclass(frozen=True, slots=True)
class Row:
    """An operation, its use, and how that goes without a fault."""

    use: Use
    usual: Seen
    first: Exchange
    """The first call of the operation, well answered."""

    def sends(self, seen: Seen, call: Exchange) -> int:
        """How often a request like that of ``call`` was sent again, beyond what the use does anyway."""
        key = asked(call.request)
        sent = sum(asked(each.request) == key for each in seen.calls)
        # What failed came to an end with the struck call: whatever followed it is a repetition.
        usual = 1 if seen.error is not None else self.makes(call)
        return max(0, sent - usual)

    def makes(self, call: Exchange) -> int:
        """How often the use sends such a request when nothing is struck."""
        key = asked(call.request)
        return sum(asked(each.request) == key for each in self.usual.calls)


def applies(api: Api, row: Row, struck: Fault) -> bool:
    """Whether the fault can be done to the operation's answer, and makes it a wrong one."""
    first, operation = row.first, row.use.operation
    if struck.kind is Kind.UNTRUSTED:
        return first.request.url.startswith("https:")
    if struck.has_places:
        return answers.fits(api, struck, first.response, first.request)
    if answers.needs_answer(struck) and not _is_json(first):
        return False
    if struck.name not in _HARMLESS_WITHOUT_JSON:
        return True
    made = answers.hit(api, operation, struck, first.response, first.request).struck
    assert made is not None
    spoilt = Exchange(first.request, made.response, Source(SourceKind.SYNTHETIC))
    return any(each.side == "response" for each in api.judge(spoilt))


def _is_json(exchange: Exchange) -> bool:
    try:
        jsontext.read(exchange.response.content)
    except (NotJson, UndecodableBody):
        return False
    return True


def run_cell(stage: Stage, promises: Promises, row: Row, struck: Fault, times: Times) -> Cell:
    """Run the row's use with the fault, and compare what happened with what is promised."""
    outcome = promises.of(row.use.operation, struck)
    promised = None if outcome is None else outcome.once if times is Times.ONCE else outcome.lasting
    strike = Strike(row.use.operation, struck, lasting=times is Times.LASTING)
    worse = _degraded(promised)
    seen = stage.run(row.use.scenario, strike, worse.use if worse is not None else None)
    judged = _Judged(stage, promises, row, strike, outcome, promised, seen)
    return Cell(
        row.use.operation,
        struck,
        times,
        row.use.scenario.name,
        promised,
        judged.happened,
        tuple(judged.findings()),
    )


def _degraded(promised: Promise | None) -> Degrades | None:
    found = (each for each in options(promised) if isinstance(each, Degrades)) if promised is not None else ()
    return next(iter(found), None)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A run beside its promise."""

    stage: Stage
    promises: Promises
    row: Row
    strike: Strike
    outcome: Outcome | None
    promised: Promise | None
    seen: Seen

    @property
    def happened(self) -> str:
        """What the caller saw."""
        error, worse = self.seen.error, _degraded(self.promised)
        if self.seen.endless:
            return f"does not end: {self.seen.endless}"
        if error is None:
            done = Recovers() if self._again else Succeeds()
            return (worse or done).words
        if _is_failed_check(error):
            return "succeeds with another answer than usual"
        return f"raises {type(error).__name__}"

    @property
    def _again(self) -> int:
        struck = self.seen.struck
        return 0 if struck is None else self.row.sends(self.seen, struck)

    def findings(self) -> Iterator[Finding]:
        """What is wrong, or could not be told."""
        yield from self._leaks()
        if self.seen.endless:
            yield self._finding(
                "fault-hang",
                "the client does not come to an end",
                expected=f"the end within {self.promises.deadline:g} s of virtual time",
            )
            return
        unclear = self._unclear
        if unclear:
            yield self._finding(
                "fault-not-covered",
                unclear,
                expected="a use that shows what the client makes of the fault",
                verdict=Verdict.UNCHECKED,
            )
            return
        yield from self._repeated()
        if self.promised is None:
            kind = self.strike.fault.kind
            yield self._finding(
                "fault-undeclared",
                "nothing is promised of what the caller sees",
                expected=f"a promise for {kind.value!r}, or for {self.strike.fault.name!r}",
            )
        elif not any(self._is(option) for option in options(self.promised)):
            yield self._finding(
                "fault-outcome", "the caller does not see what is promised", expected=self.promised.words
            )

    def _is(self, option: Raises | Recovers | Succeeds | Degrades) -> bool:
        error = self.seen.error
        match option:
            case Raises(kinds):
                return isinstance(error, kinds) and not _is_failed_check(error)
            case Recovers():
                return error is None and self._again > 0
            case Succeeds():
                return error is None and self._again == 0
            case Degrades():
                return error is None

    @property
    def _unclear(self) -> str:
        """Why this run says nothing; empty where it does."""
        missed = next((each for each in self.seen.refused if isinstance(each, MockMiss)), None)
        if missed is not None:
            return f"the client then asks what was never recorded: {missed.miss.asked}"
        struck = self.seen.struck
        if struck is None:
            return "the fault never struck: what drives the caller does not make this call"
        taken = self.strike.fault.processed is Processed.SURELY and _is_failed_check(self.seen.error)
        if taken and self.row.makes(struck) > 1:
            # The recording stands still while the client has gone on.
            return "the scenario makes this very call several times, each with another answer"
        return ""

    def _repeated(self) -> Iterator[Finding]:
        operation, struck = self.strike.operation, self.strike.fault
        if self.promises.repeatable(operation) or struck.processed is Processed.NEVER or not self._again:
            return
        if self.outcome is None or not self.outcome.repeats:
            how = "surely" if struck.processed is Processed.SURELY else "perhaps"
            yield self._finding(
                "fault-repeated",
                "what writes was sent again although it may have been done",
                expected="to be sent once",
                actual=f"sent {self._again + 1} times, and {how} processed the first time",
            )

    def _leaks(self) -> Iterator[Finding]:
        for role in leaks("\n".join(_texts(self.seen.error)), self.stage.secrets):
            yield self._finding(
                "fault-leak",
                f"the credential of role {role!r} stands in the exception, or in what it came from",
                expected="no credential",
                actual=f"it is shown, and the client {self.happened}",
            )

    def _finding(
        self,
        code: str,
        message: str,
        *,
        expected: str,
        actual: str = "",
        verdict: Verdict = Verdict.BROKEN,
    ) -> Finding:
        operation, struck = self.strike.operation, self.strike.fault
        times = Times.LASTING if self.strike.lasting else Times.ONCE
        return Finding(
            code,
            message,
            api=operation.api,
            scenario=self.row.use.scenario.name,
            operation=operation.label,
            path=f"{struck.full_name}, {times}",
            expected=expected,
            actual=actual or self._actual,
            place=self.row.use.scenario.place,
            reproduce=reproduce(operation, struck),
            verdict=verdict,
        )

    @property
    def _actual(self) -> str:
        error = self.seen.error
        if error is None or self.seen.endless:
            return self.happened
        return f"{self.happened}: {told(error)}"


def reproduce(operation: Operation, struck: Fault) -> str:
    """The command that runs the cells of one operation and one fault."""
    return f'troth faults {operation.api} -k "{operation.name}" --fault {shlex.quote(struck.full_name)}'


def _is_failed_check(error: BaseException | None) -> bool:
    """Whether the scenario itself failed: the caller was given something, and not what it should be."""
    return isinstance(error, AssertionError | pytest.fail.Exception)


def _texts(error: BaseException | None) -> Iterator[str]:
    """What a log shows of an exception: itself, and what it came from."""
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        yield from (str(error), repr(error), *getattr(error, "__notes__", ()))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
