"""Who sends a request."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts import services
from accounts.models import User


class Bearer(HttpBearer):
    """``Authorization: Bearer …``; the user is ``user_of(request)`` from then on."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:  # noqa: ARG002 - ninja passes it
        return services.holder(token)


bearer = Bearer()


def token_of(request: HttpRequest) -> str:
    """The token of a request that ``bearer`` has let in."""
    return request.headers.get(Bearer.header, "").partition(" ")[2]


def user_of(request: HttpRequest) -> User:
    """The user of a request that ``bearer`` has let in."""
    user = getattr(request, "auth", None)
    if not isinstance(user, User):
        raise TypeError("the operation is declared without auth=bearer")
    return user
