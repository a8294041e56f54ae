"""What one interaction's verification came to, as findings that hold no secret."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue

from troth import jsontext, walk
from troth.api import Answer, Anything, Api, Empty, Text, body_type
from troth.errors import CouldNotCheck, TrothError
from troth.evidence import Finding, Verdict
from troth.exchange import Exchange, UndecodableBody
from troth.jsontext import Json, NotJson
from troth.judge import Mismatch, show
from troth.pacts.engine import Difference, Result
from troth.pacts.model import AnyInteraction, Message
from troth.proxy import Judged
from troth.states import UnknownState
from troth.steps import NotDelivered, StepFailed

_MISSING_KEYS = re.compile(r"missing the following keys: (.+)$")


@dataclass(frozen=True)
class Context:
    """What every finding of a verification names."""

    api: Api
    place: str
    """The pact's file."""
    url: str = ""
    """The server that was named; empty for the workspace's own provider."""

    def reproduce(self, scenario: str) -> str:
        """The command that does it again."""
        what = f" {shlex.quote(scenario)}" if scenario else f" --pact {shlex.quote(self.place)}"
        server = f" --url {shlex.quote(self.url)}" if self.url else ""
        return f"troth verify {self.api.name}{what}{server}"

    def finding(
        self, code: str, message: str, scenario: str = "", *, verdict: Verdict = Verdict.BROKEN
    ) -> Finding:
        """A finding of this verification."""
        return Finding(
            code,
            message,
            api=self.api.name,
            scenario=scenario,
            place=self.place,
            reproduce=self.reproduce(scenario),
            verdict=verdict,
        )


def problem_finding(
    context: Context, problem: TrothError, scenario: str, step: str, *, explained: bool = False
) -> Finding:
    """Why an interaction could not be verified. ``explained``: what is wrong with the scenario's earlier
    steps was told, so a step after them is only undecided."""
    if isinstance(problem, UnknownState):
        code, verdict = "state-unknown", Verdict.BROKEN
    elif isinstance(problem, NotDelivered) and not explained:
        code, verdict = "webhook-missing", Verdict.BROKEN
    elif isinstance(problem, StepFailed):
        code, verdict = "earlier-step-failed", Verdict.UNCHECKED if explained else Verdict.BROKEN
    elif isinstance(problem, CouldNotCheck):
        code, verdict = "not-verified", Verdict.UNCHECKED
    else:
        code, verdict = "state-refused", Verdict.BROKEN
    found = context.finding(code, str(problem), scenario, verdict=verdict)
    return replace(found, operation=step)


def judged_findings(context: Context, judged: Iterable[Judged], scenario: str) -> Iterator[Finding]:
    """Everything in which real answers differ from the contract."""
    for each in judged:
        for mismatch in each.mismatches:
            message = f"the {mismatch.side} is not what the contract says"
            yield replace(
                context.finding(mismatch.rule, message, scenario),
                operation=mismatch.operation,
                path=mismatch.path,
                expected=mismatch.expected,
                actual=mismatch.actual,
            )


def pact_findings(
    context: Context, result: Result, interaction: AnyInteraction | None, judged: Sequence[Judged]
) -> Iterator[Finding]:
    """What Pact found and the judge did not."""
    known = {mismatch.path for each in judged for mismatch in each.mismatches}
    exchange = judged[0].exchange if judged else None
    scenario = interaction.scenario if interaction is not None else ""
    for each in (part for whole in result.differences for part in _parts(whole)):
        if _is_known(each, known, judged):
            continue
        found = context.finding("pact-mismatch", "the answer does not fit the pact", scenario)
        yield replace(
            found,
            message=found.message if scenario else f"{result.description}: {found.message}",
            operation=_operation(context.api, exchange, result),
            path=each.place,
            expected=_expected(each, interaction),
            actual=_actual(context.api, each, exchange),
        )


def _parts(whole: Difference) -> Iterator[Difference]:
    """One difference for each key that Pact tells to be missing."""
    missing = _MISSING_KEYS.search(whole.message)
    for key in missing[1].split(", ") if missing else ():
        yield replace(whole, place=f"{whole.place}.{key}")
    if missing is None:
        yield whole


