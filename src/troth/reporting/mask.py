"""No secret in anything that is printed: a credential's value is shown as ``$ENV_NAME``."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import replace

from troth.acceptance import Accepted
from troth.api import Api
from troth.canary import spellings
from troth.evidence import Evidence, Finding, StepResult
from troth.scrub import Scrubber

_SHORTEST = 4
"""A shorter value is a word, and replacing it would garble every report."""


class Mask:
    """The credentials that a run may have read from the environment."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._hidden: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self._scrubber = Scrubber({})

    def learn(self, apis: Iterable[Api]) -> None:
        """Hide what the environment holds for the credentials of ``apis``."""
        for name in (name for api in apis for name in api.credentials.values()):
            self.hide(name, self._environment.get(name, ""))

    def hide(self, name: str, value: str) -> None:
        """Show ``value`` as ``$name``: plain, URL-encoded, escaped as JSON, as hexadecimal, in base64."""
        if len(value) < _SHORTEST:
            return
        whole = base64.b64encode(value.encode()).decode()
        self._shown |= dict.fromkeys((*spellings(value), whole), f"${name}")
        self._hidden[value] = f"${name}"
        self._scrubber = Scrubber(self._hidden)

    def text(self, text: str) -> str:
        """``text`` with every hidden value replaced, longest first."""
        for value in sorted(self._shown, key=len, reverse=True):
            text = text.replace(value, self._shown[value])
        # Inside base64 of more than itself, such as Basic credentials, and inside gzip.
        return self._scrubber.text(text)

    def result(self, result: StepResult) -> StepResult:
        """A step's result with every text masked."""
        return replace(
            result,
            findings=tuple(map(self._finding, result.findings)),
            told=tuple(map(self._finding, result.told)),
            evidence=tuple(map(self.evidence, result.evidence)),
            cases=tuple(map(self.text, result.cases)),
        )

    def accepted(self, accepted: Accepted) -> Accepted:
        """An accepted finding with every text masked."""
        return Accepted(self._finding(accepted.finding), self.text(accepted.reason))

    def evidence(self, each: Evidence) -> Evidence:
        """Evidence with every text masked."""
        return replace(
            each,
            operation=self.text(each.operation),
            scenario=self.text(each.scenario),
            place=self.text(each.place),
        )

    def _finding(self, finding: Finding) -> Finding:
        return replace(
            finding,
            message=self.text(finding.message),
            scenario=self.text(finding.scenario),
            operation=self.text(finding.operation),
            path=self.text(finding.path),
            expected=self.text(finding.expected),
            actual=self.text(finding.actual),
            place=self.text(finding.place),
            reproduce=self.text(finding.reproduce),
        )
