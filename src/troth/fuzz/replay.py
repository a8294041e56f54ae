"""Sends requests again, from the state in which they were met, and says what is wrong with the last answer.

The checks of Schemathesis that read an answer are its own. Those that compare it with how the request was
made (wrong on purpose, without a credential, after a DELETE) are asked again by the statuses that they
expect: a request that is written down no longer tells how it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

import requests
import schemathesis
from schemathesis.checks import CHECKS, CheckContext, CheckFunction, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure as EngineFailure
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response as EngineResponse
from schemathesis.core.transport import expand_status_codes
from schemathesis.schemas import APIOperation, BaseSchema

from troth.api import Api
from troth.credentials import Credentials
from troth.exchange import Exchange, Response, Source, SourceKind, UndecodableBody
from troth.fuzz.asked import Asked, filled
from troth.fuzz.case import Failure, Sent
from troth.fuzz.config import Table
from troth.fuzz.document import Document, localised
from troth.fuzz.failures import failure_of, one_of
from troth.fuzz.judged import judged
from troth.fuzz.service import Service
from troth.fuzz.transport import BASE
from troth.scenario import State

READING = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
)
"""Checks that read nothing but the answer."""

_Operation: TypeAlias = APIOperation[Any, Any, Any, Any]


class Replay:
    """Sends requests to ``service``, which answers in this process. ``table`` is ``schemathesis.toml``."""

    def __init__(self, api: Api, document: Document, service: Service, table: Table) -> None:
        assert service.handler is not None, "at a URL nothing is sent that the user did not ask for"
        self._api = api
        self._service = service
        self._handler = service.handler
        self.credentials = Credentials(service.secrets)
        local, shown = localised(document, api)
        self._labels = {told: found for found, told in shown.items()}
        self._schema: BaseSchema = schemathesis.openapi.from_dict(
            dict(local.content), config=SchemathesisConfig.from_dict({**table, "cache": {"enabled": False}})
        )
        load_all_checks()

    def sent(self, operation: str, given: str, requests: Sequence[Asked], check: str, rule: str) -> Sent:
        """Set the state, send the requests in order, and judge the last answer.

        ``check`` and ``rule`` are those of the failure that is looked for: what it expects of a status is
        asked beside what is always asked.

        Raises:
            LookupError: an earlier answer does not hold what a later request takes from it.
            CouldNotCheck: the state cannot be set.
        """
        if self._service.states is not None:
            self._service.states.set(State(given))
        answers: list[Exchange] = []
        for one in requests:
            request = filled(one, BASE, answers, self.credentials)
            source = Source(SourceKind.FUZZED, self._service.place)
            answers.append(Exchange(request, self._handler(request), source))
        *before, last = answers
        failures = tuple(self._failures(operation, last, check, rule))
        sent = Sent(operation, "", given, None, last, failures, tuple(before))
        return judged(self._api, sent, BASE)

    def _failures(self, label: str, exchange: Exchange, check: str, rule: str) -> Iterator[Failure]:
        operation = self._operation(label)
        declared = exchange.request.method == label.partition(" ")[0]
        for name in READING if declared else ("not_a_server_error", "allow_header_conformance"):
            yield from _read(name, operation, exchange)
        if check in _EXPECTED:
            yield from _EXPECTED[check](operation, exchange.response, rule)

    def _operation(self, label: str) -> _Operation:
        method, _, path = self._labels[label].partition(" ")
        found: _Operation = self._schema[path][method]
        return found


def _read(name: str, operation: _Operation, exchange: Exchange) -> Iterator[Failure]:
    case, check = operation.Case(), cast(CheckFunction, CHECKS.get_one(name))
    try:
        # Not by the case's own validation, which writes a command for each failure and needs a whole case.
        check(_context(operation), _answer(exchange), case)
    except FailureGroup as group:
        yield from (failure_of(name, failure, case) for failure in group.exceptions)
    except EngineFailure as failure:
        yield failure_of(name, failure, case)


def _context(operation: _Operation) -> CheckContext:
    return CheckContext(
        override=None,
        auth=None,
        headers=None,
        config=operation.schema.config.checks_config_for(operation=operation),
        transport_kwargs=None,
        response_checks=None,
    )


def _answer(exchange: Exchange) -> EngineResponse:
    request, response = exchange.request, exchange.response
    headers: dict[str, list[str]] = {}
    for name, value in response.headers:
        headers.setdefault(name.lower(), []).append(value)
    # The query and the body are told by their bytes: ``requests`` would write them anew.
    prepared = requests.Request(request.method, request.url.partition("?")[0]).prepare()
    return EngineResponse(response.status, headers, _content(response), prepared, 0.0, verify=True)


def _content(response: Response) -> bytes:
    try:
        return response.content
    except UndecodableBody:
        return response.body


def _statuses(operation: _Operation, check: str) -> list[str]:
    config = operation.schema.config.checks_config_for(operation=operation)
    return list(getattr(config, check).expected_statuses or [])


def _expecting(check: str) -> Callable[[_Operation, Response, str], Iterator[Failure]]:
    """A check that is held where the status is one of those of its configuration."""

    def expect(operation: _Operation, response: Response, rule: str) -> Iterator[Failure]:
        expected = _statuses(operation, check)
        if check == "missing_required_header" and rule.lower() == "authorization":
            expected = ["401"]
        if response.status not in expand_status_codes(expected):
            yield _told(check, rule, one_of(expected), response)

    return expect


def _told(check: str, rule: str, expected: str, response: Response, path: str = "status") -> Failure:
    return Failure(
        check, "The answer is as it was", path=path, expected=expected, actual=str(response.status), rule=rule
    )


def _method(_: _Operation, response: Response, rule: str) -> Iterator[Failure]:
    if response.status != 405:
        yield _told("unsupported_method", "wrong_status", "405", response)
    elif "Allow" not in response.headers:
        yield _told("unsupported_method", rule, "a header Allow", response, "header Allow")


def _enforced(_: _Operation, response: Response, rule: str) -> Iterator[Failure]:
    if response.status not in (401, 403) and not 300 <= response.status < 400:
        yield _told("ignored_auth", rule, "401 or 403", response)


def _gone(_: _Operation, response: Response, rule: str) -> Iterator[Failure]:
    if 200 <= response.status < 400:
        yield _told("use_after_free", rule, "404", response)


def _there(_: _Operation, response: Response, rule: str) -> Iterator[Failure]:
    if response.status == 404:
        yield _told("ensure_resource_availability", rule, "what was just made", response)


_EXPECTED: Mapping[str, Callable[[_Operation, Response, str], Iterator[Failure]]] = {
    **{
        name: _expecting(name)
        for name in ("negative_data_rejection", "positive_data_acceptance", "missing_required_header")
    },
    "unsupported_method": _method,
    "ignored_auth": _enforced,
    "use_after_free": _gone,
    "ensure_resource_availability": _there,
}

REPLAYED = (*READING, *_EXPECTED)
"""The checks that a request can be held to again."""