def _is_known(each: Difference, known: set[str], judged: Sequence[Judged]) -> bool:
    """Whether the judge said it already; of a wrong status or an unreadable body it says all there is."""
    if each.place in known or (each.kind == "BodyMismatch" and {"$", "header Content-Type"} & known):
        return True
    return any(_undeclared(mismatch) for one in judged for mismatch in one.mismatches)


def _undeclared(mismatch: Mismatch) -> bool:
    return mismatch.rule in ("status-undeclared", "operation-unknown", "body-truncated", "body-encoding")


def _operation(api: Api, exchange: Exchange | None, result: Result) -> str:
    if exchange is not None and (found := api.find(exchange.request.method, exchange.request.url)):
        return found[0].label
    return result.description.rpartition(" / ")[2]


def _expected(each: Difference, interaction: AnyInteraction | None) -> str:
    if each.kind == "error":
        return "an answer"
    if interaction is None:
        return "what the pact says"
    if isinstance(interaction, Message):
        rules = interaction.matchingRules or {}
    elif each.place == "status":
        return str(interaction.response.status)
    else:
        rules = interaction.response.matchingRules or {}
    if each.place.startswith("header "):
        return _told(_of(rules, "header").get(each.place.removeprefix("header "))) or "the recorded value"
    for path, rule in _of(rules, "body").items():
        if _matches(path, each.place):
            return _told(rule) or "what the pact says"
    return "the same structure as the example"


def _of(rules: Mapping[str, JsonValue], place: str) -> Mapping[str, JsonValue]:
    found = rules.get(place)
    return found if isinstance(found, dict) else {}


def _matches(pattern: str, place: str) -> bool:
    text = re.escape(pattern).replace(r"\[\*\]", r"\[\d+\]").replace(r"\.\*", r"(\.\w+|\['[^']*'\])")
    return re.fullmatch(text, place) is not None


def _told(rule: JsonValue) -> str:
    """A matching rule in words."""
    matchers = rule.get("matchers") if isinstance(rule, dict) else None
    words = [_word(each) for each in matchers if isinstance(each, dict)] if isinstance(matchers, list) else []
    joint = " or " if isinstance(rule, dict) and rule.get("combine") == "OR" else " and "
    return joint.join(words)


def _word(matcher: Mapping[str, JsonValue]) -> str:
    match matcher.get("match"):
        case "regex":
            return f"text that matches {matcher.get('regex')}"
        case "type" if matcher.get("min"):
            return "an array that is not empty"
        case "type":
            return "the kind of the example"
        case "include":
            return "anything"
    return str(matcher.get("match"))


def _actual(api: Api, each: Difference, exchange: Exchange | None) -> str:
    """What came, as far as it may be shown: Pact's own words hold values."""
    if exchange is None:
        return "no answer"
    if each.place == "status":
        return str(exchange.response.status)
    if each.place.startswith("header "):
        value = exchange.response.headers.get(each.place.removeprefix("header "))
        return "nothing" if value is None else f"a value of {len(value)} characters"
    spots = {jsontext.path_text(spot.path): spot for spot in _spots(api, exchange)}
    spot = spots.get(each.place)
    return "nothing" if spot is None else show(spot)


def _spots(api: Api, exchange: Exchange) -> Iterator[walk.Spot]:
    found = api.find(exchange.request.method, exchange.request.url)
    answer = found[0].answers.get(exchange.response.status) if found is not None else None
    if exchange.inbound:
        return _delivered_spots(found[0].body if found is not None else None, exchange)
    try:
        value: Json = jsontext.read(exchange.response.content)
    except (NotJson, UndecodableBody):
        return iter(())
    return walk.walk(_type(answer, exchange), value)


def _delivered_spots(declared: object, exchange: Exchange) -> Iterator[walk.Spot]:
    try:
        return walk.walk(declared, jsontext.read(exchange.request.body))
    except NotJson:
        return iter(())


def _type(answer: Answer | None, exchange: Exchange) -> object:
    forms = answer.forms() if answer is not None else ()
    typed = tuple(form for form in forms if form not in (Empty, Anything) and not isinstance(form, Text))
    return body_type(typed, exchange.request) if typed else None
