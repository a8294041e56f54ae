"""Tokens, and who one is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from accounts import services
from accounts.authentication import bearer, token_of, user_of
from accounts.models import User
from accounts.schemas import LogIn, NewToken, TokenOut, UserOut
from config.answers import answer
from config.fields import Id
from config.pages import Page, Paging, page_of
from config.responses import WITH_BODY, errors
from config.throttles import PerMinute

router = Router(tags=["accounts"])


@router.post(
    "/tokens/",
    response={201: NewToken, **errors(401, 429, *WITH_BODY)},
    auth=None,
    throttle=PerMinute("LOGINS_PER_MINUTE"),
)
def create_token(request: HttpRequest, payload: LogIn) -> Status[NewToken] | HttpResponse:  # noqa: ARG001
    """Log in: a token for a password."""
    try:
        token, row = services.log_in(username=payload.username, password=payload.password, name=payload.name)
    except services.WrongPassword:
        return answer(401, "no user has this name with this password")
    shown = TokenOut.from_orm(row).model_dump()
    return Status(201, NewToken(**shown, token=token))


@router.get("/tokens/", response={200: Page[TokenOut], **errors(401, 422)}, auth=bearer)
def list_tokens(request: HttpRequest, paging: Query[Paging]) -> object:
    """The tokens with which one may still come in."""
    return page_of(services.tokens_of(user_of(request)), paging)


@router.delete("/tokens/{token_id}/", response={204: None, **errors(401, 404, 409)}, auth=bearer)
def revoke_token(request: HttpRequest, token_id: Path[Id]) -> Status[None]:
    """End another token than the one that is used."""
    services.revoke(user_of(request), token_id, used=token_of(request))
    return Status(204, None)


@router.get("/users/me/", response={200: UserOut, **errors(401)}, auth=bearer)
def show_me(request: HttpRequest) -> User:
    """Whose token this is."""
    return user_of(request)
