"""The operations of Pachca that a bot needs: messages, threads, chats, people, tags, uploads, webhooks.

Left out are audit events, other bots, exports, link previews, custom properties, avatars, statuses,
searches, tasks, views, and changing people. 429 and 5xx stand in no document, so nothing is promised of
their bodies; that a 429 says in seconds how long to wait, the vendor's guide to limits does.
"""

from __future__ import annotations

from contracts.pachca.chats import (
    AddMembersRequest,
    AddTagsRequest,
    Chat,
    ChatCreateRequest,
    ChatMemberPath,
    ChatPath,
    ChatsQuery,
    ChatTagPath,
    ChatUpdateRequest,
    MembersQuery,
    UpdateMemberRoleRequest,
)
from contracts.pachca.conditions import (
    PAGE,
    chat_is_the_asked_one,
    chats_are_the_asked_ones,
    content_is_the_sent_one,
    items_are_in_order,
    long_page_is_the_asked_one,
    message_is_where_it_was_sent,
    messages_are_of_the_asked_chat,
    page_tells_its_ends,
    thread_stands_alone,
    webhook_goes_where_it_was_sent,
)
from contracts.pachca.failures import ApiError, OAuthError
from contracts.pachca.messages import (
    Message,
    MessageCreateRequest,
    MessagePath,
    MessagesQuery,
    MessageUpdateRequest,
    Reaction,
    ReactionQuery,
    ReactionRequest,
)
from contracts.pachca.paging import Data, LongPageQuery, Page, PageQuery
from contracts.pachca.tags import GroupTag, GroupTagRequest, TagPath, TagsQuery
from contracts.pachca.texts import DOCUMENT, INBOX, LongId
from contracts.pachca.threads import Thread, ThreadPath, ThreadsQuery
from contracts.pachca.tokens import AccessTokenInfo
from contracts.pachca.uploads import FileUploadRequest, UploadParams
from contracts.pachca.users import User, UserPath, UsersQuery
from contracts.pachca.webhooks import (
    BotResponse,
    BotWebhookSelfUpdateRequest,
    ButtonWebhookPayload,
    ChatMemberWebhookPayload,
    CompanyMemberWebhookPayload,
    EventPath,
    LinkSharedWebhookPayload,
    MessageWebhookPayload,
    ReactionWebhookPayload,
    VideoCallWebhookPayload,
    ViewSubmitWebhookPayload,
    WebhookEvent,
)
from troth.api import Answer, Anything, Api, Echo, Empty, HeaderToken, Inbox, Signature
from troth.webhook import hmac_sha256_hex

SIGNATURE = "Pachca-Signature"

pachca = Api(
    "pachca",
    server="https://api.pachca.com/api/shared/v1",
    version="v1",
    auth=(HeaderToken("Authorization", env="PACHCA_TOKEN", prefix="Bearer "),),
    origins={"uploads": "https://uploads.pachca.example"},
    inbox=Inbox(
        INBOX,
        signature=Signature(SIGNATURE, env="PACHCA_SIGNING_SECRET", sign=hmac_sha256_hex),
        sent_at="$.webhook_timestamp",
    ),
)

_FORBIDDEN = Answer((OAuthError, ApiError))
_UNDOCUMENTED: dict[int, object] = {
    429: Answer(Anything, headers={"Retry-After": r"\d+"}),
    **dict.fromkeys((500, 502, 503, 504), Anything),
}


def _failures(*statuses: int) -> dict[int, object]:
    """What any operation may answer, and these statuses of an ``ApiError``."""
    told: dict[int, object] = dict.fromkeys(statuses, ApiError)
    return {401: OAuthError, 403: _FORBIDDEN, **told, **_UNDOCUMENTED}


_ID_COMES_BACK = (Echo("path id", "$.data.id"),)

# --- messages -------------------------------------------------------------------------------------

