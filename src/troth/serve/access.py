"""What a client of a served provider may send, and how it comes by its credentials, which are new at each
start."""

from __future__ import annotations

from collections.abc import Mapping

from troth.api import Api, HeaderToken
from troth.credentials import Credentials
from troth.exchange import Headers, Request, Response
from troth.guard import JSON
from troth.loopback import Handler
from troth.origins import is_further


def declared_body(api: Api, request: Request) -> str:
    """The type that the contract declares for the body of a request to a served API; JSON where it knows no
    such request."""
    found = api.find(request.method, api.url_of(request.path))
    return JSON if found is None else found[0].body_type


def placeholders_accepted(handler: Handler, credentials: Mapping[str, str]) -> Handler:
    """``handler`` for clients that send ``{{secret:role}}``, as cassettes and pacts do.

    No credential belongs to a further origin, so what is sent there is left as it is.
    """
    known = Credentials(credentials)
    return lambda request: handler(request if is_further(request.path) else known.reveal(request))


def open_to_all(
    handler: Handler, api: Api, credentials: Mapping[str, str], environment: Mapping[str, str]
) -> Handler:
    """``handler`` for people who try it out.

    Who sends no credential gets in, and so does who sends the one of ``environment``, which the
    client is set up with anyway. A wrong one is refused by the provider as ever.
    """
    tokens = [token for token in api.auth if token.role in credentials]

    def handle(request: Request) -> Response:
        for token in tokens if not is_further(request.path) else ():
            request = _let_in(request, token, credentials[token.role], environment.get(token.env))
        return handler(request)

    return handle


def _let_in(request: Request, token: HeaderToken, credential: str, accepted: str | None) -> Request:
    sent = request.headers.get(token.header)
    anonymous = sent is None and token.role == "valid"
    if not anonymous and (not accepted or sent != token.prefix + accepted):
        return request
    headers: Headers = request.headers.with_(token.header, token.prefix + credential)
    return Request(request.method, request.url, headers, request.body)
