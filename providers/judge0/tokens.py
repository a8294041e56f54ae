"""The two secrets of a deployment: one for every request, one for listing and deleting."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

from werkzeug import Request

from providers.judge0.parameters import Parameters

AUTHENTICATION = "X-Auth-Token"
AUTHORIZATION = "X-Auth-User"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Random for each fake. Each is accepted as a header or as a parameter of the same name."""

    authentication: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    authorization: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    def authenticates(self, request: Request, parameters: Parameters) -> bool:
        return _matches(self.authentication, AUTHENTICATION, request, parameters)

    def authorizes(self, request: Request, parameters: Parameters) -> bool:
        return _matches(self.authorization, AUTHORIZATION, request, parameters)


def _matches(secret: str, name: str, request: Request, parameters: Parameters) -> bool:
    given = request.headers.get(name) or parameters.text(name) or ""
    return hmac.compare_digest(secret.encode(), given.encode("utf-8", "surrogatepass"))