send_message = pachca.post(
    "/messages",
    name="send_message",
    summary="Send a message to a chat, a thread or a person; twice sent are two messages",
    source=f"{DOCUMENT}; that content comes back unchanged: assumed",
    body=MessageCreateRequest,
    responses={201: Data[Message], **_failures(400, 402, 422)},
    echoes=(Echo("$.message.parent_message_id", "$.data.parent_message_id"),),
    conditions=(message_is_where_it_was_sent, content_is_the_sent_one),
)

list_messages = pachca.get(
    "/messages",
    name="list_messages",
    summary="A page of the messages of a chat, newest first",
    source=DOCUMENT,
    query=MessagesQuery,
    responses={200: Page[Message], **_failures(400, 402, 404, 422)},
    conditions=(*PAGE, messages_are_of_the_asked_chat, items_are_in_order),
)

get_message = pachca.get(
    "/messages/{id}",
    name="get_message",
    summary="A message",
    source=DOCUMENT,
    params=MessagePath,
    responses={200: Data[Message], **_failures(402, 404)},
    echoes=_ID_COMES_BACK,
)

edit_message = pachca.put(
    "/messages/{id}",
    name="edit_message",
    summary="Change what a message says and holds",
    source=f"{DOCUMENT}; that content comes back unchanged: assumed",
    params=MessagePath,
    body=MessageUpdateRequest,
    responses={200: Data[Message], **_failures(400, 402, 404, 422)},
    echoes=_ID_COMES_BACK,
    conditions=(content_is_the_sent_one,),
)

delete_message = pachca.delete(
    "/messages/{id}",
    name="delete_message",
    summary="Delete a message",
    source=DOCUMENT,
    params=MessagePath,
    responses={204: Empty, **_failures(402, 404)},
)

# --- threads --------------------------------------------------------------------------------------

create_thread = pachca.post(
    "/messages/{id}/thread",
    name="create_thread",
    summary="Make a thread from a message; the one that it has, if it has one",
    source=f"{DOCUMENT}; 422 where the message is in a thread itself: code thread_message",
    params=MessagePath,
    responses={201: Data[Thread], **_failures(404, 422)},
    echoes=(Echo("path id", "$.data.message_id"),),
)

get_thread = pachca.get(
    "/threads/{id}",
    name="get_thread",
    summary="A thread",
    source=DOCUMENT,
    params=ThreadPath,
    responses={200: Data[Thread], **_failures(402, 404)},
    echoes=_ID_COMES_BACK,
)

list_threads = pachca.get(
    "/threads",
    name="list_threads",
    summary="A page of threads, the one with the newest message first",
    source=DOCUMENT,
    query=ThreadsQuery,
    responses={200: Page[Thread], **_failures(400, 402, 422)},
    conditions=PAGE,
)

create_standalone_thread = pachca.post(
    "/threads",
    name="create_standalone_thread",
    summary="Make a thread without a message",
    source=DOCUMENT,
    responses={201: Data[Thread], **_failures(402)},
    conditions=(thread_stands_alone,),
)

# --- reactions, pins, readers ---------------------------------------------------------------------

add_reaction = pachca.post(
    "/messages/{id}/reactions",
    name="add_reaction",
    summary="React to a message",
    source=DOCUMENT,
    params=MessagePath,
    body=ReactionRequest,
    responses={201: Reaction, **_failures(400, 404, 422)},
    echoes=(Echo("$.code", "$.code"),),
)

remove_reaction = pachca.delete(
    "/messages/{id}/reactions",
    name="remove_reaction",
    summary="Take a reaction off",
    source=DOCUMENT,
    params=MessagePath,
    query=ReactionQuery,
    responses={204: Empty, **_failures(400, 404, 422)},
)

list_reactions = pachca.get(
    "/messages/{id}/reactions",
    name="list_reactions",
    summary="A page of the reactions to a message",
    source=DOCUMENT,
    params=MessagePath,
    query=PageQuery,
    responses={200: Page[Reaction], **_failures(400, 404, 422)},
    conditions=PAGE,
)

