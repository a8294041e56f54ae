"""The pacts of a workspace, published under a version of their consumer."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from troth.api import Api
from troth.broker.broker import Broker, BrokerRefused
from troth.broker.hal import Hal
from troth.canary import leaks
from troth.errors import CouldNotCheck
from troth.events import Advanced, Emit, Noted, StepFinished, StepStarted, silent
from troth.evidence import Counts, Finding, StepResult
from troth.jsontext import Json
from troth.pacts.files import Committed, committed, pact_files
from troth.workspace import Workspace

STEP = "publication"
_CONFLICT = 409
_WARNED = ("warning", "danger", "error")


@dataclass(frozen=True, slots=True)
class Release:
    """What the consumer's side is published as."""

    version: str
    branch: str
    tags: Sequence[str] = ()


def publish_pacts(
    workspace: Workspace,
    api: Api,
    broker: Broker,
    release: Release,
    emit: Emit = silent,
    *,
    secrets: Mapping[str, str],
) -> StepResult:
    """Publish every pact with ``api``. One that is not what troth wrote, or holds one of ``secrets`` (name to
    text), is not published; neither is what the broker refuses.

    Raises:
        BrokenFile: a pact cannot be read.
    """
    paths = pact_files(workspace, api)
    pacts = [committed(path) for path in paths]
    emit(StepStarted(STEP, api.name, len(pacts)))
    publication = _Publication(workspace, api, broker, release, secrets, emit)
    findings = [finding for each in pacts for finding in publication.of(each)]
    if not pacts:
        findings.append(_missing(workspace, api))
    counts = Counts(len(pacts), len(pacts), publication.published)
    result = StepResult(STEP, api.name, counts, tuple(findings), unit="pacts")
    emit(StepFinished(result))
    return result


class _Publication:
    def __init__(
        self,
        workspace: Workspace,
        api: Api,
        broker: Broker,
        release: Release,
        secrets: Mapping[str, str],
        emit: Emit,
    ) -> None:
        self._workspace = workspace
        self._api = api
        self._broker = broker
        self._release = release
        self._secrets = secrets
        self._emit = emit
        self.published = 0

    def of(self, pact: Committed) -> Iterator[Finding]:
        content = pact.path.read_bytes()
        refused = [*self._refused(pact, content)]
        if not refused:
            refused = [*self._sent(pact, content)]
        self.published += not refused
        self._emit(Advanced(pact.pact.consumer))
        yield from refused

    def _refused(self, pact: Committed, content: bytes) -> Iterator[Finding]:
        """Why it must not go out."""
        if pact.edited:
            yield self._finding(pact, "pact-edited", "its content is not what troth wrote")
        if not pact.pact.interactions:
            yield self._finding(pact, "pact-empty", "the pact has no interactions, so it promises nothing")
        if pact.pact.provider != self._api.name:
            why = f"it is a pact with the provider {pact.pact.provider!r}"
            yield self._finding(pact, "pact-refused", why)
        for name in leaks(content, self._secrets):
            yield self._finding(pact, "pact-leak", f"the value of {name} stands in the pact")

    def _sent(self, pact: Committed, content: bytes) -> Iterator[Finding]:
        try:
            answer = self._broker.publish(self._document(pact, content))
        except BrokerRefused as refusal:
            if refusal.status == _CONFLICT:
                yield self._conflict(pact, refusal)
            else:
                yield self._finding(pact, "not-published", f"the pact was not published: {refusal}")
        except CouldNotCheck as problem:
            yield self._finding(pact, "not-published", f"the pact was not published: {problem}")
        else:
            self._warn(pact, answer)

    def _document(self, pact: Committed, content: bytes) -> Mapping[str, Json]:
        document: dict[str, Json] = {
            "pacticipantName": pact.pact.consumer,
            "pacticipantVersionNumber": self._release.version,
            "branch": self._release.branch,
            "contracts": [
                {
                    "consumerName": pact.pact.consumer,
                    "providerName": pact.pact.provider,
                    "specification": "pact",
                    "contentType": "application/json",
                    "content": base64.b64encode(content).decode(),
                    "onConflict": "overwrite",
                }
            ],
        }
        if self._release.tags:
            document["tags"] = [*self._release.tags]
        return document

    def _conflict(self, pact: Committed, refusal: BrokerRefused) -> Finding:
        who = f"{pact.pact.consumer} {self._release.version}"
        what = f"the broker has another pact of {who} with {self._api.name} already"
        return Finding(
            "pact-conflict",
            "\n".join((what, *refusal.lines)),
            api=self._api.name,
            expected=f"the pact that was published as version {self._release.version}",
            actual="another content; publish it as a version of its own, such as that of its commit",
            place=self._place(pact.path),
        )

    def _warn(self, pact: Committed, answer: Hal) -> None:
        """Tell what the broker warns of, such as that it took another content for a version that it had."""
        notices = answer.document.get("notices")
        for each in notices if isinstance(notices, list) else []:
            if isinstance(each, dict) and each.get("type") in _WARNED:
                text = self._broker.clean(str(each.get("text", "")))
                self._emit(Noted(f"{pact.pact.consumer}: {text}"))

    def _finding(self, pact: Committed, code: str, message: str) -> Finding:
        return Finding(code, message, api=self._api.name, place=self._place(pact.path))

    def _place(self, path: Path) -> str:
        return self._workspace.relative(path)


def _missing(workspace: Workspace, api: Api) -> Finding:
    return Finding(
        "pact-missing",
        "there is no pact to publish",
        api=api.name,
        place=workspace.relative(workspace.root / "contracts" / api.name / "pacts"),
        reproduce=f"troth record {api.name}",
    )
