"""Requests that once showed a defect, sent again by a unit test.

``troth fuzz API --save`` writes such tests. A test is data: requests, the state in which they are sent, and
the check that failed. It is red as long as the defect is there.

    def test_a_book_has_its_pages() -> None:
        failures = replayed(
            "library",
            "GET /books",
            check="response_schema_conformance",
            given="a stocked library",
            requests=[Ask("GET", "/books", {"Authorization": "Bearer {{secret:valid}}"})],
        )

        assert failures == ()
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from troth.api import Api
from troth.errors import UsageProblem
from troth.events import silent
from troth.fuzz.asked import Asked, json_bytes
from troth.fuzz.case import JUDGE, Failure, Sent
from troth.fuzz.config import read_table
from troth.fuzz.document import Document, read_document
from troth.fuzz.judged import as_contract
from troth.fuzz.placed import placed
from troth.fuzz.replay import REPLAYED, Replay
from troth.fuzz.service import in_process
from troth.fuzz.settings import FuzzSettings, read_settings, settings_path
from troth.fuzz.transport import BASE
from troth.fuzz.values import Answered
from troth.jsontext import Json
from troth.openapi import openapi_path
from troth.workspace import Workspace

__all__ = ["Ask", "replayed"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. ``target`` is its path and query, percent-encoded.

    ``{{secret:valid}}`` stands for the provider's credential of that role, ``{{step1:$.id}}`` for what the
    answer to the first request holds there. ``json`` is sent as it is, with its Content-Type in ``headers``.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    json: Json = None

    @property
    def asked(self) -> Asked:
        """As it is kept."""
        body = self.body if self.json is None else json_bytes(self.json)
        return Asked(self.method, self.target, tuple(self.headers.items()), body)


def replayed(
    api: str,
    operation: str,
    *,
    check: str,
    requests: Sequence[Ask],
    given: str = "",
    rule: str = "",
) -> tuple[str, ...]:
    """What is wrong with the answer to the last of ``requests``, in words: by ``check``, and by the judge.

    They are sent to the workspace's own provider in this process, from the state ``given``. ``operation`` is
    a label of the OpenAPI document. What ``[[off]]`` in fuzz.toml takes out does not count.

    Raises:
        UsageProblem: no such check can be asked again, or there is no request.
        UnknownState: the provider does not know the state.
        LookupError: an answer does not hold what a later request takes from it.
    """
    if check not in (*REPLAYED, JUDGE):
        raise UsageProblem(f"{check!r} cannot be asked again", hint=f"one of {', '.join((*REPLAYED, JUDGE))}")
    if not requests:
        raise UsageProblem("there is no request to send")
    workspace = Workspace.find()
    contract = workspace.api(api)
    path = openapi_path(workspace, contract)
    document = read_document(path, workspace.relative(path))
    settings = read_settings(settings_path(workspace, contract))
    with in_process(workspace, contract, silent) as service:
        replay = Replay(contract, document, service, read_table(workspace.root))
        sent = replay.sent(operation, given, [one.asked for one in requests], check, rule)
    return tuple(_told(contract, document, settings, sent, {check, JUDGE}))


def _told(
    api: Api, document: Document, settings: FuzzSettings, sent: Sent, checks: set[str]
) -> Iterator[str]:
    answered = Answered(api, as_contract(api, sent.exchange, BASE))
    for failure in placed(document.content, sent):
        off = any(entry.fits(sent.operation, failure, sent.status) for entry in settings.off)
        if failure.check in checks and not off:
            yield _said(answered, sent, failure)


def _said(answered: Answered, sent: Sent, failure: Failure) -> str:
    path = answered.path(failure.path) if failure.path.startswith("$") else failure.path
    shown = answered.shown(failure.path) if failure.path.startswith("$") else str(sent.status)
    rule = f" ({failure.rule})" if failure.rule else ""
    return f"{failure.check}{rule} at {path}: expected {failure.expected}, got {failure.actual or shown}"