pin_message = pachca.post(
    "/messages/{id}/pin",
    name="pin_message",
    summary="Pin a message to its chat",
    source=f"{DOCUMENT}; a 422 with an ApiError: assumed, since pin_failed is a code",
    params=MessagePath,
    responses={204: Empty, **_failures(404), 422: Answer((Empty, ApiError))},
)

unpin_message = pachca.delete(
    "/messages/{id}/pin",
    name="unpin_message",
    summary="Take a pin off",
    source=DOCUMENT,
    params=MessagePath,
    responses={204: Empty, **_failures(404)},
)

list_readers = pachca.get(
    "/messages/{id}/read_member_ids",
    name="list_readers",
    summary="A page of the ids of those who read a message",
    source=DOCUMENT,
    params=MessagePath,
    query=LongPageQuery,
    responses={200: Page[LongId], **_failures(400, 402, 404, 422)},
    conditions=(long_page_is_the_asked_one, page_tells_its_ends),
)

# --- chats ----------------------------------------------------------------------------------------

create_chat = pachca.post(
    "/chats",
    name="create_chat",
    summary="Make a chat or a channel",
    source=DOCUMENT,
    body=ChatCreateRequest,
    responses={201: Data[Chat], **_failures(400, 402, 422)},
    conditions=(chat_is_the_asked_one,),
)

list_chats = pachca.get(
    "/chats",
    name="list_chats",
    summary="A page of chats",
    source=DOCUMENT,
    query=ChatsQuery,
    responses={200: Page[Chat], **_failures(400, 402, 422)},
    conditions=(*PAGE, chats_are_the_asked_ones, items_are_in_order),
)

get_chat = pachca.get(
    "/chats/{id}",
    name="get_chat",
    summary="A chat",
    source=DOCUMENT,
    params=ChatPath,
    responses={200: Data[Chat], **_failures(402, 404)},
    echoes=_ID_COMES_BACK,
)

update_chat = pachca.put(
    "/chats/{id}",
    name="update_chat",
    summary="Rename a chat, open it or close it",
    source=DOCUMENT,
    params=ChatPath,
    body=ChatUpdateRequest,
    responses={200: Data[Chat], **_failures(400, 402, 404, 422)},
    echoes=(*_ID_COMES_BACK, Echo("$.chat.name", "$.data.name"), Echo("$.chat.public", "$.data.public")),
)

archive_chat = pachca.put(
    "/chats/{id}/archive",
    name="archive_chat",
    summary="Archive a chat",
    source=DOCUMENT,
    params=ChatPath,
    responses={204: Empty, **_failures(404)},
)

unarchive_chat = pachca.put(
    "/chats/{id}/unarchive",
    name="unarchive_chat",
    summary="Take a chat back from the archive",
    source=DOCUMENT,
    params=ChatPath,
    responses={204: Empty, **_failures(404)},
)

leave_chat = pachca.delete(
    "/chats/{id}/leave",
    name="leave_chat",
    summary="Leave a chat",
    source=DOCUMENT,
    params=ChatPath,
    responses={204: Empty, **_failures(400, 404, 422)},
)

list_members = pachca.get(
    "/chats/{id}/members",
    name="list_members",
    summary="A page of those who are in a chat",
    source=DOCUMENT,
    params=ChatPath,
    query=MembersQuery,
    responses={200: Page[User], **_failures(400, 404, 422)},
    conditions=PAGE,
)

add_members = pachca.post(
    "/chats/{id}/members",
    name="add_members",
    summary="Add people to a chat",
    source=DOCUMENT,
    params=ChatPath,
    body=AddMembersRequest,
    responses={204: Empty, **_failures(400, 404, 422)},
)

remove_member = pachca.delete(
    "/chats/{id}/members/{user_id}",
    name="remove_member",
    summary="Remove somebody from a chat",
    source=DOCUMENT,
    params=ChatMemberPath,
    responses={204: Empty, **_failures(404)},
)

