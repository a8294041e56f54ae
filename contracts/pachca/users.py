"""The people and the bots of a company. All that tells who somebody is, is hidden."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from contracts.pachca.enums import CustomPropertyDataType, InviteStatus, UserRole
from contracts.pachca.paging import PageQuery
from contracts.pachca.texts import DOCUMENT, Emoji, Id, Moment, Text255
from troth.fields import Payload

Text32 = Annotated[str, StringConstraints(max_length=32)]
Text50 = Annotated[str, StringConstraints(max_length=50)]
Text768 = Annotated[str, StringConstraints(max_length=768)]
Text1024 = Annotated[str, StringConstraints(max_length=1024)]


class UserPath(Payload, source=DOCUMENT):
    id: Id


class UsersQuery(PageQuery, source=DOCUMENT):
    """Trap: with ``query`` the page says less of itself, the next cursor alone."""

    query: str | None = None


class CustomProperty(Payload, source=DOCUMENT):
    id: Id
    name: Text32
    data_type: CustomPropertyDataType
    value: Text768 | None


class UserStatusAwayMessage(Payload, source=DOCUMENT):
    text: Text1024


class UserStatus(Payload, source=DOCUMENT):
    emoji: Emoji
    title: Text50
    expires_at: Moment | None
    is_away: bool
    away_message: UserStatusAwayMessage | None


class User(Payload, source=DOCUMENT):
    """A bot that may not see personal data gets null for the address and the phone number."""

    id: Id
    first_name: Text255 | None
    """Null until who was invited has come."""
    last_name: Text255 | None
    nickname: Text255
    email: Text255 | None
    phone_number: Text255 | None
    department: Text255 | None
    title: str | None
    role: UserRole
    suspended: bool
    invite_status: InviteStatus
    inviter_id: Id | None
    list_tags: list[str]
    custom_properties: list[CustomProperty]
    user_status: UserStatus | None
    bot: bool
    sso: bool
    created_at: Moment
    last_activity_at: Moment | None
    time_zone: Text32 | None
    image_url: str | None
