"""The closed sets of values of Pachca."""

from __future__ import annotations

from typing import Literal, TypeAlias

MessageEntityType: TypeAlias = Literal["discussion", "thread", "user"]
"""What a message is sent to. The service ignores its case in a request; the contract does not."""

FileType: TypeAlias = Literal["file", "image", "audio", "voice"]

SortOrder: TypeAlias = Literal["asc", "desc"]
MessageSortField: TypeAlias = Literal["id"]
ChatSortField: TypeAlias = Literal["id", "last_message_at"]
ChatAvailability: TypeAlias = Literal["is_member", "public"]

ChatMemberRole: TypeAlias = Literal["admin", "editor", "member"]
ChatMemberRoleFilter: TypeAlias = Literal["all", "owner", "admin", "editor", "member"]

UserRole: TypeAlias = Literal["admin", "user", "multi_guest", "guest"]
InviteStatus: TypeAlias = Literal["confirmed", "sent"]
CustomPropertyDataType: TypeAlias = Literal["string", "number", "date", "link"]

WebhookEventType: TypeAlias = Literal["new", "update", "delete"]
"""Of a message."""
ReactionEventType: TypeAlias = Literal["new", "delete"]
MemberEventType: TypeAlias = Literal["add", "remove"]
UserEventType: TypeAlias = Literal["invite", "confirm", "update", "suspend", "activate", "delete"]
VideoCallEventType: TypeAlias = Literal["started", "finished", "recording_ready"]

BotTriggerOn: TypeAlias = Literal["commands", "all_messages", "unfurl"]
BotTemplateEngine: TypeAlias = Literal["liquid", "mustache"]
BotCanEdit: TypeAlias = Literal["admin", "chat_owners"]
BotWhoCanAdd: TypeAlias = Literal["creator", "creator_admin", "creator_admin_user", "anyone"]

# fmt: off
BotEventName: TypeAlias = Literal[
    "message_new", "message_update", "message_delete", "reaction_new", "reaction_delete", "button_click",
    "message_link_shared", "chat_member_add", "chat_member_remove", "company_member_invite",
    "company_member_confirm", "company_member_suspend", "company_member_activate", "company_member_delete",
    "company_member_update", "video_call_started", "video_call_finished", "video_call_recording_ready",
]
"""What a bot may subscribe to: the type and the event of a webhook."""

ValidationErrorCode: TypeAlias = Literal[
    "blank", "too_long", "invalid", "inclusion", "exclusion", "taken", "wrong_emoji", "not_found",
    "already_exists", "personal_chat", "displayed_error", "not_authorized", "invalid_date_range",
    "invalid_webhook_url", "rate_limit", "licenses_limit", "user_limit", "unique_limit", "general_limit",
    "unhandled", "trigger_not_found", "trigger_expired", "required", "in", "not_applicable", "self_update",
    "owner_protected", "already_assigned", "forbidden", "permission_denied", "access_denied",
    "wrong_params", "payment_required", "min_length", "max_length", "use_of_system_words",
    "export_file_not_found", "cannot_kick_owner", "pin_failed", "message_deleted", "thread_message",
]
"""Of one complaint in an ``ApiError``."""

OAuthScope: TypeAlias = Literal[
    "chats:read", "chats:create", "chats:update", "chats:archive", "chats:leave", "chat_members:read",
    "chat_members:write", "chat_exports:read", "chat_exports:write", "messages:read", "messages:create",
    "messages:update", "messages:delete", "reactions:read", "reactions:write", "pins:write",
    "threads:read", "threads:create", "link_previews:write", "users:read", "users:create", "users:update",
    "users:delete", "group_tags:read", "group_tags:write", "bots:read", "bots:write",
    "bot_self:webhook:write", "bot_self:write", "profile:read", "profile_status:read",
    "profile_status:write", "profile_avatar:write", "user_status:read", "user_status:write",
    "user_avatar:write", "custom_properties:read", "audit_events:read", "tasks:read", "tasks:create",
    "tasks:update", "tasks:delete", "files:read", "files:write", "uploads:write", "views:write",
    "webhooks:read", "webhooks:write", "webhooks:events:read", "webhooks:events:delete", "search:users",
    "search:chats", "search:messages",
]
"""What a token may do."""
# fmt: on