change_member_role = pachca.put(
    "/chats/{id}/members/{user_id}",
    name="change_member_role",
    summary="Say what somebody may do in a chat",
    source=DOCUMENT,
    params=ChatMemberPath,
    body=UpdateMemberRoleRequest,
    responses={204: Empty, **_failures(400, 404, 422)},
)

add_chat_tags = pachca.post(
    "/chats/{id}/group_tags",
    name="add_chat_tags",
    summary="Add everybody who has a tag to a chat",
    source=DOCUMENT,
    params=ChatPath,
    body=AddTagsRequest,
    responses={204: Empty, **_failures(400, 404, 422)},
)

remove_chat_tag = pachca.delete(
    "/chats/{id}/group_tags/{tag_id}",
    name="remove_chat_tag",
    summary="Take a tag off a chat",
    source=DOCUMENT,
    params=ChatTagPath,
    responses={204: Empty, **_failures(404)},
)

# --- people and tags ------------------------------------------------------------------------------

list_users = pachca.get(
    "/users",
    name="list_users",
    summary="A page of the people of the company, or of those who fit a query",
    source=f"{DOCUMENT}; vendor's guide to pagination",
    query=UsersQuery,
    responses={200: Page[User], **_failures(400, 402, 422)},
    conditions=PAGE,
)

get_user = pachca.get(
    "/users/{id}",
    name="get_user",
    summary="Somebody of the company",
    source=DOCUMENT,
    params=UserPath,
    responses={200: Data[User], **_failures(402, 404)},
    echoes=_ID_COMES_BACK,
)

get_profile = pachca.get(
    "/profile",
    name="get_profile",
    summary="Whose token it is",
    source=DOCUMENT,
    responses={200: Data[User], **_failures()},
)

create_tag = pachca.post(
    "/group_tags",
    name="create_tag",
    summary="Make a tag",
    source=DOCUMENT,
    body=GroupTagRequest,
    responses={201: Data[GroupTag], **_failures(400, 402, 422)},
    echoes=(Echo("$.group_tag.name", "$.data.name"),),
)

list_tags = pachca.get(
    "/group_tags",
    name="list_tags",
    summary="A page of tags",
    source=DOCUMENT,
    query=TagsQuery,
    responses={200: Page[GroupTag], **_failures(400, 402, 422)},
    conditions=PAGE,
)

get_tag = pachca.get(
    "/group_tags/{id}",
    name="get_tag",
    summary="A tag",
    source=DOCUMENT,
    params=TagPath,
    responses={200: Data[GroupTag], **_failures(402, 404)},
    echoes=_ID_COMES_BACK,
)

update_tag = pachca.put(
    "/group_tags/{id}",
    name="update_tag",
    summary="Rename a tag",
    source=DOCUMENT,
    params=TagPath,
    body=GroupTagRequest,
    responses={200: Data[GroupTag], **_failures(400, 402, 404, 422)},
    echoes=(*_ID_COMES_BACK, Echo("$.group_tag.name", "$.data.name")),
)

delete_tag = pachca.delete(
    "/group_tags/{id}",
    name="delete_tag",
    summary="Delete a tag",
    source=DOCUMENT,
    params=TagPath,
    responses={204: Empty, **_failures(402, 404)},
)

list_tag_users = pachca.get(
    "/group_tags/{id}/users",
    name="list_tag_users",
    summary="A page of those who have a tag",
    source=DOCUMENT,
    params=TagPath,
    query=PageQuery,
    responses={200: Page[User], **_failures(400, 402, 404, 422)},
    conditions=PAGE,
)

# --- uploads --------------------------------------------------------------------------------------

create_upload = pachca.post(
    "/uploads",
    name="create_upload",
    summary="Ask for the signed form of an upload",
    source=DOCUMENT,
    responses={201: UploadParams, **_failures(402)},
)

