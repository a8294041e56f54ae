"""What Pachca tells a bot: posted to its address, or fetched from its history of events.

``type`` and ``event`` together say what it is. There is no id of a delivery, and one that was not
answered with 2xx comes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Discriminator, StringConstraints, Tag, model_validator

from contracts.pachca.enums import (
    BotCanEdit,
    BotEventName,
    BotTemplateEngine,
    BotTriggerOn,
    BotWhoCanAdd,
    MemberEventType,
    MessageEntityType,
    ReactionEventType,
    UserEventType,
    VideoCallEventType,
    WebhookEventType,
)
from contracts.pachca.texts import (
    DOCUMENT,
    AskedInboxUrl,
    Content,
    Count,
    Emoji,
    Id,
    InboxUrl,
    LongId,
    Moment,
    Text255,
    UnixTime,
    Url,
    absent,
)
from troth.fields import SAFE, Payload, Safe

# --- what a bot hears of --------------------------------------------------------------------------


class WebhookMessageThread(Payload, source=DOCUMENT):
    """The message that the thread was made from."""

    message_id: LongId
    message_chat_id: LongId


class MessageWebhookPayload(Payload, source=DOCUMENT):
    """Trap: ``thread`` is the thread that the message stands in, not the one made from it."""

    type: Literal["message"]
    id: LongId
    event: WebhookEventType
    entity_type: MessageEntityType
    entity_id: LongId
    content: Content
    user_id: Id
    created_at: Moment
    changed_at: Moment | None = None
    url: Url
    chat_id: LongId
    parent_message_id: LongId | None = None
    thread: WebhookMessageThread | None = None
    webhook_timestamp: UnixTime


class ReactionWebhookPayload(Payload, source=DOCUMENT):
    """``chat_id`` is null where the message is gone by now."""

    type: Literal["reaction"]
    event: ReactionEventType
    chat_id: LongId | None
    message_id: LongId
    code: Emoji
    name: Emoji
    user_id: Id
    created_at: Moment
    webhook_timestamp: UnixTime


class ButtonWebhookPayload(Payload, source=DOCUMENT):
    """``trigger_id`` opens a form, within three seconds."""

    type: Literal["button"]
    event: Literal["click"]
    message_id: LongId
    trigger_id: str
    data: str
    user_id: Id
    chat_id: LongId
    webhook_timestamp: UnixTime


class ViewSubmitFile(Payload, source="assumed"):
    """A file of a form."""

    name: str
    size: Count
    url: str


ViewSubmitValue: TypeAlias = str | bool | float | list[str | ViewSubmitFile] | None
"""What was entered into one field of a form. That it is one of these is assumed."""


class ViewSubmitWebhookPayload(Payload, source=DOCUMENT):
    """``chat_id`` is of the button that opened the form."""

    type: Literal["view"]
    event: Literal["submit"]
    callback_id: Safe[str] | None
    private_metadata: str | None
    chat_id: LongId | None
    user_id: Id
    data: dict[Safe[str], ViewSubmitValue]
    """By the ``action_id`` of a field."""
    webhook_timestamp: UnixTime


class ChatMemberWebhookPayload(Payload, source=DOCUMENT):
    type: Literal["chat_member"]
    event: MemberEventType
    chat_id: LongId
    thread_id: LongId | None = None
    user_ids: list[Id]
    created_at: Moment
    webhook_timestamp: UnixTime


class CompanyMemberWebhookPayload(Payload, source=DOCUMENT):
    type: Literal["company_member"]
    event: UserEventType
    user_ids: list[Id]
    created_at: Moment
    webhook_timestamp: UnixTime


class WebhookLink(Payload, source=DOCUMENT):
    """A link that stands in a message, and so may be seen as its content may."""

    url: Safe[str]
    domain: Safe[str]
    skip: bool
    """Who wrote the message does not want a preview."""


class LinkSharedWebhookPayload(Payload, source=DOCUMENT):
    """Trap: its type is that of a message; the event tells them apart."""

    type: Literal["message"]
    event: Literal["link_shared"]
    chat_id: LongId
    message_id: LongId
    links: list[WebhookLink]
    user_id: Id
    created_at: Moment
    webhook_timestamp: UnixTime


class WebhookVideoCallThread(Payload, source=DOCUMENT):
    id: LongId
    chat_id: LongId
    message_id: LongId
    message_chat_id: LongId


class WebhookVideoCallMember(Payload, source=DOCUMENT):
    user_id: Id
    joined_at: Moment
    left_at: Moment


_PRESENT: Mapping[str, frozenset[str]] = {
    "started": frozenset({"started_at"}),
    "finished": frozenset({"started_at", "finished_at", "duration", "members"}),
    "recording_ready": frozenset({"recording_id", "file_id", "duration", "url", "size"}),
}


class VideoCallWebhookPayload(Payload, source=DOCUMENT):
    """Each event has members of its own."""

    type: Literal["video_call"]
    event: VideoCallEventType
    video_room_id: LongId
    chat_id: LongId
    owner_id: Id
    thread: WebhookVideoCallThread | None = None
    started_at: Moment = absent()
    finished_at: Moment = absent()
    duration: Count = absent()
    """Seconds, of the call or of its recording."""
    members: list[WebhookVideoCallMember] = absent()
    recording_id: LongId = absent()
    file_id: Id | None = None
    url: Url = absent()
    size: Count = absent()
    webhook_timestamp: UnixTime

    @model_validator(mode="after")
    def _has_what_its_event_says(self) -> Self:
        left_out = sorted(_PRESENT[self.event] - self.model_fields_set)
        if left_out:
            raise ValueError(f"{', '.join(left_out)} of a call that is {self.event}")
        return self


def _kind(payload: object) -> str | None:
    """Which of the payloads a document, or a model, means to be."""
    kind, event = (_member(payload, name) for name in ("type", "event"))
    return "link_shared" if (kind, event) == ("message", "link_shared") else kind


def _member(payload: object, name: str) -> str | None:
    found = payload.get(name) if isinstance(payload, dict) else getattr(payload, name, None)
    return found if isinstance(found, str) else None


WebhookPayload = Annotated[
    Annotated[MessageWebhookPayload, Tag("message")]
    | Annotated[LinkSharedWebhookPayload, Tag("link_shared")]
    | Annotated[ReactionWebhookPayload, Tag("reaction")]
    | Annotated[ButtonWebhookPayload, Tag("button")]
    | Annotated[ViewSubmitWebhookPayload, Tag("view")]
    | Annotated[ChatMemberWebhookPayload, Tag("chat_member")]
    | Annotated[CompanyMemberWebhookPayload, Tag("company_member")]
    | Annotated[VideoCallWebhookPayload, Tag("video_call")],
    Discriminator(_kind),
]
"""Any of them. A pair of type and event tells which."""


# --- the history of events ------------------------------------------------------------------------

EventId = Annotated[str, StringConstraints(min_length=1), SAFE]


class EventPath(Payload, source=DOCUMENT):
    id: EventId


class WebhookEvent(Payload, source=f"{DOCUMENT}; that event_type is type and event: assumed, from the names"):
    id: EventId
    event_type: Safe[str]
    """``message_new``."""
    payload: WebhookPayload
    created_at: Moment

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.event_type != f"{self.payload.type}_{self.payload.event}":
            raise ValueError("an event_type that is the payload's type and event")
        return self


# --- a bot's own webhook --------------------------------------------------------------------------


class BotWebhook(Payload, source=DOCUMENT):
    name: Text255
    nickname: Text255
    outgoing_url: InboxUrl | None
    events: list[BotEventName]
    trigger_on: BotTriggerOn
    commands: list[str]
    scopes: list[Safe[str]]
    """Open: a bot may have more than can be asked for."""
    template: str | None
    template_engine: BotTemplateEngine
    challenge_key: str | None
    link_preview_enabled: bool
    ignore_self_messages: bool
    events_history_enabled: bool
    single_chat: bool
    can_edit: list[BotCanEdit]
    who_can_add: BotWhoCanAdd


class BotResponse(Payload, source=DOCUMENT):
    id: Id
    webhook: BotWebhook


class BotWebhookSelfUpdateRequestWebhook(Payload, source=DOCUMENT):
    outgoing_url: AskedInboxUrl
    """An empty one switches the webhook off."""


class BotWebhookSelfUpdateRequest(Payload, source=DOCUMENT):
    webhook: BotWebhookSelfUpdateRequestWebhook
