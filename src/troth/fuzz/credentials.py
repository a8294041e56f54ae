"""Which credential goes with which operation."""

from __future__ import annotations

from collections.abc import Mapping

from troth.api import Api
from troth.fuzz.document import Described, Document
from troth.fuzz.service import Service


def headers_by_label(
    api: Api, service: Service, document: Document, role: str
) -> Mapping[str, Mapping[str, str]]:
    """Label to headers, for the operations that ask for a credential.

    The first credential of the contract goes with each, a further one where the operation names its header.

    Raises:
        CouldNotCheck: one is not known.
        UnknownName: there is no such role.
    """
    found = {each.label: _headers(api, service, each, role) for each in document.operations if each.secured}
    return {label: headers for label, headers in found.items() if headers}


def _headers(api: Api, service: Service, operation: Described, role: str) -> dict[str, str]:
    declared = next((each for each in api.operations if each.label == operation.label), None)
    named = {name.lower() for name in declared.request_headers} if declared is not None else set()
    headers = {}
    for index, token in enumerate(api.auth):
        if index == 0 or token.header.lower() in named:
            secret = service.credential(api, (role or token.role) if index == 0 else token.role)
            headers[token.header] = token.prefix + secret
    return headers