upload_file = pachca.post(
    "/direct_url",
    name="upload_file",
    summary="Hand the file to the store; no credential goes there",
    source=f"{DOCUMENT}; that it refuses as S3 does, 403 where the form has expired: vendor's guide, assumed",
    origin="uploads",
    body=FileUploadRequest,
    body_type="multipart/form-data",
    responses={204: Empty, **dict.fromkeys((400, 403, 500, 503), Anything)},
)

# --- webhooks and tokens --------------------------------------------------------------------------

register_webhook = pachca.put(
    "/bot/webhook",
    name="register_webhook",
    summary="Say where this bot's webhooks go; an empty address switches them off",
    source=f"{DOCUMENT}; an empty address comes back as null: assumed",
    body=BotWebhookSelfUpdateRequest,
    responses={200: Data[BotResponse], **_failures(400, 402, 422)},
    conditions=(webhook_goes_where_it_was_sent,),
)

list_webhook_events = pachca.get(
    "/webhooks/events",
    name="list_webhook_events",
    summary="A page of what happened, for a bot that cannot be called",
    source=DOCUMENT,
    query=PageQuery,
    responses={200: Page[WebhookEvent], **_failures(400, 402, 422)},
    conditions=PAGE,
)

delete_webhook_event = pachca.delete(
    "/webhooks/events/{id}",
    name="delete_webhook_event",
    summary="Take an event out of the history",
    source=DOCUMENT,
    params=EventPath,
    responses={204: Empty, **_failures(402, 404)},
)

get_token_info = pachca.get(
    "/oauth/token/info",
    name="get_token_info",
    summary="What the token may do",
    source=DOCUMENT,
    responses={200: Data[AccessTokenInfo], 401: OAuthError, **_UNDOCUMENTED},
)

# --- what Pachca delivers -------------------------------------------------------------------------

_GUIDE = f"{DOCUMENT}; vendor's guide to webhooks"
_SIGNED = {SIGNATURE: r"[0-9a-f]{64}"}

message_event = pachca.webhook(
    "message",
    when={"type": "message", "event": ("new", "update", "delete")},
    body=MessageWebhookPayload,
    request_headers=_SIGNED,
    source=_GUIDE,
    summary="A message was sent, edited or deleted",
)

link_shared_event = pachca.webhook(
    "link_shared",
    when={"type": "message", "event": "link_shared"},
    body=LinkSharedWebhookPayload,
    request_headers=_SIGNED,
    source=_GUIDE,
    summary="A message has a link to a domain that the bot watches",
)

reaction_event = pachca.webhook(
    "reaction",
    when={"type": "reaction"},
    body=ReactionWebhookPayload,
    request_headers=_SIGNED,
    source=_GUIDE,
    summary="A reaction was added or taken off",
)

button_event = pachca.webhook(
    "button",
    when={"type": "button"},
    body=ButtonWebhookPayload,
    request_headers=_SIGNED,
    source=_GUIDE,
    summary="Somebody pressed a button of the bot's message",
)

view_event = pachca.webhook(
    "view",
    when={"type": "view"},
    body=ViewSubmitWebhookPayload,
    request_headers=_SIGNED,
    source=_GUIDE,
    summary="Somebody filled in a form",
)

chat_member_event = pachca.webhook(
    "chat_member",
    when={"type": "chat_member"},
    body=ChatMemberWebhookPayload,
    request_headers=_SIGNED,
    source=_GUIDE,
    summary="People came into a chat or left it",
)

company_member_event = pachca.webhook(
    "company_member",
    when={"type": "company_member"},
    body=CompanyMemberWebhookPayload,
    request_headers=_SIGNED,
    source=_GUIDE,
    summary="Somebody of the company was invited, changed or sent away",
)

video_call_event = pachca.webhook(
    "video_call",
    when={"type": "video_call"},
    body=VideoCallWebhookPayload,
    request_headers=_SIGNED,
    source=_GUIDE,
    summary="A call began, ended, or was recorded",
)
