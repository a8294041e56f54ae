"""What a token says of itself."""

from __future__ import annotations

from contracts.pachca.enums import OAuthScope
from contracts.pachca.texts import DOCUMENT, Int32, LongId, Moment
from troth.fields import Payload


class AccessTokenInfo(Payload, source=DOCUMENT):
    id: LongId
    token: str
    """Its first eight and last four characters."""
    name: str | None
    """Null for a bot's."""
    user_id: LongId
    scopes: list[OAuthScope]
    created_at: Moment
    revoked_at: Moment | None
    """Always null: a revoked token is answered with 401."""
    expires_in: Int32 | None
    """Always null: tokens do not expire."""
    last_used_at: Moment | None
    """Up to an hour late."""
