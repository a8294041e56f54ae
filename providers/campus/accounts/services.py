"""Tokens: given for a password, taken with a request."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import BearerToken, User
from config.errors import Conflict, Unknown


class WrongPassword(Exception):
    """No user has this name with this password."""


def digest(token: str) -> str:
    """What is kept of a token. It is random and long, so that a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def issue(
    user: User, *, name: str = "", lasts: timedelta | None = None, now: datetime | None = None
) -> tuple[str, BearerToken]:
    """A new token, in plain this one time, and its row."""
    token = secrets.token_urlsafe(32)
    moment = timezone.now() if now is None else now
    lasting = timedelta(days=settings.TOKEN_DAYS) if lasts is None else lasts
    row = BearerToken.objects.create(
        user=user, name=name, digest=digest(token), created_at=moment, expires_at=moment + lasting
    )
    return token, row


def log_in(*, username: str, password: str, name: str = "") -> tuple[str, BearerToken]:
    """A token for a password.

    Raises:
        WrongPassword: no user has both.
    """
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        raise WrongPassword
    return issue(user, name=name)


def holder(token: str, *, now: datetime | None = None) -> User | None:
    """The user of a token that is good at this moment."""
    row = valid(now=now).filter(digest=digest(token)).select_related("user").first()
    return None if row is None else row.user


def valid(*, now: datetime | None = None) -> QuerySet[BearerToken]:
    """Tokens that have not expired, are not revoked, and whose users may still come in."""
    moment = timezone.now() if now is None else now
    return BearerToken.objects.filter(expires_at__gt=moment, revoked_at=None, user__is_active=True)


def tokens_of(user: User) -> QuerySet[BearerToken]:
    """Those that are good, newest first."""
    return valid().filter(user=user)


def revoke(user: User, token_id: int, *, used: str = "", now: datetime | None = None) -> None:
    """End one of the user's tokens, with another: who tries things out is not to lock himself out.

    Raises:
        Conflict: it is the one that is ``used`` to ask for this.
        Unknown: it is none of theirs, or has ended.
    """
    if used and tokens_of(user).filter(pk=token_id, digest=digest(used)).exists():
        raise Conflict("a token cannot end itself: use another one, or let it expire")
    if not tokens_of(user).filter(pk=token_id).update(revoked_at=timezone.now() if now is None else now):
        raise Unknown("you have no such token")
