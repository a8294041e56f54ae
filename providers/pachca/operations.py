"""The operations of the vendor's API, of this fake or not, and how a path finds its own.

``scope`` is what a token needs; ``billed``: it is refused with 402 once the plan has expired.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    template: str
    scope: str = ""
    billed: bool = False

    @property
    def label(self) -> str:
        return f"{self.method} {self.template}"


OPERATIONS = (
    Operation("GET", "/audit_events", "audit_events:read", billed=True),
    Operation("POST", "/bot/recreate_token", "bot_self:write", billed=True),
    Operation("PUT", "/bot/webhook", "bot_self:webhook:write", billed=True),
    Operation("GET", "/bots", "bots:read", billed=True),
    Operation("POST", "/bots", "bots:write", billed=True),
    Operation("GET", "/bots/{id}", "bots:read", billed=True),
    Operation("PUT", "/bots/{id}", "bots:write", billed=True),
    Operation("DELETE", "/bots/{id}", "bots:write", billed=True),
    Operation("POST", "/bots/{id}/recreate_token", "bots:write", billed=True),
    Operation("POST", "/chats", "chats:create", billed=True),
    Operation("GET", "/chats", "chats:read", billed=True),
    Operation("POST", "/chats/exports", "chat_exports:write"),
    Operation("GET", "/chats/exports/{id}", "chat_exports:read"),
    Operation("GET", "/chats/{id}", "chats:read", billed=True),
    Operation("PUT", "/chats/{id}", "chats:update", billed=True),
    Operation("PUT", "/chats/{id}/archive", "chats:archive"),
    Operation("POST", "/chats/{id}/group_tags", "chat_members:write"),
    Operation("DELETE", "/chats/{id}/group_tags/{tag_id}", "chat_members:write"),
    Operation("DELETE", "/chats/{id}/leave", "chats:leave"),
    Operation("GET", "/chats/{id}/members", "chat_members:read"),
    Operation("POST", "/chats/{id}/members", "chat_members:write"),
    Operation("DELETE", "/chats/{id}/members/{user_id}", "chat_members:write"),
    Operation("PUT", "/chats/{id}/members/{user_id}", "chat_members:write"),
    Operation("PUT", "/chats/{id}/unarchive", "chats:archive"),
    Operation("GET", "/custom_properties", "custom_properties:read", billed=True),
    Operation("POST", "/direct_url", ""),
    Operation("POST", "/group_tags", "group_tags:write", billed=True),
    Operation("GET", "/group_tags", "group_tags:read", billed=True),
    Operation("GET", "/group_tags/{id}", "group_tags:read", billed=True),
    Operation("PUT", "/group_tags/{id}", "group_tags:write", billed=True),
    Operation("DELETE", "/group_tags/{id}", "group_tags:write", billed=True),
    Operation("GET", "/group_tags/{id}/users", "group_tags:read", billed=True),
    Operation("POST", "/messages", "messages:create", billed=True),
    Operation("GET", "/messages", "messages:read", billed=True),
    Operation("GET", "/messages/{id}", "messages:read", billed=True),
    Operation("PUT", "/messages/{id}", "messages:update", billed=True),
    Operation("DELETE", "/messages/{id}", "messages:delete", billed=True),
    Operation("POST", "/messages/{id}/link_previews", "link_previews:write"),
    Operation("POST", "/messages/{id}/pin", "pins:write"),
    Operation("DELETE", "/messages/{id}/pin", "pins:write"),
    Operation("POST", "/messages/{id}/reactions", "reactions:write"),
    Operation("DELETE", "/messages/{id}/reactions", "reactions:write"),
    Operation("GET", "/messages/{id}/reactions", "reactions:read"),
    Operation("GET", "/messages/{id}/read_member_ids", "messages:read", billed=True),
    Operation("POST", "/messages/{id}/thread", "threads:create"),
    Operation("GET", "/oauth/token/info", ""),
    Operation("GET", "/profile", "profile:read"),
    Operation("PUT", "/profile/avatar", "profile_avatar:write", billed=True),
    Operation("DELETE", "/profile/avatar", "profile_avatar:write", billed=True),
    Operation("GET", "/profile/status", "profile_status:read"),
    Operation("PUT", "/profile/status", "profile_status:write"),
    Operation("DELETE", "/profile/status", "profile_status:write"),
    Operation("GET", "/search/chats", "search:chats", billed=True),
    Operation("GET", "/search/messages", "search:messages", billed=True),
    Operation("GET", "/search/users", "search:users", billed=True),
    Operation("POST", "/tasks", "tasks:create", billed=True),
    Operation("GET", "/tasks", "tasks:read", billed=True),
    Operation("GET", "/tasks/{id}", "tasks:read", billed=True),
    Operation("PUT", "/tasks/{id}", "tasks:update", billed=True),
    Operation("DELETE", "/tasks/{id}", "tasks:delete", billed=True),
    Operation("POST", "/threads", "threads:create", billed=True),
    Operation("GET", "/threads", "threads:read", billed=True),
    Operation("GET", "/threads/{id}", "threads:read", billed=True),
    Operation("POST", "/uploads", "uploads:write", billed=True),
    Operation("POST", "/users", "users:create", billed=True),
    Operation("GET", "/users", "users:read", billed=True),
    Operation("GET", "/users/{id}", "users:read", billed=True),
    Operation("PUT", "/users/{id}", "users:update", billed=True),
    Operation("DELETE", "/users/{id}", "users:delete", billed=True),
    Operation("PUT", "/users/{user_id}/avatar", "user_avatar:write", billed=True),
    Operation("DELETE", "/users/{user_id}/avatar", "user_avatar:write", billed=True),
    Operation("GET", "/users/{user_id}/status", "user_status:read"),
    Operation("PUT", "/users/{user_id}/status", "user_status:write"),
    Operation("DELETE", "/users/{user_id}/status", "user_status:write"),
    Operation("POST", "/views/open", "views:write", billed=True),
    Operation("GET", "/webhooks/events", "webhooks:events:read", billed=True),
    Operation("DELETE", "/webhooks/events/{id}", "webhooks:events:delete", billed=True),
)

SCOPES = tuple(sorted({operation.scope for operation in OPERATIONS if operation.scope}))


@dataclass(frozen=True, slots=True)
class Found:
    operation: Operation
    parameters: Mapping[str, str]


class Routes:
    """Where two templates fit, the one with fewer parameters is meant."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._known = [
            (template.count("{"), re.compile(_pattern(template)), operation)
            for operation in operations
            for template in [operation.template]
        ]

    def at(self, path: str) -> dict[str, Found]:
        """By method; empty where nothing is."""
        fits = [
            (parameters, Found(operation, match.groupdict()))
            for parameters, pattern, operation in self._known
            if (match := pattern.fullmatch(path))
        ]
        fewest = min((parameters for parameters, _ in fits), default=0)
        return {found.operation.method: found for parameters, found in fits if parameters == fewest}


def _pattern(template: str) -> str:
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
